"""What a module says of itself: its tables, reducers and procedures."""

import ctypes
import difflib
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _ffi
from ._library import c_text, call, lib, text
from .errors import InvalidArgumentError, UnknownNameError
from .row import attribute_names, spelled
from .sats import Part, Type


class Index(NamedTuple):
    """An index of a table."""

    name: str
    columns: Tuple[str, ...]


class TableSchema(NamedTuple):
    """A table, or a view."""

    name: str
    accessor: str
    """The name that the module's source has for it."""
    row: Type
    """The product that a row is."""
    primary_key: Optional[str]
    unique: Tuple[str, ...]
    """The columns that alone are unique, the primary key among them."""
    indexes: Tuple[Index, ...]
    is_public: bool
    is_event: bool
    is_view: bool

    def column(self, name: str) -> Type:
        """A column's type; UnknownNameError for a name that there is not."""
        for part in self.row.parts:
            if part.name == name:
                return part.type
        raise unknown("column", name, (part.name for part in self.row.parts), f" in table {self.name}")


class FunctionSchema(NamedTuple):
    """A reducer or a procedure."""

    name: str
    accessor: str
    """The name that the module's source has for it."""
    parameters: Type
    """The product that the arguments are."""
    returns: Optional[Type]
    """What a procedure returns."""
    lifecycle: Optional[str]
    """Which event of the module's life runs the reducer; clients cannot call it then."""


class Schema(NamedTuple):
    """A module's schema."""

    tables: Dict[str, TableSchema]
    reducers: Dict[str, FunctionSchema]
    procedures: Dict[str, FunctionSchema]

    def table(self, name: str) -> TableSchema:
        """A table by its name; UnknownNameError, with the nearest name, for one that there is not."""
        try:
            return self.tables[name]
        except KeyError:
            raise unknown("table", name, self.tables) from None

    def reducer(self, name: str) -> FunctionSchema:
        """A reducer by its name; UnknownNameError for one that there is not."""
        try:
            return self.reducers[name]
        except KeyError:
            raise unknown("reducer", name, self.reducers) from None

    def procedure(self, name: str) -> FunctionSchema:
        """A procedure by its name; UnknownNameError for one that there is not."""
        try:
            return self.procedures[name]
        except KeyError:
            raise unknown("procedure", name, self.procedures) from None


def named(items: Mapping[str, Union[TableSchema, FunctionSchema]], attribute: str) -> str:
    """The name that an attribute is for: an accessor as an attribute, or a name."""
    if attribute in items:
        return attribute
    names = {item.accessor: item.name for item in items.values()}
    return names.get(spelled(attribute, names), attribute)


def attributes(items: Mapping[str, Union[TableSchema, FunctionSchema]]) -> Tuple[str, ...]:
    """The attributes that tables or functions are."""
    return attribute_names(tuple(item.accessor for item in items.values()), frozenset())


_CODES = {
    "table": _ffi.STDB_ERR_UNKNOWN_TABLE,
    "column": _ffi.STDB_ERR_UNKNOWN_COLUMN,
    "reducer": _ffi.STDB_ERR_UNKNOWN_REDUCER,
    "procedure": _ffi.STDB_ERR_UNKNOWN_PROCEDURE,
}


def unknown(what: str, name: str, names: Iterable[str], where: str = "") -> UnknownNameError:
    """The error for a name that there is not, with the nearest of those that there are."""
    if not isinstance(name, str):
        raise InvalidArgumentError(f"the name of a {what} must be a str, not {type(name).__name__} {name!r}")
    known = sorted(names)
    nearest = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are: {', '.join(known) or 'none'}"
    return UnknownNameError(f"there is no {what} {name!r}{where}; {hint}", code=_CODES[what])


def parse(text: str) -> Schema:
    """Reads the JSON that a host answers `GET …/schema?version=9`, or `version=10`, with. SchemaError says what it cannot
    read."""
    pointer = ctypes.c_void_p()
    call(lib.stdb_schema_parse, c_text(text, "a schema"), pointer)
    return taken(pointer)


def taken(pointer: Any) -> Schema:
    """The schema that the library gave, which is freed."""
    try:
        return _Reader(pointer).schema()
    finally:
        lib.stdb_schema_free(pointer)


