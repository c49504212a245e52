//! Cash ahead: money that is due on some day and comes, or goes, when the other side is used to paying.
//!
//! How late a flow will be is drawn from how late its party was before, and from how late all parties were, who count as
//! [`STRENGTH`] payments more: a party that has paid once says little. What is overdue already is drawn from the longer
//! delays alone. What is expected of a day is a sum over these chances; how far the balance may be from it is told by
//! many paths, drawn from a seed.

use crate::distribution::normal;
use crate::random::Random;

/// How many payments of a party's own all others together are worth.
const STRENGTH: f64 = 5.0;

/// How many paths are drawn: with one more than a thousand, a tenth of them is a path and not between two.
const PATHS: usize = 1001;

const SEED: u64 = 1;

/// How late flows were: days after the day that they were due, with how many flows were that late or less.
#[derive(Debug, Clone, PartialEq)]
pub struct Delays {
    days: Vec<i64>,
    up_to: Vec<u64>,
}

impl Delays {
    /// Those of payments before; `None` without any.
    pub fn new(mut delays: Vec<i64>) -> Option<Self> {
        delays.sort_unstable();
        let (mut days, mut up_to) = (Vec::new(), Vec::new());
        for (place, delay) in delays.iter().enumerate() {
            if delays.get(place + 1) != Some(delay) {
                days.push(*delay);
                up_to.push(place as u64 + 1);
            }
        }
        (!days.is_empty()).then_some(Self { days, up_to })
    }

    fn len(&self) -> u64 {
        self.up_to.last().copied().unwrap_or(0)
    }

    /// How many were shorter.
    fn below(&self, days: i64) -> u64 {
        let place = self.days.partition_point(|known| *known < days);
        place.checked_sub(1).map_or(0, |place| self.up_to[place])
    }

    /// The one at a place in their order.
    fn nth(&self, n: u64) -> i64 {
        let place = self.up_to.partition_point(|up_to| *up_to <= n);
        self.days.get(place).or(self.days.last()).copied().unwrap_or(0)
    }

    /// Those that are not shorter, each with how many flows were so late.
    fn at_least(&self, days: i64) -> impl Iterator<Item = (i64, u64)> + '_ {
        let first = self.days.partition_point(|known| *known < days);
        (first..self.days.len()).map(|place| {
            let before = place.checked_sub(1).map_or(0, |before| self.up_to[before]);
            (self.days[place], self.up_to[place] - before)
        })
    }
}

/// Money that is expected.
#[derive(Debug, Clone, Copy)]
pub struct Flow<'a> {
    /// How much; negative where it goes out.
    pub amount: f64,
    /// The standard deviation of the amount.
    pub deviation: f64,
    /// The day it is due: 1 for the first day ahead, 0 and below for what is overdue.
    pub due: i64,
    /// How late its party was before.
    pub own: Option<&'a Delays>,
    /// How late all parties were; `None` for a flow that comes on the day.
    pub all: Option<&'a Delays>,
}

/// When a flow moves.
enum Arrival<'a> {
    /// On this day, or not at all.
    Certain(Option<i64>),
    /// So many days late or more, as one of these was.
    Late { least: i64, own: Option<&'a Delays>, own_weight: f64, all: Option<&'a Delays>, all_weight: f64 },
}

impl Flow<'_> {
    fn arrival(&self) -> Arrival<'_> {
        let least = 1 - self.due;
        let longer = |delays: Option<&Delays>| delays.map_or(0, |delays| delays.len() - delays.below(least)) as f64;
        let own_weight = longer(self.own);
        let all_weight = self.all.map_or(0.0, |all| STRENGTH * longer(self.all) / all.len() as f64);
        if own_weight + all_weight > 0.0 {
            return Arrival::Late { least, own: self.own, own_weight, all: self.all, all_weight };
        }
        // Nobody was ever so late: what is owed to others is paid at once, what others owe is not counted on.
        match (self.due >= 1, self.amount < 0.0) {
            (true, _) => Arrival::Certain(Some(self.due)),
            (false, true) => Arrival::Certain(Some(1)),
            (false, false) => Arrival::Certain(None),
        }
    }
}

