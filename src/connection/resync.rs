//! After a reconnect: the cache that was kept becomes what the host says now, and only real differences are told.
//!
//! Until every subscription has been answered anew, what the host says goes into a second cache, and whoever reads sees the
//! kept one. Then the two are compared, and the kept cache becomes the new one in a single change.

use std::sync::Arc;

use hashbrown::HashSet;

use super::Connection;
use super::apply::{Completion, Work};
use super::context::{Context, Event};
use crate::cache::Cache;
use crate::cache::change::TablePlan;
use crate::cache::delta::TableDelta;
use crate::subscription::Subscription;

/// The state of a comparison.
pub(super) struct Resync {
    /// What the host has said since.
    cache: Cache,
    /// The query sets that were asked for and not answered.
    awaited: HashSet<u32>,
    /// What was said and is to be told once the caches are one again, with what of it does not go by the cache.
    told: Vec<(Work, Told)>,
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

impl Resync {
    /// Applies what the host said, and keeps what is to be told of it. Gives the tables of which rows were deleted that
    /// were not there, with how many.
    pub fn add(&mut self, mut work: Work, told: Told) -> Vec<(Arc<str>, u64)> {
        let events: Vec<_> = work.deltas.iter_mut().filter_map(TableDelta::take_events).collect();
        // What became of the cache is part of the difference, which is told as one.
        let transaction = told.transaction && !events.is_empty();
        work.add_tables(&mut self.cache);
        let plans = work.plan(&self.cache);
        let absent = plans.iter().filter_map(|plan| plan.absent_deletes(&self.cache)).collect();
        plans.into_iter().for_each(|plan| drop(plan.apply(&mut self.cache)));
        self.told.push((Work::of(events), Told { transaction, ..told }));
        absent
    }
}

impl Connection {
    /// Asks the host for every subscription again and begins to compare.
    pub(super) fn begin_resync(self: &Arc<Self>) {
        let link = self.link_number();
        let (given_up, asked): (Vec<_>, Vec<_>) =
            self.subscriptions.all().into_iter().partition(|subscription| subscription.is_given_up_before(link));
        let awaited = asked.iter().map(|subscription| subscription.query_id()).collect();
        let cache = self.cache.tables.read(Cache::with_same_tables);
        let told = given_up.into_iter().map(|subscription| (Work::default(), self.give_up(subscription))).collect();
        *self.resync.lock() = Some(Resync { cache, awaited, told });
        for subscription in &asked {
            self.send_subscribe(subscription);
        }
    }

    /// A subscription that was given up while there was no link: its rows go with the difference.
    fn give_up(&self, subscription: Arc<Subscription>) -> Told {
        self.subscriptions.take(subscription.query_id());
        let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.call(subscription.unsubscribed(), context);
        };
        Told { event: Event::UnsubscribeApplied, complete: Box::new(complete), transaction: false }
    }

    /// A query set was answered; without a number, all were. When it was the last, the caches become one again.
    pub(super) fn resynced(self: &Arc<Self>, query_id: Option<u32>) {
        if let Some(resync) = &mut *self.resync.lock() {
            resync.awaited.retain(|awaited| query_id.is_some_and(|query_id| *awaited != query_id));
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
        for (work, told) in resync.told {
            self.apply_told(work, told);
        }
    }

    /// Gives a comparison up, since the connection was lost again. What was to be told is, but for what became of the cache:
    /// subscriptions are not applied, since their rows are not there.
    pub(super) fn give_up_resync(self: &Arc<Self>) {
        let Some(resync) = self.resync.lock().take() else { return };
        for (work, told) in resync.told.into_iter().filter(|(_, told)| !matches!(told.event, Event::SubscribeApplied)) {
            self.apply_told(work, told);
        }
    }
}
