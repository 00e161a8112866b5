//! A link: one connection as its user sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use parking_lot::Mutex;

use super::options::Protocol;
use super::outgoing::{Flushed, Outgoing};
use super::reactor::{Command, Remote};
use crate::error::{Error, Result};

/// What opening a link found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The protocol the host chose.
    pub protocol: Protocol,
}

/// How a link ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether [`LinkHandler::opened`] was called and agreed.
    pub opened: bool,
    /// What went wrong; `None` when this side asked for the end, or the peer closed in the ordinary way (code 1000, or
    /// no code).
    pub error: Option<Error>,
}

/// What a link tells its user.
///
/// All calls come from the reactor's thread, one at a time and without a lock held, so a handler should be quick: it
/// holds up every link of the process. From inside a call everything is allowed, on this and on other links. A handler
/// that panics closes its link with `STDB_ERR_PANIC`.
pub trait LinkHandler: Send {
    /// The host has sent the module's schema, which was to be fetched; the link is not open yet. An error closes it with
    /// that error; but when a schema of version 10 is `STDB_ERR_SCHEMA`, version 9 is asked for.
    fn schema(&mut self, json: &str) -> Result<()>;

    /// The link is open: frames follow. An error closes it with that error.
    fn opened(&mut self, opened: Opened) -> Result<()>;

    /// One binary message came: `payload` as it was sent, so still compressed. It is an allocation of its own and may be
    /// kept. An error closes the link with that error, and tells the peer 1002 (protocol error).
    fn frame(&mut self, payload: Bytes) -> Result<()>;

    /// Something worth a line in a log. Never holds a token.
    fn log(&mut self, level: log::Level, message: String);

    /// The link is over. Called exactly once, and last.
    fn closed(self: Box<Self>, outcome: Outcome);
}

/// What has gone over a link since it opened, without the handshakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes written, frame headers included, TLS not.
    pub bytes_sent: u64,
    /// Bytes read, frame headers included, TLS not.
    pub bytes_received: u64,
    /// Messages sent.
    pub frames_sent: u64,
    /// Messages received.
    pub frames_received: u64,
    /// Bytes accepted by [`Link::send`] that the operating system has not taken yet.
    pub pending_send_bytes: u64,
}

impl Counters {
    /// The sum of what went over two links.
    pub fn plus(self, other: Counters) -> Counters {
        Counters {
            bytes_sent: self.bytes_sent + other.bytes_sent,
            bytes_received: self.bytes_received + other.bytes_received,
            frames_sent: self.frames_sent + other.frames_sent,
            frames_received: self.frames_received + other.frames_received,
            pending_send_bytes: self.pending_send_bytes + other.pending_send_bytes,
        }
    }
}

/// A connection to a host. Every clone is the same link; dropping them all does not close it.
#[derive(Clone)]
pub struct Link(pub(super) Arc<Shared>);

impl Link {
    /// A link that is over: what is sent over it is dropped.
    #[cfg(test)]
    pub(crate) fn over() -> Link {
        Link(Shared::new(0, None))
    }

    /// Sends one binary message. Never blocks: what cannot go out yet waits, in order, and so does everything until the
    /// link is open. Without TLS the calling thread writes to the socket itself, so nothing is waited for. A message for
    /// a link that is closing or over is dropped.
    pub fn send(&self, payload: Vec<u8>) {
        let shared = &*self.0;
        let mut outgoing = shared.outgoing.lock();
        // The reactor may not know of a close yet, but the caller does.
        if shared.is_stopped() || !outgoing.push(payload) || outgoing.is_waiting() {
            return;
        }
        match outgoing.flush_direct() {
            // What is left goes out when the reactor learns that the socket takes more.
            Some(flushed) => shared.count(&flushed),
            None => {
                drop(outgoing);
                shared.ask_for_flush();
            }
        }
    }

    /// Closes in the orderly way: what was sent goes out, then a Close frame, and the peer's own is waited for (1 s at
    /// most, and 5 s at most for all). Returns at once; [`LinkHandler::closed`] follows. No frame is handed over any more.
    /// A link that is not open yet is aborted.
    pub fn close(&self) {
        self.stop(Command::Close(self.0.id));
    }

    /// Ends the link without a word to the peer. Returns at once; [`LinkHandler::closed`] follows. No frame is handed over
    /// any more.
    pub fn abort(&self) {
        self.stop(Command::Abort(self.0.id));
    }

    /// Whether this side has ended it, by [`Link::close`], [`Link::abort`] or [`shutdown`](super::shutdown).
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    /// What has gone over the link so far.
    pub fn counters(&self) -> Counters {
        let shared = &*self.0;
        Counters {
            bytes_sent: shared.bytes_sent.load(Relaxed),
            bytes_received: shared.bytes_received.load(Relaxed),
            frames_sent: shared.frames_sent.load(Relaxed),
            frames_received: shared.frames_received.load(Relaxed),
            pending_send_bytes: shared.outgoing.lock().pending_bytes() as u64,
        }
    }

    fn stop(&self, command: Command) {
        self.0.set_stopped();
        self.0.tell(command);
    }
}

/// What a link's handles and its session on the reactor share.
pub(super) struct Shared {
    pub(super) id: usize,
    /// `None` for a link whose reactor could not be started.
    remote: Option<Arc<Remote>>,
    pub(super) outgoing: Mutex<Outgoing>,
    /// Whether its user wants it to end.
    stopped: AtomicBool,
    /// Whether the reactor was told to flush and has not begun to.
    flush_asked: AtomicBool,
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
    frames_sent: AtomicU64,
    frames_received: AtomicU64,
}

impl Shared {
    pub(super) fn new(id: usize, remote: Option<Arc<Remote>>) -> Arc<Shared> {
        let mut outgoing = Outgoing::new();
        if remote.is_none() {
            outgoing.end();
        }
        Arc::new(Shared {
            id,
            remote,
            outgoing: Mutex::new(outgoing),
            stopped: AtomicBool::new(false),
            flush_asked: AtomicBool::new(false),
            bytes_sent: AtomicU64::new(0),
            bytes_received: AtomicU64::new(0),
            frames_sent: AtomicU64::new(0),
            frames_received: AtomicU64::new(0),
        })
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    pub(super) fn set_stopped(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub(super) fn count(&self, flushed: &Flushed) {
        self.bytes_sent.fetch_add(flushed.bytes as u64, Relaxed);
        self.frames_sent.fetch_add(flushed.frames as u64, Relaxed);
    }

    pub(super) fn count_received(&self, bytes: usize) {
        self.bytes_received.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn count_frame(&self) {
        self.frames_received.fetch_add(1, Relaxed);
    }

    /// Called before the reactor flushes, so that a message pushed from then on asks again.
    pub(super) fn flush_begins(&self) {
        self.flush_asked.swap(false, std::sync::atomic::Ordering::AcqRel);
    }

    fn ask_for_flush(&self) {
        if !self.flush_asked.swap(true, std::sync::atomic::Ordering::AcqRel) {
            self.tell(Command::Flush(self.id));
        }
    }

    fn tell(&self, command: Command) {
        if let Some(remote) = &self.remote {
            remote.push(command);
        }
    }
}
