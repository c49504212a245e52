//! Means, variances and slopes of a moving window, without taking anything away from a sum.
//!
//! Subtracting what leaves the window loses digits, after a large value all of them. Here sums are only ever put
//! together: the values of a window are two stacks, the later ones with one sum and the earlier ones each with the sum
//! of all that follow, so that the earliest can be dropped. Each value is added three times at most.

/// Moments of points: of `y` alone, and with `x`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    /// How many points.
    pub count: f64,
    /// Their means.
    pub mean_x: f64,
    /// Their means.
    pub mean_y: f64,
    /// Sums of squares and products around the means.
    pub xx: f64,
    /// Sums of squares and products around the means.
    pub xy: f64,
    /// Sums of squares and products around the means.
    pub yy: f64,
}

impl Moments {
    /// The moments of one point.
    pub fn of(x: f64, y: f64) -> Self {
        Self { count: 1.0, mean_x: x, mean_y: y, ..Self::default() }
    }

    /// The moments of both (Chan, Golub and LeVeque 1979).
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let count = self.count + other.count;
        if count == 0.0 {
            return *self;
        }
        let (dx, dy) = (other.mean_x - self.mean_x, other.mean_y - self.mean_y);
        let (part, weight) = (other.count / count, self.count * (other.count / count));
        Self {
            count,
            mean_x: self.mean_x + dx * part,
            mean_y: self.mean_y + dy * part,
            xx: self.xx + other.xx + dx * dx * weight,
            xy: self.xy + other.xy + dx * dy * weight,
            yy: self.yy + other.yy + dy * dy * weight,
        }
    }
}

/// The moments of a window that moves forward.
#[derive(Debug, Clone, Default)]
pub struct MovingMoments {
    /// Earlier points, each with all earlier points after it; the earliest last.
    earlier: Vec<Moments>,
    later: Vec<Moments>,
    later_sum: Moments,
}

impl MovingMoments {
    /// Adds a point at the end.
    pub fn push(&mut self, x: f64, y: f64) {
        let point = Moments::of(x, y);
        self.later_sum = self.later_sum.merged(&point);
        self.later.push(point);
    }

    /// Drops the earliest point.
    pub fn pop(&mut self) {
        if self.earlier.is_empty() {
            let mut sum = Moments::default();
            while let Some(point) = self.later.pop() {
                sum = point.merged(&sum);
                self.earlier.push(sum);
            }
            self.later_sum = Moments::default();
        }
        self.earlier.pop();
    }

    /// The moments of all points.
    pub fn all(&self) -> Moments {
        match self.earlier.last() {
            Some(earlier) => earlier.merged(&self.later_sum),
            None => self.later_sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_moving_window_equals_adding_its_points_again() {
        let mut random = Random::new(31);
        let mut points: Vec<(f64, f64)> = (0..500).map(|x| (f64::from(x), random.unit())).collect();
        // After it has left the window, a huge value has left no trace.
        points[100].1 = 1e12;
        let mut moving = MovingMoments::default();
        let mut start = 0;
        for end in 1..=points.len() {
            moving.push(points[end - 1].0, points[end - 1].1);
            while end - start > 30 || (start < end && random.below(8) == 0) {
                moving.pop();
                start += 1;
            }
            let window = &points[start..end];
            let moments = moving.all();
            assert_eq!(moments.count, window.len() as f64);
            let mean = window.iter().map(|point| point.1).sum::<f64>() / window.len() as f64;
            let squares: f64 = window.iter().map(|point| (point.1 - mean).powi(2)).sum();
            assert!((moments.yy - squares).abs() <= 1e-9 * squares.max(1e-3), "{} against {squares}", moments.yy);
            let middle = window.iter().map(|point| point.0).sum::<f64>() / window.len() as f64;
            let products: f64 = window.iter().map(|point| (point.0 - middle) * (point.1 - mean)).sum();
            assert!((moments.xy - products).abs() <= 1e-9 * squares.max(1.0), "{} against {products}", moments.xy);
        }
    }

    #[test]
    fn merging_with_empty_changes_nothing() {
        let some = Moments::of(1.0, 2.0).merged(&Moments::of(3.0, 5.0));
        assert_eq!(some.merged(&Moments::default()), some);
        assert_eq!(Moments::default().merged(&some), some);
        assert_eq!(Moments::default().merged(&Moments::default()), Moments::default());
    }
}
