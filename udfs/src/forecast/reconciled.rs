//! Forecasts of series and of their sums that agree: those of `forecast(…, reconcile => …)`.
//!
//! Sums are the groups with a NULL among their `by` columns, as ROLLUP makes them; their parts are the groups without
//! one that have the same values elsewhere. All groups are shown before the first is asked for; then the steps that
//! they have in common are told, and series after series is forecast.

use std::collections::HashMap;

use bellwether_kernels::forecast::{Outlook, Request, Step, Steps, Sum, bottom_up, min_trace};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::rows::{Columns, Read};
use super::table::{write, write_nothing};
use crate::error::CallError;
use crate::table::{EachGroup, Group, Sink};

/// How series are made to agree with their sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    BottomUp,
    MinTrace,
}

/// More sums are a system of equations that takes minutes.
const SUMS_MAX: usize = 2000;

#[derive(Debug, Clone)]
pub(super) struct Reconciled {
    columns: Columns,
    request: Request,
    method: Method,
    /// By the rank of their keys.
    series: Vec<Option<Series>>,
    /// How many were forecast.
    done: usize,
    heap_bytes: usize,
}

#[derive(Debug, Clone)]
struct Series {
    keys: Vec<ScalarValue>,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    /// To be forecast.
    Read(Read<'static>),
    Forecast(Box<Outlook>),
    /// It has no values.
    Empty,
}

impl Reconciled {
    pub(super) fn new(columns: Columns, request: Request, method: Method) -> Self {
        Self { columns, request, method, series: Vec::new(), done: 0, heap_bytes: 0 }
    }

    /// The steps of all series.
    fn steps(&self) -> Result<Option<Steps>> {
        let mut moments = Vec::new();
        for series in self.series.iter().flatten() {
            if let State::Read(read) = &series.state {
                let rows = read.rows();
                let known = rows.times.iter().zip(rows.values).filter(|(_, value)| value.is_finite());
                moments.extend(known.map(|(time, _)| *time));
            }
        }
        if moments.is_empty() {
            return Ok(None);
        }
        match Steps::of(moments, self.request.frequency) {
            Some(steps) => Ok(Some(steps)),
            None => {
                let fact = "argument reconcile of forecast needs series whose steps are of one length";
                let error = CallError::invalid(fact).with_hint("name it in freq, for example freq => 'day'");
                Err(error.at("reconcile").into())
            }
        }
    }

    /// Forecasts the next series; false when there is none.
    fn forecast_next(&mut self) -> bool {
        let Some(next) = self.series.get_mut(self.done) else { return false };
        self.done += 1;
        let Some(series) = next else { return true };
        if let State::Read(read) = &series.state {
            self.heap_bytes -= read.heap_bytes();
            series.state = match self.request.outlook(read.rows()) {
                Some(outlook) => {
                    let numbers = outlook.errors.iter().map(Vec::len).sum::<usize>() + outlook.series.values.len();
                    self.heap_bytes += size_of::<Step>() * outlook.steps.len() + size_of::<f64>() * numbers;
                    State::Forecast(Box::new(outlook))
                }
                None => State::Empty,
            };
        }
        true
    }

