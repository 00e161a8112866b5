"""A SpacetimeDB client: `stdb.connect(uri, database)`, or `stdb.aconnect` on asyncio. See the package's README.

Both give a `DbConnection`: `conn.subscribe(...)` brings rows into its cache and keeps them up to date (`Subscription`),
`conn.db.user` reads them and tells of their changes (`Table`), `conn.reducers.set_name("Ada")` calls (`Reducer`, `Call`).
Callbacks, whose first argument is a `Context`, run where the connection is advanced. What fails raises a `StdbError`.
"""

from ._library import lib as _lib, text as _text
from .aio import aconnect
from .builder import DbConnectionBuilder
from .call import Call
from .changes import Change, ChangeKind, Changes
from .connection import DbConnection, connect
from .context import Context, EventKind, ProcedureEvent, ReconnectEvent, ReducerEvent
from .credentials import CredentialsFile
from .errors import (
    BsatnError,
    BusyError,
    CallError,
    CallStatus,
    ClosedError,
    ConnectionFailedError,
    DisconnectedError,
    ForkError,
    InvalidArgumentError,
    LibraryError,
    NotConnectedError,
    ProcedureError,
    QueryError,
    ReadGuardError,
    ReducerError,
    ReentrantError,
    SchemaError,
    StdbError,
    SubscriptionError,
    TimeoutError,
    UnknownNameError,
)
from .options import CallFlags, Compression, Protocol, Reconnect, State, Stats
from .query import Column, Condition, Query, QueryTable, TypedQueryTable, query
from .read_guard import ReadGuard
from .reducers import Procedure, Procedures, Reducer, Reducers, TypedProcedures, TypedReducers
from .row import Row
from .rows import Rows
from .schema import FunctionSchema, Index, Schema, TableSchema
from .sats import Part, Type
from .subscription import Subscription
from .table import Batch, Db, Range, Table, TypedDb
from .values import ConnectionId, Err, Identity, Ok, PlainEnum, ScheduleAt, TimeDuration, Timestamp, Variant

__version__ = _text(_lib.stdb_version())

__all__ = [
    "Batch",
    "BsatnError",
    "BusyError",
    "Call",
    "CallError",
    "CallFlags",
    "CallStatus",
    "CredentialsFile",
    "Change",
    "ChangeKind",
    "Changes",
    "ClosedError",
    "Compression",
    "ConnectionFailedError",
    "ConnectionId",
    "Context",
    "Db",
    "DbConnection",
    "DbConnectionBuilder",
    "DisconnectedError",
    "Err",
    "EventKind",
    "ForkError",
    "FunctionSchema",
    "Identity",
    "Index",
    "InvalidArgumentError",
    "LibraryError",
    "NotConnectedError",
    "Ok",
    "Part",
    "PlainEnum",
    "Procedure",
    "ProcedureError",
    "ProcedureEvent",
    "Procedures",
    "Protocol",
    "Column",
    "Condition",
    "Query",
    "QueryTable",
    "query",
    "QueryError",
    "Range",
    "ReadGuard",
    "ReadGuardError",
    "Reconnect",
    "ReconnectEvent",
    "Reducer",
    "ReducerError",
    "ReducerEvent",
    "Reducers",
    "ReentrantError",
    "Row",
    "Rows",
    "ScheduleAt",
    "Schema",
    "SchemaError",
    "State",
    "Stats",
    "StdbError",
    "Subscription",
    "SubscriptionError",
    "Table",
    "TableSchema",
    "TimeDuration",
    "TimeoutError",
    "Timestamp",
    "Type",
    "TypedDb",
    "TypedProcedures",
    "TypedQueryTable",
    "TypedReducers",
    "UnknownNameError",
    "Variant",
    "aconnect",
    "connect",
]
