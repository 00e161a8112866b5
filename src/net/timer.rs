//! Timers of the reactor: what is due when.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Something to run once, on the reactor's thread.
pub(super) type Action = Box<dyn FnOnce() + Send>;

/// What a timer is for.
pub(super) enum Due {
    /// A session asked to be looked at.
    Session(usize),
    /// An action of [`after`](super::after).
    Action(Action),
}

/// Timers in the order they fall due; those of one instant in the order they were set.
#[derive(Default)]
pub(super) struct Timers {
    waiting: BTreeMap<(Instant, u64), Due>,
    count: u64,
    actions: usize,
}

impl Timers {
    pub(super) fn set(&mut self, when: Instant, due: Due) {
        self.count += 1;
        self.actions += usize::from(matches!(due, Due::Action(_)));
        self.waiting.insert((when, self.count), due);
    }

    /// Takes the next timer that has fallen due by `now`, and when it was to.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(Instant, Due)> {
        let first = self.waiting.first_entry()?;
        let when = first.key().0;
        if when > now {
            return None;
        }
        let due = first.remove();
        self.actions -= usize::from(matches!(due, Due::Action(_)));
        Some((when, due))
    }

    /// How long to wait for the next timer; `None` when there is none.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        self.waiting.first_key_value().map(|((when, _), _)| when.saturating_duration_since(now))
    }

    /// Whether an action waits; a session's timer may outlive its session.
    pub(super) fn has_actions(&self) -> bool {
        self.actions > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fall_due_in_order() {
        let start = Instant::now();
        let mut timers = Timers::default();
        assert!(timers.wait(start).is_none());
        for (delay, session) in [(30, 3), (10, 1), (10, 2)] {
            timers.set(start + Duration::from_millis(delay), Due::Session(session));
        }
        assert_eq!(timers.wait(start), Some(Duration::from_millis(10)));
        assert!(timers.take_due(start).is_none());
        let late = start + Duration::from_secs(1);
        let order: Vec<_> = std::iter::from_fn(|| timers.take_due(late))
            .map(|(_, due)| if let Due::Session(session) = due { session } else { 0 })
            .collect();
        assert_eq!(order, [1, 2, 3]);
        timers.set(start, Due::Action(Box::new(|| {})));
        assert!(timers.has_actions());
        assert!(timers.take_due(late).is_some());
        assert!(!timers.has_actions());
    }
}
