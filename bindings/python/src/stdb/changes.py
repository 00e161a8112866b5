"""Changes of a table as an asynchronous iterator."""

import asyncio
import weakref
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, Deque, Generic, Optional, Tuple, TypeVar

from .context import Context
from .errors import StdbError

if TYPE_CHECKING:
    from .call import Call
    from .table import Batch, Table

RowT = TypeVar("RowT")


class ChangeKind(str, Enum):
    """What happened to a row."""

    INSERT = "insert"
    DELETE = "delete"
    UPDATE = "update"


class Change(Generic[RowT]):
    """A change of one row."""

    __slots__ = ("kind", "old", "new")
    __match_args__ = ("kind", "old", "new")

    def __init__(self, kind: ChangeKind, old: Optional[RowT], new: Optional[RowT]) -> None:
        self.kind = kind
        self.old = old
        """The row as it was; None for an insert."""
        self.new = new
        """The row as it is; None for a delete."""

    @property
    def row(self) -> RowT:
        """The row as it is, or, when it is gone, as it was."""
        row = self.old if self.new is None else self.new
        assert row is not None
        return row

    def __repr__(self) -> str:
        return f"Change({self.kind.value}, old={self.old!r}, new={self.new!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Change):
            return (self.kind, self.old, self.new) == (other.kind, other.old, other.new)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]


class Changes(Generic[RowT]):
    """The changes of a table from when this was made. It ends with the connection; an error of that is raised. What has not
    been taken yet is kept, without a limit."""

    def __init__(self, table: "Table[RowT]") -> None:
        self._table = table
        self._loop = asyncio.get_running_loop()
        self._waiting: Deque[Tuple[ChangeKind, Optional[RowT], Optional[RowT]]] = deque()
        self._woken = asyncio.Event()
        self._is_closed = False
        self._ended = table.connection._ended
        # The registration does not keep this alive: who stops listening need not say so.
        myself = weakref.ref(self)

        def on_batch(context: Context, batch: "Batch[RowT]") -> None:
            changes = myself()
            if changes is not None:
                changes._take(batch)

        self._remove = _remover(table._on_batch_quietly(on_batch), self._ended, _waker(myself))

    def _take(self, batch: "Batch[RowT]") -> None:
        waiting = self._waiting
        waiting.extend((ChangeKind.INSERT, None, row) for row in batch.inserted)
        waiting.extend((ChangeKind.DELETE, row, None) for row in batch.deleted)
        waiting.extend((ChangeKind.UPDATE, old, new) for old, new in zip(batch.updated_old, batch.updated_new))
        self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    def __aiter__(self) -> "Changes[RowT]":
        return self

    async def __anext__(self) -> Change[RowT]:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            if self._ended.done():
                error: Optional[StdbError] = self._ended._error
                if error is not None:
                    raise error
                raise StopAsyncIteration
            self._woken.clear()
            await self._woken.wait()
        return Change(*self._waiting.popleft())

    async def aclose(self) -> None:
        """Stops listening."""
        self._is_closed = True
        self._remove()
        self._wake()

    async def __aenter__(self) -> "Changes[RowT]":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.aclose()

    def __del__(self) -> None:
        remove = getattr(self, "_remove", None)
        if remove is not None:
            remove()


def _waker(changes: Any) -> Any:
    def wake(_: Any) -> None:
        alive = changes()
        if alive is not None:
            alive._wake()

    return wake


def _remover(remove: Callable[[], None], ended: "Call[None]", waker: Any) -> Callable[[], None]:
    """Has `waker` be called at the end of the connection; what takes that back, and removes the callback."""
    ended.add_done_callback(waker)

    def remove_both() -> None:
        ended._remove_done_callback(waker)
        remove()

    return remove_both
