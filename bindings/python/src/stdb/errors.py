"""The exceptions: one class a kind of failure, each with the library's code and message."""

import builtins
from enum import IntEnum
from typing import Any, Dict, Optional, Type

from . import _ffi


class StdbError(Exception):
    """Something failed. `str` of it is a sentence that names what was wrong."""

    code: int
    """The library's code, one of the `STDB_ERR_…` numbers; 0 where the failure is not the library's."""
    message: str
    """What was wrong."""
    http_status: Optional[int]
    """The HTTP status that the host answered with, where that is what failed."""
    close_code: Optional[int]
    """The WebSocket close code that the host sent, where it closed the connection."""
    is_fatal: bool
    """Whether the connection is of no further use, but for reading its cache and closing it."""
    is_retriable: bool
    """Whether the same attempt may succeed later without a change."""

    default_code = 0

    def __init__(
        self,
        message: str,
        *,
        code: Optional[int] = None,
        http_status: Optional[int] = None,
        close_code: Optional[int] = None,
        is_fatal: bool = False,
        is_retriable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = self.default_code if code is None else code
        self.http_status = http_status
        self.close_code = close_code
        self.is_fatal = is_fatal
        self.is_retriable = is_retriable

    @property
    def code_name(self) -> str:
        """The code's name, for example "STDB_ERR_TIMEOUT"; empty where there is no code."""
        from ._library import lib, text

        return text(lib.stdb_status_name(self.code)) if self.code else ""

    def __reduce__(self) -> Any:
        return (_restore, (type(self), self.message, self.__dict__))


def _restore(kind: Type[StdbError], message: str, state: Dict[str, Any]) -> StdbError:
    error = kind.__new__(kind, message)
    error.__dict__.update(state)
    return error


class LibraryError(StdbError, ImportError):
    """The C library cannot be found, or is not one that this package can use."""


class ForkError(StdbError):
    """The process was forked from one that had used the library."""

    default_code = _ffi.STDB_ERR_UNSUPPORTED


class InvalidArgumentError(StdbError, ValueError):
    """An argument is of a wrong type, out of range or malformed; the message names it."""

    default_code = _ffi.STDB_ERR_INVALID_ARGUMENT


class ReentrantError(StdbError):
    """A connection was advanced, or waited for, inside one of its callbacks."""

    default_code = _ffi.STDB_ERR_REENTRANT


class BusyError(StdbError):
    """Another thread is advancing the connection."""

    default_code = _ffi.STDB_ERR_BUSY


class DisconnectedError(StdbError, ConnectionError):
    """The connection has ended, or was told to."""

    default_code = _ffi.STDB_ERR_DISCONNECTED


class ClosedError(DisconnectedError):
    """The connection was used after its `close()`."""


class NotConnectedError(StdbError):
    """The connection is not up yet, so that the host has not told this."""

    default_code = _ffi.STDB_ERR_NOT_CONNECTED


class TimeoutError(StdbError, builtins.TimeoutError):
    """The time given ran out."""

    default_code = _ffi.STDB_ERR_TIMEOUT


class UnknownNameError(StdbError, AttributeError, LookupError):
    """The schema has no table, column, index, reducer or procedure of that name; the message has the nearest."""


class SchemaError(StdbError):
    """The schema cannot be read or contradicts itself, or the connection has none."""

    default_code = _ffi.STDB_ERR_SCHEMA


class ReadGuardError(StdbError):
    """The thread that advances still reads rows of the same connection, or rows were read too late."""

    default_code = _ffi.STDB_ERR_READ_GUARD_HELD


class SubscriptionError(StdbError):
    """The host refused or ended a subscription; the message is the host's."""

    default_code = _ffi.STDB_ERR_SUBSCRIPTION


class BsatnError(StdbError):
    """Bytes are not the BSATN that was expected."""

    default_code = _ffi.STDB_ERR_BSATN


class ConnectionFailedError(StdbError, ConnectionError):
    """The connection could not be made, or was lost."""


class CallStatus(IntEnum):
    """How a call of a reducer or a procedure, or a query, ended."""

    COMMITTED = 0
    FAILED = 1
    OUT_OF_ENERGY = 2
    DISCONNECTED = 3
    TIMEOUT = 4


class CallError(StdbError):
    """A call came to nothing: it failed, its time ran out, or the connection ended first; `status` tells which."""

    status: CallStatus
    """How it ended."""
    called: str
    """The reducer's or procedure's name, or the query."""
    value: Any
    """What the reducer returned as its error, where the host tells: decoded, if the schema says how, else bytes."""

    def __init__(self, called: str, status: CallStatus, message: str, value: Any = None) -> None:
        code = {CallStatus.DISCONNECTED: _ffi.STDB_ERR_DISCONNECTED, CallStatus.TIMEOUT: _ffi.STDB_ERR_TIMEOUT}
        super().__init__(f"{called}: {message or status.name.lower().replace('_', ' ')}", code=code.get(status, 0))
        self.status = status
        self.called = called
        self.value = value
        self.reason = message


class ReducerError(CallError):
    """A reducer did not commit."""


class ProcedureError(CallError):
    """A procedure did not return."""


class QueryError(CallError):
    """A one-off query was not answered with rows."""


_CLASSES: Dict[int, Type[StdbError]] = {
    _ffi.STDB_ERR_INVALID_ARGUMENT: InvalidArgumentError,
    _ffi.STDB_ERR_REENTRANT: ReentrantError,
    _ffi.STDB_ERR_BUSY: BusyError,
    _ffi.STDB_ERR_DISCONNECTED: DisconnectedError,
    _ffi.STDB_ERR_NOT_CONNECTED: NotConnectedError,
    _ffi.STDB_ERR_TIMEOUT: TimeoutError,
    _ffi.STDB_ERR_UNKNOWN_TABLE: UnknownNameError,
    _ffi.STDB_ERR_UNKNOWN_COLUMN: UnknownNameError,
    _ffi.STDB_ERR_UNKNOWN_INDEX: UnknownNameError,
    _ffi.STDB_ERR_UNKNOWN_REDUCER: UnknownNameError,
    _ffi.STDB_ERR_UNKNOWN_PROCEDURE: UnknownNameError,
    _ffi.STDB_ERR_NO_SCHEMA: SchemaError,
    _ffi.STDB_ERR_SCHEMA: SchemaError,
    _ffi.STDB_ERR_READ_GUARD_HELD: ReadGuardError,
    _ffi.STDB_ERR_NO_READ_GUARD: ReadGuardError,
    _ffi.STDB_ERR_SUBSCRIPTION: SubscriptionError,
    _ffi.STDB_ERR_BSATN: BsatnError,
    _ffi.STDB_ERR_IO: ConnectionFailedError,
    _ffi.STDB_ERR_DNS: ConnectionFailedError,
    _ffi.STDB_ERR_TLS: ConnectionFailedError,
    _ffi.STDB_ERR_HTTP: ConnectionFailedError,
    _ffi.STDB_ERR_PROTOCOL: ConnectionFailedError,
    _ffi.STDB_ERR_CLOSED: ConnectionFailedError,
    _ffi.STDB_ERR_TOO_LARGE: ConnectionFailedError,
    _ffi.STDB_ERR_UNREACHABLE: ConnectionFailedError,
}


def error_of(code: int, message: str, **details: Any) -> StdbError:
    """The exception for one of the library's codes."""
    return _CLASSES.get(code, StdbError)(message, code=code, **details)
