"""Connections: their life, and advancing them."""

import ctypes
import logging
import select
import threading
import time
import warnings
import weakref
from typing import Any, Callable, ClassVar, Dict, List, Mapping, Optional, Sequence, Tuple, TypeVar, Union

from . import _callbacks, _ffi, _library
from ._library import Handle, call, check_fork, copied, lib, text
from .builder import HANDLERS, DbConnectionBuilder, Handlers, _checked
from .call import Call
from .context import Context, ReconnectEvent
from .errors import (
    BusyError,
    ClosedError,
    ConnectionFailedError,
    DisconnectedError,
    InvalidArgumentError,
    NotConnectedError,
    ReentrantError,
    SchemaError,
    StdbError,
    TimeoutError,
)
from .options import Compression, Protocol, Reconnect, State, Stats
from .reducers import Procedures, Reducers, ask
from .schema import Schema, taken
from .subscription import Queries, Subscription, query_texts
from .table import Db, in_use
from .values import ConnectionId, Identity

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound="DbConnection")

_logger = logging.getLogger("stdb")
_LOG_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG, 5: logging.DEBUG}

CLOSING_SECONDS = 5.0
"""How long `close()` waits for the end of the connection to be told."""

_live: "weakref.WeakSet[DbConnection]" = weakref.WeakSet()
_threaded: Dict[int, "DbConnection"] = {}
"""Connections on a thread of their own, which live until their end though nobody refers to them."""


