//! The queries a client may subscribe to: one table, or the rows of one table that join another.
//!
//! `SELECT * FROM t [WHERE column = literal [AND ...]]` and
//! `SELECT t.* FROM t JOIN u ON t.a = u.b [WHERE ...]`.

use crate::schema::{Kind, Schema, Table, Type};
use crate::store::{Change, Changes, Row, Store};
use crate::token::{Identity, to_hex};
use std::collections::HashMap;

/// A query that has been checked against the schema.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its text.
    pub sql: String,
    /// What tells it from queries with other rows: its text, and with a client's own view the client.
    pub key: String,
    /// Where its rows come from.
    pub kind: Kind,
    viewer: Identity,
    sources: Vec<usize>,
    // Which of the sources its rows come from.
    output: usize,
    // The joined columns, of the first and of the second source.
    on: Option<[usize; 2]>,
    filters: Vec<Filter>,
}

#[derive(Clone, Debug)]
struct Filter {
    source: usize,
    column: usize,
    value: Vec<u8>,
}

impl Query {
    /// Reads a client's query, or says in a host's words what is wrong with it.
    pub fn parse(sql: &str, schema: &Schema, viewer: &Identity) -> Result<Self, String> {
        Parser { tokens: tokens(sql), at: 0, sql, schema, viewer, sources: Vec::new() }.query()
    }

    /// The table whose rows it gives.
    pub fn table(&self) -> usize {
        self.sources[self.output]
    }

    /// The name of that table.
    pub fn table_name<'s>(&self, store: &'s Store) -> &'s str {
        &table(store, self.table()).name
    }

    /// Its rows; a row that joins several times comes several times.
    pub fn rows(&self, store: &Store) -> Vec<Row> {
        if let Kind::View { .. } = self.kind {
            let rows = store.view(self.table(), &self.viewer);
            return self.select(self.output, rows.iter(), store).cloned().collect();
        }
        let output = self.select(self.output, store.rows(self.table()), store);
        let Some(on) = self.on else { return output.cloned().collect() };
        let other = 1 - self.output;
        let column = |source: usize, row| table(store, self.sources[source]).column_bytes(row, on[source]);
        let mut matches: HashMap<&[u8], usize> = HashMap::new();
        for row in self.select(other, store.rows(self.sources[other]), store) {
            *matches.entry(column(other, row)).or_default() += 1;
        }
        let count = |row| matches.get(column(self.output, row)).copied().unwrap_or(0);
        output.flat_map(|row| std::iter::repeat_n(row.clone(), count(row))).collect()
    }

    /// What `changes` do to its rows. A join or a view is worked out from its rows `before` and its rows now.
    pub fn change(&self, changes: &Changes, before: Option<Vec<Row>>, store: &Store) -> Change {
        match before {
            Some(before) => difference(before, self.rows(store)),
            None => {
                let change = &changes[self.table()];
                let keep = |rows| self.select(self.output, rows, store).cloned().collect();
                Change { deletes: keep(change.deletes.iter()), inserts: keep(change.inserts.iter()) }
            }
        }
    }

    /// Whether its rows must be kept from before `changes` are applied.
    pub fn needs_before(&self, changes: &Changes) -> bool {
        match self.kind {
            // Only the module knows which tables a view looks at.
            Kind::View { .. } => changes.iter().any(|change| !change.is_empty()),
            _ => self.on.is_some() && self.sources.iter().any(|&source| !changes[source].is_empty()),
        }
    }

    fn select<'r, I>(&'r self, source: usize, rows: I, store: &'r Store) -> impl Iterator<Item = &'r Row>
    where
        I: Iterator<Item = &'r Row>,
    {
        let table = table(store, self.sources[source]);
        let passes = move |row: &Row, f: &Filter| table.column_bytes(row, f.column) == f.value;
        rows.filter(move |row| self.filters.iter().filter(|f| f.source == source).all(|f| passes(row, f)))
    }
}

