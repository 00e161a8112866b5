//! The C++ back end: one header, `module_bindings.hpp`, over `bindings/cpp/stdb.hpp`.

mod calls;
mod tables;
mod types;
mod words;

use std::fmt::Write;

use crate::model::Module;
use crate::names::{is_identifier, upper};
use crate::{File, made_by};

use types::Types;

/// What the generated code has at the top of its namespace, whatever the module has.
const TOP_LEVEL: [&str; 7] =
    ["Module", "EventContext", "DbConnection", "RemoteTables", "RemoteReducers", "RemoteProcedures", "q"];

/// Whether a namespace can be called so, alone or within others: `a::b`.
pub fn is_namespace(name: &str) -> bool {
    name.split("::")
        .all(|part| is_identifier(part) && (part == "module_bindings" || words::scope(&[]).claim(part) == part))
}

/// The bindings of a module, in a namespace.
pub fn generate(module: &Module, namespace: &str) -> Vec<File> {
    let mut top = words::scope(&TOP_LEVEL);
    let types = Types::name_all(module, namespace, &mut top);
    let mut text = String::new();
    write_head(&mut text, namespace);
    types.write_definitions(&mut text);
    text.push_str(&begin(namespace));
    text.push_str(MODULE_DECLARED);
    tables::write(&mut text, module, &types, &mut top);
    calls::write_reducers(&mut text, module, &types);
    calls::write_procedures(&mut text, module, &types);
    write_module(&mut text, module);
    vec![File { name: "module_bindings.hpp", text }]
}

/// Begins the namespace. What is in it depends on how errors are told, as the layer does.
pub fn begin(namespace: &str) -> String {
    format!("namespace {namespace} {{\ninline namespace STDB_INLINE_NAMESPACE {{\n\n")
}

/// Ends what `begin` began.
pub const END: &str = "}\n}\n";

fn write_head(out: &mut String, namespace: &str) {
    let guard = upper(namespace);
    let _ = write!(
        out,
        "// {}\n#ifndef {guard}_HPP\n#define {guard}_HPP\n\n\
         #include <cstdint>\n#include <optional>\n#include <string_view>\n#include <utility>\n\n\
         #include \"stdb.hpp\"\n\n",
        made_by()
    );
}

const MODULE_DECLARED: &str = "\
struct Module;
/// What callbacks are told besides their rows: `context.db()`, `context.reducers()`, the event.
using EventContext = stdb::module_context<Module>;

";

fn write_module(out: &mut String, module: &Module) {
    out.push_str(
        "/// The module: its tables, reducers, procedures and schema.\n\
         struct Module {\n    using tables = RemoteTables;\n    using reducers = RemoteReducers;\n    \
         using procedures = RemoteProcedures;\n    using connection_ref = stdb::module_connection_ref<Module>;\n    \
         using context = EventContext;\n\n    \
         /// The schema that this was made from. The host's is compared with it when a connection is made.\n    \
         static const char* schema_json() noexcept {\n        static const char json[] =\n",
    );
    for piece in module.schema_pieces(80) {
        let _ = writeln!(out, "            {}", words::literal(piece));
    }
    out.push_str(
        "            ;\n        return json;\n    }\n};\n\n\
         /// A connection to a database of the module: `DbConnection::builder()` begins to make one.\n\
         using DbConnection = stdb::basic_connection<Module>;\n\n",
    );
    out.push_str(END);
    out.push_str("\n#endif\n");
}
