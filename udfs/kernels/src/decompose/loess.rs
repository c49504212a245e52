//! Weighted local regression over equally spaced values, as STL uses it.
//!
//! At each position a constant or a line is fitted to the `window` nearest values, near ones weighing more (tricube).
//! Cost: positions × window; whole windows are computed as convolutions over all positions at once.

/// The shape of a local regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loess {
    /// How many values a fit sees; odd.
    pub window: usize,
    /// Whether a line is fitted, or only a constant.
    pub line: bool,
    /// A fit is made at every so many positions; those between lie on straight lines.
    pub jump: usize,
}

/// Distances below this part of the largest weigh fully, and above one less it nothing, as in the original program.
const EDGE: f64 = 0.001;

impl Loess {
    /// The fitted value of each position. `trust` weighs the values themselves.
    pub(super) fn smooth(&self, values: &[f64], trust: Option<&[f64]>, out: &mut [f64]) {
        let count = values.len();
        if count < 2 {
            out.copy_from_slice(values);
            return;
        }
        let jump = self.jump.clamp(1, count - 1);
        if jump > 1 {
            self.smooth_some(values, trust, jump, out);
            return;
        }
        let reach = self.window / 2;
        if self.window >= count {
            self.smooth_each(values, trust, 0..count, out);
            return;
        }
        self.smooth_each(values, trust, 0..reach, out);
        self.smooth_each(values, trust, count - reach..count, out);
        match trust {
            None => self.convolve(values, out),
            Some(trust) => self.convolve_trusted(values, trust, out),
        }
    }

    fn smooth_each(&self, values: &[f64], trust: Option<&[f64]>, positions: std::ops::Range<usize>, out: &mut [f64]) {
        for position in positions {
            let fitted = self.fit_in_window(values, trust, position);
            out[position] = fitted.unwrap_or(values[position]);
        }
    }

    fn smooth_some(&self, values: &[f64], trust: Option<&[f64]>, jump: usize, out: &mut [f64]) {
        let last = values.len() - 1;
        let mut from = 0;
        self.smooth_each(values, trust, 0..1, out);
        while from < last {
            let to = (from + jump).min(last);
            self.smooth_each(values, trust, to..to + 1, out);
            let step = (out[to] - out[from]) / (to - from) as f64;
            for between in from + 1..to {
                out[between] = out[from] + step * (between - from) as f64;
            }
            from = to;
        }
    }

    fn fit_in_window(&self, values: &[f64], trust: Option<&[f64]>, position: usize) -> Option<f64> {
        let width = self.window.min(values.len());
        let left = position.saturating_sub(self.window / 2).min(values.len() - width);
        self.fit(values, trust, position as isize, left, left + width)
    }

    /// The fitted value at a position, which may lie outside the values, from those of `left..right`. None if no
    /// value has weight.
    pub(super) fn fit(
        &self,
        values: &[f64],
        trust: Option<&[f64]>,
        position: isize,
        left: usize,
        right: usize,
    ) -> Option<f64> {
        let count = values.len();
        let mut farthest = (position - left as isize).max(right as isize - 1 - position) as f64;
        if self.window > count {
            farthest += ((self.window - count) / 2) as f64;
        }
        let mut sums = Sums::default();
        for index in left..right {
            let offset = index as isize - position;
            let mut weight = tricube(offset.unsigned_abs() as f64, farthest);
            if let Some(trust) = trust {
                weight *= trust[index];
            }
            sums.add(weight, offset as f64, values[index]);
        }
        sums.fitted(self.line && farthest > 0.0, count)
    }

    /// All positions with a whole window around them, every value weighing the same: the line through a symmetric
    /// window has its weighted mean in the middle.
    fn convolve(&self, values: &[f64], out: &mut [f64]) {
        let reach = self.window / 2;
        let (inside, weights) = (reach..values.len() - reach, self.weights());
        let total = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
        out[inside.clone()].fill(0.0);
        for (distance, weight) in weights.iter().enumerate() {
            add_symmetric(values, distance, weight / total, reach, &mut out[inside.clone()]);
        }
    }