fn table(store: &Store, index: usize) -> &Table {
    &store.schema.tables[index]
}

/// What must leave and enter `before` to make it `after`.
fn difference(before: Vec<Row>, after: Vec<Row>) -> Change {
    let mut counts: HashMap<Row, isize> = HashMap::new();
    after.into_iter().for_each(|row| *counts.entry(row).or_default() += 1);
    before.into_iter().for_each(|row| *counts.entry(row).or_default() -= 1);
    let mut change = Change::default();
    for (row, count) in counts {
        let side = if count < 0 { &mut change.deletes } else { &mut change.inserts };
        side.extend(std::iter::repeat_n(row, count.unsigned_abs()));
    }
    change
}

/// Words, numbers, 'strings' (kept with their quotes) and single symbols.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(first) = chars.next() {
        let mut token = String::from(first);
        match first {
            c if c.is_whitespace() => continue,
            '\'' | '"' => {
                while let Some(c) = chars.next() {
                    if c != first {
                        token.push(c);
                    } else if chars.next_if_eq(&first).is_some() {
                        token.push(c); // a doubled quote stands for one
                    } else {
                        break;
                    }
                }
                if first == '"' {
                    token.remove(0);
                }
            }
            c if c.is_alphanumeric() || "_-+".contains(c) => {
                let number = !c.is_alphabetic() && c != '_';
                while let Some(c) = chars.next_if(|&c| c.is_alphanumeric() || c == '_' || number && c == '.') {
                    token.push(c);
                }
            }
            _ => {}
        }
        tokens.push(token);
    }
    tokens
}

struct Parser<'a> {
    tokens: Vec<String>,
    at: usize,
    sql: &'a str,
    schema: &'a Schema,
    viewer: &'a Identity,
    sources: Vec<usize>,
}

