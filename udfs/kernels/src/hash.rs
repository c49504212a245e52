//! A quick hash of small integers, for tables whose keys are codes we have given out ourselves.
//!
//! One multiplication a word, folded, as wyhash does it. It does not resist keys chosen to collide: what comes
//! from outside is given a dense code by a table that does, before it comes here.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table with this hash.
pub(crate) type IntegerMap<K, V> = HashMap<K, V, BuildHasherDefault<IntegerHasher>>;

/// Digits of π: odd, and without a pattern.
const MULTIPLIER: u64 = 0x3243_f6a8_885a_308d;

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IntegerHasher {
    hash: u64,
}

impl IntegerHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.hash ^ word ^ MULTIPLIER) * u128::from(MULTIPLIER.rotate_left(23));
        self.hash = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for IntegerHasher {
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.mix(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_u128(&mut self, word: u128) {
        self.mix(word as u64);
        self.mix((word >> 64) as u64);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }
}

/// The hash of a sequence of codes, in which order and length count.
pub(crate) fn of_codes(codes: &[u32]) -> u64 {
    let mut hasher = IntegerHasher::default();
    for pair in codes.chunks(2) {
        let high = pair.get(1).map_or(0, |&code| u64::from(code) << 32);
        hasher.write_u64(u64::from(pair[0]) | high);
    }
    hasher.write_usize(codes.len());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn dense_pairs_do_not_collide() {
        let mut seen = HashSet::new();
        for from in 0..200_u64 {
            for to in 0..200_u64 {
                let mut hasher = IntegerHasher::default();
                hasher.write_u64(from << 32 | to);
                assert!(seen.insert(hasher.finish()));
            }
        }
    }

    #[test]
    fn order_and_length_count() {
        let sequences: [&[u32]; 6] = [&[], &[0], &[0, 0], &[1, 2], &[2, 1], &[1, 2, 0]];
        let hashes: HashSet<u64> = sequences.into_iter().map(of_codes).collect();
        assert_eq!(hashes.len(), sequences.len());
    }
}
