//! What a message does to a table: counts, net changes, updates, indexes.
#![allow(clippy::cloned_ref_to_slice_refs)] // A list of one row reads as lists of several do.

use std::ops::Bound;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use super::change::{TableChange, TableDelta, TablePlan};
use super::table::KeyRange;
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

/// Applies one message to one table; gives the change and how many deletes found nothing.
fn apply(cache: &mut Cache, table: &str, deletes: &[Vec<u8>], inserts: &[Vec<u8>]) -> (TableChange, u64) {
    let delta = TableDelta { table: table.into(), deletes: vec![rows(deletes)], inserts: vec![rows(inserts)] };
    let position = cache.position_or_add(table);
    let plan = TablePlan::new(cache, position, &delta);
    let absent = plan.absent_deletes();
    (plan.apply(cache), absent)
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
    assert_eq!(change.deleted, [row.into_boxed_slice()]);
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
    assert_eq!(&*change.updated[0].0, old);
    assert_eq!(rows_of(&cache, "entity", &[change.updated[0].1]), [new.clone()]);
    assert_eq!(change.deleted, [other.into_boxed_slice()]);
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
    assert_eq!(change.deleted.iter().map(|row| row.to_vec()).collect::<Vec<_>>(), deleted);
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
    assert!(table.is_empty() && table.next(0).is_none());
    assert_eq!(table.find("id", &1u64.to_le_bytes()).unwrap(), None);
}
