"""Connections: how they are made, what they are, and their end."""

import ctypes
import threading
import warnings
import weakref
from typing import Any, Callable, ClassVar, List, Mapping, Optional, Tuple, TypeVar

from . import _ffi, _library
from ._library import Handle, call, lib
from .builder import DbConnectionBuilder, configured
from .call import Call
from .context import Context
from .errors import ClosedError, NotConnectedError, SchemaError, StdbError
from .events import Events, Link, own_callbacks
from .options import Protocol, State, Stats
from .read_guard import ReadGuard
from .reducers import Procedures, Reducers, ask
from .schema import Schema, taken
from .subscription import Queries, Subscription, query_text, query_texts
from .table import Db
from .values import ConnectionId, Identity

C = TypeVar("C", bound="DbConnection")

CLOSING_SECONDS = 5.0
"""How long `close()` waits for the end of the connection to be told."""

_live: "weakref.WeakSet[DbConnection]" = weakref.WeakSet()


class DbConnection(Events):
    """A connection to a database, with its cache. `connect` and `DbConnection.builder()` make them.

    Something has to advance it, and all callbacks run there: `frame_tick()` in a loop of your own, `run_threaded()`, or an
    event loop (`stdb.aconnect`). Any thread may use it. Close it when you are done, as a context manager does.
    """

    _schema_json: ClassVar[Optional[str]] = None
    """Of generated bindings: the schema that they were made from."""
    _classes: ClassVar[Mapping[str, Any]] = {}
    """Of generated bindings: the classes of the module's types, by their names."""
    _db: ClassVar[Any] = Db
    _reducers: ClassVar[Any] = Reducers
    _procedures: ClassVar[Any] = Procedures

    @classmethod
    def builder(cls: "type[C]") -> "DbConnectionBuilder[C]":
        """The options of a connection that is to be made, to be set one by one."""
        return DbConnectionBuilder(cls)

    def __init__(self, builder: "DbConnectionBuilder[Any]") -> None:
        """Made by `DbConnectionBuilder.build`."""
        super().__init__(builder._handlers)
        self._reducer_callbacks: List[Tuple[str, Callable[..., Any], int]] = []
        self._connected = Call(self, "connecting")
        self._connected._asked = True
        self._ended = Call(self, "the connection")
        self._ended._asked = True
        self._schema: Optional[Schema] = None
        self.db = self._db(self)
        """The tables."""
        self.reducers = self._reducers(self)
        """The reducers."""
        self.procedures = self._procedures(self)
        """The procedures."""
        self._link = Link(self)
        pointer = builder._build(self._link, own_callbacks(self))
        self._handle = Handle(pointer, lib.stdb_connection_free)
        _live.add(self)

    # ---- Its life

    @property
    def is_active(self) -> bool:
        """Whether the connection is up."""
        handle = self._handle
        return handle is not None and bool(lib.stdb_connection_is_active(handle.pointer))

    @property
    def state(self) -> State:
        """How far the connection has come."""
        handle = self._handle
        return State.ENDED if handle is None else State(lib.stdb_connection_get_state(handle.pointer))

    @property
    def identity(self) -> Identity:
        """Who we are. NotConnectedError before the host has said so."""
        identity = _ffi.stdb_identity()
        call(lib.stdb_connection_get_identity, self._open(), identity)
        return Identity(bytes(identity.bytes))

    @property
    def connection_id(self) -> ConnectionId:
        """Which connection of our identity this is. NotConnectedError before the host has said so."""
        connection_id = _ffi.stdb_connection_id()
        call(lib.stdb_connection_get_connection_id, self._open(), connection_id)
        return ConnectionId(bytes(connection_id.bytes))

    @property
    def token(self) -> str:
        """What to give to a later connection to be the same identity. NotConnectedError before the host has said so."""
        if self._token is None:
            raise NotConnectedError("the connection is not up yet: the host has not given a token")
        return self._token

    @property
    def protocol(self) -> Protocol:
        """Which protocol the host chose. NotConnectedError before it has."""
        protocol = ctypes.c_int32()
        call(lib.stdb_connection_get_protocol, self._open(), protocol)
        return Protocol(protocol.value)

    @property
    def stats(self) -> Stats:
        """Counts of what the connection has done."""
        stats = _ffi.stdb_stats(ctypes.sizeof(_ffi.stdb_stats))
        call(lib.stdb_connection_get_stats, self._open(), stats)
        return Stats(*(getattr(stats, name) for name in Stats._fields))

    @property
    def schema(self) -> Schema:
        """What the module says of itself. SchemaError when it is not known: not yet, or because the connection does without
        one."""
        schema = self._find_schema()
        if schema is None:
            raise SchemaError(
                "the module's schema is not known: the connection is not up yet, or does without one",
                code=_ffi.STDB_ERR_NO_SCHEMA,
            )
        return schema

    def wait_connected(self, timeout: Optional[float] = None) -> None:
        """Waits until the connection is up, as `Call.result` waits; raises why it could not be made."""
        self._connected.result(timeout)

    def disconnect(self) -> None:
        """Ends the connection. What was sent before still goes out; `on_disconnect` is told of it when the connection is
        advanced. The cache can still be read. DisconnectedError when it was told before, or has ended."""
        call(lib.stdb_connection_disconnect, self._open())

    def close(self) -> None:
        """Ends the connection, runs the callbacks of its end, and frees it with its cache. Nothing of it can be used after
        that; a second time does nothing. Inside a callback it is freed when that has returned.

        On an event loop use `aclose()`, which also waits for the end.
        """
        handle = self._handle
        if handle is None:
            return
        if handle.pointer is not None:
            self._finish_up(handle)
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.detach()
        self._handle = None
        self._is_closed = True
        _live.discard(self)
        self._connected._finish(error=ClosedError("the connection is closed"))
        self._ended._finish()

    def _finish_up(self, handle: Handle) -> None:
        """Ends the connection and lets its end be told."""
        try:
            call(lib.stdb_connection_disconnect, handle)
        except StdbError:
            pass
        if self._thread is not None:
            self.join()
        elif self._advancing_thread != threading.get_ident():
            try:
                self._ended.exception(CLOSING_SECONDS)
            except StdbError:
                pass  # it does not end in time, or the event loop cannot wait for it
            self._has_ended = True
            # The thread that told the end may still be in the library, where it must not be when the interpreter goes.
            if self._advancing.acquire(timeout=CLOSING_SECONDS):
                self._advancing.release()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None and not _library.forked:
            warnings.warn(f"unclosed connection {self!r}", ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self.closed else self.state.name.lower()}>"

    # ---- On an event loop

    async def aclose(self) -> None:
        """Ends the connection, waits until its end was told, and frees it, as `close()` does, without blocking the event
        loop."""
        import asyncio

        if self._handle is None:
            return
        try:
            self.disconnect()
        except StdbError:
            pass
        if self._driver is not None and self._driver.is_current():
            try:
                await asyncio.wait_for(self.ended(), CLOSING_SECONDS)
            except (asyncio.TimeoutError, StdbError):
                pass
        self.close()

    async def ended(self) -> None:
        """Waits until the connection has ended. Raises what ended it, unless it was told to end."""
        await self._ended

    async def __aenter__(self: C) -> C:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.aclose()

    # ---- Subscriptions and queries

    def subscribe(
        self,
        queries: Queries,
        *,
        on_applied: Optional[Callable[[Context], Any]] = None,
        on_error: Optional[Callable[[Context], Any]] = None,
    ) -> Subscription:
        """Subscribes to a query or several: their rows come into the cache and are kept up to date. `await` what this
        returns, or `wait()` for it, until the rows are there.

        `on_applied(ctx)` runs when they are; `on_error(ctx)` when the host refuses or ends the subscription, or the
        connection ends before it was applied; `ctx.error` says why.
        """
        return Subscription(self, query_texts(queries), on_applied, on_error)

    def subscribe_to_all_tables(
        self,
        *,
        on_applied: Optional[Callable[[Context], Any]] = None,
        on_error: Optional[Callable[[Context], Any]] = None,
    ) -> Subscription:
        """Subscribes to all rows of every public table."""
        return Subscription(self, None, on_applied, on_error)

    def one_off_query(self, query: Any, *, timeout_ms: int = 0) -> "Call[List[Any]]":
        """Asks for the rows of a query once. They do not come into the cache."""
        return ask(self, query_text(query).decode(), timeout_ms)

    def read_guard(self) -> ReadGuard:
        """Keeps the cache as it is for a block of several reads on this thread: `with conn.read_guard(): …`. Meanwhile
        applying waits, and advancing on this thread gives ReadGuardError."""
        return ReadGuard(self)

    # ---- Within

    def _find_schema(self) -> Optional[Schema]:
        """The schema, when it is known."""
        handle = self._handle
        if self._schema is None and handle is not None:
            pointer = ctypes.c_void_p()
            if lib.stdb_connection_schema(handle.pointer, pointer, None) == _ffi.STDB_OK:
                self._schema = taken(pointer)
        return self._schema


def connect(
    uri: str,
    database: str,
    token: Optional[str] = None,
    *,
    timeout: Optional[float] = None,
    **options: Any,
) -> DbConnection:
    """Connects to a database and waits until the connection is up.

    `options` are those of the builder by their names without `with_` (`compression="brotli"`, `reconnect=True`,
    `schema_json=…`), and its callbacks (`on_connect`, `on_disconnect`, …). `timeout` is in seconds; `connect_timeout_ms`
    limits the same. Raises why the connection could not be made.

    For a connection that is made in the background use `DbConnection.builder()`; on asyncio `aconnect`.
    """
    return connect_as(DbConnection, uri, database, token, timeout=timeout, **options)


def connect_as(
    kind: "type[C]",
    uri: str,
    database: str,
    token: Optional[str] = None,
    *,
    timeout: Optional[float] = None,
    **options: Any,
) -> C:
    """`connect`, for the connection class of generated bindings."""
    connection = configured(kind, uri, database, token, options).build()
    try:
        connection.wait_connected(timeout)
    except BaseException:
        connection.close()
        raise
    return connection


def _close_all() -> None:
    for connection in list(_live):
        connection.close()


_library.before_exit(_close_all)
