//! Bindings in C: `module_bindings.h` and `module_bindings.c`, which need the library's header alone. They are C11, and
//! C++ as well.

mod calls;
mod declare;
mod read;
mod tables;
mod text;
mod types;
mod words;
mod write;

use crate::model::Module;
use crate::names::snake;
use crate::{File, made_by};
use text::{Text, literal};
use types::Types;

/// How many bytes of the schema stand in a line.
const SCHEMA_LINE: usize = 84;

/// Makes the files of a module. All names begin with the prefix, if there is one.
pub fn generate(module: &Module, prefix: Option<&str>) -> Vec<File> {
    let mut types = Types::of(module, prefix);
    let tables = tables::all(module, &mut types);
    let reducers = calls::reducers(module, &mut types);
    let procedures = calls::procedures(module, &mut types);

    let own = prefix.map_or_else(|| "module_bindings_".into(), |prefix| format!("{}_module_bindings_", snake(prefix)));
    let mut header = Text::new(&own);
    header.line(format!("/* {} */", made_by()));
    header.lines(&INTRODUCTION.replace("GUARD", &format!("{}H", own.to_ascii_uppercase())));
    declare::definitions(&types, &mut header);
    tables.iter().for_each(|table| table.declare(&types, &mut header));
    reducers.iter().chain(&procedures).for_each(|call| call.declare(&types, &mut header));
    read::primitives(&types, &mut header);
    let all = 0..types.list.len();
    all.clone().for_each(|position| read::functions(&types, position, &mut header));
    write::primitives(&mut header);
    all.clone().for_each(|position| write::function(&types, position, &mut header));
    header.heading("Rows, views and arrays");
    tables::rows(&tables, &types, &mut header);
    all.for_each(|position| write::views(&types, position, &mut header));
    header.lines(END);

    let mut functions = Text::new(&own);
    tables.iter().for_each(|table| table.define(&types, &mut functions));
    reducers.iter().chain(&procedures).for_each(|call| call.define(&types, &mut functions));
    let mut source = Text::new(&own);
    source.line(format!("/* {} */", made_by()));
    source.lines(SOURCE);
    schema(module, &mut source);
    helpers(&functions, &mut source);
    source.lines(&functions.text);
    vec![
        File { name: "module_bindings.h", text: header.text.trim_end().to_owned() + "\n" },
        File { name: "module_bindings.c", text: source.text.trim_end().to_owned() + "\n" },
    ]
}

/// Writes the schema, and the function that gives it to a builder.
fn schema(module: &Module, out: &mut Text) {
    out.line("/* The schema that the bindings were made from, in pieces that every compiler takes. */");
    out.line("static const char *const @schema[] = {");
    module.schema_pieces(SCHEMA_LINE).iter().for_each(|piece| out.line(format!("    {},", literal(piece))));
    out.line("};");
    out.gap();
    out.lines(WITH_SCHEMA);
}

/// Writes the helpers that the functions use, and no others, which compilers would complain of.
fn helpers(functions: &Text, out: &mut Text) {
    let uses = |name: &str| functions.text.contains(&format!("{}{name}(", functions.own));
    if ["on_row", "on_update", "on_reducer", "close"].iter().any(|name| uses(name)) {
        out.lines(CLOSURES);
    }
    for (name, helper) in
        [("on_row", ON_ROW), ("on_update", ON_UPDATE), ("on_reducer", ON_REDUCER), ("drop_now", DROP_NOW), ("put", PUT)]
    {
        if uses(name) {
            out.lines(helper);
        }
    }
}

const INTRODUCTION: &str = r#"
/*
 * Types for the rows of a SpacetimeDB module, and functions for its tables, reducers and procedures, over libstdb.
 *
 * Give the schema to the builder of a connection with @with_schema: a module on the host that is another one
 * than these bindings were made for is then told by on_connect_error, instead of being misread.
 *
 * What holds no text and no array is a plain struct. A row that does is a view of its BSATN, and each column is read when
 * its function is called; nothing is allocated. Text, bytes, arrays and views are borrowed from the row that they were read
 * from, and live as long: inside the callback that was given the row, or as long as a read guard or an iterator is held.
 *
 * Each function says which function of libstdb it is as. Its threads, its errors and what it takes over hold for it, too.
 */

