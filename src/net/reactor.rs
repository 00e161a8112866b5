//! The reactor: the one thread of the process that serves every link and every timer.
//!
//! It starts with the first link or timer, and leaves a second after the last one is gone.

use std::cell::Cell;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};
use parking_lot::Mutex;

use super::dial::{Dialed, Dialers};
use super::link::{Link, LinkHandler, Outcome, Shared};
use super::options::LinkOptions;
use super::session::{Context, Flow, Session, guarded};
use super::timer::{Action, Due, Timers};
use super::tls;
use crate::error::{Error, Result, STDB_ERR_IO};

/// The name of the thread.
pub(super) const THREAD_NAME: &str = "stdb-reactor";
/// The buffer that all links read into.
const SCRATCH: usize = 128 << 10;
const EVENTS: usize = 256;
/// How long the thread waits for new work before it leaves.
const LINGER: Duration = Duration::from_secs(1);
/// The waker's token; sessions count from one.
const WAKE: Token = Token(0);

/// What other threads, and handlers, ask of the reactor.
pub(super) enum Command {
    Open(Box<Session>),
    Dialed(usize, Result<Dialed>),
    Flush(usize),
    Close(usize),
    Abort(usize),
    After(Instant, Action),
    Stop,
}

/// The reactor as other threads see it.
pub(super) struct Remote {
    commands: Mutex<Vec<Command>>,
    /// Whether it was woken and has not looked yet.
    woken: AtomicBool,
    waker: Waker,
    pub(super) dialers: Arc<Dialers>,
}

impl Remote {
    pub(super) fn push(&self, command: Command) {
        self.commands.lock().push(command);
        if !self.woken.swap(true, Ordering::AcqRel) {
            // It fails only when the reactor is gone, and its links with it.
            let _ = self.waker.wake();
        }
    }

    fn take(&self) -> Vec<Command> {
        // In this order: a command pushed after the swap wakes again.
        self.woken.swap(false, Ordering::AcqRel);
        std::mem::take(&mut self.commands.lock())
    }
}

/// A reactor that runs.
struct Running {
    remote: Arc<Remote>,
    thread: JoinHandle<()>,
}

static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

/// Opens a link. Returns at once: how it went is told to the handler, and what is sent meanwhile waits.
///
/// The link lives until the peer ends it, [`Link::close`], [`Link::abort`] or [`shutdown`]. May be called on any thread.
/// If the system gives the library no thread, `handler.closed` is called before this returns.
pub fn open(options: LinkOptions, handler: Box<dyn LinkHandler>) -> Link {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    // Under the lock, so that a reactor that is about to leave sees the command.
    let mut running = RUNNING.lock();
    match ensure_running(&mut running) {
        Ok(remote) => {
            let shared = Shared::new(id, Some(remote.clone()));
            let session = Session::new(options, handler, shared.clone());
            remote.push(Command::Open(Box::new(session)));
            Link(shared)
        }
        Err(error) => {
            drop(running);
            let error = Error::new(STDB_ERR_IO, format!("the library's thread cannot be started: {error}"));
            handler.closed(Outcome { opened: false, error: Some(error) });
            Link(Shared::new(id, None))
        }
    }
}

/// Runs an action on the reactor's thread after `delay`, once. Milliseconds are what it can tell apart.
///
/// The action must be quick and must not block. One that is not due at [`shutdown`] is dropped without being run, and so
/// is every one if the system gives the library no thread. May be called on any thread.
pub fn after(delay: Duration, action: Box<dyn FnOnce() + Send>) {
    let Some(when) = Instant::now().checked_add(delay) else { return };
    let mut running = RUNNING.lock();
    match ensure_running(&mut running) {
        Ok(remote) => remote.push(Command::After(when, action)),
        Err(error) => {
            log::error!(target: "stdb", "a timer is dropped: the library's thread cannot be started: {error}")
        }
    }
}

/// Aborts every link (each `closed` is called) and joins the library's threads. A later [`open`] starts them again.
///
/// Called on the reactor's own thread (in a handler) it does not wait. A thread that hangs in the system's name resolver
/// is left after 5 s: nothing can interrupt it.
pub fn shutdown() {
    let Some(Running { remote, thread }) = RUNNING.lock().take() else { return };
    remote.push(Command::Stop);
    if !ON_REACTOR.get() {
        // Panics are caught inside, and one that is not has been reported by then.
        let _ = thread.join();
    }
    tls::forget();
}

thread_local! {
    /// Whether this is the reactor's thread. To compare thread ids would allocate on threads that Rust did not start.
    static ON_REACTOR: Cell<bool> = const { Cell::new(false) };
}

fn ensure_running(running: &mut Option<Running>) -> io::Result<Arc<Remote>> {
    if let Some(running) = running {
        return Ok(running.remote.clone());
    }
    let poll = Poll::new()?;
    let waker = Waker::new(poll.registry(), WAKE)?;
    let remote = Arc::new(Remote {
        commands: Mutex::new(Vec::new()),
        woken: AtomicBool::new(false),
        waker,
        dialers: Arc::default(),
    });
    let reactor = Reactor::new(poll, remote.clone());
    let thread = thread::Builder::new().name(THREAD_NAME.into()).spawn(move || {
        ON_REACTOR.set(true);
        reactor.run();
    })?;
    *running = Some(Running { remote: remote.clone(), thread });
    Ok(remote)
}

