//! How far a row's value is from those of its frame: what the functions over frames share.

use bellwether_kernels::anomaly::{IQR_TO_SIGMA, MovingMoments, Ordered, VALUES_MIN};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use crate::adapter::column::Columns;
use crate::adapter::frame::OverFrame;

/// The value of a row that is a number, and finite.
pub(super) fn finite(columns: &Columns, row: usize) -> Option<f64> {
    columns.number(0, row).filter(|value| value.is_finite())
}

/// A centre and a deviation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub centre: f64,
    pub deviation: f64,
    pub count: usize,
}

impl Around {
    /// How many deviations a value is from the centre: infinitely many where there is no spread.
    pub(super) fn distance(&self, value: f64) -> f64 {
        if value == self.centre { 0.0 } else { (value - self.centre) / self.deviation }
    }
}

/// Median and robust deviation.
pub(super) fn by_median(frame: &Ordered) -> Option<Around> {
    if frame.len() < VALUES_MIN {
        return None;
    }
    let centre = frame.median()?;
    Some(Around { centre, deviation: frame.robust_deviation(centre)?, count: frame.len() })
}

/// The first and the third quartile.
pub(super) fn quartiles(frame: &Ordered) -> Option<(f64, f64)> {
    if frame.len() < VALUES_MIN {
        return None;
    }
    Some((frame.quantile(0.25)?, frame.quantile(0.75)?))
}

/// Median and the deviation that the distance of the quartiles stands for.
pub(super) fn by_quartiles(frame: &Ordered) -> Option<Around> {
    let (low, high) = quartiles(frame)?;
    Some(Around { centre: frame.median()?, deviation: (high - low) * IQR_TO_SIGMA, count: frame.len() })
}

/// Mean and standard deviation of a frame, and how many of its values are finite.
#[derive(Debug, Default)]
pub(super) struct Mean {
    moments: MovingMoments,
}

impl Mean {
    pub(super) fn enter(&mut self, value: f64) {
        self.moments.push(0.0, value);
    }

    pub(super) fn leave(&mut self) {
        self.moments.pop();
    }

    /// Mean and standard deviation of a sample; none where the squares of the values are not finite.
    pub(super) fn around(&self) -> Option<Around> {
        let all = self.moments.all();
        let count = all.count as usize;
        if count < VALUES_MIN {
            return None;
        }
        let deviation = (all.yy / (all.count - 1.0)).sqrt();
        deviation.is_finite().then_some(Around { centre: all.mean_y, deviation, count })
    }
}

/// A function of a value and the values of its frame, in order.
pub(super) struct OfOrdered(pub fn(&Ordered, f64) -> Option<f64>);

impl OverFrame for OfOrdered {
    type Frame = Ordered;

    fn enter(&self, frame: &mut Ordered, columns: &Columns, row: usize) {
        if let Some(value) = finite(columns, row) {
            frame.insert(value);
        }
    }

    fn leave(&self, frame: &mut Ordered, columns: &Columns, row: usize) {
        if let Some(value) = finite(columns, row) {
            frame.remove(value);
        }
    }

    fn value(&self, frame: &Ordered, columns: &Columns, row: usize) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(finite(columns, row).and_then(|value| (self.0)(frame, value))))
    }
}