class DbConnection:
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
        self._handle: Optional[Handle] = None
        self._is_closed = False
        self._has_ended = False
        self._advancing = threading.Lock()
        self._handlers: Handlers = {name: list(callbacks) for name, callbacks in builder._handlers.items()}
        self._advancing_thread: Optional[int] = None
        self._thread: Optional[threading.Thread] = None
        self._driver: Any = None
        self._runner: Optional[int] = None
        """The thread that is inside `run`."""
        self._raised: Optional[BaseException] = None
        self._kept: List[Tuple[int, List[Any]]] = []
        self._entries: Dict[int, _callbacks.Entry] = {}
        self._reducer_callbacks: List[Tuple[str, Callable[..., Any], int]] = []
        self._token: Optional[str] = None
        self._connected: Call[None] = Call(self, "connecting")
        self._connected._asked = True
        self._ended: Call[None] = Call(self, "the connection")
        self._ended._asked = True
        self._schema: Optional[Schema] = None
        self.db = self._db(self)
        """The tables."""
        self.reducers = self._reducers(self)
        """The reducers."""
        self.procedures = self._procedures(self)
        """The procedures."""
        self._link = _Link(self)
        pointer = builder._build(self._link, _events(self))
        self._handle = Handle(pointer, lib.stdb_connection_free)
        _live.add(self)

    # ---- Advancing

    def frame_tick(self) -> None:
        """Advances all that has arrived, and runs its callbacks. For a loop of your own: call it once a frame. Never waits.

        DisconnectedError when the connection has ended and its end was told of; ReentrantError inside a callback;
        BusyError while another thread advances; ReadGuardError while this thread holds a read guard.
        """
        self._advance(lib.stdb_connection_frame_tick)

    def frame_tick_budget(self, *, max_us: int = 0, max_messages: int = 0) -> int:
        """Advances what has arrived, but no more than a budget allows: microseconds and messages, 0 for no limit. Returns
        how many messages it advanced."""
        advanced = ctypes.c_uint64()
        self._advance(lib.stdb_connection_frame_tick_budget, max_us, max_messages, advanced)
        return advanced.value

    def advance_one_message(self) -> bool:
        """Advances one message if one has arrived; returns whether one had."""
        advanced = ctypes.c_bool()
        self._advance(lib.stdb_connection_advance_one_message, advanced)
        return advanced.value

    def advance_one_message_blocking(self) -> None:
        """Advances one message, waiting until one arrives. Signals such as Ctrl-C interrupt it."""
        self.advance_one_message_timeout(None)

    def advance_one_message_timeout(self, timeout: Optional[float]) -> None:
        """Advances one message, waiting for it no longer than a time in seconds; `stdb.TimeoutError` when none came."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                # Waiting is done here and not in the library, where a signal could not interrupt it.
                self._advance(lib.stdb_connection_advance_one_message_timeout, 0)
                return
            except TimeoutError:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise
            self._sleep(left)

    def run(self) -> None:
        """Advances the connection until its end, on this thread. Raises what ended it, unless it was told to end."""
        if self._is_driven:
            raise BusyError("a thread or an event loop advances the connection already")
        self._runner = threading.get_ident()
        try:
            while True:
                self.advance_one_message_blocking()
        except DisconnectedError:
            self._raise_end()
        finally:
            self._runner = None

    def run_threaded(self) -> None:
        """Starts a thread that advances the connection until its end. Its callbacks run on that thread. BusyError when it
        has one already, or an event loop drives it."""
        self._open()
        if self._is_driven:
            raise BusyError("a thread or an event loop advances the connection already")
        self._thread = threading.Thread(target=_run_thread, args=(self,), name="stdb-connection", daemon=True)
        self._thread.start()

    def join(self, timeout: Optional[float] = None) -> bool:
        """Waits until the thread of `run_threaded` has ended, which it does when the connection has; returns whether it
        did in time. Without one, and on that thread, this returns at once."""
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    @property
    def _is_driven(self) -> bool:
        """Whether something advances the connection by itself."""
        driver = self._driver
        return self._thread is not None or self._runner is not None or driver is not None and driver.is_running

    def _advance(self, function: Any, *arguments: Any) -> None:
        handle = self._open()
        if self._kept:
            self._let_go()
        if not self._advancing.acquire(blocking=False):
            if self._has_ended:
                raise ClosedError("the connection is being closed")
            if self._advancing_thread == threading.get_ident():
                raise ReentrantError("the connection is being advanced: a callback cannot advance it")
            raise BusyError("another thread is advancing the connection")
        try:
            self._advancing_thread = threading.get_ident()
            pointer = handle.pointer
            if pointer is None:
                raise ClosedError("the connection is closed: the interpreter is about to end")
            call(function, pointer, *arguments)
        finally:
            self._advancing_thread = None
            self._advancing.release()
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    def _sleep(self, seconds: Optional[float]) -> None:
        """Waits until something has arrived."""
        handle = self._open()
        fd = ctypes.c_int32()
        try:
            call(lib.stdb_connection_event_fd, handle.pointer, fd)
        except StdbError:
            # Windows: in short steps, so that signals come through.
            time.sleep(0.005 if seconds is None else min(seconds, 0.005))
            return
        poll = select.poll()
        poll.register(fd.value, select.POLLIN)
        poll.poll(None if seconds is None else max(0, int(seconds * 1000) + 1))

    def _wait(self, pending: "Call[Any]", timeout: Optional[float]) -> None:
        """Waits until a call has ended; advances the connection if nothing else does."""
        if pending.done():
            return
        if self._advancing_thread == threading.get_ident():
            raise ReentrantError("a callback cannot wait: use add_done_callback, or await it in a task")
        if self._driver is not None and self._driver.is_current():
            raise ReentrantError("the event loop that drives the connection cannot wait: await the call")
        deadline = None if timeout is None else time.monotonic() + timeout
        woken = threading.Event()

        def wake(_: "Call[Any]") -> None:
            woken.set()

        pending.add_done_callback(wake)
        try:
            while not pending.done():
                left = None if deadline is None else max(0.0, deadline - time.monotonic())
                in_time = woken.wait(left) if self._is_driven else self._advance_or_wait(woken, left)
                if not in_time and not pending.done() and deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"{pending._what}: there was no end in {timeout} s")
        finally:
            pending._remove_done_callback(wake)

    def _advance_or_wait(self, woken: threading.Event, left: Optional[float]) -> bool:
        try:
            self.advance_one_message_timeout(left)
        except TimeoutError:
            return False
        except BusyError:
            return woken.wait(0.01 if left is None else min(left, 0.01))
        return True

    # ---- Its life

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._is_closed

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
        call(lib.stdb_connection_get_identity, self._open().pointer, identity)
        return Identity(bytes(identity.bytes))

    @property
    def connection_id(self) -> ConnectionId:
        """Which connection of our identity this is. NotConnectedError before the host has said so."""
        connection_id = _ffi.stdb_connection_id()
        call(lib.stdb_connection_get_connection_id, self._open().pointer, connection_id)
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
        call(lib.stdb_connection_get_protocol, self._open().pointer, protocol)
        return Protocol(protocol.value)

    @property
    def stats(self) -> Stats:
        """Counts of what the connection has done."""
        stats = _ffi.stdb_stats(ctypes.sizeof(_ffi.stdb_stats))
        call(lib.stdb_connection_get_stats, self._open().pointer, stats)
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
        call(lib.stdb_connection_disconnect, self._open().pointer)

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
            call(lib.stdb_connection_disconnect, handle.pointer)
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
        return ask(self, str(query), timeout_ms)

    def read_guard(self) -> "ReadGuard":
        """Keeps the cache as it is for a block of several reads on this thread: `with conn.read_guard(): …`. Meanwhile
        applying waits, and advancing on this thread gives ReadGuardError."""
        return ReadGuard(self)

    # ---- Callbacks

    def on_connect(self, callback: F) -> F:
        """Has a function called with `(ctx, identity, token)` when the connection is up, and each time that it was made
        again. A decorator, too, as all of these."""
        return self._on("on_connect", callback)

    def on_connect_error(self, callback: F) -> F:
        """Has a function called with `(ctx, error)` when the connection could not be made."""
        return self._on("on_connect_error", callback)

    def on_disconnect(self, callback: F) -> F:
        """Has a function called with `(ctx, error)` when the connection that was up has ended or was lost; the error is None
        for an ordinary end, and `ctx.retry_follows` tells whether it will be made again."""
        return self._on("on_disconnect", callback)

    def on_reconnecting(self, callback: F) -> F:
        """Has a function called with `(ctx, event)`, a ReconnectEvent, before each attempt to make the connection again."""
        return self._on("on_reconnecting", callback)

    def on_log(self, callback: F) -> F:
        """Has a function called with `(level, message)` for what the library has to log, with the levels of `logging`.
        Without one it goes to the logger "stdb"."""
        return self._on("on_log", callback)

    def on_error(self, callback: F) -> F:
        """Has a function called with `(error, callback)` for an exception that a callback raised. Without one it goes to
        `sys.unraisablehook`."""
        return self._on("on_error", callback)

    def on_transaction(self, callback: F) -> F:
        """Has a function called with `(ctx)` after each transaction that committed, and each subscription that was applied
        or dropped, when all other callbacks have run. It stays until the end of the connection."""
        handle = self._open()
        user_data = _callbacks.register(lambda pointer: self._tell(callback, pointer), self, callback)
        function = lib.stdb_connection_on_transaction
        call(function, handle.pointer, _callbacks.on_event, user_data, _callbacks.drop, None)
        return callback

    def remove_callback(self, callback: Callable[..., Any]) -> None:
        """Removes a function that `on_connect` or one of its kin registered. InvalidArgumentError when it is not."""
        for callbacks in self._handlers.values():
            if callback in callbacks:
                callbacks.remove(callback)
                return
        raise InvalidArgumentError(f"{callback!r} is not a callback of the connection")

    def _on(self, name: str, callback: F) -> F:
        self._handlers[name].append(_checked(callback, name))
        return callback

    def _emit(self, name: str, *arguments: Any) -> None:
        for callback in list(self._handlers[name]):
            try:
                callback(*arguments)
            except BaseException as error:
                self._report(error, callback)

    def _tell(self, callback: Optional[Callable[[Context], Any]], pointer: int) -> None:
        """Runs a callback that is told of its context alone."""
        if callback is not None:
            context = Context(self, pointer)
            try:
                callback(context)
            finally:
                context._end()

    def _report(self, error: BaseException, callback: Any) -> None:
        """Tells of an exception that a callback raised. One that is to end the program goes on when the library has
        returned to Python."""
        on_thread = self._thread is not None
        if not isinstance(error, Exception) and not on_thread and self._raised is None:
            self._raised = error
            return
        handlers = list(self._handlers["on_error"])
        if not handlers:
            _callbacks.unraisable(error, callback)
        for handler in handlers:
            try:
                handler(error, callback)
            except BaseException as another:
                _callbacks.unraisable(another, handler)

    def _on_connect(self, pointer: int, identity: Any, token: Any) -> None:
        self._token = text(token)
        context = Context(self, pointer)
        try:
            self._emit("on_connect", context, Identity(bytes(identity[0].bytes)), self._token)
        finally:
            context._end()
            self._connected._finish()

    def _on_connect_error(self, pointer: int) -> None:
        context = Context(self, pointer)
        error = context.error or ConnectionFailedError("the connection could not be made")
        try:
            self._emit("on_connect_error", context, error)
        finally:
            context._end()
            self._connected._finish(error=error)
            self._ended._finish(error=error)

    def _on_disconnect(self, pointer: int) -> None:
        context = Context(self, pointer)
        error, goes_on = context.error, context.retry_follows
        try:
            self._emit("on_disconnect", context, error)
        finally:
            context._end()
            if not goes_on:
                self._ended._finish(error=error)

    def _on_reconnecting(self, pointer: int) -> None:
        context = Context(self, pointer)
        event = context.event
        assert isinstance(event, ReconnectEvent)
        try:
            self._emit("on_reconnecting", context, event)
        finally:
            context._end()

    def _on_log(self, pointer: int, level: int, message: Any) -> None:
        if self._handlers["on_log"]:
            self._emit("on_log", _LOG_LEVELS.get(level, logging.DEBUG), text(message))
        else:
            _logger.log(_LOG_LEVELS.get(level, logging.DEBUG), "%s", text(message))

    # ---- Within

    def _open(self) -> Handle:
        """The handle, which whoever calls the library must hold meanwhile. ClosedError after `close()`."""
        handle = self._handle
        if handle is None:
            raise ClosedError("the connection is closed: its close() was called, or its `with` block has ended")
        if _library.forked:
            check_fork()
        return handle

    def _find_schema(self) -> Optional[Schema]:
        """The schema, when it is known."""
        handle = self._handle
        if self._schema is None and handle is not None:
            pointer = ctypes.c_void_p()
            if lib.stdb_connection_schema(handle.pointer, pointer, None) == _ffi.STDB_OK:
                self._schema = taken(pointer)
        return self._schema

    def _raise_end(self) -> None:
        error = self._ended._error
        if error is not None:
            raise error

    def _let_go(self) -> None:
        """Ends this thread's read guards that were kept for arrays, where the arrays are gone."""
        thread = threading.get_ident()
        handle = self._open()
        for kept in [kept for kept in self._kept if kept[0] == thread and not in_use(kept[1])]:
            self._kept.remove(kept)
            call(lib.stdb_read_guard_end, handle.pointer)


