//! `journey_edges((touches), (conversions), …)` — which channel follows which on the way to conversions.

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::edge::Edges;
use datafusion::error::Result;

use super::journey::{Journeys, TOUCHES};
use super::money::Money;
use super::state::{load_outcome, save_outcome};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::journey::totals::{load_durations, save_durations};
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_TIME, Names, ResultColumn, Sink, TableFunction};

const START: &str = "(start)";
const CONVERSION: &str = "(conversion)";
const NULL: &str = "(null)";

const SECOND_MICROS: f64 = 1e6;

const PAGE: Page = Page {
    summary: "The steps of all journeys, as a Sankey diagram draws them: from (start) to the first channel, from each \
              channel to the next, and from the last to (conversion), or to (null) where none followed. Journeys are \
              the paths of attribute, and the touches of a customer after his last conversion.",
    result: "src, dst; n: steps; conversions: those of journeys that converted; value: of these conversions, counted \
             with every step; median_gap: seconds between the two, half of the steps taking less. Ordered by src, dst.",
    nulls: "As in attribute. A NULL or NaN value counts as 0.",
    undefined: "median_gap is NULL from (start), to (null), and where no time is known. A conversion without touches \
                is a step from (start) to (conversion).",
    errors: "None at run time.",
    cost: "Touches are held once, about 30 bytes each. The median is exact up to 65,536 steps of an edge, beyond that \
           within 0.4 %.",
    source: "The transitions of Anderl et al. (2016).",
    example: "WITH touches(customer, at, channel) AS (VALUES
  (1, DATE '2026-01-01', 'search'), (1, DATE '2026-01-05', 'email'), (2, DATE '2026-01-03', 'search')),
conversions(customer, at, amount) AS (VALUES (1, DATE '2026-01-08', 100.00))
SELECT * FROM journey_edges(touches, conversions, customer => 'customer', ts => 'at', channel => 'channel',
                            value => 'amount')",
    output: "src | dst | n | conversions | value | median_gap
(start) | search | 2 | 1 | 100.00 | NULL
email | (conversion) | 1 | 1 | 100.00 | 259200
search | (null) | 1 | 0 | 0.00 | NULL
search | email | 1 | 1 | 100.00 | 345600",
};

pub(super) fn function() -> Function {
    let mut parameters = super::journey::parameters();
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "journey_edges", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let (money, value) = Money::bind(call, "value")?;
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::text("src"),
        ResultColumn::text("dst"),
        ResultColumn::integer("n"),
        ResultColumn::integer("conversions"),
        value,
        ResultColumn::number("median_gap"),
    ];
    let steps = Steps { journeys: Journeys::bind(call)?, money, names: Names::default(), edges: Edges::new() };
    Ok(Bound::fold(columns, steps))
}

#[derive(Debug, Clone)]
struct Steps {
    journeys: Journeys,
    money: Money,
    names: Names,
    edges: Edges,
}

impl Fold for Steps {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(TOUCHES);
        let Self { journeys, names, edges, .. } = self;
        let (start, conversion, null) = (names.code(START), names.code(CONVERSION), names.code(NULL));
        let channel = journeys.channel();
        journeys.each(group, |journey| {
            let converted = f64::from(u8::from(journey.conversion.is_some()));
            let value = journey.conversion.and_then(|conversion| conversion.value).unwrap_or(0.0);
            let Some(outcome) = Outcome::new(converted, 1.0 - converted, value) else { return Ok(()) };
            let (mut from, mut since) = (start, None);
            for (&code, &time) in journey.channels.iter().zip(journey.times) {
                let to = names.of_code(&rows, channel, code);
                edges.update(from, to, outcome, since.map(|since| time.abs_diff(since)));
                (from, since) = (to, Some(time));
            }
            match journey.conversion {
                Some(found) => {
                    let gap = since.filter(|_| found.at != NULL_TIME).map(|since| found.at.abs_diff(since));
                    edges.update(from, conversion, outcome, gap);
                }
                None => edges.update(from, null, outcome, None),
            }
            Ok(())
        })
    }

    fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        writer.count(self.edges.iter().count() as u64);
        for edge in self.edges.iter() {
            writer.count(edge.from.into());
            writer.count(edge.to.into());
            writer.count(edge.n);
            save_outcome(edge.outcome, writer);
            save_durations(edge.gaps, writer);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.names.merge(state)?;
        for _ in 0..state.length(29)? {
            let mut end = || -> Result<u32> {
                let code = usize::try_from(state.count()?).ok().and_then(|code| codes.get(code));
                code.copied().ok_or_else(damaged)
            };
            let (from, to) = (end()?, end()?);
            let n = state.count()?;
            let outcome = load_outcome(state)?;
            self.edges.add(from, to, n, outcome, &load_durations(state)?);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let names = &self.names;
        let mut edges = std::mem::take(&mut self.edges).finish();
        edges.sort_unstable_by_key(|edge| (names.name(edge.from), names.name(edge.to)));
        for edge in edges {
            let mut row = out.row();
            row.text(names.name(edge.from)).text(names.name(edge.to));
            row.integer(edge.n as i64).integer(edge.outcome.conversions() as i64);
            self.money.write_sum(&mut row, edge.outcome.value());
            row.number(edge.median_gap.map(|micros| micros / SECOND_MICROS));
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.names.heap_bytes() + self.edges.size()
    }
}
