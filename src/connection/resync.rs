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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use parking_lot::Mutex;

    use crate::cache::delta::{HeldRows, TableDelta};
    use crate::cache::holders::HOST;
    use crate::connection::Connection;
    use crate::connection::advance::Budget;
    use crate::connection::builder::ConnectionBuilder;
    use crate::connection::callbacks::EventFn;
    use crate::connection::context::{Context, Event};
    use crate::connection::inbox::Incoming;
    use crate::connection::message::{Delivery, Message};
    use crate::ffi::testing::row_bytes;
    use crate::net::{LinkHandler, Opened, Protocol};
    use crate::subscription::SubscriptionCallbacks;
    use crate::wire::RowList;

    /// A connection whose link was lost, with a subscription for each of these rows of the table `t`; and what it is told.
    struct Lost {
        connection: Arc<Connection>,
        sets: Vec<u32>,
        told: Arc<Mutex<Vec<String>>>,
    }

    impl Lost {
        fn new(protocol: Protocol, rows: &'static [u8]) -> Self {
            let mut builder = ConnectionBuilder { fetch_schema: false, ..ConnectionBuilder::default() };
            let (connection, mut receiver) = builder.build_unlinked();
            receiver.opened(Opened { protocol }).unwrap();
            let subscribe = |row: &u8| {
                let mut callbacks = SubscriptionCallbacks::default();
                let query_id = connection.subscribe(vec![row.to_string()], &mut callbacks).unwrap().query_id();
                connection.inbox.push(subscribed(query_id, *row));
                query_id
            };
            let sets = rows.iter().map(subscribe).collect();
            let lost = Lost { connection, sets, told: Arc::default() };
            lost.advance();
            lost.connection.subscriptions.all().iter().for_each(|subscription| assert!(!subscription.lost()));
            lost.connection.outbox.lose_link();
            lost.connection.begin_resync();
            lost.listen();
            lost
        }

        fn listen(&self) {
            for table in ["t", "events"] {
                let handle = self.connection.table(table).unwrap();
                let told = self.told.clone();
                let insert = move |_: &Context<'_>, row| told.lock().push(format!("{table} + {:?}", row_bytes(row)));
                handle.on_insert(Box::new(insert)).unwrap();
                let told = self.told.clone();
                let delete = move |_: &Context<'_>, row| told.lock().push(format!("{table} - {:?}", row_bytes(row)));
                handle.on_delete(Box::new(delete)).unwrap();
            }
            let told = self.told.clone();
            let transaction = move |context: &Context<'_>| {
                let is_difference = matches!(context.event, Event::Reconnected);
                told.lock().push(if is_difference { "difference" } else { "transaction" }.into());
            };
            self.connection.callbacks.add::<EventFn>(Box::new(transaction), |set| &mut set.transaction);
        }

        fn hear(&self, incoming: Incoming) -> Vec<String> {
            self.connection.inbox.push(incoming);
            self.advance();
            std::mem::take(&mut self.told.lock())
        }

        fn advance(&self) {
            self.connection.frame_tick(Budget::default()).unwrap();
        }
    }

    fn list(holder: u32, rows: &'static [u8]) -> HeldRows {
        HeldRows { holder, rows: RowList::with_fixed_size(1, Bytes::from_static(rows)).unwrap() }
    }

    /// The answer to a subscription: a row of `t`.
    fn subscribed(query_id: u32, row: u8) -> Incoming {
        let rows = RowList::with_fixed_size(1, Bytes::copy_from_slice(&[row])).unwrap();
        let inserts = vec![HeldRows { holder: query_id, rows }];
        let deltas = vec![TableDelta::new("t".into(), None, Vec::new(), inserts)];
        Incoming::Message(Message::Subscribed { query_id, deltas })
    }

    fn transaction(set: u32, deltas: Vec<TableDelta>) -> Incoming {
        Incoming::Message(Message::Transaction { rows: Delivery { deltas, sets: vec![set] } })
    }

    #[test]
    fn events_that_come_before_all_is_answered_are_told_after_the_difference() {
        let lost = Lost::new(Protocol::V2, &[1, 2]);
        assert!(lost.hear(subscribed(lost.sets[0], 7)).is_empty());
        let mut events = TableDelta::new("events".into(), None, Vec::new(), Vec::new());
        events.events = vec![list(HOST, &[5, 5])];
        assert!(lost.hear(transaction(lost.sets[0], vec![events])).is_empty());
        // What changes the cache meanwhile is part of the difference.
        let inserts = TableDelta::new("t".into(), None, vec![list(lost.sets[0], &[7])], vec![list(lost.sets[0], &[8])]);
        assert!(lost.hear(transaction(lost.sets[0], vec![inserts])).is_empty());
        let told = lost.hear(subscribed(lost.sets[1], 2));
        assert_eq!(told, ["t + [8]", "t - [1]", "difference", "events + [5]", "events + [5]", "transaction"]);
    }

    #[test]
    fn deletes_of_absent_rows_are_counted() {
        let lost = Lost::new(Protocol::V2, &[1, 2]);
        lost.hear(subscribed(lost.sets[0], 1));
        let deletes = TableDelta::new("t".into(), None, vec![list(lost.sets[0], &[2])], Vec::new());
        lost.hear(transaction(lost.sets[0], vec![deletes]));
        assert_eq!(lost.connection.stats().absent_deletes, 1, "the kept rows are not those of the host");
        assert_eq!(lost.hear(subscribed(lost.sets[1], 2)), ["difference"]);
    }

    #[test]
    fn a_query_set_that_ends_before_all_are_answered_has_no_rows() {
        let lost = Lost::new(Protocol::V2, &[1, 2]);
        lost.hear(subscribed(lost.sets[0], 7));
        let query_id = Some(lost.sets[0]);
        lost.hear(Incoming::Message(Message::SubscriptionFailed { query_id, error: "no".into() }));
        assert_eq!(lost.hear(subscribed(lost.sets[1], 2)), ["t - [1]", "difference"]);
    }

    #[test]
    fn the_end_of_all_subscriptions_ends_the_comparison() {
        let lost = Lost::new(Protocol::V1, &[1, 2]);
        let told = lost.hear(Incoming::Message(Message::SubscriptionFailed { query_id: None, error: "no".into() }));
        assert_eq!(told, ["t - [1]", "t - [2]", "difference"]);
        assert_eq!((lost.connection.stats().subscriptions, lost.connection.stats().rows_cached), (0, 0));
    }

    #[test]
    fn a_comparison_that_is_given_up_tells_events_and_no_rows() {
        let lost = Lost::new(Protocol::V2, &[1, 2]);
        lost.hear(subscribed(lost.sets[0], 7));
        let mut events = TableDelta::new("events".into(), None, Vec::new(), Vec::new());
        events.events = vec![list(HOST, &[5])];
        lost.hear(transaction(lost.sets[0], vec![events]));
        lost.connection.cache.tables.own().unwrap();
        lost.connection.give_up_resync();
        lost.connection.cache.tables.disown();
        assert_eq!(*lost.told.lock(), ["events + [5]", "transaction"]);
        assert_eq!(lost.connection.stats().rows_cached, 2);
    }
}
