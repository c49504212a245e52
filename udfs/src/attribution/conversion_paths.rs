//! `conversion_paths((touches), (conversions), …)` — the paths that led to conversions, and how often.

use std::mem::size_of;

use bellwether_kernels::attribution::edge::median;
use bellwether_kernels::attribution::path::PathSet;
use datafusion::error::Result;

use super::journey::{Journeys, TOUCHES, UNATTRIBUTED};
use super::money::Money;
use super::state::{load_path, save_path};
use crate::adapter::bytes::{Reader, Writer};
use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, Names, ResultColumn, Sink, TableFunction};

const DAY_MICROS: f64 = 86_400e6;

const PAGE: Page = Page {
    summary: "The channels that were touched before conversions, in order: each path once, with what came of it.",
    result: "path: channels with ` > ` between them; n: conversions; value: of all of them; median_days: from the \
             first touch to the conversion, half of them taking less. The most frequent path first, then by path. \
             Conversions without touches have the path (unattributed).",
    nulls: "As in attribute. A NULL or NaN value counts as 0.",
    undefined: "median_days is NULL without touches.",
    errors: "None at run time.",
    cost: "Touches of customers with conversions are held once, about 30 bytes each, and every distinct path. The \
           median is exact: 8 bytes a conversion.",
    source: "Google Analytics' conversion paths.",
    example: "WITH touches(customer, at, channel) AS (VALUES
  (1, DATE '2026-01-01', 'search'), (1, DATE '2026-01-05', 'email'), (2, DATE '2026-01-03', 'search'),
  (2, DATE '2026-01-07', 'email')),
conversions(customer, at, amount) AS (VALUES (1, DATE '2026-01-08', 100.00), (2, DATE '2026-01-08', 7.50))
SELECT * FROM conversion_paths(touches, conversions, customer => 'customer', ts => 'at', channel => 'channel',
                               value => 'amount')",
    output: "path | n | value | median_days
search > email | 2 | 107.50 | 6",
};

pub(super) fn function() -> Function {
    let mut parameters = super::journey::parameters();
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "conversion_paths", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let (money, value) = Money::bind(call, "value")?;
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::text("path"),
        ResultColumn::integer("n"),
        value,
        ResultColumn::number("median_days"),
    ];
    let empty = Paths { journeys: Journeys::bind(call)?, money, seen: Seen::default() };
    Ok(Bound::fold(columns, empty).matched())
}

#[derive(Debug, Clone)]
struct Paths {
    journeys: Journeys,
    money: Money,
    seen: Seen,
}

/// The paths of the journeys.
#[derive(Debug, Clone, Default)]
struct Seen {
    names: Names,
    paths: PathSet,
    /// By number of the path.
    found: Vec<Found>,
    duration_bytes: usize,
    /// The channels of one path, as codes of ours; reused.
    path: Vec<u32>,
}

/// What came of a path.
#[derive(Debug, Clone, Default)]
struct Found {
    n: u64,
    value: f64,
    /// From the first touch to the conversion, in microseconds.
    durations: Vec<i64>,
}

impl Seen {
    /// Adds what came of `self.path`.
    fn add(&mut self, n: u64, value: f64, durations: &[i64]) {
        let number = self.paths.insert(&self.path);
        if number == self.found.len() {
            self.found.push(Found::default());
        }
        let found = &mut self.found[number];
        found.n += n;
        found.value += value;
        let before = found.durations.capacity();
        found.durations.extend_from_slice(durations);
        self.duration_bytes += (found.durations.capacity() - before) * size_of::<i64>();
    }

    fn text(&self, number: usize) -> String {
        let path = self.paths.path(number);
        if path.is_empty() {
            return UNATTRIBUTED.to_owned();
        }
        let names: Vec<&str> = path.iter().filter_map(|channel| self.names.name(*channel)).collect();
        names.join(" > ")
    }
}

impl Fold for Paths {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(TOUCHES);
        let channel = self.journeys.channel();
        let seen = &mut self.seen;
        self.journeys.each(group, |journey| {
            let Some(conversion) = journey.conversion else { return Ok(()) };
            seen.path.clear();
            for &code in journey.channels {
                seen.path.push(seen.names.of_code(&rows, channel, code));
            }
            let duration = journey.times.first().map(|first| conversion.at.saturating_sub(*first));
            seen.add(1, conversion.value.unwrap_or(0.0), duration.as_slice());
            Ok(())
        })
    }

    fn save(&self, writer: &mut Writer) {
        self.seen.names.save(writer);
        writer.count(self.seen.found.len() as u64);
        for (number, found) in self.seen.found.iter().enumerate() {
            save_path(self.seen.paths.path(number), writer);
            writer.count(found.n);
            writer.f64(found.value);
            writer.count(found.durations.len() as u64);
            found.durations.iter().for_each(|duration| writer.i64(*duration));
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.seen.names.merge(state)?;
        let mut durations = Vec::new();
        for _ in 0..state.length(11)? {
            load_path(state, &codes, &mut self.seen.path)?;
            let (n, value) = (state.count()?, state.f64()?);
            durations.clear();
            for _ in 0..state.length(size_of::<i64>())? {
                durations.push(state.i64()?);
            }
            self.seen.add(n, value, &durations);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let mut order: Vec<(u64, String, usize)> = Vec::with_capacity(self.seen.found.len());
        for (number, found) in self.seen.found.iter().enumerate() {
            order.push((found.n, self.seen.text(number), number));
        }
        order.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        for (n, path, number) in order {
            let found = &mut self.seen.found[number];
            let mut row = out.row();
            row.text(path.as_str()).integer(n as i64);
            self.money.write_sum(&mut row, found.value);
            row.number(median(&mut found.durations).map(|micros| micros / DAY_MICROS));
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.seen.names.heap_bytes()
            + self.seen.paths.size()
            + self.seen.found.capacity() * size_of::<Found>()
            + self.seen.duration_bytes
    }
}
