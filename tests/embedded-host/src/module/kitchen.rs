//! One of everything that a 1.2.0 host has: the module that its recordings were made with.

use super::entity::Entity;
use super::{Caller, connected, disconnected, send_message, set_name};
use crate::bsatn::{Reader, Writer};
use crate::store::{Fail, Transaction};

pub const SCHEMA: &str = include_str!("../../../modules/kitchen/kitchen.schema.json");

pub fn call(name: &str, tx: &mut Transaction<'_>, caller: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    match name {
        "connected" => connected(tx, caller),
        "disconnected" => disconnected(tx, caller),
        "set_name" => set_name(tx, caller, args),
        "send_message" => send_message(tx, caller, args),
        "noop" => Ok(()),
        "spawn" => spawn(tx, args),
        "move_by" => move_by(tx, args),
        "despawn" => despawn(tx, args),
        "rezone" => rezone(tx, args),
        "give" => give(tx, args),
        "insert_every_type" => tx.insert("every_type", every_type(args.u32()?, caller, [&[], &[]])),
        // The arguments of these are the row.
        "add_left" => tx.insert("left", args.rest().to_vec()),
        "add_right" => tx.insert("right", args.rest().to_vec()),
        "edit_left" => tx.update("left", args.rest().to_vec()),
        "swap_right" => {
            tx.delete("right", &args.array::<4>("u32")?);
            tx.insert("right", args.rest().to_vec())
        }
        "reset" => {
            ["message", "entity", "item", "every_type", "left", "right"].iter().for_each(|table| tx.clear(table));
            Ok(())
        }
        _ => Err(Fail::Panic), // `boom` among them
    }
}

/// The range of ids that many reducers begin with.
fn ids(args: &mut Reader<'_>) -> Result<std::ops::Range<u64>, Fail> {
    let first = args.u64()?;
    let count = args.u64()?;
    Ok(first..first.checked_add(count).ok_or(Fail::Panic)?)
}

fn spawn(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let ids = ids(args)?;
    let zone = args.u32()?;
    for id in ids {
        tx.insert("entity", Entity { id, zone, position: [id as f32, 0.5, -1.0], hp: 100 }.row())?;
    }
    Ok(())
}

fn move_by(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let ids = ids(args)?;
    let dx = args.f32()?;
    for id in ids {
        if let Some(row) = tx.find("entity", &id.to_le_bytes()) {
            let mut entity = Entity::read(&row)?;
            entity.position[0] += dx;
            tx.update("entity", entity.row())?;
        }
    }
    Ok(())
}

fn despawn(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    ids(args)?.for_each(|id| tx.delete("entity", &id.to_le_bytes()));
    Ok(())
}

fn rezone(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let id = args.u64()?;
    let zone = args.u32()?;
    match tx.find("entity", &id.to_le_bytes()) {
        Some(row) => tx.update("entity", Entity { zone, ..Entity::read(&row)? }.row()),
        None => Ok(()),
    }
}

/// The arguments are an item's columns after its id.
fn give(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let id = tx.next_id();
    tx.insert("item", Writer::new().u64(id).raw(args.rest()).finish())
}

/// `newer` are the columns that newer modules have before the options and at the end.
pub fn every_type(key: u32, caller: &Caller, newer: [&[u8]; 2]) -> Vec<u8> {
    // 7 << 200 and -(9 << 200): the lower 25 bytes are zero.
    let [mut unsigned, mut signed] = [[0; 32], [0; 32]];
    unsigned[25] = 7;
    signed[25] = 0xf7;
    signed[26..].fill(0xff);
    let w = Writer::new().u32(key).u8(1);
    let w = w.u8(8).u16(1600).u32(320_000).u64(u64::MAX - 1).u128(u128::MAX - 2).raw(&unsigned);
    let w = w.u8(-8i8 as u8).u16(-1600i16 as u16).u32(-320_000i32 as u32).i64(i64::MIN + 1);
    let w = w.u128((i128::MIN + 2) as u128).raw(&signed);
    let w = w.f32(1.5).raw(&(-2.25f64).to_le_bytes()).str("héllo ✓").bytes(&[0, 1, 2, 255]);
    let w = w.raw(&caller.identity).raw(&caller.connection_id).i64(caller.timestamp).i64(-1_500_000);
    let w = w.raw(newer[0]).option_u32(Some(-5i32 as u32)).option_u32(None); // some_i32, none_i32
    let w = w.u8(1).u8(2).str("hi"); // rank: Knight, effect: Say
    let w = w.u32(4).u8(0).u8(1).u32(3); // effects: Nothing, Damage(3),
    let w = w.u8(3).f32(1.0).f32(2.0).f32(3.0).u8(4).bytes(&[9, 9]); // Move, Many
    let w = w.u32(2).f32(0.0).f32(0.0).f32(0.0).f32(1.0).f32(1.0).f32(1.0); // nested
    w.u8(0).strs(&["a", ""]).raw(newer[1]).finish() // maybe_vec
}
