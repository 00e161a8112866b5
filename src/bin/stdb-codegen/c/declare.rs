//! The definitions of types.

use super::text::Text;
use super::types::{CType, Member, Shape, Types};

/// Writes the definitions of all types, each behind those it is made of.
pub fn definitions(types: &Types, out: &mut Text) {
    for ty in &types.list {
        define(types, ty, out);
    }
}

fn define(types: &Types, ty: &CType, out: &mut Text) {
    let name = &ty.name;
    match &ty.shape {
        Shape::Scalar | Shape::Text | Shape::Bytes => {}
        Shape::Enum(constants) => {
            out.doc(&format!("`{}`: one of these.", ty.described));
            out.line(format!("typedef enum {name} {{"));
            constants.iter().enumerate().for_each(|(tag, constant)| out.line(format!("    {constant} = {tag},")));
            out.line(format!("}} {name};"));
            out.gap();
        }
        Shape::Struct(members) => {
            out.doc(&format!("`{}`.", ty.described));
            out.line(format!("typedef struct {name} {{"));
            fields(types, members, "    ", out);
            out.line(format!("}} {name};"));
            out.gap();
        }
        Shape::View(_) => {
            let stem = &ty.stem;
            out.doc(&format!(
                "`{}`: a view of its BSATN, which is borrowed. {stem}_get_... give its columns, {stem}_of makes one.",
                ty.described
            ));
            view(name, &[("stdb_bytes", "bsatn", "The bytes.")], out);
        }
        Shape::Union { tag, variants } => {
            out.doc(&format!("Which variant of `{}` it is.", ty.described));
            out.line(format!("typedef enum {tag} {{"));
            let constants = variants.iter().map(|variant| &variant.constant).enumerate();
            constants.for_each(|(tag, constant)| out.line(format!("    {constant} = {tag},")));
            out.line(format!("}} {tag};"));
            out.gap();
            out.doc(&format!("`{}`: of the union, the member counts that `tag` names, if it has one.", ty.described));
            out.line(format!("typedef struct {name} {{"));
            out.line(format!("    {tag} tag;"));
            let payloads: Vec<_> = variants.iter().filter_map(|variant| variant.payload.as_ref()).collect();
            if !payloads.is_empty() {
                out.line("    union {");
                payloads.iter().for_each(|member| field(types, member, "        ", out));
                out.line("    } as;");
            }
            out.line(format!("}} {name};"));
            out.gap();
        }
        Shape::Option(value) => {
            out.doc(&format!("`{}`.", ty.described));
            out.line(format!("typedef struct {name} {{"));
            out.line("    bool has_value;");
            out.line(format!("    {} value;", types.get(*value).name));
            out.line(format!("}} {name};"));
            out.gap();
        }
        Shape::Array(_) => {
            let stem = &ty.stem;
            out.doc(&format!(
                "An {}: a view of the BSATN of `count` elements, which is borrowed. {stem}_at and {stem}_next give them, {stem}_of makes one.",
                ty.described
            ));
            let members = [
                ("const uint8_t *", "data", "The first byte of the first element."),
                ("size_t ", "size", "How many bytes there are."),
                ("size_t ", "count", "How many elements there are."),
            ];
            view(name, &members, out);
        }
    }
}

fn view(name: &str, members: &[(&str, &str, &str)], out: &mut Text) {
    out.line(format!("typedef struct {name} {{"));
    for (ty, member, doc) in members {
        let space = if ty.ends_with(['*', ' ']) { "" } else { " " };
        out.line(format!("    {ty}{space}{member}; /* {doc} */"));
    }
    out.line(format!("}} {name};"));
    out.gap();
}

fn fields(types: &Types, members: &[Member], indent: &str, out: &mut Text) {
    if members.is_empty() {
        // C has no empty structs.
        out.line(format!("{indent}char nothing;"));
    }
    members.iter().for_each(|member| field(types, member, indent, out));
}

fn field(types: &Types, member: &Member, indent: &str, out: &mut Text) {
    out.line(format!("{indent}{} {};", types.get(member.ty).name, member.name));
}
