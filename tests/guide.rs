//! What the Markdown pages say is true: their programs compile and run, also by the commands that they give, their links lead
//! somewhere, and the names of the C surface in them are those of the header.
//!
//! A block that is a whole program is run on the embedded host, whose URI it gets as its argument; others are compiled.

mod c_program;

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use c_program::{PATIENCE, ROOT, compile_c, compile_cpp, library_folder, run, runner};
use stdb_embedded_host::EmbeddedHost;
use tempfile::TempDir;

/// What a block that is no program may rely on.
const PRELUDE: &str = "#include <stdio.h>\n#include <string.h>\n#include <stdb.h>\n";

/// A fenced block of a page.
struct Block {
    page: PathBuf,
    line: usize,
    language: String,
    text: String,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.page.display(), self.line)
    }

    fn is_program(&self) -> bool {
        self.language == "python" || self.text.contains("int main(")
    }

    /// What runs this program, over the bindings in a folder, and how long that may take.
    fn command(&self, folder: &Path) -> (Command, Duration) {
        let include = format!("-I{}", folder.display());
        let executable = match self.language.as_str() {
            "python" => return self.python(folder),
            "cpp" => compile_cpp(&write(folder, "main.cpp", &self.text), folder, &[&include]),
            _ => {
                let bindings = folder.join("module_bindings.c").display().to_string();
                let needs_them = self.text.contains("module_bindings.h");
                let flags = if needs_them { vec![&*include, &*bindings] } else { vec![] };
                compile_c(&write(folder, "main.c", &self.text), folder, &flags)
            }
        };
        runner(&executable)
    }

    fn python(&self, folder: &Path) -> (Command, Duration) {
        let mut command = Command::new(env::var("STDB_TEST_PYTHON").unwrap_or_else(|_| "python3".into()));
        command.args(["-X", "dev", "-W", "error"]).arg(write(folder, "main.py", &self.text));
        command.env("PYTHONPATH", Path::new(ROOT).join("bindings/python/src")).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("STDB_LIBRARY", library_folder().join("libstdb.so"));
        (command, PATIENCE)
    }
}

#[test]
fn programs_run() {
    let folder = TempDir::new().unwrap();
    ["c", "cpp"].into_iter().for_each(|language| make_bindings(language, folder.path()));
    let programs: Vec<_> = all_blocks().into_iter().filter(Block::is_program).collect();
    for language in ["c", "cpp", "python"] {
        assert!(programs.iter().any(|program| program.language == language), "there is no program in {language}");
    }
    for program in programs {
        let host = EmbeddedHost::builder().start();
        let (mut command, patience) = program.command(folder.path());
        command.arg(host.uri());
        let output = run(command, patience);
        assert!(!output.is_empty(), "{} printed nothing", program.place());
        println!("{}\n{output}", program.place());
    }
}

#[test]
fn other_blocks_compile() {
    for block in all_blocks().into_iter().filter(|block| !block.is_program()) {
        let folder = TempDir::new().unwrap();
        println!("{}", block.place());
        match block.language.as_str() {
            "c" => {
                let source = write(folder.path(), "block.c", &format!("{PRELUDE}\n{}", block.text));
                compile_c(&source, folder.path(), &["-c"]);
            }
            "sh" => {}
            other => panic!("{}: a block in `{other}`, which nothing looks at", block.place()),
        }
    }
}

/// The pages that say how a program of theirs is compiled, with as many blocks of commands.
const WITH_COMMANDS: [(&str, usize); 3] = [("README.md", 2), ("docs/guide/c.md", 1), ("bindings/cpp/README.md", 1)];

#[test]
fn commands_compile() {
    let host = EmbeddedHost::builder().start();
    for (page, count) in WITH_COMMANDS {
        let blocks = blocks(&Path::new(ROOT).join(page));
        let compiling: Vec<_> = blocks.iter().filter(|block| block.language == "sh" && compiles(&block.text)).collect();
        assert_eq!(compiling.len(), count, "{page}");
        for block in compiling {
            println!("{}", block.place());
            let is_its_program = |other: &&Block| {
                let has_bindings = other.text.contains("module_bindings");
                other.text.contains("int main(") && has_bindings == block.text.contains("stdb-codegen")
            };
            let program = blocks.iter().find(is_its_program).expect("a page that compiles a program has one");
            let clone = clone_with(program);
            // Cargo is running already, and has built what the block has it build.
            let lines = block.text.lines().filter(|line| !line.starts_with("cargo "));
            let script = lines.collect::<Vec<_>>().join("\n").replace("http://127.0.0.1:3000", &host.uri());
            let mut command = Command::new("sh");
            command.args(["-e", "-c", &script]).current_dir(clone.path());
            println!("{}", run(command, PATIENCE));
            assert!(clone.path().join("main").exists());
        }
    }
}

