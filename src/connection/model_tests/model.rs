//! The model: what the cache must hold and which callbacks must run, by the plainest means there are.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use super::message::{Carrier, Hex, Message, Name, QueryUpdate, Row, TableUpdate};
use super::rows;
use crate::schema::{Schema, TableSchema};

/// A callback that ran, or must run, with the rows it was given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    BeforeDelete(Name, Row),
    Insert(Name, Row),
    Delete(Name, Row),
    Update(Name, Row, Row),
    Batch(Name, Change),
    /// A subscription's or a reducer's own callback.
    Completion(String),
    Transaction,
}

/// What a message changes in a table.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub inserted: Vec<Row>,
    pub deleted: Vec<Row>,
    /// Old and new rows.
    pub updated: Vec<(Row, Row)>,
}

/// What the cache must hold.
#[derive(Clone)]
pub struct Model {
    schema: Option<Arc<Schema>>,
    /// In the schema's order; without a schema, in the order in which they first came.
    pub tables: Vec<Table>,
    pub absent_deletes: u64,
    /// The subscriptions of v1 that have not ended.
    pub subscriptions: BTreeSet<u32>,
    /// Query sets of which the host may still say something that does not count.
    pub ignored: BTreeSet<u32>,
    /// Primary keys of which several rows went with a query set, so that each may have become the new one.
    pub ambiguous: BTreeSet<(Name, Vec<u8>)>,
}

/// The rows of a table, each with how often it was delivered.
#[derive(Clone)]
pub struct Table {
    pub name: Name,
    /// By all query sets together.
    pub rows: BTreeMap<Row, u64>,
    /// By each.
    held: BTreeMap<u32, BTreeMap<Row, u64>>,
}

/// What a message means besides the rows that it has.
#[derive(Default)]
pub struct Effect {
    /// Whose own callbacks run.
    pub completions: Vec<String>,
    /// The query set that holds nothing any more.
    pub ended: Option<u32>,
    /// Whether all rows go.
    pub clears: bool,
    pub is_transaction: bool,
}

/// What a message does to the rows of a table, in the order of the message: query sets, and rows.
#[derive(Default)]
struct Gathered {
    deletes: Vec<(u32, Row)>,
    inserts: Vec<(u32, Row)>,
    events: Vec<(u32, Row)>,
}

/// How many rows of each kind are printed of a batch.
const MOST_PRINTED: usize = 20;

impl Model {
    pub fn new(schema: Option<Arc<Schema>>) -> Self {
        let tables = schema.iter().flat_map(|schema| &schema.tables);
        let tables = tables.map(|table| Table::new(table.name.clone())).collect();
        let (subscriptions, ignored, ambiguous) = Default::default();
        Model { schema, tables, absent_deletes: 0, subscriptions, ignored, ambiguous }
    }

