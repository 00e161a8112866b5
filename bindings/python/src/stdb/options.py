"""The options of a connection."""

from enum import IntEnum
from typing import NamedTuple


class Compression(IntEnum):
    """How the host compresses what it sends."""

    NONE = 0
    GZIP = 1
    BROTLI = 2


class Protocol(IntEnum):
    """A version of SpacetimeDB's WebSocket protocol."""

    V1 = 1
    V2 = 2
    V3 = 3


class State(IntEnum):
    """How far a connection has come."""

    CONNECTING = 0
    ACTIVE = 1
    DISCONNECTING = 2
    ENDED = 3
    RECONNECTING = 4


class CallFlags(IntEnum):
    """What the host tells of a call; of meaning for reducers over v1."""

    DEFAULT = 0
    FULL_UPDATE = 1
    NO_SUCCESS_NOTIFY = 2


class Reconnect(NamedTuple):
    """How a lost connection is made again; zeros mean the library's defaults."""

    first_delay_ms: int = 0
    """How long to wait before the first attempt; 500 by default."""
    max_delay_ms: int = 0
    """The most that is waited before an attempt; 30,000 by default."""
    jitter_percent: int = 0
    """How large the random part of a delay is; 50 by default."""
    max_attempts: int = 0
    """How many attempts are made until one succeeds; by default as many as it takes."""


class Stats(NamedTuple):
    """Counts of what a connection has done."""

    bytes_sent: int
    bytes_received: int
    frames_sent: int
    frames_received: int
    messages_advanced: int
    messages_waiting: int
    absent_deletes: int
    unexpected_answers: int
    calls_pending: int
    subscriptions: int
    rows_cached: int
