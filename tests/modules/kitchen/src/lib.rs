//! A module with one of everything that a 1.2.0 host has, to test a client against.

use spacetimedb::{
    reducer,
    sats::{i256, u256},
    table, ConnectionId, Identity, ReducerContext, SpacetimeType, Table, TimeDuration, Timestamp,
};

#[derive(SpacetimeType, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    Recruit,
    Knight,
    Lord,
}

#[derive(SpacetimeType, Clone, Debug)]
pub enum Effect {
    Nothing,
    Damage(u32),
    Say(String),
    Move(Vec3),
    Many(Vec<u8>),
}

#[derive(SpacetimeType, Clone, Copy, Debug)]
pub struct Vec3 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

#[table(name = user, public)]
pub struct User {
    #[primary_key]
    pub identity: Identity,
    pub name: Option<String>,
    pub online: bool,
}

#[table(name = message, public)]
pub struct Message {
    pub sender: Identity,
    pub sent: Timestamp,
    pub text: String,
}

#[table(name = entity, public)]
pub struct Entity {
    #[primary_key]
    pub id: u64,
    #[index(btree)]
    pub zone: u32,
    pub position: Vec3,
    pub hp: i32,
}

#[table(name = item, public)]
pub struct Item {
    #[primary_key]
    #[auto_inc]
    pub id: u64,
    #[index(btree)]
    pub owner: u64,
    #[unique]
    pub serial: String,
    pub tags: Vec<String>,
}

/// A column of every type. (1.2.0 has neither `Uuid` nor `Result` columns.)
#[table(name = every_type, public)]
pub struct EveryType {
    #[primary_key]
    pub key: u32,
    pub b: bool,
    pub u8_: u8,
    pub u16_: u16,
    pub u32_: u32,
    pub u64_: u64,
    pub u128_: u128,
    pub u256_: u256,
    pub i8_: i8,
    pub i16_: i16,
    pub i32_: i32,
    pub i64_: i64,
    pub i128_: i128,
    pub i256_: i256,
    pub f32_: f32,
    pub f64_: f64,
    pub string: String,
    pub bytes: Vec<u8>,
    pub identity: Identity,
    pub connection_id: ConnectionId,
    pub timestamp: Timestamp,
    pub duration: TimeDuration,
    pub some_i32: Option<i32>,
    pub none_i32: Option<i32>,
    pub rank: Rank,
    pub effect: Effect,
    pub effects: Vec<Effect>,
    pub nested: Vec<Vec3>,
    pub maybe_vec: Option<Vec<String>>,
}

#[table(name = left, public)]
pub struct Left {
    #[primary_key]
    pub id: u32,
    pub note: String,
}

#[table(name = right, public)]
pub struct Right {
    #[primary_key]
    pub id: u32,
    #[index(btree)]
    pub left_id: u32,
}

/// Private: a client that subscribes to it gets an error.
#[table(name = secret)]
pub struct Secret {
    #[primary_key]
    pub id: u32,
}

#[reducer(client_connected)]
pub fn connected(ctx: &ReducerContext) {
    let identity = ctx.sender;
    match ctx.db.user().identity().find(identity) {
        Some(user) => {
            ctx.db.user().identity().update(User { online: true, ..user });
        }
        None => {
            ctx.db.user().insert(User { identity, name: None, online: true });
        }
    }
}

#[reducer(client_disconnected)]
pub fn disconnected(ctx: &ReducerContext) {
    if let Some(user) = ctx.db.user().identity().find(ctx.sender) {
        ctx.db.user().identity().update(User { online: false, ..user });
    }
}

#[reducer]
pub fn set_name(ctx: &ReducerContext, name: String) -> Result<(), String> {
    if name.is_empty() {
        return Err("Names must not be empty".into());
    }
    let user = ctx.db.user().identity().find(ctx.sender).ok_or("Cannot set name for unknown user")?;
    ctx.db.user().identity().update(User { name: Some(name), ..user });
    Ok(())
}

#[reducer]
pub fn send_message(ctx: &ReducerContext, text: String) -> Result<(), String> {
    if text.is_empty() {
        return Err("Messages must not be empty".into());
    }
    ctx.db.message().insert(Message { sender: ctx.sender, sent: ctx.timestamp, text });
    Ok(())
}

#[reducer]
pub fn noop(_ctx: &ReducerContext) {}

