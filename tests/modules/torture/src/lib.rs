//! A module that is hard on code generators: names that are keywords or functions elsewhere, names that only differ in how
//! their words are joined, enums as keys, sums in sums, types with nothing in them, 60 columns.

use spacetimedb::{
    reducer,
    sats::{i256, u256},
    table, ConnectionId, Identity, ReducerContext, ScheduleAt, SpacetimeType, Table, TimeDuration, Timestamp,
};

/// Keywords of C, C++ and Python for variants.
#[derive(SpacetimeType, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Int,
    Default,
    None,
    True,
    Null,
}

#[derive(SpacetimeType, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nothing {}

#[derive(SpacetimeType, Clone, Copy, PartialEq, Debug)]
pub struct Padded {
    pub small: u8,
    pub wide: u64,
    pub flag: bool,
    pub class: Class,
    pub half: u16,
}

#[derive(SpacetimeType, Clone, PartialEq, Debug)]
pub enum Inner {
    Unit,
    Number(i128),
    Text(String),
    Fixed(Padded),
}

#[derive(SpacetimeType, Clone, PartialEq, Debug)]
pub enum Outer {
    Inner(Inner),
    Both(Pair),
    Many(Vec<Inner>),
    Maybe(Option<Option<Inner>>),
    Nothing(Nothing),
}

#[derive(SpacetimeType, Clone, PartialEq, Debug)]
pub struct Pair {
    pub left: Inner,
    pub right: Vec<Option<String>>,
}

/// A sum whose variants all take the same room.
#[derive(SpacetimeType, Clone, Copy, PartialEq, Debug)]
pub enum Level {
    Low(u32),
    High(i32),
    Exact(f32),
}

/// Every type that a host of 1.2.0 has, in one row.
#[table(name = every, public)]
pub struct Every {
    #[primary_key]
    pub key: u64,
    pub yes: bool,
    pub n_u8: u8,
    pub n_u16: u16,
    pub n_u32: u32,
    pub n_u64: u64,
    pub n_u128: u128,
    pub n_u256: u256,
    pub n_i8: i8,
    pub n_i16: i16,
    pub n_i32: i32,
    pub n_i64: i64,
    pub n_i128: i128,
    pub n_i256: i256,
    pub n_f32: f32,
    pub n_f64: f64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub identity: Identity,
    pub connection: ConnectionId,
    pub at: Timestamp,
    pub during: TimeDuration,
    pub due: ScheduleAt,
    pub nothing: Nothing,
    pub class: Class,
    pub level: Level,
    pub padded: Padded,
    pub outer: Outer,
    pub pair: Pair,
    pub bools: Vec<bool>,
    pub wides: Vec<i256>,
    pub nothings: Vec<Nothing>,
    pub nested: Vec<Vec<Vec<String>>>,
    pub outers: Vec<Outer>,
    pub maybe_unit: Option<Nothing>,
    pub maybe_maybe: Option<Option<i32>>,
    pub maybe_level: Option<Level>,
}

/// Columns whose names are keywords, and an enum for a key. All of a fixed size, with room lost in C.
#[table(name = keyword, public, index(name = class_volatile, btree(columns = [class, volatile])))]
pub struct Keyword {
    #[primary_key]
    pub class: Class,
    #[index(btree)]
    pub int: u8,
    pub namespace: u64,
    pub template: u16,
    pub double: u32,
    pub volatile: bool,
    pub def: i8,
    pub lambda: f64,
    pub register: Level,
    pub nonlocal: Option<u16>,
    pub goto: Nothing,
    pub errno: u8,
    pub row: u8,
    pub error: u8,
}

/// A table without columns.
#[table(name = void, public)]
pub struct Void {}

/// Two names that are one when their words are joined alike, and a column that is named like a function for the table.
#[table(name = user_name, public)]
pub struct UserName {
    #[unique]
    pub key: String,
    pub count: u32,
    pub on_insert: u32,
}

