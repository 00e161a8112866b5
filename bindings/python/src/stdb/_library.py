"""Finding and loading libstdb, and what every call of it shares."""

import atexit
import ctypes
import os
import sys
import threading
import weakref
from ctypes import byref, c_void_p
from pathlib import Path
from typing import Any, Callable, List, Optional, Tuple, cast

from . import _ffi
from .errors import ClosedError, ForkError, LibraryError, StdbError, error_of

VARIABLE = "STDB_LIBRARY"
"""The environment variable that names another library than the package's own."""

if sys.platform == "win32":
    FILE_NAME = "stdb.dll"
elif sys.platform == "darwin":
    FILE_NAME = "libstdb.dylib"
else:
    FILE_NAME = "libstdb.so"


def candidates() -> List[Tuple[str, str]]:
    """Where the library may be, in the order of trying: a path or a name for the loader, and what to call it."""
    own = Path(__file__).resolve().parent / FILE_NAME
    named = os.environ.get(VARIABLE, "")
    system = FILE_NAME if sys.platform in ("win32", "darwin") else f"{FILE_NAME}.{_ffi.STDB_VERSION_MAJOR}"
    # A library that was asked for by name is the one to use, whether or not it can be.
    if named:
        return [(named, f"named by {VARIABLE}")]
    if own.exists():
        return [(str(own), "the package's own")]
    return [(system, "the system's"), (FILE_NAME, "the system's")]


def _load() -> ctypes.CDLL:
    tried = []
    for path, whose in candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"{path} ({whose}): {error}")
            continue
        check_version(library, path)
        return library
    raise LibraryError(
        f"cannot load {FILE_NAME}; tried:\n  " + "\n  ".join(tried) + "\n"
        "Install a wheel of this package, which carries the library, or build the library with "
        f"`cargo build --release` and set {VARIABLE} to the path of {FILE_NAME}."
    )


def check_version(library: Any, path: str) -> None:
    """Raises LibraryError unless the library is one that this package can use: of the same major version (of the same
    minor one before 1.0), and not older than the header that the package was made for."""
    try:
        library.stdb_version_number.restype = ctypes.c_uint32
        number = int(library.stdb_version_number())
    except AttributeError:
        raise LibraryError(f"{path} is not libstdb: it has no stdb_version_number") from None
    wanted = _ffi.STDB_VERSION_NUMBER
    series = 1_000_000 if wanted >= 1_000_000 else 1_000
    if number // series != wanted // series or number < wanted:
        raise LibraryError(
            f"{path} is libstdb {version_text(number)}, but this package needs {version_text(wanted)} or a later one "
            f"that is compatible: install the versions that belong together, or unset {VARIABLE}"
        )


def version_text(number: int) -> str:
    """A version as text out of `major * 1,000,000 + minor * 1,000 + patch`."""
    return f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"


_loaded = _load()

lib: Any = _ffi.declare(_loaded)
"""The library. Its functions release the interpreter's lock while they run."""

quick: Any = _ffi.declare(ctypes.PyDLL(_loaded._name))
"""The same library, for functions that never wait and call nothing back: they keep the interpreter's lock, which is
faster where a function does next to nothing."""


def call(function: Callable[..., int], *arguments: Any) -> None:
    """Calls a function whose last parameter is `stdb_error **`; raises what it gives."""
    error = c_void_p()
    status = function(*arguments, byref(error))
    if status:
        raise take_error(status, error)


def take_error(status: int, error: c_void_p) -> StdbError:
    """The exception for an owned error, which is freed."""
    try:
        return read_error(error.value, status)
    finally:
        lib.stdb_error_free(error)


def read_error(error: Optional[int], status: int = 0) -> StdbError:
    """The exception for a borrowed error."""
    return error_of(
        lib.stdb_error_code(error) or status,
        text(lib.stdb_error_message(error)),
        http_status=lib.stdb_error_http_status(error) or None,
        close_code=lib.stdb_error_close_code(error) or None,
        is_fatal=lib.stdb_error_is_fatal(error),
        is_retriable=lib.stdb_error_is_retriable(error),
    )


def text(view: Any) -> str:
    """The text of a `stdb_str`."""
    return ctypes.string_at(view.data, view.len).decode("utf-8", "replace") if view.len else ""


def view(data: bytes) -> _ffi.stdb_bytes:
    """A `stdb_bytes` over bytes, which must be kept as long as it is used."""
    return _ffi.stdb_bytes(ctypes.cast(ctypes.c_char_p(data), c_void_p), len(data))


