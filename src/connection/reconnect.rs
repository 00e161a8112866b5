//! Making a lost connection again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::Connection;
use super::builder::TokenFn;
use super::context::{Context, Event};
use super::inbox::{Inbox, Incoming};
use super::life::{Life, Phase};
use super::receiver::Receiver;
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED};
use crate::net::{self, FetchSchema, LinkOptions};

/// How often and how patiently a lost connection is made again. The delay before an attempt is twice the one before it,
/// up to the most, less a random part of it.
#[derive(Clone, Copy, Debug)]
pub struct ReconnectPolicy {
    /// How long to wait before the first attempt.
    pub first_delay: Duration,
    /// The most that is waited before an attempt.
    pub max_delay: Duration,
    /// How large the random part is, in percent of the delay: many clients of one host must not come back at once.
    pub jitter_percent: u32,
    /// How many attempts are made; `None` for as many as it takes.
    pub max_attempts: Option<u32>,
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        ReconnectPolicy {
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            jitter_percent: 50,
            max_attempts: None,
        }
    }
}

impl ReconnectPolicy {
    /// How long to wait before an attempt, counted from 1. `random` is any number.
    fn delay(&self, attempt: u32, random: u64) -> Duration {
        let doubled = self.first_delay.saturating_mul(1u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let whole = doubled.min(self.max_delay);
        let micros = u64::try_from(whole.as_micros()).unwrap_or(u64::MAX);
        let jitter = micros / 100 * u64::from(self.jitter_percent.min(100));
        whole - Duration::from_micros(random % (jitter + 1))
    }
}

/// What a connection needs to be made again.
pub(super) struct Reconnector {
    pub policy: ReconnectPolicy,
    pub options: LinkOptions,
    pub token_provider: Option<Arc<TokenFn>>,
    /// Attempts since the connection was lost.
    pub attempts: AtomicU32,
}

/// Tells a connection that it is time for the next attempt, or that there will be none.
struct RetryTimer {
    inbox: Weak<Inbox>,
    is_due: bool,
}

impl RetryTimer {
    fn fall_due(mut self) {
        self.is_due = true;
    }
}

impl Drop for RetryTimer {
    fn drop(&mut self) {
        let Some(inbox) = self.inbox.upgrade() else { return };
        // The library's end drops timers that are not due.
        let shut_down = || Error::new(STDB_ERR_DISCONNECTED, "the library was shut down");
        inbox.push(if self.is_due { Incoming::Retry } else { Incoming::Closed(Some(shut_down())) });
    }
}

impl Connection {
    /// Whether a connection that ended with `error` is to be made again: it was up once, nobody ended it on purpose, and
    /// another attempt may succeed.
    pub(super) fn retries_after(&self, life: &Life, error: Option<&Error>) -> bool {
        let Some(reconnector) = &self.reconnector else { return false };
        let attempts = reconnector.attempts.load(Ordering::Relaxed);
        let allowed = reconnector.policy.max_attempts.is_none_or(|most| attempts < most);
        let is_wanted = matches!(life.phase, Phase::Active | Phase::Reconnecting);
        let is_shut_down = self.outbox.link().is_some_and(|link| link.is_stopped());
        // An ordinary close of the host's is not an error, and the host may come back all the same.
        let may_help = error.is_none_or(Error::is_retriable);
        allowed && is_wanted && !is_shut_down && may_help
    }

    /// Waits for the next attempt; the stages are told.
    pub(super) fn await_attempt(self: &Arc<Self>) {
        let Some(reconnector) = &self.reconnector else { return };
        let attempt = reconnector.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let delay = reconnector.policy.delay(attempt, net::random());
        let timer = RetryTimer { inbox: Arc::downgrade(&self.inbox), is_due: false };
        net::after(delay, Box::new(move || timer.fall_due()));
        let event = Event::Reconnecting { attempt, delay };
        if let Some(callback) = self.life_callbacks.on_reconnecting.as_ref().filter(|_| !self.is_released()) {
            callback(&Context { connection: self, event: &event });
        }
    }

    /// Makes the next attempt, unless the connection was ended meanwhile.
    pub(super) fn attempt(self: &Arc<Self>) {
        if self.life.lock().phase != Phase::Reconnecting {
            return;
        }
        match self.next_options() {
            Ok(options) => {
                let schema = self.life.lock().schema.clone();
                let receiver =
                    Receiver::new(self.inbox.clone(), self.outbox.clone(), schema, options.max_message_bytes);
                let link = net::open(options, Box::new(receiver));
                self.outbox.set_link(link.clone());
                // It may have been ended on another thread, which found no link to close.
                if self.life.lock().phase != Phase::Reconnecting {
                    link.close();
                }
            }
            Err(error) => self.inbox.push(Incoming::Closed(Some(error))),
        }
    }