#[reducer]
pub fn boom(_ctx: &ReducerContext) {
    panic!("boom on purpose")
}

#[reducer]
pub fn spawn(ctx: &ReducerContext, first: u64, count: u64, zone: u32) {
    for id in first..first + count {
        ctx.db.entity().insert(Entity { id, zone, position: Vec3 { x: id as f32, y: 0.5, z: -1.0 }, hp: 100 });
    }
}

#[reducer]
pub fn move_by(ctx: &ReducerContext, first: u64, count: u64, dx: f32) {
    for id in first..first + count {
        if let Some(e) = ctx.db.entity().id().find(id) {
            ctx.db.entity().id().update(Entity { position: Vec3 { x: e.position.x + dx, ..e.position }, ..e });
        }
    }
}

#[reducer]
pub fn despawn(ctx: &ReducerContext, first: u64, count: u64) {
    for id in first..first + count {
        ctx.db.entity().id().delete(id);
    }
}

#[reducer]
pub fn rezone(ctx: &ReducerContext, id: u64, zone: u32) {
    if let Some(e) = ctx.db.entity().id().find(id) {
        ctx.db.entity().id().update(Entity { zone, ..e });
    }
}

#[reducer]
pub fn give(ctx: &ReducerContext, owner: u64, serial: String, tags: Vec<String>) {
    ctx.db.item().insert(Item { id: 0, owner, serial, tags });
}

#[reducer]
pub fn insert_every_type(ctx: &ReducerContext, key: u32) {
    ctx.db.every_type().insert(EveryType {
        key,
        b: true,
        u8_: 8,
        u16_: 1600,
        u32_: 320_000,
        u64_: u64::MAX - 1,
        u128_: u128::MAX - 2,
        u256_: u256::from(7u8) << 200,
        i8_: -8,
        i16_: -1600,
        i32_: -320_000,
        i64_: i64::MIN + 1,
        i128_: i128::MIN + 2,
        i256_: -(i256::from(9i8) << 200u32),
        f32_: 1.5,
        f64_: -2.25,
        string: "héllo ✓".into(),
        bytes: vec![0, 1, 2, 255],
        identity: ctx.sender,
        connection_id: ctx.connection_id.unwrap_or(ConnectionId::ZERO),
        timestamp: ctx.timestamp,
        duration: TimeDuration::from_micros(-1_500_000),
        some_i32: Some(-5),
        none_i32: None,
        rank: Rank::Knight,
        effect: Effect::Say("hi".into()),
        effects: vec![
            Effect::Nothing,
            Effect::Damage(3),
            Effect::Move(Vec3 { x: 1.0, y: 2.0, z: 3.0 }),
            Effect::Many(vec![9, 9]),
        ],
        nested: vec![Vec3 { x: 0.0, y: 0.0, z: 0.0 }, Vec3 { x: 1.0, y: 1.0, z: 1.0 }],
        maybe_vec: Some(vec!["a".into(), "".into()]),
    });
}

#[reducer]
pub fn add_left(ctx: &ReducerContext, id: u32, note: String) {
    ctx.db.left().insert(Left { id, note });
}

#[reducer]
pub fn add_right(ctx: &ReducerContext, id: u32, left_id: u32) {
    ctx.db.right().insert(Right { id, left_id });
}

/// One transaction in which a joined row both leaves and enters the result.
#[reducer]
pub fn swap_right(ctx: &ReducerContext, old: u32, new: u32, left_id: u32) {
    ctx.db.right().id().delete(old);
    ctx.db.right().insert(Right { id: new, left_id });
}

#[reducer]
pub fn edit_left(ctx: &ReducerContext, id: u32, note: String) {
    ctx.db.left().id().update(Left { id, note });
}

/// Empties every table but `user`.
#[reducer]
pub fn reset(ctx: &ReducerContext) {
    for row in ctx.db.message().iter() {
        ctx.db.message().delete(row);
    }
    for row in ctx.db.entity().iter() {
        ctx.db.entity().id().delete(row.id);
    }
    for row in ctx.db.item().iter() {
        ctx.db.item().id().delete(row.id);
    }
    for row in ctx.db.every_type().iter() {
        ctx.db.every_type().key().delete(row.key);
    }
    for row in ctx.db.left().iter() {
        ctx.db.left().id().delete(row.id);
    }
    for row in ctx.db.right().iter() {
        ctx.db.right().id().delete(row.id);
    }
}
