"""Tables of the cache: reading them, and being told of changes."""

import ctypes
import traceback
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ClassVar,
    Dict,
    Generic,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
    cast,
)

from . import _callbacks, _ffi, arguments as checks, bsatn
from ._library import c_text, call, copied, dropping, filled, lib, view
from .arrays import new_array, row_dtype
from .bsatn import Decoder
from .changes import Changes
from .columns import column_of
from .context import Context
from .errors import ClosedError, InvalidArgumentError, ReadGuardError, StdbError, UnknownNameError
from .row import OF_ROWS, attribute_names, spelled
from .rows import Rows, one_by_one, read_rows
from .sats import Type
from .schema import TableSchema, attributes, named

if TYPE_CHECKING:
    from .connection import DbConnection

RowT = TypeVar("RowT")
R = TypeVar("R")
K = TypeVar("K", bound="Table[Any]")


class Range(NamedTuple):
    """A range of values for `Table.filter`. A bound of None is none."""

    lower: Any = None
    upper: Any = None
    include_lower: bool = True
    include_upper: bool = True

    def __contains__(self, value: Any) -> bool:
        above = self.lower is None or value > self.lower or self.include_lower and value == self.lower
        return bool(above and (self.upper is None or value < self.upper or self.include_upper and value == self.upper))


class Batch(Generic[RowT]):
    """All that one message changed in a table. Its rows are of the callback: see `Rows`."""

    __slots__ = ("inserted", "deleted", "updated_old", "updated_new")

    def __init__(self, table: Any, batch: Any) -> None:
        self.inserted: Rows[RowT] = Rows(table, batch.inserted, batch.inserted_count)
        """New rows."""
        self.deleted: Rows[RowT] = Rows(table, batch.deleted, batch.deleted_count)
        """Rows that are gone."""
        self.updated_old: Rows[RowT] = Rows(table, batch.updated_old, batch.updated_count)
        """The old rows of the updates."""
        self.updated_new: Rows[RowT] = Rows(table, batch.updated_new, batch.updated_count)
        """The new rows of the updates, in the same order."""

    def _end(self) -> None:
        for rows in (self.inserted, self.deleted, self.updated_old, self.updated_new):
            rows._end()

    def __repr__(self) -> str:
        return f"<Batch: {len(self.inserted)} inserted, {len(self.deleted)} deleted, {len(self.updated_new)} updated>"


