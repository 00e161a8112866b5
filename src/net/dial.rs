//! The work of connecting that blocks: resolving names and reading the platform's certificates, on a few threads that
//! live as long as there is such work.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rustls::ClientConfig;

use super::tls;
use crate::error::{Error, Result, STDB_ERR_DNS, STDB_ERR_IO, STDB_ERR_PANIC};

/// The name of these threads.
pub(super) const THREAD_NAME: &str = "stdb-dial";
const MOST_THREADS: usize = 8;
const IDLE: Duration = Duration::from_secs(1);
/// How long stopping waits for a resolver, which nothing can interrupt.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// What a session needs to connect.
pub(super) struct Dialed {
    /// Where the host may be, in the order to try. Not empty.
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) tls: Option<Arc<ClientConfig>>,
}

/// What to find out, and whom to tell.
pub(super) struct Job {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) secure: bool,
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) done: Box<dyn FnOnce(Result<Dialed>) + Send>,
}

impl Job {
    fn run(self) {
        let found = catch_unwind(AssertUnwindSafe(|| self.find()));
        let panicked = |_| Err(Error::new(STDB_ERR_PANIC, "the library panicked while it resolved a name"));
        (self.done)(found.unwrap_or_else(panicked));
    }

    fn find(&self) -> Result<Dialed> {
        let no_address = |why: String| Error::new(STDB_ERR_DNS, format!("`{}` cannot be resolved: {why}", self.host));
        let addresses: Vec<_> =
            (self.host.as_str(), self.port).to_socket_addrs().map_err(|error| no_address(error.to_string()))?.collect();
        if addresses.is_empty() {
            return Err(no_address("it has no address".into()));
        }
        let tls = self.secure.then(|| tls::client_config(self.ca_pem.as_deref())).transpose()?;
        Ok(Dialed { addresses, tls })
    }
}

/// The threads and what waits for them.
#[derive(Default)]
pub(super) struct Dialers {
    state: Mutex<State>,
    work: Condvar,
    left: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: Vec<JoinHandle<()>>,
    running: usize,
    idle: usize,
    stopped: bool,
}

impl Dialers {
    /// Has a job done. Its `done` is called on one of the threads, or never once the dialers are stopped.
    pub(super) fn submit(self: &Arc<Self>, job: Job) {
        let mut state = self.state.lock();
        if state.stopped {
            return;
        }
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() || state.running == MOST_THREADS {
            self.work.notify_one();
            return;
        }
        match self.spawn() {
            Ok(thread) => {
                state.running += 1;
                state.threads.retain(|thread| !thread.is_finished());
                state.threads.push(thread);
            }
            // Those that run take it in time; with none, nobody would.
            Err(_) if state.running > 0 => {}
            Err(error) => {
                let job = state.jobs.pop_back();
                drop(state);
                let error = Error::new(STDB_ERR_IO, format!("a thread cannot be started: {error}"));
                job.into_iter().for_each(|job| (job.done)(Err(error.clone())));
            }
        }
    }

    /// Drops what waits and joins the threads. A thread that hangs in the system's resolver is left after 5 s.
    pub(super) fn stop(&self) {
        let mut state = self.state.lock();
        state.stopped = true;
        let dropped = std::mem::take(&mut state.jobs);
        self.work.notify_all();
        let until = Instant::now() + STOP_WAIT;
        while state.running > 0 && !self.left.wait_until(&mut state, until).timed_out() {}
        let all_left = state.running == 0;
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        drop(dropped);
        for thread in threads {
            if all_left || thread.is_finished() {
                // A job's panic is caught, so there is none to hear of.
                let _ = thread.join();
            }
        }
    }

    fn spawn(self: &Arc<Self>) -> io::Result<JoinHandle<()>> {
        let dialers = self.clone();
        thread::Builder::new().name(THREAD_NAME.into()).spawn(move || dialers.serve())
    }

    fn serve(&self) {
        while let Some(job) = self.next() {
            job.run();
        }
    }

    /// Waits for a job; `None` when it is time to leave.
    fn next(&self) -> Option<Job> {
        let mut state = self.state.lock();
        let until = Instant::now() + IDLE;
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            state.idle += 1;
            let late = !state.stopped && self.work.wait_until(&mut state, until).timed_out();
            state.idle -= 1;
            if (late || state.stopped) && state.jobs.is_empty() {
                state.running -= 1;
                self.left.notify_all();
                return None;
            }
        }
    }
}
