//! Arguments of a reducer or a procedure, or the values of a key, written by name and checked against their types.

use std::sync::Arc;

use super::{Value, from_json};
use crate::error::{Error, Result, STDB_ERR_INVALID_ARGUMENT, STDB_ERR_UNKNOWN_COLUMN, STDB_ERR_WRONG_TYPE};
use crate::schema::{Element, Kind, Special, Type};

/// Values for the elements of a product type, set one by one in any order, each once.
///
/// A parameter is named by its name, or by its position in brackets: `[0]`. A value for a parameter that is an option may be
/// set as it is, without the option around it.
#[derive(Debug)]
pub struct Arguments {
    /// What errors call them: the reducer's name.
    name: String,
    ty: Arc<Type>,
    values: Vec<Option<Vec<u8>>>,
    /// Whether the last of them may be left out.
    may_be_prefix: bool,
}

impl Arguments {
    /// Arguments of which none is set yet, for a product type. `name` is what errors call them.
    pub fn new(name: &str, ty: Arc<Type>) -> Self {
        Arguments { name: name.into(), values: vec![None; ty.elements().len()], ty, may_be_prefix: false }
    }

    /// Lets the last of them be left out, as those of a key of an index may be.
    pub fn or_a_prefix(mut self) -> Self {
        self.may_be_prefix = true;
        self
    }

    /// Forgets what was set.
    pub fn clear(&mut self) {
        self.values.fill(None);
    }

    /// Sets a parameter to BSATN, if its type, or that of the option that it is, `is` right. `found` says what was given.
    ///
    /// Returns `STDB_ERR_UNKNOWN_COLUMN` when there is no such parameter, `STDB_ERR_WRONG_TYPE`,
    /// `STDB_ERR_INVALID_ARGUMENT` when it was set before. All errors name the parameter.
    pub fn set(&mut self, parameter: &str, found: &str, is: impl Fn(&Type) -> bool, bytes: &[u8]) -> Result<()> {
        self.write(parameter, |path, ty, out| {
            if !is(ty) {
                inner_of_option(ty).filter(|inner| is(inner)).ok_or_else(|| wrong_type(path, ty, found))?;
                out.push(0);
            }
            out.extend(bytes);
            Ok(())
        })
    }

    /// Sets a parameter that is an option to no value. Errors as `set`.
    pub fn set_none(&mut self, parameter: &str) -> Result<()> {
        self.write(parameter, |path, ty, out| {
            inner_of_option(ty).ok_or_else(|| wrong_type(path, ty, "an option"))?;
            out.push(1);
            Ok(())
        })
    }

    /// Sets a parameter that is a sum, or an option of one, to a variant without a payload. Errors as `set`; also
    /// `STDB_ERR_UNKNOWN_COLUMN` when the sum has no such variant, and `STDB_ERR_WRONG_TYPE` when it has a payload.
    pub fn set_variant(&mut self, parameter: &str, variant: &str) -> Result<()> {
        self.write(parameter, |path, ty, out| {
            let sum = match inner_of_option(ty) {
                Some(inner) => {
                    out.push(0);
                    inner
                }
                None => ty,
            };
            let Kind::Sum(variants) = &sum.kind else { return Err(wrong_type(path, ty, "a sum")) };
            let tag = variants.iter().position(|other| &*other.name == variant).ok_or_else(|| {
                Error::new(STDB_ERR_UNKNOWN_COLUMN, format!("`{path}` is {sum}, which has no variant `{variant}`"))
            })?;
            if !variants[tag].ty.is_unit() {
                let message = format!("`{path}`: the variant `{variant}` has a payload, {}", variants[tag].ty);
                return Err(Error::new(STDB_ERR_WRONG_TYPE, message));
            }
            // A sum has at most as many variants as there are tags.
            out.push(tag as u8);
            Ok(())
        })
    }

    /// Sets a parameter to BSATN that is checked to be one value of its type. Errors as `set`, and `STDB_ERR_BSATN`.
    pub fn set_bsatn(&mut self, parameter: &str, bytes: &[u8]) -> Result<()> {
        self.write(parameter, |path, ty, out| {
            Value::new(path, ty, bytes).check()?;
            out.extend(bytes);
            Ok(())
        })
    }

    /// Sets a parameter to what JSON is. Errors as `set`, and `STDB_ERR_JSON`.
    pub fn set_json(&mut self, parameter: &str, json: &str) -> Result<()> {
        self.write(parameter, |path, ty, out| from_json(path, ty, json, out))
    }

    /// The BSATN of all arguments, one after another.
    ///
    /// Returns `STDB_ERR_INVALID_ARGUMENT`, which names what is missing.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let set = self.values.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        let needed = if self.may_be_prefix { set } else { self.values.len() };
        let mut out = Vec::new();
        for (element, value) in self.ty.elements().iter().zip(&self.values).take(needed) {
            out.extend(value.as_ref().ok_or_else(|| self.missing(element))?);
        }
        Ok(out)
    }

    fn missing(&self, element: &Element) -> Error {
        let message = format!("`{}.{}` is not set: {} is expected", self.name, element.name, element.ty);
        Error::new(STDB_ERR_INVALID_ARGUMENT, message)
    }

    fn write(&mut self, parameter: &str, write: impl FnOnce(&str, &Type, &mut Vec<u8>) -> Result<()>) -> Result<()> {
        let (position, element) = self.element(parameter)?;
        let path = format!("{}.{}", self.name, element.name);
        if self.values[position].is_some() {
            return Err(Error::new(STDB_ERR_INVALID_ARGUMENT, format!("`{path}` is set already")));
        }
        let mut bytes = Vec::new();
        write(&path, &element.ty, &mut bytes)?;
        self.values[position] = Some(bytes);
        Ok(())
    }

    fn element(&self, parameter: &str) -> Result<(usize, &Element)> {
        let elements = self.ty.elements();
        let bracketed = parameter.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let position = match bracketed {
            Some(number) => number.parse().ok().filter(|position| *position < elements.len()),
            None => elements.iter().position(|element| &*element.name == parameter),
        };
        position.map(|position| (position, &elements[position])).ok_or_else(|| {
            Error::new(STDB_ERR_UNKNOWN_COLUMN, format!("`{}` has no parameter `{parameter}`", self.name))
        })
    }
}

