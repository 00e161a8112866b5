//! Takes a chat client of `examples/chat` and lets two people talk with it, on a host that runs in this process.
//!
//! ```text
//! cargo run --example quickstart                  # Ada and Grace talk, and what they see is checked
//! cargo run --example quickstart -- --lang c-typed # the same with the client in C over generated bindings
//! cargo run --example quickstart -- --lang cpp    # the same with the client in C++
//! cargo run --example quickstart -- --lang python # the same with the client in Python
//! cargo run --example quickstart -- --interactive # you talk
//! ```

mod support;

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use stdb_embedded_host::EmbeddedHost;
use stdb_real_host::RealHost;

use support::Result;

const USAGE: &str = "usage: cargo run --example quickstart -- [--lang LANGUAGE] [--real | --uri URI --database NAME]
                                          [--interactive]

Takes a client of examples/chat, compiles it and lets two of them talk: Ada and Grace. Without options they talk over a
small host inside this process.
  --lang LANGUAGE  which client: c (by default); c-typed or cpp, which have generated bindings; or python
  --real           over a real SpacetimeDB host, compiled once per machine (about ten minutes) when there is none
  --uri URI        over this host, for example http://127.0.0.1:3000,
  --database NAME    which has the quickstart's chat module under this name
  --interactive    be one of them yourself; the host runs until you leave
  --help           this text";

/// How long a client may take to say what is awaited.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    match Options::parse(env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("quickstart: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<()> {
    if options.help {
        println!("{USAGE}");
        return Ok(());
    }
    let program = Program::new(options.language)?;
    let host = Host::start(&options)?;
    if options.interactive {
        return interact(&program, &host);
    }
    println!("A chat over {}, database \"{}\":", host.uri, host.database);
    talk(&program, &host)?;
    println!("All went as expected: two clients in {} met, talked, left and came back.", options.language.name());
    Ok(())
}

// ---- Options --------------------------------------------------------------------------------------------------------

/// What the client is written in.
#[derive(Clone, Copy, Default)]
enum Language {
    #[default]
    C,
    CTyped,
    Cpp,
    Python,
}

impl Language {
    fn named(name: &str) -> Result<Language> {
        match name {
            "c" => Ok(Language::C),
            "c-typed" => Ok(Language::CTyped),
            "cpp" => Ok(Language::Cpp),
            "python" => Ok(Language::Python),
            _ => Err(format!("no chat is written in {name}\n{USAGE}")),
        }
    }

    fn source(self) -> &'static str {
        match self {
            Language::C => "examples/chat/chat.c",
            Language::CTyped => "examples/chat/chat_typed.c",
            Language::Cpp => "examples/chat/chat.cpp",
            Language::Python => "examples/chat/chat.py",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Language::C => "C",
            Language::CTyped => "C with generated bindings",
            Language::Cpp => "C++",
            Language::Python => "Python",
        }
    }
}

#[derive(Default)]
struct Options {
    language: Language,
    real: bool,
    uri: Option<String>,
    database: Option<String>,
    interactive: bool,
    help: bool,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--lang" => options.language = Language::named(&value()?)?,
                "--real" => options.real = true,
                "--uri" => options.uri = Some(value()?),
                "--database" => options.database = Some(value()?),
                "--interactive" => options.interactive = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("unknown option {argument}\n{USAGE}")),
            }
        }
        if options.uri.is_some() != options.database.is_some() || (options.real && options.uri.is_some()) {
            return Err(format!("either --real, or --uri and --database, or none of them\n{USAGE}"));
        }
        Ok(options)
    }
}

// ---- The host -------------------------------------------------------------------------------------------------------

/// Where the chat is. A host of our own stops when this is dropped.
struct Host {
    uri: String,
    database: String,
    _running: Running,
}

enum Running {
    Embedded { _host: EmbeddedHost },
    Real { _host: RealHost },
    Elsewhere,
}

