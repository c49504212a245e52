//! Numbers that look like chance and are the same in every run with the same seed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A generator (Steele, Lea and Flood's SplitMix64); its seed tells all that comes.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, from 0 up to `bound`, which it does not reach.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A seed of no other run: the standard library seeds every hash map's hasher by chance.
pub fn any_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
