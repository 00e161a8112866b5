//! The functions for tables: callbacks, counting, iterating, finding and filtering.

use stdb::schema::TableSchema;

use super::read::{OWN, read};
use super::text::{Text, literal};
use super::types::{Member, Shape, Types};
use super::write::{param, params, step, write_param};
use crate::model::Module;
use crate::names;

/// A table's names in C.
pub struct Table<'a> {
    schema: &'a TableSchema,
    /// What its functions begin with.
    stem: String,
    /// The position of its row's type.
    row: usize,
    finds: Vec<Lookup>,
    filters: Vec<Lookup>,
}

/// A way to look rows up.
struct Lookup {
    function: String,
    /// The name of the column or the index, as the library takes it.
    by: String,
    keys: Vec<Member>,
}

const CALLBACK_PARAMS: [&str; 4] =
    ["void *user_data", "stdb_drop_fn drop", "uint64_t *callback_id", "stdb_error **error"];
const OUR_NAMES: &[&str] =
    &["connection", "row", "iter", "error", "writer", "status", "key_bsatn", "key_bytes", "found", "cursor", "table"];

/// The tables of a module.
pub fn all<'a>(module: &'a Module, types: &mut Types) -> Vec<Table<'a>> {
    module.tables().into_iter().map(|schema| Table::new(schema, types)).collect()
}

/// Writes the functions that read rows out of bytes.
pub fn rows(tables: &[Table], types: &Types, out: &mut Text) {
    let mut rows: Vec<usize> = tables.iter().map(|table| table.row).collect();
    rows.sort_unstable();
    rows.dedup();
    for row in rows {
        let row = types.get(row);
        let (name, stem) = (&row.name, &row.stem);
        out.doc(&format!(
            "A {name} out of its BSATN: of a batch, a chunk, or the answer to a query. It borrows from that."
        ));
        out.line(format!("static inline {name} {stem}_read(const uint8_t *data, size_t len)"));
        out.line("{");
        out.line(format!("    {OWN}cursor cursor = {OWN}over(data, len);"));
        out.line(format!("    return {};", read(row, "&cursor")));
        out.line("}");
        out.gap();
    }
}

impl<'a> Table<'a> {
    fn new(schema: &'a TableSchema, types: &mut Types) -> Table<'a> {
        let wanted = types.prefixed(&names::snake(&schema.accessor));
        let stem = types.scope.claim_stem(&wanted, |stem| {
            let verbs = [
                "on_insert",
                "on_before_delete",
                "on_delete",
                "on_update",
                "remove_callback",
                "count",
                "iter",
                "next",
                "row_fn",
                "update_fn",
            ];
            verbs.iter().map(|verb| format!("{stem}_{verb}")).collect()
        });
        let row = types.add(schema.layout.row_type());
        let mut table = Table { schema, stem, row, finds: Vec::new(), filters: Vec::new() };
        if schema.is_event {
            return table;
        }
        for unique in &schema.unique {
            let lookup = table.lookup(
                "find_by",
                &schema.columns[*unique].name,
                &schema.columns[*unique].name,
                &[*unique],
                types,
            );
            table.finds.push(lookup);
        }
        // An index over a unique column finds what the column finds.
        let further = |columns: &[usize]| !matches!(columns, [only] if schema.unique.contains(only));
        for index in schema.indexes.iter().filter(|index| further(&index.columns) && !index.name.is_empty()) {
            let columns = || index.columns.iter().map(|c| &*schema.columns[*c].name).collect::<Vec<_>>().join("_");
            let accessor = index.accessor.as_deref().map_or_else(columns, str::to_owned);
            let lookup = table.lookup("filter_by", &accessor, &index.name, &index.columns, types);
            table.filters.push(lookup);
        }
        table.filters.sort_by(|a, b| a.function.cmp(&b.function));
        table
    }

    fn lookup(&self, verb: &str, name: &str, by: &str, columns: &[usize], types: &mut Types) -> Lookup {
        let columns = columns.iter().map(|column| &self.schema.columns[*column]);
        let keys = params(&types.members(columns.map(|column| (&*column.name, &column.ty))), OUR_NAMES);
        let function = types.scope.claim(&format!("{}_{verb}_{}", self.stem, names::snake(name)));
        Lookup { function, by: by.to_owned(), keys }
    }

    fn has_updates(&self) -> bool {
        self.schema.primary_key.is_some() && !self.schema.is_event
    }

    /// The row callbacks that it has, each with what it is called for.
    fn row_events(&self) -> &'static [(&'static str, &'static str)] {
        if self.schema.is_event {
            return &[("insert", "each event")];
        }
        &[
            ("insert", "each new row"),
            ("before_delete", "each row that is about to go; the cache is still as it was"),
            ("delete", "each row that is gone"),
        ]
    }