#ifndef GUARD
#define GUARD

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <stdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Gives a builder the schema that these bindings were made from. As stdb_connection_builder_with_schema_json. */
stdb_status @with_schema(stdb_connection_builder *builder, stdb_error **error);

"#;

const END: &str = r#"
#ifdef __cplusplus
}
#endif

#endif
"#;

const SOURCE: &str = r#"
#include "module_bindings.h"

#include <stdlib.h>

"#;

const WITH_SCHEMA: &str = r#"
stdb_status @with_schema(stdb_connection_builder *builder, stdb_error **error)
{
    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();
    stdb_status status = STDB_OK;
    for (size_t i = 0; i < sizeof @schema / sizeof @schema[0] && status == STDB_OK; i++) {
        stdb_bytes piece;
        piece.data = (const uint8_t *)@schema[i];
        piece.len = strlen(@schema[i]);
        status = stdb_bsatn_writer_raw(writer, piece, error);
    }
    if (status == STDB_OK) {
        status = stdb_bsatn_writer_u8(writer, 0, error);
    }
    if (status == STDB_OK) {
        const char *json = (const char *)stdb_bsatn_writer_data(writer).data;
        status = stdb_connection_builder_with_schema_json(builder, json, error);
    }
    stdb_bsatn_writer_free(writer);
    return status;
}

"#;

const CLOSURES: &str = r#"
/* A callback of any type, with what it was registered with. */
typedef void (*@fn)(void);
typedef struct @closure {
    @fn callback;
    void *user_data;
    stdb_drop_fn drop;
} @closure;

static @closure *@close(@fn callback, void *user_data, stdb_drop_fn drop)
{
    @closure *closure = (@closure *)malloc(sizeof *closure);
    if (closure == NULL) {
        /* As the library does. */
        abort();
    }
    closure->callback = callback;
    closure->user_data = user_data;
    closure->drop = drop;
    return closure;
}

static void @drop_closure(void *data)
{
    @closure *closure = (@closure *)data;
    if (closure->drop != NULL) {
        closure->drop(closure->user_data);
    }
    free(closure);
}

"#;

const ON_ROW: &str = r#"
typedef stdb_status (*@on_row_fn)(
    const stdb_table *, stdb_row_fn, void *, stdb_drop_fn, uint64_t *, stdb_error **);

static stdb_status @on_row(
    stdb_connection *connection, const char *name, @on_row_fn add, stdb_row_fn handler,
    @fn callback, void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    @closure *closure = @close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        @drop_closure(closure);
        return status;
    }
    return add(table, handler, closure, @drop_closure, callback_id, error);
}

"#;

const ON_UPDATE: &str = r#"
static stdb_status @on_update(
    stdb_connection *connection, const char *name, stdb_update_fn handler, @fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    @closure *closure = @close(callback, user_data, drop);
    const stdb_table *table = NULL;
    stdb_status status = stdb_connection_table(connection, name, &table, error);
    if (status != STDB_OK) {
        @drop_closure(closure);
        return status;
    }
    return stdb_table_on_update(table, handler, closure, @drop_closure, callback_id, error);
}

"#;

const ON_REDUCER: &str = r#"
static stdb_status @on_reducer(
    stdb_connection *connection, const char *name, stdb_event_fn handler, @fn callback,
    void *user_data, stdb_drop_fn drop, uint64_t *callback_id, stdb_error **error)
{
    @closure *closure = @close(callback, user_data, drop);
    return stdb_connection_on_reducer(
        connection, name, handler, closure, @drop_closure, callback_id, error);
}

"#;

const DROP_NOW: &str = r#"
static void @drop_now(stdb_drop_fn drop, void *user_data)
{
    if (drop != NULL) {
        drop(user_data);
    }
}

"#;

const PUT: &str = r#"
/* Writes so many bytes of a number, the lowest first. */
static void @put(uint8_t *bytes, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

"#;
