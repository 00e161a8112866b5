"""Reading a cache several times as it is."""

import threading
from typing import TYPE_CHECKING, Any, List, Optional

from ._library import Handle, call, lib
from .table import in_use

if TYPE_CHECKING:
    from .connection import DbConnection


class ReadGuard:
    """Keeps the cache as it is on this thread for a block."""

    __slots__ = ("_connection", "_handle", "_given")

    def __init__(self, connection: "DbConnection") -> None:
        self._connection = connection
        self._handle: Optional[Handle] = None
        self._given: List[Any] = []

    @property
    def holds(self) -> bool:
        """Whether rows stay where they are also after the callback that may be running."""
        return self._handle is not None

    def keep(self, given: List[Any]) -> None:
        """Has the guard last as long as memory that was given out is in use; weak references to it say whether it is."""
        self._given = given

    def __enter__(self) -> "ReadGuard":
        connection = self._connection
        handle = connection._open()
        if connection._kept:
            connection._let_go()
        # Inside a callback none is needed.
        if connection._advancing_thread != threading.get_ident():
            call(lib.stdb_read_guard_begin, handle)
            self._handle = handle
        return self

    def __exit__(self, *_: Any) -> None:
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if in_use(self._given):
            self._connection._kept.append((threading.get_ident(), self._given))
        else:
            call(lib.stdb_read_guard_end, handle)
