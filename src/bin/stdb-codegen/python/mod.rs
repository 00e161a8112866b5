//! The Python back end: one module, `module_bindings.py`, over the package `stdb` in `bindings/python`.

mod calls;
mod tables;
mod text;
mod types;
mod words;

use std::fmt::Write;

use crate::model::Module;
use crate::names::Scope;
use crate::{File, made_by};

use types::Types;

/// The bindings of a module.
pub fn generate(module: &Module) -> Vec<File> {
    let mut top = Scope::with_reserved(words::KEYWORDS.iter().copied().chain(TOP_LEVEL));
    let types = Types::name_all(module, &mut top);
    let mut text = String::new();
    write_head(&mut text);
    types.write_definitions(&mut text);
    let tables = tables::name_all(module, &mut top);
    tables.iter().for_each(|table| table.write(&mut text, &types));
    tables::write_db(&mut text, &tables);
    tables::write_query(&mut text, &tables);
    calls::write_reducers(&mut text, module, &types);
    calls::write_procedures(&mut text, module, &types);
    write_connection(&mut text, module, &types);
    vec![File { name: "module_bindings.py", text }]
}

/// What the module has at its top, whatever the database has.
const TOP_LEVEL: [&str; 9] =
    ["Tables", "Query", "Reducers", "Procedures", "DbConnection", "connect", "aconnect", "query", "SCHEMA_JSON"];

fn write_head(out: &mut String) {
    let _ = write!(
        out,
        "# {}\n\
         \"\"\"A SpacetimeDB module's tables, reducers and procedures, with their types: `connect(uri, database)`, or `aconnect` on\n\
         asyncio. See the package stdb.\"\"\"\n\n\
         # What may be left out has `...` for its default, which pyright knows in stubs alone.\n\
         # pyright: reportArgumentType=false\n\n\
         # What is imported has a name that no column has.\n\
         from __future__ import annotations as _annotations\n\n\
         from builtins import bool as _bool, bytes as _bytes, float as _float, int as _int, property as _property, str as _str\n\
         from dataclasses import dataclass as _dataclass\n\
         from typing import (\n    TYPE_CHECKING as _TYPE_CHECKING,\n    Any as _Any,\n    Callable as _Callable,\n    \
         ClassVar as _ClassVar,\n    List as _List,\n    NoReturn as _NoReturn,\n    Optional as _Optional,\n    Tuple as _Tuple,\n    \
         Union as _Union,\n    overload as _overload,\n)\n\
         from uuid import UUID as _UUID\n\n\
         import stdb as _stdb\n\
         from stdb.aio import Connecting as _Connecting\n\
         from stdb.connection import connect_as as _connect_as\n",
        made_by()
    );
}

fn write_connection(out: &mut String, module: &Module, types: &Types) {
    out.push_str("\n\nSCHEMA_JSON = (\n");
    for piece in module.schema_pieces(100) {
        let _ = writeln!(out, "    {}", words::literal(piece));
    }
    out.push_str(
        ")\n\"\"\"The schema that this was made from.\"\"\"\n\n\n\
         class DbConnection(_stdb.DbConnection):\n    \
         \"\"\"A connection to a database of the module: `connect`, `aconnect` and `DbConnection.builder()` make them.\"\"\"\n\n    \
         db: Tables\n    reducers: Reducers\n    procedures: Procedures\n\n    \
         _schema_json = SCHEMA_JSON\n    _db = Tables\n    _reducers = Reducers\n    _procedures = Procedures\n    _classes = {\n",
    );
    types.write_classes(out);
    out.push_str(
        "    }\n\n\n\
         def connect(uri: _str, database: _str, token: _Optional[_str] = None, **options: _Any) -> DbConnection:\n    \
         \"\"\"As `stdb.connect`, with the module's types.\"\"\"\n    \
         return _connect_as(DbConnection, uri, database, token, **options)\n\n\n\
         def aconnect(uri: _str, database: _str, token: _Optional[_str] = None, **options: _Any) -> _Connecting[DbConnection]:\n    \
         \"\"\"As `stdb.aconnect`, with the module's types.\"\"\"\n    \
         return _Connecting(DbConnection, uri, database, token, options)\n",
    );
}
