//! The rows a message carries: per table, per query, as packed lists.

use bytes::Bytes;

use super::compression::{Budget, Compression};
use super::cursor::{Context, Cursor};
use crate::error::{Error, Result, STDB_ERR_PROTOCOL};

/// The smallest table update: an id, an empty name, a count of rows, a count of updates.
const SMALLEST_TABLE_UPDATE: usize = 4 + 4 + 8 + 4;
/// The smallest query update: a compression tag and the length of what is compressed.
const SMALLEST_QUERY_UPDATE: usize = 1 + 4;
/// The bytes of one offset of a row list.
const OFFSET_SIZE: usize = size_of::<u64>();
/// Where an error was met whose bytes are not counted in the message but in what a part of it expanded to.
const EXPANDED: &str = "the expanded query update";
/// The most characters of a table's name that an error quotes.
const MOST_NAME_QUOTED: usize = 64;

/// What a message changes, or brings at first: table by table, in the host's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseUpdate {
    /// The tables that have rows in the message. A table may be there more than once.
    pub tables: Vec<TableUpdate>,
}

/// The rows of one table in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableUpdate {
    /// The host's number of the table.
    pub table_id: u32,
    /// The name of the table.
    pub table_name: String,
    /// How many rows all updates together have, deletes and inserts, as the host counted them. Not checked against
    /// the lists: what counts is what is in them.
    pub num_rows: u64,
    /// One update for each query that matches rows of the table, already expanded. A row that several queries
    /// match is there several times.
    pub updates: Vec<QueryUpdate>,
}

/// The rows of one table that one query lost and gained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryUpdate {
    /// The rows that no longer match, or were deleted.
    pub deletes: RowList,
    /// The rows that match from now on, or were inserted.
    pub inserts: RowList,
}

/// A packed list of rows, each in BSATN: the bytes of all rows one after the other, and where each begins.
///
/// A list is checked when it is made, so that reading a row cannot fail. It borrows the message's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowList {
    rows: Bytes,
    bounds: Bounds,
}

/// Where the rows of a list begin.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Bounds {
    /// Every row has this size, which is not zero, and the list's bytes are a multiple of it.
    FixedSize(usize),
    /// The start of each row, as packed `u64`s: the first is 0, none is below the one before or above the list's
    /// length. A row ends where the next begins.
    Offsets(Bytes),
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds::Offsets(Bytes::new())
    }
}

impl RowList {
    /// Makes a list of rows that all have `row_size` bytes.
    ///
    /// A size of 0 makes an empty list: so many rows without bytes cannot be counted, and the host's newer versions
    /// send them by offsets instead.
    ///
    /// # Errors
    /// `STDB_ERR_PROTOCOL` when `row_size` does not divide the bytes.
    pub fn with_fixed_size(row_size: u16, rows: Bytes) -> Result<Self> {
        let size = usize::from(row_size);
        let is_multiple = rows.len().is_multiple_of(size);
        if !is_multiple {
            return Err(fault(format_args!("{} bytes are not a multiple of the row size {size}", rows.len())));
        }
        let bounds = if size == 0 { Bounds::default() } else { Bounds::FixedSize(size) };
        Ok(RowList { rows, bounds })
    }

