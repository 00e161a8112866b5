//! Lists of rows, which every protocol writes alike.

use crate::bsatn::{Read, Reader, Writer};
use crate::store::Row;

/// Rows of one size say their size; others, and no rows at all, say where each begins.
pub fn write_rows(w: Writer, rows: &[Row]) -> Writer {
    let size = rows.first().map_or(0, |row| row.len());
    let w = match u16::try_from(size) {
        Ok(hint) if size > 0 && rows.iter().all(|row| row.len() == size) => w.u8(0).u16(hint),
        _ => {
            let mut offset = 0;
            rows.iter().fold(w.u8(1).u32(rows.len() as u32), |w, row| {
                offset += row.len();
                w.u64((offset - row.len()) as u64)
            })
        }
    };
    w.bytes(&rows.concat())
}

/// Reads a list of rows.
pub fn read_rows(r: &mut Reader<'_>) -> Read<Vec<Row>> {
    match r.u8()? {
        0 => {
            let size = r.u16()?.max(1) as usize;
            let (rows, rest) = (r.bytes()?.chunks_exact(size), "rows of another size");
            if rows.remainder().is_empty() { Ok(rows.map(Row::from).collect()) } else { Err(rest.into()) }
        }
        1 => {
            let mut starts = r.list(Reader::u64)?;
            let data = r.bytes()?;
            starts.push(data.len() as u64);
            let row = |w: &[u64]| data.get(w[0] as usize..w[1] as usize).map(Row::from);
            starts.windows(2).map(|w| row(w).ok_or_else(|| "rows out of order".to_string())).collect()
        }
        tag => Err(format!("unknown tag {tag} of a row size")),
    }
}
