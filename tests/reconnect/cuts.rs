//! A link that is cut anywhere, again and again: in the handshake, in the first answers, in a large message, in the header of
//! a frame; and while the client itself is being heard.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use stdb::net::Protocol;
use stdb::subscription::Subscription;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;

use super::client::{Client, Entry, PATIENCE, Row, Rows, builder};
use super::kitchen::*;
use super::line::{Cut, Line};
use super::rng::Rng;

/// How often the link is cut.
const CUTS: usize = 200;
/// Where the random numbers begin.
const SEED: u64 = 4;

const TABLES: [&str; 2] = ["entity", "left"];
/// The subscriptions that stay, which overlap.
const KEPT: [&[&str]; 2] = [&[ENTITIES], &["SELECT * FROM entity WHERE zone = 1", "SELECT * FROM left"]];
/// The queries of one that comes and goes.
const MORE: [&[&str]; 3] = [
    &["SELECT * FROM left"],
    &["SELECT * FROM entity WHERE zone = 1", "SELECT * FROM entity WHERE zone = 2"],
    &["SELECT * FROM entity WHERE zone = 2"],
];

#[test]
fn v1_cut_anywhere() {
    cut_anywhere(Protocol::V1);
}

#[test]
fn v2_cut_anywhere() {
    cut_anywhere(Protocol::V2);
}

#[test]
fn v3_cut_anywhere() {
    cut_anywhere(Protocol::V3);
}

fn cut_anywhere(protocol: Protocol) {
    println!("seed {SEED}");
    let mut trial = Trial::begin(protocol);
    let mut cuts = 0;
    while cuts < CUTS {
        cuts += trial.lose_and_come_back();
    }
    assert!(trial.cut_early > 20 && trial.cut_comparing > 20, "{} and {}", trial.cut_early, trial.cut_comparing);
    trial.client.connection.release();
}

/// A client whose link is cut, and what happens meanwhile.
struct Trial {
    protocol: Protocol,
    host: EmbeddedHost,
    line: Line,
    client: Client,
    /// Somebody whose link is not cut.
    other: Client,
    rng: Rng,
    /// A subscription that comes and goes, and the queries that it is to have in the end.
    more: Option<(Arc<Subscription>, &'static [&'static str])>,
    /// How much was asked, and what was called since all was answered.
    asked: usize,
    called: Vec<String>,
    next_id: u64,
    /// How many links were cut before the host had said who the client is, and how many before all was answered.
    cut_early: usize,
    cut_comparing: usize,
}

impl Trial {
    fn begin(protocol: Protocol) -> Trial {
        let host = host();
        let line = Line::to(host.port());
        let client = Client::connect(builder(&line.uri(), KITCHEN, protocol), &TABLES);
        subscribe(&client);
        let other = self::client(&host, Protocol::V3, &[]);
        let rng = Rng::new(SEED + protocol as u64);
        let (more, asked, called, next_id, cut_early, cut_comparing) = Default::default();
        Trial { protocol, host, line, client, other, rng, more, asked, called, next_id, cut_early, cut_comparing }
    }

    /// Returns how often the link was cut.
    fn lose_and_come_back(&mut self) -> usize {
        let cut = self.somewhere([1 << 6, 1 << 11, 1 << 17], [1 << 4, 1 << 8, 1 << 10]);
        self.line.cut(cut);
        let deadline = Instant::now() + PATIENCE;
        while !self.line.is_cut() {
            assert!(Instant::now() < deadline, "{cut:?}: it was not cut");
            self.ask();
            self.change();
        }
        self.client.advance_until_lost();
        let mut told = self.client.take();
        let kept = self.client.checked();
        for _ in 0..self.rng.below(4) {
            self.change();
        }
        if self.rng.one_in(3) {
            self.ask();
        }
        // Links that end before they are of use; or when they just were.
        for _ in 0..self.rng.below(3) {
            let cut = self.somewhere([1 << 8, 1 << 10, 1 << 16], [1 << 8, 1 << 9, 1 << 10]);
            self.line.cut_next(cut);
        }
        let mut since = self.client.advance_until_reconnected();
        let comparing = since.iter().filter(|entry| **entry == Entry::Connected).count() - 1;
        let lost = since.iter().filter(|entry| matches!(entry, Entry::Reconnecting { .. })).count();
        self.cut_comparing += comparing;
        self.cut_early += lost - comparing;
        self.line.mend();
        let is_cut = self.line.is_cut();
        if is_cut {
            // It came when all was answered.
            since.extend(self.client.advance_until_reconnected());
        }
        self.settle();
        since.extend(self.client.take());
        check_difference(&since, &kept, &self.client.checked());
        told.extend(since);
        self.check_ends(&told);
        self.check_cache();
        1 + lost + usize::from(is_cut)
    }

    /// A cut in the one stream or the other, within one of these lengths.
    fn somewhere(&mut self, of_host: [u64; 3], of_client: [u64; 3]) -> Cut {
        let (lengths, cut): (_, fn(u64) -> Cut) =
            if self.rng.one_in(5) { (of_client, Cut::OfClient) } else { (of_host, Cut::OfHost) };
        let length = *self.rng.pick(&lengths);
        cut(self.rng.below(length))
    }

