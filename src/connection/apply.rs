//! Applying a message to the cache and running the callbacks of its rows.

use std::sync::Arc;

use super::Connection;
use super::callbacks::{Batch, CallbackSet};
use super::context::{Context, Event};
use super::resync::Told;
use crate::cache::change::{TableChange, TablePlan};
use crate::cache::delta::TableDelta;
use crate::cache::holders::Holder;
use crate::cache::store::Slot;
use crate::cache::{Cache, RowRef};
use crate::wire::RowList;

/// What a message does to the cache.
#[derive(Default)]
pub(super) struct Work {
    /// Rows that come and go.
    pub deltas: Vec<TableDelta>,
    /// A query set that holds nothing from then on; rows that only it held go.
    pub ended: Option<Holder>,
    /// Whether all rows go.
    pub clears: bool,
}

impl Work {
    /// Rows that come and go.
    pub fn of(deltas: Vec<TableDelta>) -> Self {
        Work { deltas, ..Work::default() }
    }

    /// Whether the cache has all tables.
    fn knows_tables(&self, connection: &Connection) -> bool {
        let is_there = |delta: &TableDelta, cache: &Cache| cache.position(&delta.table).is_some();
        connection.cache.tables.read(|cache| self.deltas.iter().all(|delta| is_there(delta, cache)))
    }

    /// Adds the tables to a cache that it does not know yet, as happens without a schema.
    pub(super) fn add_tables(&self, cache: &mut Cache) {
        self.deltas.iter().for_each(|delta| {
            cache.position_or_add(&delta.table);
        });
    }

    /// Works out what is changed, table by table in the schema's order.
    pub(super) fn plan(self, cache: &Cache) -> Vec<TablePlan> {
        let Work { deltas, ended, clears } = self;
        let placed = |delta: TableDelta| (cache.position(&delta.table).expect("the table was added"), delta);
        let mut deltas: Vec<_> = deltas.into_iter().map(placed).collect();
        deltas.sort_by_key(|(position, _)| *position);
        if ended.is_none() && !clears {
            return deltas.into_iter().map(|(position, delta)| TablePlan::new(cache, position, delta)).collect();
        }
        let mut deltas = deltas.into_iter().peekable();
        let plan = |position| match (ended, deltas.next_if(|(at, _)| *at == position)) {
            (_, Some((_, delta))) => TablePlan::replacing(cache, position, delta, ended),
            (Some(ended), None) => TablePlan::without(cache, position, ended),
            (None, None) => TablePlan::to_empty(cache, position),
        };
        (0..cache.tables().len()).map(plan).collect()
    }
}