class Table(Generic[RowT]):
    """A table of a connection's cache. Any thread may read it."""

    def __init__(self, connection: "DbConnection", name: str) -> None:
        handle = connection._open()
        pointer = ctypes.c_void_p()
        call(lib.stdb_connection_table, handle, c_text(name, "a table's name"), pointer)
        self.connection = connection
        """The connection."""
        self.name = name
        """The table's name."""
        self._pointer = pointer.value
        self._known: Optional[Tuple[TableSchema, Decoder]] = None
        self._registered: List[Tuple[Any, int]] = []

    # ---- What it is

    @property
    def schema(self) -> TableSchema:
        """What the schema says of the table."""
        return self._describe()[0]

    @property
    def _decoder(self) -> Decoder:
        return self._describe()[1]

    def _describe(self) -> Tuple[TableSchema, Decoder]:
        if self._known is None:
            schema = self.connection.schema.table(self.name)
            row = schema.row if schema.row.name else schema.row._replace(name=self.name)
            self._known = (schema, bsatn.decoder(row, self.connection._classes))
        return self._known

    def __repr__(self) -> str:
        return f"<Table {self.name}>" if self.connection.closed else f"<Table {self.name}: {self.count()} rows>"

    # ---- Reading

    def count(self) -> int:
        """How many rows are cached."""
        handle = self.connection._open()
        count = ctypes.c_uint64()
        call(lib.stdb_table_count, self._of(handle), count)
        return count.value

    def memory(self) -> int:
        """How many bytes the table's rows and indexes take in memory."""
        handle = self.connection._open()
        size = ctypes.c_uint64()
        call(lib.stdb_table_memory, self._of(handle), size)
        return size.value

    def __len__(self) -> int:
        return self.count()

    def __bool__(self) -> bool:
        # A table is a table, also without rows.
        return True

    def iter(self) -> Iterator[RowT]:
        """All rows, in no particular order, as they are now: what changes while the caller walks over them is not seen."""
        handle = self.connection._open()
        size = self.schema.row.size
        with self.connection.read_guard():
            if not size:
                iterator = ctypes.c_void_p()
                call(lib.stdb_table_iter, self._of(handle), iterator)
                return iter(self._all(iterator))
            chunks = self._chunk_list(handle)
            data = filled(sum(chunk.count for chunk in chunks) * size, lambda room: _copy(chunks, room))
        return one_by_one(self._decoder, data, size)

    def __iter__(self) -> Iterator[RowT]:
        return self.iter()

    def find(self, **key: Any) -> Optional[RowT]:
        """The row whose primary key or unique column has a value: `find(identity=someone)`; None when there is none."""
        if len(key) != 1:
            raise InvalidArgumentError(
                f"find takes one unique column and its value, for example find({self._unique()}=…)"
            )
        ((name, value),) = key.items()
        column, ty = self._column(name)
        if column not in self.schema.unique:
            raise UnknownNameError(
                f"column {column!r} of table {self.name} is not unique, so that several rows may have the value: use "
                f"filter({name}=…); unique: {', '.join(self.schema.unique) or 'none'}",
                code=_ffi.STDB_ERR_UNKNOWN_INDEX,
            )
        data = bsatn.encode(ty, value, f"{self.name}.{column}")
        handle = self.connection._open()
        row = _ffi.stdb_row()
        with self.connection.read_guard():
            try:
                call(lib.stdb_table_find, self._of(handle), column.encode(), view(data), row)
            except StdbError as error:
                if error.code == _ffi.STDB_ERR_NOT_FOUND:
                    return None
                raise
            found = copied(row)
        return cast(RowT, self._decoder.one(found))

    def filter(self, **values: Any) -> List[RowT]:
        """The rows whose columns have values: `filter(zone=3)`, `filter(zone=3, kind=1)`, `filter(level=Range(1, 5))`. An
        index is used where one serves; otherwise all rows are compared."""
        wanted = {}
        for name, value in values.items():
            column, ty = self._column(name)
            bounds = value if isinstance(value, Range) else (value,)
            for bound in bounds[:2]:
                if not (isinstance(value, Range) and bound is None):
                    bsatn.encode(ty, bound, f"{self.name}.{column}")
            wanted[column] = value
        search = self._search(wanted)
        if search is None:
            rows, left = self.iter(), wanted
        else:
            rows, left = iter(self._by_index(*search[:3])), search[3]
        columns = tuple(part.name for part in self.schema.row.parts)
        spellings = dict(zip(columns, attribute_names(columns)))
        tests = [(spellings[column], value) for column, value in left.items()]
        return [row for row in rows if all(_matches(getattr(row, name), value) for name, value in tests)]

    def _search(self, wanted: Dict[str, Any]) -> Optional[Tuple[str, List[str], Dict[str, Any], Dict[str, Any]]]:
        """Which index serves best: its name, the columns of it that are given, their values, and what is left to compare."""
        best: Optional[Tuple[str, List[str]]] = None
        for index in self.schema.indexes:
            used: List[str] = []
            for column in index.columns:
                if column not in wanted:
                    break
                used.append(column)
                if isinstance(wanted[column], Range):
                    break
            if used and (best is None or len(used) > len(best[1])):
                best = (index.name, used)
        if best is None:
            return None
        name, used = best
        left = {column: value for column, value in wanted.items() if column not in used}
        return name, used, {column: wanted[column] for column in used}, left

    def _by_index(self, index: str, columns: List[str], values: Dict[str, Any]) -> List[RowT]:
        bounds = values[columns[-1]]
        key = b""
        for column in columns[:-1] if isinstance(bounds, Range) else columns:
            key += self._encode(column, values[column])
        iterator = ctypes.c_void_p()
        handle = self.connection._open()
        with self.connection.read_guard():
            if isinstance(bounds, Range):
                kept, wanted = self._range(key, columns[-1], bounds)
                call(lib.stdb_table_filter_range, self._of(handle), index.encode(), wanted, iterator)
                del kept
            else:
                call(lib.stdb_table_filter, self._of(handle), index.encode(), view(key), iterator)
            return self._all(iterator)

    def _range(self, key: bytes, column: str, bounds: Range) -> Tuple[Any, Any]:
        """A `stdb_range`, and what it borrows from."""
        lower = b"" if bounds.lower is None else self._encode(column, bounds.lower)
        upper = b"" if bounds.upper is None else self._encode(column, bounds.upper)
        kinds = [
            (
                _ffi.STDB_BOUND_NONE
                if value is None
                else _ffi.STDB_BOUND_INCLUDED if included else _ffi.STDB_BOUND_EXCLUDED
            )
            for value, included in ((bounds.lower, bounds.include_lower), (bounds.upper, bounds.include_upper))
        ]
        size = ctypes.sizeof(_ffi.stdb_range)
        return (key, lower, upper), _ffi.stdb_range(size, view(key), view(lower), view(upper), *kinds)

    def _all(self, iterator: Any) -> List[RowT]:
        """All rows of an iterator, which is freed."""
        rows: List[RowT] = []
        try:
            for some in read_rows(iterator, self._decoder):
                rows += some
        finally:
            lib.stdb_row_iter_free(iterator)
        return rows

    # ---- Columns and arrays

    def column(self, name: str) -> List[Any]:
        """The values of a column in all rows, in the order in which `iter` would give them now: much faster than making the
        rows. UnknownNameError when there is no such column."""
        with self.connection.read_guard():
            return column_of(self, name, self, self._parts)

    def to_numpy(self) -> Any:
        """All rows as a NumPy structured array of its own, for a table whose rows have a fixed size."""
        row_dtype(self.schema)
        handle = self.connection._open()
        with self.connection.read_guard():
            chunks = self._chunk_list(handle)
            count = sum(chunk.count for chunk in chunks)
            return new_array(self.schema, count, lambda room, size: _copy(chunks, room))

    def map_chunks(self, function: Callable[[Any], R]) -> List[R]:
        """Calls a function with each chunk of rows as it lies in the cache, a read-only NumPy structured array that is not a
        copy, and returns the results. For tables whose rows have a fixed size.

        The array is good inside the call only. A function that keeps it, or a view of it, is refused: ReadGuardError. The
        cache then stays as it is, so that what was kept can be read, but the connection does not advance until it is
        let go. Inside a callback of the connection the arrays are copies, since there the cache cannot be held.
        """
        checks.function(function, "what map_chunks is given")
        dtype = row_dtype(self.schema)
        handle = self.connection._open()
        guard = self.connection.read_guard()
        given: List[Any] = []
        results: List[R] = []
        with guard:
            try:
                for chunk in self._chunk_list(handle):
                    memory: Any = (ctypes.c_char * (chunk.count * chunk.stride)).from_address(chunk.data)
                    if not guard.holds:
                        memory = type(memory).from_buffer_copy(memory)
                    given.append(weakref.ref(memory))
                    results.append(_with_array(memoryview(memory).toreadonly(), dtype, function))
                    del memory
            except BaseException as error:
                # Its traceback has the function's variables, and so the array.
                traceback.clear_frames(error.__traceback__)
                guard.keep(given)
                raise
            if guard.holds and in_use(given):
                results.clear()
                guard.keep(given)
                raise ReadGuardError(
                    f"the function given to map_chunks of table {self.name} kept the array, or returned a view of it: "
                    "copy what is to last (`array.copy()`)"
                )
        return results

    def _chunk_list(self, handle: Any) -> Any:
        chunks = ctypes.POINTER(_ffi.stdb_chunk)()
        count = ctypes.c_size_t()
        call(lib.stdb_table_chunks, self._of(handle), chunks, count)
        return chunks[: count.value] if count.value else []

    def _parts(self) -> Iterator[bytes]:
        """The BSATN of the rows of each chunk, for a table whose rows have a fixed size, under a read guard."""
        for chunk in self._chunk_list(self.connection._open()):
            yield ctypes.string_at(chunk.data, chunk.count * chunk.stride)

    # ---- Being told of changes

    def on_insert(self, callback: Callable[[Context, RowT], R]) -> Callable[[Context, RowT], R]:
        """Has a function called with `(ctx, row)` for each new row that replaces none. A decorator, too."""
        return self._on_row(lib.stdb_table_on_insert, callback)

    def on_before_delete(self, callback: Callable[[Context, RowT], R]) -> Callable[[Context, RowT], R]:
        """As `on_delete`, while the cache is still as it was before the message."""
        return self._on_row(lib.stdb_table_on_before_delete, callback)

    def on_delete(self, callback: Callable[[Context, RowT], R]) -> Callable[[Context, RowT], R]:
        """Has a function called with `(ctx, row)` for each row that is gone and was not replaced."""
        return self._on_row(lib.stdb_table_on_delete, callback)

    def on_update(self, callback: Callable[[Context, RowT, RowT], R]) -> Callable[[Context, RowT, RowT], R]:
        """Has a function called with `(ctx, old_row, new_row)` for each row that was replaced by one with the same primary
        key."""
        connection = self.connection

        def run(pointer: int, old_row: Any, new_row: Any) -> None:
            decode = self._decoder.one
            context = Context(connection, pointer)
            try:
                callback(context, decode(copied(old_row[0])), decode(copied(new_row[0])))
            finally:
                context._end()

        self._register(lib.stdb_table_on_update, _callbacks.on_update, run, callback)
        return callback

    def on_batch(self, callback: Callable[[Context, Batch[RowT]], R]) -> Callable[[Context, Batch[RowT]], R]:
        """Has a function called with `(ctx, batch)` for all that a message changed in the table: the fast way to be told of
        many rows. See `Batch`."""
        self._register(lib.stdb_table_on_batch, _callbacks.on_batch, self._batch_run(callback), callback)
        return callback

    def remove_callback(self, callback: Callable[..., Any]) -> None:
        """Removes a function that was registered, of any kind. InvalidArgumentError when it is not registered."""
        for position in reversed(range(len(self._registered))):
            if self._registered[position][0] is callback or self._registered[position][0] == callback:
                number = self._registered.pop(position)[1]
                handle = self.connection._open()
                with dropping:
                    call(lib.stdb_table_remove_callback, self._of(handle), number)
                return
        raise InvalidArgumentError(f"{callback!r} is not a callback of table {self.name}")

    def changes(self) -> Changes[RowT]:
        """The changes from now on: `async for change in table.changes()`."""
        return Changes(self)

    def _on_row(self, function: Any, callback: Callable[[Context, RowT], R]) -> Callable[[Context, RowT], R]:
        connection = self.connection

        def run(pointer: int, row: Any) -> None:
            context = Context(connection, pointer)
            try:
                callback(context, self._decoder.one(copied(row[0])))
            finally:
                context._end()

        self._register(function, _callbacks.on_row, run, callback)
        return callback

    def _batch_run(self, callback: Callable[[Context, Batch[RowT]], Any]) -> Callable[[int, Any], None]:
        def run(pointer: int, pointer_to_batch: Any) -> None:
            context = Context(self.connection, pointer)
            batch: Batch[RowT] = Batch(self, pointer_to_batch[0])
            try:
                callback(context, batch)
            finally:
                context._end()
                batch._end()

        return run

    def _on_batch_quietly(self, callback: Callable[[Context, Batch[RowT]], Any]) -> Callable[[], None]:
        """Registers a callback of the package's own; returns what removes it."""
        number = self._register(lib.stdb_table_on_batch, _callbacks.on_batch, self._batch_run(callback), None)

        def remove() -> None:
            handle = self.connection._handle
            if handle is not None and handle.pointer is not None:
                try:
                    with dropping:
                        # It may have been removed before.
                        lib.stdb_table_remove_callback(self._pointer, number, None)
                except ClosedError:
                    pass

        return remove

    def _register(self, function: Any, trampoline: Any, run: Any, callback: Any) -> int:
        if callback is not None:
            checks.function(callback, "a callback")
        handle = self.connection._open()
        number = ctypes.c_uint64()
        user_data = _callbacks.register(run, self.connection, callback)
        with dropping:
            call(function, self._of(handle), trampoline, user_data, _callbacks.drop, number)
        if callback is not None:
            self._registered.append((callback, number.value))
        return number.value

    # ---- Within

    def _of(self, handle: Any) -> Optional[int]:
        """The table's address, while whoever asks holds the connection's handle."""
        if handle.pointer is None:
            raise ClosedError("the connection is closed")
        if self._known is None and self.connection._find_schema() is not None:
            self._describe()  # a name that the schema does not have is told with the nearest one
        return self._pointer

    def _column(self, name: str) -> Tuple[str, Type]:
        """The column that an attribute's or a keyword's name is for, and its type."""
        column = spelled(name, (part.name for part in self.schema.row.parts), OF_ROWS)
        return column, self.schema.column(column)

    def _encode(self, column: str, value: Any) -> bytes:
        return bsatn.encode(self.schema.column(column), value, f"{self.name}.{column}")

    def _unique(self) -> str:
        return next(iter(self.schema.unique), "column")


