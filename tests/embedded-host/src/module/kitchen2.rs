//! One of everything that a 2.8.3 host has: the module that its recordings were made with.

use super::{Caller, Newer, kitchen};
use crate::bsatn::{Reader, Writer};
use crate::store::{Fail, Row, Store, Transaction};
use crate::token::Identity;

pub const SCHEMA: &str = include_str!("../../../transcripts/2.8.3/kitchen.schema.v9.json");

pub const NEWER: Newer = Newer {
    schema: include_str!("../../../transcripts/2.8.3/kitchen.schema.v10.json"),
    call: call_procedure,
    view: rows_of_view,
};

pub fn call(name: &str, tx: &mut Transaction<'_>, caller: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    match name {
        "insert_every_type" => {
            let uuid = 0x0123_4567_89ab_7def_8123_4567_89ab_cdef_u128.to_le_bytes();
            let result = Writer::new().u8(1).str("no").finish();
            tx.insert("every_type", kitchen::every_type(args.u32()?, caller, [&uuid, &result]))
        }
        "deal_hit" => deal_hit(tx, args),
        _ => kitchen::call(name, tx, caller, args),
    }
}

fn deal_hit(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    // The first two arguments are the row.
    let row = args.take(12, "Hit")?;
    for _ in 0..args.u32()? {
        tx.insert("hit", row.to_vec())?;
    }
    Ok(())
}

fn call_procedure(name: &str, tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<Vec<u8>, Fail> {
    match name {
        "add" => {
            let (a, b) = (args.u32()?, args.u32()?);
            Ok(Writer::new().u32(a.checked_add(b).ok_or(Fail::Panic)?).finish())
        }
        "summarise" => {
            let label = args.str()?;
            Ok(Writer::new().u64(label.len() as u64).str(label).finish())
        }
        "spawn_in_tx" => {
            let entity = Writer::new().u64(args.u64()?).u32(77).f32(0.0).f32(0.0).f32(0.0).u32(1);
            tx.insert("entity", entity.finish()).map(|()| Vec::new())
        }
        _ => Err(Fail::Panic), // `fail` among them
    }
}

fn rows_of_view(name: &str, store: &Store, viewer: &Identity) -> Vec<Row> {
    let zone =
        |row: &Row| u32::from_le_bytes(row[8..12].try_into().expect("an entity begins with its id and its zone"));
    match name {
        "me" => store.table("user").filter(|user| user.starts_with(viewer)).cloned().collect(),
        "zone_one" => store.table("entity").filter(|entity| zone(entity) == 1).cloned().collect(),
        _ => Vec::new(),
    }
}
