//! What Python has taken of names, and its literals.

use std::fmt::Write;

use crate::names::Scope;

/// The keywords of Python.
pub const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The attributes that columns, parameters or reducers are: the rule of the package's `attribute_names`, which must give the
/// same.
pub fn attributes<'a>(names: impl IntoIterator<Item = &'a str>, taken: &[&str]) -> Vec<String> {
    let mut scope = Scope::with_reserved(KEYWORDS.iter().copied().chain(taken.iter().copied()));
    names.into_iter().map(|name| scope.claim(&identifier(name))).collect()
}

/// What a row has for other things.
pub const OF_ROWS: [&str; 4] = ["items", "keys", "names", "values"];

/// A name as an identifier of Python: as the module has it, where that is one.
fn identifier(name: &str) -> String {
    let mut identifier = String::new();
    for character in name.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => identifier.push(character),
            other => {
                let _ = write!(identifier, "u{:04x}", u32::from(other));
            }
        }
    }
    if identifier.is_empty() || identifier.starts_with(|c: char| c.is_ascii_digit()) || identifier.starts_with('_') {
        identifier.insert_str(0, "field_");
    }
    identifier
}

/// Text as a literal of Python, in the quotes of which it needs fewer escapes.
pub fn literal(text: &str) -> String {
    let count = |quote| text.chars().filter(|character| *character == quote).count();
    let quote = if count('"') > count('\'') { '\'' } else { '"' };
    let mut literal = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            same if same == quote => literal.extend(['\\', quote]),
            ' '..='~' => literal.push(character),
            other if u32::from(other) <= 0xff => {
                let _ = write!(literal, "\\x{:02x}", u32::from(other));
            }
            other => {
                let _ = write!(literal, "\\U{:08x}", u32::from(other));
            }
        }
    }
    literal.push(quote);
    literal
}

/// A name of the module's within a docstring.
pub fn quoted(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_control() || c == '"' || c == '\\' { '?' } else { c }).collect();
    format!("`{plain}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_identifiers_and_no_keywords() {
        let names = ["id", "class", "class_", "0", "_x", "__y", "größe", "a-b", "", "keys", "u8_"];
        assert_eq!(
            attributes(names, &OF_ROWS),
            [
                "id",
                "class_",
                "class__",
                "field_0",
                "field__x",
                "field___y",
                "gru00f6u00dfe",
                "au002db",
                "field_",
                "keys_",
                "u8_"
            ]
        );
    }

    #[test]
    fn literals_are_ascii() {
        assert_eq!(literal("a\"\\\n\u{e9}\u{1f600}"), r#"'a"\\\x0a\xe9\U0001f600'"#);
        assert_eq!(literal("'a\""), r#""'a\"""#);
        assert_eq!(quoted("a\"b"), "`a?b`");
    }
}
