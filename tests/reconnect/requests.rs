//! What is asked while the connection is away, and what was under way when it was lost.

use stdb::call::CallStatus::{Committed, Disconnected, Failed, Timeout};
use stdb::connection::callbacks::EventFn;
use stdb::connection::context::{Context, Event};
use stdb::net::Protocol;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;

use super::client::{Client, Entry, PATIENCE};
use super::kitchen::*;

const LEFT: &str = "SELECT * FROM left";
const ZONE_ONE: &str = "SELECT * FROM entity WHERE zone = 1";

fn insert(id: u64, zone: u32) -> Entry {
    Entry::Insert("entity", entity(id, zone, 0.0))
}

fn delete(id: u64, zone: u32) -> Entry {
    Entry::Delete("entity", entity(id, zone, 0.0))
}

fn applied(name: &str) -> Entry {
    Entry::Applied(name.into())
}

fn refused(name: &str) -> Entry {
    Entry::Refused(name.into())
}

fn unsubscribed(name: &str) -> Entry {
    Entry::Unsubscribed(name.into())
}

fn result(name: &str, status: stdb::call::CallStatus) -> Entry {
    Entry::Result(name.into(), status)
}

/// A host with entities 1 and 2 in zone 1, 3 in zone 2, and a row of `left`; and a client of it that watches both.
fn begin(protocol: Protocol) -> (EmbeddedHost, Client) {
    let host = host();
    meanwhile(&host, &[("spawn", spawn(1, 2, 1)), ("spawn", spawn(3, 1, 2)), ("add_left", note(1, "one"))]);
    let client = client(&host, protocol, &["entity", "left"]);
    (host, client)
}

/// Cuts the client off, and waits until it knows; what it is told of that is left out.
fn lose(host: &EmbeddedHost, client: &Client) {
    host.cut_all();
    client.advance_until_lost();
    client.take();
}

/// Comes back and waits for the host's answer to something asked afterwards; what was told, transactions left out.
fn come_back(client: &Client) -> Vec<Entry> {
    client.advance_until("up again", |log| log.has(&Entry::Reconnected));
    client.settle();
    client.settle();
    let mut told = client.take();
    told.retain(|entry| *entry != Entry::Transaction);
    client.checked();
    told
}

#[test]
fn what_is_asked_while_away_goes_out_once() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        let kept = client.apply(&[ZONE_ONE], "kept");
        lose(&host, &client);
        let added = client.subscribe(&[LEFT, ENTITIES], "added");
        client.call("spawn", &spawn(9, 1, 2), "spawned");
        client.call("boom", &[], "failed");
        let query = client.connection.one_off_query("SELECT * FROM user", None, client.result("asked"));
        query.unwrap();
        let expected = [
            Entry::Connected,
            insert(3, 2),
            insert(9, 2),
            Entry::Insert("left", note(1, "one")),
            Entry::Reconnected,
            // In the order of the asking; the kept subscription was applied before.
            applied("added"),
            result("spawned", Committed),
            result("failed", Failed),
            result("asked", Committed),
        ];
        let mut told = come_back(&client);
        told[1..3].sort_by_key(|entry| format!("{entry:?}"));
        assert_eq!(told, expected, "{protocol:?}");
        assert!(kept.is_active() && added.is_active());
        // It ran once.
        assert_eq!(client.cached()["entity"].len(), 4);
    }
}

#[test]
fn procedures_called_while_away_go_out_where_there_are_any() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        lose(&host, &client);
        let args = Writer::new().u32(1).u32(2).finish();
        client.connection.call_procedure("add", &args, None, Some(client.result("sum"))).unwrap();
        let sum = result("sum", if protocol == Protocol::V1 { Failed } else { Committed });
        assert!(come_back(&client).contains(&sum), "{protocol:?}");
    }
}

#[test]
fn calls_under_way_are_told_to_be_lost_and_not_made_again() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        client.apply(&[ENTITIES], "all");
        client.take();
        // The host runs it; its answer does not arrive.
        host.cut_after(1);
        client.call("move_by", &move_by(1, 1, 1.0), "moved");
        client.advance_until_lost();
        let told = client.take();
        assert_eq!(told[0], result("moved", Disconnected));
        assert!(
            matches!(told[1..], [Entry::Disconnected { retries: true, .. }, Entry::Reconnecting { .. }]),
            "{told:?}"
        );
        let moved = Entry::Update("entity", entity(1, 1, 0.0), entity(1, 1, 1.0));
        assert_eq!(come_back(&client), [Entry::Connected, moved, Entry::Reconnected], "{protocol:?}");
    }
}

