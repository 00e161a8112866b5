//! Counts of what a connection has done.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Connection;

/// Counts that the advancing thread keeps.
#[derive(Default)]
pub struct Counts {
    messages: AtomicU64,
    absent_deletes: AtomicU64,
    unexpected_answers: AtomicU64,
}

/// A snapshot of the counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Bytes sent to the host, WebSocket framing included.
    pub bytes_sent: u64,
    /// Bytes received, WebSocket framing included.
    pub bytes_received: u64,
    /// WebSocket messages sent.
    pub frames_sent: u64,
    /// WebSocket messages received.
    pub frames_received: u64,
    /// Messages of the host that were advanced.
    pub messages_advanced: u64,
    /// What has arrived and waits to be advanced.
    pub messages_waiting: u64,
    /// Deletes of rows that were not in the cache.
    pub absent_deletes: u64,
    /// Answers of the host for which nobody waited: what was asked had timed out, or was not asked.
    pub unexpected_answers: u64,
    /// Calls that wait for the host's answer.
    pub calls_pending: u64,
    /// Subscriptions that have not ended.
    pub subscriptions: u64,
    /// Distinct rows in the cache.
    pub rows_cached: u64,
}

impl Counts {
    pub(super) fn add_message(&self) {
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_unexpected_answer(&self) {
        self.unexpected_answers.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_absent_deletes(&self, deletes: u64) {
        self.absent_deletes.fetch_add(deletes, Ordering::Relaxed);
    }
}

impl Stats {
    pub(super) fn gather(connection: &Connection) -> Self {
        let link = connection.outbox.counters();
        Stats {
            bytes_sent: link.bytes_sent,
            bytes_received: link.bytes_received,
            frames_sent: link.frames_sent,
            frames_received: link.frames_received,
            messages_advanced: connection.counts.messages.load(Ordering::Relaxed),
            messages_waiting: connection.inbox.len() as u64,
            absent_deletes: connection.counts.absent_deletes.load(Ordering::Relaxed),
            unexpected_answers: connection.counts.unexpected_answers.load(Ordering::Relaxed),
            calls_pending: connection.calls.len() as u64,
            subscriptions: connection.subscriptions.len() as u64,
            rows_cached: connection
                .cache
                .tables
                .read(|cache| cache.tables().iter().map(|table| table.len() as u64).sum()),
        }
    }
}
