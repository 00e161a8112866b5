//! Compares what can be read of a table with the model's rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;

use super::message::{Hex, Row};
use super::rng::Rng;
use super::rows;
use crate::cache::RowRef;
use crate::cache::query::KeyRange;
use crate::connection::table_handle::TableHandle;
use crate::error::{STDB_ERR_NO_SCHEMA, STDB_ERR_NOT_FOUND};
use crate::ffi::testing::row_bytes;
use crate::schema::{Index, TableSchema};

/// A table as the cache has it and as it must be. To be used under a read guard.
pub struct Reads<'a> {
    pub handle: &'a TableHandle,
    /// `None` without a schema.
    pub schema: Option<&'a TableSchema>,
    pub rows: &'a BTreeMap<Row, u64>,
    /// Rows that came or went just now.
    pub touched: Vec<&'a Row>,
    pub rng: &'a mut Rng,
}

/// How many values a column has from which one is looked up at random.
const BREADTH: u64 = 30;

impl Reads<'_> {
    /// Compares the rows themselves.
    pub fn check_rows(&self) {
        let mut found: Vec<Row> = self.handle.iter().expect("iter").map(row_bytes).collect();
        found.sort_unstable();
        self.same_rows(&|| "iter".into(), &found, &self.rows.keys().collect::<Vec<_>>());
    }

    /// Looks up `samples` rows, or all if there are no more, by every unique column, and some that may not be there.
    pub fn check_find(&mut self, samples: usize) {
        let Some(table) = self.schema else {
            let status = self.handle.find("0", &[]).map(|_| ()).expect_err("there is no schema").status;
            return assert_eq!(status, STDB_ERR_NO_SCHEMA);
        };
        for column in &table.unique {
            for row in self.sample(samples) {
                self.find(table, *column, rows::column(table, &row, *column));
            }
            for row in &self.touched {
                self.find(table, *column, rows::column(table, row, *column));
            }
            let key = rows::random_value(self.rng, table, *column, BREADTH);
            self.find(table, *column, &key);
        }
    }

    /// Compares every index: the whole of it if `whole`, and `samples` ranges.
    pub fn check_filter(&mut self, whole: bool, samples: usize) {
        let Some(table) = self.schema else { return };
        for index in &table.indexes {
            if whole {
                self.filter(table, index, &[], Bound::Unbounded, Bound::Unbounded);
            }
            for _ in 0..samples {
                let prefix = self.rng.place(index.columns.len() + 1);
                let (prefix, next) = index.columns.split_at(prefix);
                let prefix: Vec<Vec<u8>> = self.values_of_a_row(table, prefix);
                let lower = self.bound(table, next.first().copied());
                let upper = self.bound(table, next.first().copied());
                self.filter(table, index, &prefix, as_slice(&lower), as_slice(&upper));
            }
        }
    }

    /// Finds by a value: one of the rows that have it, if any has.
    fn find(&self, table: &TableSchema, column: usize, key: &[u8]) {
        let name = &table.columns[column].name;
        let mut twice = Vec::new();
        let found = |_, row: Option<RowRef>| twice.push(row.map(row_bytes));
        self.handle.find_many(name.as_ref(), &[key, key].concat(), 2, found).expect("find_many");
        let once = self.handle.find(name.as_ref(), key).ok().map(row_bytes);
        assert_eq!(twice, [once.clone(), once], "find_many `{name}` {}", Hex(key));
        let has_it = |row: &Row| rows::column(table, row, column) == key;
        match self.handle.find(name.as_ref(), key) {
            Ok(row) => {
                let row = row_bytes(row);
                let is_right = self.rows.contains_key(&row) && has_it(&row);
                assert!(is_right, "find `{name}` {} gave {}", Hex(key), Hex(&row));
            }
            Err(error) => {
                assert_eq!(error.status, STDB_ERR_NOT_FOUND, "{error}");
                let missed = self.rows.keys().find(|row| has_it(row));
                assert!(missed.is_none(), "find `{name}` {} did not find {}", Hex(key), Hex(missed.unwrap()));
            }
        }
    }

    /// Compares the rows of an index in a range: they are the same, and in the index's order.
    fn filter(&self, table: &TableSchema, index: &Index, prefix: &[Vec<u8>], lower: Bound<&[u8]>, upper: Bound<&[u8]>) {
        let range = KeyRange { prefix: &prefix.concat(), lower, upper };
        let mut found: Vec<Row> = self.handle.filter(&index.name, &range).expect("filter").map(row_bytes).collect();
        let what = || format!("filter `{}` prefix {} from {lower:?} to {upper:?}", index.name, Hex(range.prefix));
        let index_order = |a: &Row, b: &Row| {
            let order = |column: &usize| compare(table, *column, a, rows::column(table, b, *column));
            index.columns.iter().map(order).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let disorder = found.windows(2).find(|pair| index_order(&pair[0], &pair[1]).is_gt());
        assert!(
            disorder.is_none(),
            "{}: out of order: {} {}",
            what(),
            Hex(&disorder.unwrap()[0]),
            Hex(&disorder.unwrap()[1])
        );

        let lies_in = |row: &&Row| {
            let order = |column: usize, value: &[u8]| compare(table, column, row, value);
            let has_prefix = index.columns.iter().zip(prefix).all(|(column, value)| order(*column, value).is_eq());
            let next = index.columns.get(prefix.len());
            has_prefix && next.is_none_or(|column| lies_between(|value| order(*column, value), lower, upper))
        };
        found.sort_unstable();
        self.same_rows(&what, &found, &self.rows.keys().filter(lies_in).collect::<Vec<_>>());
    }

    /// Both are sorted.
    fn same_rows(&self, what: &dyn Fn() -> String, found: &[Row], expected: &[&Row]) {
        if found.iter().eq(expected.iter().copied()) {
            return;
        }
        let missing = expected.iter().find(|row| found.binary_search(row).is_err());
        let surplus = found.iter().find(|row| expected.binary_search(row).is_err());
        panic!(
            "table `{}`: {}: {} rows where {} are expected; missing: {}; not expected: {}",
            self.handle.name(),
            what(),
            found.len(),
            expected.len(),
            missing.map_or("none".into(), |row| Hex(row).to_string()),
            surplus.map_or("none (but perhaps one twice)".into(), |row| Hex(row).to_string()),
        );
    }

    /// Some of the rows; all, if there are not more than `most`.
    fn sample(&mut self, most: usize) -> Vec<Row> {
        if self.rows.len() <= most {
            return self.rows.keys().cloned().collect();
        }
        let step = self.rows.len() / most.max(1);
        self.rows.keys().skip(self.rng.place(step)).step_by(step).cloned().collect()
    }

    /// The values that some row has in these columns; at times some that perhaps none has.
    fn values_of_a_row(&mut self, table: &TableSchema, columns: &[usize]) -> Vec<Vec<u8>> {
        if self.rows.is_empty() || self.rng.one_in(4) {
            return columns.iter().map(|column| rows::random_value(self.rng, table, *column, BREADTH)).collect();
        }
        let place = self.rng.place(self.rows.len());
        let row = self.rows.keys().nth(place).expect("there are so many");
        columns.iter().map(|column| rows::column(table, row, *column).to_vec()).collect()
    }

    /// A bound for a column; none where there is no column.
    fn bound(&mut self, table: &TableSchema, column: Option<usize>) -> Bound<Vec<u8>> {
        let Some(column) = column else { return Bound::Unbounded };
        let value = self.values_of_a_row(table, &[column]).remove(0);
        match self.rng.below(3) {
            0 => Bound::Included(value),
            1 => Bound::Excluded(value),
            _ => Bound::Unbounded,
        }
    }
}

fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    bound.as_ref().map(Vec::as_slice)
}

fn compare(table: &TableSchema, column: usize, row: &[u8], value: &[u8]) -> Ordering {
    table.layout.compare(column, rows::column(table, row, column), value)
}

/// Whether that lies between the bounds which `order` compares with a value.
fn lies_between(order: impl Fn(&[u8]) -> Ordering, lower: Bound<&[u8]>, upper: Bound<&[u8]>) -> bool {
    let is_above = match lower {
        Bound::Included(value) => order(value).is_ge(),
        Bound::Excluded(value) => order(value).is_gt(),
        Bound::Unbounded => true,
    };
    let is_below = match upper {
        Bound::Included(value) => order(value).is_le(),
        Bound::Excluded(value) => order(value).is_lt(),
        Bound::Unbounded => true,
    };
    is_above && is_below
}
