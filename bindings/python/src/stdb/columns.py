"""One column of many rows. Where rows have a fixed size, they need not be made for it."""

import struct
import sys
from functools import partial
from typing import Any, Callable, Iterable, List, cast

from . import bsatn
from .row import attribute_names


def column_of(table: Any, name: str, rows: Iterable[Any], parts: Callable[[], Iterable[bytes]]) -> List[Any]:
    """The values that the rows of a table have in a column; `parts` gives the bytes of the same rows, some at a time."""
    column, ty = table._column(name)
    row = table.schema.row
    names = tuple(part.name for part in row.parts)
    position = names.index(column)
    if not (row.size and ty.size):
        attribute = attribute_names(names)[position]
        return [getattr(each, attribute) for each in rows]
    before = sum(part.type.size for part in row.parts[:position])
    if ty.kind in bsatn.FORMATS:
        read = partial(_numbers, bsatn.FORMATS[ty.kind], before, row.size)
    else:
        decoder = bsatn.decoder(ty, table.connection._classes)
        read = partial(_others, decoder, ty.size, before, row.size)
    values: List[Any] = []
    for data in parts():
        values += read(data)
    return values


def _numbers(format: str, before: int, size: int, data: bytes) -> List[Any]:
    width = struct.calcsize(f"<{format}")
    if before % width or size % width or sys.byteorder != "little":
        return _each(format, before, size, data)
    # Python's own view of every so many numbers is the fastest there is without NumPy.
    view: Any = memoryview(data)
    return cast(List[Any], view.cast(format)[before // width :: size // width].tolist())


def _others(decoder: bsatn.Decoder, width: int, before: int, size: int, data: bytes) -> List[Any]:
    return decoder.all(b"".join(_each(f"{width}s", before, size, data)))


def _each(format: str, before: int, size: int, data: bytes) -> List[Any]:
    """What `struct` finds in each row, so many bytes after its begin."""
    after = size - before - struct.calcsize(f"<{format}")
    return [value for value, in struct.iter_unpack(f"<{before}x{format}{after}x", data)]