#[table(name = username_, public)]
#[allow(non_camel_case_types)]
pub struct user_name_ {
    #[unique]
    pub operator: Identity,
    pub bsatn: u8,
}

/// Sixty columns.
#[table(name = wide, public)]
pub struct Wide {
    #[primary_key]
    pub c00: u8,
    pub c01: i16,
    pub c02: u32,
    pub c03: i64,
    pub c04: f32,
    pub c05: bool,
    pub c06: String,
    pub c07: Option<u8>,
    pub c08: Identity,
    pub c09: Vec<u16>,
    pub c10: u8,
    pub c11: i16,
    pub c12: u32,
    pub c13: i64,
    pub c14: f32,
    pub c15: bool,
    pub c16: String,
    pub c17: Option<u8>,
    pub c18: Identity,
    pub c19: Vec<u16>,
    pub c20: u8,
    pub c21: i16,
    pub c22: u32,
    pub c23: i64,
    pub c24: f32,
    pub c25: bool,
    pub c26: String,
    pub c27: Option<u8>,
    pub c28: Identity,
    pub c29: Vec<u16>,
    pub c30: u8,
    pub c31: i16,
    pub c32: u32,
    pub c33: i64,
    pub c34: f32,
    pub c35: bool,
    pub c36: String,
    pub c37: Option<u8>,
    pub c38: Identity,
    pub c39: Vec<u16>,
    pub c40: u8,
    pub c41: i16,
    pub c42: u32,
    pub c43: i64,
    pub c44: f32,
    pub c45: bool,
    pub c46: String,
    pub c47: Option<u8>,
    pub c48: Identity,
    pub c49: Vec<u16>,
    pub c50: u8,
    pub c51: i16,
    pub c52: u32,
    pub c53: i64,
    pub c54: f32,
    pub c55: bool,
    pub c56: String,
    pub c57: Option<u8>,
    pub c58: Identity,
    pub c59: Vec<u16>,
}

fn pair(text: &str) -> Pair {
    Pair { left: Inner::Text(text.into()), right: vec![None, Some(text.into()), Some(String::new())] }
}

const PADDED: Padded = Padded { small: 1, wide: u64::MAX - 1, flag: true, class: Class::True, half: 65_535 };

#[reducer]
pub fn fill(ctx: &ReducerContext, key: u64) {
    ctx.db.every().insert(Every {
        key,
        yes: true,
        n_u8: 8,
        n_u16: 1600,
        n_u32: 320_000,
        n_u64: u64::MAX,
        n_u128: u128::MAX - 1,
        n_u256: u256::from(7u8) << 200,
        n_i8: -8,
        n_i16: -1600,
        n_i32: -320_000,
        n_i64: i64::MIN,
        n_i128: i128::MIN,
        n_i256: -(i256::from(9i8) << 200u32),
        n_f32: 1.5,
        n_f64: -2.25,
        text: "text".into(),
        bytes: vec![0, 255],
        identity: ctx.sender,
        connection: ctx.connection_id.unwrap_or(ConnectionId::ZERO),
        at: Timestamp::from_micros_since_unix_epoch(1),
        during: TimeDuration::from_micros(-2),
        due: ScheduleAt::Interval(TimeDuration::from_micros(3)),
        nothing: Nothing {},
        class: Class::None,
        level: Level::High(-4),
        padded: PADDED,
        outer: Outer::Maybe(Some(Some(Inner::Fixed(PADDED)))),
        pair: pair("pair"),
        bools: vec![true, false, true],
        wides: vec![i256::from(-1i8), i256::from(1i8)],
        nothings: vec![Nothing {}, Nothing {}],
        nested: vec![vec![], vec![vec!["a".into(), "b".into()], vec![]]],
        outers: vec![
            Outer::Nothing(Nothing {}),
            Outer::Inner(Inner::Number(-5)),
            Outer::Both(pair("both")),
            Outer::Many(vec![Inner::Unit, Inner::Text("many".into())]),
            Outer::Maybe(None),
        ],
        maybe_unit: Some(Nothing {}),
        maybe_maybe: Some(None),
        maybe_level: Some(Level::Exact(0.5)),
    });
    ctx.db.void().insert(Void {});
}