class ReadGuard:
    """Keeps the cache as it is on this thread for a block."""

    __slots__ = ("_connection", "_handle", "_given")

    def __init__(self, connection: DbConnection) -> None:
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
            call(lib.stdb_read_guard_begin, handle.pointer)
            self._handle = handle
        return self

    def __exit__(self, *_: Any) -> None:
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if in_use(self._given):
            self._connection._kept.append((threading.get_ident(), self._given))
        else:
            call(lib.stdb_read_guard_end, handle.pointer)


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


def configured(
    kind: "type[C]", uri: str, database: str, token: Optional[str], options: Mapping[str, Any]
) -> "DbConnectionBuilder[C]":
    """A builder with options by their names."""
    builder = kind.builder().with_uri(uri).with_database_name(database)
    if token is not None:
        builder.with_token(token)
    for name, value in options.items():
        if name == "reconnect":
            if value:
                builder.with_reconnect(Reconnect() if value is True else value)
        elif name == "headers":
            for header, content in dict(value).items():
                builder.with_header(header, content)
        elif name in HANDLERS:
            if value is not None:
                builder._on(name, value)
        elif name in _OPTIONS:
            if value is not None:
                getattr(builder, f"with_{name}")(value)
        else:
            raise InvalidArgumentError(
                f"there is no option {name!r}: {', '.join([*_OPTIONS, 'reconnect', 'headers', *HANDLERS])}"
            )
    return builder


