//! Which CPUs the host and the clients run on. A round trip depends on it more than on anything else: the system puts two
//! threads that talk to each other on one CPU or on two as it likes, and waking one that sleeps costs several times more.

use std::fs;
use std::process::{Command, Stdio};

use crate::Result;
use crate::program::complete;

#[derive(Clone, Copy)]
pub enum Placement {
    /// As the system likes.
    Free,
    /// The host on one CPU, the client on the others, as if the host were elsewhere.
    Apart,
    /// Both on one CPU, so that nothing but their work counts.
    OneCpu,
}

/// The CPUs that this program may use, as `taskset` writes them.
#[derive(Clone)]
pub struct Cpus {
    all: String,
    first: String,
    others: String,
}

impl Cpus {
    pub fn ours() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let all = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).ok_or("this is not Linux")?;
        let all = all.trim().to_owned();
        let mut each = Vec::new();
        for range in all.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            each.extend((first.parse::<u32>()?..=last.parse()?).map(|cpu| cpu.to_string()));
        }
        let (first, others) = each.split_first().expect("something runs this");
        // With one CPU there is no other place.
        let others = if others.is_empty() { first.clone() } else { others.join(",") };
        Ok(Self { first: first.clone(), others, all })
    }

    /// Puts the host's thread that calls this, and the threads that it starts from then on, where they belong.
    pub fn place_host(&self, placement: Placement) -> Result<()> {
        let cpus = match placement {
            Placement::Free => return Ok(()),
            Placement::Apart | Placement::OneCpu => &self.first,
        };
        let this = fs::read_link("/proc/thread-self")?;
        let mut taskset = Command::new("taskset");
        taskset.args(["--cpu-list", "--pid", cpus]).arg(this.file_name().expect("Linux names its threads"));
        complete(taskset.stdout(Stdio::null()))
    }

    /// The beginning of a command for a client.
    pub fn client(&self, placement: Placement) -> Command {
        let cpus = match placement {
            Placement::Free => &self.all,
            Placement::Apart => &self.others,
            Placement::OneCpu => &self.first,
        };
        let mut taskset = Command::new("taskset");
        taskset.args(["--cpu-list", cpus]);
        taskset
    }
}
