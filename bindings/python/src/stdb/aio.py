"""Connections on asyncio: woken by the library when something has arrived, never by asking again and again."""

import asyncio
import ctypes
from typing import Any, Generator, Generic, Mapping, Optional, Set, Type, TypeVar

from . import _callbacks, _ffi
from ._library import call, dropping, lib
from .builder import configured
from .connection import DbConnection
from .errors import DisconnectedError, StdbError

C = TypeVar("C", bound=DbConnection)

TICK_US = 5_000
"""How long the connection may keep the event loop at a time, in microseconds; one message may take longer."""


class LoopDriver:
    """Advances a connection on an event loop."""

    def __init__(self, connection: DbConnection, loop: asyncio.AbstractEventLoop, use_descriptor: bool = True) -> None:
        self._connection: Optional[DbConnection] = connection
        self._loop = loop
        self._fd: Optional[int] = None
        handle = connection._open()
        fd = ctypes.c_int32()
        if use_descriptor:
            try:
                call(lib.stdb_connection_event_fd, handle, fd)
                loop.add_reader(fd.value, self._tick)
                self._fd = fd.value
                return
            except (StdbError, NotImplementedError):
                pass  # Windows: its loop has no readers
        _woken.add(self)
        user_data = _callbacks.register(lambda _: self._wake(), connection)
        with dropping:
            call(lib.stdb_connection_on_wakeup, handle, _callbacks.on_event, user_data, _callbacks.drop)
        loop.call_soon(self._tick)

    @property
    def is_running(self) -> bool:
        """Whether the event loop advances the connection."""
        return self._connection is not None and self._loop.is_running()

    def is_current(self) -> bool:
        """Whether this runs on the event loop, which may then not be blocked."""
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def _wake(self) -> None:
        """Runs on a thread of the library."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tick)

    def _tick(self) -> None:
        connection = self._connection
        if connection is None or connection.closed:
            return
        try:
            connection.frame_tick_budget(max_us=TICK_US)
        except DisconnectedError:
            self.detach()

    def detach(self) -> None:
        """Lets the connection go."""
        connection, self._connection = self._connection, None
        _woken.discard(self)
        if connection is None:
            return
        if self._fd is not None:
            if self.is_current() or not self._loop.is_running():
                self._unwatch()
            else:
                self._loop.call_soon_threadsafe(self._unwatch)
        elif connection._handle is not None:
            none = _ffi.stdb_event_fn()
            with dropping:
                lib.stdb_connection_on_wakeup(connection._handle, none, None, _ffi.stdb_drop_fn(), None)

    def _unwatch(self) -> None:
        assert self._fd is not None
        if not self._loop.is_closed():
            self._loop.remove_reader(self._fd)


_woken: Set[LoopDriver] = set()
"""Those that the library wakes, and no event loop refers to."""


class Connecting(Generic[C]):
    """A connection that is being made: `async with stdb.aconnect(…) as conn`, or `conn = await stdb.aconnect(…)`, which is to
    be closed with `await conn.aclose()`."""

    def __init__(
        self, kind: Type[C], uri: str, database: str, token: Optional[str], options: Mapping[str, Any]
    ) -> None:
        self._builder = configured(kind, uri, database, token, options)
        self._connection: Optional[C] = None

    async def _connect(self) -> C:
        connection = self._builder.build()
        connection._driver = LoopDriver(connection, asyncio.get_running_loop())
        try:
            await connection._connected
        except BaseException:
            connection.close()
            raise
        return connection

    def __await__(self) -> Generator[Any, None, C]:
        return self._connect().__await__()

    async def __aenter__(self) -> C:
        self._connection = await self._connect()
        return self._connection

    async def __aexit__(self, *_: Any) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


def aconnect(uri: str, database: str, token: Optional[str] = None, **options: Any) -> Connecting[DbConnection]:
    """Connects on asyncio: `async with stdb.aconnect("http://127.0.0.1:3000", "chat") as conn: …`. The running event loop
    advances the connection from then on, and callbacks run on it. Options are as for `connect`."""
    return Connecting(DbConnection, uri, database, token, options)
