//! The embedded host's `kitchen2` and what it is asked.

use stdb::net::Protocol;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;

use super::client::{Client, Row, builder};

pub const KITCHEN: &str = "kitchen2";
pub const ENTITIES: &str = "SELECT * FROM entity";

pub fn host() -> EmbeddedHost {
    EmbeddedHost::builder().database(KITCHEN).start()
}

/// A client of the kitchen that comes back, watching these tables.
pub fn client(host: &EmbeddedHost, protocol: Protocol, tables: &[&'static str]) -> Client {
    Client::connect(builder(&host.uri(), KITCHEN, protocol), tables)
}

/// A client that does something and leaves.
pub fn meanwhile(host: &EmbeddedHost, calls: &[(&str, Vec<u8>)]) {
    let other = client(host, Protocol::V3, &[]);
    calls.iter().for_each(|(reducer, args)| other.commit(reducer, args));
    other.connection.release();
}

pub fn spawn(first: u64, count: u64, zone: u32) -> Vec<u8> {
    Writer::new().u64(first).u64(count).u32(zone).finish()
}

pub fn move_by(first: u64, count: u64, dx: f32) -> Vec<u8> {
    Writer::new().u64(first).u64(count).f32(dx).finish()
}

pub fn despawn(first: u64, count: u64) -> Vec<u8> {
    Writer::new().u64(first).u64(count).finish()
}

pub fn rezone(id: u64, zone: u32) -> Vec<u8> {
    Writer::new().u64(id).u32(zone).finish()
}

pub fn text(text: &str) -> Vec<u8> {
    Writer::new().str(text).finish()
}

pub fn note(id: u32, note: &str) -> Vec<u8> {
    Writer::new().u32(id).str(note).finish()
}

/// The row of an entity that was moved by `dx` since it was spawned.
pub fn entity(id: u64, zone: u32, dx: f32) -> Row {
    Writer::new().u64(id).u32(zone).f32(id as f32 + dx).f32(0.5).f32(-1.0).u32(100).finish()
}
