//! What the names of journeys mean to a question, remembered: most journeys have one of a few sets of names.

use std::hash::Hasher;

use super::Damaged;
use super::read::Names;
use crate::hash::IntegerHasher;

/// The sets of names that are remembered at first, and the most: a set takes the place of another with its hash.
const PLACES_MIN: usize = 16;
const PLACES_MAX: usize = 4_096;
/// Sets in more bytes than this are looked at each time.
const BYTES_MAX: usize = 256;

/// Sets of names and the numbers that stand for what each name means.
#[derive(Debug, Clone, Default)]
pub(super) struct Meanings {
    places: Vec<Known>,
    heap_bytes: usize,
    /// Of the last set, if it is not remembered.
    last: Vec<u32>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    names: Box<[u8]>,
    meanings: Box<[u32]>,
}

impl Known {
    fn is_of(&self, names: &Names<'_>) -> bool {
        *self.names == *names.bytes && self.meanings.len() == names.count
    }

    fn heap_bytes(&self) -> usize {
        self.names.len() + size_of_val(&*self.meanings)
    }
}

impl Meanings {
    /// What each of the names means, in their order: as `meaning` says, which must always say the same.
    pub(super) fn of(
        &mut self,
        names: &Names<'_>,
        mut meaning: impl FnMut(&[u8]) -> Result<u32, Damaged>,
    ) -> Result<&[u32], Damaged> {
        let is_small = names.bytes.len() <= BYTES_MAX;
        if is_small && self.places.is_empty() {
            self.places.resize(PLACES_MIN, Known::default());
        }
        let hash = if is_small { hash(names.bytes) } else { 0 };
        let place = hash as usize & self.places.len().wrapping_sub(1);
        if is_small && self.places[place].is_of(names) {
            return Ok(&self.places[place].meanings);
        }
        self.last.clear();
        for name in names.iter() {
            self.last.push(meaning(name?)?);
        }
        if is_small {
            let place = self.room(place, hash);
            let known = Known { names: names.bytes.into(), meanings: self.last.as_slice().into() };
            self.heap_bytes += known.heap_bytes();
            self.heap_bytes -= self.places[place].heap_bytes();
            self.places[place] = known;
        }
        Ok(&self.last)
    }

    /// The place for a hash that falls on `place`, in a larger table if it is taken.
    fn room(&mut self, place: usize, hash: u64) -> usize {
        if self.places[place].names.is_empty() || self.places.len() == PLACES_MAX {
            return place;
        }
        let size = 2 * self.places.len();
        let known = std::mem::replace(&mut self.places, vec![Known::default(); size]);
        // A place of the smaller table divides into two, so nothing is displaced.
        for known in known.into_iter().filter(|known| !known.names.is_empty()) {
            let place = self::hash(&known.names) as usize & (size - 1);
            self.places[place] = known;
        }
        hash as usize & (size - 1)
    }

    /// The memory it holds beside its own size.
    pub(super) fn heap_bytes(&self) -> usize {
        self.places.capacity() * size_of::<Known>() + self.heap_bytes + self.last.capacity() * size_of::<u32>()
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = IntegerHasher::default();
    hasher.write(bytes);
    hasher.write_usize(bytes.len());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Names as they are stored: each after its length.
    fn bytes(names: &[String]) -> Vec<u8> {
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect()
    }

    #[test]
    fn what_is_remembered_is_what_names_mean() {
        let mut random = Random::new(7);
        let mut meanings = Meanings::default();
        for _ in 0..20_000 {
            let all = [10, 40][random.below(2)];
            let names: Vec<String> =
                (0..all).filter(|_| random.below(3) == 0).map(|name| format!("name {name:05}")).collect();
            let stored = bytes(&names);
            let names = Names { count: names.len(), bytes: &stored };
            let meaning = |name: &[u8]| Ok(std::str::from_utf8(&name[5..]).unwrap().parse().unwrap());
            let expected: Vec<u32> = names.iter().map(|name| meaning(name.unwrap()).unwrap()).collect();
            assert_eq!(meanings.of(&names, meaning).unwrap(), expected);
        }
        assert!((PLACES_MIN..=PLACES_MAX).contains(&meanings.places.len()));
        let held: usize = meanings.places.iter().map(Known::heap_bytes).sum();
        assert_eq!(meanings.heap_bytes, held);
    }

    #[test]
    fn a_set_that_was_met_is_not_looked_at_again() {
        let mut meanings = Meanings::default();
        let stored = bytes(&["view".into(), "buy".into()]);
        let names = Names { count: 2, bytes: &stored };
        assert_eq!(meanings.of(&names, |name| Ok(name.len() as u32)).unwrap(), [4, 3]);
        assert_eq!(meanings.of(&names, |_| Err(Damaged)).unwrap(), [4, 3]);
        let fewer = Names { count: 1, bytes: &stored };
        assert_eq!(meanings.of(&fewer, |name| Ok(name.len() as u32)).unwrap(), [4]);
    }
}
