//! What has arrived for a connection and waits to be advanced, and how waiting code is woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use parking_lot::Mutex;

use super::message::Message;
use crate::error::Error;
use crate::schema::Schema;

/// One thing for the advancing thread to do.
pub enum Incoming {
    /// The WebSocket is open.
    Opened {
        /// The subprotocol that the host chose.
        protocol: &'static str,
        /// The schema fetched from the host, if it was to be fetched.
        schema: Option<Arc<Schema>>,
    },
    /// The host said something. Decoded and checked.
    Message(Message),
    /// A call's time ran out.
    CallTimeout(u32),
    /// The library has something to log.
    Log(log::Level, String),
    /// The connection's end; nothing comes after it. `None` for an ordinary end.
    Closed(Option<Error>),
}

/// A queue with one reader at a time and writers on the library's threads.
pub struct Inbox {
    sender: Sender<Incoming>,
    receiver: Receiver<Incoming>,
    /// Whether the next arrival is to wake somebody: nothing has arrived since the queue was last seen empty.
    armed: AtomicBool,
    wakers: Mutex<Wakers>,
    has_wakers: AtomicBool,
}

/// A function that wakes an event loop.
pub type WakeFn = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct Wakers {
    callback: Option<Arc<WakeFn>>,
    #[cfg(unix)]
    pipe: Option<super::wake_pipe::WakePipe>,
}

impl Inbox {
    /// An empty inbox.
    pub fn new() -> Self {
        let (sender, receiver) = unbounded();
        Inbox {
            sender,
            receiver,
            armed: AtomicBool::new(true),
            wakers: Mutex::default(),
            has_wakers: AtomicBool::new(false),
        }
    }

    /// Adds something and wakes whoever waits. Any thread.
    pub fn push(&self, incoming: Incoming) {
        // The receiver lives as long as the inbox, so this cannot fail.
        let _ = self.sender.send(incoming);
        self.wake_once();
    }

    /// Takes the next thing, if there is one.
    pub fn take(&self) -> Option<Incoming> {
        self.receiver.try_recv().ok()
    }

    /// Takes the next thing, waiting for it; `None` when `timeout` ran out.
    pub fn wait(&self, timeout: Option<Duration>) -> Option<Incoming> {
        match timeout {
            None => self.receiver.recv().ok(),
            Some(timeout) => self.receiver.recv_timeout(timeout).ok(),
        }
    }

    /// How many things wait.
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }

    /// Sets the function that is called when something arrives in an empty inbox. `None` removes it.
    pub fn set_waker(&self, waker: Option<WakeFn>) {
        // The old one is dropped after the lock is released: it may run the caller's destructor.
        let old = std::mem::replace(&mut self.wakers.lock().callback, waker.map(Arc::new));
        self.has_wakers.store(true, Ordering::SeqCst);
        drop(old);
        self.rearm();
    }

    /// A descriptor that is readable while something waits. It belongs to the inbox.
    #[cfg(unix)]
    pub fn event_fd(&self) -> std::io::Result<std::os::fd::RawFd> {
        let mut wakers = self.wakers.lock();
        if wakers.pipe.is_none() {
            wakers.pipe = Some(super::wake_pipe::WakePipe::new()?);
        }
        let fd = wakers.pipe.as_ref().expect("it was just made").fd();
        drop(wakers);
        self.has_wakers.store(true, Ordering::SeqCst);
        self.rearm();
        Ok(fd)
    }

    /// To be called when an advancing call is done: if nothing is left, the next arrival wakes again.
    pub fn rearm(&self) {
        if !self.has_wakers.load(Ordering::Relaxed) || self.armed.load(Ordering::Relaxed) && self.is_empty() {
            return;
        }
        if self.is_empty() {
            let wakers = self.wakers.lock();
            #[cfg(unix)]
            if let Some(pipe) = &wakers.pipe {
                pipe.drain();
            }
            // Under the lock: a waker that comes late sees it, and does not signal what nobody would take back.
            self.armed.store(true, Ordering::SeqCst);
            drop(wakers);
        }
        // Something may have come between looking and arming, or before there was anybody to wake.
        if !self.is_empty() {
            self.armed.store(true, Ordering::SeqCst);
            self.wake_once();
        }
    }

    fn wake_once(&self) {
        if !self.has_wakers.load(Ordering::SeqCst) || !self.armed.swap(false, Ordering::SeqCst) {
            return;
        }
        let callback = {
            let wakers = self.wakers.lock();
            #[cfg(unix)]
            if let Some(pipe) = &wakers.pipe
                && !self.armed.load(Ordering::SeqCst)
            {
                pipe.signal();
            }
            wakers.callback.clone()
        };
        if let Some(callback) = callback {
            callback();
        }
    }
}

impl Default for Inbox {
    fn default() -> Self {
        Inbox::new()
    }
}