    /// Writes the declarations.
    pub fn declare(&self, types: &Types, out: &mut Text) {
        let (stem, row, name) = (&self.stem, &types.get(self.row).name, &self.schema.name);
        let kind = match (self.schema.is_event, self.schema.is_view) {
            (true, _) => "event table",
            (_, true) => "view",
            _ => "table",
        };
        out.heading(&format!("The {kind} `{name}`"));
        out.doc("A callback that is told of a row. The row, and what it borrows, live as long as it runs.");
        let of_row =
            ["const stdb_context *context".to_owned(), format!("const {row} *row"), "void *user_data".to_owned()];
        out.head(&format!("typedef void (*{stem}_row_fn)"), &of_row, ";");
        out.gap();
        if self.has_updates() {
            out.doc("A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.");
            let [context, _, user_data] = &of_row;
            let params =
                [context.clone(), format!("const {row} *old_row"), format!("const {row} *new_row"), user_data.clone()];
            out.head(&format!("typedef void (*{stem}_update_fn)"), &params, ";");
            out.gap();
        }
        for (event, when) in self.row_events() {
            out.doc(&format!("Registers a callback for {when}. As stdb_table_on_{event}."));
            self.on_row_head(event, ";", out);
            out.gap();
        }
        if self.has_updates() {
            out.doc("Registers a callback for each row that was replaced by one with the same primary key. As stdb_table_on_update.");
            self.on_update_head(";", out);
            out.gap();
        }
        out.doc("Removes a callback of this table. As stdb_table_remove_callback.");
        self.remove_head(";", out);
        out.gap();
        if self.schema.is_event {
            return;
        }
        out.doc("Tells how many rows are in the cache. As stdb_table_count.");
        self.count_head(";", out);
        out.gap();
        out.doc(&format!(
            "Walks over all rows, with {stem}_next. As stdb_table_iter: free it with stdb_row_iter_free."
        ));
        self.iter_head(";", out);
        out.gap();
        out.doc("Gives the next row, which lives as long as the iterator; false at the end.");
        self.next_head(types, ";", out);
        out.gap();
        for find in &self.finds {
            out.doc(&format!(
                "Finds the row with this `{}`; STDB_ERR_NOT_FOUND when there is none. As stdb_table_find: inside a callback, or under a read guard.",
                find.by
            ));
            self.find_head(find, types, ";", out);
            out.gap();
        }
        for filter in &self.filters {
            out.doc(&format!(
                "Walks over the rows that the index `{}` has for these values, with {stem}_next. As stdb_table_filter.",
                filter.by
            ));
            self.filter_head(filter, types, ";", out);
            out.gap();
        }
    }

    fn on_row_head(&self, event: &str, end: &str, out: &mut Text) {
        let stem = &self.stem;
        let mut params = vec!["stdb_connection *connection".to_owned(), format!("{stem}_row_fn callback")];
        params.extend(CALLBACK_PARAMS.map(str::to_owned));
        out.head(&format!("stdb_status {stem}_on_{event}"), &params, end);
    }

    fn on_update_head(&self, end: &str, out: &mut Text) {
        let stem = &self.stem;
        let mut params = vec!["stdb_connection *connection".to_owned(), format!("{stem}_update_fn callback")];
        params.extend(CALLBACK_PARAMS.map(str::to_owned));
        out.head(&format!("stdb_status {stem}_on_update"), &params, end);
    }

    fn remove_head(&self, end: &str, out: &mut Text) {
        let params = ["stdb_connection *connection", "uint64_t callback_id", "stdb_error **error"].map(str::to_owned);
        out.head(&format!("stdb_status {}_remove_callback", self.stem), &params, end);
    }

    fn count_head(&self, end: &str, out: &mut Text) {
        let params = ["stdb_connection *connection", "uint64_t *count", "stdb_error **error"].map(str::to_owned);
        out.head(&format!("stdb_status {}_count", self.stem), &params, end);
    }

    fn iter_head(&self, end: &str, out: &mut Text) {
        let params = ["stdb_connection *connection", "stdb_row_iter **iter", "stdb_error **error"].map(str::to_owned);
        out.head(&format!("stdb_status {}_iter", self.stem), &params, end);
    }

