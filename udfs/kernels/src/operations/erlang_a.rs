//! Erlang A: calls come at random, wait while nobody is free, and hang up when their patience ends.
//!
//! Calls being handled and waiting are a birth–death chain: in state `k` calls come with `load`, and end with `k` up to
//! all agents are busy; each one that waits beyond that hangs up with `1 / patience`. Times are in handling times.
//! With `a = agents × patience` and `b = load × patience`, the states in which calls wait have the sum
//! `S(a, b) = Σⱼ Π bⁱ / ((a + 1) … (a + j))` times that of the state in which all agents are just busy, and how long a
//! call would have to wait has a density from which the calls answered in time follow with two more such sums (Palm
//! 1957; Baccelli & Hebuterne 1981; Mandelbaum & Zeltyn 2007). The states below are summed by Erlang B's recursion, so
//! that no factorial is formed.

use super::erlang::{AGENTS_MAX, blocking};

/// The longest queue that is counted to.
const WAITING_MAX: u32 = 1_000_000;

/// A term so much smaller than the sum changes none of its digits.
const NEGLIGIBLE: f64 = 1e-18;

/// What calls meet that wait, and hang up when their patience ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImpatientQueue {
    /// The share of the agents' time that is spent on calls.
    pub occupancy: f64,
    /// The chance that a call waits.
    pub p_wait: f64,
    /// The chance that it hangs up before it is answered.
    pub p_abandon: f64,
    /// The chance that it is answered, and within the time.
    pub service_level: f64,
    /// The mean time until it is answered or hangs up, in the unit of the handling time.
    pub mean_wait: f64,
}

/// A sum that may be larger than any number: `sum · e^ln`.
#[derive(Debug, Clone, Copy)]
struct Scaled {
    sum: f64,
    /// The sum of the terms, each times its place.
    placed: f64,
    ln: f64,
}

/// `S(a, b)`; `None` if it has not come to an end with [`WAITING_MAX`] terms.
fn waiting_states(a: f64, b: f64) -> Option<Scaled> {
    const LARGE: f64 = 1e200;
    let (mut term, mut total) = (1.0, Scaled { sum: 1.0, placed: 0.0, ln: 0.0 });
    for place in 1..=WAITING_MAX {
        let place = f64::from(place);
        term *= b / (a + place);
        total.sum += term;
        total.placed += place * term;
        // Terms fall from here on, and ever faster: what is left is less than the next one over one less its ratio.
        let ratio = b / (a + place + 1.0);
        if ratio < 1.0 && term * ratio * (place + 1.0) / (1.0 - ratio).powi(2) <= NEGLIGIBLE * total.sum {
            return Some(total);
        }
        if total.placed > LARGE {
            term /= LARGE;
            total = Scaled { sum: total.sum / LARGE, placed: total.placed / LARGE, ln: total.ln + LARGE.ln() };
        }
    }
    None
}

/// What calls meet of a `load`, of calls that take `handling` on average, by callers who wait for `patience` on average,
/// answered `within` a time. `None` for values that are not positive, for more than [`AGENTS_MAX`] agents, and where
/// more than [`WAITING_MAX`] callers might wait.
pub fn impatient_queue(load: f64, handling: f64, agents: u32, within: f64, patience: f64) -> Option<ImpatientQueue> {
    let positive = |value: f64| value.is_finite() && value > 0.0;
    if !(positive(load) && positive(handling) && positive(patience) && within >= 0.0) {
        return None;
    }
    if agents == 0 || agents > AGENTS_MAX {
        return None;
    }
    // In handling times.
    let (within, patience) = (within / handling, patience / handling);
    let (a, b) = (f64::from(agents) * patience, load * patience);
    let waiting = waiting_states(a, b)?;
    // The states in which somebody is free, in units of the one in which all agents are just busy.
    let free = 1.0 / blocking(load, agents) - 1.0;
    let p_wait = 1.0 / (1.0 + free / waiting.sum * (-waiting.ln).exp());
    let queue = p_wait * waiting.placed / waiting.sum;
    let p_abandon = (queue / (patience * load)).min(1.0);
    let of_waiting = |states: Scaled, ln: f64| states.sum / waiting.sum * (ln + states.ln - waiting.ln).exp();
    // Of those who must wait: answered at all, less answered after the time.
    let ends = -(-within / patience).exp_m1();
    let late = b * ends - (a + 1.0) * within / patience;
    let answered = of_waiting(waiting_states(a + 1.0, b)?, 0.0);
    let too_late = if ends < 1.0 { of_waiting(waiting_states(a + 1.0, b * (1.0 - ends))?, late) } else { 0.0 };
    let in_time = p_wait * a / (a + 1.0) * (answered - too_late).max(0.0);
    Some(ImpatientQueue {
        occupancy: (load * (1.0 - p_abandon) / f64::from(agents)).min(1.0),
        p_wait,
        p_abandon,
        service_level: (1.0 - p_wait + in_time).clamp(0.0, 1.0),
        mean_wait: queue / load * handling,
    })
}

#[cfg(test)]
mod tests {
    use super::super::erlang::queue;
    use super::*;