    /// Makes a list of rows of any size. `offsets` has the start of each row, 8 bytes a row, little-endian. Rows
    /// without bytes have the same start as the row after them.
    ///
    /// # Errors
    /// `STDB_ERR_PROTOCOL` when the offsets do not begin at 0, go backwards or past the end, or are not whole; and when
    /// there are bytes and no offsets.
    pub fn with_offsets(offsets: Bytes, rows: Bytes) -> Result<Self> {
        let (starts, rest) = offsets.as_chunks::<OFFSET_SIZE>();
        if !rest.is_empty() {
            return Err(fault(format_args!("{} bytes are not whole row offsets", offsets.len())));
        }
        check_starts(starts, rows.len())?;
        Ok(RowList { rows, bounds: Bounds::Offsets(offsets) })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.bounds {
            Bounds::FixedSize(size) => self.rows.len() / size,
            Bounds::Offsets(offsets) => offsets.len() / OFFSET_SIZE,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, in the host's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// The bytes of one row.
    ///
    /// # Panics
    /// When there is no row of that index, like a slice.
    pub fn get(&self, index: usize) -> &[u8] {
        match &self.bounds {
            Bounds::FixedSize(size) => &self.rows[index * size..][..*size],
            Bounds::Offsets(offsets) => {
                let starts = offsets.as_chunks::<OFFSET_SIZE>().0;
                let end = starts.get(index + 1).map_or(self.rows.len(), |start| offset(start) as usize);
                &self.rows[offset(&starts[index]) as usize..end]
            }
        }
    }

    /// The bytes of all rows, one after the other.
    pub fn bytes(&self) -> &Bytes {
        &self.rows
    }

    /// The size of every row in bytes, when the host sent it, and never 0. `None`: the rows may differ in size.
    pub fn fixed_size(&self) -> Option<usize> {
        match self.bounds {
            Bounds::FixedSize(size) => Some(size),
            Bounds::Offsets(_) => None,
        }
    }

    /// Reads a list of a message.
    pub(super) fn read(cursor: &mut Cursor, field: &str) -> Result<Self> {
        let list = match cursor.u8(field)? {
            0 => {
                let row_size = cursor.u16(field)?;
                RowList::with_fixed_size(row_size, cursor.bytes(field)?)
            }
            1 => {
                let offsets = cursor.packed(field, OFFSET_SIZE)?;
                RowList::with_offsets(offsets, cursor.bytes(field)?)
            }
            tag => return Err(cursor.unknown_tag(field, tag)),
        };
        list.of(field)
    }
}

impl DatabaseUpdate {
    pub(super) fn read(cursor: &mut Cursor, budget: &mut Budget) -> Result<Self> {
        let tables = cursor.list("tables", SMALLEST_TABLE_UPDATE, |cursor| TableUpdate::read(cursor, budget))?;
        Ok(DatabaseUpdate { tables })
    }
}

impl TableUpdate {
    pub(super) fn read(cursor: &mut Cursor, budget: &mut Budget) -> Result<Self> {
        let table_id = cursor.u32("table_id")?;
        let table_name = cursor.string("table_name")?;
        let num_rows = cursor.u64("num_rows").with(|| quote_table(&table_name))?;
        let updates = cursor
            .list("updates", SMALLEST_QUERY_UPDATE, |cursor| QueryUpdate::read_compressed(cursor, budget))
            .with(|| quote_table(&table_name))?;
        Ok(TableUpdate { table_id, table_name, num_rows, updates })
    }
}

impl QueryUpdate {
    /// Reads a query update with the compression tag in front that v1 gives it.
    fn read_compressed(cursor: &mut Cursor, budget: &mut Budget) -> Result<Self> {
        let tag = cursor.u8("compression")?;
        let compression = Compression::from_tag(tag).ok_or_else(|| cursor.unknown_tag("compression", tag))?;
        if compression == Compression::None {
            return QueryUpdate::read(cursor);
        }
        let expanded = compression.expand(cursor.bytes("compressed")?, budget).of("compressed")?;
        let mut cursor = Cursor::new(expanded);
        let update = QueryUpdate::read(&mut cursor).with(|| EXPANDED)?;
        cursor.finish("inserts").with(|| EXPANDED)?;
        Ok(update)
    }

    fn read(cursor: &mut Cursor) -> Result<Self> {
        let deletes = RowList::read(cursor, "deletes")?;
        let inserts = RowList::read(cursor, "inserts")?;
        Ok(QueryUpdate { deletes, inserts })
    }
}

/// Checks the starts of rows in a list of `length` bytes.
fn check_starts(starts: &[[u8; OFFSET_SIZE]], length: usize) -> Result<()> {
    let first = starts.first().map_or(length as u64, offset);
    if first != 0 {
        return Err(fault(format_args!("the first {first} bytes are in no row")));
    }
    let mut before = 0;
    for (index, start) in starts.iter().map(offset).enumerate() {
        if start < before {
            return Err(fault(format_args!("the offset {start} of row {index} goes back from {before}")));
        }
        if start > length as u64 {
            return Err(fault(format_args!("the offset {start} of row {index} is past the end, {length}")));
        }
        before = start;
    }
    Ok(())
}

fn offset(bytes: &[u8; OFFSET_SIZE]) -> u64 {
    u64::from_le_bytes(*bytes)
}

/// Names a table in an error, by no more than the beginning of its name.
pub(super) fn quote_table(name: &str) -> String {
    let quoted: String = name.chars().take(MOST_NAME_QUOTED).collect();
    format!("table `{quoted}`")
}

fn fault(what: impl std::fmt::Display) -> Error {
    Error::new(STDB_ERR_PROTOCOL, what.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(starts: &[u64]) -> Bytes {
        starts.iter().flat_map(|start| start.to_le_bytes()).collect()
    }

    fn rows(list: &RowList) -> Vec<&[u8]> {
        list.iter().collect()
    }

    fn message(result: Result<RowList>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        error.to_string()
    }

    #[test]
    fn rows_of_a_fixed_size_are_cut_evenly() {
        let list = RowList::with_fixed_size(2, Bytes::from_static(b"aabbcc")).unwrap();
        assert_eq!(rows(&list), [b"aa", b"bb", b"cc"]);
        assert_eq!((list.len(), list.fixed_size()), (3, Some(2)));
        assert!(RowList::with_fixed_size(2, Bytes::new()).unwrap().is_empty());
    }

    #[test]
    fn rows_by_offsets_end_where_the_next_begins() {
        let list = RowList::with_offsets(offsets(&[0, 1, 1, 3]), Bytes::from_static(b"abbc")).unwrap();
        assert_eq!(rows(&list), [&b"a"[..], b"", b"bb", b"c"]);
        assert_eq!((list.len(), list.fixed_size(), list.get(2)), (4, None, &b"bb"[..]));
    }

    #[test]
    fn rows_without_bytes_are_counted_by_their_offsets_only() {
        let list = RowList::with_offsets(offsets(&[0, 0]), Bytes::new()).unwrap();
        assert_eq!(rows(&list), [b"", b""]);
        let list = RowList::with_fixed_size(0, Bytes::new()).unwrap();
        assert_eq!((list.len(), list.fixed_size()), (0, None));
    }

    #[test]
    fn a_size_that_does_not_divide_the_bytes_is_an_error() {
        let list = |size| RowList::with_fixed_size(size, Bytes::from_static(b"aabbc"));
        assert_eq!(message(list(2)), "5 bytes are not a multiple of the row size 2");
        assert_eq!(message(list(0)), "5 bytes are not a multiple of the row size 0");
    }

    #[test]
    fn offsets_that_lie_are_an_error() {
        let list = |starts: &[u64]| RowList::with_offsets(offsets(starts), Bytes::from_static(b"abbc"));
        assert_eq!(message(list(&[0, 3, 2])), "the offset 2 of row 2 goes back from 3");
        assert_eq!(message(list(&[0, 5])), "the offset 5 of row 1 is past the end, 4");
        assert_eq!(message(list(&[1, 2])), "the first 1 bytes are in no row");
        assert_eq!(message(list(&[])), "the first 4 bytes are in no row");
        let broken = RowList::with_offsets(Bytes::from_static(&[0; 9]), Bytes::new());
        assert_eq!(message(broken), "9 bytes are not whole row offsets");
    }
}