/// A row for every class but `Null`.
#[reducer]
pub fn classes(ctx: &ReducerContext) {
    for (number, class) in [Class::Int, Class::Default, Class::None, Class::True].into_iter().enumerate() {
        let number = number as u8;
        ctx.db.keyword().insert(Keyword {
            class,
            int: number / 2,
            namespace: u64::from(number) << 40,
            template: 7,
            double: 8,
            volatile: number % 2 == 1,
            def: -9,
            lambda: 0.25,
            register: Level::Low(u32::from(number)),
            nonlocal: (number > 0).then_some(u16::from(number)),
            goto: Nothing {},
            errno: 1,
            row: 2,
            error: 3,
        });
    }
}

#[reducer]
pub fn widen(ctx: &ReducerContext, key: u8) {
    ctx.db.wide().insert(Wide {
        c00: key,
        c01: -1,
        c02: 2,
        c03: -3,
        c04: 4 as f32 / 2.0,
        c05: true,
        c06: "text 6".into(),
        c07: Some(7),
        c08: ctx.sender,
        c09: vec![9, 1],
        c10: key.wrapping_add(10),
        c11: -11,
        c12: 12,
        c13: -13,
        c14: 14 as f32 / 2.0,
        c15: true,
        c16: "text 16".into(),
        c17: Some(17),
        c18: ctx.sender,
        c19: vec![19, 1],
        c20: key.wrapping_add(20),
        c21: -21,
        c22: 22,
        c23: -23,
        c24: 24 as f32 / 2.0,
        c25: true,
        c26: "text 26".into(),
        c27: Some(27),
        c28: ctx.sender,
        c29: vec![29, 1],
        c30: key.wrapping_add(30),
        c31: -31,
        c32: 32,
        c33: -33,
        c34: 34 as f32 / 2.0,
        c35: true,
        c36: "text 36".into(),
        c37: Some(37),
        c38: ctx.sender,
        c39: vec![39, 1],
        c40: key.wrapping_add(40),
        c41: -41,
        c42: 42,
        c43: -43,
        c44: 44 as f32 / 2.0,
        c45: true,
        c46: "text 46".into(),
        c47: Some(47),
        c48: ctx.sender,
        c49: vec![49, 1],
        c50: key.wrapping_add(50),
        c51: -51,
        c52: 52,
        c53: -53,
        c54: 54 as f32 / 2.0,
        c55: true,
        c56: "text 56".into(),
        c57: Some(57),
        c58: ctx.sender,
        c59: vec![59, 1],
    });
}

/// A reducer whose name and parameters are taken in most languages: keeps what it is given.
#[reducer]
#[allow(clippy::too_many_arguments)]
pub fn switch(
    ctx: &ReducerContext,
    int: u8,
    connection: String,
    error: Option<String>,
    status: Class,
    outer: Outer,
    pair: Pair,
    outers: Vec<Outer>,
    nested: Vec<Vec<String>>,
    level: Level,
    due: ScheduleAt,
    padded: Padded,
    nothing: Nothing,
) -> Result<(), String> {
    let heard = format!("{int} {connection} {error:?} {status:?} {outer:?} {pair:?} {outers:?} {nested:?} {level:?} {due:?} {padded:?} {nothing:?}");
    ctx.db.user_name().insert(UserName { key: heard, count: u32::from(int), on_insert: 1 });
    Ok(())
}

/// Names of functions of the C library.
#[reducer]
pub fn remove(ctx: &ReducerContext, class: Class) {
    ctx.db.keyword().class().delete(class);
}

#[reducer]
pub fn printf(ctx: &ReducerContext, operator: Identity) {
    ctx.db.username_().insert(user_name_ { operator, bsatn: 1 });
}

/// Named like a function that bindings have for a table.
#[reducer]
pub fn user_name_count(_ctx: &ReducerContext) {}
