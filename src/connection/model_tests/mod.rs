//! The model test of the client cache: random messages of a host, and after each of them what the callbacks were told
//! and what the cache holds, compared with a model that does the same by the plainest means.
//!
//! Messages take the way that a host's take, from the frame to the callback; only the socket is not there. They come
//! in episodes, each with a connection of its own and with its own seed; a failure prints the seed, and a run that begins
//! with it fails in its first episode. `STDB_TEST_SEED` is the seed to begin with, `STDB_TEST_MESSAGES` how many
//! messages all tests of v1 together are to try; those of query sets come on top.
//!
//! - [`message`]: a message, its frame, and how it is printed.
//! - [`rows`], [`traffic`]: random rows, and what messages do to them; by the numbers of [`rng`].
//! - [`model`]: what must come of it. [`recorder`], [`reads`]: what did.
//! - [`host`], [`client`], [`handles`], [`set_carrier`]: over v2 and v3, where rows are of query sets, the host answers what
//!   the client asks for.
//! - [`episode`]: one connection's messages. [`shapes`]: a schema with tables of many shapes.

mod client;
mod episode;
mod handles;
mod host;
mod message;
mod model;
mod reads;
mod recorder;
mod rng;
mod rows;
mod set_carrier;
mod shapes;
mod traffic;

use std::sync::Arc;

use crate::net::Protocol;
use crate::schema::Schema;
use episode::Episode;
use message::Name;

const KITCHEN: &str = include_str!("../../../tests/modules/kitchen/kitchen.schema.json");

/// How many messages all tests of v1 together try, unless told otherwise.
const MESSAGES: u64 = 200_000;
/// How many messages an episode has.
const EPISODE: u64 = 500;

/// The tables that an episode is about.
struct World {
    /// The name of its test.
    test: &'static str,
    schema: Option<Arc<Schema>>,
    names: Vec<Name>,
    protocols: &'static [Protocol],
}

const V1: &[Protocol] = &[Protocol::V1];
const OF_SETS: &[Protocol] = &[Protocol::V2, Protocol::V3];

#[test]
fn tables_of_many_shapes() {
    World::of_schema("tables_of_many_shapes", V1, shapes::schema()).run(0.5);
}

#[test]
fn tables_of_the_kitchen() {
    World::of_schema("tables_of_the_kitchen", V1, kitchen()).run(0.25);
}

#[test]
fn tables_without_a_schema() {
    World::without_schema("tables_without_a_schema", V1).run(0.25);
}

#[test]
fn query_sets() {
    World::of_schema("query_sets", OF_SETS, shapes::schema()).run(0.15);
    World::of_schema("query_sets", OF_SETS, kitchen()).run(0.1);
    World::without_schema("query_sets", OF_SETS).run(0.05);
}

fn kitchen() -> Arc<Schema> {
    Arc::new(Schema::parse(KITCHEN).expect("the schema is well formed"))
}

impl World {
    fn of_schema(test: &'static str, protocols: &'static [Protocol], schema: Arc<Schema>) -> Self {
        let names = schema.tables.iter().map(|table| table.name.clone()).collect();
        World { test, schema: Some(schema), names, protocols }
    }

    fn without_schema(test: &'static str, protocols: &'static [Protocol]) -> Self {
        let names = ["c", "a", "b", "d"].map(Name::from).to_vec();
        World { test, schema: None, names, protocols }
    }

    /// Runs episodes until this world's share of the messages is tried.
    fn run(&self, share: f64) {
        let mut seed = number("STDB_TEST_SEED").unwrap_or(1);
        let mut left = (number("STDB_TEST_MESSAGES").unwrap_or(MESSAGES) as f64 * share).ceil() as u64;
        while left > 0 {
            let count = left.min(EPISODE);
            Episode::begin(self, seed).run(count);
            left -= count;
            seed += 1;
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}
