"""Queries, put together out of Python expressions: the SQL that the host takes for subscriptions and one-off queries.

    user, message = stdb.query("user"), stdb.query("message")
    str(user.where((user.online == True) & ~(user.name == "Ada")))
    str(message.left_semijoin(user, on=message.sender == user.identity).where(user.online == True))

With generated bindings `tables.user` is such a table, with the types of its columns.
"""

import math
import uuid
from typing import TYPE_CHECKING, Any, Generic, List, Optional, Tuple, TypeVar, Union

from .errors import InvalidArgumentError
from .row import attribute_names
from .values import ConnectionId, Identity, Timestamp

T = TypeVar("T")
Q = TypeVar("Q", bound="QueryTable")

_OPPOSITES = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Condition:
    """A condition. `&`, `|` and `~` are and, or and not."""

    def _sql(self, negated: bool) -> str:
        """The SQL of it, or of its contrary: the host has no NOT."""
        raise NotImplementedError

    def __and__(self, other: "Condition") -> "Condition":
        return _Both("AND", "OR", self, _condition(other))

    def __or__(self, other: "Condition") -> "Condition":
        return _Both("OR", "AND", self, _condition(other))

    def __invert__(self) -> "Condition":
        return _Not(self)

    def __bool__(self) -> bool:
        raise InvalidArgumentError("a condition is no truth value: put `&`, `|` and `~` for `and`, `or` and `not`")

    def __str__(self) -> str:
        return self._sql(False)

    def __repr__(self) -> str:
        return f"<Condition {self}>"


class _Both(Condition):
    def __init__(self, word: str, opposite: str, left: Condition, right: Condition) -> None:
        self._words = (word, opposite)
        self._parts = (left, right)

    def _sql(self, negated: bool) -> str:
        left, right = (part._sql(negated) for part in self._parts)
        return f"({left} {self._words[negated]} {right})"


class _Not(Condition):
    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def _sql(self, negated: bool) -> str:
        return self._condition._sql(not negated)


class Comparison(Condition):
    """A column compared with a value, or, to join tables, with a column."""

    def __init__(self, column: "Column[Any]", operator: str, value: Any) -> None:
        self.column = column
        self.operator = operator
        self.value = value
        self._text = value._sql_name() if isinstance(value, Column) else literal(value, column)

    def _sql(self, negated: bool) -> str:
        operator = _OPPOSITES[self.operator] if negated else self.operator
        return f"{self.column._sql_name()} {operator} {self._text}"


class Column(Generic[T]):
    """A column of a table in a query: `==`, `!=`, `<`, `<=`, `>` and `>=` make conditions of it. One that is a bool is a
    condition as it is."""

    def __init__(self, table: str, name: str) -> None:
        self.table = table
        self.name = name

    def _sql_name(self) -> str:
        return f"{identifier(self.table)}.{identifier(self.name)}"

    def __eq__(self, other: Any) -> Condition:  # type: ignore[override]
        return Comparison(self, "=", other)

    def __ne__(self, other: Any) -> Condition:  # type: ignore[override]
        return Comparison(self, "<>", other)

    def __lt__(self, other: Union[T, "Column[T]"]) -> Condition:
        return Comparison(self, "<", other)

    def __le__(self, other: Union[T, "Column[T]"]) -> Condition:
        return Comparison(self, "<=", other)

    def __gt__(self, other: Union[T, "Column[T]"]) -> Condition:
        return Comparison(self, ">", other)

    def __ge__(self, other: Union[T, "Column[T]"]) -> Condition:
        return Comparison(self, ">=", other)

    def __and__(self, other: Any) -> Condition:
        return _condition(self) & _condition(other)

    def __or__(self, other: Any) -> Condition:
        return _condition(self) | _condition(other)

    def __invert__(self) -> Condition:
        return ~_condition(self)

    def __bool__(self) -> bool:
        raise InvalidArgumentError("a column is no truth value: put `&`, `|` and `~` for `and`, `or` and `not`")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Column {self.table}.{self.name}>"


