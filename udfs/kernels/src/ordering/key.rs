//! What rows are ordered by: numbers as unsigned words that compare like them, or bytes.

use std::cmp::Ordering;

/// One key of all rows. Several keys order rows by the first, ties by the second, and so on.
///
/// Direction and the place of NULL are part of the key. Words: [`ascending_i64`] or [`ascending_f64`], and its
/// complement (`!word`) for a descending key. NULLs: a key of words before it, 0 for rows that come first and 1
/// for the others, and any constant in this one.
#[derive(Debug, Clone, Copy)]
pub enum SortKey<'a> {
    /// Smaller words first.
    Words(&'a [u64]),
    /// Bytes in lexicographic order, as UTF-8 text compares.
    Bytes {
        /// The bytes of each row.
        values: &'a [&'a [u8]],
        /// Greater bytes first.
        descending: bool,
    },
}

impl SortKey<'_> {
    /// A word that never contradicts [`Self::compare`]: rows whose words differ compare as the words do.
    #[inline]
    pub(super) fn leading_word(&self, row: u32) -> u64 {
        match self {
            Self::Words(words) => words[row as usize],
            Self::Bytes { values, descending } => {
                let prefix = prefix(values[row as usize]);
                if *descending { !prefix } else { prefix }
            }
        }
    }

    /// Whether equal leading words mean equal keys.
    pub(super) fn is_word(&self) -> bool {
        matches!(self, Self::Words(_))
    }

    /// How two rows compare.
    #[inline]
    pub(super) fn compare(&self, a: u32, b: u32) -> Ordering {
        match self {
            Self::Words(words) => words[a as usize].cmp(&words[b as usize]),
            Self::Bytes { values, descending: false } => values[a as usize].cmp(values[b as usize]),
            Self::Bytes { values, descending: true } => values[b as usize].cmp(values[a as usize]),
        }
    }
}

/// The first eight bytes as a word; what is missing counts as zero, so a shorter text is never greater.
fn prefix(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(head) => u64::from_be_bytes(*head),
        None => {
            let mut head = [0; 8];
            head[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(head)
        }
    }
}

/// A word that compares like the integer.
#[inline]
#[must_use]
pub fn ascending_i64(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

/// A word that compares like [`f64::total_cmp`]: negative before positive zero, NaN after infinity.
#[inline]
#[must_use]
pub fn ascending_f64(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | (1 << 63) } else { !bits }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_extremes_of_a_number_keep_their_order() {
        let integers = [i64::MIN, -1, 0, 1, i64::MAX];
        assert!(integers.windows(2).all(|pair| ascending_i64(pair[0]) < ascending_i64(pair[1])));
        let floats = [-f64::NAN, f64::NEG_INFINITY, -1.0, -0.0, 0.0, f64::MIN_POSITIVE, f64::INFINITY, f64::NAN];
        assert!(floats.windows(2).all(|pair| ascending_f64(pair[0]) < ascending_f64(pair[1])));
    }

    proptest! {
        #[test]
        fn words_of_integers_compare_as_they_do(a: i64, b: i64) {
            prop_assert_eq!(ascending_i64(a).cmp(&ascending_i64(b)), a.cmp(&b));
        }

        #[test]
        fn words_of_floats_compare_in_the_total_order(a: u64, b: u64) {
            let (a, b) = (f64::from_bits(a), f64::from_bits(b));
            prop_assert_eq!(ascending_f64(a).cmp(&ascending_f64(b)), a.total_cmp(&b));
        }

        #[test]
        fn a_leading_word_never_contradicts_its_bytes(a: Vec<u8>, b: Vec<u8>, descending: bool) {
            let values = [a.as_slice(), b.as_slice()];
            let key = SortKey::Bytes { values: &values, descending };
            let words = key.leading_word(0).cmp(&key.leading_word(1));
            prop_assert!(words.is_eq() || words == key.compare(0, 1));
        }
    }
}