fn inner_of_option(ty: &Type) -> Option<&Type> {
    (ty.special == Some(Special::Option)).then(|| &*ty.elements()[0].ty)
}

fn wrong_type(path: &str, ty: &Type, found: &str) -> Error {
    Error::new(STDB_ERR_WRONG_TYPE, format!("`{path}` is {ty}, not {found}"))
}

#[cfg(test)]
mod tests {
    use spacetimedb_sats::AlgebraicType;

    use super::*;
    use crate::error::{STDB_ERR_BSATN, STDB_ERR_JSON, stdb_status};
    use crate::schema::resolve::resolved;

    fn spawn() -> Arguments {
        let rank = AlgebraicType::sum([("Low", AlgebraicType::unit()), ("High", AlgebraicType::U8)]);
        let ty = AlgebraicType::product([
            ("first", AlgebraicType::U64),
            ("name", AlgebraicType::option(AlgebraicType::String)),
            ("rank", rank),
        ]);
        Arguments::new("spawn", resolved(&ty))
    }

    fn is_u64(ty: &Type) -> bool {
        matches!(ty.kind, Kind::U64)
    }

    fn says(result: Result<()>, status: stdb_status, expected: &str) {
        let error = result.unwrap_err();
        assert_eq!(error.status, status, "{error}");
        assert!(error.message.contains(expected), "`{expected}` is not in `{error}`");
    }

    #[test]
    fn they_are_set_in_any_order_by_name_or_position() {
        let mut arguments = spawn();
        arguments.set_variant("rank", "Low").unwrap();
        arguments.set("[0]", "u64", is_u64, &7u64.to_le_bytes()).unwrap();
        arguments.set("name", "string", |ty| matches!(ty.kind, Kind::String), &[1, 0, 0, 0, b'a']).unwrap();
        assert_eq!(arguments.bytes().unwrap(), [7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, b'a', 0]);
        arguments.clear();
        arguments.set_json("first", "8").unwrap();
        arguments.set_none("name").unwrap();
        arguments.set_bsatn("rank", &[1, 9]).unwrap();
        assert_eq!(arguments.bytes().unwrap(), [8, 0, 0, 0, 0, 0, 0, 0, 1, 1, 9]);
    }

    #[test]
    fn errors_name_the_parameter() {
        let mut arguments = spawn();
        says(arguments.bytes().map(|_| ()), STDB_ERR_INVALID_ARGUMENT, "`spawn.first` is not set: u64 is expected");
        says(arguments.set("zone", "u64", is_u64, &[0; 8]), STDB_ERR_UNKNOWN_COLUMN, "`spawn` has no parameter `zone`");
        says(arguments.set("[3]", "u64", is_u64, &[0; 8]), STDB_ERR_UNKNOWN_COLUMN, "`spawn` has no parameter `[3]`");
        says(
            arguments.set("rank", "u64", is_u64, &[0; 8]),
            STDB_ERR_WRONG_TYPE,
            "`spawn.rank` is sum (Low, High: u8), not u64",
        );
        says(
            arguments.set("name", "u64", is_u64, &[0; 8]),
            STDB_ERR_WRONG_TYPE,
            "`spawn.name` is Option<string>, not u64",
        );
        says(arguments.set_none("first"), STDB_ERR_WRONG_TYPE, "`spawn.first` is u64, not an option");
        says(arguments.set_variant("first", "Low"), STDB_ERR_WRONG_TYPE, "`spawn.first` is u64, not a sum");
        says(arguments.set_variant("rank", "Top"), STDB_ERR_UNKNOWN_COLUMN, "`spawn.rank` is sum (Low, High: u8)");
        says(arguments.set_variant("rank", "High"), STDB_ERR_WRONG_TYPE, "the variant `High` has a payload, u8");
        says(arguments.set_bsatn("rank", &[2]), STDB_ERR_BSATN, "`spawn.rank`: the tag at byte 0 is 2");
        says(arguments.set_json("first", "-1"), STDB_ERR_JSON, "`spawn.first`: expected u64, and -1");
        arguments.set_json("first", "1").unwrap();
        says(arguments.set_json("first", "1"), STDB_ERR_INVALID_ARGUMENT, "`spawn.first` is set already");
        says(arguments.bytes().map(|_| ()), STDB_ERR_INVALID_ARGUMENT, "`spawn.name` is not set");
    }

    #[test]
    fn a_key_may_be_a_prefix_without_gaps() {
        let mut key = spawn().or_a_prefix();
        assert!(key.bytes().unwrap().is_empty());
        key.set_none("name").unwrap();
        says(key.bytes().map(|_| ()), STDB_ERR_INVALID_ARGUMENT, "`spawn.first` is not set");
        key.set_json("first", "1").unwrap();
        assert_eq!(key.bytes().unwrap(), [1, 0, 0, 0, 0, 0, 0, 0, 1]);
    }
}
