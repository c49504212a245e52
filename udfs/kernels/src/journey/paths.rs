//! The paths that customers take: the first events from a start, or the last ones before an end.

use std::collections::HashMap;

/// Which part of a journey is its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PathRule {
    /// The largest number of events.
    pub steps: usize,
    /// The path begins with the first event of this code; journeys without one have no path.
    pub start: Option<u32>,
    /// The path ends with the first event of this code, after its start if it has one; journeys without one have
    /// no path.
    pub end: Option<u32>,
    /// Events of the same code in a row count as one.
    pub collapse: bool,
}

/// Writes the path of a journey, given by the codes of its events in order, to `path`; false if it has none.
///
/// With an end and no start the path is what led to the end: the last events. Otherwise it is the first events from
/// the start on; with both, a journey that takes more events from start to end than allowed has no path.
pub fn path(rule: &PathRule, codes: &[u32], path: &mut Vec<u32>) -> bool {
    path.clear();
    let start = match rule.start {
        Some(start) => codes.iter().position(|&code| code == start),
        None => Some(0),
    };
    let Some(start) = start else { return false };
    let codes = &codes[start..];
    // An end that is also the start is looked for after it.
    let after = usize::from(rule.start.is_some());
    let end = match rule.end {
        Some(end) => codes.iter().skip(after).position(|&code| code == end).map(|place| place + after + 1),
        None => Some(codes.len()),
    };
    let Some(end) = end else { return false };
    for &code in &codes[..end] {
        if rule.collapse && path.last() == Some(&code) {
            continue;
        }
        if path.len() == rule.steps && rule.end.is_none() {
            break;
        }
        path.push(code);
    }
    if path.len() > rule.steps {
        if rule.start.is_some() {
            return false;
        }
        path.drain(..path.len() - rule.steps);
    }
    !path.is_empty()
}

/// How many customers took each path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathTotals {
    taken: HashMap<Box<[u32]>, u64>,
    codes: usize,
}

impl PathTotals {
    /// No paths.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds customers who took a path.
    pub fn update(&mut self, path: &[u32], customers: u64) {
        match self.taken.get_mut(path) {
            Some(taken) => *taken += customers,
            None => {
                self.codes += path.len();
                self.taken.insert(path.into(), customers);
            }
        }
    }

    /// Adds the paths of other customers, whose events have the same codes.
    pub fn merge(&mut self, other: &Self) {
        other.taken.iter().for_each(|(path, &customers)| self.update(path, customers));
    }

    /// All paths, in no order.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&[u32], u64)> {
        self.taken.iter().map(|(path, &customers)| (path.as_ref(), customers))
    }

    /// How many customers took any path.
    pub fn customers(&self) -> u64 {
        self.taken.values().sum()
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.taken.capacity() * size_of::<(Box<[u32]>, u64)>() + self.codes * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(steps: usize, start: Option<u32>, end: Option<u32>, collapse: bool, codes: &[u32]) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        path(&PathRule { steps, start, end, collapse }, codes, &mut found).then_some(found)
    }

    #[test]
    fn a_path_is_the_first_events_from_the_start() {
        assert_eq!(taken(3, None, None, false, &[1, 1, 2, 3]), Some(vec![1, 1, 2]));
        assert_eq!(taken(3, None, None, true, &[1, 1, 2, 3, 3, 4]), Some(vec![1, 2, 3]));
        assert_eq!(taken(2, Some(2), None, true, &[1, 2, 2, 3]), Some(vec![2, 3]));
        assert_eq!(taken(2, Some(9), None, true, &[1, 2]), None);
        assert_eq!(taken(2, None, None, true, &[]), None);
    }

    #[test]
    fn with_an_end_it_is_the_last_events_before_it() {
        assert_eq!(taken(3, None, Some(4), true, &[1, 2, 2, 3, 4, 5, 4]), Some(vec![2, 3, 4]));
        assert_eq!(taken(3, None, Some(9), true, &[1, 2]), None);
        assert_eq!(taken(3, None, Some(1), true, &[1, 2]), Some(vec![1]));
    }

    #[test]
    fn with_both_it_is_whole_or_not_at_all() {
        assert_eq!(taken(4, Some(1), Some(3), false, &[3, 1, 2, 3]), Some(vec![1, 2, 3]));
        assert_eq!(taken(2, Some(1), Some(3), false, &[3, 1, 2, 3]), None);
        assert_eq!(taken(2, Some(1), Some(3), false, &[3, 1, 2]), None);
        assert_eq!(taken(3, Some(1), Some(1), false, &[1, 2, 1, 1]), Some(vec![1, 2, 1]));
    }

    #[test]
    fn merging_adds_customers() {
        let (mut left, mut right) = (PathTotals::new(), PathTotals::new());
        left.update(&[1, 2], 1);
        right.update(&[1, 2], 2);
        right.update(&[2], 1);
        let mut other = right.clone();
        other.merge(&left);
        left.merge(&right);
        assert_eq!(left, other);
        assert_eq!(left.customers(), 4);
        left.merge(&PathTotals::new());
        assert_eq!(left, other);
    }
}
