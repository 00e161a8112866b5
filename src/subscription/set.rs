//! The subscriptions of a connection.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use parking_lot::Mutex;

use super::Subscription;
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED};

/// The subscriptions that have not ended, by query id. Any thread.
#[derive(Default)]
pub struct Subscriptions {
    live: Mutex<Live>,
}

#[derive(Default)]
struct Live {
    /// A subscription whose queries are being replaced is there twice.
    by_id: HashMap<u32, Arc<Subscription>>,
    /// Query sets that were replaced, or were to replace one whose subscription has ended, until the host has confirmed
    /// their end: what it says of them does not count.
    replaced: HashSet<u32>,
    ended: bool,
}

impl Subscriptions {
    /// Adds one under the number of a query set. Returns `STDB_ERR_DISCONNECTED` once the connection has ended.
    pub fn add(&self, query_id: u32, subscription: Arc<Subscription>) -> Result<()> {
        let mut live = self.live.lock();
        if live.ended {
            drop(live);
            return Err(Error::new(STDB_ERR_DISCONNECTED, "the connection has ended"));
        }
        live.by_id.insert(query_id, subscription);
        Ok(())
    }

    /// The one of that number.
    pub fn get(&self, query_id: u32) -> Option<Arc<Subscription>> {
        self.live.lock().by_id.get(&query_id).cloned()
    }

    /// Takes the one of that number out.
    pub fn take(&self, query_id: u32) -> Option<Arc<Subscription>> {
        self.live.lock().by_id.remove(&query_id)
    }

    /// A query set was replaced by another of the same subscription.
    pub fn set_replaced(&self, query_id: u32) {
        let mut live = self.live.lock();
        live.by_id.remove(&query_id);
        live.replaced.insert(query_id);
    }

    /// Whether a query set was replaced and the host has not confirmed its end.
    pub fn is_replaced(&self, query_id: u32) -> bool {
        self.live.lock().replaced.contains(&query_id)
    }

    /// Whether any query set was replaced of which the host has not confirmed the end.
    pub fn any_is_replaced(&self) -> bool {
        !self.live.lock().replaced.is_empty()
    }

    /// The host has confirmed the end of a query set that was replaced; `false` when it was not.
    pub fn end_replaced(&self, query_id: u32) -> bool {
        self.live.lock().replaced.remove(&query_id)
    }

    /// All, oldest first.
    pub fn all(&self) -> Vec<Arc<Subscription>> {
        sorted(self.live.lock().by_id.values().cloned().collect())
    }

    /// Takes all out, oldest first.
    pub fn take_all(&self) -> Vec<Arc<Subscription>> {
        sorted(std::mem::take(&mut self.live.lock().by_id).into_values().collect())
    }

    /// Takes those out that have rows in the cache; where none has, all. Oldest first.
    pub fn take_with_rows_or_all(&self) -> Vec<Arc<Subscription>> {
        let mut live = self.live.lock();
        if !live.by_id.values().any(|subscription| subscription.has_rows()) {
            return sorted(std::mem::take(&mut live.by_id).into_values().collect());
        }
        let with_rows = live.by_id.extract_if(|_, subscription| subscription.has_rows());
        sorted(with_rows.map(|(_, subscription)| subscription).collect())
    }

    /// The host knows of none any more, and is to be asked for those that go on under their first numbers.
    pub fn lose_link(&self) {
        let mut live = self.live.lock();
        live.replaced.clear();
        live.by_id.retain(|query_id, subscription| subscription.query_id() == *query_id);
    }

    /// Takes all out, oldest first; none can be added from then on.
    pub fn end(&self) -> Vec<Arc<Subscription>> {
        self.live.lock().ended = true;
        self.take_all()
    }

    /// Whether any has rows in the cache.
    pub fn any_has_rows(&self) -> bool {
        self.live.lock().by_id.values().any(|subscription| subscription.has_rows())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Subscriptions in the order of their numbers, each once.
fn sorted(mut subscriptions: Vec<Arc<Subscription>>) -> Vec<Arc<Subscription>> {
    subscriptions.sort_by_key(|subscription| subscription.query_id());
    subscriptions.dedup_by(|a, b| Arc::ptr_eq(a, b));
    subscriptions
}
