//! What C++ has taken of names, and its literals.

use std::fmt::Write;

use crate::names::Scope;

/// Words that C++ or its standard headers have taken, as keywords or as macros, in every dialect that the bindings compile
/// in, and the namespaces that the bindings name.
const TAKEN: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "assert",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "errno",
    "explicit",
    "export",
    "extern",
    "false",
    "far",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "linux",
    "long",
    "major",
    "max",
    "min",
    "minor",
    "module_bindings",
    "mutable",
    "namespace",
    "near",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "std",
    "stdb",
    "stderr",
    "stdin",
    "stdout",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
];

/// A scope in which the language's words and some more have a meaning of their own.
pub fn scope(more: &[&str]) -> Scope {
    Scope::with_reserved(TAKEN.iter().chain(more).copied())
}

/// A text as a string literal.
pub fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            // A question mark could begin a trigraph.
            '"' | '\\' | '?' => literal.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(literal, "\\{:03o}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal + "\""
}

/// A name as it can stand in a comment.
pub fn comment(name: &str) -> String {
    // What ends the line would end the comment, and a backslash at its end would not.
    name.chars().map(|c| if c.is_control() || c == '\\' { ' ' } else { c }).collect()
}
