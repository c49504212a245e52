//! Where a funnel loses most: its steps, and the segments of customers that go on less often than the others.

use super::funnel::entered;
use super::rate::share;
use super::significance::{TwoByTwo, q_values};

/// One step of one segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bottleneck {
    /// The number of the step that customers came to.
    pub step: usize,
    /// The segment, by its place.
    pub segment: usize,
    /// Customers of the segment who came to the step.
    pub entered: u64,
    /// Of these, who made the next one.
    pub went_on: u64,
    /// Their share.
    pub rate: Option<f64>,
    /// The share of all customers who went on from this step.
    pub rate_all: Option<f64>,
    /// Conversions that are missing: those the segment would have had more if it went on from this step as all do
    /// (with one segment: as if all went on), and then as all do from the next. None is below 0.
    pub lost_conversions: f64,
    /// The p-value of the segment going on as often as the rest.
    pub p_value: Option<f64>,
    /// The false discovery rate at which this step of this segment would be called different.
    pub q_value: Option<f64>,
}

/// The steps of all segments, the greatest loss first. A segment is given as how many customers came just to each
/// step, from the first.
pub fn bottlenecks(segments: &[Vec<u64>]) -> Vec<Bottleneck> {
    let steps = segments.iter().map(Vec::len).max().unwrap_or(0);
    let came: Vec<Vec<u64>> = segments
        .iter()
        .map(|reached| {
            let mut came = entered(reached);
            came.resize(steps, 0);
            came
        })
        .collect();
    let all: Vec<u64> = (0..steps).map(|step| came.iter().map(|came| came[step]).sum()).collect();
    let mut rows = Vec::new();
    for (segment, came) in came.iter().enumerate() {
        for step in 1..steps {
            let (own, on) = (came[step - 1], came[step]);
            let rest = (all[step - 1] - own, all[step] - on);
            let rate_all = share(all[step], all[step - 1]);
            let target = if segments.len() == 1 { Some(1.0) } else { rate_all };
            let finishing = share(all[steps - 1], all[step]);
            let missing = target.map_or(0.0, |target| (target * own as f64 - on as f64).max(0.0));
            rows.push(Bottleneck {
                step,
                segment,
                entered: own,
                went_on: on,
                rate: share(on, own),
                rate_all,
                lost_conversions: missing * finishing.unwrap_or(0.0),
                p_value: TwoByTwo { first: (on, own - on), second: (rest.1, rest.0 - rest.1) }.p_value(),
                q_value: None,
            });
        }
    }
    let p_values: Vec<Option<f64>> = rows.iter().map(|row| row.p_value).collect();
    rows.iter_mut().zip(q_values(&p_values)).for_each(|(row, q_value)| row.q_value = q_value);
    rows.sort_by(|left, right| {
        let loss = right.lost_conversions.total_cmp(&left.lost_conversions);
        loss.then(left.step.cmp(&right.step)).then(left.segment.cmp(&right.segment))
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_that_loses_most_comes_first() {
        // Segment 0: 100, 80, 40. Segment 1: 100, 20, 10.
        let rows = bottlenecks(&[vec![20, 40, 40], vec![80, 10, 10]]);
        let first = rows[0];
        assert_eq!((first.step, first.segment, first.entered, first.went_on), (1, 1, 100, 20));
        assert_eq!((first.rate, first.rate_all), (Some(0.2), Some(0.5)));
        // 30 more would have gone on, and half of those who go on finish.
        assert_eq!(first.lost_conversions, 15.0);
        assert!(first.q_value.unwrap() < 1e-9);
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.lost_conversions >= 0.0));
    }

    #[test]
    fn a_single_segment_is_held_against_everybody_going_on() {
        let rows = bottlenecks(&[vec![50, 10, 40]]);
        let seen: Vec<_> = rows.iter().map(|row| (row.step, row.lost_conversions, row.p_value)).collect();
        assert_eq!(seen, [(1, 40.0, None), (2, 10.0, None)]);
    }

    #[test]
    fn nobody_loses_nothing() {
        assert!(bottlenecks(&[]).is_empty());
        assert_eq!(bottlenecks(&[vec![0, 0]])[0].lost_conversions, 0.0);
        assert!(bottlenecks(&[vec![3]]).is_empty());
    }
}