#[test]
fn a_call_may_time_out_while_away() {
    let (host, client) = begin(Protocol::V3);
    lose(&host, &client);
    host.refuse();
    let options = stdb::call::CallOptions { timeout: Some(std::time::Duration::from_millis(10)), flags: None };
    client.connection.call_reducer("noop", &[], options, Some(client.result("late"))).unwrap();
    client.advance_until("late", |log| log.has(&result("late", Timeout)));
    host.accept();
    client.advance_until_reconnected();
}

#[test]
fn a_subscription_given_up_while_away_goes_with_the_difference() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        let all = client.apply(&[ENTITIES], "all");
        let one = client.apply(&[ZONE_ONE], "one");
        lose(&host, &client);
        client.unsubscribe(&all, "all");
        assert!(!all.is_active() && one.is_active());
        let error = all.unsubscribe(None).unwrap_err();
        assert_eq!(error.status, stdb::error::STDB_ERR_ALREADY_UNSUBSCRIBED);
        assert_eq!(client.checked()["entity"].len(), 3, "its rows stay until then");
        let expected = [Entry::Connected, delete(3, 2), Entry::Reconnected, unsubscribed("all")];
        assert_eq!(come_back(&client), expected, "{protocol:?}");
        assert!(all.is_ended());
        // The host was not asked for it.
        client.commit("spawn", &spawn(4, 1, 2));
        assert_eq!(client.checked()["entity"].len(), 2);
    }
}

#[test]
fn the_last_subscription_given_up_while_away_empties_the_cache() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        let left = client.apply(&[LEFT], "left");
        lose(&host, &client);
        client.unsubscribe(&left, "left");
        let gone = Entry::Delete("left", note(1, "one"));
        let expected = [Entry::Connected, gone, Entry::Reconnected, unsubscribed("left")];
        assert_eq!(come_back(&client), expected, "{protocol:?}");
    }
}

#[test]
fn a_subscription_made_and_given_up_while_away_is_not_applied() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        lose(&host, &client);
        let all = client.subscribe(&[ENTITIES], "all");
        client.unsubscribe(&all, "all");
        let told = come_back(&client);
        assert_eq!(told.last(), Some(&unsubscribed("all")), "{protocol:?}: {told:?}");
        assert!(!told.contains(&applied("all")) && client.checked().is_empty());
    }
}

#[test]
fn a_subscription_being_given_up_is_done_when_the_link_is_lost() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        let all = client.apply(&[ENTITIES], "all");
        client.apply(&[ZONE_ONE], "one");
        client.take();
        host.cut_after(1);
        client.unsubscribe(&all, "all");
        client.advance_until_lost();
        let told = client.take();
        assert_eq!(told[0], unsubscribed("all"));
        assert!(all.is_ended() && client.checked()["entity"].len() == 3);
        assert_eq!(come_back(&client), [Entry::Connected, delete(3, 2), Entry::Reconnected], "{protocol:?}");
    }
}

#[test]
fn a_subscription_under_way_is_asked_for_again() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        client.take();
        host.cut_after(1);
        let left = client.subscribe(&[LEFT], "left");
        client.advance_until_lost();
        let told = client.take();
        assert!(!told.contains(&applied("left")) && !told.contains(&refused("left")), "{told:?}");
        let row = Entry::Insert("left", note(1, "one"));
        assert_eq!(come_back(&client), [Entry::Connected, row, Entry::Reconnected, applied("left")], "{protocol:?}");
        assert!(left.is_active());
    }
}

