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

const USAGE: &str = "usage: stdb-codegen --lang LANGUAGE --out FOLDER (--schema FILE | --uri URI --database NAME)

Writes bindings for a SpacetimeDB module: types for its rows and functions for its tables, reducers and procedures.
  --lang LANGUAGE  c, cpp or python
  --out FOLDER     where to write them; made when it is not there
  --schema FILE    reads the schema from a file, as a host answers GET /v1/database/NAME/schema?version=9 (or 10)
  --uri URI        asks this host for it, for example http://127.0.0.1:3000,
  --database NAME    of the database with this name
  --help           this text
  --version        the version";

/// A file to write, with its name in the output folder.
pub struct File {
    /// The name.
    pub name: &'static str,
    /// The content.
    pub text: String,
}

/// A language to write bindings in.
#[derive(Clone, Copy)]
enum Language {
    C,
    Cpp,
    Python,
}

impl Language {
    fn named(name: &str) -> Result<Language, String> {
        match name {
            "c" => Ok(Language::C),
            "cpp" => Ok(Language::Cpp),
            "python" => Ok(Language::Python),
            other => Err(format!("there are no bindings in `{other}`: --lang takes c, cpp or python")),
        }
    }

    fn generate(self, module: &Module) -> Vec<File> {
        match self {
            Language::C => c::generate(module),
            Language::Cpp => cpp::generate(module, "module_bindings"),
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
        while let Some(argument) = arguments.next() {
            let option = match argument.as_str() {
                "--lang" => &mut language,
                "--out" => &mut out,
                "--schema" => &mut schema,
                "--uri" => &mut uri,
                "--database" => &mut database,
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
        let language = Language::named(&language.ok_or(format!("--lang is missing\n{USAGE}"))?)?;
        let out = out.ok_or(format!("--out is missing\n{USAGE}"))?.into();
        Ok(Options::Generate { language, out, source })
    }
}
