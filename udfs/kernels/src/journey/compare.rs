//! What sets customers who converted apart from those who did not: `journey_compare`.

use super::funnel::add;
use super::rate::share;
use super::significance::{TwoByTwo, q_values};

/// How many customers of each kind had each event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompareTotals {
    converters: u64,
    others: u64,
    /// For every code: converters and others who had the event.
    with: Vec<[u64; 2]>,
}

/// One event, among converters and others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// The event's code.
    pub code: u32,
    /// Converters who had it before they converted.
    pub converters_with: u64,
    /// Others who had it.
    pub others_with: u64,
    /// The share of converters who had it.
    pub support: Option<f64>,
    /// The share of the others who had it.
    pub support_others: Option<f64>,
    /// The first share in units of the second; `None` if none of the others had it.
    pub lift: Option<f64>,
    /// The p-value of both shares being the same.
    pub p_value: Option<f64>,
    /// The false discovery rate at which this event would be called different.
    pub q_value: Option<f64>,
}

impl CompareTotals {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a customer who had the events of these codes, each named once.
    pub fn update(&mut self, converted: bool, codes: &[u32]) {
        if converted {
            self.converters += 1;
        } else {
            self.others += 1;
        }
        for &code in codes {
            self.reach(code)[usize::from(!converted)] += 1;
        }
    }

    fn reach(&mut self, code: u32) -> &mut [u64; 2] {
        let code = code as usize;
        if self.with.len() <= code {
            self.with.resize(code + 1, [0; 2]);
        }
        &mut self.with[code]
    }

    /// Adds customers of both kinds, of whom so many had the event of each code.
    pub fn add(&mut self, converters: u64, others: u64, with: impl IntoIterator<Item = (u32, [u64; 2])>) {
        self.converters += converters;
        self.others += others;
        for (code, counts) in with {
            add(self.reach(code), &counts);
        }
    }

    /// Adds other customers, whose events have the same codes.
    pub fn merge(&mut self, other: &Self) {
        self.add(other.converters, other.others, other.with.iter().zip(0..).map(|(&counts, code)| (code, counts)));
    }

    /// The number of converters and of others.
    pub fn customers(&self) -> (u64, u64) {
        (self.converters, self.others)
    }

    /// For every code how many converters and others had the event.
    pub fn with(&self) -> &[[u64; 2]] {
        &self.with
    }

    /// The events that anybody had: the surest differences first, then the largest, then in the order of what `order`
    /// has for their codes.
    pub fn finish<K: Ord>(&self, order: impl Fn(u32) -> K) -> Vec<Compared> {
        let mut rows: Vec<Compared> = self
            .with
            .iter()
            .zip(0..)
            .filter(|(counts, _)| **counts != [0; 2])
            .map(|(&[converters_with, others_with], code)| {
                let support = share(converters_with, self.converters);
                let support_others = share(others_with, self.others);
                let lift = support.zip(support_others.filter(|&share| share > 0.0)).map(|(own, other)| own / other);
                let first = (converters_with, self.converters.saturating_sub(converters_with));
                let second = (others_with, self.others.saturating_sub(others_with));
                let p_value = TwoByTwo { first, second }.p_value();
                Compared { code, converters_with, others_with, support, support_others, lift, p_value, q_value: None }
            })
            .collect();
        let p_values: Vec<Option<f64>> = rows.iter().map(|row| row.p_value).collect();
        rows.iter_mut().zip(q_values(&p_values)).for_each(|(row, q_value)| row.q_value = q_value);
        let sureness = |row: &Compared| row.q_value.unwrap_or(f64::INFINITY);
        let difference = |row: &Compared| (row.support.unwrap_or(0.0) - row.support_others.unwrap_or(0.0)).abs();
        rows.sort_by(|left, right| {
            let surer = sureness(left).total_cmp(&sureness(right));
            surer
                .then(difference(right).total_cmp(&difference(left)))
                .then_with(|| order(left.code).cmp(&order(right.code)))
        });
        rows
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.with.capacity() * size_of::<[u64; 2]>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_that_sets_converters_apart_comes_first() {
        let mut totals = CompareTotals::new();
        for customer in 0..100 {
            let converted = customer < 40;
            let codes: &[u32] = if converted == (customer % 10 != 0) { &[0, 2] } else { &[0] };
            totals.update(converted, codes);
        }
        let rows = totals.finish(|code| code);
        assert_eq!((rows[0].code, rows[0].converters_with, rows[0].others_with), (2, 36, 6));
        assert_eq!(rows[0].lift, Some(0.9 / 0.1));
        assert!(rows[0].q_value.unwrap() < 1e-10);
        assert_eq!((rows[1].code, rows[1].lift, rows[1].p_value), (0, Some(1.0), None));
    }

    #[test]
    fn merging_is_adding() {
        let (mut left, mut right) = (CompareTotals::new(), CompareTotals::new());
        left.update(true, &[3]);
        right.update(false, &[5, 3]);
        let mut other = right.clone();
        other.merge(&left);
        left.merge(&right);
        assert_eq!(left, other);
        left.merge(&CompareTotals::new());
        assert_eq!(left, other);
        assert_eq!(left.customers(), (1, 1));
    }

    #[test]
    fn without_converters_there_are_shares_of_the_others_alone() {
        let mut totals = CompareTotals::new();
        totals.update(false, &[0]);
        let row = totals.finish(|code| code)[0];
        assert_eq!((row.support, row.support_others, row.lift, row.p_value), (None, Some(1.0), None, None));
    }
}
