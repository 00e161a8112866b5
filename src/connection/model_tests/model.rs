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
    /// The subscriptions that have not ended.
    pub subscriptions: BTreeSet<u32>,
}

/// The rows of a table, each with how often it was delivered.
#[derive(Clone)]
pub struct Table {
    pub name: Name,
    pub rows: BTreeMap<Row, u64>,
}

/// How many rows of each kind are printed of a batch.
const MOST_PRINTED: usize = 20;

impl Model {
    pub fn new(schema: Option<Arc<Schema>>) -> Self {
        let tables = schema.iter().flat_map(|schema| &schema.tables);
        let tables = tables.map(|table| Table::new(table.name.clone())).collect();
        Model { schema, tables, absent_deletes: 0, subscriptions: BTreeSet::new() }
    }

    /// What the schema says of a table.
    pub fn schema_of(&self, table: &str) -> Option<&TableSchema> {
        self.schema.as_ref()?.table(table)
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> Option<&BTreeMap<Row, u64>> {
        self.tables.iter().find(|other| &*other.name == table).map(|table| &table.rows)
    }

    /// The primary key of a row of a table that has one.
    pub fn key_of<'a>(&self, table: &str, row: &'a [u8]) -> Option<&'a [u8]> {
        let table = self.schema_of(table)?;
        Some(rows::column(table, row, table.primary_key?))
    }

    /// Does what a message says. Returns the callbacks that must run, in order.
    pub fn apply(&mut self, message: &Message) -> Vec<Event> {
        let had_subscriptions = !self.subscriptions.is_empty();
        let completions = self.complete(message.carrier);
        let changes = match message.carrier {
            Carrier::SubscriptionFailed(_) if had_subscriptions && self.subscriptions.is_empty() => self.empty(),
            _ => self.change(&message.tables),
        };
        let is_transaction = match message.carrier {
            Carrier::SubscriptionFailed(_) => had_subscriptions,
            Carrier::ReducerFailed => false,
            _ => true,
        };
        let mut events = Vec::new();
        for (name, change) in &changes {
            events.extend(change.deleted.iter().map(|row| Event::BeforeDelete(name.clone(), row.clone())));
        }
        for (name, change) in changes {
            change.tell(&name, &mut events);
        }
        events.extend(completions.into_iter().map(Event::Completion));
        events.extend(is_transaction.then_some(Event::Transaction));
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
            Carrier::Light => return Vec::new(),
            Carrier::SubscriptionFailed(Some(query_id)) => self.subscriptions.take(&query_id).into_iter().collect(),
            Carrier::SubscriptionFailed(None) => std::mem::take(&mut self.subscriptions),
        };
        ended.iter().map(|query_id| format!("failed {query_id}")).collect()
    }

    fn change(&mut self, update: &[TableUpdate]) -> Vec<(Name, Change)> {
        let gathered = gather(update);
        for (name, ..) in &gathered {
            if self.rows(name).is_none() {
                self.tables.push(Table::new(name.clone()));
            }
        }
        let schema = self.schema.clone();
        let mut changes = Vec::new();
        for table in &mut self.tables {
            let Some((name, deletes, inserts)) = gathered.iter().find(|(name, ..)| *name == table.name) else {
                continue;
            };
            let (mut change, counts, absent) = table.change(deletes, inserts);
            for (row, count) in counts {
                if count > 0 {
                    table.rows.insert(row, count)
                } else {
                    table.rows.remove(&row)
                };
            }
            self.absent_deletes += absent;
            if let Some(known) = schema.as_ref().and_then(|schema| schema.table(name)) {
                change.pair(known);
            }
            changes.push((name.clone(), change));
        }
        changes
    }

    /// Takes all rows away.
    fn empty(&mut self) -> Vec<(Name, Change)> {
        let empty = |table: &mut Table| {
            let deleted = std::mem::take(&mut table.rows).into_keys().collect();
            (table.name.clone(), Change { deleted, ..Change::default() })
        };
        self.tables.iter_mut().map(empty).collect()
    }
}

impl Table {
    fn new(name: Name) -> Self {
        Table { name, rows: BTreeMap::new() }
    }

    /// The change without updates, the new counts, and how many deletes had no row to take away.
    fn change(&self, deletes: &[Row], inserts: &[Row]) -> (Change, BTreeMap<Row, u64>, u64) {
        let mut net: BTreeMap<&Row, i64> = BTreeMap::new();
        deletes.iter().for_each(|row| *net.entry(row).or_default() -= 1);
        inserts.iter().for_each(|row| *net.entry(row).or_default() += 1);
        let before = |row: &Row| self.rows.get(row).map_or(0, |count| *count as i64);
        let after = |row: &Row| before(row) + net[row];
        let change = Change {
            inserted: first_appearances(inserts, |row| before(row) == 0 && after(row) > 0),
            deleted: first_appearances(deletes, |row| before(row) > 0 && after(row) <= 0),
            updated: Vec::new(),
        };
        let counts = net.keys().map(|row| (Row::clone(row), after(row).max(0) as u64)).collect();
        let absent = net.keys().map(|row| (-after(row)).max(0) as u64).sum();
        (change, counts, absent)
    }
}

impl Change {
    /// Turns deletes and inserts of one primary key into updates: the first with the first, and so on.
    fn pair(&mut self, table: &TableSchema) {
        let Some(key) = table.primary_key else { return };
        let key_of = |row: &Row| rows::column(table, row, key).to_vec();
        let mut deleted: BTreeMap<Vec<u8>, VecDeque<Row>> = BTreeMap::new();
        self.deleted.iter().for_each(|row| deleted.entry(key_of(row)).or_default().push_back(row.clone()));
        let mut gone = BTreeSet::new();
        self.inserted.retain(|new| {
            let old = deleted.get_mut(&key_of(new)).and_then(VecDeque::pop_front);
            gone.extend(old.clone());
            self.updated.extend(old.clone().map(|old| (old, new.clone())));
            old.is_none()
        });
        self.deleted.retain(|row| !gone.contains(row));
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

/// The rows of an update by table, in the order in which the tables first appear: deletes, then inserts.
fn gather(update: &[TableUpdate]) -> Vec<(Name, Vec<Row>, Vec<Row>)> {
    let mut gathered: Vec<(Name, Vec<Row>, Vec<Row>)> = Vec::new();
    for part in update {
        let place = gathered.iter().position(|(name, ..)| *name == part.table).unwrap_or_else(|| {
            gathered.push((part.table.clone(), Vec::new(), Vec::new()));
            gathered.len() - 1
        });
        for QueryUpdate { deletes, inserts, .. } in &part.updates {
            gathered[place].1.extend_from_slice(&deletes.rows);
            gathered[place].2.extend_from_slice(&inserts.rows);
        }
    }
    gathered
}

/// The rows for which `is_wanted` holds, each once, in the order in which they first appear.
fn first_appearances(rows: &[Row], is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    rows.iter().filter(|row| seen.insert(*row) && is_wanted(row)).cloned().collect()
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
