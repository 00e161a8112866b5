"""What a module says of itself: its tables, reducers and procedures."""

import difflib
import json
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from . import _ffi
from .errors import SchemaError, UnknownNameError
from .sats import Part, Type


class Index(NamedTuple):
    """An index of a table."""

    name: str
    columns: Tuple[str, ...]


class TableSchema(NamedTuple):
    """A table, or a view."""

    name: str
    row: Type
    """The product that a row is."""
    primary_key: Optional[str]
    unique: Tuple[str, ...]
    """The columns that alone are unique, the primary key among them."""
    indexes: Tuple[Index, ...]
    is_public: bool
    is_event: bool
    is_view: bool

    def column(self, name: str) -> Type:
        """A column's type; UnknownNameError for a name that there is not."""
        for part in self.row.parts:
            if part.name == name:
                return part.type
        raise unknown("column", name, (part.name for part in self.row.parts), f" in table {self.name}")


class FunctionSchema(NamedTuple):
    """A reducer or a procedure."""

    name: str
    parameters: Type
    """The product that the arguments are."""
    returns: Optional[Type]
    """What a procedure returns."""
    lifecycle: Optional[str]
    """Which event of the module's life runs the reducer; clients cannot call it then."""


class Schema(NamedTuple):
    """A module's schema."""

    tables: Dict[str, TableSchema]
    reducers: Dict[str, FunctionSchema]
    procedures: Dict[str, FunctionSchema]

    def table(self, name: str) -> TableSchema:
        """A table by its name; UnknownNameError, with the nearest name, for one that there is not."""
        try:
            return self.tables[name]
        except KeyError:
            raise unknown("table", name, self.tables) from None

    def reducer(self, name: str) -> FunctionSchema:
        """A reducer by its name; UnknownNameError for one that there is not."""
        try:
            return self.reducers[name]
        except KeyError:
            raise unknown("reducer", name, self.reducers) from None

    def procedure(self, name: str) -> FunctionSchema:
        """A procedure by its name; UnknownNameError for one that there is not."""
        try:
            return self.procedures[name]
        except KeyError:
            raise unknown("procedure", name, self.procedures) from None


_CODES = {
    "table": _ffi.STDB_ERR_UNKNOWN_TABLE,
    "column": _ffi.STDB_ERR_UNKNOWN_COLUMN,
    "reducer": _ffi.STDB_ERR_UNKNOWN_REDUCER,
    "procedure": _ffi.STDB_ERR_UNKNOWN_PROCEDURE,
}


def unknown(what: str, name: str, names: Iterable[str], where: str = "") -> UnknownNameError:
    """The error for a name that there is not, with the nearest of those that there are."""
    known = sorted(names)
    nearest = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are: {', '.join(known) or 'none'}"
    return UnknownNameError(f"there is no {what} {name!r}{where}; {hint}", code=_CODES[what])


def parse(text: str) -> Schema:
    """Reads the JSON that a host answers `GET …/schema?version=9` with. SchemaError says what it cannot read."""
    try:
        return _Parser(json.loads(text)).schema()
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration, RecursionError) as error:
        raise SchemaError(f"the schema cannot be read: {type(error).__name__}: {error}") from None


class _Parser:
    def __init__(self, root: Dict[str, Any]) -> None:
        self.root = root
        self.types: List[Any] = root["typespace"]["types"]
        self.names: Dict[int, str] = {entry["ty"]: entry["name"]["name"] for entry in root.get("types", [])}
        self.resolved: Dict[int, Type] = {}

    def schema(self) -> Schema:
        tables = [self.table(table) for table in self.root["tables"]]
        reducers = [self.function(reducer) for reducer in self.root["reducers"]]
        procedures = []
        for export in self.root.get("misc_exports", []):
            ((kind, value),) = export.items()
            if kind == "View":
                tables.append(self.view(value))
            elif kind == "Procedure":
                procedures.append(self.function(value))
        return Schema(
            {table.name: table for table in tables},
            {reducer.name: reducer for reducer in reducers},
            {procedure.name: procedure for procedure in procedures},
        )

    def table(self, table: Dict[str, Any]) -> TableSchema:
        row = self.reference(table["product_type_ref"])
        columns = [part.name for part in row.parts]
        unique = []
        for constraint in table.get("constraints", []):
            positions = constraint["data"].get("Unique", {}).get("columns", [])
            unique += [columns[position] for position in positions] if len(positions) == 1 else []
        primary_key = next((columns[position] for position in table["primary_key"]), None)
        indexes = []
        for index in table.get("indexes", []):
            ((_, positions),) = index["algorithm"].items()
            positions = positions if isinstance(positions, list) else [positions]
            name = _some(index.get("name")) or _some(index.get("accessor_name"))
            if name:
                indexes.append(Index(name, tuple(columns[position] for position in positions)))
        is_public = "Public" in table["table_access"]
        unique = unique if primary_key is None or primary_key in unique else [primary_key] + unique
        return TableSchema(table["name"], row, primary_key, tuple(unique), tuple(indexes), is_public, False, False)

    def view(self, view: Dict[str, Any]) -> TableSchema:
        rows = self.type(view["return_type"])
        row = rows.element if rows.kind in ("array", "option") else rows
        return TableSchema(view["name"], row, None, (), (), bool(view.get("is_public")), False, True)

    def function(self, function: Dict[str, Any]) -> FunctionSchema:
        parameters = self.product(function["params"])
        returns = self.type(function["return_type"]) if "return_type" in function else None
        lifecycle = _some(function.get("lifecycle"))
        return FunctionSchema(function["name"], parameters, returns, next(iter(lifecycle)) if lifecycle else None)

    def reference(self, position: int) -> Type:
        ty = self.resolved.get(position)
        if ty is None:
            ty = self.type(self.types[position])
            if ty.kind in ("product", "sum"):
                ty = ty._replace(name=self.names.get(position))
            self.resolved[position] = ty
        return ty

    def type(self, value: Dict[str, Any]) -> Type:
        ((kind, body),) = value.items()
        if kind == "Ref":
            return self.reference(body)
        if kind == "Array":
            return Type("array", None, (Part("", self.type(body)),))
        if kind == "Product":
            return self.product(body)
        if kind == "Sum":
            return self.sum(body)
        return Type(kind.lower())

    def product(self, body: Dict[str, Any]) -> Type:
        parts = self.parts(body["elements"])
        special = {
            "__identity__": "identity",
            "__connection_id__": "connection_id",
            "__timestamp_micros_since_unix_epoch__": "timestamp",
            "__time_duration_micros__": "time_duration",
            "__uuid__": "uuid",
        }
        if len(parts) == 1 and parts[0].name in special:
            return Type(special[parts[0].name])
        return Type("product", None, parts)

    def sum(self, body: Dict[str, Any]) -> Type:
        parts = self.parts(body["variants"])
        names = [part.name for part in parts]
        if names == ["some", "none"] and parts[1].type.is_unit:
            return Type("option", None, parts[:1])
        if names == ["ok", "err"]:
            return Type("result", None, parts)
        if names == ["Interval", "Time"] and [p.type.kind for p in parts] == ["time_duration", "timestamp"]:
            return Type("schedule_at")
        return Type("sum", None, parts)

    def parts(self, parts: List[Dict[str, Any]]) -> Tuple[Part, ...]:
        return tuple(
            Part(_some(part["name"]) or str(position), self.type(part["algebraic_type"]))
            for position, part in enumerate(parts)
        )


def _some(option: Any) -> Any:
    """What the JSON of an option has."""
    return option.get("some") if isinstance(option, dict) else option