    /// The options of the next attempt: the token is a fresh one, or else the one that the host gave.
    fn next_options(&self) -> Result<LinkOptions> {
        let reconnector = self.reconnector.as_ref().expect("only a connection with a policy is made again");
        let mut options = reconnector.options.clone();
        // The schema is known, and was compared; rows that do not fit it any more end the connection.
        if !self.life.lock().fetching_schema {
            options.schema = FetchSchema::No;
        }
        match &reconnector.token_provider {
            Some(provider) => options.token = provider()?,
            None => options.token = options.token.or_else(|| self.life.lock().token.clone()),
        }
        options.token.as_deref().map_or(Ok(()), net::check_token)?;
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use hashbrown::HashSet;
    use parking_lot::Mutex;

    use super::*;
    use crate::call::{CallOptions, CallStatus};
    use crate::connection::builder::ConnectionBuilder;
    use crate::connection::outbox::Request;
    use crate::net::{Link, Protocol};

    fn unlinked() -> Arc<Connection> {
        let mut builder = ConnectionBuilder { fetch_schema: false, ..ConnectionBuilder::default() };
        builder.build_unlinked().0
    }

    /// The reducers of the calls that wait for the next link.
    fn waiting(connection: &Connection) -> Vec<String> {
        let reducer = |request| match request {
            Request::CallReducer { reducer, .. } => reducer.into_owned(),
            other => panic!("{other:?}"),
        };
        connection.outbox.take_waiting().into_iter().map(reducer).collect()
    }

    /// Calls, each of another reducer, that another thread makes while the link is lost: a call goes over the next link, or is
    /// told to be lost with this one.
    #[test]
    fn a_call_that_is_told_to_be_lost_is_not_made_on_the_next_link() {
        const CALLS: usize = 100;
        for round in 0..200 {
            let connection = unlinked();
            connection.outbox.set_link(Link::over());
            connection.outbox.open(Protocol::V2);
            let lost: Arc<Mutex<HashSet<String>>> = Arc::default();
            let (calls, told) = (connection.clone(), lost.clone());
            let calling = std::thread::spawn(move || {
                for number in 0..CALLS {
                    let (name, told) = (number.to_string(), told.clone());
                    let on_result = Box::new(move |context: &Context<'_>| {
                        let Event::Reducer(event) = context.event else { panic!("{:?}", context.event) };
                        assert_eq!(event.status, CallStatus::Disconnected);
                        assert!(told.lock().insert(event.reducer.clone()));
                    });
                    calls.call_reducer(&name, &[], CallOptions::default(), Some(on_result)).unwrap();
                }
            });
            while connection.calls.len() <= round % CALLS {
                std::hint::spin_loop();
            }
            connection.lose_requests();
            calling.join().unwrap();
            let (lost, waiting) = (lost.lock(), waiting(&connection));
            let both: Vec<_> = waiting.iter().filter(|name| lost.contains(*name)).collect();
            assert!(both.is_empty(), "{both:?} were told to be lost, and are made again");
            assert_eq!(lost.len() + waiting.len(), CALLS);
            assert_eq!(waiting.len(), connection.calls.len());
        }
    }

    #[test]
    fn a_call_whose_time_runs_out_while_it_waits_is_not_made() {
        let connection = unlinked();
        for (name, timeout) in [("first", Duration::ZERO), ("second", Duration::from_secs(3600))] {
            let options = CallOptions { timeout: Some(timeout), flags: None };
            connection.call_reducer(name, &[], options, None).unwrap();
        }
        assert!(connection.advance_one_message_blocking(None).unwrap(), "the first call's time runs out");
        assert_eq!((waiting(&connection), connection.calls.len()), (vec!["second".to_owned()], 1));
    }

    #[test]
    fn delays_double_up_to_the_most_less_a_random_part() {
        let policy = ReconnectPolicy {
            first_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(1),
            jitter_percent: 50,
            max_attempts: None,
        };
        let delays = |random| [1, 2, 3, 4, 5, 40, 1000].map(|attempt| policy.delay(attempt, random).as_millis());
        assert_eq!(delays(0), [100, 200, 400, 800, 1000, 1000, 1000]);
        for random in [1, 12_345, u64::MAX] {
            for (least, delay) in [50, 100, 200, 400, 500, 500, 500].into_iter().zip(delays(random)) {
                assert!((least..=2 * least).contains(&delay), "{delay} ms");
            }
        }
    }

    #[test]
    fn any_policy_has_delays() {
        let longest = Duration::MAX;
        let policy =
            ReconnectPolicy { first_delay: longest, max_delay: longest, jitter_percent: 100, max_attempts: None };
        let quick = ReconnectPolicy { first_delay: Duration::ZERO, jitter_percent: u32::MAX, ..policy };
        for random in [0, 1, u64::MAX] {
            assert!(policy.delay(u32::MAX, random) > Duration::from_secs(1 << 40));
            assert_eq!(quick.delay(3, random), Duration::ZERO);
        }
    }
}