    /// What the schema says of a table.
    pub fn schema_of(&self, table: &str) -> Option<&TableSchema> {
        self.schema.as_ref()?.table(table)
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> Option<&BTreeMap<Row, u64>> {
        self.tables.iter().find(|other| &*other.name == table).map(|table| &table.rows)
    }

    /// The rows of a table that a query set holds.
    pub fn rows_of_set(&self, table: &str, set: u32) -> Option<&BTreeMap<Row, u64>> {
        self.tables.iter().find(|other| &*other.name == table)?.held.get(&set)
    }

    /// The primary key of a row of a table that has one.
    pub fn key_of<'a>(&self, table: &str, row: &'a [u8]) -> Option<&'a [u8]> {
        let table = self.schema_of(table)?;
        Some(rows::column(table, row, table.primary_key?))
    }

    /// Does what a message of v1 says. Returns the callbacks that must run, in order.
    pub fn apply(&mut self, message: &Message) -> Vec<Event> {
        let had_subscriptions = !self.subscriptions.is_empty();
        let completions = self.complete(message.carrier);
        let is_error = message.carrier.is_subscription_error();
        let clears = is_error && had_subscriptions && self.subscriptions.is_empty();
        let is_transaction = match message.carrier {
            Carrier::SubscriptionFailed(_) => had_subscriptions,
            Carrier::ReducerFailed => false,
            _ => true,
        };
        self.take(&message.tables, Effect { completions, ended: None, clears, is_transaction })
    }

    /// Takes the rows of a message, and what else it means. Returns the callbacks that must run, in order.
    pub fn take(&mut self, update: &[TableUpdate], effect: Effect) -> Vec<Event> {
        let changes = if effect.clears { self.empty() } else { self.change(update, effect.ended) };
        let mut events = Vec::new();
        for (name, change) in &changes {
            events.extend(change.deleted.iter().map(|row| Event::BeforeDelete(name.clone(), row.clone())));
        }
        for (name, change) in changes {
            change.tell(&name, &mut events);
        }
        events.extend(effect.completions.into_iter().map(Event::Completion));
        events.extend(effect.is_transaction.then_some(Event::Transaction));
        events
    }

    /// What the carrier does to the subscriptions. Returns whose callbacks run.
    fn complete(&mut self, carrier: Carrier) -> Vec<String> {
        let ended = match carrier {
            Carrier::Subscribed(query_id) => {
                self.subscriptions.insert(query_id);
                return vec![format!("applied {query_id}")];
            }
            Carrier::Unsubscribed(query_id) => {
                self.subscriptions.remove(&query_id);
                return vec![format!("unsubscribed {query_id}")];
            }
            Carrier::Reducer | Carrier::ReducerFailed => return vec!["reducer".into()],
            Carrier::Light | Carrier::OfSets(_) => return Vec::new(),
            Carrier::SubscriptionFailed(Some(query_id)) => self.subscriptions.take(&query_id).into_iter().collect(),
            Carrier::SubscriptionFailed(None) => std::mem::take(&mut self.subscriptions),
        };
        ended.iter().map(|query_id| format!("failed {query_id}")).collect()
    }

    fn change(&mut self, update: &[TableUpdate], ended: Option<u32>) -> Vec<(Name, Change)> {
        for TableUpdate { table: name, .. } in update {
            if self.rows(name).is_none() {
                self.tables.push(Table::new(name.clone()));
            }
        }
        let mut changes = Vec::new();
        for table in &mut self.tables {
            let gathered = Gathered::of(update, &table.name);
            let (mut change, absent) = table.change(&gathered, ended, &self.ignored);
            self.absent_deletes += absent;
            if let Some(known) = self.schema.as_ref().and_then(|schema| schema.table(&table.name)) {
                let ambiguous = change.pair(known);
                if ended.is_some() {
                    self.ambiguous.extend(ambiguous.into_iter().map(|key| (table.name.clone(), key)));
                }
            }
            let events = gathered.events.into_iter().filter(|(set, _)| !self.ignored.contains(set));
            change.inserted.extend(events.map(|(_, row)| row));
            changes.push((table.name.clone(), change));
        }
        changes
    }

    /// Puts its primary key in the place of a row that went, where any of several may have become the new one.
    pub fn blur(&self, event: &mut Event) {
        let blur = |name: &Name, row: &mut Row| {
            if let Some(key) = self.key_of(name, row).map(<[u8]>::to_vec)
                && self.ambiguous.contains(&(name.clone(), key.clone()))
            {
                *row = key;
            }
        };
        match event {
            Event::BeforeDelete(name, row) | Event::Delete(name, row) | Event::Update(name, row, _) => blur(name, row),
            Event::Batch(name, change) => {
                let updated = change.updated.iter_mut().map(|(old, _)| old);
                change.deleted.iter_mut().chain(updated).for_each(|row| blur(name, row));
            }
            Event::Insert(..) | Event::Completion(_) | Event::Transaction => {}
        }
    }

    /// Takes all rows away.
    fn empty(&mut self) -> Vec<(Name, Change)> {
        let empty = |table: &mut Table| {
            table.held.clear();
            let deleted = std::mem::take(&mut table.rows).into_keys().collect();
            (table.name.clone(), Change { deleted, ..Change::default() })
        };
        self.tables.iter_mut().map(empty).collect()
    }
}

impl Table {
    fn new(name: Name) -> Self {
        Table { name, rows: BTreeMap::new(), held: BTreeMap::new() }
    }

    /// Changes the counts. Returns the change without updates, and how many deletes had no row to take away.
    ///
    /// Rows come in the order in which the message first has them, be it of a query set that is ignored; those that go with
    /// the query set that ended come last.
    fn change(&mut self, gathered: &Gathered, ended: Option<u32>, ignored: &BTreeSet<u32>) -> (Change, u64) {
        let mut net: BTreeMap<(u32, &Row), i64> = BTreeMap::new();
        gathered.deletes.iter().for_each(|(set, row)| *net.entry((*set, row)).or_default() -= 1);
        gathered.inserts.iter().for_each(|(set, row)| *net.entry((*set, row)).or_default() += 1);
        net.retain(|(set, _), _| !ignored.contains(set));
        let old: BTreeSet<Row> = ended.and_then(|set| self.held.remove(&set)).unwrap_or_default().into_keys().collect();
        let mut absent = 0;
        for ((set, row), change) in &net {
            let held = self.held.entry(*set).or_default();
            let count = held.remove(*row).unwrap_or(0) as i64 + change;
            absent += (-count).max(0) as u64;
            if count > 0 {
                held.insert(Row::clone(row), count as u64);
            }
        }
        let after = |row: &Row| self.held.values().filter_map(|held| held.get(row)).sum::<u64>();
        let has_come = |row: &Row| !self.rows.contains_key(row) && after(row) > 0;
        let has_gone = |row: &Row| self.rows.contains_key(row) && after(row) == 0;
        let inserted = first_appearances(gathered.inserts.iter().map(|(_, row)| row), has_come);
        let deleted = first_appearances(gathered.deletes.iter().map(|(_, row)| row).chain(&old), has_gone);
        let touched: BTreeSet<&Row> = net.keys().map(|(_, row)| *row).chain(&old).collect();
        let counts: Vec<(&Row, u64)> = touched.into_iter().map(|row| (row, after(row))).collect();
        for (row, count) in counts {
            if count > 0 {
                self.rows.insert(row.clone(), count)
            } else {
                self.rows.remove(row)
            };
        }
        (Change { inserted, deleted, updated: Vec::new() }, absent)
    }
}

