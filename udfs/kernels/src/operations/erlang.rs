//! Erlang's formulas: calls come at random, agents take them, and those that find none free wait or are lost.
//!
//! The load is in erlangs: calls an hour times hours a call. Agents are counted by recursion from none, so that no
//! factorial is formed (Erlang 1917; Cooper 1981, chapter 3).

/// The most agents that are counted to.
pub const AGENTS_MAX: u32 = 1_000_000;

/// What calls that wait meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    /// The share of the agents' time that is spent on calls.
    pub occupancy: f64,
    /// The chance that a call waits.
    pub p_wait: f64,
    /// The chance that it is answered within the time.
    pub service_level: f64,
    /// The mean time until it is answered, in the unit of the handling time.
    pub mean_wait: f64,
}

/// The chance that a call finds no agent free and is lost (Erlang B); NaN without a load that is not negative.
pub fn blocking(load: f64, agents: u32) -> f64 {
    if !load.is_finite() || load < 0.0 {
        return f64::NAN;
    }
    let mut blocking = 1.0;
    for agent in 1..=agents.min(AGENTS_MAX) {
        blocking = next(blocking, load, agent);
    }
    blocking
}

/// The chance with one agent more.
fn next(blocking: f64, load: f64, agent: u32) -> f64 {
    load * blocking / (f64::from(agent) + load * blocking)
}

/// The chance that a call waits (Erlang C), of the chance that it is lost. One if there are no more agents than load.
fn waiting(blocking: f64, load: f64, agents: u32) -> f64 {
    let occupancy = load / f64::from(agents);
    if occupancy < 1.0 { blocking / (1.0 - occupancy * (1.0 - blocking)) } else { 1.0 }
}

/// What calls meet that wait until they are answered: of a `load`, of calls that take `handling` on average, answered
/// `within` a time. `None` if there are no more agents than load, when the queue grows without end.
pub fn queue(load: f64, handling: f64, agents: u32, within: f64) -> Option<Queue> {
    let p_wait = waiting(blocking(load, agents), load, agents);
    of_waiting(p_wait, load, handling, agents, within)
}

fn of_waiting(p_wait: f64, load: f64, handling: f64, agents: u32, within: f64) -> Option<Queue> {
    let free = f64::from(agents) - load;
    if free.is_nan() || free <= 0.0 || handling <= 0.0 {
        return None;
    }
    Some(Queue {
        occupancy: load / f64::from(agents),
        p_wait,
        service_level: 1.0 - p_wait * (-free * within / handling).exp(),
        mean_wait: p_wait * handling / free,
    })
}

/// The least agents with whom a share of the calls is answered `within` a time; `None` beyond [`AGENTS_MAX`].
pub fn agents_for_service(load: f64, handling: f64, service_level: f64, within: f64) -> Option<u32> {
    if !(load.is_finite() && load >= 0.0 && service_level < 1.0) {
        return None;
    }
    if load == 0.0 {
        return Some(0);
    }
    let mut blocking = 1.0;
    for agents in 1..=AGENTS_MAX {
        blocking = next(blocking, load, agents);
        let reached = of_waiting(waiting(blocking, load, agents), load, handling, agents, within);
        if reached.is_some_and(|queue| queue.service_level >= service_level) {
            return Some(agents);
        }
    }
    None
}

/// The least agents, or lines, with which at most a share of the calls is lost; `None` beyond [`AGENTS_MAX`].
pub fn agents_for_blocking(load: f64, most: f64) -> Option<u32> {
    if !(load.is_finite() && load >= 0.0 && most > 0.0) {
        return None;
    }
    let mut blocking = 1.0;
    for agents in 0..=AGENTS_MAX {
        if agents > 0 {
            blocking = next(blocking, load, agents);
        }
        if blocking <= most || load == 0.0 {
            return Some(agents);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `load^n / n!` over the sum of all such up to `agents`, added directly.
    fn direct_blocking(load: f64, agents: u32) -> f64 {
        let mut term = 1.0;
        let mut sum = 1.0;
        for agent in 1..=agents {
            term *= load / f64::from(agent);
            sum += term;
        }
        term / sum
    }

    #[test]
    fn the_recursion_is_the_direct_sum() {
        for load in [0.1, 0.5, 3.0, 10.0, 50.0] {
            for agents in [1, 2, 5, 12, 40, 70] {
                let (found, expected) = (blocking(load, agents), direct_blocking(load, agents));
                assert!((found - expected).abs() <= 1e-12 * expected, "{load} {agents}");
                if load < f64::from(agents) {
                    let rho = load / f64::from(agents);
                    let below: f64 = (0..agents).map(|n| (1..=n).fold(1.0, |t, k| t * load / f64::from(k))).sum();
                    let last = (1..=agents).fold(1.0, |t, k| t * load / f64::from(k)) / (1.0 - rho);
                    let waits = last / (below + last);
                    let found = queue(load, 1.0, agents, 0.0).unwrap().p_wait;
                    assert!((found - waits).abs() <= 1e-12, "{load} {agents}: {found} {waits}");
                }
            }
        }
    }

    #[test]
    fn a_hundred_calls_of_three_minutes_need_eight_agents() {
        let load = 100.0 * 180.0 / 3600.0;
        assert_eq!(agents_for_service(load, 180.0, 0.8, 20.0), Some(8));
        let queue = queue(load, 180.0, 8, 20.0).unwrap();
        assert!((queue.p_wait - 0.1672665067).abs() < 1e-10);
        assert!((queue.service_level - 0.8801483108).abs() < 1e-10);
        assert!((queue.mean_wait - 10.0359904).abs() < 1e-7);
        assert_eq!(queue.occupancy, 0.625);
        assert_eq!(agents_for_service(5000.0 * 240.0 / 3600.0, 240.0, 0.8, 20.0), Some(344));
    }

    #[test]
    fn no_more_agents_than_load_is_a_queue_without_end() {
        assert_eq!(queue(5.0, 180.0, 5, 20.0), None);
        assert_eq!(queue(5.0, 180.0, 0, 20.0), None);
        assert_eq!(queue(f64::NAN, 180.0, 3, 20.0), None);
        assert_eq!(agents_for_service(5.0, 180.0, 1.0, 20.0), None);
        assert_eq!(agents_for_service(0.0, 180.0, 0.8, 20.0), Some(0));
        assert_eq!(agents_for_service(f64::INFINITY, 180.0, 0.8, 20.0), None);
    }

    #[test]
    fn lines_for_a_load_are_those_of_the_tables() {
        assert_eq!(agents_for_blocking(4.4611, 0.01), Some(10));
        assert_eq!(agents_for_blocking(4.4612, 0.01), Some(11));
        assert_eq!(agents_for_blocking(0.0, 0.01), Some(0));
        assert!(blocking(-1.0, 3).is_nan());
    }
}