def _copy(chunks: Any, room: int) -> None:
    """Copies chunks of rows one after another."""
    for chunk in chunks:
        ctypes.memmove(room, chunk.data, chunk.count * chunk.stride)
        room += chunk.count * chunk.stride


def _matches(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, Range) else bool(value == wanted)


def _with_array(data: memoryview, dtype: Any, function: Callable[[Any], R]) -> R:
    """Calls a function with an array over memory; the array is gone when it returns, unless the function kept it."""
    import numpy

    return function(numpy.frombuffer(data, dtype=dtype))


def in_use(memories: List[Any]) -> bool:
    """Whether an array still uses memory that was given out."""
    return any(memory() is not None for memory in memories)


class TypedDb:
    """What Db does, for generated bindings, which name what there is."""

    _kinds: ClassVar[Mapping[str, Any]] = {}
    """The classes of generated bindings, by the tables' names."""

    def __init__(self, connection: "DbConnection") -> None:
        self._connection = connection
        self._tables: Dict[str, Table[Any]] = {}

    def __getitem__(self, name: str) -> Table[Any]:
        table = self._tables.get(name)
        if table is None:
            schema = self._connection._find_schema()
            if schema is not None:
                schema.table(name)
            # Another thread may have made it meanwhile; there is one.
            table = self._tables.setdefault(name, self._kinds.get(name, Table)(self._connection, name))
        return table

    def _typed(self, name: str, kind: "type[K]") -> K:
        """A table as the class of generated bindings."""
        table = self[name]
        assert isinstance(table, kind)
        return table

    if not TYPE_CHECKING:
        # Type checkers are to know the names that there are.

        def __getattr__(self, name: str) -> Table[Any]:
            if name.startswith("__"):
                raise AttributeError(name)
            schema = self._connection._find_schema()
            return self[name if schema is None else named(schema.tables, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._connection.schema.tables)

    def __contains__(self, name: object) -> bool:
        return name in self._connection.schema.tables

    def __dir__(self) -> List[str]:
        schema = self._connection._find_schema()
        return [*super().__dir__(), *(attributes(schema.tables) if schema else ())]


class Db(TypedDb):
    """The tables of a connection: `db.user`, or `db["user"]` for any name. Iterating gives their names."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Table[Any]: ...
