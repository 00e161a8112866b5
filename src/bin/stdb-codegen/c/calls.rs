//! The functions for reducers and procedures: calling them, and being told of them.

use std::sync::Arc;

use stdb::schema::Column;

use super::read::{OWN, read};
use super::text::{Text, literal};
use super::types::{Member, Types};
use super::write::{self, param, step, write_param};
use crate::model::Module;
use crate::names;

/// A reducer's or a procedure's names in C.
pub struct Call {
    name: Arc<str>,
    /// The function that calls it.
    function: String,
    /// The function that registers a callback for it.
    on_function: String,
    /// The parameters of the function that calls it.
    params: Vec<Member>,
    /// The same in callbacks.
    event_params: Vec<Member>,
    kind: Kind,
}

enum Kind {
    Reducer,
    /// With the position of the type of what it returns, if it returns anything.
    Procedure(Option<usize>),
}

/// Names in the functions that call.
const CALL_NAMES: &[&str] =
    &["connection", "call_options", "on_result", "user_data", "drop", "error", "writer", "status", "closure"];
/// Names in the callbacks, and in what calls them.
const EVENT_NAMES: &[&str] = &["context", "event", "user_data", "own_data", "closure", "cursor"];

/// The reducers of a module.
pub fn reducers(module: &Module, types: &mut Types) -> Vec<Call> {
    let reducers = module.reducers();
    reducers.iter().map(|reducer| Call::new(&reducer.name, &reducer.accessor, &reducer.params, types)).collect()
}

/// The procedures of a module.
pub fn procedures(module: &Module, types: &mut Types) -> Vec<Call> {
    let call = |procedure: &&stdb::schema::ProcedureSchema| {
        let call = Call::new(&procedure.name, &procedure.accessor, &procedure.params, types);
        let returns = (!procedure.returns.is_unit()).then(|| types.add(&procedure.returns));
        Call { kind: Kind::Procedure(returns), ..call }
    };
    module.procedures().iter().map(call).collect()
}

impl Call {
    fn new(name: &Arc<str>, accessor: &str, params: &[Column], types: &mut Types) -> Call {
        let prefix = types.prefixed("");
        let all =
            |stem: &str| vec![format!("{prefix}{stem}"), format!("{prefix}on_{stem}"), format!("{prefix}{stem}_fn")];
        let stem = types.scope.claim_stem(&names::snake(accessor), all);
        let (function, on_function) = (format!("{prefix}{stem}"), format!("{prefix}on_{stem}"));
        let members = types.members(params.iter().map(|param| (&*param.name, &param.ty)));
        let (params, event_params) = (write::params(&members, CALL_NAMES), write::params(&members, EVENT_NAMES));
        Call { name: name.clone(), function, on_function, params, event_params, kind: Kind::Reducer }
    }

    /// Writes the declarations.
    pub fn declare(&self, types: &Types, out: &mut Text) {
        let (name, function) = (&self.name, &self.function);
        match self.kind {
            Kind::Reducer => {
                out.heading(&format!("The reducer `{name}`"));
                out.doc("Calls it. `on_result` may be NULL. As stdb_connection_call_reducer.");
                self.call_head(types, ";", out);
                out.gap();
                out.doc(
                    "A callback that is told of a run of it, and with which arguments. They live as long as it runs.",
                );
                out.head(&format!("typedef void (*{function}_fn)"), &self.event_params(types), ";");
                out.gap();
                out.doc("Registers a callback for runs of it; stdb_connection_remove_on_reducer removes it. As stdb_connection_on_reducer.");
                self.on_head(";", out);
                out.gap();
            }
            Kind::Procedure(returns) => {
                out.heading(&format!("The procedure `{name}`"));
                let value = match returns {
                    Some(_) => {
                        ": `value` is what it returned, or NULL unless the event's status is STDB_CALL_COMMITTED. It lives as long as it runs"
                    }
                    None => "",
                };
                out.doc(&format!("A callback that is told how a call of it ended{value}."));
                let mut params =
                    vec!["const stdb_context *context".to_owned(), "const stdb_procedure_event *event".to_owned()];
                params.extend(returns.map(|returns| format!("const {} *value", types.get(returns).name)));
                params.push("void *user_data".to_owned());
                out.head(&format!("typedef void (*{function}_fn)"), &params, ";");
                out.gap();
                out.doc("Calls it. `on_result` may be NULL. As stdb_connection_call_procedure.");
                self.call_head(types, ";", out);
                out.gap();
            }
        }
    }

    /// Writes the definitions.
    pub fn define(&self, types: &Types, out: &mut Text) {
        let kind = if let Kind::Reducer = self.kind { "reducer" } else { "procedure" };
        out.heading(&format!("The {kind} `{}`", self.name));
        match self.kind {
            Kind::Reducer => {
                self.call_reducer(types, out);
                self.on_reducer(types, out);
            }
            Kind::Procedure(returns) => self.call_procedure(types, returns, out),
        }
    }

    fn call_head(&self, types: &Types, end: &str, out: &mut Text) {
        let on_result = match self.kind {
            Kind::Procedure(_) => format!("{}_fn on_result", self.function),
            Kind::Reducer => "stdb_event_fn on_result".to_owned(),
        };
        let mut params = vec!["stdb_connection *connection".to_owned()];
        params.extend(self.params.iter().map(|member| param(types, member)));
        params.extend(["const stdb_call_options *call_options".to_owned(), on_result]);
        params.extend(["void *user_data", "stdb_drop_fn drop", "stdb_error **error"].map(str::to_owned));
        out.head(&format!("stdb_status {}", self.function), &params, end);
    }

