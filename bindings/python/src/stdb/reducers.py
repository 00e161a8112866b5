"""Calling reducers and procedures, and asking queries once."""

import ctypes
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple, TypeVar, Union

from . import _callbacks, _ffi, bsatn
from ._library import c_text, call, copied, dropping, lib, text, view
from .arguments import function, member, number
from .call import Call
from .context import Context, ReducerEvent, procedure_event, reducer_event
from .errors import CallStatus, InvalidArgumentError, ProcedureError, QueryError, ReducerError, StdbError
from .options import CallFlags
from .schema import FunctionSchema, attributes, named

if TYPE_CHECKING:
    from .connection import DbConnection

Self = TypeVar("Self", bound="_Functions")
F = TypeVar("F", bound=Callable[..., Any])


class _Functions:
    """What reducers and procedures have in common."""

    _flags = CallFlags.DEFAULT
    _timeout_ms = 0

    def __init__(self, connection: "DbConnection") -> None:
        self._connection = connection

    def with_options(self: Self, *, timeout_ms: int = 0, flags: Union[CallFlags, str] = CallFlags.DEFAULT) -> Self:
        """The same, with options for the calls that are made through it: how long to wait for an answer (0 for as long as
        the connection lives), and what the host is to tell."""
        other = type(self)(self._connection)
        other._timeout_ms = number(timeout_ms, "timeout_ms")
        other._flags = member(CallFlags, flags, "flags")
        return other

    def _options(self) -> Any:
        if not self._timeout_ms and not self._flags:
            return None
        return _ffi.stdb_call_options(ctypes.sizeof(_ffi.stdb_call_options), self._flags, self._timeout_ms)