def copied(view: Any) -> bytes:
    """The bytes of a `stdb_bytes` or a `stdb_row`."""
    return ctypes.string_at(view.data, view.len) if view.len else b""


_new_bytes = ctypes.pythonapi.PyBytes_FromStringAndSize
_new_bytes.argtypes, _new_bytes.restype = [c_void_p, ctypes.c_ssize_t], ctypes.py_object
_address = ctypes.pythonapi.PyBytes_AsString
_address.argtypes, _address.restype = [ctypes.py_object], c_void_p


def filled(size: int, fill: Callable[[int], Any]) -> bytes:
    """Bytes that a function writes, given their address: what is large is neither cleared first nor copied afterwards."""
    if not size:
        return b""
    # Python allows writing to what was made in this way, as long as nobody else has it.
    made = _new_bytes(None, size)
    fill(_address(made))
    return cast(bytes, made)


def c_text(value: Any, what: str) -> bytes:
    """UTF-8 for a parameter that is text ended by NUL; `what` names it in errors."""
    if not isinstance(value, str):
        raise error_of(_ffi.STDB_ERR_INVALID_ARGUMENT, f"{what} must be a str, not {type(value).__name__}")
    if "\0" in value:
        raise error_of(_ffi.STDB_ERR_INVALID_ARGUMENT, f"{what} must not contain a NUL")
    return value.encode("utf-8", "surrogatepass")


class Handle:
    """A handle of the library that is freed when nobody uses it any more. A method that is running holds it, so that
    another thread's `close` cannot free it under the method."""

    __slots__ = ("pointer", "_free", "__weakref__")

    def __init__(self, pointer: int, free: Callable[[int], None]) -> None:
        self.pointer: Optional[int] = pointer
        self._free = free
        global _used
        with _lock:
            _used = True
            _handles.add(self)

    @property
    def _as_parameter_(self) -> Optional[int]:
        """What ctypes gives the library. Who gives a function the handle itself holds it meanwhile."""
        return self.pointer

    def __del__(self) -> None:
        global _within
        if self.pointer is None:
            return  # when the interpreter ends, a thread that is no more may have the lock
        with _left:
            pointer, self.pointer = self.pointer, None
            _within += 1
        try:
            if pointer is not None:
                self._free(pointer)
        finally:
            with _left:
                _within -= 1
                _left.notify_all()


class _Dropping:
    """A block in which the library may call destructors of callbacks on this thread. The interpreter does not end meanwhile:
    a thread that comes back to an interpreter that is gone through the library's own code would end the process. ClosedError
    when the interpreter is about to end."""

    def __enter__(self) -> None:
        global _within
        with _left:
            if _is_ending:
                raise ClosedError("the interpreter is about to end")
            _within += 1

    def __exit__(self, *_: Any) -> None:
        global _within
        with _left:
            _within -= 1
            _left.notify_all()


dropping = _Dropping()


_handles: "weakref.WeakSet[Handle]" = weakref.WeakSet()
_lock = threading.Lock()
_used = False
_left = threading.Condition()
_within = 0
"""How many threads are where the destructors of callbacks may run."""
_is_ending = False
EXIT_SECONDS = 5.0
_at_exit: List[Callable[[], None]] = []
forked = False
"""Whether this process was forked from one that had used the library, whose threads it has not."""


def before_exit(function: Callable[[], None]) -> None:
    """Has a function run at the interpreter's exit, before the library is shut down."""
    _at_exit.append(function)


def check_fork() -> None:
    """Raises ForkError in a process that cannot use the library."""
    if forked:
        raise ForkError(
            "this process was forked from one that used stdb, and the library's threads are not in it: connect after "
            'the fork and not before, or start processes with multiprocessing\'s "spawn" or "forkserver"'
        )


def _exit() -> None:
    global _is_ending
    if forked:
        return
    for function in _at_exit:
        function()
    # What another thread freed or registered from now on would call back into an interpreter that is gone.
    with _left:
        _is_ending = True
    with _lock:
        for handle in list(_handles):
            handle.pointer = None
    with _left:
        _left.wait_for(lambda: _within == 0, EXIT_SECONDS)
    # Joins the library's threads: none of them can call back into an interpreter that is gone.
    lib.stdb_shutdown()


def _after_fork_in_child() -> None:
    global forked, _lock, _left, _within
    _lock, _left, _within = threading.Lock(), threading.Condition(), 0
    forked = _used
    for handle in list(_handles):
        # Its memory is the parent's affair: freeing it would wait for threads that this process does not have.
        handle.pointer = None


atexit.register(_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