impl Change {
    /// Turns deletes and inserts of one primary key into updates: the first with the first, and so on. Returns the keys of
    /// which several rows went.
    fn pair(&mut self, table: &TableSchema) -> Vec<Vec<u8>> {
        let Some(key) = table.primary_key else { return Vec::new() };
        let key_of = |row: &Row| rows::column(table, row, key).to_vec();
        let mut deleted: BTreeMap<Vec<u8>, VecDeque<Row>> = BTreeMap::new();
        self.deleted.iter().for_each(|row| deleted.entry(key_of(row)).or_default().push_back(row.clone()));
        let ambiguous = deleted.iter().filter(|(_, rows)| rows.len() > 1).map(|(key, _)| key.clone()).collect();
        let mut gone = BTreeSet::new();
        self.inserted.retain(|new| {
            let old = deleted.get_mut(&key_of(new)).and_then(VecDeque::pop_front);
            gone.extend(old.clone());
            self.updated.extend(old.clone().map(|old| (old, new.clone())));
            old.is_none()
        });
        self.deleted.retain(|row| !gone.contains(row));
        ambiguous
    }

    /// The callbacks after the change.
    fn tell(self, name: &Name, events: &mut Vec<Event>) {
        events.extend(self.inserted.iter().map(|row| Event::Insert(name.clone(), row.clone())));
        events.extend(self.deleted.iter().map(|row| Event::Delete(name.clone(), row.clone())));
        events.extend(self.updated.iter().map(|(old, new)| Event::Update(name.clone(), old.clone(), new.clone())));
        if self != Change::default() {
            events.push(Event::Batch(name.clone(), self));
        }
    }
}

impl Gathered {
    /// The rows of one table.
    fn of(update: &[TableUpdate], table: &Name) -> Self {
        let mut gathered = Gathered::default();
        for TableUpdate { set, updates, .. } in update.iter().filter(|part| part.table == *table) {
            for QueryUpdate { deletes, inserts, is_event, .. } in updates {
                let Gathered { events, inserts: stored, .. } = &mut gathered;
                let into = if *is_event { events } else { stored };
                into.extend(inserts.rows.iter().map(|row| (*set, row.clone())));
                gathered.deletes.extend(deletes.rows.iter().map(|row| (*set, row.clone())));
            }
        }
        gathered
    }
}

/// The rows for which `is_wanted` holds, each once, in the order in which they first appear.
fn first_appearances<'a>(rows: impl Iterator<Item = &'a Row>, is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    rows.filter(|row| seen.insert(*row) && is_wanted(row)).cloned().collect()
}

impl Event {
    /// The table and the row, the new one if there are two; `None` for what is not about one.
    pub fn row(&self) -> Option<(&Name, &Row)> {
        match self {
            Event::BeforeDelete(name, row)
            | Event::Insert(name, row)
            | Event::Delete(name, row)
            | Event::Update(name, _, row) => Some((name, row)),
            Event::Batch(..) | Event::Completion(_) | Event::Transaction => None,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::BeforeDelete(table, row) => write!(f, "before delete `{table}` {}", Hex(row)),
            Event::Insert(table, row) => write!(f, "insert `{table}` {}", Hex(row)),
            Event::Delete(table, row) => write!(f, "delete `{table}` {}", Hex(row)),
            Event::Update(table, old, new) => write!(f, "update `{table}` {} to {}", Hex(old), Hex(new)),
            Event::Batch(table, change) => {
                write!(f, "batch `{table}`:")?;
                let Change { inserted, deleted, updated } = change;
                inserted.iter().take(MOST_PRINTED).try_for_each(|row| write!(f, " +{}", Hex(row)))?;
                deleted.iter().take(MOST_PRINTED).try_for_each(|row| write!(f, " -{}", Hex(row)))?;
                updated
                    .iter()
                    .take(MOST_PRINTED)
                    .try_for_each(|(old, new)| write!(f, " {} to {}", Hex(old), Hex(new)))?;
                write!(f, " (+{} -{} ±{})", inserted.len(), deleted.len(), updated.len())
            }
            Event::Completion(what) => write!(f, "completion: {what}"),
            Event::Transaction => write!(f, "transaction"),
        }
    }
}
