//! Names for what is generated: words out of a module's names, put together as a language has them, and never one that
//! is taken or means something else there.

use std::collections::HashSet;

/// The words of a name, in lower case: `everyType`, `EveryType` and `every_type` have the same. Characters that not every
/// language has in names are written as `u` and their number in hexadecimal.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let characters: Vec<char> = name.chars().collect();
    for (position, &character) in characters.iter().enumerate() {
        let previous = position.checked_sub(1).map(|before| characters[before]);
        let next = characters.get(position + 1);
        let begins = character.is_ascii_uppercase()
            && (previous.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit())
                || previous.is_some_and(|before| before.is_ascii_uppercase())
                    && next.is_some_and(|after| after.is_ascii_lowercase()));
        if begins || !character.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        let word = words.last_mut().expect("there is one");
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        } else if !character.is_ascii() {
            word.push_str(&format!("u{:04x}", u32::from(character)));
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    match words.first() {
        None => words.push("nameless".into()),
        Some(first) if first.starts_with(|c: char| c.is_ascii_digit()) => words.insert(0, "field".into()),
        Some(_) => {}
    }
    words
}

/// Whether every language has it as a name: letters of ASCII, digits and `_`, a letter first.
pub fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `every_type`.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `EVERY_TYPE`.
pub fn upper(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `EveryType`.
pub fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    for word in words(name) {
        // Digits that met would read as one number.
        if pascal.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            pascal.push('_');
        }
        pascal.push_str(&word[..1].to_ascii_uppercase());
        pascal.push_str(&word[1..]);
    }
    pascal
}

/// Names that live together, so that no two may be the same.
#[derive(Clone, Default)]
pub struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    /// A scope in which these names have a meaning of their own.
    pub fn with_reserved<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Scope {
        Scope { taken: reserved.into_iter().map(str::to_owned).collect() }
    }

    /// Takes a name: the one wanted, or else with `_` behind it, or with a number.
    pub fn claim(&mut self, wanted: &str) -> String {
        let further = (2..).map(|number| format!("{wanted}_{number}"));
        let mut candidates = [wanted.to_owned(), format!("{wanted}_")].into_iter().chain(further);
        let name = candidates.find(|candidate| !self.taken.contains(candidate)).expect("numbers do not end");
        self.taken.insert(name.clone());
        name
    }

    /// Takes a stem from which several names are made, each of which is free.
    pub fn claim_stem(&mut self, wanted: &str, names: impl Fn(&str) -> Vec<String>) -> String {
        let further = (2..).map(|number| format!("{wanted}_{number}"));
        let mut candidates = [wanted.to_owned(), format!("{wanted}_")].into_iter().chain(further);
        let is_free = |stem: &String| names(stem).iter().all(|name| !self.taken.contains(name));
        let stem = candidates.find(is_free).expect("numbers do not end");
        self.taken.extend(names(&stem));
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_however_they_are_joined() {
        for name in ["every_type", "everyType", "EveryType", "EVERY_TYPE", "every-type", "_every__type_"] {
            assert_eq!(snake(name), "every_type", "{name}");
        }
        assert_eq!(pascal("every_type"), "EveryType");
        assert_eq!(upper("EveryType"), "EVERY_TYPE");
        assert_eq!(snake("HTTPServer2Go"), "http_server2_go");
        assert_eq!(snake("u8_"), "u8");
        assert_eq!((snake("f_32"), pascal("f_32"), pascal("a_1_2")), ("f_32".into(), "F32".into(), "A1_2".into()));
        assert_eq!((snake("0"), snake("")), ("field_0".into(), "nameless".into()));
        assert_eq!(snake("größe"), "gr_u00f6_u00df_e");
        assert_eq!(snake("a::b::Unit"), "a_b_unit");
    }

    #[test]
    fn a_scope_gives_no_name_twice() {
        let mut scope = Scope::with_reserved(["int"]);
        assert_eq!([scope.claim("int"), scope.claim("int"), scope.claim("x")], ["int_", "int_2", "x"]);
        let both = |stem: &str| vec![format!("on_{stem}"), stem.to_owned()];
        assert_eq!(scope.claim_stem("x", both), "x_");
        assert_eq!(scope.claim_stem("y", both), "y");
        assert_eq!(scope.claim("on_y"), "on_y_");
    }
}
