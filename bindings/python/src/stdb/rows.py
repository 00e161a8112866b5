"""Rows as the library gives them: many at once, copied and decoded together."""

import ctypes
from typing import Any, Generic, Iterator, List, Optional, Sequence, TypeVar, overload, Union

from . import _ffi
from ._library import lib, quick
from .arrays import array_of
from .bsatn import Decoder
from .errors import ReadGuardError

RowT = TypeVar("RowT")

_MANY = 1024
"""How many rows are taken from an iterator at a time."""


class Rows(Sequence[RowT], Generic[RowT]):
    """Rows of a batch. They are copied and decoded when they are first asked for, which must be inside the callback that
    was given them: a batch that nobody looks at costs next to nothing."""

    __slots__ = ("_table", "_rows", "_count", "_made")

    def __init__(self, table: Any, rows: Any, count: int) -> None:
        self._table = table
        self._rows = rows
        self._count = count
        self._made: Optional[List[RowT]] = None

    def to_list(self) -> List[RowT]:
        """The rows as a list, which lasts."""
        if self._made is None:
            self._made = decoded(self._table._decoder, self.to_bytes(), self._count)
        return self._made

    def to_bytes(self) -> bytes:
        """The rows' BSATN, one after another. Inside the callback only."""
        if not self._count:
            return b""
        if self._rows is None:
            raise ReadGuardError(
                "these rows were of the callback that was given them: keep `batch.inserted.to_list()` instead",
                code=_ffi.STDB_ERR_NO_READ_GUARD,
            )
        return copy_rows(self._rows, self._count)

    def to_numpy(self) -> Any:
        """The rows as a NumPy structured array of its own, for a table whose rows have a fixed size. Inside the callback
        only."""
        return array_of(self._table.schema, self.to_bytes())

    def _end(self) -> None:
        """The callback has returned."""
        self._rows = None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.to_list())

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
    return decoder.all(data) if data else [decoder.one(b"") for _ in range(count)]


def copy_rows(rows: Any, count: int) -> bytes:
    """The bytes of rows, one after another, out of an array of `stdb_row`."""
    size = lib.stdb_rows_copy(rows, count, None, 0)
    if not size:
        return b""
    buffer = ctypes.create_string_buffer(size)
    lib.stdb_rows_copy(rows, count, buffer, size)
    return buffer.raw


def read_rows(iterator: Any, decoder: Decoder) -> Iterator[List[Any]]:
    """The rows of an iterator, decoded, in lists."""
    rows = (_ffi.stdb_row * _MANY)()
    while True:
        count = quick.stdb_row_iter_next_many(iterator, rows, _MANY)
        if not count:
            return
        yield decoded(decoder, copy_rows(rows, count), count)
