//! Callbacks that write down what they are told, and what they see of the cache meanwhile.

use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::message::{Name, Row};
use super::model::{Change, Event};
use super::rng::Rng;
use super::rows;
use crate::connection::Connection;
use crate::connection::callbacks::Batch;
use crate::connection::context::Context;
use crate::connection::table_handle::TableHandle;
use crate::error::STDB_ERR_NOT_FOUND;
use crate::ffi::testing::row_bytes;
use crate::schema::Schema;

/// What callbacks have written down.
pub struct Recorder {
    schema: Option<Arc<Schema>>,
    tables: Vec<Watched>,
    events: Mutex<Vec<Event>>,
    sights: Mutex<Vec<Sight>>,
    /// Whether callbacks look at the cache.
    is_looking: AtomicBool,
}

/// A table, and which kinds of callbacks it has: before delete, insert, delete, update, batch.
struct Watched {
    handle: Arc<TableHandle>,
    kinds: [bool; 5],
}

/// What a callback saw of the cache.
pub struct Sight {
    /// The event it ran for.
    pub event: Event,
    /// How many rows each table had.
    pub counts: Vec<usize>,
    /// What was found by the primary key of the event's row, where the table has one.
    pub found: Option<Option<Row>>,
}

impl Recorder {
    /// Registers callbacks for these tables: mostly of all kinds, at times of some.
    pub fn register(
        connection: &Arc<Connection>,
        schema: Option<Arc<Schema>>,
        names: &[Name],
        rng: &mut Rng,
    ) -> Arc<Self> {
        let is_choosy = rng.one_in(6);
        let mut watched = |name: &Name| Watched {
            handle: connection.table(name).expect("the table is known"),
            kinds: std::array::from_fn(|_| !is_choosy || rng.one_in(2)),
        };
        let recorder = Arc::new(Recorder {
            schema,
            tables: names.iter().map(&mut watched).collect(),
            events: Mutex::default(),
            sights: Mutex::default(),
            is_looking: AtomicBool::new(false),
        });
        recorder.tables.iter().for_each(|table| recorder.watch(table));
        recorder
    }

    /// Whether there is a callback for such an event.
    pub fn hears(&self, event: &Event) -> bool {
        let (name, kind) = match event {
            Event::BeforeDelete(name, _) => (name, 0),
            Event::Insert(name, _) => (name, 1),
            Event::Delete(name, _) => (name, 2),
            Event::Update(name, ..) => (name, 3),
            Event::Batch(name, _) => (name, 4),
            Event::Completion(_) | Event::Transaction => return true,
        };
        self.table(name).kinds[kind]
    }

    /// What ran since the last time.
    pub fn take_events(&self) -> Vec<Event> {
        take(&mut self.events.lock())
    }

    /// What was seen since the last time.
    pub fn take_sights(&self) -> Vec<Sight> {
        take(&mut self.sights.lock())
    }

    /// Whether callbacks are to look at the cache from now on.
    pub fn look(&self, is_looking: bool) {
        self.is_looking.store(is_looking, Ordering::Relaxed);
    }

    /// Writes an event down.
    pub fn note(&self, event: Event) {
        if self.is_looking.load(Ordering::Relaxed) {
            let counts = self.tables.iter().map(|table| table.handle.count().expect("the table is known")).collect();
            let sight = Sight { counts, found: self.find(&event), event: event.clone() };
            self.sights.lock().push(sight);
        }
        self.events.lock().push(event);
    }

    fn find(&self, event: &Event) -> Option<Option<Row>> {
        let (name, row) = event.row()?;
        let table = self.schema.as_ref()?.table(name)?;
        let key = table.primary_key?;
        match self.table(name).handle.find(table.columns[key].name.as_ref(), rows::column(table, row, key)) {
            Ok(row) => Some(Some(row_bytes(row))),
            Err(error) if error.status == STDB_ERR_NOT_FOUND => Some(None),
            Err(error) => panic!("find: {error}"),
        }
    }

    fn table(&self, name: &str) -> &Watched {
        self.tables.iter().find(|table| &**table.handle.name() == name).expect("only these tables have callbacks")
    }

    fn watch(self: &Arc<Self>, table: &Watched) {
        let handle = &table.handle;
        // Each callback has the recorder and the table's name.
        let mine = || (self.clone(), handle.name().clone());
        let [before_delete, insert, delete, update, batch] = table.kinds;
        if before_delete {
            let (me, name) = mine();
            let note = move |_: &Context<'_>, row| me.note(Event::BeforeDelete(name.clone(), row_bytes(row)));
            handle.on_before_delete(Box::new(note)).expect("the connection lives");
        }
        if insert {
            let (me, name) = mine();
            let note = move |_: &Context<'_>, row| me.note(Event::Insert(name.clone(), row_bytes(row)));
            handle.on_insert(Box::new(note)).expect("the connection lives");
        }
        if delete {
            let (me, name) = mine();
            let note = move |_: &Context<'_>, row| me.note(Event::Delete(name.clone(), row_bytes(row)));
            handle.on_delete(Box::new(note)).expect("the connection lives");
        }
        if update {
            let (me, name) = mine();
            let note =
                move |_: &Context<'_>, old, new| me.note(Event::Update(name.clone(), row_bytes(old), row_bytes(new)));
            handle.on_update(Box::new(note)).expect("the connection lives");
        }
        if batch {
            let (me, name) = mine();
            let note = move |_: &Context<'_>, batch: &Batch| me.note(Event::Batch(name.clone(), change_of(batch)));
            handle.on_batch(Box::new(note)).expect("the connection lives");
        }
    }
}

fn change_of(batch: &Batch) -> Change {
    Change {
        inserted: batch.inserted.iter().map(|row| row_bytes(*row)).collect(),
        deleted: batch.deleted.iter().map(|row| row_bytes(*row)).collect(),
        updated: batch.updated.iter().map(|(old, new)| (row_bytes(*old), row_bytes(*new))).collect(),
    }
}