class TypedReducers(_Functions):
    """What Reducers does, for generated bindings, which name what there is."""

    def __getitem__(self, name: str) -> "Reducer":
        schema = self._connection._find_schema()
        if schema is not None:
            schema.reducer(name)
        return Reducer(self, name)

    if not TYPE_CHECKING:
        # Type checkers are to know the names that there are.

        def __getattr__(self, name: str) -> "Reducer":
            if name.startswith("__"):
                raise AttributeError(name)
            schema = self._connection._find_schema()
            return self[named(schema.reducers, name) if schema else name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._connection.schema.reducers)

    def __dir__(self) -> List[str]:
        schema = self._connection._find_schema()
        return [*super().__dir__(), *(attributes(schema.reducers) if schema else ())]

    def _call(self, name: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Call[ReducerEvent]:
        connection = self._connection
        schema = connection._find_schema()
        data = _arguments(schema.reducer(name) if schema else None, name, args, kwargs)
        pending: Call[ReducerEvent] = Call(connection, name)

        def run(pointer: int) -> None:
            event = reducer_event(connection, pointer)
            failed = event.status != CallStatus.COMMITTED
            pending._finish(event, ReducerError(name, event.status, event.message, event.value) if failed else None)

        handle = connection._open()
        user_data = _callbacks.register(_settling(pending, run), connection, None, lambda: _lost(pending, ReducerError))
        arguments = (view(data), self._options(), _callbacks.on_event, user_data, _callbacks.drop)
        with dropping:
            call(lib.stdb_connection_call_reducer, handle, c_text(name, "a reducer's name"), *arguments)
        return pending


class Reducers(TypedReducers):
    """The reducers of a connection: `conn.reducers.send_message("hi")`, or `conn.reducers["send_message"]("hi")` for any
    name."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> "Reducer": ...


class Reducer:
    """A reducer. Calling it sends the call at once."""

    def __init__(self, reducers: TypedReducers, name: str) -> None:
        self._reducers = reducers
        self.name = name
        """The reducer's name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Call[ReducerEvent]:
        """Calls the reducer. `await` what this returns, or ask it for its `result()`: it ends when the reducer has
        committed, with the ReducerEvent, or with ReducerError when it did not.

        Without a schema there is one argument: the BSATN of all arguments, as bytes.
        """
        return self._reducers._call(self.name, args, kwargs)

    def on(self, callback: F) -> F:
        """Has a function called with `(ctx, *args)` for each run of the reducer that the host tells of; `ctx.event` is the
        ReducerEvent. A decorator, too."""
        connection = self._reducers._connection
        function(callback, "a callback")

        def run(pointer: int) -> None:
            context = Context(connection, pointer)
            try:
                event = context.event
                assert isinstance(event, ReducerEvent)
                args = (event.args,) if isinstance(event.args, bytes) else tuple(event.args)
                callback(context, *args)
            finally:
                context._end()

        handle = connection._open()
        number = ctypes.c_uint64()
        user_data = _callbacks.register(run, connection, callback)
        name = c_text(self.name, "a reducer's name")
        with dropping:
            arguments = (_callbacks.on_event, user_data, _callbacks.drop, number)
            call(lib.stdb_connection_on_reducer, handle, name, *arguments)
        connection._reducer_callbacks.append((self.name, callback, number.value))
        return callback

    def remove_callback(self, callback: Callable[..., Any]) -> None:
        """Removes a function that `on` registered. InvalidArgumentError when it is not registered."""
        connection = self._reducers._connection
        for position, (name, registered, number) in reversed(list(enumerate(connection._reducer_callbacks))):
            if name == self.name and registered == callback:
                del connection._reducer_callbacks[position]
                with dropping:
                    call(lib.stdb_connection_remove_on_reducer, connection._open(), number)
                return
        raise InvalidArgumentError(f"{callback!r} is not a callback of reducer {self.name}")

    def set_flags(self, flags: Union[CallFlags, str]) -> None:
        """Sets the flags that calls of the reducer have when they give none themselves."""
        handle = self._reducers._connection._open()
        name = c_text(self.name, "a reducer's name")
        call(lib.stdb_connection_set_reducer_flags, handle, name, member(CallFlags, flags, "flags"))

    def __repr__(self) -> str:
        return f"<Reducer {self.name}>"


class TypedProcedures(_Functions):
    """What Procedures does, for generated bindings, which name what there is."""

    def __getitem__(self, name: str) -> "Procedure":
        schema = self._connection._find_schema()
        if schema is not None:
            schema.procedure(name)
        return Procedure(self, name)

    if not TYPE_CHECKING:
        # Type checkers are to know the names that there are.

        def __getattr__(self, name: str) -> "Procedure":
            if name.startswith("__"):
                raise AttributeError(name)
            schema = self._connection._find_schema()
            return self[named(schema.procedures, name) if schema else name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._connection.schema.procedures)

    def __dir__(self) -> List[str]:
        schema = self._connection._find_schema()
        return [*super().__dir__(), *(attributes(schema.procedures) if schema else ())]

    def _call(self, name: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> "Call[Any]":
        connection = self._connection
        schema = connection._find_schema()
        known = schema.procedure(name) if schema else None
        data = _arguments(known, name, args, kwargs)
        pending: Call[Any] = Call(connection, name)

        def run(pointer: int) -> None:
            event = procedure_event(pointer)
            if event.status != CallStatus.COMMITTED:
                pending._finish(error=ProcedureError(name, event.status, event.message))
            elif known is None or known.returns is None:
                pending._finish(event.value)
            else:
                pending._finish(bsatn.decoder(known.returns, connection._classes).one(event.value))

        handle = connection._open()
        user_data = _callbacks.register(
            _settling(pending, run), connection, None, lambda: _lost(pending, ProcedureError)
        )
        arguments = (view(data), self._options(), _callbacks.on_event, user_data, _callbacks.drop)
        with dropping:
            call(lib.stdb_connection_call_procedure, handle, c_text(name, "a procedure's name"), *arguments)
        return pending


class Procedures(TypedProcedures):
    """The procedures of a connection, which hosts of 2.x have: `conn.procedures.add(1, 2)`."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> "Procedure": ...


class Procedure:
    """A procedure. Calling it sends the call at once."""

    def __init__(self, procedures: TypedProcedures, name: str) -> None:
        self._procedures = procedures
        self.name = name
        """The procedure's name."""

    def __call__(self, *args: Any, **kwargs: Any) -> "Call[Any]":
        """Calls the procedure. `await` what this returns, or ask it for its `result()`: it ends with what the procedure
        returned, or with ProcedureError."""
        return self._procedures._call(self.name, args, kwargs)

    def __repr__(self) -> str:
        return f"<Procedure {self.name}>"


def ask(connection: "DbConnection", query: str, timeout_ms: int) -> "Call[List[Any]]":
    """Asks for the rows of a query once."""
    pending: Call[List[Any]] = Call(connection, query)
    options = _ffi.stdb_call_options(ctypes.sizeof(_ffi.stdb_call_options), 0, number(timeout_ms, "timeout_ms"))

    def run(pointer: int) -> None:
        event = _ffi.stdb_query_event()
        call(lib.stdb_context_query_event, pointer, event)
        status = CallStatus(event.status)
        if status != CallStatus.COMMITTED:
            pending._finish(error=QueryError(query, status, text(event.message)))
            return
        rows = []
        row = _ffi.stdb_row()
        for position in range(event.row_count):
            call(lib.stdb_context_query_row, pointer, position, row)
            table = text(lib.stdb_table_name(row.table))
            rows.append(
                copied(row) if connection._find_schema() is None else connection.db[table]._decoder.one(copied(row))
            )
        pending._finish(rows)

    handle = connection._open()
    user_data = _callbacks.register(_settling(pending, run), connection, None, lambda: _lost(pending, QueryError))
    arguments = (c_text(query, "a query"), options, _callbacks.on_event, user_data, _callbacks.drop)
    with dropping:
        call(lib.stdb_connection_one_off_query, handle, *arguments)
    return pending


def _settling(pending: "Call[Any]", run: Callable[[int], None]) -> Callable[[int], None]:
    """`run`, which ends the call also when what came cannot be read."""

    def settle(pointer: int) -> None:
        try:
            run(pointer)
        except StdbError as error:
            pending._finish(error=error)
        except Exception as error:
            pending._finish(error=StdbError(f"{pending._what}: the answer cannot be read: {error!r}"))
            raise

    return settle


def _lost(pending: "Call[Any]", kind: Any) -> None:
    """The callback can no longer run. Unless it has, the connection was freed first, or what it does failed."""
    pending._finish(
        error=kind(pending._what, CallStatus.DISCONNECTED, "the connection was closed before the host answered")
    )


def _arguments(known: Optional[FunctionSchema], name: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> bytes:
    if known is not None:
        return bsatn.encode_arguments(known.parameters, args, kwargs, name)
    if len(args) == 1 and isinstance(args[0], bytes) and not kwargs:
        return args[0]
    raise InvalidArgumentError(
        f"{name}: the schema is not known (yet), so that the arguments must be given as one bytes with their BSATN"
    )
