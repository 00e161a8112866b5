//! The cache that was kept becomes what the host says now, and the difference alone is told.

use stdb::net::Protocol;

use super::client::{Entry, Row, Rows};
use super::kitchen::*;

/// What is told of coming back, without the cause of having been away.
fn without_ends(entries: Vec<Entry>) -> Vec<Entry> {
    let is_end = |entry: &Entry| matches!(entry, Entry::Disconnected { .. } | Entry::Reconnecting { .. });
    entries.into_iter().filter(|entry| !is_end(entry)).collect()
}

/// What is told of rows.
fn of_rows(entries: &[Entry]) -> Vec<Entry> {
    let is_row = |entry: &&Entry| matches!(entry, Entry::Insert(..) | Entry::Delete(..) | Entry::Update(..));
    entries.iter().filter(is_row).cloned().collect()
}

fn entities(rows: &Rows) -> Vec<Row> {
    rows.get("entity").into_iter().flatten().cloned().collect()
}

#[test]
fn the_difference_alone_is_told() {
    for protocol in Protocol::ALL {
        let host = host();
        meanwhile(&host, &[("spawn", spawn(1, 4, 1)), ("add_left", note(1, "one")), ("add_left", note(2, "two"))]);
        let client = client(&host, protocol, &["entity", "left", "message"]);
        client.apply(&[ENTITIES, "SELECT * FROM message"], "all");
        client.apply(&["SELECT * FROM left"], "left");
        client.commit("send_message", &text("before"));
        let kept = client.checked();
        client.take();

        host.cut_all();
        client.advance_until_lost();
        assert!(client.checked() == kept, "readers see the kept cache");
        let calls = [
            ("move_by", move_by(2, 1, 7.0)),
            ("despawn", despawn(3, 1)),
            ("spawn", spawn(9, 1, 5)),
            // There and back, gone and come again: no difference.
            ("move_by", move_by(1, 1, 1.0)),
            ("move_by", move_by(1, 1, -1.0)),
            ("despawn", despawn(4, 1)),
            ("spawn", spawn(4, 1, 1)),
            ("edit_left", note(2, "too")),
        ];
        meanwhile(&host, &calls);
        let told = without_ends(client.advance_until_reconnected());
        let expected = [
            Entry::Connected,
            Entry::Insert("entity", entity(9, 5, 0.0)),
            Entry::Delete("entity", entity(3, 1, 0.0)),
            Entry::Update("entity", entity(2, 1, 0.0), entity(2, 1, 7.0)),
            Entry::Update("left", note(2, "two"), note(2, "too")),
            Entry::Reconnected,
        ];
        assert_eq!(told, expected, "{protocol:?}");
        assert!(client.log().rows_at_connect == kept, "readers see the kept cache until all is answered");
        client.checked();
    }
}

#[test]
fn nothing_is_told_when_nothing_differs() {
    for protocol in Protocol::ALL {
        let host = host();
        // So many rows that a table is made of them before they are applied.
        meanwhile(&host, &[("spawn", spawn(0, 3000, 1))]);
        let client = client(&host, protocol, &["entity"]);
        client.apply(&[ENTITIES], "all");
        client.take();
        for _ in 0..3 {
            host.cut_all();
            assert_eq!(without_ends(client.advance_until_reconnected()), [Entry::Connected, Entry::Reconnected]);
        }
        assert_eq!(entities(&client.checked()).len(), 3000);
        // What comes then is applied as ever.
        client.commit("despawn", &despawn(0, 2999));
        assert_eq!(entities(&client.checked()), [entity(2999, 1, 0.0)]);
    }
}

#[test]
fn overlapping_subscriptions_hold_their_rows_again() {
    for protocol in Protocol::ALL {
        let host = host();
        meanwhile(&host, &[("spawn", spawn(0, 2, 1)), ("spawn", spawn(2, 2, 2))]);
        let client = client(&host, protocol, &["entity"]);
        let all = client.apply(&[ENTITIES], "all");
        let one = client.apply(&["SELECT * FROM entity WHERE zone = 1"], "one");
        host.cut_all();
        client.advance_until_lost();
        meanwhile(&host, &[("spawn", spawn(4, 1, 1))]);
        client.advance_until_reconnected();
        assert!(all.is_active() && one.is_active());

        client.unsubscribe(&all, "all");
        client.advance_until("unsubscribed", |log| log.has(&Entry::Unsubscribed("all".into())));
        let expected = [Entry::Delete("entity", entity(2, 2, 0.0)), Entry::Delete("entity", entity(3, 2, 0.0))];
        let mut told = of_rows(&client.take());
        told.sort_by_key(|entry| format!("{entry:?}"));
        assert_eq!(told, expected, "{protocol:?}");
        assert_eq!(entities(&client.checked()), [0, 1, 4].map(|id| entity(id, 1, 0.0)));
    }
}

#[test]
fn a_subscription_that_is_refused_now_loses_its_rows() {
    for protocol in Protocol::ALL {
        let host = host();
        meanwhile(&host, &[("spawn", spawn(0, 2, 1)), ("spawn", spawn(2, 1, 2)), ("add_left", note(1, "one"))]);
        let client = client(&host, protocol, &["entity", "left"]);
        let one = client.apply(&["SELECT * FROM entity WHERE zone = 1"], "one");
        let two = client.apply(&["SELECT * FROM entity WHERE zone = 2", "SELECT * FROM left"], "two");
        host.refuse_query(KITCHEN, "SELECT * FROM entity WHERE zone = 1", "not any more");
        host.cut_all();
        client.advance_until_lost();
        client.take();
        client.advance_until("refused", |log| log.has(&Entry::Refused("one".into())));
        let expected = [
            Entry::Connected,
            Entry::Delete("entity", entity(0, 1, 0.0)),
            Entry::Delete("entity", entity(1, 1, 0.0)),
            Entry::Reconnected,
            Entry::Refused("one".into()),
        ];
        assert_eq!(client.take(), expected, "{protocol:?}");
        assert!(one.is_ended() && two.is_active());
        client.commit("move_by", &move_by(0, 3, 1.0));
        assert_eq!(entities(&client.checked()), [entity(2, 2, 1.0)]);
    }
}

#[test]
fn without_a_schema_rows_differ_by_their_bytes() {
    for protocol in Protocol::ALL {
        let host = host();
        meanwhile(&host, &[("add_left", note(1, "one")), ("add_left", note(2, "two"))]);
        let mut builder = super::client::builder(&host.uri(), KITCHEN, protocol);
        builder.fetch_schema = false;
        let client = super::client::Client::connect(builder, &["left", "entity"]);
        client.apply(&["SELECT * FROM left", ENTITIES], "all");
        host.cut_all();
        client.advance_until_lost();
        // The first rows of a table that the cache has not met before.
        meanwhile(&host, &[("edit_left", note(2, "too")), ("spawn", spawn(1, 1, 1))]);
        client.take();
        let mut told = without_ends(client.advance_until_reconnected());
        told.sort_by_key(|entry| format!("{entry:?}"));
        let expected = [
            Entry::Connected,
            Entry::Delete("left", note(2, "two")),
            Entry::Insert("entity", entity(1, 1, 0.0)),
            Entry::Insert("left", note(2, "too")),
            Entry::Reconnected,
        ];
        assert_eq!(told, expected, "{protocol:?}");
        client.checked();
    }
}
