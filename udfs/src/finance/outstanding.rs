//! How many days of sales, or of purchases, are not paid yet, from the months before.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Months, NaiveDate};
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::error::Result;

use crate::adapter::aggregate::{Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Parameter, Type};

/// The arguments, but for their names.
pub(super) fn parameters(turnover: Parameter, open: Parameter) -> Vec<Parameter> {
    vec![
        Parameter::value("month", Type::Time, "A day of the month, one row each month."),
        turnover,
        open,
        Parameter::option(
            "method",
            Constant::Choice(&["countback", "average"]),
            "'countback' takes whole months from what is open, the latest first; 'average' divides by the mean of a day.",
        )
        .or("countback"),
    ]
}

pub(super) struct Outstanding {
    pub counts_back: bool,
}

impl Outstanding {
    pub(super) fn bind(arguments: &Arguments) -> Result<Self> {
        Ok(Self { counts_back: arguments.text("method")? == "countback" })
    }
}

/// Months: days since the year 0 of their first day, turnover, and what is open at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    rows: Vec<(i64, f64, f64)>,
}

impl Outstanding {
    /// The days of the months' turnover that are open; `None` if there is no turnover, or less than is open.
    fn days(&self, rows: &[(i64, f64, f64)]) -> Option<f64> {
        let mut rows = rows.to_vec();
        rows.sort_by(|left, right| {
            left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)).then(left.2.total_cmp(&right.2))
        });
        let (_, _, open) = *rows.last()?;
        if !self.counts_back {
            let turnover: f64 = rows.iter().map(|row| row.1).sum();
            let days: f64 = rows.iter().map(|row| days_of_month(row.0)).sum::<Option<f64>>()?;
            return (turnover > 0.0).then(|| open / turnover * days);
        }
        let (mut open, mut counted) = (open, 0.0);
        for (month, turnover, _) in rows.iter().rev() {
            if open <= 0.0 {
                break;
            }
            let days = days_of_month(*month)?;
            if *turnover > open {
                return Some(counted + open / turnover * days);
            }
            open -= turnover;
            counted += days;
        }
        (open <= 0.0).then_some(counted)
    }
}

/// How many days the month has that begins on a day.
fn days_of_month(first: i64) -> Option<f64> {
    let first = NaiveDate::from_num_days_from_ce_opt(i32::try_from(first).ok()?)?;
    let next = first.checked_add_months(Months::new(1))?;
    Some((next - first).num_days() as f64)
}

/// The first day of the month of a moment.
fn month_of(micros: i64) -> Option<i64> {
    let day = DateTime::from_timestamp_micros(micros)?.date_naive().with_day(1)?;
    Some(day.num_days_from_ce().into())
}

impl Call for Outstanding {
    type State = Rows;

    fn empty(&self) -> Rows {
        Rows::default()
    }

    fn update(&self, state: &mut Rows, columns: &Columns, row: usize) {
        let number = |argument| columns.number(argument, row).filter(|number| number.is_finite());
        if let (Some(month), Some(turnover), Some(open)) =
            (columns.time(0, row).and_then(month_of), number(1), number(2))
        {
            state.rows.push((month, turnover, open));
        }
    }

    fn merge(&self, state: &mut Rows, other: Rows) {
        state.rows.extend(other.rows);
    }

    fn evaluate(&self, states: &[Rows]) -> Result<ArrayRef> {
        Ok(Arc::new(states.iter().map(|state| self.days(&state.rows)).collect::<Float64Array>()))
    }
}

impl State for Rows {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.rows.len() as u64);
        for (month, turnover, open) in &self.rows {
            writer.i64(*month);
            writer.f64(*turnover);
            writer.f64(*open);
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let count = reader.length(24)?;
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push((reader.i64()?, reader.f64()?, reader.f64()?));
        }
        Ok(Self { rows })
    }

    fn heap_bytes(&self) -> usize {
        self.rows.capacity() * std::mem::size_of::<(i64, f64, f64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(year: i32, month: u32, turnover: f64, open: f64) -> (i64, f64, f64) {
        (NaiveDate::from_ymd_opt(year, month, 1).unwrap().num_days_from_ce().into(), turnover, open)
    }

    #[test]
    fn a_quarter_is_counted_back_month_by_month() {
        let quarter = [month(2026, 1, 120e3, 0.0), month(2026, 2, 100e3, 0.0), month(2026, 3, 140e3, 250e3)];
        let days = |counts_back| Outstanding { counts_back }.days(&quarter).unwrap();
        assert!((days(true) - 61.583_333_333_333_336).abs() < 1e-9);
        assert!((days(false) - 62.5).abs() < 1e-9);
    }

    #[test]
    fn more_open_than_was_sold_has_no_answer() {
        let back = Outstanding { counts_back: true };
        assert_eq!(back.days(&[month(2026, 1, 100.0, 101.0)]), None);
        assert_eq!(back.days(&[month(2026, 1, 100.0, 100.0)]), Some(31.0));
        assert_eq!(back.days(&[month(2026, 1, 100.0, 0.0)]), Some(0.0));
        assert_eq!(back.days(&[]), None);
        assert_eq!(Outstanding { counts_back: false }.days(&[month(2026, 1, 0.0, 1.0)]), None);
    }
}
