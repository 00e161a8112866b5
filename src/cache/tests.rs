//! What a message does to a table: counts, net changes, updates, indexes.
#![allow(clippy::cloned_ref_to_slice_refs)] // A list of one row reads as lists of several do.

use std::ops::Bound;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use super::change::{OldRows, TableChange, TablePlan};
use super::delta::{HeldRows, TableDelta};
use super::holders::HOST;
use super::query::KeyRange;
use super::{Cache, store::Slot};
use crate::error::{STDB_ERR_INVALID_ARGUMENT, STDB_ERR_NO_SCHEMA, STDB_ERR_UNKNOWN_COLUMN, STDB_ERR_UNKNOWN_INDEX};
use crate::schema::Schema;
use crate::wire::RowList;

const KITCHEN: &str = include_str!("../../tests/modules/kitchen/kitchen.schema.json");

fn kitchen() -> Cache {
    Cache::with_schema(&Arc::new(Schema::parse(KITCHEN).unwrap()))
}

/// A row of `entity`: id, zone, position, hp.
fn entity(id: u64, zone: u32, hp: i32) -> Vec<u8> {
    let mut row = BytesMut::new();
    row.put_u64_le(id);
    row.put_u32_le(zone);
    row.put_slice(&[0; 12]);
    row.put_i32_le(hp);
    row.to_vec()
}