    /// Somebody changes rows.
    fn change(&mut self) {
        let rng = &mut self.rng;
        let (first, zone) = (rng.below(self.next_id + 1), rng.between(1, 3) as u32);
        let (reducer, args) = match rng.below(12) {
            0..3 => ("spawn", spawn(self.new_ids(20), 20, zone)),
            3 => ("spawn", spawn(self.new_ids(400), 400, zone)),
            4..6 => ("move_by", move_by(first, 30, 1.0)),
            6 => ("rezone", Writer::new().u64(first).u32(zone).finish()),
            7..9 => ("despawn", despawn(first, 200)),
            9 => ("add_left", note(self.new_ids(1) as u32, "a note")),
            10 => {
                let length = rng.below(1 << 17) as usize;
                let large = note(0, &"x".repeat(length));
                self.other.call("add_left", &note(0, "the first"), "add_left");
                ("edit_left", large)
            }
            _ => ("despawn", despawn(0, self.next_id)),
        };
        self.other.commit(reducer, &args);
        self.other.take();
    }

    fn new_ids(&mut self, count: u64) -> u64 {
        self.next_id += count;
        self.next_id - count
    }

    /// The client asks for something, and does not wait for the answer.
    fn ask(&mut self) {
        self.asked += 1;
        let name = format!("asked {}", self.asked);
        let queries = *self.rng.pick(&MORE);
        match (self.rng.below(6), self.more.take()) {
            (0, None) => self.more = Some((self.client.subscribe(queries, &name), queries)),
            (0, Some((subscription, _))) => self.client.unsubscribe(&subscription, &name),
            (1, Some((subscription, _))) => {
                let texts = queries.iter().map(|query| query.to_string()).collect();
                subscription.replace(texts, &mut self.client.callbacks(&name)).unwrap();
                self.more = Some((subscription, queries));
            }
            (_, more) => {
                self.more = more;
                let first = self.new_ids(3);
                self.client.call("spawn", &spawn(first, 3, 1), &name);
                self.called.push(name);
            }
        }
    }

    /// Waits for the host's answer to something asked after all else; what it asked for on the way is answered by then.
    fn settle(&self) {
        // What the client said on a link that is lost may still run.
        assert!(self.host.wait_for_connections(2, PATIENCE));
        (0..3).for_each(|_| self.client.settle());
    }

    /// Each call has ended, once.
    fn check_ends(&mut self, told: &[Entry]) {
        let name = |entry: &Entry| if let Entry::Result(name, _) = entry { Some(name.clone()) } else { None };
        let mut ended: Vec<String> = told.iter().filter_map(name).collect();
        let mut called = std::mem::take(&mut self.called);
        ended.sort();
        called.sort();
        assert_eq!(ended, called);
        assert_eq!(self.client.connection.stats().calls_pending, 0);
    }

    /// The cache is what a client has that comes fresh.
    fn check_cache(&self) {
        let fresh = client(&self.host, self.protocol, &TABLES);
        subscribe(&fresh);
        if let Some((subscription, queries)) = &self.more {
            assert!(subscription.is_active());
            assert_eq!(subscription.queries(), *queries);
            fresh.apply(queries, "more");
        }
        assert!(self.client.checked() == fresh.checked(), "not as a fresh client's");
        let stats = self.client.connection.stats();
        assert_eq!(stats.absent_deletes, 0);
        assert_eq!(stats.subscriptions, (KEPT.len() + usize::from(self.more.is_some())) as u64);
        fresh.connection.release();
    }
}

fn subscribe(client: &Client) {
    KEPT.iter().for_each(|queries| drop(client.apply(queries, queries[0])));
}

/// Of the rows, exactly the difference was told.
fn check_difference(told: &[Entry], before: &Rows, after: &Rows) {
    let is_row = |entry: &&Entry| matches!(entry, Entry::Insert(..) | Entry::Delete(..) | Entry::Update(..));
    let mut rows: Vec<Entry> = told.iter().filter(is_row).cloned().collect();
    let mut expected: Vec<Entry> = TABLES.iter().flat_map(|table| difference(table, before, after)).collect();
    rows.sort_by_key(|entry| format!("{entry:?}"));
    expected.sort_by_key(|entry| format!("{entry:?}"));
    assert!(rows == expected, "told {rows:?}, and the difference is {expected:?}");
}

fn difference(table: &'static str, before: &Rows, after: &Rows) -> Vec<Entry> {
    // The primary key is the first column: of an entity 8 bytes, of a `left` 4.
    let key = if table == "entity" { 8 } else { 4 };
    let by_key = |rows: &Rows| -> BTreeMap<Row, Row> {
        rows.get(table).into_iter().flatten().map(|row| (row[..key].to_vec(), row.clone())).collect()
    };
    let (before, after) = (by_key(before), by_key(after));
    let gone =
        before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(_, row)| Entry::Delete(table, row.clone()));
    let here = after.iter().filter_map(|(key, row)| match before.get(key) {
        None => Some(Entry::Insert(table, row.clone())),
        Some(old) => (old != row).then(|| Entry::Update(table, old.clone(), row.clone())),
    });
    gone.chain(here).collect()
}
