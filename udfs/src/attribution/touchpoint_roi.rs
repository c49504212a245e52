//! `touchpoint_roi((touches), (conversions), …)` — what touches of each channel cost, and what they earned.

use std::mem::size_of;

use bellwether_kernels::attribution::model::Model;
use datafusion::error::Result;

use super::journey::{Journeys, TOUCHES};
use super::models::{self, Excluded};
use super::money::Money;
use super::tally::{Source, Tally};
use crate::adapter::bytes::{Reader, Writer};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, ResultColumn, Sink, Slot, TableFunction};

const MODELS: &[&str] = &[
    "first_touch",
    "last_touch",
    "last_non_direct",
    "linear",
    "time_decay",
    "position_based",
    "w_shaped",
    "custom",
    "markov",
    "shapley",
];

const PAGE: Page = Page {
    summary: "Return on investment by channel: the cost of all its touches against the value that it is credited with \
              by one model of attribution_compare.",
    result: "One row for each channel. touches: all, whether a conversion followed or not; cost: of these; conversions \
             and value: credited, as in attribution_compare; roi: (value − cost) / cost; cost_per_conversion: cost / \
             conversions. Conversions without touches stand under (unattributed).",
    nulls: "As in attribute. A NULL or NaN cost or value counts as 0.",
    undefined: "roi is NULL where nothing was spent, cost_per_conversion where nothing is credited.",
    errors: "As of attribution_compare.",
    cost: "All touches are held once, about 40 bytes each.",
    source: "as attribute.",
    example: "WITH touches(customer, at, channel, cost) AS (VALUES
  (1, DATE '2026-01-01', 'search', 2.0), (1, DATE '2026-01-05', 'email', 0.1), (2, DATE '2026-01-03', 'search', 3.0)),
conversions(customer, at, amount) AS (VALUES (1, DATE '2026-01-08', 100.0::double precision))
SELECT * FROM touchpoint_roi(touches, conversions, customer => 'customer', ts => 'at', channel => 'channel',
                             value => 'amount', cost => 'cost') WHERE channel = 'search'",
    output: "channel | touches | cost | conversions | value | roi | cost_per_conversion
search | 2 | 5 | 0.5 | 50 | 9 | 10",
};

pub(super) fn function() -> Function {
    let mut parameters = super::journey::parameters();
    parameters.extend([
        Parameter::rows("cost", Type::Number, "The column of what a touch cost.").of(&[TOUCHES]),
        Parameter::constant("model", Constant::Choice(MODELS), "The model.").or("linear"),
    ]);
    parameters.extend(models::parameters());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "touchpoint_roi", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let (source, rules) = match (call.text("model")?, Model::named(call.text("model")?)) {
        (_, Some(model)) => (Source::Rule(0), vec![model]),
        ("shapley", None) => (Source::Shapley, Vec::new()),
        _ => (Source::Markov, Vec::new()),
    };
    let (money, value) = Money::bind(call, "value")?;
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::text("channel"),
        ResultColumn::integer("touches"),
        ResultColumn::number("cost"),
        ResultColumn::number("conversions"),
        value,
        ResultColumn::number("roi"),
        ResultColumn::number("cost_per_conversion"),
    ];
    let roi = Roi {
        journeys: Journeys::bind(call)?,
        excluded: Excluded::bind(call)?,
        cost: call.slot("cost")?,
        source,
        tally: Tally::new(models::rules(call, &rules)?, rules, &[source]),
        money,
        spent: Vec::new(),
    };
    Ok(Bound::fold(columns, roi))
}

#[derive(Debug, Clone)]
struct Roi {
    journeys: Journeys,
    excluded: Excluded,
    cost: Slot,
    source: Source,
    money: Money,
    tally: Tally,
    /// By channel.
    spent: Vec<Spent>,
}

/// All touches of a channel.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    touches: u64,
    cost: f64,
}

impl Roi {
    fn spend(&mut self, channel: u32, spent: Spent) {
        if self.spent.len() <= channel as usize {
            self.spent.resize(channel as usize + 1, Spent::default());
        }
        let sum = &mut self.spent[channel as usize];
        sum.touches += spent.touches;
        sum.cost += spent.cost;
    }
}

impl Fold for Roi {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(TOUCHES);
        let channel = self.journeys.channel();
        for (&code, &cost) in rows.codes(channel).iter().zip(rows.numbers(self.cost)) {
            if code != NULL_CODE {
                let code = self.tally.names.of_code(&rows, channel, code);
                self.spend(code, Spent { touches: 1, cost: if cost.is_nan() { 0.0 } else { cost } });
            }
        }
        let tally = &mut self.tally;
        tally.reach();
        self.excluded.apply(&mut tally.options, &rows, channel);
        self.journeys.each(group, |journey| {
            tally.add(journey, &rows, channel);
            Ok(())
        })
    }

    fn save(&self, writer: &mut Writer) {
        self.tally.save(writer);
        for channel in 0..self.tally.names.len() {
            let spent = self.spent.get(channel).copied().unwrap_or_default();
            writer.count(spent.touches);
            writer.f64(spent.cost);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        for channel in self.tally.merge(state)? {
            let spent = Spent { touches: state.count()?, cost: state.f64()? };
            self.spend(channel, spent);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let credited = self.tally.credited(self.source)?;
        let values: Vec<f64> = credited.iter().map(|(_, credit)| credit.value).collect();
        let amounts = self.money.rounded(self.tally.value, &values);
        for (place, &(channel, credit)) in credited.iter().enumerate() {
            let spent = self.spent.get(channel as usize).copied().unwrap_or_default();
            let mut row = out.row();
            row.text(self.tally.names.name(channel)).integer(spent.touches as i64).number(spent.cost);
            row.number(credit.conversions);
            amounts.write(&mut row, place);
            row.number((spent.cost != 0.0).then(|| (credit.value - spent.cost) / spent.cost));
            row.number((credit.conversions != 0.0).then(|| spent.cost / credit.conversions));
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.tally.heap_bytes() + self.spent.capacity() * size_of::<Spent>()
    }
}
