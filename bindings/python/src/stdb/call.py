"""What has been asked for and is still to come: a reducer's result, a query's rows, a subscription's first rows."""

import logging
import threading
from typing import TYPE_CHECKING, Any, Callable, Generator, Generic, List, Optional, TypeVar

from . import _ffi
from ._callbacks import unraisable
from .arguments import function
from .errors import StdbError

if TYPE_CHECKING:
    from .connection import DbConnection

T = TypeVar("T")

_lock = threading.RLock()  # the collector may run `_remove_done_callback` while it is held
_logger = logging.getLogger("stdb")


class Call(Generic[T]):
    """A result that is to come. `await` it, ask for it with `result()`, or have a function called with it.

    A call that fails and whose result nobody asks for is logged.
    """

    def __init__(self, connection: "DbConnection", what: str) -> None:
        self._connection = connection
        self._what = what
        self._is_done = False
        self._value: Any = None
        self._error: Optional[StdbError] = None
        self._asked = False
        self._then: List[Callable[["Call[T]"], None]] = []

    def __repr__(self) -> str:
        state = "waiting" if not self._is_done else "done" if self._error is None else f"failed: {self._error}"
        return f"<Call {self._what}: {state}>"

    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._is_done

    def result(self, timeout: Optional[float] = None) -> T:
        """Waits for the result and returns it, or raises what went wrong. Unless a thread or an event loop advances the
        connection, this does, and callbacks run meanwhile.

        `timeout` is in seconds; `stdb.TimeoutError` when it runs out. Not inside a callback of the connection
        (`ReentrantError`), and not on the event loop that drives it: there, `await` the call.
        """
        self._asked = True
        self._connection._wait(self, timeout)
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[no-any-return]

    def exception(self, timeout: Optional[float] = None) -> Optional[StdbError]:
        """Waits as `result()` does; returns what went wrong, or None."""
        self._asked = True
        self._connection._wait(self, timeout)
        return self._error

    def add_done_callback(self, callback: Callable[["Call[T]"], Any]) -> None:
        """Has a function called with this call when it has ended: on the advancing thread, or at once when it has. What it
        raises is reported as a callback's is."""
        function(callback, "a callback")
        self._asked = True
        with _lock:
            if not self._is_done:
                self._then.append(callback)
                return
        try:
            callback(self)
        except Exception as raised:
            self._connection._report(raised, callback)

    def _remove_done_callback(self, callback: Callable[["Call[T]"], Any]) -> None:
        """Takes back what `add_done_callback` was given, unless it was called."""
        with _lock:
            if callback in self._then:
                self._then.remove(callback)

    def __await__(self) -> Generator[Any, None, T]:
        import asyncio

        if not self._is_done:
            loop = asyncio.get_running_loop()
            future = loop.create_future()

            def wake(_: "Call[T]") -> None:
                _wake(loop, future, asyncio._get_running_loop() is loop)

            self.add_done_callback(wake)
            try:
                yield from future
            finally:
                self._remove_done_callback(wake)
        return self.result(0)

    def _finish(self, value: Any = None, error: Optional[StdbError] = None) -> None:
        with _lock:
            if self._is_done:
                return
            self._value, self._error = value, error
            self._is_done = True
            then, self._then = self._then, []
        for callback in then:
            try:
                callback(self)
            except BaseException as raised:
                self._connection._report(raised, callback)

    def __del__(self) -> None:
        # That a connection ended is told elsewhere.
        if self._error is not None and not self._asked and not self._error.code == _ffi.STDB_ERR_DISCONNECTED:
            _logger.warning("nobody asked how this call ended: %s", self._error)


def _wake(loop: Any, future: Any, is_here: bool) -> None:
    """Ends the wait of a future, which may be another thread's."""

    def end() -> None:
        if not future.done():
            future.set_result(None)

    if is_here:
        end()
        return
    try:
        loop.call_soon_threadsafe(end)
    except RuntimeError as error:  # the loop is closed: nobody waits
        if not loop.is_closed():
            unraisable(error, end)
