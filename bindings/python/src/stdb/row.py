"""Rows without generated bindings: tuples with names."""

import keyword
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple, Type
from operator import itemgetter

_TAKEN = frozenset(("keys", "names", "items", "values", "_positions"))


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
        for position, column in enumerate(names):
            getter = property(itemgetter(position), doc=f"The column {column!r}.")
            body[attribute_name(column)] = getter
        made = _classes[key] = type(name, (Row,), body)
    return made


_classes: Dict[Tuple[str, Tuple[str, ...]], Type[Row]] = {}


def attribute_name(column: str) -> str:
    """The attribute that a column is."""
    taken = keyword.iskeyword(column) or column in _TAKEN or column.startswith("__")
    return f"{column}_" if taken else column


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
