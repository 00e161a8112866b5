//! libstdb and its peers, measured side by side: `cargo bench` for all figures, `cargo bench -- NAME` for those whose name
//! has NAME in it. `benches/README.md` tells what each figure is.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`work`] | the pieces of work and their figures |
//! | [`figure`] | goals, medians and lines |
//! | [`program`] | compiling and running the two sides |
//! | [`measured`] | what they printed |
//! | [`host`] | what both sides connect to |
//! | [`frames`] | what it sends them |
//! | [`cpus`] | where the host and the clients run |
//! | [`echo`] | the peer of a reducer's round trip |
//! | [`library`] | the size of the library |

#![deny(unsafe_code)]

mod cpus;
mod echo;
mod figure;
mod frames;
mod host;
mod library;
mod measured;
mod program;
mod work;

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use cpus::Cpus;
use figure::{Figure, median};
use host::Host;
use measured::Measured;
use work::{LIBRARY_SIZE, Peer, WORKS, Work};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each side does its work; the medians are told.
const ROUNDS: usize = 5;

/// What this program calls itself with to be the peer of a round trip.
const ECHO: &str = "--echo";

fn main() -> ExitCode {
    // `--bench` is cargo's.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [ECHO, work, uri, count] => echo::run(work, uri, count),
        names => compare(names),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(names: &[&str]) -> Result<()> {
    let wanted = |figure: &Figure| names.is_empty() || names.iter().any(|name| figure.name.contains(name));
    let works: Vec<&Work> = WORKS.iter().filter(|work| work.figures.iter().any(wanted)).collect();
    if works.is_empty() && !wanted(&LIBRARY_SIZE) {
        let figures = WORKS.iter().flat_map(|work| work.figures).chain([&LIBRARY_SIZE]);
        let known: Vec<_> = figures.map(|figure| figure.name).collect();
        return Err(format!("there is no such figure; there are {}", known.join(", ")).into());
    }
    if !works.is_empty() {
        let sides = Sides::prepare(&works)?;
        for work in works {
            let measured = sides.measure(work)?;
            for figure in work.figures.iter().filter(|figure| wanted(figure)) {
                let ours = median(measured.ours(figure.name)).ok_or(format!("nothing was said of {}", figure.name))?;
                println!("{}", figure.line(ours, median(measured.peer(figure.name))));
            }
        }
    }
    if wanted(&LIBRARY_SIZE) {
        println!("{}", LIBRARY_SIZE.line(library::stripped_mib()?, None));
    }
    Ok(())
}

/// The programs, and where they run.
struct Sides {
    client: PathBuf,
    /// None when it is not needed: it takes long to build.
    sdk: Option<PathBuf>,
    /// The interpreter for both sides in Python, when it is needed.
    python: Option<PathBuf>,
    cpus: Cpus,
}

impl Sides {
    fn prepare(works: &[&Work]) -> Result<Self> {
        let client = program::compile_client()?;
        let needs = |peer| works.iter().any(|work| work.peer == peer);
        let sdk = needs(Peer::Sdk).then(program::build_sdk).transpose()?;
        let python = needs(Peer::Python).then(program::python_with_numpy).transpose()?;
        host::prepare();
        Ok(Self { client, sdk, python, cpus: Cpus::ours()? })
    }

    /// Both sides in turn, round after round.
    fn measure(&self, work: &Work) -> Result<Measured> {
        let uri = Host::start(&self.cpus, work.placement)?.uri();
        let mut measured = Measured::default();
        for round in 1..=ROUNDS {
            for command in [Some(self.ours(work, &uri)?), self.peer(work, &uri)?].into_iter().flatten() {
                let printed = program::output_of(command)?;
                eprintln!("{}, round {round} of {ROUNDS}: {}", work.name, printed.trim_end().replace('\n', ", "));
                measured.take(&printed)?;
            }
        }
        Ok(measured)
    }

    fn ours(&self, work: &Work, uri: &str) -> Result<Command> {
        let mut command = self.cpus.client(work.placement);
        match (work.peer, &self.python) {
            (Peer::Python, Some(python)) => program::python(&mut command, python, "client/client.py")?,
            _ => drop(command.arg(&self.client)),
        }
        command.args([work.name, uri, &work.count.to_string()]).arg(program::schema());
        Ok(command)
    }

    fn peer(&self, work: &Work, uri: &str) -> Result<Option<Command>> {
        let mut command = self.cpus.client(work.placement);
        match (work.peer, &self.sdk, &self.python) {
            (Peer::Sdk, Some(sdk), _) => drop(command.arg(sdk)),
            (Peer::Python, _, Some(python)) => program::python(&mut command, python, "peers/python/bare.py")?,
            (Peer::Echo, ..) => drop(command.arg(env::current_exe()?).arg(ECHO)),
            _ => return Ok(None),
        }
        command.args([work.name, uri, &work.count.to_string()]);
        Ok(Some(command))
    }
}