    /// The same by brute force: the chain solved state by state, and the wait of a call that finds so many before it by
    /// stepping its chances through time. Times are in handling times.
    fn by_chain(load: f64, agents: usize, within: f64, patience: f64) -> [f64; 4] {
        let mut states = vec![1.0];
        for k in 1..agents + 200 {
            let end = k.min(agents) as f64 + k.saturating_sub(agents) as f64 / patience;
            states.push(states[k - 1] * load / end);
        }
        let total: f64 = states.iter().sum();
        let p: Vec<f64> = states.iter().map(|state| state / total).collect();
        let p_wait: f64 = p[agents..].iter().sum();
        let queue: f64 = p.iter().enumerate().map(|(k, p)| k.saturating_sub(agents) as f64 * p).sum();
        let busy: f64 = p.iter().enumerate().map(|(k, p)| k.min(agents) as f64 * p).sum();
        // Chances of a call that waits by how many are before it: those leave, it is answered, or it hangs up.
        let derivative = |before: &[f64]| {
            let leave = |place: usize| agents as f64 + place as f64 / patience;
            let mut change: Vec<f64> = (0..before.len())
                .map(|place| {
                    let next = before.get(place + 1).map_or(0.0, |next| next * leave(place + 1));
                    next - before[place] * (leave(place) + 1.0 / patience)
                })
                .collect();
            change.push(before[0] * leave(0));
            change
        };
        let (mut before, mut answered) = (p[agents..].to_vec(), 0.0);
        let steps = 2000;
        let step = within / f64::from(steps);
        for _ in 0..steps {
            let moved = |change: &[f64], by: f64| -> Vec<f64> {
                before.iter().zip(change).map(|(now, change)| now + by * change).collect()
            };
            let first = derivative(&before);
            let second = derivative(&moved(&first, step / 2.0));
            let third = derivative(&moved(&second, step / 2.0));
            let fourth = derivative(&moved(&third, step));
            let mean = |place: usize| (first[place] + 2.0 * second[place] + 2.0 * third[place] + fourth[place]) / 6.0;
            answered += step * mean(before.len());
            before = (0..before.len()).map(|place| before[place] + step * mean(place)).collect();
        }
        [p_wait, 1.0 - busy / load, 1.0 - p_wait + answered, queue / load]
    }

    #[test]
    fn the_formulas_are_the_chain_solved_by_brute_force() {
        for (load, agents, within, patience) in [
            (5.0, 8, 0.11, 0.5),
            (5.0, 5, 0.2, 1.0),
            (12.0, 6, 0.3, 2.0),
            (0.5, 1, 0.0, 0.1),
            (20.0, 22, 0.05, 3.0),
            (40.0, 10, 0.4, 0.25),
        ] {
            let found = impatient_queue(load, 1.0, agents, within, patience).unwrap();
            let expected = by_chain(load, agents as usize, within, patience);
            let found = [found.p_wait, found.p_abandon, found.service_level, found.mean_wait];
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-8, "{load} {agents} {patience}: {found} {expected}");
            }
        }
    }

    #[test]
    fn forty_eight_calls_a_minute_are_those_of_the_published_table() {
        // Garnett, Mandelbaum & Reiman (2002), table 1: 50 agents, calls of a minute, patience of two.
        let found = impatient_queue(48.0, 60.0, 50, 20.0, 120.0).unwrap();
        assert!((found.p_abandon - 0.031).abs() < 5e-4, "{found:?}");
        assert!((found.mean_wait - 3.7).abs() < 0.05, "{found:?}");
        assert!((found.occupancy - 0.93).abs() < 5e-3, "{found:?}");
    }

    #[test]
    fn without_end_of_patience_it_is_erlang_c() {
        let patient = impatient_queue(5.0, 180.0, 8, 20.0, 1e9).unwrap();
        let endless = queue(5.0, 180.0, 8, 20.0).unwrap();
        assert!((patient.p_wait - endless.p_wait).abs() < 1e-6);
        assert!((patient.service_level - endless.service_level).abs() < 1e-6);
        assert!((patient.mean_wait - endless.mean_wait).abs() < 1e-4);
        assert!(patient.p_abandon < 1e-6);
    }

    #[test]
    fn more_calls_than_agents_can_take_are_a_queue_of_those_who_hang_up() {
        let found = impatient_queue(1000.0, 180.0, 10, 20.0, 3600.0).unwrap();
        assert!((found.p_abandon - 0.99).abs() < 1e-9 && found.p_wait > 1.0 - 1e-12, "{found:?}");
        assert!((found.occupancy - 1.0).abs() < 1e-9 && found.service_level < 1e-9, "{found:?}");
        assert_eq!(impatient_queue(1000.0, 180.0, 10, 20.0, 1e9), None);
        assert!(impatient_queue(100.0, 180.0, 5000, 20.0, 60.0).unwrap().p_wait < 1e-300);
    }

    #[test]
    fn values_that_are_not_positive_have_no_queue() {
        assert_eq!(impatient_queue(0.0, 180.0, 8, 20.0, 60.0), None);
        assert_eq!(impatient_queue(5.0, 0.0, 8, 20.0, 60.0), None);
        assert_eq!(impatient_queue(5.0, 180.0, 0, 20.0, 60.0), None);
        assert_eq!(impatient_queue(5.0, 180.0, 8, 20.0, 0.0), None);
        assert_eq!(impatient_queue(5.0, 180.0, 8, f64::NAN, 60.0), None);
        assert_eq!(impatient_queue(f64::INFINITY, 180.0, 8, 20.0, 60.0), None);
    }
}
