//! What has arrived for a connection and waits to be advanced, and how waiting code is woken.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::message::Message;
use crate::error::Error;
use crate::net::Protocol;
use crate::schema::Schema;

/// One thing for the advancing thread to do.
pub enum Incoming {
    /// The WebSocket is open.
    Opened {
        /// The protocol that the host chose.
        protocol: Protocol,
        /// The schema fetched from the host, if it was to be fetched.
        schema: Option<Arc<Schema>>,
    },
    /// The host said something. Decoded and checked.
    Message(Message),
    /// A call's time ran out.
    CallTimeout(u32),
    /// It is time for the next attempt to make the connection again.
    Retry,
    /// The library has something to log.
    Log(log::Level, String),
    /// The link's end; nothing comes after it of that link. `None` for an ordinary end.
    Closed(Option<Error>),
}

/// A queue with one reader at a time and writers on the library's threads.
///
/// It is not a channel of a library, since those ask the standard library for the current thread when they block, which
/// allocates on threads that Rust did not start, and is never given back on the main thread of a C program.
#[derive(Default)]
pub struct Inbox {
    queue: Mutex<VecDeque<Incoming>>,
    arrived: Condvar,
    /// The queue's length, so that an idle tick looks at it without a lock.
    len: AtomicUsize,
    /// Whether the last wait was so short that the next one begins with looking.
    waits_are_short: AtomicBool,
    /// Whether somebody was woken and has not seen the queue empty since.
    woken: AtomicBool,
    wakers: Mutex<Wakers>,
    has_wakers: AtomicBool,
}

/// How long a wait looks before it sleeps. An answer from near comes sooner than a sleeping thread wakes up.
const LOOK_OUT: Duration = Duration::from_micros(50);
/// How many pauses lie between two looks.
const LOOKS: usize = 16;

/// A function that wakes an event loop.
pub type WakeFn = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct Wakers {
    callback: Option<Arc<WakeFn>>,
    #[cfg(unix)]
    pipe: Option<super::wake_pipe::WakePipe>,
}

impl Inbox {
    /// Adds something and wakes whoever waits. Any thread.
    pub fn push(&self, incoming: Incoming) {
        {
            let mut queue = self.queue.lock();
            queue.push_back(incoming);
            self.len.store(queue.len(), Ordering::SeqCst);
        }
        self.arrived.notify_one();
        self.wake_once();
    }

    /// Takes the next thing, if there is one.
    pub fn take(&self) -> Option<Incoming> {
        self.take_from(&mut self.queue.lock())
    }

    /// Takes the next thing, waiting for it; `None` when `deadline` has passed.
    pub fn wait(&self, deadline: Option<Instant>) -> Option<Incoming> {
        let began = Instant::now();
        if self.waits_are_short.load(Ordering::Relaxed) {
            self.look_out(deadline.map_or(began + LOOK_OUT, |deadline| deadline.min(began + LOOK_OUT)));
        }
        let mut queue = self.queue.lock();
        while queue.is_empty() {
            match deadline {
                None => self.arrived.wait(&mut queue),
                Some(deadline) if self.arrived.wait_until(&mut queue, deadline).timed_out() => break,
                Some(_) => {}
            }
        }
        self.waits_are_short.store(began.elapsed() < LOOK_OUT && !queue.is_empty(), Ordering::Relaxed);
        self.take_from(&mut queue)
    }

    /// Looks whether something comes, without going to sleep.
    fn look_out(&self, until: Instant) {
        while self.is_empty() && Instant::now() < until {
            for _ in 0..LOOKS {
                std::hint::spin_loop();
            }
            // On a busy machine the thread that brings it may need this processor.
            std::thread::yield_now();
        }
    }

    /// How many things wait.
    pub fn len(&self) -> usize {
        self.len.load(Ordering::SeqCst)
    }

    /// Whether nothing waits, and no waker has yet to be armed again.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.is_empty() && !self.woken.load(Ordering::Relaxed)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn take_from(&self, queue: &mut VecDeque<Incoming>) -> Option<Incoming> {
        let incoming = queue.pop_front();
        self.len.store(queue.len(), Ordering::SeqCst);
        if queue.is_empty() {
            // A burst's room is given back.
            queue.shrink_to(64);
        }
        incoming
    }

    /// Sets the function that is called when something arrives in an empty inbox. `None` removes it.
    pub fn set_waker(&self, waker: Option<WakeFn>) {
        let is_set = waker.is_some();
        // The old one is dropped after the lock is released: it may run the caller's destructor.
        let old = std::mem::replace(&mut self.wakers.lock().callback, waker.map(Arc::new));
        // Without it, ticks of those who never asked for a waker look no further.
        self.has_wakers.fetch_or(is_set, Ordering::SeqCst);
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
        if !self.has_wakers.load(Ordering::Relaxed) || !self.woken.load(Ordering::Relaxed) && self.is_empty() {
            return;
        }
        if self.is_empty() {
            let wakers = self.wakers.lock();
            #[cfg(unix)]
            if let Some(pipe) = &wakers.pipe {
                pipe.drain();
            }
            // Under the lock: a waker that comes late sees it, and does not signal what nobody would take back.
            self.woken.store(false, Ordering::SeqCst);
            drop(wakers);
        }
        // Something may have come between looking and arming, or before there was anybody to wake.
        if !self.is_empty() {
            self.woken.store(false, Ordering::SeqCst);
            self.wake_once();
        }
    }

    fn wake_once(&self) {
        while !self.is_empty() && self.has_wakers.load(Ordering::SeqCst) && !self.woken.swap(true, Ordering::SeqCst) {
            let wakers = self.wakers.lock();
            if self.is_empty() {
                // What was pushed has been taken already. What is pushed now saw `woken` and relies on us: look again.
                self.woken.store(false, Ordering::SeqCst);
                continue;
            }
            #[cfg(unix)]
            if let Some(pipe) = &wakers.pipe {
                pipe.signal();
            }
            let callback = wakers.callback.clone();
            drop(wakers);
            if let Some(callback) = callback {
                callback();
            }
        }
    }
}