/// What is expected of a day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Day {
    /// What comes in.
    pub inflow: f64,
    /// What goes out; not negative.
    pub outflow: f64,
    /// The balance that is not reached in a tenth of the paths.
    pub balance_p10: f64,
    /// The balance in the middle of the paths.
    pub balance_p50: f64,
    /// The balance that is not reached in nine tenths of the paths.
    pub balance_p90: f64,
    /// The share of the paths in which the balance is below zero.
    pub p_negative: f64,
}

/// The days ahead, from an opening balance.
pub fn forecast(opening: f64, flows: &[Flow<'_>], horizon: usize) -> Vec<Day> {
    let mut days = vec![Day::default(); horizon];
    let mut random = Random::new(SEED);
    // The change of every day: of all paths alike, and of each path, day by day.
    let mut certain = vec![0.0; horizon];
    let mut drawn = vec![0.0; horizon * PATHS];
    let place = |day: i64| usize::try_from(day - 1).ok().filter(|place| *place < horizon);
    for flow in flows {
        let mut expect = |day: i64, chance: f64| {
            let Some(day) = place(day).map(|place| &mut days[place]) else { return };
            if flow.amount >= 0.0 {
                day.inflow += chance * flow.amount;
            } else {
                day.outflow -= chance * flow.amount;
            }
        };
        let arrival = flow.arrival();
        match &arrival {
            Arrival::Certain(Some(day)) => expect(*day, 1.0),
            Arrival::Certain(None) => continue,
            Arrival::Late { least, own, own_weight, all, all_weight } => {
                let total = own_weight + all_weight;
                for (delay, n) in own.iter().flat_map(|own| own.at_least(*least)) {
                    expect(flow.due + delay, n as f64 / total);
                }
                let each = all.map_or(0.0, |all| STRENGTH / all.len() as f64);
                for (delay, n) in all.iter().flat_map(|all| all.at_least(*least)) {
                    expect(flow.due + delay, each * n as f64 / total);
                }
            }
        }
        if let (Arrival::Certain(Some(day)), true) = (&arrival, flow.deviation <= 0.0) {
            if let Some(place) = place(*day) {
                certain[place] += flow.amount;
            }
            continue;
        }
        for path in 0..PATHS {
            let day = draw(flow, &arrival, &mut random);
            let amount = match flow.deviation > 0.0 {
                true => flow.amount + flow.deviation * normal::quantile(random.unit().max(f64::EPSILON)),
                false => flow.amount,
            };
            if let Some(place) = day.and_then(place) {
                drawn[place * PATHS + path] += amount;
            }
        }
    }
    let mut balances = vec![opening; PATHS];
    let mut ordered = Vec::with_capacity(PATHS);
    for (place, day) in days.iter_mut().enumerate() {
        for (balance, change) in balances.iter_mut().zip(&drawn[place * PATHS..]) {
            *balance += certain[place] + change;
        }
        ordered.clone_from(&balances);
        ordered.sort_unstable_by(f64::total_cmp);
        let at = |tenths: usize| ordered[tenths * (PATHS - 1) / 10];
        (day.balance_p10, day.balance_p50, day.balance_p90) = (at(1), at(5), at(9));
        day.p_negative = ordered.partition_point(|balance| *balance < 0.0) as f64 / PATHS as f64;
    }
    days
}

/// The day on which a flow moves in a path.
fn draw(flow: &Flow<'_>, arrival: &Arrival<'_>, random: &mut Random) -> Option<i64> {
    let (least, own, own_weight, all, all_weight) = match arrival {
        Arrival::Certain(day) => return *day,
        Arrival::Late { least, own, own_weight, all, all_weight } => (*least, own, *own_weight, all, *all_weight),
    };
    let delays = if random.unit() * (own_weight + all_weight) < own_weight { own } else { all };
    let delays = delays.as_ref()?;
    let below = delays.below(least);
    let n = below + random.below((delays.len() - below) as usize) as u64;
    Some(flow.due + delays.nth(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certain(amount: f64, due: i64) -> Flow<'static> {
        Flow { amount, deviation: 0.0, due, own: None, all: None }
    }

    #[test]
    fn flows_without_a_past_move_on_their_day() {
        let days = forecast(100.0, &[certain(50.0, 2), certain(-180.0, 3), certain(40.0, 9)], 4);
        let balances: Vec<f64> = days.iter().map(|day| day.balance_p50).collect();
        assert_eq!(balances, [100.0, 150.0, -30.0, -30.0]);
        assert_eq!(
            days[2],
            Day {
                inflow: 0.0,
                outflow: 180.0,
                balance_p10: -30.0,
                balance_p50: -30.0,
                balance_p90: -30.0,
                p_negative: 1.0
            }
        );
    }

    #[test]
    fn what_is_overdue_beyond_all_that_was_is_paid_by_us_and_not_counted_on_from_others() {
        let late = Delays::new(vec![3]);
        let overdue = |amount| Flow { amount, deviation: 0.0, due: -5, own: None, all: late.as_ref() };
        assert_eq!(forecast(0.0, &[overdue(-20.0)], 1)[0].outflow, 20.0);
        assert_eq!(forecast(0.0, &[overdue(20.0)], 9).iter().map(|day| day.inflow).sum::<f64>(), 0.0);
    }

    #[test]
    fn a_partys_own_delays_weigh_against_those_of_all() {
        // Own: twice 1 day late. All, as five: half on the day, half 3 days late. Of seven: 2 and 2.5 and 2.5.
        let (own, all) = (Delays::new(vec![1, 1]).unwrap(), Delays::new(vec![0, 3]).unwrap());
        let flow = Flow { amount: 70.0, deviation: 0.0, due: 1, own: Some(&own), all: Some(&all) };
        let inflows: Vec<f64> = forecast(0.0, &[flow], 5).iter().map(|day| day.inflow).collect();
        assert!(inflows.iter().zip([25.0, 20.0, 0.0, 25.0, 0.0]).all(|(found, due)| (found - due).abs() < 1e-12));
        // Due yesterday: it is one day late at least, and can come 1 day late no more.
        let overdue = Flow { due: -1, ..flow };
        let inflows: Vec<f64> = forecast(0.0, &[overdue], 3).iter().map(|day| day.inflow).collect();
        assert!(inflows.iter().zip([0.0, 70.0, 0.0]).all(|(found, due)| (found - due).abs() < 1e-12), "{inflows:?}");
    }

    #[test]
    fn paths_are_as_the_chances_are() {
        // Ten invoices of 10, each on day 1 or day 2 alike: the number on day 1 is binomial.
        let all = Delays::new(vec![0, 1]).unwrap();
        let flow = Flow { amount: 10.0, deviation: 0.0, due: 1, own: None, all: Some(&all) };
        let days = forecast(-45.0, &[flow; 10], 2);
        // P(n ≤ 4) = 0.377; the tenths of the distribution are 3 and 7.
        assert!((days[0].p_negative - 0.377).abs() < 0.04, "{:?}", days[0]);
        assert_eq!((days[0].balance_p10, days[0].balance_p50, days[0].balance_p90), (-15.0, 5.0, 25.0));
        assert_eq!((days[1].balance_p10, days[1].balance_p90, days[1].p_negative), (55.0, 55.0, 0.0));
        assert_eq!(days, forecast(-45.0, &[flow; 10], 2), "the same seed draws the same paths");
    }

    #[test]
    fn amounts_that_vary_spread_the_balance_by_their_deviation() {
        let flow = Flow { deviation: 10.0, ..certain(100.0, 1) };
        let day = forecast(0.0, &[flow], 1)[0];
        // 1.2816 standard deviations are passed by a tenth.
        assert!((day.balance_p90 - 112.8).abs() < 2.0 && (day.balance_p10 - 87.2).abs() < 2.0, "{day:?}");
        assert_eq!((day.inflow, day.p_negative), (100.0, 0.0));
    }

    #[test]
    fn delays_are_counted() {
        let delays = Delays::new(vec![5, -1, 5, 2]).unwrap();
        assert_eq!((delays.len(), delays.below(2), delays.below(6)), (4, 1, 4));
        assert_eq!((0..4).map(|n| delays.nth(n)).collect::<Vec<_>>(), [-1, 2, 5, 5]);
        assert_eq!(delays.at_least(0).collect::<Vec<_>>(), [(2, 1), (5, 2)]);
        assert_eq!(Delays::new(Vec::new()), None);
        assert!(forecast(1.0, &[], 0).is_empty());
    }
}
