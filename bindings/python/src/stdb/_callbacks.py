"""From C callbacks to Python ones. Each kind of C callback is one function for all registrations, which never goes away;
its `user_data` is the number of an entry here. The library says through `drop` when an entry can go.

An entry belongs to its owner, so that a connection that nobody refers to but its own callbacks is garbage."""

import ctypes
import itertools
import sys
import weakref
from typing import Any, Callable, Dict, Optional, Protocol

from . import _ffi


class Owner(Protocol):
    """Whose callbacks they are."""

    _entries: Dict[int, "Entry"]
    """Its entries, by their numbers."""

    @property
    def closed(self) -> bool:
        """Whether no callback is to run any more."""
        ...

    def _report(self, error: BaseException, callback: Any) -> None:
        """Is told of an exception that a callback raised, and of the callback."""


class Entry:
    """A callback that C may call."""

    __slots__ = ("run", "owner", "callback", "dropped", "__weakref__")

    def __init__(
        self, run: Callable[..., Any], owner: Owner, callback: Any, dropped: Optional[Callable[[], None]]
    ) -> None:
        self.run = run
        """What is called, with the C callback's arguments but `user_data`."""
        self.owner = owner
        self.callback = callback
        """The user's function, for reports."""
        self.dropped = dropped
        """What is told that the callback cannot run any more."""


_entries: "Dict[int, weakref.ref[Entry]]" = {}
_numbers = itertools.count(1)


def register(
    run: Callable[..., Any], owner: Owner, callback: Any = None, dropped: Optional[Callable[[], None]] = None
) -> int:
    """Makes an entry; returns the `user_data` for it. It lasts until the library drops it, also when the function that it
    was made for fails, or its owner is gone."""
    number = next(_numbers)
    entry = owner._entries[number] = Entry(run, owner, callback, dropped)
    _entries[number] = weakref.ref(entry)
    return number


def count() -> int:
    """How many entries there are, for tests."""
    return len(_entries)


def unraisable(error: BaseException, callback: Any, message: str = "Exception ignored in a callback of stdb") -> None:
    """Tells `sys.unraisablehook` of an exception that nobody can catch."""
    sys.unraisablehook(_HookArgs((type(error), error, error.__traceback__, message, callback)))


# The hook takes an object of this class alone, and Python has no name for it.
_HookArgs: Any = next(kind for kind in tuple.__subclasses__() if kind.__name__ == "UnraisableHookArgs")


def _run(user_data: Optional[int], *arguments: Any) -> Any:
    reference = _entries.get(user_data or 0)
    entry = None if reference is None else reference()
    # What ends a call is told also when the connection is closed.
    if entry is None or entry.owner.closed and entry.dropped is None:
        return None
    try:
        return entry.run(*arguments)
    except BaseException as error:  # nothing may leave a C callback
        try:
            entry.owner._report(error, entry.callback)
        except BaseException as another:
            unraisable(another, entry.callback)
        return None


def _drop(user_data: Optional[int], pop: Any = _entries.pop) -> None:
    # `pop` is bound here: what is freed when the interpreter ends finds this module's names gone.
    reference = pop(user_data or 0, None)
    entry = None if reference is None else reference()
    if entry is None or user_data is None:
        return
    entry.owner._entries.pop(user_data, None)
    if entry.dropped is not None:
        try:
            entry.dropped()
        except BaseException as error:
            unraisable(error, entry.callback)


def _on_event(context: Optional[int], user_data: Optional[int]) -> None:
    _run(user_data, context)


def _on_connect(context: Optional[int], identity: Any, token: Any, user_data: Optional[int]) -> None:
    _run(user_data, context, identity, token)


def _on_log(context: Optional[int], level: int, message: Any, user_data: Optional[int]) -> None:
    _run(user_data, context, level, message)


def _on_row(context: Optional[int], row: Any, user_data: Optional[int]) -> None:
    _run(user_data, context, row)


def _on_update(context: Optional[int], old_row: Any, new_row: Any, user_data: Optional[int]) -> None:
    _run(user_data, context, old_row, new_row)


def _on_batch(context: Optional[int], batch: Any, user_data: Optional[int]) -> None:
    _run(user_data, context, batch)


def _token(user_data: Optional[int]) -> Optional[int]:
    result = _run(user_data)
    return result if isinstance(result, int) else None


drop = _ffi.stdb_drop_fn(_drop)
on_event = _ffi.stdb_event_fn(_on_event)
on_connect = _ffi.stdb_connect_fn(_on_connect)
on_log = _ffi.stdb_log_fn(_on_log)
on_row = _ffi.stdb_row_fn(_on_row)
on_update = _ffi.stdb_update_fn(_on_update)
on_batch = _ffi.stdb_batch_fn(_on_batch)
token = _ffi.stdb_token_fn(_token)

# What C may call stays, also when the interpreter ends and forgets this module.
for _kept in (drop, on_event, on_connect, on_log, on_row, on_update, on_batch, token):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_kept))