    fn next_head(&self, types: &Types, end: &str, out: &mut Text) {
        let params = ["stdb_row_iter *iter".to_owned(), format!("{} *row", types.get(self.row).name)];
        out.head(&format!("bool {}_next", self.stem), &params, end);
    }

    fn find_head(&self, find: &Lookup, types: &Types, end: &str, out: &mut Text) {
        let row = format!("{} *row", types.get(self.row).name);
        self.lookup_head(find, types, row, end, out);
    }

    fn filter_head(&self, filter: &Lookup, types: &Types, end: &str, out: &mut Text) {
        self.lookup_head(filter, types, "stdb_row_iter **iter".to_owned(), end, out);
    }

    fn lookup_head(&self, lookup: &Lookup, types: &Types, output: String, end: &str, out: &mut Text) {
        let mut params = vec!["stdb_connection *connection".to_owned()];
        params.extend(lookup.keys.iter().map(|key| param(types, key)));
        params.extend([output, "stdb_error **error".to_owned()]);
        out.head(&format!("stdb_status {}", lookup.function), &params, end);
    }

    /// Writes the definitions.
    pub fn define(&self, types: &Types, out: &mut Text) {
        let (stem, row, name) = (&self.stem, types.get(self.row), literal(&self.schema.name));
        out.heading(&format!("The table `{}`", self.schema.name));
        self.trampolines(types, out);
        for (event, _) in self.row_events() {
            self.on_row_head(event, "", out);
            out.line("{");
            out.list(
                &format!("    return {OWN}on_row("),
                &[
                    "connection".into(),
                    name.clone(),
                    format!("stdb_table_on_{event}"),
                    format!("callback == NULL ? NULL : {OWN}{stem}_row"),
                    format!("({OWN}fn)callback"),
                    "user_data".into(),
                    "drop".into(),
                    "callback_id".into(),
                    "error".into(),
                ],
                ");",
            );
            out.line("}");
            out.gap();
        }
        if self.has_updates() {
            self.on_update_head("", out);
            out.line("{");
            out.list(
                &format!("    return {OWN}on_update("),
                &[
                    "connection".into(),
                    name.clone(),
                    format!("callback == NULL ? NULL : {OWN}{stem}_update"),
                    format!("({OWN}fn)callback"),
                    "user_data".into(),
                    "drop".into(),
                    "callback_id".into(),
                    "error".into(),
                ],
                ");",
            );
            out.line("}");
            out.gap();
        }
        self.remove_head("", out);
        self.on_table(&name, "stdb_table_remove_callback(table, callback_id, error)", out);
        if self.schema.is_event {
            return;
        }
        self.count_head("", out);
        self.on_table(&name, "stdb_table_count(table, count, error)", out);
        self.iter_head("", out);
        self.on_table(&name, "stdb_table_iter(table, iter, error)", out);
        self.next_head(types, "", out);
        out.line("{");
        out.line("    stdb_row next;");
        out.line("    if (row == NULL || !stdb_row_iter_next(iter, &next)) {");
        out.line("        return false;");
        out.line("    }");
        out.line(format!("    {OWN}cursor cursor = {OWN}over(next.data, next.len);"));
        out.line(format!("    *row = {};", read(row, "&cursor")));
        out.line("    return true;");
        out.line("}");
        out.gap();
        self.lookups(types, &name, out);
    }

    /// The functions that the library calls, which hand typed rows on.
    fn trampolines(&self, types: &Types, out: &mut Text) {
        let (stem, row) = (&self.stem, types.get(self.row));
        out.line(format!("static void {OWN}{stem}_row(const stdb_context *context, const stdb_row *row, void *data)"));
        out.line("{");
        out.line(format!("    const {OWN}closure *closure = (const {OWN}closure *)data;"));
        out.line(format!("    {OWN}cursor cursor = {OWN}over(row->data, row->len);"));
        out.line(format!("    {} typed = {};", row.name, read(row, "&cursor")));
        out.line(format!("    (({stem}_row_fn)closure->callback)(context, &typed, closure->user_data);"));
        out.line("}");
        out.gap();
        if !self.has_updates() {
            return;
        }
        let params =
            ["const stdb_context *context", "const stdb_row *old_row", "const stdb_row *new_row", "void *data"];
        out.head(&format!("static void {OWN}{stem}_update"), &params.map(str::to_owned), "");
        out.line("{");
        out.line(format!("    const {OWN}closure *closure = (const {OWN}closure *)data;"));
        out.line(format!("    {OWN}cursor old_cursor = {OWN}over(old_row->data, old_row->len);"));
        out.line(format!("    {OWN}cursor new_cursor = {OWN}over(new_row->data, new_row->len);"));
        out.line(format!("    {} old_typed = {};", row.name, read(row, "&old_cursor")));
        out.line(format!("    {} new_typed = {};", row.name, read(row, "&new_cursor")));
        out.line(format!(
            "    (({stem}_update_fn)closure->callback)(context, &old_typed, &new_typed, closure->user_data);"
        ));
        out.line("}");
        out.gap();
    }