struct Reactor {
    poll: Poll,
    remote: Arc<Remote>,
    sessions: HashMap<usize, Session>,
    timers: Timers,
    /// Sessions that have more to read.
    busy: Vec<usize>,
    scratch: Vec<u8>,
    stopping: bool,
}

impl Reactor {
    fn new(poll: Poll, remote: Arc<Remote>) -> Reactor {
        Reactor {
            poll,
            remote,
            sessions: HashMap::new(),
            timers: Timers::default(),
            busy: Vec::new(),
            scratch: vec![0; SCRATCH],
            stopping: false,
        }
    }

    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS);
        let mut idle_since = None;
        while !self.stopping {
            if let Err(error) = self.poll.poll(&mut events, self.wait(idle_since))
                && error.kind() != io::ErrorKind::Interrupted
            {
                log::error!(target: "stdb", "waiting for sockets failed: {error}");
                break;
            }
            for command in self.remote.take() {
                self.obey(command);
            }
            let mut ready = std::mem::take(&mut self.busy);
            ready.extend(events.iter().map(|event| event.token().0).filter(|id| *id != WAKE.0));
            for id in ready {
                self.with_session(id, Session::advance);
            }
            self.fire_timers();
            if !self.sessions.is_empty() || self.timers.has_actions() {
                idle_since = None;
            } else if idle_since.get_or_insert_with(Instant::now).elapsed() >= LINGER && self.leave() {
                break;
            }
        }
        self.stop();
    }

    fn wait(&self, idle_since: Option<Instant>) -> Option<Duration> {
        if !self.busy.is_empty() {
            return Some(Duration::ZERO);
        }
        match idle_since {
            Some(since) => Some(LINGER.saturating_sub(since.elapsed())),
            None if self.sessions.is_empty() && !self.timers.has_actions() => Some(LINGER),
            None => self.timers.wait(Instant::now()),
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Open(session) => {
                let id = session.id();
                self.sessions.insert(id, *session);
                self.with_session(id, |session, cx| {
                    session.start(cx);
                    session.advance(cx)
                });
            }
            Command::Dialed(id, found) => self.with_session(id, |session, cx| {
                session.dialed(cx, found);
                session.advance(cx)
            }),
            Command::Flush(id) => self.with_session(id, Session::advance),
            Command::Close(id) => self.with_session(id, |session, cx| {
                session.close(cx);
                session.advance(cx)
            }),
            Command::Abort(id) => self.with_session(id, |session, cx| {
                session.abort(cx);
                Flow::Wait
            }),
            Command::After(when, action) => self.timers.set(when, Due::Action(action)),
            Command::Stop => self.stopping = true,
        }
    }

    /// Has a session do something, if it still lives, and sees to its timer and its end.
    fn with_session(&mut self, id: usize, act: impl FnOnce(&mut Session, &mut Context) -> Flow) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let mut cx = Context {
            registry: self.poll.registry(),
            remote: &self.remote,
            scratch: &mut self.scratch,
            now: Instant::now(),
        };
        let mut flow = Flow::Wait;
        let done = guarded(|| {
            flow = act(session, &mut cx);
            Ok(())
        });
        if let Err(error) = done {
            session.end(&cx, Some(error));
        }
        if session.is_over() {
            self.sessions.remove(&id);
            return;
        }
        if flow == Flow::Again {
            self.busy.push(id);
        }
        // A timer that is set for earlier stays: it finds nothing due and sets the right one.
        if let Some(deadline) = session.next_deadline()
            && session.armed.is_none_or(|armed| deadline < armed)
        {
            session.armed = Some(deadline);
            self.timers.set(deadline, Due::Session(id));
        }
    }

    fn fire_timers(&mut self) {
        let now = Instant::now();
        while let Some((when, due)) = self.timers.take_due(now) {
            match due {
                Due::Action(action) => {
                    if let Err(error) = guarded(|| {
                        action();
                        Ok(())
                    }) {
                        log::error!(target: "stdb", "a timer's action failed: {error}");
                    }
                }
                // What has come and waits to be read was heard in time.
                Due::Session(id) if self.busy.contains(&id) => self.disarm(id, when),
                Due::Session(id) => {
                    self.disarm(id, when);
                    self.with_session(id, |session, cx| {
                        session.on_time(cx);
                        session.advance(cx)
                    });
                }
            }
        }
    }

    fn disarm(&mut self, id: usize, when: Instant) {
        if let Some(session) = self.sessions.get_mut(&id)
            && session.armed == Some(when)
        {
            session.armed = None;
        }
    }

    /// Leaves for good, unless there is new work; whether it does.
    fn leave(&self) -> bool {
        let mut running = RUNNING.lock();
        if !self.remote.commands.lock().is_empty() {
            return false;
        }
        // Another reactor's place is not ours to give up.
        if running.as_ref().is_some_and(|running| Arc::ptr_eq(&running.remote, &self.remote)) {
            *running = None;
        }
        true
    }

    fn stop(mut self) {
        // Should the poll have failed, new links must not be given to this reactor.
        let mut running = RUNNING.lock();
        if running.as_ref().is_some_and(|running| Arc::ptr_eq(&running.remote, &self.remote)) {
            *running = None;
        }
        drop(running);
        let ids: Vec<_> = self.sessions.keys().copied().collect();
        for id in ids {
            self.obey(Command::Abort(id));
        }
        self.remote.dialers.stop();
    }
}