/// Whether commands compile something.
fn compiles(commands: &str) -> bool {
    commands.lines().any(|line| line.starts_with("cc ") || line.starts_with("c++ "))
}

/// A folder that is as a clone whose release build is that of this test, with a program in it.
fn clone_with(program: &Block) -> TempDir {
    let clone = TempDir::new().unwrap();
    let release = clone.path().join("target/release");
    fs::create_dir_all(&release).unwrap();
    for folder in ["include", "bindings", "tests"] {
        symlink(Path::new(ROOT).join(folder), clone.path().join(folder)).unwrap();
    }
    for library in ["libstdb.so", "libstdb.so.0", "libstdb.a"] {
        symlink(library_folder().join(library), release.join(library)).unwrap();
    }
    symlink(env!("CARGO_BIN_EXE_stdb-codegen"), release.join("stdb-codegen")).unwrap();
    write(clone.path(), &format!("main.{}", program.language), &program.text);
    clone
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in all_pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in links(&text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let to = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_good = to.exists() && (heading.is_empty() || headings(&to).contains(heading));
            if !is_good {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

#[test]
fn names_are_those_of_the_header() {
    let header = fs::read_to_string(Path::new(ROOT).join("include/stdb.h")).unwrap();
    let known: BTreeSet<&str> = names(&header).collect();
    // Other names, such as those of environment variables, are none of its.
    let kinds: BTreeSet<&str> = known.iter().map(|name| kind(name)).collect();
    let mut unknown = Vec::new();
    for page in all_pages() {
        let text = fs::read_to_string(&page).unwrap();
        let strange = names(&text).filter(|name| !known.contains(name) && kinds.contains(kind(name)));
        unknown.extend(strange.map(|name| format!("{}: {name}", page.display())));
    }
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let strange = ends(&text).filter(|end| !known.iter().any(|name| name.ends_with(end)));
        unknown.extend(strange.map(|end| format!("{}: …{end}", page.display())));
    }
    assert!(unknown.is_empty(), "the header does not have {unknown:#?}");
}

/// Writes a file into a folder; gives its path.
fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Makes the bindings of the chat module.
fn make_bindings(language: &str, folder: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_stdb-codegen"))
        .args(["--lang", language, "--schema"])
        .arg(Path::new(ROOT).join("tests/modules/chat/chat.schema.json"))
        .arg("--out")
        .arg(folder)
        .status();
    assert!(status.expect("the generator starts").success());
}

/// The README and the pages of `docs/`. Those of the bindings have tests of their own.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    let mut pages = vec![root.join("README.md")];
    collect(&root.join("docs"), &mut pages);
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// Every Markdown page of the repository.
fn all_pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    collect(Path::new(ROOT), &mut pages);
    pages
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        let is_ours = !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str());
        if entry.file_type().unwrap().is_dir() && is_ours {
            collect(&entry.path(), pages);
        } else if name.ends_with(".md") {
            pages.push(entry.path());
        }
    }
}

fn all_blocks() -> Vec<Block> {
    pages().iter().flat_map(|page| blocks(page)).collect()
}

/// The fenced blocks of a page.
fn blocks(page: &Path) -> Vec<Block> {
    let text = fs::read_to_string(page).unwrap();
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = body.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { page: page.to_owned(), line: number + 1, language: language.to_owned(), text });
    }
    blocks
}

/// The text outside of fenced blocks, where links and headings are.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Where the links within the repository lead.
fn links(text: &str) -> Vec<&str> {
    let after_brackets = prose(text).flat_map(|line| line.split("](").skip(1));
    let targets = after_brackets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.contains("://")).collect()
}

/// The anchors of a page's headings, as a web page of it has them.
fn headings(page: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(page).unwrap();
    let titles = prose(&text).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let is_kept = |letter: &char| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter);
    titles.map(|title| title.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")).collect()
}

/// The names of the C surface in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    // One that ends in a low line stands for many.
    words.filter(|word| (word.starts_with("stdb_") || word.starts_with("STDB_")) && !word.ends_with('_'))
}

/// The ends of names that are not written out: `_blocking` of `…_blocking`.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split('…').skip(1).filter(|rest| rest.starts_with('_'));
    after.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next())
}

/// What a name begins with: `stdb_table`, `STDB_ERR`.
fn kind(name: &str) -> &str {
    name.match_indices('_').nth(1).map_or(name, |(end, _)| &name[..end])
}