_OPTIONS = (
    "token_provider",
    "compression",
    "light_mode",
    "confirmed_reads",
    "protocols",
    "schema_json",
    "schema_fetch",
    "connect_timeout_ms",
    "keepalive_ms",
    "max_message_bytes",
    "ca_pem",
)


class _Link:
    """Stands for a connection without keeping it alive."""

    def __init__(self, connection: DbConnection) -> None:
        self._connection = weakref.ref(connection)
        self._entries: Dict[int, _callbacks.Entry] = {}

    @property
    def closed(self) -> bool:
        connection = self._connection()
        return connection is None or connection.closed

    def _report(self, error: BaseException, callback: Any) -> None:
        connection = self._connection()
        if connection is None:
            _callbacks.unraisable(error, callback)
        else:
            connection._report(error, callback)


def _events(connection: DbConnection) -> Dict[str, Callable[..., None]]:
    """What the connection's own callbacks call, without keeping it alive."""
    link = weakref.ref(connection)

    def event(method: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            alive = link()
            if alive is not None:
                method(alive, *arguments)

        return run

    kind = DbConnection
    return {
        "on_connect": event(kind._on_connect),
        "on_connect_error": event(kind._on_connect_error),
        "on_disconnect": event(kind._on_disconnect),
        "on_reconnecting": event(kind._on_reconnecting),
        "on_log": event(kind._on_log),
    }


def _run_thread(connection: DbConnection) -> None:
    """The thread of `run_threaded`."""
    key = id(connection)
    _threaded[key] = connection
    try:
        while True:
            # In the library: the interpreter's signals are for its main thread.
            connection._advance(lib.stdb_connection_advance_one_message_blocking)
    except DisconnectedError:
        pass
    finally:
        del _threaded[key]


def _close_all() -> None:
    for connection in list(_live):
        connection.close()


_library.before_exit(_close_all)
