//! Random types and values for tests, made by the SATS crate, and the special types beside those that it makes.

use proptest::prelude::*;
use spacetimedb_sats::proptest::{generate_algebraic_type, generate_algebraic_value};
use spacetimedb_sats::{AlgebraicType, AlgebraicValue};

/// When a scheduled row is due.
pub fn schedule_at() -> AlgebraicType {
    AlgebraicType::sum([("Interval", AlgebraicType::time_duration()), ("Time", AlgebraicType::timestamp())])
}

fn any_type() -> impl Strategy<Value = AlgebraicType> {
    let special = prop_oneof![
        Just(AlgebraicType::identity()),
        Just(AlgebraicType::connection_id()),
        Just(AlgebraicType::timestamp()),
        Just(AlgebraicType::time_duration()),
        Just(AlgebraicType::uuid()),
        Just(AlgebraicType::bytes()),
        Just(schedule_at()),
        Just(AlgebraicType::sum([("A", AlgebraicType::unit()), ("b", AlgebraicType::unit())])),
    ];
    let leaf = prop_oneof![special, generate_algebraic_type()];
    leaf.prop_recursive(2, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(AlgebraicType::option),
            (inner.clone(), inner.clone()).prop_map(|(ok, err)| AlgebraicType::result(ok, err)),
            inner.clone().prop_map(AlgebraicType::array),
            (inner.clone(), inner).prop_map(|(a, b)| AlgebraicType::product([("a", a), ("some", b)])),
        ]
    })
}

/// A random type and a random value of it.
pub fn typed_value() -> impl Strategy<Value = (AlgebraicType, AlgebraicValue)> {
    any_type().prop_flat_map(|ty| (Just(ty.clone()), generate_algebraic_value(ty)))
}
