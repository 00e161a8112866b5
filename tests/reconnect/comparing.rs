//! The link is lost again before the host has answered every subscription anew, and so before the caches were compared.
//!
//! The answers are long, and the cut lies in the middle of the last: whatever shares a frame, all before it has arrived.

use stdb::call::CallStatus::Committed;
use stdb::net::Protocol;
use stdb_embedded_host::EmbeddedHost;

use super::client::{Client, Entry, builder};
use super::kitchen::*;
use super::line::{Cut, Line};

/// So many entities are more than 64 KiB, after which nothing else shares their frame.
const MANY: u64 = 2500;
/// In the middle of the second answer with so many, of which each has 70,000 bytes of rows. Nothing else is long.
const CUT: Cut = Cut::OfHost(110_000);

const LEFT: &str = "SELECT * FROM left";

/// A host with many entities in each of these zones, two in zone 9, and a row of `left`; and a client by a line.
fn begin(protocol: Protocol, zones: u32) -> (EmbeddedHost, Line, Client) {
    let host = host();
    let many = |zone| ("spawn", spawn(MANY * u64::from(zone), MANY, zone));
    let rest = [("spawn", spawn(1, 2, 9)), ("add_left", note(1, "one"))];
    let calls: Vec<_> = (1..=zones).map(many).chain(rest).collect();
    meanwhile(&host, &calls);
    let line = Line::to(host.port());
    let client = Client::connect(builder(&line.uri(), KITCHEN, protocol), &["entity", "left"]);
    (host, line, client)
}

fn zone(zone: u32) -> String {
    format!("SELECT * FROM entity WHERE zone = {zone}")
}

/// Cuts the line, and waits until the client knows.
fn lose(line: &Line, client: &Client) {
    line.cut(Cut::OfHost(0));
    client.advance_until_lost();
    client.take();
}

/// Advances until the link is lost again; what was told but for that.
fn lost_again(client: &Client) -> Vec<Entry> {
    client.advance_until_lost();
    let mut told = client.take();
    let end = told.split_off(told.len() - 2);
    assert!(
        matches!(end[..], [Entry::Disconnected { retries: true, .. }, Entry::Reconnecting { attempt: 1, .. }]),
        "{end:?}"
    );
    told
}

#[test]
fn calls_have_ended_and_rows_are_not_told() {
    for protocol in Protocol::ALL {
        let (_host, line, client) = begin(protocol, 2);
        let one = client.apply(&[&zone(1)], "one");
        let two = client.apply(&[&zone(2)], "two");
        let kept = client.checked();
        lose(&line, &client);
        let added = client.subscribe(&[LEFT], "added");
        client.call("despawn", &despawn(MANY, 1), "called");
        for again in [false, true] {
            line.cut_next(CUT);
            let told = lost_again(&client);
            let answered = Entry::Result("called".into(), Committed);
            let expected = if again { vec![Entry::Connected] } else { vec![Entry::Connected, answered] };
            assert_eq!(told, expected, "{protocol:?}");
            assert!(client.checked() == kept, "readers see the kept cache");
            assert!(one.is_active() && two.is_active() && !added.is_active() && !added.is_ended());
        }
        let expected = [
            Entry::Connected,
            Entry::Delete("entity", entity(MANY, 1, 0.0)),
            Entry::Insert("left", note(1, "one")),
            Entry::Reconnected,
        ];
        assert_eq!(client.advance_until_reconnected()[..4], expected, "{protocol:?}");
        client.settle();
        assert!(one.is_active() && two.is_active() && added.is_active());
        client.checked();
    }
}

#[test]
fn what_was_refused_or_given_up_is_told_and_its_rows_go_with_the_difference() {
    for protocol in Protocol::ALL {
        let (host, line, client) = begin(protocol, 2);
        let refused = client.apply(&[&zone(9)], "refused");
        let given_up = client.apply(&[&zone(1)], "given up");
        let stays = client.apply(&[&zone(2)], "stays");
        let kept = client.checked();
        lose(&line, &client);
        host.refuse_query(KITCHEN, &zone(9), "not any more");
        line.cut_next(CUT);
        client.advance_until("up", |log| log.has(&Entry::Connected));
        client.unsubscribe(&given_up, "given up");
        let told = lost_again(&client);
        let ends = [Entry::Connected, Entry::Refused("refused".into()), Entry::Unsubscribed("given up".into())];
        assert_eq!(told, ends, "{protocol:?}");
        assert!(refused.is_ended() && given_up.is_ended() && stays.is_active());
        assert!(client.checked() == kept, "their rows stay until then");

        let told = client.advance_until_reconnected();
        let deletes = told.iter().filter(|entry| matches!(entry, Entry::Delete("entity", _))).count();
        assert_eq!((deletes, told.len()), (MANY as usize + 2, deletes + 2), "{protocol:?}");
        let cached = client.checked();
        assert_eq!(cached["entity"].len(), MANY as usize);
        assert!(cached["entity"].contains(&entity(MANY * 2, 2, 0.0)));
    }
}

/// New queries that were to be asked for once the old ones are live again still are.
#[test]
fn queries_are_replaced_after_all() {
    for protocol in Protocol::ALL {
        let (_host, line, client) = begin(protocol, 2);
        client.apply(&[&zone(1)], "one");
        let subscription = client.apply(&[&zone(2)], "old");
        lose(&line, &client);
        subscription.replace(vec![LEFT.into()], &mut client.callbacks("new")).unwrap();
        line.cut_next(CUT);
        assert_eq!(lost_again(&client), [Entry::Connected], "{protocol:?}");
        assert_eq!((subscription.queries(), subscription.is_active()), (vec![zone(2)], true));
        assert_eq!(client.advance_until_reconnected(), [Entry::Connected, Entry::Reconnected], "{protocol:?}");
        client.advance_until("replaced", |log| log.has(&Entry::Applied("new".into())));
        client.settle();
        assert_eq!(subscription.queries(), [LEFT]);
        let cached = client.checked();
        assert_eq!((cached["entity"].len(), cached["left"].len()), (MANY as usize, 1));
    }
}
