//! Numbers that stand for keys, so that indexes need to know nothing of types.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use hashbrown::DefaultHashBuilder;

/// The number that stands for a key's bytes. The size of an integer: the number itself, so that keys that follow one another
/// have codes that do; any other size: a hash. Equal keys have equal codes. It is the same for all indexes of the process, so
/// that it can be worked out on another thread than the one that uses it.
#[inline]
pub fn code_of(key: &[u8]) -> u64 {
    // Most keys are of this size.
    if let Some(key) = key.as_array() {
        return u64::from_le_bytes(*key);
    }
    code_of_another_size(key)
}

#[inline(never)]
fn code_of_another_size(key: &[u8]) -> u64 {
    match *key {
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]).into(),
        [a, b] => u16::from_le_bytes([a, b]).into(),
        [a] => a.into(),
        _ => hash_of(key),
    }
}

/// Whether keys that all have so many bytes are told apart by their codes alone.
pub fn is_exact(size: usize) -> bool {
    matches!(size, 1 | 2 | 4 | 8)
}

/// Spreads codes evenly, whatever they are. It differs from process to process, so that no host can choose keys that collide.
#[inline]
pub fn scatter(code: u64) -> u64 {
    let [first, second] = SECRETS.numbers;
    let product = u128::from(code ^ first) * u128::from(second);
    (product as u64) ^ (product >> 64) as u64
}

fn hash_of(key: &[u8]) -> u64 {
    let mut hasher = SECRETS.hasher.build_hasher();
    hasher.write(key);
    hasher.finish()
}

struct Secrets {
    hasher: DefaultHashBuilder,
    numbers: [u64; 2],
}

static SECRETS: LazyLock<Secrets> = LazyLock::new(|| {
    let hasher = DefaultHashBuilder::default();
    // Multiplied by an odd number, no two codes become one.
    let numbers = [hasher.hash_one(1), hasher.hash_one(2) | 1];
    Secrets { hasher, numbers }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_stand_for_themselves() {
        assert_eq!(code_of(&7u8.to_le_bytes()), 7);
        assert_eq!(code_of(&700u16.to_le_bytes()), 700);
        assert_eq!(code_of(&70_000u32.to_le_bytes()), 70_000);
        assert_eq!(code_of(&(u64::MAX - 7).to_le_bytes()), u64::MAX - 7);
    }

    #[test]
    fn other_keys_have_codes_that_differ() {
        let texts: std::collections::HashSet<u64> =
            (0..10_000).map(|n| code_of(format!("key {n}").as_bytes())).collect();
        assert!(texts.len() > 9_990);
        assert_eq!(code_of(b"abc"), code_of(b"abc"));
    }

    #[test]
    fn codes_are_spread() {
        for step in [1u64, 8, 1 << 20, 1 << 32, 1 << 52] {
            let mut eighths = [0; 8];
            (0..4_096).for_each(|n: u64| eighths[(scatter(n.wrapping_mul(step)) >> 61) as usize] += 1);
            assert!(eighths.iter().all(|count| (300..800).contains(count)), "{step}: {eighths:?}");
        }
    }
}
