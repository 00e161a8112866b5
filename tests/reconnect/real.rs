//! A real host that is killed and started again.

use stdb::net::Protocol;
use stdb_real_host::RealHost;

use super::client::{Client, Entry, builder};
use super::kitchen::{ENTITIES, entity};

const KITCHEN: &str = "kitchen";

fn client(host: &RealHost) -> Client {
    let client = Client::connect(builder(&host.uri(), KITCHEN, Protocol::V1), &["entity"]);
    client.apply(&[ENTITIES], "all");
    client.apply(&["SELECT * FROM entity WHERE zone = 1"], "zone 1");
    client
}

#[test]
fn a_host_that_was_killed_has_changed_when_it_is_back() {
    let mut host = RealHost::start_persistent().unwrap();
    host.publish_kitchen(KITCHEN).unwrap();
    let call = |host: &RealHost, reducer: &str, args: &str| {
        let (status, answer) = host.call(KITCHEN, reducer, args, None).unwrap();
        assert_eq!(status, 200, "{reducer}: {answer}");
    };
    call(&host, "spawn", "[1, 4, 1]");
    let client = client(&host);
    client.take();

    host.stop();
    client.advance_until_lost();
    // The client is not advanced, so it makes no attempt while another one is at work.
    host.restart().unwrap();
    call(&host, "move_by", "[2, 1, 7.0]");
    call(&host, "despawn", "[3, 1]");
    call(&host, "spawn", "[9, 1, 5]");
    let told = client.advance_until_reconnected();
    let is_row = |entry: &&Entry| matches!(entry, Entry::Insert(..) | Entry::Delete(..) | Entry::Update(..));
    let rows: Vec<Entry> = told.iter().filter(is_row).cloned().collect();
    let expected = [
        Entry::Insert("entity", entity(9, 5, 0.0)),
        Entry::Delete("entity", entity(3, 1, 0.0)),
        Entry::Update("entity", entity(2, 1, 0.0), entity(2, 1, 7.0)),
    ];
    assert_eq!(rows, expected, "{told:#?}");
    assert_eq!(client.checked(), self::client(&host).checked(), "as a fresh client's");
    client.connection.release();
}
