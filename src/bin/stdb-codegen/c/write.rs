//! The functions that write values as BSATN, and those that make views.

use super::read::OWN;
use super::text::Text;
use super::types::{CType, Member, Shape, Types};

/// Parameters for members, in a function that has others of the names `taken`.
pub fn params(members: &[Member], taken: &[&str]) -> Vec<Member> {
    let is_taken = |name: &String| taken.contains(&&**name) || members.iter().any(|member| member.name == *name);
    let free = |member: &Member| {
        let mut name = member.name.clone();
        while taken.contains(&&*name) || name != member.name && is_taken(&name) {
            name.push('_');
        }
        Member { name, ..member.clone() }
    };
    members.iter().map(free).collect()
}

/// A parameter that takes a value: text is given as in the library, ended by NUL.
pub fn param(types: &Types, member: &Member) -> String {
    match types.get(member.ty).shape {
        Shape::Text => format!("const char *{}", member.name),
        _ => format!("{} {}", types.get(member.ty).name, member.name),
    }
}

/// The expression that writes a parameter.
pub fn write_param(types: &Types, member: &Member) -> String {
    match types.get(member.ty).shape {
        Shape::Text => format!("stdb_bsatn_writer_string(writer, {}, error)", member.name),
        _ => write(types.get(member.ty), &member.name),
    }
}

/// The expression that writes a value.
pub fn write(ty: &CType, value: &str) -> String {
    match &ty.shape {
        Shape::Scalar => match &*ty.stem {
            "identity" | "connection_id" => format!("stdb_bsatn_writer_{}(writer, &{value}, error)", ty.stem),
            "schedule_at" => format!("{OWN}write_schedule_at(writer, {value}, error)"),
            "uuid" => format!("stdb_bsatn_writer_u128(writer, {value}, error)"),
            stem => format!("stdb_bsatn_writer_{stem}(writer, {value}, error)"),
        },
        Shape::Text => format!("stdb_bsatn_writer_str(writer, {value}, error)"),
        Shape::Bytes => format!("stdb_bsatn_writer_bytes(writer, {value}, error)"),
        Shape::Enum(_) => format!("stdb_bsatn_writer_sum_tag(writer, (uint8_t){value}, error)"),
        Shape::View(_) => format!("stdb_bsatn_writer_raw(writer, {value}.bsatn, error)"),
        _ => format!("{OWN}write_{}(writer, {value}, error)", ty.stem),
    }
}

/// Writes what the others rest upon.
pub fn primitives(out: &mut Text) {
    out.lines(PRIMITIVES);
}

const PRIMITIVES: &str = r"
/* ---- Writing ---- */

static inline stdb_status @write_schedule_at(
    stdb_bsatn_writer *writer, stdb_schedule_at value, stdb_error **error)
{
    stdb_status status = stdb_bsatn_writer_sum_tag(writer, value.is_interval ? 0 : 1, error);
    return status == STDB_OK ? stdb_bsatn_writer_i64(writer, value.micros, error) : status;
}

";

/// Writes the function that writes a type's values, if it needs one.
pub fn function(types: &Types, position: usize, out: &mut Text) {
    let ty = types.get(position);
    if matches!(ty.shape, Shape::Scalar | Shape::Text | Shape::Bytes | Shape::Enum(_) | Shape::View(_)) {
        return;
    }
    let params =
        ["stdb_bsatn_writer *writer".to_owned(), format!("{} value", ty.name), "stdb_error **error".to_owned()];
    out.head(&format!("static inline stdb_status {OWN}write_{}", ty.stem), &params, "");
    out.line("{");
    match &ty.shape {
        Shape::Struct(members) => {
            out.line("    stdb_status status = STDB_OK;");
            if members.is_empty() {
                out.line("    (void)writer;");
                out.line("    (void)value;");
                out.line("    (void)error;");
            }
            for member in members {
                step(&write(types.get(member.ty), &format!("value.{}", member.name)), "    ", out);
            }
            out.line("    return status;");
        }
        Shape::Option(value) => {
            out.line("    stdb_status status = value.has_value ? stdb_bsatn_writer_some(writer, error) : stdb_bsatn_writer_none(writer, error);");
            out.line("    if (value.has_value) {");
            step(&write(types.get(*value), "value.value"), "        ", out);
            out.line("    }");
            out.line("    return status;");
        }
        Shape::Union { variants, .. } => {
            out.line("    stdb_status status = stdb_bsatn_writer_sum_tag(writer, (uint8_t)value.tag, error);");
            if variants.iter().any(|variant| variant.payload.is_some()) {
                out.line("    switch (value.tag) {");
                for variant in variants {
                    if let Some(payload) = &variant.payload {
                        out.line(format!("    case {}:", variant.constant));
                        step(&write(types.get(payload.ty), &format!("value.as.{}", payload.name)), "        ", out);
                        out.line("        break;");
                    }
                }
                super::read::others(variants, out);
                out.line("    }");
            }
            out.line("    return status;");
        }
        Shape::Array(_) => {
            out.line("    stdb_status status = stdb_bsatn_writer_array_begin(writer, value.count, error);");
            out.line("    stdb_bytes bytes;");
            out.line("    bytes.data = value.data;");
            out.line("    bytes.len = value.size;");
            step("stdb_bsatn_writer_raw(writer, bytes, error)", "    ", out);
            out.line("    return status;");
        }
        Shape::Scalar | Shape::Text | Shape::Bytes | Shape::Enum(_) | Shape::View(_) => {}
    }
    out.line("}");
    out.gap();
}

