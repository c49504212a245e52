//! The order inside each group: nothing to do, a few swaps, a merge or a radix sort, by the size of the group.

use std::cmp::Ordering;

use super::SortKey;

/// Up to here an insertion sort needs fewer steps than a merge sort.
const INSERTION_MAX: usize = 20;

/// From here on, sorting by digits needs fewer steps than comparing.
const RADIX_MIN: usize = 4096;

/// A row beside its leading word, so that most comparisons read one place.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    word: u64,
    row: u32,
}

/// Puts the rows of every group into the order of the keys; rows with equal keys keep their order.
///
/// Group `g` is `rows[offsets[g]..offsets[g + 1]]`, as [`Groups`](super::Groups) holds them; `rows` are positions
/// in the keys. Groups whose rows are in order already cost one comparison a row.
///
/// # Panics
/// When an offset lies outside of `rows` or a row outside of a key.
pub fn sort_groups(offsets: &[u32], keys: &[SortKey<'_>], rows: &mut [u32]) {
    let Some((leading, rest)) = keys.split_first() else { return };
    let mut sorter = Sorter { leading: *leading, rest, entries: Vec::new(), spare: Vec::new() };
    for bounds in offsets.windows(2) {
        let group = &mut rows[bounds[0] as usize..bounds[1] as usize];
        if group.len() > 1 {
            sorter.sort(group);
        }
    }
}

struct Sorter<'a> {
    leading: SortKey<'a>,
    rest: &'a [SortKey<'a>],
    entries: Vec<Entry>,
    spare: Vec<Entry>,
}

impl Sorter<'_> {
    fn sort(&mut self, group: &mut [u32]) {
        let Self { leading, rest, entries, spare } = self;
        entries.clear();
        entries.extend(group.iter().map(|&row| Entry { word: leading.leading_word(row), row }));
        let ties = Ties { leading: (!leading.is_word()).then_some(*leading), rest };
        if entries.is_sorted_by(|a, b| ties.compare(a, b).is_le()) {
            return;
        }
        match entries.len() {
            ..=INSERTION_MAX => insert_all(entries, &ties),
            RADIX_MIN.. => {
                radix_sort(entries, spare);
                sort_ties(entries, &ties);
            }
            _ => entries.sort_by(|a, b| ties.compare(a, b)),
        }
        for (place, entry) in group.iter_mut().zip(entries.iter()) {
            *place = entry.row;
        }
    }
}

/// How rows compare whose leading words are equal.
struct Ties<'a> {
    /// The leading key, when its word is only a prefix of it.
    leading: Option<SortKey<'a>>,
    rest: &'a [SortKey<'a>],
}

impl Ties<'_> {
    #[inline]
    fn compare(&self, a: &Entry, b: &Entry) -> Ordering {
        match a.word.cmp(&b.word) {
            Ordering::Equal => self.break_tie(a.row, b.row),
            unequal => unequal,
        }
    }

    fn break_tie(&self, a: u32, b: u32) -> Ordering {
        for key in self.leading.iter().chain(self.rest) {
            match key.compare(a, b) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        Ordering::Equal
    }

    fn none(&self) -> bool {
        self.leading.is_none() && self.rest.is_empty()
    }
}

fn insert_all(entries: &mut [Entry], ties: &Ties<'_>) {
    for end in 1..entries.len() {
        let entry = entries[end];
        let mut place = end;
        while place > 0 && ties.compare(&entry, &entries[place - 1]).is_lt() {
            entries[place] = entries[place - 1];
            place -= 1;
        }
        entries[place] = entry;
    }
}

/// Sorts by the word, from its last byte to its first, passing over bytes in which all words agree.
fn radix_sort(entries: &mut Vec<Entry>, spare: &mut Vec<Entry>) {
    spare.resize(entries.len(), Entry::default());
    let first = entries[0].word;
    let differing = entries.iter().fold(0, |bits, entry| bits | (entry.word ^ first));
    for shift in (0..u64::BITS).step_by(8) {
        if (differing >> shift) & 0xff == 0 {
            continue;
        }
        let digit = |entry: &Entry| (entry.word >> shift) as usize & 0xff;
        let mut places = [0_usize; 256];
        for entry in entries.iter() {
            places[digit(entry)] += 1;
        }
        let mut start = 0;
        for place in &mut places {
            (start, *place) = (start + *place, start);
        }
        for entry in entries.iter() {
            let place = &mut places[digit(entry)];
            spare[*place] = *entry;
            *place += 1;
        }
        std::mem::swap(entries, spare);
    }
}

