//! Nelder and Mead's simplex (1965), with parameters that suit the number of variables (Gao & Han 2012).

use super::Minimum;

/// What a search is given beside the function and the start.
#[derive(Debug, Clone, Copy)]
pub struct NelderMead {
    /// The first simplex reaches this far along each variable.
    pub step: f64,
    /// The search has arrived when the simplex is no larger than this, and its values no farther apart.
    pub tolerance: f64,
    /// The most steps.
    pub iterations_max: u32,
}

impl Default for NelderMead {
    fn default() -> Self {
        Self { step: 0.5, tolerance: 1e-8, iterations_max: 5_000 }
    }
}

impl NelderMead {
    /// A least value of `f` near `start`.
    pub fn minimize(&self, mut f: impl FnMut(&[f64]) -> f64, start: &[f64]) -> Minimum {
        let mut value = |point: &[f64]| {
            let value = f(point);
            if value.is_nan() { f64::INFINITY } else { value }
        };
        let n = start.len();
        let dimension = n.max(2) as f64;
        let (expand, contract, shrink) = (1.0 + 2.0 / dimension, 0.75 - 0.5 / dimension, 1.0 - 1.0 / dimension);
        let mut simplex: Vec<(f64, Vec<f64>)> = Vec::with_capacity(n + 1);
        simplex.push((value(start), start.to_vec()));
        for axis in 0..n {
            let mut point = start.to_vec();
            point[axis] += self.step;
            simplex.push((value(&point), point));
        }
        let (mut iterations, mut converged) = (0, false);
        loop {
            simplex.sort_by(|left, right| left.0.total_cmp(&right.0));
            converged = converged || self.is_small(&simplex);
            if converged || iterations == self.iterations_max {
                break;
            }
            iterations += 1;
            let centre = centre(&simplex[..n]);
            let (worst, second, best) = (simplex[n].0, simplex[n - 1].0, simplex[0].0);
            let along = |factor: f64| -> Vec<f64> {
                let worst = &simplex[n].1;
                centre.iter().zip(worst).map(|(middle, worst)| middle + factor * (middle - worst)).collect()
            };
            let reflected = along(1.0);
            let at_reflected = value(&reflected);
            if at_reflected < best {
                let expanded = along(expand);
                let at_expanded = value(&expanded);
                simplex[n] =
                    if at_expanded < at_reflected { (at_expanded, expanded) } else { (at_reflected, reflected) };
                continue;
            }
            if at_reflected < second {
                simplex[n] = (at_reflected, reflected);
                continue;
            }
            let contracted = along(if at_reflected < worst { contract } else { -contract });
            let at_contracted = value(&contracted);
            if at_contracted < worst.min(at_reflected) {
                simplex[n] = (at_contracted, contracted);
                continue;
            }
            let anchor = simplex[0].1.clone();
            for (at, point) in &mut simplex[1..] {
                for (x, anchor) in point.iter_mut().zip(&anchor) {
                    *x = anchor + shrink * (*x - anchor);
                }
                *at = value(point);
            }
        }
        let (value, point) = simplex.swap_remove(0);
        Minimum { point, converged: converged && value.is_finite(), value, iterations }
    }

    fn is_small(&self, simplex: &[(f64, Vec<f64>)]) -> bool {
        let Some(((best, anchor), others)) = simplex.split_first() else { return true };
        others.iter().all(|(value, point)| {
            let near =
                point.iter().zip(anchor).all(|(x, anchor)| (x - anchor).abs() <= self.tolerance * (1.0 + anchor.abs()));
            near && (value == best || value - best <= self.tolerance * (1.0 + best.abs()))
        })
    }
}

fn centre(points: &[(f64, Vec<f64>)]) -> Vec<f64> {
    let Some((_, first)) = points.first() else { return Vec::new() };
    let mut centre = vec![0.0; first.len()];
    for (_, point) in points {
        for (sum, x) in centre.iter_mut().zip(point) {
            *sum += x / points.len() as f64;
        }
    }
    centre
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rosenbrock(x: &[f64]) -> f64 {
        (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
    }

    #[test]
    fn the_curved_valley_leads_to_its_lowest_point() {
        let found = NelderMead::default().minimize(rosenbrock, &[-1.2, 1.0]);
        assert!(found.converged && (found.point[0] - 1.0).abs() < 1e-6 && (found.point[1] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_search_ends_after_its_steps_and_says_so() {
        let found = NelderMead { iterations_max: 5, ..NelderMead::default() }.minimize(rosenbrock, &[-1.2, 1.0]);
        assert!(!found.converged && found.iterations == 5);
        assert!(!NelderMead::default().minimize(|_| f64::NAN, &[0.0, 0.0]).converged);
    }

    #[test]
    fn one_variable_and_none_are_enough() {
        let found = NelderMead::default().minimize(|x| (x[0] - 3.0).abs(), &[0.0]);
        assert!((found.point[0] - 3.0).abs() < 1e-6);
        assert_eq!(NelderMead::default().minimize(|_| 7.0, &[]).value, 7.0);
    }
}