_KINDS = ("", "bool", "u8", "u16", "u32", "u64", "u128", "u256", "i8", "i16", "i32", "i64", "i128", "i256", "f32", "f64", "string", "array", "product", "sum")  # fmt: skip
"""The kinds of types by their numbers."""

_SPECIALS = {
    _ffi.STDB_SPECIAL_IDENTITY: "identity",
    _ffi.STDB_SPECIAL_CONNECTION_ID: "connection_id",
    _ffi.STDB_SPECIAL_TIMESTAMP: "timestamp",
    _ffi.STDB_SPECIAL_TIME_DURATION: "time_duration",
    _ffi.STDB_SPECIAL_UUID: "uuid",
    _ffi.STDB_SPECIAL_SCHEDULE_AT: "schedule_at",
}

_LIFECYCLES = {
    _ffi.STDB_LIFECYCLE_INIT: "init",
    _ffi.STDB_LIFECYCLE_CONNECT: "client_connected",
    _ffi.STDB_LIFECYCLE_DISCONNECT: "client_disconnected",
}


class _Reader:
    """Copies a schema of the library."""

    def __init__(self, pointer: Any) -> None:
        self.pointer = pointer
        self.types: Dict[int, Type] = {}
        """What is shared in the library is shared here."""

    def schema(self) -> Schema:
        tables = [self.table(position) for position in range(lib.stdb_schema_table_count(self.pointer))]
        reducers = range(lib.stdb_schema_reducer_count(self.pointer))
        procedures = range(lib.stdb_schema_procedure_count(self.pointer))
        return Schema(
            {table.name: table for table in tables},
            {r.name: r for r in (self.function(lib.stdb_schema_get_reducer, position) for position in reducers)},
            {p.name: p for p in (self.function(lib.stdb_schema_get_procedure, position) for position in procedures)},
        )

    def table(self, position: int) -> TableSchema:
        info = _ffi.stdb_table_info(ctypes.sizeof(_ffi.stdb_table_info))
        call(lib.stdb_schema_get_table, self.pointer, position, info)
        row = self.type(info.row_type)
        columns = [part.name for part in row.parts]
        return TableSchema(
            text(info.name),
            text(info.accessor),
            row,
            columns[info.primary_key] if info.has_primary_key else None,
            tuple(columns[column] for column in info.unique_columns[: info.unique_count]) if info.unique_count else (),
            tuple(self.index(position, number, columns) for number in range(info.index_count)),
            info.is_public,
            info.is_event,
            info.is_view,
        )

    def index(self, table: int, number: int, columns: List[str]) -> Index:
        info = _ffi.stdb_index_info(ctypes.sizeof(_ffi.stdb_index_info))
        call(lib.stdb_schema_get_index, self.pointer, table, number, info)
        name = text(info.name) or text(info.accessor)
        return Index(name, tuple(columns[column] for column in info.columns[: info.column_count]))

    def function(self, get: Any, position: int) -> FunctionSchema:
        info = _ffi.stdb_function_info(ctypes.sizeof(_ffi.stdb_function_info))
        call(get, self.pointer, position, info)
        returns = self.type(info.returns) if info.returns else None
        lifecycle = _LIFECYCLES.get(info.lifecycle)
        return FunctionSchema(text(info.name), text(info.accessor), self.type(info.params), returns, lifecycle)

    def type(self, pointer: int) -> Type:
        made = self.types.get(pointer)
        if made is None:
            made = self.types[pointer] = self.make_type(pointer)
        return made

    def make_type(self, pointer: int) -> Type:
        special = lib.stdb_type_special_of(pointer)
        if special in _SPECIALS:
            return Type(_SPECIALS[special])
        kind = _KINDS[lib.stdb_type_kind_of(pointer)]
        parts = tuple(
            Part(
                text(lib.stdb_type_element_name(pointer, index)), self.type(lib.stdb_type_element_type(pointer, index))
            )
            for index in range(lib.stdb_type_count(pointer))
        )
        if special == _ffi.STDB_SPECIAL_OPTION:
            return Type("option", None, parts[:1])
        if special == _ffi.STDB_SPECIAL_RESULT:
            return Type("result", None, parts)
        return Type(kind, text(lib.stdb_type_name(pointer)) or None, parts)
