//! Many entities that move: what a game's host has for every frame of its clients.

use super::Caller;
use super::entity::Entity;
use crate::bsatn::{Reader, Writer};
use crate::store::{Fail, Transaction};

pub const SCHEMA: &str = include_str!("particles.schema.json");

/// Entities that leave the world on one side come back on the other: each coordinate is from `-EDGE` to `EDGE`.
const EDGE: f32 = 100.0;
/// What an entity has when its life begins. Each move takes one; after the last, it begins again.
const FULL_HP: i32 = 100;

pub fn call(name: &str, tx: &mut Transaction<'_>, _: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    match name {
        "populate" => populate(tx, args),
        "step" => step(tx, args),
        _ => Err(Fail::Panic),
    }
}

/// The only row of its table: how many entities there are, and which one is to move next.
struct Swarm {
    count: u32,
    next: u32,
}

impl Swarm {
    const ID: [u8; 4] = [0; 4];

    fn find(tx: &Transaction<'_>) -> Result<Self, Fail> {
        let row = tx.find("swarm", &Self::ID).ok_or("there are no entities: call populate first")?;
        let mut r = Reader::new(&row[Self::ID.len()..]);
        Ok(Self { count: r.u32()?, next: r.u32()? })
    }

    fn row(&self) -> Vec<u8> {
        Writer::new().raw(&Self::ID).u32(self.count).u32(self.next).finish()
    }
}

/// Replaces all entities by so many, with the ids from 0 on.
fn populate(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let count = args.u32()?;
    tx.clear("entity");
    tx.clear("swarm");
    for id in 0..u64::from(count) {
        let position = [7, 11, 13].map(|n| (id * n % 199) as f32 - 99.0);
        let hp = (id % (FULL_HP as u64 + 1)) as i32;
        tx.insert("entity", Entity { id, zone: (id % 16) as u32, position, hp }.row())?;
    }
    tx.insert("swarm", Swarm { count, next: 0 }.row())
}

/// Moves so many entities, from where the last step ended; no entity twice.
fn step(tx: &mut Transaction<'_>, args: &mut Reader<'_>) -> Result<(), Fail> {
    let mut swarm = Swarm::find(tx)?;
    for _ in 0..args.u32()?.min(swarm.count) {
        let row = tx.find("entity", &u64::from(swarm.next).to_le_bytes()).ok_or(Fail::Panic)?;
        tx.update("entity", moved(Entity::read(&row)?).row())?;
        swarm.next = (swarm.next + 1) % swarm.count;
    }
    tx.update("swarm", swarm.row())
}

/// Each entity has a direction of its own, and changes with every move.
fn moved(entity: Entity) -> Entity {
    let mut position = entity.position;
    for (coordinate, n) in position.iter_mut().zip([3, 5, 7]) {
        *coordinate += (entity.id * n % 17) as f32 / 8.0 - 1.0;
        if coordinate.abs() > EDGE {
            *coordinate -= coordinate.signum() * 2.0 * EDGE;
        }
    }
    let hp = if entity.hp > 0 { entity.hp - 1 } else { FULL_HP };
    Entity { position, hp, ..entity }
}
