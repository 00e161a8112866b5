//! The pieces of work, each in a process of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

use spacetimedb_sdk::{Compression, DbContext, Table, TableWithPrimaryKey};

use crate::bindings::{AccountTableAccess, DbConnection, EntityTableAccess, delete_entities, update_entities};
use crate::process::settled_memory;
use crate::tally::Tally;

static INSERTED: Tally = Tally::new();
static UPDATED: Tally = Tally::new();
static DELETED: Tally = Tally::new();

pub fn subscribe_fixed(uri: &str) {
    let connection = connect(uri);
    connection.db.entity().on_insert(|_, row| INSERTED.add(row.hp as u64));
    let before = settled_memory();
    let nanos = subscribe(&connection, "SELECT * FROM entity");
    let rows = connection.db.entity().count();
    println!("peer subscribe_fixed {}", nanos / rows as f64);
    println!("peer memory_per_row {}", settled_memory().saturating_sub(before) as f64 / rows as f64);
    check("inserted", &INSERTED);
}

pub fn subscribe_strings(uri: &str) {
    let connection = connect(uri);
    connection.db.account().on_insert(|_, row| INSERTED.add(row.id));
    let nanos = subscribe(&connection, "SELECT * FROM account");
    println!("peer subscribe_strings {}", nanos / connection.db.account().count() as f64);
    check("inserted", &INSERTED);
}

pub fn updates(uri: &str, count: u64) {
    let connection = with_entities(uri);
    connection.db.entity().on_update(|_, old, new| UPDATED.add((new.hp - old.hp) as u64));
    let start = Instant::now();
    connection.reducers.update_entities().expect("it is connected");
    advance_until(&connection, || UPDATED.rows() >= count);
    println!("peer updates {}", count as f64 / 1000.0 / start.elapsed().as_secs_f64());
    check("updated", &UPDATED);
}

/// Finds by key, one by one. `figure` is what it is told as.
pub fn find(uri: &str, count: u64, figure: &str) {
    let connection = with_entities(uri);
    let rows = connection.db.entity().count();
    let by_id = connection.db.entity().id();
    let (mut random, mut sum) = (0x9E37_79B9_7F4A_7C15_u64, 0_u64);
    let start = Instant::now();
    for _ in 0..count {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        sum += by_id.find(&(random % rows + 1)).expect("every id up to the count is there").hp as u64;
    }
    println!("peer {figure} {}", start.elapsed().as_nanos() as f64 / count as f64);
    println!("check found {sum}");
}

pub fn delete(uri: &str, count: u64) {
    let connection = connect(uri);
    connection.db.entity().on_delete(|_, row| DELETED.add(row.id));
    let before = settled_memory();
    subscribe(&connection, "SELECT * FROM entity");
    connection.reducers.delete_entities().expect("it is connected");
    advance_until(&connection, || DELETED.rows() >= count);
    let left = connection.db.entity().count();
    println!("peer memory_after_delete {}", settled_memory().saturating_sub(before) as f64 / left as f64);
    check("deleted", &DELETED);
    println!("check left {left}");
}

fn connect(uri: &str) -> DbConnection {
    let connected = Arc::new(AtomicBool::new(false));
    let flag = connected.clone();
    let connection = DbConnection::builder()
        .with_uri(uri)
        .with_module_name("bench")
        .with_compression(Compression::None)
        .on_connect(move |_, _, _| flag.store(true, Relaxed))
        .build()
        .expect("the host takes the connection");
    advance_until(&connection, || connected.load(Relaxed));
    connection
}

fn with_entities(uri: &str) -> DbConnection {
    let connection = connect(uri);
    subscribe(&connection, "SELECT * FROM entity");
    connection
}

/// Subscribes to a query; returns the nanoseconds until it was applied.
fn subscribe(connection: &DbConnection, query: &str) -> f64 {
    let applied = Arc::new(AtomicBool::new(false));
    let flag = applied.clone();
    let builder = connection.subscription_builder().on_applied(move |_| flag.store(true, Relaxed));
    let start = Instant::now();
    builder.subscribe([query]);
    advance_until(connection, || applied.load(Relaxed));
    start.elapsed().as_nanos() as f64
}

fn advance_until(connection: &DbConnection, done: impl Fn() -> bool) {
    while !done() {
        connection.advance_one_message_blocking().expect("the connection lasts");
    }
}

fn check(name: &str, tally: &Tally) {
    println!("check {name} {}", tally.rows());
    println!("check {name}_sum {}", tally.sum());
}