class Query:
    """A query. `str` of it is the SQL; it is as good as that wherever the package takes one."""

    def __init__(
        self, selected: str, tables: Tuple[str, ...], on: Optional[Comparison], condition: Optional[Condition]
    ) -> None:
        self._selected = selected
        self._tables = tables
        self._on = on
        self._condition = condition

    def where(self, condition: Union[Condition, Column[bool]]) -> "Query":
        """The rows for which a condition holds, too."""
        made = _condition(condition)
        for column in _columns(made):
            if column.table not in self._tables:
                raise InvalidArgumentError(f"{column!r} is of none of the query's tables: {', '.join(self._tables)}")
        both = made if self._condition is None else self._condition & made
        return Query(self._selected, self._tables, self._on, both)

    def __str__(self) -> str:
        first = identifier(self._tables[0])
        text = f"SELECT {identifier(self._selected)}.* FROM {first}"
        if self._on is not None:
            text += f" JOIN {identifier(self._tables[1])} ON {self._on}"
        return text if self._condition is None else f"{text} WHERE {_without_parentheses(str(self._condition))}"

    def __repr__(self) -> str:
        return f"<Query {self}>"


class TypedQueryTable(Query):
    """What QueryTable does, for generated bindings, which name what there is."""

    def __init__(self, name: str) -> None:
        super().__init__(name, (name,), None, None)

    def __getitem__(self, name: str) -> Column[Any]:
        return Column(self._tables[0], name)

    if not TYPE_CHECKING:
        # Type checkers are to know the names that there are.

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            stripped = name[:-1]
            is_taken = name.endswith("_") and attribute_names((stripped,), _METHODS) == (name,)
            return self[stripped if is_taken else name]

    def left_semijoin(self, other: "TypedQueryTable", *, on: Condition) -> Query:
        """The rows of this table that have one in another: `message.left_semijoin(user, on=message.sender ==
        user.identity)`."""
        return self._join(other, on, self._tables[0])

    def right_semijoin(self, other: "TypedQueryTable", *, on: Condition) -> Query:
        """The rows of another table that have one in this."""
        return self._join(other, on, other._tables[0])

    def _join(self, other: "TypedQueryTable", on: Condition, selected: str) -> Query:
        is_join = isinstance(on, Comparison) and on.operator == "=" and isinstance(on.value, Column)
        names = (self._tables[0], other._tables[0])
        if not is_join or {on.column.table, on.value.table} != set(names):  # type: ignore[attr-defined]
            raise InvalidArgumentError(
                f"tables are joined on a column of {names[0]} == a column of {names[1]}, not {on}"
            )
        if names[0] == names[1]:
            raise InvalidArgumentError(f"table {names[0]} cannot be joined with itself")
        assert isinstance(on, Comparison)
        return Query(selected, names, on, None)


class QueryTable(TypedQueryTable):
    """A table in a query: all of its rows. Its columns are attributes; one that is called as a Python keyword or a method
    here has an underscore after it, and `table["name"]` is any."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


_METHODS = frozenset(("where", "left_semijoin", "right_semijoin"))


def query(table: str) -> QueryTable:
    """A table in a query, by its name."""
    if not isinstance(table, str):
        raise InvalidArgumentError(f"the name of a table must be a str, not {type(table).__name__} {table!r}")
    return QueryTable(table)


def identifier(name: str) -> str:
    """A name as SQL has it: always in quotes, since it could be one of SQL's words, as `user` is."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any, column: "Column[Any]") -> str:
    """A value as SQL has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, (Identity, ConnectionId)):
        return f"0x{value}"
    if isinstance(value, (bytes, bytearray)):
        return f"0x{bytes(value).hex()}"
    if isinstance(value, Timestamp):
        return f"'{value}'"
    if isinstance(value, uuid.UUID):
        return f"'{value}'"
    raise InvalidArgumentError(f"{column!r} cannot be compared with {type(value).__name__} {value!r} in a query")


def _condition(value: Any) -> Condition:
    if isinstance(value, Column):
        return Comparison(value, "=", True)
    if isinstance(value, Condition):
        return value
    raise InvalidArgumentError(f"a condition must be made of columns, and {value!r} is not")


def _columns(condition: Condition) -> List[Column[Any]]:
    if isinstance(condition, _Both):
        return [column for part in condition._parts for column in _columns(part)]
    if isinstance(condition, _Not):
        return _columns(condition._condition)
    assert isinstance(condition, Comparison)
    return [condition.column] + ([condition.value] if isinstance(condition.value, Column) else [])


def _without_parentheses(text: str) -> str:
    """A condition without parentheses around all of it."""
    if not text.startswith("("):
        return text
    depth = 0
    quoted = False
    for position, letter in enumerate(text):
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:-1] if position == len(text) - 1 else text
    return text
