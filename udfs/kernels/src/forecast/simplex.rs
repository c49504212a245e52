//! The least value of a function of a few variables, by the method of Nelder and Mead.
//!
//! Models are fitted hundreds of times a series, so the corners lie in arrays of a fixed size and nothing is
//! allocated. Variables are kept between their bounds by moving them onto the nearest one.

/// The most variables.
pub(super) const VARIABLES_MAX: usize = 6;

/// A point, of which the first variables count.
pub(super) type Point = [f64; VARIABLES_MAX];

/// What is searched: the variables' bounds, where the search begins, and how far it first steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    variables: usize,
    low: Point,
    high: Point,
    start: Point,
    step: Point,
}

impl Search {
    /// A search over no variables.
    pub(super) fn new() -> Self {
        let zero = [0.0; VARIABLES_MAX];
        Self { variables: 0, low: zero, high: zero, start: zero, step: zero }
    }

    /// Adds a variable between two bounds.
    pub(super) fn variable(&mut self, bounds: (f64, f64), start: f64, step: f64) {
        let place = self.variables;
        self.low[place] = bounds.0;
        self.high[place] = bounds.1;
        self.start[place] = start.clamp(bounds.0, bounds.1);
        // A step that would leave the bounds goes the other way.
        self.step[place] = if self.start[place] + step > bounds.1 { -step } else { step };
        self.variables += 1;
    }

    /// The point with the least cost that is found in about so many evaluations, and its cost.
    pub(super) fn minimum(
        &self,
        evaluations: usize,
        tolerance: f64,
        mut cost: impl FnMut(&Point) -> f64,
    ) -> (Point, f64) {
        let variables = self.variables;
        let mut evaluate = |point: &mut Point| {
            for ((value, low), high) in point.iter_mut().zip(&self.low).zip(&self.high) {
                *value = value.clamp(*low, *high);
            }
            let cost = cost(point);
            if cost.is_nan() { f64::INFINITY } else { cost }
        };
        let mut corners = [(self.start, 0.0); VARIABLES_MAX + 1];
        for (place, corner) in corners.iter_mut().take(variables + 1).enumerate() {
            if place > 0 {
                corner.0[place - 1] += self.step[place - 1];
            }
            corner.1 = evaluate(&mut corner.0);
        }
        let corners = &mut corners[..=variables];
        let mut spent = variables + 1;
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        loop {
            let (best, worst) = (corners[0].1, corners[variables].1);
            if spent >= evaluations || variables == 0 || worst - best <= tolerance * (best.abs() + tolerance) {
                return corners[0];
            }
            let mut centre = [0.0; VARIABLES_MAX];
            for (point, _) in &corners[..variables] {
                for (sum, value) in centre.iter_mut().zip(point) {
                    *sum += value / variables as f64;
                }
            }
            let last = corners[variables].0;
            let along = |factor: f64| {
                let mut point = centre;
                for (value, from) in point.iter_mut().zip(last) {
                    *value += factor * (*value - from);
                }
                point
            };
            let mut attempt = |factor: f64| {
                let mut point = along(factor);
                let cost = evaluate(&mut point);
                (point, cost)
            };
            let reflected = attempt(1.0);
            spent += 1;
            if reflected.1 < best {
                let expanded = attempt(2.0);
                spent += 1;
                replace_last(corners, if expanded.1 < reflected.1 { expanded } else { reflected });
                continue;
            }
            if reflected.1 < corners[variables - 1].1 {
                replace_last(corners, reflected);
                continue;
            }
            let contracted = attempt(if reflected.1 < worst { 0.5 } else { -0.5 });
            spent += 1;
            if contracted.1 < worst.min(reflected.1) {
                replace_last(corners, contracted);
                continue;
            }
            let best = corners[0].0;
            for corner in &mut corners[1..] {
                for (value, towards) in corner.0.iter_mut().zip(best) {
                    *value = towards + 0.5 * (*value - towards);
                }
                corner.1 = evaluate(&mut corner.0);
            }
            spent += variables;
            corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        }
    }
}

/// Puts a corner in its place among those that are in order but for the last, which goes.
fn replace_last(corners: &mut [(Point, f64)], corner: (Point, f64)) {
    let mut place = corners.len() - 1;
    while place > 0 && corner.1 < corners[place - 1].1 {
        corners[place] = corners[place - 1];
        place -= 1;
    }
    corners[place] = corner;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_rosenbrocks_valley_is_found() {
        let mut search = Search::new();
        search.variable((-5.0, 5.0), -1.2, 0.5);
        search.variable((-5.0, 5.0), 1.0, 0.5);
        let valley = |p: &Point| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2);
        let (point, cost) = search.minimum(1000, 1e-12, valley);
        assert!(cost < 1e-8 && (point[0] - 1.0).abs() < 1e-3, "{point:?} {cost}");
    }

    #[test]
    fn a_minimum_outside_the_bounds_is_found_on_them() {
        let mut search = Search::new();
        search.variable((0.0, 1.0), 0.5, 0.1);
        let (point, _) = search.minimum(200, 1e-12, |p| (p[0] - 3.0).powi(2));
        assert!((point[0] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_cost_that_is_no_number_is_avoided() {
        let mut search = Search::new();
        search.variable((-2.0, 2.0), 1.0, 0.2);
        let (point, _) = search.minimum(200, 1e-12, |p| if p[0] < 0.5 { f64::NAN } else { p[0] });
        assert!((point[0] - 0.5).abs() < 1e-3, "{point:?}");
    }
}
