//! After a reconnect: the cache that was kept becomes what the host says now, and only real differences are told.
//!
//! Until every subscription has been answered anew, what the host says goes into a second cache, and whoever reads sees the
//! kept one. Then the two are compared, and the kept cache becomes the new one in a single change.

use std::sync::Arc;

use hashbrown::HashSet;

use super::Connection;
use super::apply::Completion;
use super::context::Event;
use crate::cache::Cache;
use crate::cache::change::TablePlan;

/// The state of a comparison.
pub(super) struct Resync {
    /// What the host has said since.
    pub cache: Cache,
    /// The query sets that were asked for and not answered.
    awaited: HashSet<u32>,
    /// What was said and is to be told once the caches are one again.
    pub told: Vec<Told>,
}

/// Something that callbacks are told.
pub(super) struct Told {
    /// What happened.
    pub event: Event,
    /// What is called after the row callbacks.
    pub complete: Completion,
    /// Whether the transaction callbacks run.
    pub transaction: bool,
}

impl Connection {
    /// Asks the host for every subscription again and begins to compare.
    pub(super) fn begin_resync(self: &Arc<Self>) {
        let subscriptions = self.subscriptions.all();
        let awaited = subscriptions.iter().map(|subscription| subscription.query_id()).collect();
        let cache = self.cache.tables.read(Cache::with_same_tables);
        *self.resync.lock() = Some(Resync { cache, awaited, told: Vec::new() });
        for subscription in &subscriptions {
            self.send_subscribe(subscription);
        }
    }

    /// A query set was answered. When it was the last, the caches become one again.
    pub(super) fn resynced(self: &Arc<Self>, query_id: u32) {
        if let Some(resync) = &mut *self.resync.lock() {
            resync.awaited.remove(&query_id);
        }
        self.end_resync();
    }

    /// Makes the caches one, unless an answer is still awaited.
    pub(super) fn end_resync(self: &Arc<Self>) {
        let Some(resync) = self.resync.lock().take_if(|resync| resync.awaited.is_empty()) else { return };
        let tables = resync.cache.into_tables();
        self.cache.tables.change(|cache| {
            tables.iter().for_each(|table| {
                cache.position_or_add(table.name());
            });
        });
        // Both caches have the same tables at the same positions.
        let plans: Vec<TablePlan> = self.cache.tables.read(|cache| {
            let tables = tables.into_iter().enumerate();
            tables.map(|(position, table)| TablePlan::becoming(cache, position, Box::new(table))).collect()
        });
        let reconnected = Told { event: Event::Reconnected, complete: Box::new(|_, _| {}), transaction: true };
        self.apply_plans(plans, reconnected);
        for told in resync.told {
            self.apply_plans(Vec::new(), told);
        }
    }

    /// Gives a comparison up, since the connection was lost again. What was to be told of it still is, but for rows.
    pub(super) fn give_up_resync(self: &Arc<Self>) {
        let Some(resync) = self.resync.lock().take() else { return };
        for told in resync.told {
            self.apply_plans(Vec::new(), Told { transaction: false, ..told });
        }
    }
}