/// New queries are asked for when the old ones are live again: a difference each.
#[test]
fn queries_are_replaced_after_coming_back() {
    for protocol in Protocol::ALL {
        for under_way in [false, true] {
            let (host, client) = begin(protocol);
            let subscription = client.apply(&[ZONE_ONE], "old");
            client.take();
            let replace = |name: &str| {
                let queries = vec![ENTITIES.into()];
                subscription.replace(queries, &mut client.callbacks(name)).unwrap();
            };
            if under_way {
                host.cut_after(1);
                replace("new");
                client.advance_until_lost();
                client.take();
            } else {
                lose(&host, &client);
                replace("superseded");
                replace("new");
            }
            meanwhile(&host, &[("despawn", despawn(2, 1))]);
            assert_eq!(subscription.queries(), [ZONE_ONE]);
            let expected = [Entry::Connected, delete(2, 1), Entry::Reconnected, insert(3, 2), applied("new")];
            assert_eq!(come_back(&client), expected, "{protocol:?}");
            assert_eq!((subscription.queries(), subscription.is_active()), (vec![ENTITIES.to_owned()], true));
            // The old query set is gone.
            lose(&host, &client);
            assert_eq!(come_back(&client), [Entry::Connected, Entry::Reconnected]);
        }
    }
}

#[test]
fn queries_that_are_refused_after_coming_back_leave_the_old_ones() {
    for protocol in Protocol::ALL {
        for under_way in [false, true] {
            let (host, client) = begin(protocol);
            let subscription = client.apply(&[ZONE_ONE], "old");
            client.take();
            let replace = || {
                let queries = vec!["SELECT * FROM secret".into()];
                subscription.replace(queries, &mut client.callbacks("new")).unwrap();
            };
            if under_way {
                host.cut_after(1);
                replace();
                client.advance_until_lost();
                client.take();
            } else {
                lose(&host, &client);
                replace();
            }
            assert_eq!(come_back(&client), [Entry::Connected, Entry::Reconnected, refused("new")], "{protocol:?}");
            assert!(subscription.is_active());
            client.commit("spawn", &spawn(4, 1, 1));
            assert_eq!(client.checked()["entity"].len(), 3);
        }
    }
}

/// The link opens, and so takes what waits, and ends before the host has said who the client is.
#[test]
fn a_link_that_never_comes_up_loses_what_went_over_it() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        let one = client.apply(&[ZONE_ONE], "one");
        lose(&host, &client);
        let left = client.subscribe(&[LEFT], "left");
        let given_up = client.subscribe(&["SELECT * FROM message"], "given up");
        client.unsubscribe(&given_up, "given up");
        client.call("noop", &[], "called");
        host.cut_next_after(3);
        client.advance_until_lost();
        let told = client.take();
        let [call, end, Entry::Reconnecting { attempt: 2, .. }] = &told[..] else { panic!("{told:?}") };
        assert_eq!((call, end), (&result("called", Disconnected), &unsubscribed("given up")));

        client.call("noop", &[], "called again");
        let row = Entry::Insert("left", note(1, "one"));
        // The call waited for the link; the subscription is asked for when it opens.
        let again = [Entry::Connected, row, Entry::Reconnected, result("called again", Committed), applied("left")];
        assert_eq!(come_back(&client), again, "{protocol:?}");
        assert!(one.is_active() && left.is_active() && given_up.is_ended());
    }
}

/// What is asked in `on_connect`, as is usual, is asked after what is live; and answered after the difference is told.
#[test]
fn on_connect_may_ask_for_more() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        client.apply(&[ZONE_ONE], "one");
        lose(&host, &client);
        // As if in the callback: before anything else is advanced.
        client.advance_until("up", |log| log.has(&Entry::Connected));
        client.subscribe(&[LEFT], "left");
        client.call("noop", &[], "called");
        let told = come_back(&client);
        let of_left = [Entry::Insert("left", note(1, "one")), applied("left"), result("called", Committed)];
        assert_eq!(told[..2], [Entry::Connected, Entry::Reconnected], "{protocol:?}");
        assert_eq!(told[2..], of_left, "{protocol:?}");
    }
}

#[test]
fn the_difference_comes_with_its_own_event() {
    for protocol in Protocol::ALL {
        let (host, client) = begin(protocol);
        client.apply(&[ENTITIES], "all");
        lose(&host, &client);
        meanwhile(&host, &[("spawn", spawn(9, 1, 1))]);
        let entity = client.connection.table("entity").unwrap();
        let check =
            |context: &Context<'_>, _| assert!(matches!(context.event, Event::Reconnected), "{:?}", context.event);
        entity.on_insert(Box::new(check)).unwrap();
        let user = |context: &Context<'_>| assert!(context.connection.is_active());
        client.connection.callbacks().add::<EventFn>(Box::new(user), |set| &mut set.transaction);
        assert!(come_back(&client).contains(&insert(9, 1)));
        assert!(host.wait_for_connections(1, PATIENCE));
    }
}
