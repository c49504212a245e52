//! The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, with a line search for Wolfe's conditions by
//! bisection (Lewis & Overton 2013), which needs no more of the function than that it is continuous.

use super::Minimum;

/// What a search is given beside the function and the start.
#[derive(Debug, Clone, Copy)]
pub struct Bfgs {
    /// The search has arrived when no slope is steeper than this, relative to the function's value.
    pub tolerance: f64,
    /// The most steps.
    pub iterations_max: u32,
}

impl Default for Bfgs {
    fn default() -> Self {
        Self { tolerance: 1e-9, iterations_max: 500 }
    }
}

/// The share of the descent that the slope promises which a step must give.
const DESCENT_MIN: f64 = 1e-4;

/// The share of the slope that may be left after a step.
const SLOPE_MAX: f64 = 0.9;

/// No step changes a variable by more: the variables of a search are logarithms, or scaled to about one.
const CHANGE_MAX: f64 = 5.0;

const TRIALS_MAX: u32 = 40;

/// A point, the function's value and its slopes there.
struct Place {
    point: Vec<f64>,
    value: f64,
    slopes: Vec<f64>,
}

impl Bfgs {
    /// A least value near `start` of `f(point, gradient)`, which writes its gradient.
    pub fn minimize(&self, f: impl FnMut(&[f64], &mut [f64]) -> f64, start: &[f64]) -> Minimum {
        self.search(f, start, None)
    }

    /// The same where the inverse of the second derivatives is known, about: row after row, positive definite.
    pub fn minimize_with(&self, f: impl FnMut(&[f64], &mut [f64]) -> f64, start: &[f64], inverse: Vec<f64>) -> Minimum {
        self.search(f, start, Some(inverse).filter(|inverse| inverse.len() == start.len() * start.len()))
    }

    fn search(
        &self,
        mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
        start: &[f64],
        inverse: Option<Vec<f64>>,
    ) -> Minimum {
        let n = start.len();
        let mut slopes = vec![0.0; n];
        let value = f(start, &mut slopes);
        let mut here = Place { point: start.to_vec(), value, slopes };
        if !value.is_finite() {
            return Minimum { point: here.point, value, iterations: 0, converged: false };
        }
        let (mut iterations, mut is_fresh) = (0, inverse.is_none());
        let mut inverse = inverse.unwrap_or_else(|| identity(n));
        while iterations < self.iterations_max && !self.is_level(&here) {
            iterations += 1;
            let mut direction = product(&inverse, &here.slopes);
            direction.iter_mut().for_each(|x| *x = -*x);
            if dot(&direction, &here.slopes) >= 0.0 || direction.iter().any(|x| !x.is_finite()) {
                inverse = identity(n);
                is_fresh = true;
                direction = here.slopes.iter().map(|slope| -slope).collect();
            }
            let Some(next) = step(&mut f, &here, &direction) else {
                if is_fresh {
                    break;
                }
                // The matrix may have grown wrong: once more along the slope.
                inverse = identity(n);
                is_fresh = true;
                continue;
            };
            update(&mut inverse, &here, &next, is_fresh);
            is_fresh = false;
            here = next;
        }
        let converged = self.is_level(&here);
        Minimum { point: here.point, value: here.value, iterations, converged }
    }

    fn is_level(&self, here: &Place) -> bool {
        let limit = self.tolerance * here.value.abs().max(1.0);
        here.slopes.iter().all(|slope| slope.abs() <= limit)
    }
}

/// The next place along a direction; `None` if no step goes down.
fn step(f: &mut impl FnMut(&[f64], &mut [f64]) -> f64, here: &Place, direction: &[f64]) -> Option<Place> {
    let promised = dot(direction, &here.slopes);
    let longest = direction.iter().fold(0.0_f64, |longest, x| longest.max(x.abs()));
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut length = (CHANGE_MAX / longest).min(1.0);
    let mut best: Option<Place> = None;
    for _ in 0..TRIALS_MAX {
        let point: Vec<f64> = here.point.iter().zip(direction).map(|(x, change)| x + length * change).collect();
        let mut slopes = vec![0.0; point.len()];
        let value = f(&point, &mut slopes);
        let is_defined = value.is_finite() && slopes.iter().all(|slope| slope.is_finite());
        if !is_defined || value > here.value + DESCENT_MIN * length * promised {
            high = length;
        } else {
            let is_steep = dot(direction, &slopes) < SLOPE_MAX * promised;
            low = length;
            best = Some(Place { point, value, slopes });
            if !is_steep || length * longest >= CHANGE_MAX {
                return best;
            }
        }
        length = if high.is_finite() { 0.5 * (low + high) } else { (2.0 * low).min(CHANGE_MAX / longest) };
    }
    best
}

