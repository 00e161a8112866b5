"""Rows as the library gives them: many at once, copied together, and decoded when somebody looks at them."""

import ctypes
import gc
from contextlib import contextmanager
from typing import Any, Generic, Iterator, List, Optional, Sequence, TypeVar, overload, Union

from . import _ffi
from ._library import filled, lib, quick
from .arrays import new_array
from .bsatn import Decoder
from .columns import column_of
from .errors import ReadGuardError

RowT = TypeVar("RowT")

_MANY = 1024
"""How many rows are taken from an iterator at a time."""


_AT_A_TIME = 256
"""How many rows are made at a time for who walks over them: fewer than make the garbage collector look at them."""

_PART = 8192
"""How many rows' bytes a column is taken from at a time."""

_MANY_TO_KEEP = 8192
"""How many rows must be made at once for the garbage collector to be stopped."""


class Rows(Sequence[RowT], Generic[RowT]):
    """Rows of a batch. They are copied when they are first asked for, which must be inside the callback that was given
    them: a batch that nobody looks at costs next to nothing. What was copied lasts.

    Walking over them makes one row after another, and keeps none; `to_list` makes all. Fastest of all, for one column of
    many rows, are `column` and `to_numpy`.
    """

    __slots__ = ("_table", "_rows", "_count", "_bytes", "_made")

    def __init__(self, table: Any, rows: Any, count: int) -> None:
        self._table = table
        self._rows = rows
        self._count = count
        self._bytes = None if count else b""
        self._made: Optional[List[RowT]] = None

    def to_list(self) -> List[RowT]:
        """The rows as a list."""
        if self._made is None:
            self._made = decoded(self._table._decoder, self.to_bytes(), self._count)
        return self._made

    def to_bytes(self) -> bytes:
        """The rows' BSATN, one after another."""
        if self._bytes is None:
            self._bytes = copy_rows(self._given(), self._count)
        return self._bytes

    def to_numpy(self) -> Any:
        """The rows as a NumPy structured array of its own, for a table whose rows have a fixed size. Inside the callback
        only."""
        rows = self._given() if self._count else None
        return new_array(
            self._table.schema, self._count, lambda room, size: lib.stdb_rows_copy(rows, self._count, room, size)
        )

    def column(self, name: str) -> List[Any]:
        """The values of a column, in the rows' order. UnknownNameError when there is no such column."""
        return column_of(self._table, name, self, self._parts)

    def _parts(self) -> Iterator[bytes]:
        """The bytes of some rows at a time, which stay in the processor's cache."""
        if self._bytes is not None:
            yield self._bytes
            return
        rows = self._given()
        for start in range(0, self._count, _PART):
            count = min(_PART, self._count - start)
            yield copy_rows(ctypes.byref(rows.contents, start * ctypes.sizeof(_ffi.stdb_row)), count)

    def _given(self) -> Any:
        """The library's rows, inside the callback."""
        if self._rows is None:
            raise ReadGuardError(
                "these rows were of the callback that was given them: keep `batch.inserted.to_list()` instead",
                code=_ffi.STDB_ERR_NO_READ_GUARD,
            )
        return self._rows

    def _end(self) -> None:
        """The callback has returned."""
        self._rows = None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RowT]:
        size = self._table.schema.row.size
        if self._made is not None or not size:
            return iter(self.to_list())
        return one_by_one(self._table._decoder, self.to_bytes(), size)

    @overload
    def __getitem__(self, position: int) -> RowT: ...

    @overload
    def __getitem__(self, position: slice) -> List[RowT]: ...

    def __getitem__(self, position: Union[int, slice]) -> Union[RowT, List[RowT]]:
        return self.to_list()[position]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return self.to_list() == other.to_list()
        return self.to_list() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self._count} rows of {self._table.name}>"


def decoded(decoder: Decoder, data: bytes, count: int) -> List[Any]:
    """So many rows out of their bytes. Rows of a table without columns have none."""
    if not data:
        return [decoder.one(b"") for _ in range(count)]
    if count < _MANY_TO_KEEP:
        return decoder.all(data)
    with _without_collections():
        return decoder.all(data)


def one_by_one(decoder: Decoder, data: bytes, size: int) -> Iterator[Any]:
    """The rows of one size in bytes, of which some at a time are decoded."""
    step = size * _AT_A_TIME
    for start in range(0, len(data), step):
        yield from decoder.all(data[start : start + step])


@contextmanager
def _without_collections() -> Iterator[None]:
    """Stops the garbage collector, which looks at all rows again and again while more and more of them are made, and finds
    nothing: it takes three times as long as the rows."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def copy_rows(rows: Any, count: int) -> bytes:
    """The bytes of rows, one after another, out of an array of `stdb_row`."""
    size = lib.stdb_rows_copy(rows, count, None, 0)
    return filled(size, lambda room: lib.stdb_rows_copy(rows, count, room, size))


def read_rows(iterator: Any, decoder: Decoder) -> Iterator[List[Any]]:
    """The rows of an iterator, decoded, in lists."""
    rows = (_ffi.stdb_row * _MANY)()
    while True:
        count = quick.stdb_row_iter_next_many(iterator, rows, _MANY)
        if not count:
            return
        yield decoded(decoder, copy_rows(rows, count), count)