impl Host {
    fn start(options: &Options) -> Result<Host> {
        if let (Some(uri), Some(database)) = (&options.uri, &options.database) {
            return Ok(Host { uri: uri.clone(), database: database.clone(), _running: Running::Elsewhere });
        }
        let database = "chat".to_owned();
        if options.real {
            let host = RealHost::start()?;
            host.publish_chat(&database)?;
            return Ok(Host { uri: host.uri(), database, _running: Running::Real { _host: host } });
        }
        let host = support::host(&database)?;
        Ok(Host { uri: host.uri(), database, _running: Running::Embedded { _host: host } })
    }
}

// ---- The program ----------------------------------------------------------------------------------------------------

/// The client, ready to run.
struct Program {
    words: Vec<PathBuf>,
    environment: Vec<(&'static str, PathBuf)>,
}

impl Program {
    /// Compiles the client where its language is compiled; Python is told where the library and its package are.
    fn new(language: Language) -> Result<Program> {
        if !matches!(language, Language::Python) {
            return Ok(Program { words: vec![support::compile(language.source())?], environment: Vec::new() });
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = if cfg!(windows) { "python" } else { "python3" };
        Ok(Program {
            words: vec![python.into(), root.join(language.source())],
            environment: vec![("PYTHONPATH", root.join("bindings/python/src")), ("STDB_LIBRARY", support::library()?)],
        })
    }

    fn command(&self, host: &Host) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(["--uri", &host.uri, "--database", &host.database]);
        command
    }

    /// What a person types to run it.
    fn typed(&self) -> String {
        let settings = self.environment.iter().map(|(name, value)| format!("{name}={}", value.display()));
        let words = self.words.iter().map(|word| word.display().to_string());
        settings.chain(words).collect::<Vec<_>>().join(" ")
    }
}

/// Gives the terminal to the chat.
fn interact(program: &Program, host: &Host) -> Result<()> {
    println!("Join from other terminals as long as you are here:");
    println!("  {} --uri {} --database {} --new", program.typed(), host.uri, host.database);
    let mut command = program.command(host);
    let status = command.arg("--new").status().map_err(|e| cannot_run(&command, &e))?;
    if status.success() { Ok(()) } else { Err(format!("the chat ended with {status}")) }
}

fn cannot_run(command: &Command, error: &io::Error) -> String {
    format!("cannot run {}: {error}", command.get_program().display())
}

// ---- The conversation -----------------------------------------------------------------------------------------------

fn talk(program: &Program, host: &Host) -> Result<()> {
    let home = tempfile::tempdir().map_err(|e| format!("cannot make a temporary folder: {e}"))?;
    let join = |name| Client::start(name, program.command(host), home.path());

    let mut ada = join("Ada")?;
    let ada_is = ada.connected()?;
    ada.sees(&[&format!("{ada_is} is online")])?;
    ada.types("/name Ada")?;
    ada.sees(&[&format!("{ada_is} renamed to Ada")])?;
    ada.types("Is anyone here?")?;
    ada.sees(&["Ada: Is anyone here?"])?;

    let mut grace = join("Grace")?;
    let grace_is = grace.connected()?;
    let grace_came = format!("{grace_is} is online");
    grace.sees(&["Ada is online", &grace_came])?;
    grace.sees(&["Ada: Is anyone here?"])?; // what was said before she came
    ada.sees(&[&grace_came])?;

    grace.types("/name Grace")?;
    both_see(&mut ada, &mut grace, &format!("{grace_is} renamed to Grace"))?;
    grace.types("I am!")?;
    both_see(&mut ada, &mut grace, "Grace: I am!")?;

    grace.types("/name ")?; // refused by the module, and only she is told
    grace.sees(&["set_name failed: Names must not be empty"])?;

    ada.leaves()?;
    grace.sees(&["Ada went offline"])?;
    grace.types("See you later.")?;
    grace.sees(&["Grace: See you later."])?;

    let mut ada = join("Ada")?; // with the token that she saved
    let again = ada.connected()?;
    if again != ada_is {
        return Err(format!("Ada was {ada_is} and came back as {again}"));
    }
    ada.sees(&["Ada is online", "Grace is online"])?;
    for message in ["Ada: Is anyone here?", "Grace: I am!", "Grace: See you later."] {
        ada.sees(&[message])?; // in the order in which they were said
    }
    grace.sees(&["Ada is online"])?;
    ada.types("I am back.")?;
    both_see(&mut ada, &mut grace, "Ada: I am back.")?;

    grace.leaves()?;
    ada.sees(&["Grace went offline"])?;
    ada.leaves()
}

fn both_see(ada: &mut Client, grace: &mut Client, line: &str) -> Result<()> {
    ada.sees(&[line])?;
    grace.sees(&[line])
}

// ---- A client -------------------------------------------------------------------------------------------------------

/// Somebody at a running chat program.
struct Client {
    name: &'static str,
    process: Child,
    keyboard: ChildStdin,
    screen: Receiver<String>,
}

impl Client {
    fn start(name: &'static str, mut chat: Command, home: &Path) -> Result<Client> {
        chat.args(["--script", "--token-file", name, "--token-directory"]).arg(home);
        chat.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = chat.spawn().map_err(|e| cannot_run(&chat, &e))?;
        let keyboard = process.stdin.take().expect("it is piped");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let (sender, screen) = mpsc::channel();
        // The thread ends with the program's output, or when nobody listens any more.
        thread::spawn(move || output.lines().map_while(|line| line.ok()).try_for_each(|line| sender.send(line)));
        Ok(Client { name, process, keyboard, screen })
    }

