//! What a module's schema says of its tables, views, reducers and procedures, out of the JSON that a host serves.

use crate::bsatn::{Read, Reader};
use serde_json::Value;

/// The tables, views, reducers and procedures of a module.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The tables, in the schema's order, and after them the views.
    pub tables: Vec<Table>,
    /// The reducers; a reducer's id is its index.
    pub reducers: Vec<Reducer>,
    /// The procedures.
    pub procedures: Vec<Reducer>,
}

/// Where the rows of a table come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are kept.
    Stored,
    /// They are told to whoever listens when they are inserted, and never kept.
    Event,
    /// The module computes them, for each client apart or for all alike.
    View {
        /// Whether all clients see the same rows.
        anonymous: bool,
    },
}

/// One table or view.
#[derive(Clone, Debug)]
pub struct Table {
    /// The number by which the host calls it.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Where its rows come from.
    pub kind: Kind,
    /// Whether clients may see it.
    pub public: bool,
    /// Names and types of its columns.
    pub columns: Vec<(String, Type)>,
    /// The column of the primary key.
    pub primary_key: Option<usize>,
    /// The columns whose values are unique, the primary key among them.
    pub unique: Vec<usize>,
}

/// One reducer, or one procedure.
#[derive(Clone, Debug)]
pub struct Reducer {
    /// Its name.
    pub name: String,
    /// The types of its arguments.
    pub params: Vec<Type>,
    /// `OnConnect` or `OnDisconnect` when the host calls it on its own.
    pub lifecycle: Option<String>,
}

/// The type of a column or an argument.
#[derive(Clone, Debug)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// An integer of so many bytes.
    Int {
        /// How many bytes it takes.
        bytes: usize,
        /// Whether it can be negative.
        signed: bool,
    },
    /// A floating point number of so many bytes.
    Float(usize),
    /// A string.
    String,
    /// An array.
    Array(Box<Type>),
    /// A product: its elements one after the other.
    Product(Vec<Type>),
    /// A sum: one of its variants.
    Sum(Vec<Type>),
}

impl Schema {
    /// Reads the JSON of a module in version 9, and for what only the newer version 10 says, in that one; panics when
    /// it is not a schema, as only our own files are read.
    pub fn parse(v9: &str, v10: Option<&str>) -> Self {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("a schema is JSON");
        let root = json(v9);
        let types = root["typespace"]["types"].as_array().expect("a schema has types");
        let list = |key: &str| root[key].as_array().expect("a schema has tables and reducers").iter();
        let exports = |kind: &'static str| list("misc_exports").filter_map(move |export| export.get(kind));
        let tables = list("tables").map(|json| Table::parse(json, types));
        let mut tables: Vec<Table> = tables.chain(exports("View").map(|json| Table::parse_view(json, types))).collect();
        let events = v10.map(|v10| events(&json(v10))).unwrap_or_default();
        for (index, table) in tables.iter_mut().enumerate() {
            // A host numbers a module's tables from 4096, after its own.
            table.id = 4096 + index as u32;
            if events.contains(&table.name) {
                table.kind = Kind::Event;
            }
        }
        Self {
            tables,
            reducers: list("reducers").map(|json| Reducer::parse(json, types)).collect(),
            procedures: exports("Procedure").map(|json| Reducer::parse(json, types)).collect(),
        }
    }

    /// The index of a table.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.name == name)
    }

    /// The id of a reducer.
    pub fn reducer(&self, name: &str) -> Option<usize> {
        self.reducers.iter().position(|r| r.name == name)
    }

    /// The procedure of this name.
    pub fn procedure(&self, name: &str) -> Option<&Reducer> {
        self.procedures.iter().find(|p| p.name == name)
    }

    /// The reducer that the host calls at `event`.
    pub fn lifecycle(&self, event: &str) -> Option<usize> {
        self.reducers.iter().position(|r| r.lifecycle.as_deref() == Some(event))
    }
}

impl Table {
    fn parse(json: &Value, types: &[Value]) -> Self {
        let row = &types[index(&json["product_type_ref"])]["Product"]["elements"];
        let constraints = json["constraints"].as_array().expect("a table has constraints");
        let unique = constraints.iter().filter_map(|c| match c["data"]["Unique"]["columns"].as_array() {
            Some(columns) if columns.len() == 1 => Some(index(&columns[0])),
            _ => None,
        });
        Self {
            id: 0,
            name: json["name"].as_str().expect("a table has a name").into(),
            kind: Kind::Stored,
            public: json["table_access"].get("Public").is_some(),
            columns: named_elements(row, types),
            primary_key: json["primary_key"].get(0).map(index),
            unique: unique.collect(),
        }
    }

    /// A view gives an optional row or an array of rows.
    fn parse_view(json: &Value, types: &[Value]) -> Self {
        let rows = &json["return_type"];
        let row = rows.get("Array").unwrap_or_else(|| &rows["Sum"]["variants"][0]["algebraic_type"]);
        let row = &types[index(&row["Ref"])]["Product"]["elements"];
        Self {
            id: 0,
            name: json["name"].as_str().expect("a view has a name").into(),
            kind: Kind::View { anonymous: json["is_anonymous"] == true },
            public: json["is_public"] == true,
            columns: named_elements(row, types),
            primary_key: None,
            unique: Vec::new(),
        }
    }