/// A step of several, which is left out once one has failed.
pub fn step(call: &str, indent: &str, out: &mut Text) {
    out.line(format!("{indent}if (status == STDB_OK) {{"));
    out.line(format!("{indent}    status = {call};"));
    out.line(format!("{indent}}}"));
}

/// Writes what a program does with views: getting columns and elements, and making views.
pub fn views(types: &Types, position: usize, out: &mut Text) {
    let ty = types.get(position);
    match &ty.shape {
        Shape::View(members) => {
            getters(types, ty, members, out);
            make_view(types, ty, members, out);
        }
        Shape::Array(element) => array(ty, types.get(*element), out),
        _ => {}
    }
}

fn getters(types: &Types, ty: &CType, members: &[Member], out: &mut Text) {
    let (name, stem) = (&ty.name, &ty.stem);
    for (position, member) in members.iter().enumerate() {
        let of = types.get(member.ty);
        let borrowed = if types.borrows(member.ty) { " It borrows from the row." } else { "" };
        out.doc(&format!("The `{}` of a {name}.{borrowed}", member.part));
        out.line(format!("static inline {} {stem}_get_{}(const {name} *row)", of.name, member.part));
        out.line("{");
        out.line(format!("    {OWN}cursor cursor = {OWN}over(row->bsatn.data, row->bsatn.len);"));
        super::read::skip_members(types, &members[..position], "&cursor", out);
        out.line(format!("    return {};", super::read::read(of, "&cursor")));
        out.line("}");
        out.gap();
    }
}

fn make_view(types: &Types, ty: &CType, members: &[Member], out: &mut Text) {
    let (name, stem) = (&ty.name, &ty.stem);
    out.doc(&format!(
        "Makes a {name}. It is written into `writer`, which is cleared before, and from which `out` borrows until that is used again or freed."
    ));
    let members = self::params(members, &["writer", "out", "error", "status"]);
    let mut params = vec!["stdb_bsatn_writer *writer".to_owned()];
    params.extend(members.iter().map(|member| param(types, member)));
    params.extend([format!("{name} *out"), "stdb_error **error".to_owned()]);
    out.head(&format!("static inline stdb_status {stem}_of"), &params, "");
    out.line("{");
    out.line("    stdb_status status = stdb_bsatn_writer_clear(writer, error);");
    members.iter().for_each(|member| step(&write_param(types, member), "    ", out));
    out.line("    if (status == STDB_OK) {");
    out.line("        out->bsatn = stdb_bsatn_writer_data(writer);");
    out.line("    }");
    out.line("    return status;");
    out.line("}");
    out.gap();
}

fn array(ty: &CType, element: &CType, out: &mut Text) {
    let (name, stem, of) = (&ty.name, &ty.stem, &element.name);
    let cost =
        if element.size.is_some() { "" } else { " Those before it are walked over; for all, use the next function." };
    out.doc(&format!("An element of an array; zeros when there is none at `index`.{cost}"));
    out.line(format!("static inline {of} {stem}_at({name} array, size_t index)"));
    out.line("{");
    out.line(format!("    {OWN}cursor cursor = {OWN}over(array.data, array.size);"));
    match element.size {
        Some(size) => out.line(format!("    {OWN}skip_many(&cursor, index, {size});")),
        None => {
            out.line("    for (size_t i = 0; i < index && cursor.at != cursor.end; i++) {");
            out.line(format!("        {OWN}skip_{}(&cursor);", element.stem));
            out.line("    }");
        }
    }
    out.line(format!("    return {};", super::read::read(element, "&cursor")));
    out.line("}");
    out.gap();
    out.doc("Takes the first element off an array; false, and `out` is left alone, when there is none left.");
    out.line(format!("static inline bool {stem}_next({name} *rest, {of} *out)"));
    out.line("{");
    out.line(format!("    {OWN}cursor cursor = {OWN}over(rest->data, rest->size);"));
    out.line("    if (rest->count == 0) {");
    out.line("        return false;");
    out.line("    }");
    out.line(format!("    *out = {};", super::read::read(element, "&cursor")));
    out.line("    rest->size -= (size_t)(cursor.at - rest->data);");
    out.line("    rest->data = cursor.at;");
    out.line("    rest->count--;");
    out.line("    return true;");
    out.line("}");
    out.gap();
    out.doc("Makes an array of `count` elements. It is written into `writer`, which is cleared before, and from which `out` borrows until that is used again or freed.");
    let params = [
        "stdb_bsatn_writer *writer".to_owned(),
        format!("const {of} *elements"),
        "size_t count".to_owned(),
        format!("{name} *out"),
        "stdb_error **error".to_owned(),
    ];
    out.head(&format!("static inline stdb_status {stem}_of"), &params, "");
    out.line("{");
    out.line("    stdb_status status = stdb_bsatn_writer_clear(writer, error);");
    out.line("    for (size_t i = 0; i < count && status == STDB_OK; i++) {");
    out.line(format!("        status = {};", write(element, "elements[i]")));
    out.line("    }");
    out.line("    if (status == STDB_OK) {");
    out.line("        stdb_bytes bytes = stdb_bsatn_writer_data(writer);");
    out.line("        out->data = bytes.data;");
    out.line("        out->size = bytes.len;");
    out.line("        out->count = count;");
    out.line("    }");
    out.line("    return status;");
    out.line("}");
    out.gap();
}