/// Puts runs of equal words, which a radix sort left in their order of arrival, into the order of the other keys.
fn sort_ties(entries: &mut [Entry], ties: &Ties<'_>) {
    if ties.none() {
        return;
    }
    for run in entries.chunk_by_mut(|a, b| a.word == b.word) {
        if run.len() > 1 {
            run.sort_by(|a, b| ties.break_tie(a.row, b.row));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Groups, ascending_f64, ascending_i64};
    use super::*;

    #[test]
    fn without_keys_rows_stay_as_they_are() {
        let mut rows = [2, 0, 1];
        sort_groups(&[0, 3], &[], &mut rows);
        assert_eq!(rows, [2, 0, 1]);
    }

    #[test]
    fn nulls_come_first_by_a_key_before_the_value() {
        let nulls = [1, 0, 1, 0];
        let values = [7, 0, 3, 0];
        let mut rows = [0, 1, 2, 3];
        sort_groups(&[0, 4], &[SortKey::Words(&nulls), SortKey::Words(&values)], &mut rows);
        assert_eq!(rows, [1, 3, 2, 0]);
    }

    #[test]
    fn texts_that_share_a_prefix_are_told_apart() {
        let values: Vec<&[u8]> = vec![b"campaign_b", b"campaign_a", b"campaign", b"campaign\0"];
        let mut rows = [0, 1, 2, 3];
        sort_groups(&[0, 4], &[SortKey::Bytes { values: &values, descending: false }], &mut rows);
        assert_eq!(rows, [2, 3, 1, 0]);
        let mut rows = [0, 1, 2, 3];
        sort_groups(&[0, 4], &[SortKey::Bytes { values: &values, descending: true }], &mut rows);
        assert_eq!(rows, [0, 1, 3, 2]);
    }

    #[test]
    fn a_large_group_is_sorted_like_a_small_one() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let words: Vec<u64> = (0..20_000).map(|_| ascending_i64((next() % 5_000) as i64 - 2_500)).collect();
        let second: Vec<u64> = (0..20_000).map(|_| next() % 3).collect();
        let mut rows: Vec<u32> = (0..20_000).collect();
        sort_groups(&[0, 20_000], &[SortKey::Words(&words), SortKey::Words(&second)], &mut rows);
        let mut expected: Vec<u32> = (0..20_000).collect();
        expected.sort_by_key(|row| (words[*row as usize], second[*row as usize]));
        assert_eq!(rows, expected);
    }

    /// What one key of a case is made of.
    #[derive(Debug, Clone)]
    enum Column {
        Integers(Vec<i64>, bool),
        Floats(Vec<f64>),
        Texts(Vec<String>, bool),
    }

    fn column(rows: usize) -> impl Strategy<Value = Column> {
        prop_oneof![
            (prop::collection::vec(-3_i64..3, rows), any::<bool>())
                .prop_map(|(values, descending)| Column::Integers(values, descending)),
            prop::collection::vec(prop::sample::select(vec![-1.5, -0.0, 0.0, 2.0, f64::NAN]), rows)
                .prop_map(Column::Floats),
            (prop::collection::vec("[ab]{0,10}", rows), any::<bool>())
                .prop_map(|(values, descending)| Column::Texts(values, descending)),
        ]
    }

    fn case() -> impl Strategy<Value = (Vec<u32>, Vec<Column>)> {
        (0_usize..200)
            .prop_flat_map(|rows| (prop::collection::vec(0_u32..6, rows), prop::collection::vec(column(rows), 1..4)))
    }

    fn compare(columns: &[Column], a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        let direct = |ordering: Ordering, descending: bool| if descending { ordering.reverse() } else { ordering };
        columns.iter().fold(Ordering::Equal, |so_far, column| {
            so_far.then_with(|| match column {
                Column::Integers(values, descending) => direct(values[a].cmp(&values[b]), *descending),
                Column::Floats(values) => values[a].total_cmp(&values[b]),
                Column::Texts(values, descending) => direct(values[a].cmp(&values[b]), *descending),
            })
        })
    }

    proptest! {
        #[test]
        fn groups_are_in_the_order_of_a_stable_sort((codes, columns) in case()) {
            let words: Vec<Vec<u64>> = columns
                .iter()
                .map(|column| match column {
                    Column::Integers(values, descending) => values
                        .iter()
                        .map(|value| if *descending { !ascending_i64(*value) } else { ascending_i64(*value) })
                        .collect(),
                    Column::Floats(values) => values.iter().map(|value| ascending_f64(*value)).collect(),
                    Column::Texts(..) => Vec::new(),
                })
                .collect();
            let bytes: Vec<Vec<&[u8]>> = columns
                .iter()
                .map(|column| match column {
                    Column::Texts(values, _) => values.iter().map(String::as_bytes).collect(),
                    _ => Vec::new(),
                })
                .collect();
            let keys: Vec<SortKey<'_>> = columns
                .iter()
                .zip(words.iter().zip(&bytes))
                .map(|(column, (words, bytes))| match column {
                    Column::Texts(_, descending) => SortKey::Bytes { values: bytes, descending: *descending },
                    _ => SortKey::Words(words),
                })
                .collect();
            let mut groups = Groups::new(&codes, 6).unwrap();
            let (offsets, rows) = groups.parts_mut();
            sort_groups(offsets, &keys, rows);

            let mut expected: Vec<u32> = (0..codes.len() as u32).collect();
            expected.sort_by(|a, b| {
                codes[*a as usize].cmp(&codes[*b as usize]).then_with(|| compare(&columns, *a, *b))
            });
            prop_assert_eq!(groups.rows(), &expected[..]);
        }
    }
}