    fn event_params(&self, types: &Types) -> Vec<String> {
        let mut params = vec!["const stdb_context *context".to_owned(), "const stdb_reducer_event *event".to_owned()];
        params.extend(self.event_params.iter().map(|member| format!("{} {}", types.get(member.ty).name, member.name)));
        params.push("void *user_data".to_owned());
        params
    }

    fn on_head(&self, end: &str, out: &mut Text) {
        let function = &self.function;
        let mut params = vec!["stdb_connection *connection".to_owned(), format!("{function}_fn callback")];
        params.extend(
            ["void *user_data", "stdb_drop_fn drop", "uint64_t *callback_id", "stdb_error **error"].map(str::to_owned),
        );
        out.head(&format!("stdb_status {}", self.on_function), &params, end);
    }

    fn call_reducer(&self, types: &Types, out: &mut Text) {
        self.call_head(types, "", out);
        out.line("{");
        self.write_args(types, out);
        out.line("    if (status != STDB_OK) {");
        out.line(format!("        {OWN}drop_now(drop, user_data);"));
        out.line("    } else {");
        self.library_call("stdb_connection_call_reducer", ["on_result", "user_data", "drop"].map(str::to_owned), out);
        out.line("    }");
        out.line("    stdb_bsatn_writer_free(writer);");
        out.line("    return status;");
        out.line("}");
        out.gap();
    }

    fn write_args(&self, types: &Types, out: &mut Text) {
        out.line("    stdb_bsatn_writer *writer = stdb_bsatn_writer_new();");
        out.line("    stdb_status status = STDB_OK;");
        self.params.iter().for_each(|member| step(&write_param(types, member), "    ", out));
    }

    fn library_call(&self, function: &str, callback: [String; 3], out: &mut Text) {
        let mut params =
            vec!["connection".to_owned(), literal(&self.name), "stdb_bsatn_writer_data(writer)".to_owned()];
        params.push("call_options".to_owned());
        params.extend(callback);
        params.push("error".to_owned());
        out.list(&format!("        status = {function}("), &params, ");");
    }

    fn on_reducer(&self, types: &Types, out: &mut Text) {
        let function = &self.function;
        out.line(format!("static void {OWN}{function}_event(const stdb_context *context, void *own_data)"));
        out.line("{");
        out.line(format!("    const {OWN}closure *closure = (const {OWN}closure *)own_data;"));
        out.line("    stdb_reducer_event event;");
        out.line("    if (stdb_context_reducer_event(context, &event, NULL) != STDB_OK) {");
        out.line("        return;");
        out.line("    }");
        if !self.event_params.is_empty() {
            out.line(format!("    {OWN}cursor cursor = {OWN}over(event.args.data, event.args.len);"));
        }
        for member in &self.event_params {
            let ty = types.get(member.ty);
            out.line(format!("    {} {} = {};", ty.name, member.name, read(ty, "&cursor")));
        }
        let mut args = vec!["context".to_owned(), "&event".to_owned()];
        args.extend(self.event_params.iter().map(|member| member.name.clone()));
        args.push("closure->user_data".to_owned());
        out.list(&format!("    (({function}_fn)closure->callback)("), &args, ");");
        out.line("}");
        out.gap();
        self.on_head("", out);
        out.line("{");
        out.list(
            &format!("    return {OWN}on_reducer("),
            &[
                "connection".into(),
                literal(&self.name),
                format!("callback == NULL ? NULL : {OWN}{function}_event"),
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

    fn call_procedure(&self, types: &Types, returns: Option<usize>, out: &mut Text) {
        let function = &self.function;
        out.line(format!("static void {OWN}{function}_result(const stdb_context *context, void *own_data)"));
        out.line("{");
        out.line(format!("    const {OWN}closure *closure = (const {OWN}closure *)own_data;"));
        out.line("    stdb_procedure_event event;");
        out.line("    if (stdb_context_procedure_event(context, &event, NULL) != STDB_OK) {");
        out.line("        return;");
        out.line("    }");
        let mut args = vec!["context".to_owned(), "&event".to_owned()];
        if let Some(returns) = returns {
            let ty = types.get(returns);
            out.line(format!("    {OWN}cursor cursor = {OWN}over(event.value.data, event.value.len);"));
            out.line(format!("    {} value = {};", ty.name, read(ty, "&cursor")));
            out.line("    bool is_there = event.status == STDB_CALL_COMMITTED;");
            args.push("is_there ? &value : NULL".to_owned());
        }
        args.push("closure->user_data".to_owned());
        out.list(&format!("    (({function}_fn)closure->callback)("), &args, ");");
        out.line("}");
        out.gap();
        self.call_head(types, "", out);
        out.line("{");
        self.write_args(types, out);
        out.line("    if (status != STDB_OK) {");
        out.line(format!("        {OWN}drop_now(drop, user_data);"));
        out.line("    } else if (on_result == NULL) {");
        self.library_call("stdb_connection_call_procedure", ["NULL", "user_data", "drop"].map(str::to_owned), out);
        out.line("    } else {");
        out.line(format!("        {OWN}closure *closure = {OWN}close(({OWN}fn)on_result, user_data, drop);"));
        let callback = [format!("{OWN}{function}_result"), "closure".into(), format!("{OWN}drop_closure")];
        self.library_call("stdb_connection_call_procedure", callback, out);
        out.line("    }");
        out.line("    stdb_bsatn_writer_free(writer);");
        out.line("    return status;");
        out.line("}");
        out.gap();
    }
}
