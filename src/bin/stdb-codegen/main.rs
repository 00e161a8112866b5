//! `stdb-codegen`: writes bindings for a module, out of its schema.
//!
//! - [`source`]: where the schema comes from.
//! - [`model`]: what of it bindings are made from.
//! - [`names`]: names as languages have them.
//! - one module for each language, which makes files of a model.

mod c;
mod cpp;
mod model;
mod names;
mod python;
mod source;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use model::Module;
use source::Source;

const USAGE: &str = "usage: stdb-codegen --lang LANGUAGE --out FOLDER (--schema FILE | --uri URI --database NAME) [--prefix NAME | --namespace NAME]

Writes bindings for a SpacetimeDB module: types for its rows and functions for its tables, reducers and procedures.
  --lang LANGUAGE  c, cpp or python
  --out FOLDER     where to write them; made when it is not there
  --schema FILE    reads the schema from a file, as a host answers GET /v1/database/NAME/schema?version=9 (or 10)
  --uri URI        asks this host for it, for example http://127.0.0.1:3000,
  --database NAME    of the database with this name
  --prefix NAME    in C: what all names begin with, so that a program can have the bindings of several modules; with game
                   they are GameUser, game_user_count, GAME_RANK_KNIGHT and game_module_bindings_with_schema
  --namespace NAME in C++: the namespace, module_bindings unless given, for the same; it may be in others: a::b
  --help           this text
  --version        the version";

/// A file to write, with its name in the output folder.
pub struct File {
    /// The name.
    pub name: &'static str,
    /// The content.
    pub text: String,
}

/// A language to write bindings in, and what is asked of names there.
enum Language {
    C { prefix: Option<String> },
    Cpp { namespace: Option<String> },
    Python,
}

impl Language {
    fn named(name: &str, prefix: Option<String>, namespace: Option<String>) -> Result<Language, String> {
        let language = match (name, prefix, namespace) {
            ("c", prefix, None) => Language::C { prefix },
            ("cpp", None, namespace) => Language::Cpp { namespace },
            ("python", None, None) => Language::Python,
            ("c" | "python", _, Some(_)) => return Err("--namespace is for --lang cpp".into()),
            ("cpp" | "python", ..) => return Err("--prefix is for --lang c".into()),
            (other, ..) => return Err(format!("there are no bindings in `{other}`: --lang takes c, cpp or python")),
        };
        match &language {
            Language::C { prefix: Some(prefix) } if !names::is_identifier(prefix) => {
                Err(format!("--prefix takes letters, digits and _, a letter first, not `{prefix}`"))
            }
            Language::Cpp { namespace: Some(namespace) } if !cpp::is_namespace(namespace) => {
                Err(format!("`{namespace}` cannot be a --namespace in C++"))
            }
            _ => Ok(language),
        }
    }

    fn generate(&self, module: &Module) -> Vec<File> {
        match self {
            Language::C { prefix } => c::generate(module, prefix.as_deref()),
            Language::Cpp { namespace } => cpp::generate(module, namespace.as_deref().unwrap_or("module_bindings")),
            Language::Python => python::generate(module),
        }
    }
}

/// The line at the top of a file that says what made it, without a comment's signs.
pub fn made_by() -> String {
    format!(
        "Made by stdb-codegen {} out of the module's schema. Do not edit: make it again instead.",
        env!("CARGO_PKG_VERSION")
    )
}

fn main() -> ExitCode {
    match Options::parse(env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("stdb-codegen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), String> {
    let (language, out, source) = match options {
        Options::Say(text) => {
            println!("{text}");
            return Ok(());
        }
        Options::Generate { language, out, source } => (language, out, source),
    };
    let json = source.read()?;
    let module = Module::parse(&json).map_err(|error| format!("{source}: {error}"))?;
    let files = language.generate(&module);
    fs::create_dir_all(&out).map_err(|error| format!("cannot make {}: {error}", out.display()))?;
    files.iter().try_for_each(|file| write(&out.join(file.name), &file.text))
}

/// Writes a file, unless it is there already as it is to be: what depends on it need not be built again.
fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

enum Options {
    Generate { language: Language, out: PathBuf, source: Source },
    Say(String),
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let (mut language, mut out, mut schema, mut uri, mut database) = (None, None, None, None, None);
        let (mut prefix, mut namespace) = (None, None);
        while let Some(argument) = arguments.next() {
            let option = match argument.as_str() {
                "--lang" => &mut language,
                "--out" => &mut out,
                "--schema" => &mut schema,
                "--uri" => &mut uri,
                "--database" => &mut database,
                "--prefix" => &mut prefix,
                "--namespace" => &mut namespace,
                "--help" | "-h" => return Ok(Options::Say(USAGE.into())),
                "--version" => return Ok(Options::Say(format!("stdb-codegen {}", env!("CARGO_PKG_VERSION")))),
                _ => return Err(format!("unknown option {argument}\n{USAGE}")),
            };
            *option = Some(arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"))?);
        }
        let source = match (schema, uri, database) {
            (Some(file), None, None) => Source::File(file.into()),
            (None, Some(uri), Some(database)) => Source::Host { uri, database },
            _ => return Err(format!("either --schema, or --uri and --database\n{USAGE}")),
        };
        let language = Language::named(&language.ok_or(format!("--lang is missing\n{USAGE}"))?, prefix, namespace)?;
        let out = out.ok_or(format!("--out is missing\n{USAGE}"))?.into();
        Ok(Options::Generate { language, out, source })
    }
}
