//! Random traffic: what the messages of an episode do to the tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::message::{Name, QueryUpdate, Row, RowList, TableUpdate};
use super::model::Model;
use super::rng::Rng;
use super::rows;
use crate::cache::holders::HOST;
use crate::schema::{Schema, TableSchema};

/// Makes the row changes of messages.
pub struct Traffic {
    pub rng: Rng,
    schema: Option<Arc<Schema>>,
    names: Vec<Name>,
    /// How many values a unique column has, more or less.
    breadth: u64,
    /// How many rows a table is to have, more or less.
    size: usize,
}

/// What a message does to a table, before it is cut into query updates.
#[derive(Default)]
struct Delta {
    deletes: Vec<Row>,
    inserts: Vec<Row>,
}

/// A table while changes of it are made up.
struct Target<'a> {
    schema: Option<&'a TableSchema>,
    rows: &'a BTreeMap<Row, u64>,
}
/// So many unique values a column has when thousands of rows are made.
const MASS_BREADTH: u64 = 1 << 20;
/// From so many rows on a table is soon made small again.
const LARGE: usize = 300;

impl Delta {
    fn delete(&mut self, row: &Row, times: u64) {
        (0..times).for_each(|_| self.deletes.push(row.clone()));
    }

    fn insert(&mut self, row: &Row, times: u64) {
        (0..times).for_each(|_| self.inserts.push(row.clone()));
    }
}

impl Traffic {
    /// The traffic of an episode, which has a character of its own.
    pub fn new(mut rng: Rng, schema: Option<Arc<Schema>>, names: Vec<Name>) -> Self {
        let breadth = *rng.pick(&[3, 8, 30, 1000]);
        let size = *rng.pick(&[2, 6, 20]);
        Traffic { rng, schema, names, breadth, size }
    }

    /// The row changes of a message: of mostly one or two tables. They are made up for the rows of a query set, or for all.
    pub fn update(&mut self, model: &Model, set: Option<u32>) -> Vec<TableUpdate> {
        let count = *self.rng.pick(&[1, 1, 1, 1, 2, 2, 3, 5]);
        let mut parts = Vec::new();
        for _ in 0..count {
            let rows_of = |name: &Name| set.map_or_else(|| model.rows(name), |set| model.rows_of_set(name, set));
            // A large table of one query set among several would stay so for long.
            let is_large = |name: &&Name| set.is_some() && rows_of(name).is_some_and(|rows| rows.len() > LARGE);
            let large = self.names.iter().find(is_large).filter(|_| self.rng.one_in(3));
            let name = large.unwrap_or_else(|| self.rng.pick(&self.names)).clone();
            let rows = rows_of(&name);
            // The tables of a query set are empty more often.
            let is_empty = set.is_none() && rows.is_none_or(BTreeMap::is_empty);
            let delta = self.delta(rows, &name, if is_empty { 100 } else { 1200 });
            let updates = self.cut(delta);
            // A table may be in a message more than once.
            let split = if self.rng.one_in(6) { self.rng.place(updates.len() + 1) } else { updates.len() };
            let (first, second) = updates.split_at(split);
            let set = set.unwrap_or(HOST);
            parts.push(TableUpdate { set, table: name.clone(), updates: first.to_vec() });
            if split < updates.len() {
                parts.push(TableUpdate { set, table: name, updates: second.to_vec() });
            }
        }
        self.rng.shuffle(&mut parts);
        parts
    }

    /// What happens to a table, once in so many times with thousands of rows.
    fn delta(&mut self, rows: Option<&BTreeMap<Row, u64>>, name: &Name, many_one_in: u64) -> Delta {
        let schema = self.schema.clone();
        let nothing = BTreeMap::new();
        let target =
            Target { schema: schema.as_ref().and_then(|schema| schema.table(name)), rows: rows.unwrap_or(&nothing) };
        let mut delta = Delta::default();
        if self.rng.one_in(many_one_in) {
            self.many_inserts(&target, &mut delta);
            if self.rng.one_in(2) {
                return delta;
            }
        }
        if target.rows.len() > LARGE {
            self.shake_large(&target, &mut delta);
        }
        let steps = *self.rng.pick(&[0, 1, 1, 1, 2, 2, 3, 4, 8]);
        (0..steps).for_each(|_| self.step(&target, &mut delta));
        if self.rng.one_in(5) {
            self.rng.shuffle(&mut delta.deletes);
            self.rng.shuffle(&mut delta.inserts);
        }
        delta
    }

    /// One of the things that happen to a few rows.
    fn step(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let is_full = target.rows.len() >= self.size;
        let Some((row, count)) = target.any_row(&mut self.rng) else {
            return self.step_with_new(target, delta);
        };
        match self.rng.below(24) {
            0..6 if !is_full => self.step_with_new(target, delta),
            0..3 => delta.delete(&row, count),
            3..8 => delta.delete(&row, 1),
            8 => self.step_with_new(target, delta),
            9 => delta.insert(&row, 1),
            10 => delta.delete(&row, count + 1),
            // In any number, and in either order: the same row goes and comes.
            11 | 12 => {
                delta.delete(&row, self.rng.below(4));
                delta.insert(&row, self.rng.below(4));
            }
            13 => self.key_change(target, delta, &row, count),
            14 | 15 => self.rotate(target, delta),
            // Another row of the same key, and the old one stays.
            16 => delta.insert(&self.changed(target, &row), 1),
            17 => self.every_row(target, delta),
            _ => {
                let new = self.changed(target, &row);
                delta.delete(&row, count);
                delta.insert(&new, if self.rng.one_in(2) { count } else { 1 });
            }
        }
    }