    /// A function that only asks the library's table.
    fn on_table(&self, name: &str, call: &str, out: &mut Text) {
        out.line("{");
        out.line("    const stdb_table *table = NULL;");
        out.line(format!("    stdb_status status = stdb_connection_table(connection, {name}, &table, error);"));
        out.line(format!("    return status == STDB_OK ? {call} : status;"));
        out.line("}");
        out.gap();
    }

    fn lookups(&self, types: &Types, name: &str, out: &mut Text) {
        let row = types.get(self.row);
        for find in &self.finds {
            self.find_head(find, types, "", out);
            out.line("{");
            out.line("    stdb_row found;");
            let call = format!("stdb_table_find(table, {}, key_bsatn, &found, error)", literal(&find.by));
            self.look_up(find, types, name, &call, out);
            out.line("    if (status == STDB_OK && row != NULL) {");
            out.line(format!("        {OWN}cursor cursor = {OWN}over(found.data, found.len);"));
            out.line(format!("        *row = {};", read(row, "&cursor")));
            out.line("    }");
            out.line("    return status;");
            out.line("}");
            out.gap();
        }
        for filter in &self.filters {
            self.filter_head(filter, types, "", out);
            out.line("{");
            let call = format!("stdb_table_filter(table, {}, key_bsatn, iter, error)", literal(&filter.by));
            self.look_up(filter, types, name, &call, out);
            out.line("    return status;");
            out.line("}");
            out.gap();
        }
    }

    /// Makes the key, and calls the library with it. A key of fixed size is made where it is.
    fn look_up(&self, lookup: &Lookup, types: &Types, name: &str, call: &str, out: &mut Text) {
        out.line("    const stdb_table *table = NULL;");
        out.line("    stdb_bytes key_bsatn;");
        let size: Option<usize> = lookup.keys.iter().map(|key| in_place(types, key)).sum();
        if let Some(size) = size {
            out.line(format!("    uint8_t key_bytes[{size}];"));
            let mut offset = 0;
            for key in &lookup.keys {
                put(types, key, offset, out);
                offset += in_place(types, key).unwrap_or(0);
            }
            out.line("    key_bsatn.data = key_bytes;");
            out.line("    key_bsatn.len = sizeof key_bytes;");
            out.line(format!("    stdb_status status = stdb_connection_table(connection, {name}, &table, error);"));
            return step(call, "    ", out);
        }
        out.line("    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();");
        out.line(format!("    stdb_status status = stdb_connection_table(connection, {name}, &table, error);"));
        lookup.keys.iter().for_each(|key| step(&write_param(types, key), "    ", out));
        out.line("    key_bsatn = stdb_bsatn_writer_data(writer);");
        step(call, "    ", out);
        out.line("    stdb_bsatn_writer_free(writer);");
    }
}

/// How many bytes a key takes that can be put in place.
fn in_place(types: &Types, key: &Member) -> Option<usize> {
    let ty = types.get(key.ty);
    match (&ty.shape, &*ty.stem) {
        (_, "u128" | "i128" | "u256" | "i256" | "uuid" | "f32" | "f64" | "schedule_at") => None,
        (Shape::Scalar | Shape::Enum(_), _) => ty.size,
        _ => None,
    }
}

fn put(types: &Types, key: &Member, offset: usize, out: &mut Text) {
    let (ty, name) = (types.get(key.ty), &key.name);
    let size = ty.size.unwrap_or(0);
    match (&ty.shape, &*ty.stem) {
        (Shape::Scalar, "identity" | "connection_id") => {
            out.line(format!("    memcpy(key_bytes + {offset}, {name}.bytes, {size});"))
        }
        (Shape::Scalar, "timestamp" | "time_duration") => {
            out.line(format!("    {OWN}put(key_bytes + {offset}, (uint64_t){name}.micros, {size});"));
        }
        _ => out.line(format!("    {OWN}put(key_bytes + {offset}, (uint64_t){name}, {size});")),
    }
}
