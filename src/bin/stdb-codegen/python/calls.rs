//! The reducers and procedures of a module.

use std::fmt::Write;

use stdb::schema::Column;

use super::text;
use super::types::Types;
use super::words::{attributes, literal, quoted};
use crate::model::Module;
use crate::names::Scope;

/// What the classes have for other things.
const OF_CLASSES: [&str; 1] = ["with_options"];

/// Writes the class of the reducers.
pub fn write_reducers(out: &mut String, module: &Module, types: &Types) {
    out.push_str("\n\nclass Reducers(_stdb.TypedReducers):\n    \"\"\"The module's reducers.\"\"\"\n");
    let reducers = module.reducers();
    let names = attributes(reducers.iter().map(|reducer| &*reducer.accessor), &OF_CLASSES);
    // A reducer may be called as what tells of another.
    let mut scope = Scope::with_reserved(names.iter().map(String::as_str));
    for (reducer, function) in reducers.iter().zip(&names) {
        let (name, arguments) = (literal(&reducer.name), Arguments::new(&reducer.params, types));
        arguments.write_call(out, function, "_stdb.ReducerEvent", &name, &format!("reducer {}", quoted(&reducer.name)));
        let callback = format!("_Callable[[{}], _Any]", arguments.told().join(", "));
        let on = scope.claim(&format!("on_{function}"));
        out.push('\n');
        text::head(out, 4, &format!("def {on}(self, callback: {callback}) -> {callback}:"));
        let _ = writeln!(
            out,
            "        \"\"\"Has a function called with `(ctx, …)` for each run of the reducer {}. A decorator, too.\"\"\"",
            quoted(&reducer.name)
        );
        text::line(out, 8, &format!("return self[{name}].on(callback)"));
    }
}

/// Writes the class of the procedures.
pub fn write_procedures(out: &mut String, module: &Module, types: &Types) {
    out.push_str("\n\nclass Procedures(_stdb.TypedProcedures):\n    \"\"\"The module's procedures.\"\"\"\n");
    let procedures = module.procedures();
    let names = attributes(procedures.iter().map(|procedure| &*procedure.accessor), &OF_CLASSES);
    for (procedure, function) in procedures.iter().zip(&names) {
        let (name, arguments) = (literal(&procedure.name), Arguments::new(&procedure.params, types));
        let returns = types.annotation(&procedure.returns);
        arguments.write_call(out, function, &returns, &name, &format!("procedure {}", quoted(&procedure.name)));
    }
}

/// The arguments of a call.
struct Arguments {
    names: Vec<String>,
    types: Vec<String>,
}

impl Arguments {
    fn new(params: &[Column], types: &Types) -> Arguments {
        Arguments {
            names: attributes(params.iter().map(|param| &*param.name), &["self"]),
            types: params.iter().map(|param| types.annotation(&param.ty)).collect(),
        }
    }

    /// The types of what a callback is told.
    fn told(&self) -> Vec<String> {
        std::iter::once("_stdb.Context".to_owned()).chain(self.types.iter().cloned()).collect()
    }

    fn write_call(&self, out: &mut String, function: &str, returns: &str, name: &str, what: &str) {
        let parameters = self.names.iter().zip(&self.types).map(|(name, ty)| format!(", {name}: {ty}"));
        let values = match &self.names[..] {
            [only] => format!("{only},"),
            several => several.join(", "),
        };
        out.push('\n');
        let parameters = parameters.collect::<String>();
        text::head(out, 4, &format!("def {function}(self{parameters}) -> _stdb.Call[{returns}]:"));
        let _ = writeln!(out, "        \"\"\"Calls the {what}.\"\"\"");
        text::line(out, 8, &format!("return self._call({name}, ({values}), {{}})"));
    }
}