    fn types(&mut self, line: &str) -> Result<()> {
        println!("{:<5} > {line}", self.name);
        writeln!(self.keyboard, "{line}").map_err(|e| format!("{} typed `{line}`, but nobody reads it: {e}", self.name))
    }

    /// Waits until each of these lines has come, in any order, and prints them in this one.
    fn sees(&mut self, lines: &[&str]) -> Result<()> {
        let mut awaited = lines.to_vec();
        while let Some(first) = awaited.first() {
            let line = self.next_line(first)?;
            match awaited.iter().position(|awaited| *awaited == line) {
                Some(found) => drop(awaited.remove(found)),
                None => self.print(&line), // of somebody else on the same host
            }
        }
        lines.iter().for_each(|line| self.print(line));
        Ok(())
    }

    /// Waits until the client is connected. Returns the name it has until it takes one.
    fn connected(&mut self) -> Result<String> {
        let line = self.next_line("Connected as …")?;
        self.print(&line);
        let identity = line.strip_prefix("Connected as ");
        identity.map(str::to_owned).ok_or(format!("{} awaited `Connected as …` and saw `{line}`", self.name))
    }

    /// Waits until the program has ended well.
    fn leaves(&mut self) -> Result<()> {
        self.types("/quit")?;
        self.sees(&["Disconnected"])?;
        let deadline = Instant::now() + PATIENCE;
        // Its output ends when it does.
        while self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok() {}
        if Instant::now() >= deadline {
            return Err(format!("{}'s program did not end", self.name));
        }
        let status = self.process.wait().map_err(|e| format!("{}'s program: {e}", self.name))?;
        if status.success() { Ok(()) } else { Err(format!("{}'s program ended with {status}", self.name)) }
    }

    /// The next line on the screen. `awaited` is for the message when none comes.
    fn next_line(&mut self, awaited: &str) -> Result<String> {
        self.screen.recv_timeout(PATIENCE).map_err(|e| match e {
            RecvTimeoutError::Timeout => {
                format!("{} awaited `{awaited}`, but saw nothing for {} s", self.name, PATIENCE.as_secs())
            }
            RecvTimeoutError::Disconnected => format!("{} awaited `{awaited}`, but the program has ended", self.name),
        })
    }

    fn print(&self, line: &str) {
        println!("{:<5} | {line}", self.name);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
