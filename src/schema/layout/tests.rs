//! Tests of row layouts, with the SATS crate as the oracle.

use std::cmp::Ordering;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use spacetimedb_sats::de::DeserializeSeed;
use spacetimedb_sats::proptest::{
    generate_algebraic_value, generate_product_value, generate_row_type, generate_typed_row,
};
use spacetimedb_sats::{AlgebraicType, ProductType, ProductValue, SumTypeVariant, Typespace, WithTypespace, bsatn};

use super::RowLayout;
use crate::error::{STDB_ERR_BSATN, STDB_ERR_INVALID_ARGUMENT, STDB_ERR_SCHEMA};
use crate::schema::resolve::resolved;

fn row_layout(row: &ProductType) -> RowLayout {
    RowLayout::new(resolved(&row.clone().into())).unwrap()
}

fn layout(columns: &[(&'static str, AlgebraicType)]) -> RowLayout {
    row_layout(&ProductType::from_iter(columns.iter().cloned()))
}

/// What the SATS crate reads of `bytes`, when it is one row and no byte more.
fn oracle(row: &ProductType, bytes: &[u8]) -> Option<ProductValue> {
    let typespace = Typespace::default();
    let mut rest = bytes;
    let value = WithTypespace::new(&typespace, row).deserialize(bsatn::Deserializer::new(&mut rest)).ok()?;
    rest.is_empty().then_some(value)
}

/// Whether there is an array in a type whose elements take no bytes. The oracle builds each of its elements, and
/// damage can make them four billion.
fn has_weightless_elements(ty: &AlgebraicType) -> bool {
    match ty {
        AlgebraicType::Array(array) => {
            let size = row_layout(&ProductType::from_iter([(*array.elem_ty).clone()])).fixed_size();
            size == Some(0) || has_weightless_elements(&array.elem_ty)
        }
        AlgebraicType::Product(product) => {
            product.elements.iter().any(|part| has_weightless_elements(&part.algebraic_type))
        }
        AlgebraicType::Sum(sum) => sum.variants.iter().any(|part| has_weightless_elements(&part.algebraic_type)),
        _ => false,
    }
}

/// A row type and some rows of it.
fn rows(count: usize) -> impl Strategy<Value = (ProductType, Vec<ProductValue>)> {
    generate_row_type(1..=8).prop_flat_map(move |ty| (Just(ty.clone()), vec(generate_product_value(ty), count)))
}

/// Small types, so that two random values are often equal in part.
fn narrow_type() -> impl Strategy<Value = AlgebraicType> {
    let leaf = prop_oneof![
        Just(AlgebraicType::Bool),
        Just(AlgebraicType::U8),
        Just(AlgebraicType::I8),
        Just(AlgebraicType::unit()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(AlgebraicType::array),
            inner.clone().prop_map(AlgebraicType::option),
            vec(inner.clone(), 0..4).prop_map(|types| AlgebraicType::product(ProductType::from_iter(types))),
            vec(inner, 1..4).prop_map(|types| AlgebraicType::sum(sum_of(types))),
        ]
    })
}

fn sum_of(types: Vec<AlgebraicType>) -> Box<[SumTypeVariant]> {
    types.into_iter().map(SumTypeVariant::from).collect()
}

fn two_narrow_values() -> impl Strategy<Value = (AlgebraicType, Vec<spacetimedb_sats::AlgebraicValue>)> {
    narrow_type().prop_flat_map(|ty| (Just(ty.clone()), vec(generate_algebraic_value(ty), 2)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn rows_are_accepted_and_their_columns_make_them_up((ty, value) in generate_typed_row()) {
        let layout = row_layout(&ty);
        let bytes = bsatn::to_vec(&value).unwrap();
        layout.check(&bytes).unwrap();
        prop_assert!(layout.fixed_size().is_none_or(|size| size == bytes.len()));
        let mut end = 0;
        for (column, value) in value.elements.iter().enumerate() {
            let range = layout.column_range(&bytes, column).unwrap();
            prop_assert_eq!(range.start, end);
            prop_assert_eq!(&bytes[range.clone()], &bsatn::to_vec(value).unwrap()[..]);
            prop_assert_eq!(layout.value_len(column, &bytes[range.start..]).unwrap(), range.len());
            layout.check_value(column, &bytes[range.clone()]).unwrap();
            end = range.end;
        }
        prop_assert_eq!(end, bytes.len());
    }

    #[test]
    fn damaged_rows_are_accepted_as_sats_accepts_them(
        (ty, rows) in rows(1), place: Index, byte: u8, cut: Index, more in vec(any::<u8>(), 0..3),
    ) {
        prop_assume!(!has_weightless_elements(&AlgebraicType::Product(ty.clone())));
        let layout = row_layout(&ty);
        let bytes = bsatn::to_vec(&rows[0]).unwrap();
        let mut damaged = vec![[&bytes[..cut.index(bytes.len() + 1)], &more[..]].concat()];
        if !bytes.is_empty() {
            let mut changed = bytes.clone();
            // Small numbers make tags, booleans and lengths that are nearly right.
            changed[place.index(bytes.len())] = byte % 8;
            damaged.push(changed);
        }
        for bytes in damaged {
            let checked = layout.check(&bytes);
            prop_assert_eq!(checked.is_ok(), oracle(&ty, &bytes).is_some(), "{:?} {:?}", bytes, checked);
            for column in 0..layout.column_count() {
                // Whatever the bytes are: no panic, and nothing outside of them.
                if let Ok(range) = layout.column_range(&bytes, column) {
                    prop_assert!(range.start <= range.end && range.end <= bytes.len());
                }
                let _ = layout.compare(column, &bytes, &bytes);
            }
        }
    }

    #[test]
    fn columns_are_ordered_as_sats_orders_them((ty, rows) in rows(2)) {
        let layout = row_layout(&ty);
        for (column, (a, b)) in rows[0].elements.iter().zip(&rows[1].elements).enumerate() {
            let (a_bytes, b_bytes) = (bsatn::to_vec(a).unwrap(), bsatn::to_vec(b).unwrap());
            prop_assert_eq!(layout.compare(column, &a_bytes, &b_bytes), a.cmp(b));
            prop_assert_eq!(layout.compare(column, &a_bytes, &a_bytes), Ordering::Equal);
        }
    }

    #[test]
    fn values_with_much_in_common_are_ordered_as_sats_orders_them((ty, values) in two_narrow_values()) {
        let layout = row_layout(&ProductType::from_iter([ty]));
        let [a, b] = [bsatn::to_vec(&values[0]).unwrap(), bsatn::to_vec(&values[1]).unwrap()];
        prop_assert_eq!(layout.compare(0, &a, &b), values[0].cmp(&values[1]));
        prop_assert_eq!(layout.compare(0, &b, &a), values[1].cmp(&values[0]));
    }
}

#[test]
fn errors_name_the_place() {
    let effect = AlgebraicType::sum([
        ("Nothing", AlgebraicType::unit()),
        ("Say", AlgebraicType::String),
        ("Both", AlgebraicType::product([("left", AlgebraicType::U8), ("right", AlgebraicType::Bool)])),
    ]);
    let layout = layout(&[("id", AlgebraicType::U32), ("effects", AlgebraicType::array(effect))]);
    let say = |row: &[u8], expected: &str| {
        let error = layout.check(row).unwrap_err();
        assert_eq!(error.status, STDB_ERR_BSATN);
        assert!(error.message.contains(expected), "{}", error.message);
    };
    say(&[1, 0, 0], "column `id`: 4 bytes are wanted at byte 0, 3 are left");
    say(&[1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0xff], "column `effects[1].Say`: the text at byte 14 is not UTF-8");
    say(&[1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 2], "column `effects[0].Both.right`: the boolean at byte 10 is 2");
    say(&[1, 0, 0, 0, 1, 0, 0, 0, 3], "column `effects[0]`: the tag at byte 8 is 3, but there are 3 variants");
    say(&[1, 0, 0, 0, 0, 0, 0, 0, 9], "ends at byte 8, but there are 9 bytes");
    let error = layout.check_value(0, &[1, 0, 0, 0, 9]).unwrap_err();
    assert!(error.message.contains("column `id`: the value ends at byte 4"), "{}", error.message);
}

#[test]
fn a_column_that_is_not_there_is_an_argument_error() {
    let layout = layout(&[("id", AlgebraicType::U32)]);
    assert_eq!(layout.column_range(&[0; 4], 1).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
    assert_eq!(layout.value_len(1, &[0; 4]).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
    assert_eq!(layout.column_range(&[0; 3], 0).unwrap_err().status, STDB_ERR_BSATN);
}

#[test]
fn a_row_of_no_columns_is_no_bytes() {
    let layout = layout(&[]);
    assert_eq!(layout.fixed_size(), Some(0));
    layout.check(&[]).unwrap();
    assert!(layout.check(&[0]).is_err());
}

#[test]
fn four_billion_elements_of_no_bytes_take_no_time() {
    let layout = layout(&[("units", AlgebraicType::array(AlgebraicType::unit()))]);
    layout.check(&[0xff; 4]).unwrap();
    assert_eq!(layout.compare(0, &[0xff; 4], &[0xff; 4]), Ordering::Equal);
    let huge = self::layout(&[("wide", AlgebraicType::array(AlgebraicType::U256))]);
    assert!(huge.check(&[0xff; 4]).is_err());
}

#[test]
fn floats_are_ordered_with_nan_above_and_one_zero() {
    let layout = layout(&[("x", AlgebraicType::F64)]);
    let compare = |a: f64, b: f64| layout.compare(0, &a.to_le_bytes(), &b.to_le_bytes());
    assert_eq!(compare(-0.0, 0.0), Ordering::Equal);
    assert_eq!(compare(f64::NAN, -f64::NAN), Ordering::Equal);
    assert_eq!(compare(f64::NAN, f64::INFINITY), Ordering::Greater);
    assert_eq!(compare(-1.0, f64::NAN), Ordering::Less);
    assert_eq!(compare(-1.0, -2.0), Ordering::Greater);
}

#[test]
fn what_is_no_product_is_no_row() {
    assert_eq!(RowLayout::new(resolved(&AlgebraicType::String)).unwrap_err().status, STDB_ERR_SCHEMA);
}
