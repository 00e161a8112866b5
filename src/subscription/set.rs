//! The subscriptions of a connection.

use std::sync::Arc;

use hashbrown::HashMap;
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
    by_id: HashMap<u32, Arc<Subscription>>,
    ended: bool,
}

impl Subscriptions {
    /// Adds one. Returns `STDB_ERR_DISCONNECTED` once the connection has ended.
    pub fn add(&self, subscription: Arc<Subscription>) -> Result<()> {
        let mut live = self.live.lock();
        if live.ended {
            drop(live);
            return Err(Error::new(STDB_ERR_DISCONNECTED, "the connection has ended"));
        }
        live.by_id.insert(subscription.query_id(), subscription);
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

    /// Takes all out, oldest first.
    pub fn take_all(&self) -> Vec<Arc<Subscription>> {
        let taken = std::mem::take(&mut self.live.lock().by_id);
        let mut subscriptions: Vec<_> = taken.into_values().collect();
        subscriptions.sort_by_key(|subscription| subscription.query_id());
        subscriptions
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
        self.live.lock().by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