/// What is called when a message was applied and its row callbacks have run.
pub(super) type Completion = Box<dyn FnOnce(&Arc<Connection>, &Context<'_>) + Send>;

impl Connection {
    /// Applies a message and runs its callbacks. `transaction` says whether the transaction callbacks are among them.
    ///
    /// While the cache is being compared with what the host says after a reconnect, nothing is told until that is done.
    pub(super) fn apply(self: &Arc<Self>, mut work: Work, event: Event, complete: Completion, transaction: bool) {
        if self.subscriptions.any_is_replaced() {
            work.deltas.iter_mut().for_each(|delta| delta.forget(|set| self.subscriptions.is_replaced(set)));
        }
        let told = Told { event, complete, transaction };
        let mut resync = self.resync.lock();
        match &mut *resync {
            Some(comparing) => {
                let absent = comparing.add(work, told);
                drop(resync);
                self.report_absent(absent);
            }
            None => {
                drop(resync);
                self.apply_told(work, told);
            }
        }
    }

    /// Applies a message to the cache and tells of it.
    pub(super) fn apply_told(self: &Arc<Self>, work: Work, told: Told) {
        if !work.knows_tables(self) {
            self.cache.tables.change(|cache| work.add_tables(cache));
        }
        let plans = self.cache.tables.read(|cache| work.plan(cache));
        self.apply_plans(plans, told);
    }

    /// Applies plans and tells of them.
    pub(super) fn apply_plans(self: &Arc<Self>, plans: Vec<TablePlan>, told: Told) {
        let absent =
            self.cache.tables.read(|cache| plans.iter().filter_map(|plan| plan.absent_deletes(cache)).collect());
        self.report_absent(absent);
        let callbacks = self.callbacks.snapshot();
        let context = Context { connection: self, event: &told.event };
        self.tell_before_delete(&plans, &callbacks, &context);
        let changes = self.change(plans);
        for change in &changes {
            self.tell_change(change, &callbacks, &context);
        }
        (told.complete)(self, &context);
        if told.transaction {
            self.run(&callbacks.transaction, |callback| callback(&context));
        }
    }

    fn report_absent(self: &Arc<Self>, tables: Vec<(Arc<str>, u64)>) {
        for (table, absent) in tables {
            self.counts.add_absent_deletes(absent);
            let message = format!("table `{table}`: the host deleted {absent} rows that were not in the cache");
            self.log(log::Level::Warn, &message);
        }
    }

    fn change(&self, plans: Vec<TablePlan>) -> Vec<TableChange> {
        if plans.is_empty() {
            return Vec::new();
        }
        // The advancing call looked for a guard of this thread before, and none can be taken inside callbacks.
        self.cache.tables.change(|cache| plans.into_iter().map(|plan| plan.apply(cache)).collect())
    }

    fn tell_before_delete(&self, plans: &[TablePlan], callbacks: &CallbackSet, context: &Context<'_>) {
        for plan in plans {
            let name = self.table_name(plan.table());
            let Some(callbacks) = callbacks.tables.get(&name).filter(|table| !table.before_delete.is_empty()) else {
                continue;
            };
            let rows = self.cache.tables.read(|cache| plan.rows_to_delete(cache));
            for row in rows {
                self.run(&callbacks.before_delete, |callback| callback(context, row));
            }
        }
    }

    fn tell_change(&self, change: &TableChange, callbacks: &CallbackSet, context: &Context<'_>) {
        let name = self.table_name(change.table);
        let Some(callbacks) = callbacks.tables.get(&name).filter(|_| !change.is_empty()) else { return };
        if !callbacks.insert.is_empty() {
            self.for_each_row(change.table, &change.inserted, |row| {
                self.run(&callbacks.insert, |callback| callback(context, row));
            });
            change.events.iter().flat_map(RowList::iter).map(RowRef::of).for_each(|row| {
                self.run(&callbacks.insert, |callback| callback(context, row));
            });
        }
        if !callbacks.delete.is_empty() {
            change.deleted.iter().map(RowRef::of).for_each(|row| {
                self.run(&callbacks.delete, |callback| callback(context, row));
            });
        }
        if !callbacks.update.is_empty() {
            let mut outdated = change.outdated.iter().map(RowRef::of);
            self.for_each_row(change.table, &change.updated, |new| {
                let Some(old) = outdated.next() else { return };
                self.run(&callbacks.update, |callback| callback(context, old, new));
            });
        }
        if !callbacks.batch.is_empty() {
            let batch = self.batch_of(change);
            self.run(&callbacks.batch, |callback| callback(context, &batch));
        }
    }

    fn table_name(&self, table: usize) -> Arc<str> {
        self.cache.tables.read(|cache| cache.table(table).name().clone())
    }

    /// Does something with the rows in slots: a block of them is looked up, and then it is done.
    fn for_each_row(&self, table: usize, slots: &[Slot], mut work: impl FnMut(RowRef)) {
        const BLOCK: usize = 256;
        let mut rows = Vec::with_capacity(BLOCK.min(slots.len()));
        for slots in slots.chunks(BLOCK) {
            self.cache.tables.read(|cache| {
                let table = cache.table(table);
                rows.extend(slots.iter().map(|slot| RowRef::of(table.row(*slot))));
            });
            rows.drain(..).for_each(&mut work);
        }
    }

    fn batch_of(&self, change: &TableChange) -> Batch {
        self.cache.tables.read(|cache| {
            let table = cache.table(change.table);
            let row = |slot: &Slot| RowRef::of(table.row(*slot));
            let events = change.events.iter().flat_map(RowList::iter).map(RowRef::of);
            Batch {
                inserted: change.inserted.iter().map(row).chain(events).collect(),
                deleted: change.deleted.iter().map(RowRef::of).collect(),
                updated: change.outdated.iter().map(RowRef::of).zip(change.updated.iter().map(row)).collect(),
            }
        })
    }
}