/// A row of `item`: id, owner, serial (unique), no tags.
fn item(id: u64, serial: &str) -> Vec<u8> {
    let mut row = BytesMut::new();
    row.put_u64_le(id);
    row.put_u64_le(1);
    row.put_slice(&text(serial));
    row.put_u32_le(0);
    row.to_vec()
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

fn rows(rows: &[Vec<u8>]) -> RowList {
    let mut offsets = BytesMut::new();
    let mut bytes = BytesMut::new();
    for row in rows {
        offsets.put_u64_le(bytes.len() as u64);
        bytes.put_slice(row);
    }
    RowList::with_offsets(offsets.freeze(), Bytes::from(bytes.to_vec())).unwrap()
}

fn held(list: &[Vec<u8>]) -> HeldRows {
    HeldRows { holder: HOST, rows: rows(list) }
}

/// Applies one message to one table; gives the change and how many deletes found nothing.
fn apply(cache: &mut Cache, table: &str, deletes: &[Vec<u8>], inserts: &[Vec<u8>]) -> (TableChange, u64) {
    let position = cache.position_or_add(table);
    let shape = cache.table(position).shape.clone();
    let delta = TableDelta::new(table.into(), shape.as_ref(), vec![held(deletes)], vec![held(inserts)]);
    let plan = TablePlan::new(cache, position, delta);
    let absent = plan.absent_deletes(cache).map_or(0, |(_, absent)| absent);
    (plan.apply(cache), absent)
}

fn all(rows: &OldRows) -> Vec<Vec<u8>> {
    rows.iter().map(<[u8]>::to_vec).collect()
}

fn rows_of(cache: &Cache, table: &str, slots: &[Slot]) -> Vec<Vec<u8>> {
    let table = cache.table(cache.position(table).unwrap());
    slots.iter().map(|slot| table.row(*slot).to_vec()).collect()
}

fn ids(cache: &Cache, index: &str, range: &KeyRange<'_>) -> Vec<u64> {
    let table = cache.table(cache.position("entity").unwrap());
    let slots = table.filter(index, range).unwrap();
    slots.iter().map(|slot| u64::from_le_bytes(table.row(*slot)[..8].try_into().unwrap())).collect()
}

#[test]
fn a_row_is_there_while_its_count_is_above_zero() {
    let mut cache = kitchen();
    let row = entity(1, 1, 100);
    let (change, _) = apply(&mut cache, "entity", &[], &[row.clone(), row.clone()]);
    assert_eq!(change.inserted.len(), 1, "two deliveries are one insert");
    assert!(apply(&mut cache, "entity", &[row.clone()], &[]).0.is_empty(), "one delivery is left");
    let (change, absent) = apply(&mut cache, "entity", &[row.clone()], &[]);
    assert_eq!(all(&change.deleted), [row]);
    assert_eq!(absent, 0);
    assert!(cache.table(change.table).is_empty());
}

#[test]
fn what_cancels_out_changes_nothing() {
    let mut cache = kitchen();
    let (there, never) = (entity(1, 1, 100), entity(2, 1, 100));
    apply(&mut cache, "entity", &[], &[there.clone()]);
    let (change, absent) = apply(&mut cache, "entity", &[there.clone(), never.clone()], &[never, there]);
    assert!(change.is_empty());
    assert_eq!(absent, 0);
}

#[test]
fn deletes_of_absent_rows_are_counted_and_do_not_go_below_zero() {
    let mut cache = kitchen();
    let row = entity(1, 1, 100);
    let (change, absent) = apply(&mut cache, "entity", &[row.clone(), row.clone()], &[]);
    assert!(change.is_empty());
    assert_eq!(absent, 2);
    let (change, absent) = apply(&mut cache, "entity", &[], &[row]);
    assert_eq!((change.inserted.len(), absent), (1, 0));
}

#[test]
fn a_delete_and_an_insert_of_one_key_are_an_update() {
    let mut cache = kitchen();
    let (old, new, other) = (entity(1, 1, 100), entity(1, 1, 90), entity(2, 1, 100));
    apply(&mut cache, "entity", &[], &[old.clone(), other.clone()]);
    let (change, _) = apply(&mut cache, "entity", &[old.clone(), other.clone()], &[entity(3, 1, 1), new.clone()]);
    assert_eq!(change.updated.len(), 1);
    assert_eq!(all(&change.outdated), [old]);
    assert_eq!(rows_of(&cache, "entity", &change.updated), [new.clone()]);
    assert_eq!(all(&change.deleted), [other]);
    assert_eq!(rows_of(&cache, "entity", &change.inserted), [entity(3, 1, 1)]);
    let table = cache.table(change.table);
    assert_eq!(table.find("id", &1u64.to_le_bytes()).unwrap(), Some(&new[..]));
    assert_eq!(table.find("id", &2u64.to_le_bytes()).unwrap(), None);
}

#[test]
fn an_update_of_a_row_held_twice_is_one_update() {
    let mut cache = kitchen();
    let (old, new) = (entity(1, 1, 100), entity(1, 1, 90));
    apply(&mut cache, "entity", &[], &[old.clone(), old.clone()]);
    let (change, _) = apply(&mut cache, "entity", &[old.clone(), old], &[new.clone(), new.clone()]);
    assert_eq!((change.inserted.len(), change.deleted.len(), change.updated.len()), (0, 0, 1));
    assert!(apply(&mut cache, "entity", &[new], &[]).0.is_empty(), "the new row is held twice as well");
}

#[test]
fn inserts_and_deletes_come_in_the_messages_order() {
    let mut cache = kitchen();
    let inserted: Vec<_> = [5, 3, 9, 1].iter().map(|id| entity(*id, 1, 1)).collect();
    let (change, _) = apply(&mut cache, "entity", &[], &inserted);
    assert_eq!(rows_of(&cache, "entity", &change.inserted), inserted);
    let deleted: Vec<_> = [9, 5].iter().map(|id| entity(*id, 1, 1)).collect();
    let (change, _) = apply(&mut cache, "entity", &deleted, &[]);
    assert_eq!(all(&change.deleted), deleted);
}

#[test]
fn a_row_that_is_also_deleted_keeps_its_place_among_the_inserts() {
    let mut cache = kitchen();
    let (a, b) = (entity(1, 1, 1), entity(2, 1, 1));
    // `b` is deleted once and inserted twice: the delete must not move it to the front.
    let (change, _) = apply(&mut cache, "entity", &[b.clone()], &[a.clone(), b.clone(), b.clone()]);
    assert_eq!(rows_of(&cache, "entity", &change.inserted), [a, b]);
}

#[test]
fn unique_columns_may_swap_values_in_one_message() {
    let mut cache = kitchen();
    apply(&mut cache, "item", &[], &[item(1, "a"), item(2, "b")]);
    let (change, _) = apply(&mut cache, "item", &[item(1, "a"), item(2, "b")], &[item(1, "b"), item(2, "a")]);
    assert_eq!(change.updated.len(), 2);
    let table = cache.table(change.table);
    assert_eq!(table.find("serial", &text("a")).unwrap(), Some(&item(2, "a")[..]));
    assert_eq!(table.find("serial", &text("b")).unwrap(), Some(&item(1, "b")[..]));
}

#[test]
fn many_keys_are_found_at_once() {
    let mut cache = kitchen();
    // Far apart and close together, present and absent, more than are fetched ahead at a time.
    for step in [1u64, 1 << 40] {
        let rows: Vec<_> = (0..500).map(|n| entity(n * step, 1, n as i32)).collect();
        apply(&mut cache, "entity", &[], &rows);
        let table = cache.table(cache.position("entity").unwrap());
        let keys: Vec<u8> = (0..1_000u64).rev().flat_map(|n| (n * step).to_le_bytes()).collect();
        let mut found = Vec::new();
        table.find_many("id", &keys, 1_000, |number, row| found.push((number, row))).unwrap();
        let expected = (0..1_000).map(|number| (number, rows.get(999 - number).map(|row| &row[..])));
        assert_eq!(found, expected.collect::<Vec<_>>());
        let all = (0..500).map(|n| entity(n * step, 1, n as i32)).collect::<Vec<_>>();
        apply(&mut cache, "entity", &all, &[]);
    }
    apply(&mut cache, "item", &[], &[item(1, "a"), item(2, "longer"), item(3, "")]);
    let items = cache.table(cache.position("item").unwrap());
    let mut found = Vec::new();
    let serials = [text("longer"), text("nobody's"), text(""), text("a")].concat();
    items.find_many("serial", &serials, 4, |_, row| found.push(row.map(<[u8]>::to_vec))).unwrap();
    assert_eq!(found, [Some(item(2, "longer")), None, Some(item(3, "")), Some(item(1, "a"))]);
}

#[test]
fn many_keys_are_checked_before_any_is_found() {
    let mut cache = kitchen();
    apply(&mut cache, "item", &[], &[item(1, "a")]);
    let items = cache.table(cache.position("item").unwrap());
    let failure = |keys: &[u8], count| {
        let found = |_, _: Option<&[u8]>| panic!("nothing may be found");
        items.find_many("serial", keys, count, found).unwrap_err().to_string()
    };
    let not_utf8 = [text("a"), vec![1, 0, 0, 0, 0xff]].concat();
    assert!(failure(&not_utf8, 2).contains("`keys[1]`"), "{}", failure(&not_utf8, 2));
    assert!(failure(&text("a"), 2).contains("`keys[1]`"));
    assert!(failure(&text("a"), 0).contains("`keys` has 5 bytes"));
    assert!(items.find_many("id", &[0; 17], 2, |_, _| ()).unwrap_err().message.contains("17 bytes"));
    assert!(items.find_many("id", &[], usize::MAX, |_, _| ()).unwrap_err().message.contains("`keys[0]`"));
    assert_eq!(items.find_many("owner", &[0; 8], 1, |_, _| ()).unwrap_err().status, STDB_ERR_UNKNOWN_INDEX);
}

#[test]
fn an_ordered_index_follows_changes() {
    let mut cache = kitchen();
    let all = KeyRange { prefix: &[], lower: Bound::Unbounded, upper: Bound::Unbounded };
    let in_zone = |zone: &'static [u8; 4]| KeyRange { prefix: zone, ..all };
    apply(&mut cache, "entity", &[], &[entity(1, 300, 1), entity(2, 2, 1), entity(3, 2, 1)]);
    assert_eq!(ids(&cache, "zone", &in_zone(&[2, 0, 0, 0])).len(), 2);
    assert_eq!(ids(&cache, "zone", &all)[2], 1, "300 is above 2, although its first byte is lower");
    apply(&mut cache, "entity", &[entity(2, 2, 1)], &[entity(2, 400, 1), entity(4, 2, 1)]);
    // Rows of one zone lie in no particular order.
    let mut in_two = ids(&cache, "zone", &in_zone(&[2, 0, 0, 0]));
    in_two.sort();
    assert_eq!(in_two, [3, 4]);
    assert_eq!(ids(&cache, "zone", &all).len(), 4);
    let many: Vec<_> = (10..200).map(|id| entity(id, 7, 1)).collect();
    apply(&mut cache, "entity", &[entity(3, 2, 1)], &many);
    assert_eq!(ids(&cache, "zone", &in_zone(&[7, 0, 0, 0])).len(), 190);
    assert_eq!(ids(&cache, "zone", &in_zone(&[2, 0, 0, 0])), [4]);
}

#[test]
fn ranges_have_bounds_that_are_in_or_out() {
    let mut cache = kitchen();
    let zones: Vec<_> = (1..=5).map(|zone| entity(u64::from(zone), zone, 1)).collect();
    apply(&mut cache, "entity", &[], &zones);
    let (two, four) = (2u32.to_le_bytes(), 4u32.to_le_bytes());
    let range = |lower, upper| KeyRange { prefix: &[], lower, upper };
    assert_eq!(ids(&cache, "zone", &range(Bound::Included(&two), Bound::Included(&four))), [2, 3, 4]);
    assert_eq!(ids(&cache, "zone", &range(Bound::Excluded(&two), Bound::Excluded(&four))), [3]);
    assert_eq!(ids(&cache, "zone", &range(Bound::Unbounded, Bound::Excluded(&two))), [1]);
    assert_eq!(ids(&cache, "zone", &range(Bound::Excluded(&four), Bound::Unbounded)), [5]);
    assert!(ids(&cache, "zone", &range(Bound::Included(&four), Bound::Included(&two))).is_empty());
}

#[test]
fn bad_keys_and_names_are_named() {
    let mut cache = kitchen();
    apply(&mut cache, "entity", &[], &[entity(1, 1, 1)]);
    let table = cache.table(cache.position("entity").unwrap());
    let failure = |result: crate::error::Result<Option<&[u8]>>| result.map(|_| ()).unwrap_err();
    let error = failure(table.find("nobody", &[]));
    assert_eq!(error.status, STDB_ERR_UNKNOWN_COLUMN);
    assert!(error.message.contains("`nobody`") && error.message.contains("zone"), "{error}");
    assert_eq!(failure(table.find("hp", &1i32.to_le_bytes())).status, STDB_ERR_UNKNOWN_INDEX);
    for key in [&[1u8; 7][..], &[1u8; 9][..]] {
        let error = failure(table.find("id", key));
        assert_eq!(error.status, STDB_ERR_INVALID_ARGUMENT);
        assert!(error.message.contains("`key`") && error.message.contains("`id`"), "{error}");
    }
    apply(&mut cache, "item", &[], &[item(1, "a")]);
    let items = cache.table(cache.position("item").unwrap());
    let not_utf8 = failure(items.find("serial", &[1, 0, 0, 0, 0xff]));
    assert_eq!(not_utf8.status, STDB_ERR_INVALID_ARGUMENT);
    let table = cache.table(cache.position("entity").unwrap());
    let everything = KeyRange { prefix: &[], lower: Bound::Unbounded, upper: Bound::Unbounded };
    assert_eq!(table.filter("nobody", &everything).unwrap_err().status, STDB_ERR_UNKNOWN_INDEX);
    let beyond = KeyRange { prefix: &[1, 0, 0, 0], lower: Bound::Included(&[1]), upper: Bound::Unbounded };
    assert!(table.filter("zone", &beyond).unwrap_err().message.contains("`lower`"));
    let too_many = KeyRange { prefix: &[0; 8], ..everything };
    assert_eq!(table.filter("zone", &too_many).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
}

#[test]
fn without_a_schema_rows_are_their_bytes() {
    let mut cache = Cache::default();
    let (change, _) = apply(&mut cache, "anything", &[], &[vec![1], vec![], vec![1, 2]]);
    assert_eq!(change.inserted.len(), 3);
    let (change, _) = apply(&mut cache, "anything", &[vec![1]], &[vec![9]]);
    assert_eq!((change.inserted.len(), change.deleted.len(), change.updated.len()), (1, 1, 0));
    let table = cache.table(change.table);
    assert_eq!(table.len(), 3);
    assert_eq!(table.find("id", &[]).unwrap_err().status, STDB_ERR_NO_SCHEMA);
}

#[test]
fn a_table_can_be_emptied() {
    let mut cache = kitchen();
    let row = entity(1, 1, 100);
    apply(&mut cache, "entity", &[], &[row.clone(), row.clone(), entity(2, 1, 1)]);
    let change = TablePlan::to_empty(&cache, cache.position("entity").unwrap()).apply(&mut cache);
    assert_eq!(change.deleted.len(), 2);
    let table = cache.table(change.table);
    assert!(table.is_empty());
    assert_eq!(table.find("id", &1u64.to_le_bytes()).unwrap(), None);
}

#[test]
fn of_several_rows_with_one_key_the_first_goes_with_the_first() {
    let mut cache = kitchen();
    let (a, b, c) = (entity(1, 1, 1), entity(1, 1, 2), entity(1, 1, 3));
    apply(&mut cache, "entity", &[], &[a.clone(), b.clone(), c.clone()]);
    let (d, e) = (entity(1, 1, 4), entity(1, 1, 5));
    let (change, _) = apply(&mut cache, "entity", &[c.clone(), b.clone(), a.clone()], &[e.clone(), d.clone()]);
    assert_eq!(all(&change.outdated), [c, b]);
    assert_eq!(rows_of(&cache, "entity", &change.updated), [e, d]);
    assert_eq!(all(&change.deleted), [a]);
}

#[test]
fn rows_that_move_are_told_where_they_are() {
    let mut cache = kitchen();
    let many: Vec<_> = (0..100).map(|id| entity(id, 1, 1)).collect();
    apply(&mut cache, "entity", &[], &many);
    // The last rows are updated in the message whose deletes make them move.
    let deletes = [&many[3..60], &many[95..100]].concat();
    let renewed: Vec<_> = (95..100).map(|id| entity(id, 2, 2)).collect();
    let (change, _) = apply(&mut cache, "entity", &deletes, &renewed);
    assert_eq!(all(&change.outdated), many[95..100]);
    assert_eq!(rows_of(&cache, "entity", &change.updated), renewed);
    let table = cache.table(change.table);
    assert_eq!(table.len(), 43);
    for row in many[..3].iter().chain(&many[60..95]).chain(&renewed) {
        assert_eq!(table.find("id", &row[..8]).unwrap(), Some(&row[..]));
    }
    for row in &many[3..60] {
        assert_eq!(table.find("id", &row[..8]).unwrap(), None);
    }
}

#[test]
fn many_rows_are_the_same_as_few() {
    let rows: Vec<_> = (0..3_000).map(|n| item(n / 2, &format!("{}", n / 2))).collect();
    let mut at_once = kitchen();
    let (change, _) = apply(&mut at_once, "item", &[], &rows);
    assert_eq!(rows_of(&at_once, "item", &change.inserted).len(), 1_500);
    // A second time: the table is not empty any more.
    let more: Vec<_> = (1_000..2_500).map(|n| item(n, &format!("{n}"))).collect();
    let (change, _) = apply(&mut at_once, "item", &[], &more);
    assert_eq!(rows_of(&at_once, "item", &change.inserted), more[500..]);
    let mut one_by_one = kitchen();
    rows.iter().chain(&more).for_each(|row| drop(apply(&mut one_by_one, "item", &[], &[row.clone()])));
    for cache in [&at_once, &one_by_one] {
        let table = cache.table(change.table);
        assert_eq!(table.len(), 2_500);
        for n in 0..2_500u64 {
            assert_eq!(table.find("id", &n.to_le_bytes()).unwrap(), Some(&item(n, &format!("{n}"))[..]));
            assert!(table.find("serial", &text(&format!("{n}"))).unwrap().is_some());
        }
    }
    // Rows 0 to 999 were delivered twice, 1,000 to 1,499 three times.
    for (id, count) in [(0, 2), (999, 2), (1_000, 3), (1_499, 3), (1_500, 1)] {
        let row = item(id, &format!("{id}"));
        for cache in [&mut at_once, &mut one_by_one] {
            let (change, absent) = apply(cache, "item", &vec![row.clone(); count + 1], &[]);
            assert_eq!((change.deleted.len(), absent), (1, 1), "row {id}");
        }
    }
}

#[test]
fn chunks_have_every_row_once() {
    let mut cache = kitchen();
    let rows: Vec<_> = (0..30_000).map(|id| entity(id, 1, 1)).collect();
    let (change, _) = apply(&mut cache, "entity", &[], &rows);
    let in_chunks = |cache: &Cache| {
        let chunks = cache.table(change.table).chunks().unwrap();
        assert!(chunks.iter().all(|chunk| chunk.stride == 28 && chunk.count > 0));
        chunks.iter().map(|chunk| chunk.count).sum::<usize>()
    };
    assert_eq!(in_chunks(&cache), 30_000);
    apply(&mut cache, "entity", &rows[10..20_000], &[]);
    assert_eq!(in_chunks(&cache), 10_010);
    apply(&mut cache, "item", &[], &[item(1, "a")]);
    assert!(cache.table(cache.position("item").unwrap()).chunks().is_none());
}

#[test]
fn memory_is_given_back() {
    for (table, row) in
        [("entity", &(|n| entity(n, 1, 1)) as &dyn Fn(u64) -> Vec<u8>), ("item", &|n| item(n, &n.to_string()))]
    {
        let mut cache = kitchen();
        let rows: Vec<_> = (0..50_000).map(row).collect();
        let (change, _) = apply(&mut cache, table, &[], &rows);
        let full = cache.table(change.table).memory();
        apply(&mut cache, table, &rows[500..], &[]);
        let left = cache.table(change.table).memory();
        assert!(left < full / 2, "{table}: {left} of {full} bytes for a hundredth of the rows");
        apply(&mut cache, table, &rows[..500], &[]);
        assert_eq!(cache.table(change.table).memory(), 0, "{table}");
    }
}

#[test]
fn floats_are_the_same_when_their_bytes_are() {
    let mut cache = kitchen();
    let with_position = |id, x: u32| {
        let mut row = entity(id, 1, 1);
        row[12..16].copy_from_slice(&x.to_le_bytes());
        row
    };
    // Zero, its negative, and two NaNs of other bits.
    for bits in [0, 0x8000_0000, 0x7fc0_0000, 0x7fc0_0001] {
        apply(&mut cache, "entity", &[], &[with_position(1, bits)]);
    }
    let position = cache.position("entity").unwrap();
    assert_eq!(cache.table(position).len(), 4);
    let (change, absent) = apply(&mut cache, "entity", &[with_position(1, 0x7fc0_0001)], &[]);
    assert_eq!((all(&change.deleted), absent), (vec![with_position(1, 0x7fc0_0001)], 0));
    let (change, absent) = apply(&mut cache, "entity", &[with_position(1, 0x7fc0_0002)], &[]);
    assert_eq!((change.is_empty(), absent), (true, 1));
}
