//! `trend(value) OVER (…)` — the straight line through the values of a frame: slope, change in percent, significance.

use std::collections::VecDeque;
use std::sync::Arc;

use bellwether_kernels::anomaly::{Moments, MovingMoments};
use bellwether_kernels::distribution::student_t;
use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use crate::adapter::column::Columns;
use crate::adapter::frame::{Framed, OverFrame};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The straight line (least squares) through the values of the frame, one step from row to row: slope, its \
              rise a row; pct, its change from the frame's first value to its last in percent of where it starts; \
              p_value, the probability of a slope at least as steep if there is no trend. The window must order its \
              rows, evenly spaced; what a trend of correlated values is worth, p_value overstates.",
    result: "A record: slope, pct, p_value (0 to 1), all double precision.",
    nulls: "NULL, NaN and infinite values leave a hole in the line.",
    undefined: "NULL where the frame has fewer than two values, or values beyond 1e150, whose squares are not finite. pct \
                is NULL where the line starts at 0; p_value where the frame has fewer than three values.",
    errors: "None at run time.",
    cost: "Each row is added at most three times; 48 bytes for each value of the frame.",
    source: "Student's t test of a regression's slope.",
    example: "SELECT week, t['slope'] AS slope, t['pct'] AS pct
FROM (SELECT week, trend(orders) OVER (ORDER BY week ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS t
      FROM (VALUES (1, 10), (2, 12), (3, 14), (4, 16)) AS weekly(week, orders)) AS trends ORDER BY week",
    output: "week | slope | pct
1 | NULL | NULL
2 | 2 | 20
3 | 2 | 40
4 | 2 | 60",
};

pub(super) fn function() -> Function {
    Function::framed(Framed {
        declared: Declared {
            name: "trend",
            parameters: vec![Parameter::value("value", Type::Number, "What may rise or fall.")],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(Trend),
    })
}

fn fields() -> Fields {
    ["slope", "pct", "p_value"].map(|name| Field::new(name, DataType::Float64, true)).into_iter().collect()
}

struct Trend;

impl OverFrame for Trend {
    type Frame = Line;

    fn enter(&self, frame: &mut Line, columns: &Columns, row: usize) {
        if let Some(value) = columns.number(0, row).filter(|value| value.is_finite()) {
            frame.moments.push(row as f64, value);
            frame.rows.push_back(row);
        }
    }

    fn leave(&self, frame: &mut Line, columns: &Columns, row: usize) {
        if columns.number(0, row).is_some_and(f64::is_finite) {
            frame.moments.pop();
            frame.rows.pop_front();
        }
    }

    fn value(&self, frame: &Line, _columns: &Columns, _row: usize) -> Result<ScalarValue> {
        let fit = frame.fit();
        let column = |value: Option<f64>| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
        let (slope, pct, p_value) = match fit {
            Some(fit) => (Some(fit.slope), fit.pct, fit.p_value),
            None => (None, None, None),
        };
        let values = vec![column(slope), column(pct), column(p_value)];
        let nulls = fit.is_none().then(|| NullBuffer::new_null(1));
        Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), values, nulls)?)))
    }
}

/// The points of a frame: numbers of rows, and values.
#[derive(Debug, Default)]
struct Line {
    moments: MovingMoments,
    rows: VecDeque<usize>,
}

/// A line through points.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fit {
    slope: f64,
    pct: Option<f64>,
    p_value: Option<f64>,
}

/// A line that starts at less than this part of the mean starts at 0, but for rounding.
const ROUNDING: f64 = 1e-12;

impl Line {
    fn fit(&self) -> Option<Fit> {
        let points = self.moments.all();
        if points.count < 2.0 || !points.yy.is_finite() {
            return None;
        }
        let slope = points.xy / points.xx;
        let at = |row: &usize| points.mean_y + slope * (*row as f64 - points.mean_x);
        let (first, last) = (at(self.rows.front()?), at(self.rows.back()?));
        let starts = first.abs() > ROUNDING * points.mean_y.abs();
        let pct = starts.then(|| 100.0 * (last - first) / first.abs());
        Some(Fit { slope, pct, p_value: p_value(&points, slope) })
    }
}

fn p_value(points: &Moments, slope: f64) -> Option<f64> {
    let freedom = points.count - 2.0;
    if freedom < 1.0 {
        return None;
    }
    let rest = (points.yy - slope * points.xy).max(0.0);
    // Points on the line leave rounding alone.
    if rest <= ROUNDING * ROUNDING * points.yy {
        return Some(if slope == 0.0 { 1.0 } else { 0.0 });
    }
    let t = slope.abs() / (rest / freedom / points.xx).sqrt();
    Some((2.0 * student_t::tail(t, freedom)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(values: &[f64]) -> Option<Fit> {
        let mut line = Line::default();
        for (row, value) in values.iter().enumerate() {
            line.moments.push(row as f64, *value);
            line.rows.push_back(row);
        }
        line.fit()
    }

    #[test]
    fn a_line_is_that_of_least_squares() {
        // scipy.stats.linregress(range(6), …): slope 1.6, p 0.01455728974409784.
        let fit = fit(&[1.0, 4.0, 3.0, 8.0, 6.0, 10.0]).unwrap();
        assert!((fit.slope - 1.6).abs() < 1e-12);
        assert!((fit.p_value.unwrap() - 0.014_557_289_744_097_84).abs() < 1e-12, "{fit:?}");
    }

    #[test]
    fn what_does_not_change_has_no_trend() {
        let flat = fit(&[5.0; 4]).unwrap();
        assert_eq!(flat, Fit { slope: 0.0, pct: Some(0.0), p_value: Some(1.0) });
        assert_eq!(fit(&[0.0; 4]).unwrap().pct, None);
        assert_eq!(fit(&[5.0]), None);
        assert_eq!(fit(&[1.0, 2.0]).unwrap().p_value, None);
        assert_eq!(fit(&[1e300, -1e300, 1e300]), None);
    }
}