    fn convolve_trusted(&self, values: &[f64], trust: &[f64], out: &mut [f64]) {
        let reach = self.window / 2;
        let (inside, weights) = (reach..values.len() - reach, self.weights());
        let trusted: Vec<f64> = values.iter().zip(trust).map(|(value, trust)| value * trust).collect();
        let mut moments: [Vec<f64>; 5] = std::array::from_fn(|_| vec![0.0; inside.len()]);
        for (distance, weight) in weights.iter().enumerate() {
            let far = distance as f64;
            add_symmetric(trust, distance, *weight, reach, &mut moments[0]);
            add_symmetric(&trusted, distance, *weight, reach, &mut moments[1]);
            if self.line {
                add_antisymmetric(trust, distance, weight * far, reach, &mut moments[2]);
                add_symmetric(trust, distance, weight * far * far, reach, &mut moments[3]);
                add_antisymmetric(&trusted, distance, weight * far, reach, &mut moments[4]);
            }
        }
        for position in inside {
            let [weight, value, offset, offset_squared, offset_value] =
                std::array::from_fn(|moment| moments[moment][position - reach]);
            let sums = Sums { weight, value, offset, offset_squared, offset_value };
            out[position] = sums.fitted(self.line, values.len()).unwrap_or(values[position]);
        }
    }

    /// The weights of a whole window by distance.
    fn weights(&self) -> Vec<f64> {
        let reach = self.window / 2;
        (0..=reach).map(|distance| tricube(distance as f64, reach as f64)).collect()
    }
}

fn tricube(distance: f64, farthest: f64) -> f64 {
    if distance <= EDGE * farthest {
        1.0
    } else if distance > (1.0 - EDGE) * farthest {
        0.0
    } else {
        let part = distance / farthest;
        let rest = 1.0 - part * part * part;
        rest * rest * rest
    }
}

/// Adds weight × (the value so far before + the one so far after) to each position with a whole window.
fn add_symmetric(values: &[f64], distance: usize, weight: f64, reach: usize, out: &mut [f64]) {
    let before = &values[reach - distance..];
    if distance == 0 {
        for (out, value) in out.iter_mut().zip(before) {
            *out += weight * value;
        }
        return;
    }
    for ((out, before), after) in out.iter_mut().zip(before).zip(&values[reach + distance..]) {
        *out += weight * (before + after);
    }
}

fn add_antisymmetric(values: &[f64], distance: usize, weight: f64, reach: usize, out: &mut [f64]) {
    let (before, after) = (&values[reach - distance..], &values[reach + distance..]);
    for ((out, before), after) in out.iter_mut().zip(before).zip(after) {
        *out += weight * (after - before);
    }
}

/// Weighted sums of a window, offsets from the fitted position.
#[derive(Default)]
struct Sums {
    weight: f64,
    value: f64,
    offset: f64,
    offset_squared: f64,
    offset_value: f64,
}

impl Sums {
    fn add(&mut self, weight: f64, offset: f64, value: f64) {
        self.weight += weight;
        self.value += weight * value;
        self.offset += weight * offset;
        self.offset_squared += weight * offset * offset;
        self.offset_value += weight * offset * value;
    }

    /// The line's (or constant's) value at offset 0. A window that is too narrow for a slope has none.
    fn fitted(&self, line: bool, count: usize) -> Option<f64> {
        if self.weight <= 0.0 {
            return None;
        }
        let (value, offset) = (self.value / self.weight, self.offset / self.weight);
        let spread = self.offset_squared / self.weight - offset * offset;
        if !line || spread <= 0.0 || spread.sqrt() <= EDGE * (count - 1) as f64 {
            return Some(value);
        }
        Some(value - offset * (self.offset_value / self.weight - offset * value) / spread)
    }
}
