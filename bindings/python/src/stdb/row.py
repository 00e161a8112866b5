"""Rows without generated bindings: tuples with names."""

import keyword
from collections import namedtuple
from functools import lru_cache
from itertools import chain, count
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Sequence, Tuple, Type

OF_ROWS = frozenset(("items", "keys", "names", "values"))
"""The attributes that rows have for other things."""


class Row(Tuple[Any, ...]):
    """A row, or another product. Its values are attributes (`row.name`), items by name (`row["name"]`) and by position
    (`row[0]`); `dict(row)` is a dict of them, and `row == (1, "a")` compares it as a tuple.

    A column whose name is a Python keyword, or one of this class's methods, is the attribute of that name with an
    underscore after it; by `row["class"]` every column can be had.
    """

    __slots__ = ()
    names: Tuple[str, ...] = ()
    """The names of the columns, in their order."""
    _positions: Dict[str, int] = {}

    def keys(self) -> Sequence[str]:
        """The names of the columns; that there are keys is what makes `dict(row)` work."""
        return self.names

    def items(self) -> Iterator[Tuple[str, Any]]:
        """Names and values."""
        return zip(self.names, self)

    def values(self) -> Iterator[Any]:
        """The values."""
        return iter(self)

    def __getitem__(self, key: Any) -> Any:
        if type(key) is str:
            try:
                key = self._positions[key]
            except KeyError:
                raise KeyError(f"{key}: the columns are {', '.join(self.names)}") from None
        return tuple.__getitem__(self, key)

    def __getattr__(self, name: str) -> Any:
        # Only for what is not there: columns are properties.
        raise AttributeError(f"there is no column {name!r}: the columns are {', '.join(self.names)}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    def __reduce__(self) -> Any:
        return (_restore, (type(self).__name__, self.names, tuple(self)))


def row_class(name: str, columns: Iterable[str]) -> Type[Row]:
    """The class of a product's values; the same for the same names."""
    names = tuple(columns)
    key = (name, names)
    made = _classes.get(key)
    if made is None:
        body: Dict[str, Any] = {
            "__slots__": (),
            "names": names,
            "_positions": {column: position for position, column in enumerate(names)},
        }
        attributes = attribute_names(names)
        # A named tuple's attributes are read several times faster than a property.
        plain = namedtuple("plain", attributes)  # type: ignore[misc]
        for column, attribute in zip(names, attributes):
            body[attribute] = getattr(plain, attribute)
            body[attribute].__doc__ = f"The column {column!r}."
        made = _classes[key] = type(name, (Row,), body)
    return made


_classes: Dict[Tuple[str, Tuple[str, ...]], Type[Row]] = {}


@lru_cache(maxsize=None)
def attribute_names(names: Tuple[str, ...], taken: FrozenSet[str] = OF_ROWS) -> Tuple[str, ...]:
    """The attributes that columns, parameters, tables or reducers are: their names, where these are identifiers that nothing
    else has. Generated bindings have the same, which is why nothing here may change."""
    used = set(keyword.kwlist) | taken
    attributes = []
    for name in names:
        wanted = _identifier(name)
        free = (c for c in chain((wanted, f"{wanted}_"), (f"{wanted}_{n}" for n in count(2))) if c not in used)
        attributes.append(next(free))
        used.add(attributes[-1])
    return tuple(attributes)


def spelled(name: str, names: Iterable[str], taken: FrozenSet[str] = frozenset()) -> str:
    """The name that an attribute is for: itself, if there is no other."""
    known = tuple(names)
    if name in known:
        return name
    return dict(zip(attribute_names(known, taken), known)).get(name, name)


def _identifier(name: str) -> str:
    """A name as an identifier."""
    text = "".join(c if c.isascii() and (c.isalnum() or c == "_") else f"u{ord(c):04x}" for c in name)
    return text if text and text[0].isalpha() else f"field_{text}"


def _restore(name: str, names: Tuple[str, ...], values: Tuple[Any, ...]) -> Row:
    return row_class(name, names)(values)


def table_text(rows: List[Row]) -> str:
    """Rows as lines of aligned columns, the names above."""
    if not rows:
        return ""
    cells = [list(rows[0].keys())] + [[cell_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells)


def cell_text(value: Any) -> str:
    """A value as a cell shows it."""
    return "" if value is None else str(value)