impl Parser<'_> {
    fn query(mut self) -> Result<Query, String> {
        if !self.keyword("SELECT") {
            return Err(self.unsupported());
        }
        let output = self.projection();
        if !self.keyword("FROM") {
            return Err("A FROM clause is required".into());
        }
        let output = output.ok_or_else(|| self.unsupported())?;
        self.source()?;
        let on = if self.keyword("JOIN") { Some(self.join()?) } else { None };
        let output = match output {
            None if on.is_none() => 0,
            None => return Err(self.unsupported()),
            Some(name) => self.source_named(&name)?,
        };
        let mut filters = Vec::new();
        if self.keyword("WHERE") {
            filters.push(self.filter()?);
            while self.keyword("AND") {
                filters.push(self.filter()?);
            }
        }
        if self.at != self.tokens.len() {
            return Err(self.unsupported());
        }
        let kind = self.schema.tables[self.sources[output]].kind;
        let key = match kind {
            Kind::View { anonymous: false } => format!("{} for {}", self.sql, to_hex(self.viewer)),
            _ => self.sql.into(),
        };
        Ok(Query { sql: self.sql.into(), key, kind, viewer: *self.viewer, sources: self.sources, output, on, filters })
    }

    /// `*` is `Some(None)`, `t.*` is `Some(Some(t))`, anything else is `None`, with its tokens skipped.
    fn projection(&mut self) -> Option<Option<String>> {
        let from = self.at;
        while self.at < self.tokens.len() && !self.tokens[self.at].eq_ignore_ascii_case("FROM") {
            self.at += 1;
        }
        match &self.tokens[from..self.at] {
            [star] if star == "*" => Some(None),
            [table, dot, star] if dot == "." && star == "*" => Some(Some(table.clone())),
            _ => None,
        }
    }

    fn source(&mut self) -> Result<(), String> {
        let name = self.next()?;
        let found = self.schema.table(&name).filter(|&t| self.schema.tables[t].public);
        let missing = || format!("no such table: `{name}`. If the table exists, it may be marked private.");
        self.sources.push(found.ok_or_else(missing)?);
        Ok(())
    }

    fn join(&mut self) -> Result<[usize; 2], String> {
        self.source()?;
        let stored = self.sources.iter().all(|&source| self.schema.tables[source].kind == Kind::Stored);
        if !stored || !self.keyword("ON") {
            return Err(self.unsupported());
        }
        let one = self.column()?;
        self.symbol("=")?;
        let two = self.column()?;
        match (one, two) {
            ((0, a), (1, b)) | ((1, b), (0, a)) => Ok([a, b]),
            _ => Err(self.unsupported()),
        }
    }

    fn filter(&mut self) -> Result<Filter, String> {
        let (source, column) = self.column()?;
        self.symbol("=")?;
        let literal = self.next()?;
        let ty = &self.schema.tables[self.sources[source]].columns[column].1;
        let value = encode(&literal, ty).ok_or_else(|| {
            format!(
                "The literal expression `{}` cannot be parsed as type `{}`",
                literal.trim_start_matches('\''),
                ty.name()
            )
        })?;
        Ok(Filter { source, column, value })
    }

    /// `column` or `table.column`: its source and its index there.
    fn column(&mut self) -> Result<(usize, usize), String> {
        let mut name = self.next()?;
        let mut source = 0;
        if self.tokens.get(self.at).is_some_and(|t| t == ".") {
            self.at += 1;
            source = self.source_named(&name)?;
            name = self.next()?;
        }
        let column = self.schema.tables[self.sources[source]].column(&name);
        Ok((source, column.ok_or_else(|| format!("`{name}` is not in scope"))?))
    }

    fn source_named(&self, name: &str) -> Result<usize, String> {
        let found = self.sources.iter().position(|&t| self.schema.tables[t].name == name);
        found.ok_or_else(|| format!("`{name}` is not in scope"))
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|t| t.eq_ignore_ascii_case(word));
        self.at += found as usize;
        found
    }

    fn symbol(&mut self, symbol: &str) -> Result<(), String> {
        if self.keyword(symbol) { Ok(()) } else { Err(self.unsupported()) }
    }

    fn next(&mut self) -> Result<String, String> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().ok_or_else(|| self.unsupported())
    }

    fn unsupported(&self) -> String {
        format!("Unsupported: {}", self.sql)
    }
}

/// The bytes of a literal as a value of type `ty`.
fn encode(literal: &str, ty: &Type) -> Option<Vec<u8>> {
    match ty {
        Type::Bool => literal.to_ascii_lowercase().parse::<bool>().ok().map(|b| vec![b as u8]),
        Type::Int { bytes, signed } => encode_int(literal, *bytes, *signed),
        Type::Float(4) => literal.parse::<f32>().ok().map(|f| f.to_le_bytes().to_vec()),
        Type::Float(_) => literal.parse::<f64>().ok().map(|f| f.to_le_bytes().to_vec()),
        Type::String => {
            let text = literal.strip_prefix('\'')?;
            Some([&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat())
        }
        // Identities, connection ids and timestamps are products of one number.
        Type::Product(elements) => match elements.as_slice() {
            [only] => encode(literal, only),
            _ => None,
        },
        Type::Array(_) | Type::Sum(_) => None,
    }
}

fn encode_int(literal: &str, bytes: usize, signed: bool) -> Option<Vec<u8>> {
    if let Some(hex) = literal.strip_prefix("0x") {
        return crate::token::from_hex(hex).filter(|value| value.len() == bytes);
    }
    let value: i128 = literal.parse().ok()?;
    let bits = bytes as u32 * 8;
    let fits = match signed {
        _ if bits > 127 => signed || value >= 0,
        true => (-(1i128 << (bits - 1))..1i128 << (bits - 1)).contains(&value),
        false => (0..1i128 << bits).contains(&value),
    };
    let fill = if value < 0 { 0xff } else { 0 };
    let mut out = vec![fill; bytes];
    let low = bytes.min(16);
    out[..low].copy_from_slice(&value.to_le_bytes()[..low]);
    fits.then_some(out)
}
