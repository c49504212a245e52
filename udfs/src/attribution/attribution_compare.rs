//! `attribution_compare((touches), (conversions), …)` — the credit of each channel by each model.

use bellwether_kernels::attribution::model::Model;
use datafusion::error::Result;

use super::journey::{Journeys, TOUCHES};
use super::models::{self, Excluded};
use super::money::Money;
use super::tally::{Source, Tally};
use crate::adapter::bytes::{Reader, Writer};
use crate::argument::{Constant, Declared, Parameter};
use crate::error::{CallError, closest};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, ResultColumn, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "What each channel is credited with by each of several models, from one pass over the touches. The rules \
              are those of attribute. markov: the removal effect of the channel at order 1, over all paths, those \
              without a conversion too; shapley: each path's worth divided equally over its distinct channels.",
    result: "One row for each model and channel that is on a path. touches: on paths of conversions, a touch on two \
             paths counting twice; conversions and value: credited, in every model summing to all there are; \
             decimals are rounded at the end, by largest remainder; share: of the value, 0 to 1. Conversions without \
             touches stand under (unattributed).",
    nulls: "As in attribute. A NULL or NaN value counts as 0.",
    undefined: "share is NULL when the value sums to zero.",
    errors: "argument models of attribution_compare must name models, got '…'; … must name at least one model; errors of \
             attribute.",
    cost: "Touches of customers with conversions are held once, about 30 bytes each; with markov or shapley those of \
           all customers, and the distinct paths.",
    source: "as attribute.",
    example: "WITH touches(customer, at, channel) AS (VALUES
  (1, DATE '2026-01-01', 'search'), (1, DATE '2026-01-05', 'email')),
conversions(customer, at, amount) AS (VALUES (1, DATE '2026-01-08', 100.00), (2, DATE '2026-01-08', 7.50))
SELECT * FROM attribution_compare(touches, conversions, customer => 'customer', ts => 'at', channel => 'channel',
                                  value => 'amount', models => ARRAY['first_touch', 'linear'])
ORDER BY model, channel",
    output: "model | channel | touches | conversions | value | share
first_touch | (unattributed) | 0 | 1 | 7.50 | 0.06976744186046512
first_touch | email | 1 | 0 | 0.00 | 0
first_touch | search | 1 | 1 | 100.00 | 0.9302325581395349
linear | (unattributed) | 0 | 1 | 7.50 | 0.06976744186046512
linear | email | 1 | 0.5 | 50.00 | 0.46511627906976744
linear | search | 1 | 0.5 | 50.00 | 0.46511627906976744",
};

pub(super) fn function() -> Function {
    let mut parameters = super::journey::parameters();
    let names: Vec<&str> = Model::STANDARD.iter().map(|model| model.name()).collect();
    parameters.push(
        Parameter::constant("models", Constant::Texts, "The models: rules of attribute, markov, shapley.")
            .or_texts(&names),
    );
    parameters.extend(models::parameters());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "attribution_compare", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let mut sources = Vec::new();
    let mut names = Vec::new();
    let mut rules = Vec::new();
    for name in call.texts("models")? {
        sources.push(match (Model::named(name), name.to_lowercase().as_str()) {
            (Some(model), _) => {
                rules.push(model);
                Source::Rule(rules.len() - 1)
            }
            (None, "markov") => Source::Markov,
            (None, "shapley") => Source::Shapley,
            _ => return Err(unknown(call, name).into()),
        });
        names.push(name.to_lowercase());
    }
    if sources.is_empty() && call.is_complete() {
        return Err(call.invalid("models", "must name at least one model").into());
    }
    let (money, value) = Money::bind(call, "value")?;
    let result = vec![
        ResultColumn::by(),
        ResultColumn::text("model"),
        ResultColumn::text("channel"),
        ResultColumn::integer("touches"),
        ResultColumn::number("conversions"),
        value,
        ResultColumn::number("share"),
    ];
    let driven = sources.iter().any(Source::is_driven);
    let comparison = Comparison {
        journeys: Journeys::bind(call)?,
        excluded: Excluded::bind(call)?,
        tally: Tally::new(models::rules(call, &rules)?, rules, &sources),
        models: names.into_iter().zip(sources).collect(),
        money,
    };
    let bound = Bound::fold(result, comparison);
    Ok(if driven { bound } else { bound.matched() })
}

fn unknown(call: &Call, name: &str) -> CallError {
    let known = || Model::STANDARD.iter().map(|model| model.name()).chain(["custom", "markov", "shapley"]);
    let error = call.invalid("models", format!("must name models, got '{name}'"));
    match closest(name, known()) {
        Some(close) => error.with_hint(format!("did you mean '{close}'?")),
        None => error.with_hint(format!("there are {}", known().collect::<Vec<_>>().join(", "))),
    }
}

#[derive(Debug, Clone)]
struct Comparison {
    journeys: Journeys,
    excluded: Excluded,
    /// The name of each model, and where its credits come from.
    models: Vec<(String, Source)>,
    money: Money,
    tally: Tally,
}

impl Fold for Comparison {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(TOUCHES);
        let channel = self.journeys.channel();
        let tally = &mut self.tally;
        self.excluded.apply(&mut tally.options, &rows, channel);
        self.journeys.each(group, |journey| {
            tally.add(journey, &rows, channel);
            Ok(())
        })
    }

    fn save(&self, writer: &mut Writer) {
        self.tally.save(writer);
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        self.tally.merge(state).map(drop)
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        for (name, source) in &self.models {
            let credited = self.tally.credited(*source)?;
            let values: Vec<f64> = credited.iter().map(|(_, credit)| credit.value).collect();
            let total = self.tally.value;
            let amounts = self.money.rounded(total, &values);
            for (place, &(channel, credit)) in credited.iter().enumerate() {
                let touches = self.tally.touches.get(channel as usize).copied().unwrap_or(0);
                let mut row = out.row();
                row.text(name.as_str()).text(self.tally.names.name(channel));
                row.integer(touches as i64).number(credit.conversions);
                amounts.write(&mut row, place);
                row.number((total != 0.0).then(|| credit.value / total));
            }
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.tally.heap_bytes()
    }
}