/// The update of the inverse of the second derivatives.
fn update(inverse: &mut [f64], here: &Place, next: &Place, is_fresh: bool) {
    let n = here.point.len();
    let change: Vec<f64> = next.point.iter().zip(&here.point).map(|(new, old)| new - old).collect();
    let bend: Vec<f64> = next.slopes.iter().zip(&here.slopes).map(|(new, old)| new - old).collect();
    let curvature = dot(&change, &bend);
    if curvature <= 1e-14 * dot(&bend, &bend).sqrt() * dot(&change, &change).sqrt() {
        return;
    }
    if is_fresh {
        // The first matrix has the scale of what was seen (Nocedal & Wright, 6.20).
        let scale = curvature / dot(&bend, &bend);
        inverse.iter_mut().for_each(|x| *x *= scale);
    }
    let moved = product(inverse, &bend);
    let factor = (1.0 + dot(&bend, &moved) / curvature) / curvature;
    for row in 0..n {
        for column in 0..n {
            inverse[row * n + column] += factor * change[row] * change[column]
                - (moved[row] * change[column] + change[row] * moved[column]) / curvature;
        }
    }
}

fn identity(n: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; n * n];
    matrix.iter_mut().step_by(n + 1).for_each(|x| *x = 1.0);
    matrix
}

fn product(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len().max(1)).map(|row| dot(row, vector)).collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::difference;

    /// A search with a gradient by differences.
    fn by_values(search: Bfgs, mut f: impl FnMut(&[f64]) -> f64, start: &[f64]) -> Minimum {
        let with_gradient = |point: &[f64], slopes: &mut [f64]| {
            difference::gradient(&mut f, point, slopes);
            f(point)
        };
        search.minimize(with_gradient, start)
    }

    fn rosenbrock(x: &[f64]) -> f64 {
        let along = x.windows(2).map(|pair| (1.0 - pair[0]).powi(2) + 100.0 * (pair[1] - pair[0] * pair[0]).powi(2));
        along.sum()
    }

    #[test]
    fn the_curved_valley_leads_to_its_lowest_point() {
        let gradient = |x: &[f64], slopes: &mut [f64]| {
            slopes[0] = -2.0 * (1.0 - x[0]) - 400.0 * x[0] * (x[1] - x[0] * x[0]);
            slopes[1] = 200.0 * (x[1] - x[0] * x[0]);
            rosenbrock(x)
        };
        let found = Bfgs::default().minimize(gradient, &[-1.2, 1.0]);
        assert!(found.converged && found.iterations < 60, "{found:?}");
        assert!((found.point[0] - 1.0).abs() < 1e-8 && (found.point[1] - 1.0).abs() < 1e-8);
        let found = by_values(Bfgs { tolerance: 1e-7, ..Bfgs::default() }, rosenbrock, &[1.2, 1.0, 0.5, 2.0]);
        assert!(found.converged && found.point.iter().all(|x| (x - 1.0).abs() < 1e-5), "{found:?}");
    }

    #[test]
    fn with_second_derivatives_a_search_is_short() {
        let bowl = |x: &[f64], slopes: &mut [f64]| {
            slopes.copy_from_slice(&[2.0 * x[0], 200.0 * x[1]]);
            x[0] * x[0] + 100.0 * x[1] * x[1]
        };
        let found = Bfgs::default().minimize_with(bowl, &[3.0, -2.0], vec![0.5, 0.0, 0.0, 0.005]);
        assert!(found.converged && found.iterations == 1, "{found:?}");
    }

    #[test]
    fn where_a_function_is_not_defined_is_turned_away_from() {
        let found = by_values(Bfgs { tolerance: 1e-7, ..Bfgs::default() }, |x| x[0] - x[0].ln(), &[0.01]);
        assert!(found.converged && (found.point[0] - 1.0).abs() < 1e-5, "{found:?}");
        assert!(!by_values(Bfgs::default(), |_| f64::NAN, &[0.0]).converged);
    }

    #[test]
    fn a_search_without_a_minimum_ends() {
        let found = by_values(Bfgs::default(), |x| -x[0], &[0.0]);
        assert!(!found.converged && found.iterations <= 500);
    }
}
