"""Advancing a connection, where all its callbacks run; and waiting for what advancing brings."""

import ctypes
import select
import threading
import time
from typing import Any, Dict, List, Optional, Tuple

from . import _library
from ._library import Handle, call, check_fork, lib
from .arguments import number, seconds
from .call import Call
from .errors import BusyError, ClosedError, DisconnectedError, ReentrantError, StdbError, TimeoutError
from .table import in_use

_MOST = (1 << 64) - 1
"""The highest number of a budget."""

_DAY = 86_400.0
"""How long is waited at a time; `poll` takes no more than weeks."""

_threaded: "Dict[int, Advancing]" = {}
"""Connections on a thread of their own, which live until their end though nobody refers to them."""


class Advancing:
    """What advances a connection."""

    _handle: Optional[Handle]
    _ended: "Call[None]"
    """Ends with the connection."""

    def __init__(self) -> None:
        self._handle = None
        self._is_closed = False
        self._has_ended = False
        self._advancing = threading.Lock()
        self._advancing_thread: Optional[int] = None
        self._thread: Optional[threading.Thread] = None
        self._driver: Any = None
        self._runner: Optional[int] = None
        """The thread that is inside `run`."""
        self._raised: Optional[BaseException] = None
        """What a callback raised that is to end the program."""
        self._kept: List[Tuple[int, List[Any]]] = []
        """Read guards that arrays still need: their threads, and weak references to the memory."""

    def frame_tick(self) -> None:
        """Advances all that has arrived, and runs its callbacks. For a loop of your own: call it once a frame. Never waits.

        DisconnectedError when the connection has ended and its end was told of; ReentrantError inside a callback;
        BusyError while another thread advances; ReadGuardError while this thread holds a read guard.
        """
        self._advance(lib.stdb_connection_frame_tick)

    def frame_tick_budget(self, *, max_us: int = 0, max_messages: int = 0) -> int:
        """Advances what has arrived, but no more than a budget allows: microseconds and messages, 0 for no limit. Returns
        how many messages it advanced."""
        number(max_us, "max_us", _MOST)
        number(max_messages, "max_messages", _MOST)
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
        deadline = _deadline(timeout)
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
        self._open()
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
        thread.join(seconds(timeout))
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

    def _sleep(self, limit: Optional[float]) -> None:
        """Waits until something has arrived, no longer than a time in seconds; it may be less than that."""
        handle = self._open()
        fd = ctypes.c_int32()
        try:
            call(lib.stdb_connection_event_fd, handle, fd)
        except StdbError:
            # Windows: in short steps, so that signals come through.
            time.sleep(0.005 if limit is None else min(limit, 0.005))
            return
        poll = select.poll()
        poll.register(fd.value, select.POLLIN)
        poll.poll(None if limit is None else max(0, int(min(limit, _DAY) * 1000) + 1))

    def _wait(self, pending: "Call[Any]", timeout: Optional[float]) -> None:
        """Waits until a call has ended; advances the connection if nothing else does."""
        if pending.done():
            return
        if self._advancing_thread == threading.get_ident():
            raise ReentrantError("a callback cannot wait: use add_done_callback, or await it in a task")
        if self._driver is not None and self._driver.is_current():
            raise ReentrantError("the event loop that drives the connection cannot wait: await the call")
        deadline = _deadline(timeout)
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

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._is_closed

    def _open(self) -> Handle:
        """The handle, which whoever calls the library must hold meanwhile. ClosedError after `close()`."""
        handle = self._handle
        if handle is None:
            raise ClosedError("the connection is closed: its close() was called, or its `with` block has ended")
        if _library.forked:
            check_fork()
        return handle

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
            call(lib.stdb_read_guard_end, handle)


def _deadline(timeout: Optional[float]) -> Optional[float]:
    """When a time in seconds that begins now has run out."""
    limit = seconds(timeout)
    return None if limit is None else time.monotonic() + limit


def _run_thread(connection: Advancing) -> None:
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
