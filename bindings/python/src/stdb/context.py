"""What a callback is told besides rows: why it runs."""

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from . import _ffi
from ._library import call, copied, lib, read_error, text
from .bsatn import decoder
from .errors import CallStatus, StdbError
from .values import ConnectionId, Identity, TimeDuration, Timestamp

if TYPE_CHECKING:
    from .connection import DbConnection


class EventKind(IntEnum):
    """Why a callback runs."""

    NONE = 0
    CONNECTED = 1
    CONNECT_ERROR = 2
    DISCONNECTED = 3
    REDUCER = 4
    SUBSCRIBE_APPLIED = 5
    UNSUBSCRIBE_APPLIED = 6
    SUBSCRIBE_ERROR = 7
    TRANSACTION = 8
    LOG = 9
    PROCEDURE = 10
    QUERY = 11
    RECONNECTING = 12
    RECONNECTED = 13


class ReducerEvent(NamedTuple):
    """A run of a reducer, or a call of one that came to nothing."""

    reducer: str
    status: CallStatus
    message: str
    """What the host says of a failure; empty otherwise."""
    args: Any
    """The arguments: a row of them, or their BSATN when there is no schema."""
    timestamp: Timestamp
    """When it ran; 0 when it is not known to have run."""
    caller_identity: Identity
    caller_connection_id: Optional[ConnectionId]
    """Over which connection it was called; None when the host itself called."""
    energy: Optional[int]
    """The energy used; None when the host does not tell."""
    value: bytes
    """What it returned, as BSATN; empty where the host does not tell."""


class ProcedureEvent(NamedTuple):
    """A run of a procedure, or a call of one that came to nothing."""

    procedure: str
    status: CallStatus
    message: str
    timestamp: Timestamp
    host_execution: TimeDuration
    value: bytes
    """What it returned, as BSATN."""


class ReconnectEvent(NamedTuple):
    """An attempt to make a lost connection again."""

    attempt: int
    """Its number since the connection was lost, from 1."""
    delay_ms: int
    """How long it will be until then, in milliseconds."""


Event = Union[ReducerEvent, ProcedureEvent, ReconnectEvent, StdbError, None]


class Context:
    """What a callback gets first. It is of that callback: take what you need inside it."""

    __slots__ = ("connection", "kind", "_pointer", "_event")

    def __init__(self, connection: "DbConnection", pointer: Optional[int]) -> None:
        self.connection = connection
        """The connection that the event belongs to."""
        self._pointer = pointer
        self.kind = _KINDS[lib.stdb_context_event_kind(pointer)] if pointer else EventKind.NONE
        """Why the callback runs."""
        self._event: Any = self  # this stands for: not asked for yet

    @property
    def db(self) -> Any:
        """The connection's tables."""
        return self.connection.db

    @property
    def reducers(self) -> Any:
        """The connection's reducers."""
        return self.connection.reducers

    @property
    def event(self) -> Event:
        """More of why the callback runs: a ReducerEvent, a ProcedureEvent, a ReconnectEvent, an error, or None where there
        is no more to say. To be asked for inside the callback; None after it."""
        if self._event is self:
            self._event = None if self._pointer is None else _read_event(self.connection, self.kind, self._pointer)
        return self._event  # type: ignore[no-any-return]

    @property
    def error(self) -> Optional[StdbError]:
        """Why the connection or the subscription ended, or None."""
        event = self.event
        return event if isinstance(event, StdbError) else None

    @property
    def retry_follows(self) -> bool:
        """In `on_disconnect`, whether the connection will be made again."""
        return self._pointer is not None and bool(lib.stdb_context_retry_follows(self._pointer))

    def _end(self) -> None:
        """The callback has returned."""
        self._pointer = None


_KINDS = {int(kind): kind for kind in EventKind}


def _read_event(connection: "DbConnection", kind: EventKind, pointer: int) -> Event:
    if kind == EventKind.REDUCER:
        return reducer_event(connection, pointer)
    if kind == EventKind.PROCEDURE:
        return procedure_event(pointer)
    if kind == EventKind.RECONNECTING:
        event = _ffi.stdb_reconnect_event()
        call(lib.stdb_context_reconnect_event, pointer, event)
        return ReconnectEvent(event.attempt, event.delay_ms)
    error = lib.stdb_context_error(pointer)
    return read_error(error) if error else None


def reducer_event(connection: "DbConnection", pointer: int) -> ReducerEvent:
    """The reducer's run that a context tells of."""
    event = _ffi.stdb_reducer_event()
    call(lib.stdb_context_reducer_event, pointer, event)
    name = text(event.reducer)
    args: Any = copied(event.args)
    schema = connection._find_schema()
    if schema is not None and name in schema.reducers:
        args = decoder(schema.reducers[name].parameters, connection._classes).one(args)
    connection_id = ConnectionId(bytes(event.caller_connection_id.bytes)) if event.has_caller_connection_id else None
    return ReducerEvent(
        name,
        CallStatus(event.status),
        text(event.message),
        args,
        Timestamp(event.timestamp.micros),
        Identity(bytes(event.caller_identity.bytes)),
        connection_id,
        event.energy.lo + (event.energy.hi << 64) if event.has_energy else None,
        copied(event.value),
    )


def procedure_event(pointer: int) -> ProcedureEvent:
    """The procedure's run that a context tells of."""
    event = _ffi.stdb_procedure_event()
    call(lib.stdb_context_procedure_event, pointer, event)
    return ProcedureEvent(
        text(event.procedure),
        CallStatus(event.status),
        text(event.message),
        Timestamp(event.timestamp.micros),
        TimeDuration(event.host_execution.micros),
        copied(event.value),
    )
