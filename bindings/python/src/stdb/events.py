"""A connection's own callbacks, and what becomes of the exceptions that callbacks raise."""

import logging
import weakref
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, TypeVar, cast

from . import _callbacks
from ._library import call, dropping, lib, text
from .advancing import Advancing
from .arguments import function
from .builder import Handlers
from .call import Call
from .context import Context, ReconnectEvent
from .errors import ConnectionFailedError, InvalidArgumentError
from .values import Identity

if TYPE_CHECKING:
    from .connection import DbConnection

F = TypeVar("F", bound=Callable[..., Any])

_logger = logging.getLogger("stdb")
_LOG_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG, 5: logging.DEBUG}


class Events(Advancing):
    """What tells of a connection's events."""

    _connected: "Call[None]"
    """Ends when the connection is up."""

    def __init__(self, handlers: Handlers) -> None:
        super().__init__()
        self._handlers: Handlers = {name: list(callbacks) for name, callbacks in handlers.items()}
        self._entries: Dict[int, _callbacks.Entry] = {}
        self._token: Optional[str] = None

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
        function(callback, "a callback")
        user_data = _callbacks.register(lambda pointer: self._tell(callback, pointer), self, callback)
        arguments = (_callbacks.on_event, user_data, _callbacks.drop, None)
        with dropping:
            call(lib.stdb_connection_on_transaction, handle, *arguments)
        return callback

    def remove_callback(self, callback: Callable[..., Any]) -> None:
        """Removes a function that `on_connect` or one of its kin registered. InvalidArgumentError when it is not."""
        for callbacks in self._handlers.values():
            if callback in callbacks:
                callbacks.remove(callback)
                return
        raise InvalidArgumentError(f"{callback!r} is not a callback of the connection")

    def _on(self, name: str, callback: F) -> F:
        self._open()
        self._handlers[name].append(function(callback, name))
        return callback

    def _emit(self, name: str, *arguments: Any) -> None:
        for callback in list(self._handlers[name]):
            try:
                callback(*arguments)
            except BaseException as error:
                self._report(error, callback)

    def _context(self, pointer: int) -> Context:
        return Context(cast("DbConnection", self), pointer)

    def _tell(self, callback: Optional[Callable[[Context], Any]], pointer: int) -> None:
        """Runs a callback that is told of its context alone."""
        if callback is not None:
            context = self._context(pointer)
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
        context = self._context(pointer)
        try:
            self._emit("on_connect", context, Identity(bytes(identity[0].bytes)), self._token)
        finally:
            context._end()
            self._connected._finish()

    def _on_connect_error(self, pointer: int) -> None:
        context = self._context(pointer)
        error = context.error or ConnectionFailedError("the connection could not be made")
        try:
            self._emit("on_connect_error", context, error)
        finally:
            context._end()
            self._connected._finish(error=error)
            self._ended._finish(error=error)

    def _on_disconnect(self, pointer: int) -> None:
        context = self._context(pointer)
        error, goes_on = context.error, context.retry_follows
        try:
            self._emit("on_disconnect", context, error)
        finally:
            context._end()
            if not goes_on:
                self._ended._finish(error=error)

    def _on_reconnecting(self, pointer: int) -> None:
        context = self._context(pointer)
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


class Link:
    """Stands for a connection without keeping it alive."""

    def __init__(self, connection: Events) -> None:
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


def own_callbacks(connection: Events) -> Dict[str, Callable[..., None]]:
    """What the connection's own callbacks call, without keeping it alive."""
    link = weakref.ref(connection)

    def event(method: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            alive = link()
            if alive is not None:
                method(alive, *arguments)

        return run

    kind = Events
    return {
        "on_connect": event(kind._on_connect),
        "on_connect_error": event(kind._on_connect_error),
        "on_disconnect": event(kind._on_disconnect),
        "on_reconnecting": event(kind._on_reconnecting),
        "on_log": event(kind._on_log),
    }