    /// Moves the forecasts so that all sums hold.
    fn agree(&mut self) -> Result<()> {
        let mut keys: Vec<&[ScalarValue]> = Vec::new();
        let mut outlooks: Vec<&mut Outlook> = Vec::new();
        for series in self.series.iter_mut().flatten() {
            if let State::Forecast(outlook) = &mut series.state {
                keys.push(&series.keys);
                outlooks.push(outlook);
            }
        }
        let sums = sums(&keys);
        if self.method == Method::MinTrace && sums.len() > SUMS_MAX {
            let given = sums.len();
            let fact = format!("argument reconcile of forecast is 'min_trace' for {given} sums, more than {SUMS_MAX}");
            return Err(CallError::invalid(fact).with_hint("use 'bottom_up', or fewer levels").at("reconcile").into());
        }
        let mut forecasts: Vec<Vec<f64>> =
            outlooks.iter().map(|outlook| outlook.steps.iter().map(|step| step.value).collect()).collect();
        match self.method {
            Method::BottomUp => bottom_up(&mut forecasts, &sums, self.request.nonnegative),
            Method::MinTrace => {
                let errors: Vec<_> = outlooks.iter_mut().map(|outlook| std::mem::take(&mut outlook.errors)).collect();
                min_trace(&mut forecasts, &errors, &sums, self.request.nonnegative);
            }
        }
        let mut is_in_a_sum = vec![false; outlooks.len()];
        for sum in &sums {
            sum.parts.iter().chain([&sum.whole]).for_each(|place| is_in_a_sum[*place] = true);
            if self.method == Method::BottomUp {
                outlooks[sum.whole].model = "bottom_up".to_owned();
                outlooks[sum.whole].mase_vs_naive = None;
            }
        }
        for ((outlook, forecasts), is_in_a_sum) in outlooks.into_iter().zip(&forecasts).zip(is_in_a_sum) {
            for (step, forecast) in outlook.steps.iter_mut().zip(forecasts) {
                move_to(step, *forecast, self.request.nonnegative);
            }
            if !is_in_a_sum {
                outlook.status = "not_reconciled";
            }
        }
        Ok(())
    }
}

/// Which series are sums, and of which others, by their keys.
fn sums(keys: &[&[ScalarValue]]) -> Vec<Sum> {
    let is_part = |keys: &[ScalarValue]| !keys.iter().any(ScalarValue::is_null);
    let mut sums = Vec::new();
    // Sums over the same columns find their parts by the values of the others.
    let mut by_columns: HashMap<Vec<usize>, HashMap<Vec<&ScalarValue>, Vec<usize>>> = HashMap::new();
    for (whole, own) in keys.iter().enumerate().filter(|(_, own)| !is_part(own)) {
        let columns: Vec<usize> = (0..own.len()).filter(|column| !own[*column].is_null()).collect();
        let parts = by_columns.entry(columns.clone()).or_insert_with(|| {
            let mut parts: HashMap<Vec<&ScalarValue>, Vec<usize>> = HashMap::new();
            for (part, keys) in keys.iter().enumerate().filter(|(_, keys)| is_part(keys)) {
                parts.entry(columns.iter().map(|column| &keys[*column]).collect()).or_default().push(part);
            }
            parts
        });
        let values: Vec<&ScalarValue> = columns.iter().map(|column| &own[*column]).collect();
        if let Some(parts) = parts.get(&values) {
            sums.push(Sum { whole, parts: parts.clone() });
        }
    }
    sums
}

/// Moves a forecast and its interval, which keeps its width.
fn move_to(step: &mut Step, forecast: f64, nonnegative: bool) {
    let moved = |bound: f64| {
        let bound = (bound + (forecast - step.value)).clamp(-f64::MAX, f64::MAX);
        if nonnegative { bound.max(0.0) } else { bound }
    };
    *step = Step { time: step.time, lower: moved(step.lower), upper: moved(step.upper), value: forecast };
}

impl EachGroup for Reconciled {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        let (rank, read) = (group.rank()?, self.columns.read(group)?.kept());
        self.heap_bytes += read.heap_bytes();
        if self.series.len() <= rank {
            self.series.resize(rank + 1, None);
        }
        self.series[rank] = Some(Series { keys: group.keys()?, state: State::Read(read) });
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        if self.done == 0 {
            self.request.steps = self.steps()?;
        }
        if self.forecast_next() {
            return Ok(true);
        }
        self.agree()?;
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        self.heap_bytes + self.series.capacity() * size_of::<Option<Series>>()
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let series = self.series.get(group.rank()?).and_then(Option::as_ref);
        if let Some(Series { state: State::Forecast(outlook), .. }) = series {
            write(outlook, out);
            return Ok(());
        }
        let times = self.columns.read(group)?.times.into_owned();
        let steps = self.request.steps.or_else(|| Steps::of(times, self.request.frequency));
        let ahead = (0..self.request.horizon).map(|step| steps.and_then(|steps| steps.ahead(step)));
        write_nothing(ahead, &steps.map_or_else(String::new, |steps| steps.frequency.name()), out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_found_over_each_set_of_columns() {
        let key = |region: Option<&str>, shop: Option<&str>| vec![ScalarValue::from(region), ScalarValue::from(shop)];
        let keys = [
            key(None, None),
            key(Some("north"), None),
            key(Some("north"), Some("a")),
            key(Some("north"), Some("b")),
            key(None, Some("a")),
            key(Some("south"), Some("a")),
            key(Some("east"), None),
        ];
        let keys: Vec<&[ScalarValue]> = keys.iter().map(Vec::as_slice).collect();
        let found = sums(&keys);
        let expected = [(0, vec![2, 3, 5]), (1, vec![2, 3]), (4, vec![2, 5])];
        assert_eq!(found, expected.map(|(whole, parts)| Sum { whole, parts }));
    }
}
