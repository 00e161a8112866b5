//! The reducers and procedures of a module.

use std::fmt::Write;

use stdb::schema::Column;

use super::types::Types;
use super::words::{self, comment, literal};
use crate::model::Module;
use crate::names::snake;

/// Names that the functions have for other things.
const OF_FUNCTIONS: [&str; 4] = ["options", "on_result", "f", "F"];
/// Names that the classes have for other things.
const OF_CLASSES: [&str; 7] =
    ["context", "call_reducer", "on_reducer", "call_procedure", "module_calls", "connection_", "Module"];

/// Writes the class of the reducers.
pub fn write_reducers(out: &mut String, module: &Module, types: &Types) {
    write_class_head(out, "RemoteReducers", "reducers: calling them, and being told of their runs");
    let mut scope = words::scope(&OF_CLASSES);
    for reducer in module.reducers() {
        let both = |stem: &str| vec![stem.to_owned(), format!("on_{stem}")];
        let function = scope.claim_stem(&snake(&reducer.accessor), both);
        let (name, arguments) = (&*reducer.name, Arguments::new(&reducer.params, types));
        let _ = writeln!(out, "\n    /// Calls the reducer `{}`.", comment(name));
        arguments.write_call(out, &function, name, "call_reducer");
        let _ = writeln!(
            out,
            "    /// The same, with `on_result(context)` for its end: `context.reducer_event()` tells how."
        );
        arguments.write_call_with_result(out, &function, name, "call_reducer");
        arguments.write_on_reducer(out, &function, name);
    }
    out.push_str("};\n\n");
}

/// Writes the class of the procedures.
pub fn write_procedures(out: &mut String, module: &Module, types: &Types) {
    write_class_head(out, "RemoteProcedures", "procedures");
    let mut scope = words::scope(&OF_CLASSES);
    for procedure in module.procedures() {
        let function = scope.claim(&snake(&procedure.accessor));
        let (name, arguments) = (&*procedure.name, Arguments::new(&procedure.params, types));
        let value = types.name(&procedure.returns);
        let _ = writeln!(out, "\n    /// Calls the procedure `{}`.", comment(name));
        arguments.write_call(out, &function, name, "call_procedure");
        let _ = writeln!(
            out,
            "    /// The same, with `on_result(context, value)` for its end: `value` is what it returned, a\n    \
             /// `std::optional<{value}>`, or none, and then `context.procedure_event()` tells why."
        );
        arguments.write_call_with_result(out, &function, name, &format!("call_procedure<{value}>"));
    }
    out.push_str("};\n\n");
}

fn write_class_head(out: &mut String, class: &str, what: &str) {
    let _ = writeln!(
        out,
        "/// The module's {what}.\nclass {class} : public stdb::module_calls<Module> {{\npublic:\n    \
         using module_calls::module_calls;"
    );
}

/// The arguments of a call.
struct Arguments {
    names: Vec<String>,
    types: Vec<String>,
    parameters: Vec<String>,
}

impl Arguments {
    fn new(params: &[Column], types: &Types) -> Arguments {
        let mut scope = words::scope(&OF_FUNCTIONS);
        let names: Vec<String> = params.iter().map(|param| scope.claim(&snake(&param.name))).collect();
        let parameters =
            params.iter().zip(&names).map(|(param, name)| format!("{} {name}", types.parameter(&param.ty)));
        let parameters = parameters.collect();
        Arguments { names, types: params.iter().map(|param| types.name(&param.ty)).collect(), parameters }
    }

    fn write_call(&self, out: &mut String, function: &str, name: &str, call: &str) {
        self.write_signature(out, function, "const stdb::call_options& options = {}");
        let _ = writeln!(
            out,
            "        return {call}({}, stdb::args({}), options);\n    }}",
            literal(name),
            list(&self.names, 50, 12)
        );
    }

    fn write_call_with_result(&self, out: &mut String, function: &str, name: &str, call: &str) {
        out.push_str("    template <class F, class = stdb::detail::if_no_options<F>>\n");
        self.write_signature(out, function, "F&& on_result, const stdb::call_options& options = {}");
        let _ = writeln!(
            out,
            "        return {call}(\n            {}, stdb::args({}), std::forward<F>(on_result), options);\n    }}",
            literal(name),
            list(&self.names, 40, 16)
        );
    }

    fn write_on_reducer(&self, out: &mut String, function: &str, name: &str) {
        let told: Vec<&str> = ["context"].into_iter().chain(self.names.iter().map(String::as_str)).collect();
        let _ = match told.len() {
            ..=6 => writeln!(out, "    /// Registers `f({})` for runs that the host tells of.", told.join(", ")),
            _ => {
                writeln!(out, "    /// Registers `f(context, …)`, with all arguments, for runs that the host tells of.")
            }
        };
        let _ = writeln!(
            out,
            "    template <class F>\n    stdb::returns<stdb::callback_id> on_{function}(F&& f) const {{\n        \
             return on_reducer<{}>({}, std::forward<F>(f));\n    }}",
            list(&self.types, 50, 12),
            literal(name)
        );
    }

    /// A parameter a line, unless all fit into one.
    fn write_signature(&self, out: &mut String, function: &str, last: &str) {
        let parameters: Vec<&str> = self.parameters.iter().map(String::as_str).chain([last]).collect();
        let line = format!("    stdb::returns<> {function}({}) const {{", parameters.join(", "));
        let _ = match line.len() {
            ..=100 => writeln!(out, "{line}"),
            _ => writeln!(out, "    stdb::returns<> {function}(\n        {}) const {{", parameters.join(",\n        ")),
        };
    }
}

/// A list on one line if it has no more characters than `most`, else an item a line at an indent.
fn list(items: &[String], most: usize, indent: usize) -> String {
    let line = items.join(", ");
    if line.len() <= most { line } else { items.join(&format!(",\n{}", " ".repeat(indent))) }
}