    fn step_with_new(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let row = rows::random(&mut self.rng, target.schema, self.breadth);
        match self.rng.below(8) {
            0 => delta.delete(&row, 1),
            1 => delta.insert(&row, 2),
            2 => {
                delta.delete(&row, self.rng.below(3));
                delta.insert(&row, self.rng.below(3));
            }
            _ => delta.insert(&row, 1),
        }
    }

    /// A row of the same primary key with something else in it.
    fn changed(&mut self, target: &Target<'_>, row: &[u8]) -> Row {
        match target.schema {
            Some(table) => rows::changed(&mut self.rng, table, row, table.primary_key, self.breadth),
            None => rows::random(&mut self.rng, None, self.breadth),
        }
    }

    /// A row is replaced by one that differs in its key alone.
    fn key_change(&mut self, target: &Target<'_>, delta: &mut Delta, row: &Row, count: u64) {
        let key = target.schema.and_then(|table| Some((table, table.primary_key?)));
        let Some((table, key)) = key else { return };
        let value = rows::random_value(&mut self.rng, table, key, self.breadth);
        delta.delete(row, count);
        delta.insert(&rows::with_column(table, row, key, &value), count);
    }

    /// Two or three rows hand a unique column on in a circle.
    fn rotate(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let Some(table) = target.schema.filter(|table| !table.unique.is_empty()) else { return };
        let column = *self.rng.pick(&table.unique);
        let circle: Vec<(Row, u64)> =
            (0..self.rng.between(2, 3)).filter_map(|_| target.any_row(&mut self.rng)).collect();
        for (place, (row, count)) in circle.iter().enumerate() {
            let value = rows::column(table, &circle[(place + 1) % circle.len()].0, column);
            delta.delete(row, *count);
            delta.insert(&rows::with_column(table, row, column, value), *count);
        }
    }

    /// What a subscription or its end does that overlaps with others, or a deletion of all.
    fn every_row(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let what = self.rng.below(4);
        for (row, count) in target.rows.iter().take(LARGE) {
            match what {
                0 => delta.insert(row, 1),
                1 => delta.delete(row, 1),
                2 => delta.delete(row, *count),
                _ => delta.delete(row, if self.rng.one_in(8) { 0 } else { *count }),
            }
        }
    }

    /// Thousands of inserts, or just about as many as are treated apart.
    fn many_inserts(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let count = *self.rng.pick(&[998, 999, 1000, 1001, 1100, 1500, 2500]);
        let breadth = if self.rng.one_in(4) { count / 2 } else { MASS_BREADTH };
        let duplicates = self.rng.one_in(2);
        for _ in 0..count {
            let row = if duplicates && !delta.inserts.is_empty() && self.rng.one_in(20) {
                self.rng.pick(&delta.inserts).clone()
            } else {
                rows::random(&mut self.rng, target.schema, breadth)
            };
            delta.inserts.push(row);
        }
    }

    /// What happens to a large table: it is emptied, nearly emptied, or many of its rows change. Often nothing does.
    fn shake_large(&mut self, target: &Target<'_>, delta: &mut Delta) {
        let what = self.rng.below(12);
        for (row, count) in target.rows {
            match what {
                0 => delta.delete(row, *count),
                1 => delta.delete(row, if self.rng.one_in(50) { 0 } else { *count }),
                2 if self.rng.one_in(2) => {
                    delta.delete(row, *count);
                    delta.insert(&self.changed(target, row), *count);
                }
                3 if self.rng.one_in(3) => delta.delete(row, 1),
                4 => delta.insert(row, 1),
                _ => {}
            }
        }
    }

    /// Cuts a delta into the updates of one to three queries; at times one of them comes twice, as of queries that overlap.
    fn cut(&mut self, delta: Delta) -> Vec<QueryUpdate> {
        let count = *self.rng.pick(&[1, 1, 1, 2, 3]);
        let mut updates: Vec<QueryUpdate> = (0..count).map(|_| QueryUpdate::default()).collect();
        for row in delta.deletes {
            updates[self.rng.place(count)].deletes.rows.push(row);
        }
        for row in delta.inserts {
            updates[self.rng.place(count)].inserts.rows.push(row);
        }
        if self.rng.one_in(15) {
            updates.push(self.rng.pick(&updates).clone());
        }
        for update in &mut updates {
            update.gzip = self.rng.one_in(30);
            for list in [&mut update.deletes, &mut update.inserts] {
                list.by_size = self.is_written_by_size(list);
            }
        }
        updates
    }

    fn is_written_by_size(&mut self, list: &RowList) -> bool {
        self.rng.one_in(2) && (list.rows.is_empty() || list.has_one_size())
    }
}

impl Target<'_> {
    fn any_row(&self, rng: &mut Rng) -> Option<(Row, u64)> {
        let place = (!self.rows.is_empty()).then(|| rng.place(self.rows.len()))?;
        self.rows.iter().nth(place).map(|(row, count)| (row.clone(), *count))
    }
}