    /// The index of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(n, _)| n == name)
    }

    /// The bytes of one column of a row.
    pub fn column_bytes<'r>(&self, row: &'r [u8], column: usize) -> &'r [u8] {
        let mut reader = Reader::new(row);
        let skip = |reader: &mut Reader<'r>, i: usize| self.columns[i].1.skip(reader).expect("rows fit their table");
        (0..column).for_each(|i| skip(&mut reader, i));
        let from = reader.rest();
        skip(&mut reader, column);
        &from[..from.len() - reader.rest().len()]
    }

    /// What tells a row from the others: its primary key, or all of it.
    pub fn key<'r>(&self, row: &'r [u8]) -> &'r [u8] {
        self.primary_key.map_or(row, |column| self.column_bytes(row, column))
    }
}

impl Reducer {
    fn parse(json: &Value, types: &[Value]) -> Self {
        Self {
            name: json["name"].as_str().expect("a reducer has a name").into(),
            params: named_elements(&json["params"]["elements"], types).into_iter().map(|(_, ty)| ty).collect(),
            lifecycle: json["lifecycle"]["some"].as_object().and_then(|o| o.keys().next().cloned()),
        }
    }

    /// Whether `args` are this reducer's arguments, and nothing more.
    pub fn check(&self, args: &[u8]) -> Read<()> {
        let mut reader = Reader::new(args);
        self.params.iter().try_for_each(|ty| ty.skip(&mut reader))?;
        match reader.rest().len() {
            0 => Ok(()),
            more => Err(format!("{more} bytes after the last argument")),
        }
    }
}

impl Type {
    fn parse(json: &Value, types: &[Value]) -> Self {
        let (kind, of) = json.as_object().and_then(|o| o.iter().next()).expect("a type is a tagged object");
        let int = |bytes| Type::Int { bytes, signed: kind.starts_with('I') };
        let all = |list: &Value| named_elements(list, types).into_iter().map(|(_, ty)| ty).collect();
        match kind.as_str() {
            "Ref" => Type::parse(&types[index(of)], types),
            "Bool" => Type::Bool,
            "String" => Type::String,
            "F32" => Type::Float(4),
            "F64" => Type::Float(8),
            "Array" => Type::Array(Box::new(Type::parse(of, types))),
            "Product" => Type::Product(all(&of["elements"])),
            "Sum" => Type::Sum(all(&of["variants"])),
            number => int(number[1..].parse::<usize>().expect("a type has a known name") / 8),
        }
    }

    /// Reads over one value of this type, and checks it.
    pub fn skip(&self, reader: &mut Reader<'_>) -> Read<()> {
        match self {
            Type::Bool => match reader.u8()? {
                0 | 1 => Ok(()),
                other => Err(format!("invalid bool: {other}")),
            },
            Type::Int { bytes, .. } | Type::Float(bytes) => reader.take(*bytes, self.name()).map(|_| ()),
            Type::String => reader.str().map(|_| ()),
            Type::Array(of) => {
                let len = reader.u32()?;
                (0..len).try_for_each(|_| of.skip(reader))
            }
            Type::Product(elements) => elements.iter().try_for_each(|ty| ty.skip(reader)),
            Type::Sum(variants) => {
                let tag = reader.u8()? as usize;
                variants.get(tag).ok_or_else(|| format!("unknown tag {tag}"))?.skip(reader)
            }
        }
    }

    /// The name that a host's messages call it by.
    pub fn name(&self) -> &'static str {
        const SIGNED: [&str; 6] = ["i8", "i16", "i32", "i64", "i128", "i256"];
        const UNSIGNED: [&str; 6] = ["u8", "u16", "u32", "u64", "u128", "u256"];
        match self {
            Type::Int { bytes, signed: true } => SIGNED[bytes.ilog2() as usize],
            Type::Int { bytes, signed: false } => UNSIGNED[bytes.ilog2() as usize],
            Type::Float(4) => "f32",
            Type::Float(_) => "f64",
            Type::Bool => "bool",
            Type::String => "String",
            Type::Array(_) => "Array",
            Type::Product(_) => "Product",
            Type::Sum(_) => "Sum",
        }
    }
}

/// The names of the event tables.
fn events(v10: &Value) -> Vec<String> {
    let sections = v10["sections"].as_array().expect("a schema has sections");
    let tables = sections.iter().filter_map(|section| section["Tables"].as_array()).flatten();
    let events = tables.filter(|table| table["is_event"] == true);
    events.map(|table| table["source_name"].as_str().expect("a table has a name").into()).collect()
}

fn named_elements(list: &Value, types: &[Value]) -> Vec<(String, Type)> {
    let list = list.as_array().expect("elements are a list");
    let name = |e: &Value| e["name"]["some"].as_str().unwrap_or_default().to_string();
    list.iter().map(|e| (name(e), Type::parse(&e["algebraic_type"], types))).collect()
}

fn index(json: &Value) -> usize {
    json.as_u64().expect("an index is a number") as usize
}
