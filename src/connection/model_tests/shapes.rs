//! A schema with tables of the shapes that the kitchen's lacks.

use std::sync::Arc;

use serde_json::{Value, json};

use super::message::REDUCER;
use crate::schema::Schema;

/// A table to be. Its columns have no names, and go by their positions.
struct Table {
    name: &'static str,
    columns: Vec<Value>,
    key: Option<u16>,
    unique: Vec<u16>,
    indexes: Vec<Vec<u16>>,
}

/// The schema. Its tables are not in the order of their names, which the order of callbacks must not go by.
pub fn schema() -> Arc<Schema> {
    let (int, text) = (|name: &str| json!({ name: [] }), json!({ "String": [] }));
    let (float, double) = (json!({ "F32": [] }), json!({ "F64": [] }));
    let tables = [
        // Of fixed size, with a unique column besides the key and an index over two columns.
        Table::new("soldier", &[int("U64"), int("U32"), int("I32"), int("U64")]).key(0).unique(3).index(&[1, 2]),
        // Of any size, with texts as keys.
        Table::new("page", &[text.clone(), text.clone(), text.clone()]).key(0).unique(1),
        // Rows without bytes.
        Table::new("mark", &[]),
        // Without a key: a row is its bytes.
        Table::new("tally", &[int("U16"), int("U8")]).index(&[0]),
        Table::new("note", std::slice::from_ref(&text)),
        // Floats: rows differ by their bytes, indexes go by value.
        Table::new("reading", &[int("U8"), float.clone(), double.clone()]).index(&[1]).index(&[2, 1]).index(&[0, 2]),
        Table::new("gauge", &[float, int("I8"), double]).key(1).index(&[0]).index(&[2, 0]),
        // The key behind a column of any size.
        Table::new("late", &[text.clone(), int("U32")]).key(1).unique(0).index(&[0, 1]),
        // Unique columns, but no key.
        Table::new("badge", &[text.clone(), int("I16"), int("I16")]).unique(0).unique(2).index(&[1, 0]),
        // The key is all there is, and one byte.
        Table::new("digit", &[int("I8")]).key(0),
        // Types that are made of others.
        Table::new("wide", &[int("U256"), option(&text), json!({ "Array": { "I16": [] } })])
            .key(0)
            .index(&[1])
            .index(&[2, 1]),
        Table::new("switch", &[int("Bool"), option(&int("U8"))]).index(&[0, 1]),
    ];
    let schema = json!({
        "typespace": { "types": tables.iter().map(Table::row).collect::<Vec<_>>() },
        "tables": tables.iter().enumerate().map(|(position, table)| table.json(position)).collect::<Vec<_>>(),
        "reducers": [{ "name": REDUCER, "params": { "elements": [] }, "lifecycle": { "none": [] } }],
    });
    Arc::new(Schema::parse(&schema.to_string()).expect("the schema is well formed"))
}

impl Table {
    fn new(name: &'static str, columns: &[Value]) -> Self {
        Table { name, columns: columns.to_vec(), key: None, unique: Vec::new(), indexes: Vec::new() }
    }

    fn key(mut self, column: u16) -> Self {
        self.key = Some(column);
        self.unique(column)
    }

    /// A unique column has an index, as the host makes one for it.
    fn unique(mut self, column: u16) -> Self {
        self.unique.push(column);
        self.index(&[column])
    }

    fn index(mut self, columns: &[u16]) -> Self {
        self.indexes.push(columns.to_vec());
        self
    }

    fn row(&self) -> Value {
        product(&self.columns)
    }

    fn json(&self, position: usize) -> Value {
        let index = |(number, columns): (usize, &Vec<u16>)| {
            let name = format!("{}_{number}", self.name);
            json!({ "name": { "some": name }, "algorithm": { "BTree": columns } })
        };
        let unique = |column: &u16| json!({ "data": { "Unique": { "columns": [column] } } });
        json!({
            "name": self.name,
            "product_type_ref": position,
            "primary_key": self.key.into_iter().collect::<Vec<_>>(),
            "indexes": self.indexes.iter().enumerate().map(index).collect::<Vec<_>>(),
            "constraints": self.unique.iter().map(unique).collect::<Vec<_>>(),
            "table_access": { "Public": [] },
        })
    }
}

fn product(types: &[Value]) -> Value {
    let element = |ty: &Value| json!({ "name": { "none": [] }, "algebraic_type": ty });
    json!({ "Product": { "elements": types.iter().map(element).collect::<Vec<_>>() } })
}

fn option(of: &Value) -> Value {
    let variant = |name: &str, ty: &Value| json!({ "name": { "some": name }, "algebraic_type": ty });
    json!({ "Sum": { "variants": [variant("some", of), variant("none", &product(&[]))] } })
}
