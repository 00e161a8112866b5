//! Random rows of a table, and rows made of others.

use super::message::Row;
use super::rng::Rng;
use crate::schema::{Kind, TableSchema, Type};

/// Floats that are alike in one way and differ in another: two zeros, NaNs of several payloads.
const F32S: [u32; 9] =
    [0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x7f80_0000, 0x7fc0_0000, 0x7fc0_0001, 0xffc0_0000, 1];
const F64S: [u64; 9] = [
    0,
    0x8000_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0x7ff8_0000_0000_0001,
    0xfff8_0000_0000_0000,
    1,
];
/// How many values a column has that is not unique, more or less: few, so that the same rows come again.
const FEW: u64 = 3;

/// A random row. `breadth` is how many values a unique column has, more or less.
pub fn random(rng: &mut Rng, table: Option<&TableSchema>, breadth: u64) -> Row {
    let mut row = Row::new();
    let Some(table) = table else {
        raw(rng, breadth, &mut row);
        return row;
    };
    for (position, column) in table.columns.iter().enumerate() {
        let breadth = if table.unique.contains(&position) { breadth } else { FEW };
        value(rng, &column.ty, breadth, &mut row);
    }
    row
}

/// A random value of a column.
pub fn random_value(rng: &mut Rng, table: &TableSchema, column: usize, breadth: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    value(rng, &table.columns[column].ty, breadth, &mut bytes);
    bytes
}

/// The row with other values in some of its columns: all but `kept`, or only `kept` when there is nothing else.
pub fn changed(rng: &mut Rng, table: &TableSchema, row: &[u8], kept: Option<usize>, breadth: u64) -> Row {
    let mut columns = cut(table, row);
    for (position, bytes) in columns.iter_mut().enumerate() {
        if Some(position) != kept && rng.one_in(2) {
            *bytes = random_value(rng, table, position, breadth);
        }
    }
    columns.concat()
}

/// The row with another value in one column.
pub fn with_column(table: &TableSchema, row: &[u8], column: usize, value: &[u8]) -> Row {
    let mut columns = cut(table, row);
    columns[column] = value.to_vec();
    columns.concat()
}

/// The bytes of a column.
pub fn column<'a>(table: &TableSchema, row: &'a [u8], column: usize) -> &'a [u8] {
    &row[table.layout.column_range(row, column).expect("the row is of the table's type")]
}

fn cut(table: &TableSchema, row: &[u8]) -> Vec<Vec<u8>> {
    (0..table.columns.len()).map(|position| column(table, row, position).to_vec()).collect()
}

fn value(rng: &mut Rng, ty: &Type, breadth: u64, out: &mut Vec<u8>) {
    match &ty.kind {
        Kind::Bool => out.push(rng.below(2) as u8),
        Kind::F32 => out.extend(rng.pick(&F32S).to_le_bytes()),
        Kind::F64 => out.extend(rng.pick(&F64S).to_le_bytes()),
        Kind::String => text(rng, breadth, out),
        Kind::Array(element) => {
            let count = rng.below(4) as u32;
            out.extend(count.to_le_bytes());
            (0..count).for_each(|_| value(rng, element, breadth, out));
        }
        Kind::Product(elements) => elements.iter().for_each(|element| value(rng, &element.ty, breadth, out)),
        Kind::Sum(variants) => {
            let tag = rng.place(variants.len());
            out.push(tag as u8);
            value(rng, &variants[tag].ty, breadth, out);
        }
        _ => number(rng, ty.size.expect("integers have a fixed size"), breadth, out),
    }
}

/// A number of so many bytes: mostly a small one, at times one of the ends, or one whose order its first byte does not tell.
fn number(rng: &mut Rng, size: usize, breadth: u64, out: &mut Vec<u8>) {
    let mut bytes = [0; 32];
    let small = rng.below(breadth).to_le_bytes();
    match rng.below(24) {
        0 => bytes[..size].fill(0xff),
        1 => bytes[size - 1] = 0x80,
        2 => {
            let place = rng.place(size);
            bytes[place] = small[0];
        }
        _ => {
            let len = size.min(small.len());
            bytes[..len].copy_from_slice(&small[..len]);
        }
    }
    out.extend(&bytes[..size]);
}

/// A text: mostly a short one, of which some begin as others do; rarely one of up to 64 KiB.
fn text(rng: &mut Rng, breadth: u64, out: &mut Vec<u8>) {
    let number = rng.below(breadth);
    let mut text = if number == 0 { String::new() } else { number.to_string() };
    if rng.one_in(16) {
        text.push('é');
    }
    text.push_str(&"x".repeat(length(rng)));
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

/// A row of which nothing is known.
fn raw(rng: &mut Rng, breadth: u64, out: &mut Vec<u8>) {
    let len = rng.place(9);
    out.extend(&rng.below(breadth).to_le_bytes()[..len]);
    out.resize(len + length(rng), 7);
}

/// How much longer than usual something is: mostly not at all.
fn length(rng: &mut Rng) -> usize {
    match rng.below(10_000) {
        0 => rng.place(65_500),
        1..100 => rng.place(300),
        _ => 0,
    }
}
