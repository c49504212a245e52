//! `attribute((touches), (conversions), …)` — the credit of every touch of every conversion.

use std::collections::HashMap;

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::markov::{Transitions, removal_effects};
use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::rules::{Path, Rules};
use datafusion::error::Result;

use super::journey::{CONVERSIONS, Conversion, Journey, Journeys, TOUCHES, UNATTRIBUTED};
use super::models::{self, Excluded};
use super::money::Money;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, NULL_TIME, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "Divides every conversion among the touches that came before it, within the look-back, by one model or \
              by all that follow rules. With n touches: first_touch, last_touch: all to one; last_non_direct: to the \
              last whose channel is not excluded, to the last if all are; linear: 1/n each; time_decay: \
              2^(−age/half_life), normalised; position_based: 40 % first, 40 % last, 20 % over those between, half \
              each of two; w_shaped: 30 % each first, middle (number ⌊n/2⌋ + 1) and last, 10 % over the others, \
              equal up to three; custom: by `weights` from the last touch backwards, or by the column `weight`, \
              normalised. shapley: equally over the distinct channels of the path; markov: by the removal effects of \
              their channels at order 1 over all paths, those without a conversion too. Where all weights of a path \
              are zero its touches share equally.",
    result: "One row for each touch, conversion and model; position counts touches from 1. weight: the share of the \
             conversion, 0 to 1, sum 1. credit_value: weight × value; decimals are rounded to their last digit by \
             largest remainder, the earlier touch first, so that they sum to the value exactly. A conversion without \
             touches has one row a model, channel (unattributed), weight 1.",
    nulls: "A touch without customer, time or channel counts nowhere; a conversion without customer or time is \
            unattributed. Where the value is NULL or NaN the credit is NULL.",
    undefined: "A touch at the time of a conversion is not before it. Touches of one time are ordered by `tiebreak`, \
                then by channel. Without `conversion` conversions are numbered for each customer.",
    errors: "argument weights of attribute must be given for the model custom; … must not sum to zero; … must have \
             three numbers, got n; argument half_life of attribute must be longer than zero; the Markov chain of \
             these paths has no solution.",
    cost: "Touches of customers with conversions are held once, about 40 bytes each; for markov all touches, in one \
           thread. Time is linear in touches and in rows of the result.",
    source: "methods of Google Analytics and Snowplow; Anderl et al. (2016); Zhao, Mahboobi & Bagheri (2018).",
    example: "WITH touches(customer, at, channel) AS (VALUES
  (1, DATE '2026-01-01', 'search'), (1, DATE '2026-01-05', 'email'), (1, DATE '2026-01-06', 'direct')),
conversions(customer, at, amount) AS (VALUES (1, DATE '2026-01-08', 100.00), (2, DATE '2026-01-08', 7.50))
SELECT customer_id, channel, position, weight, credit_value
FROM attribute(touches, conversions, customer => 'customer', ts => 'at', channel => 'channel', value => 'amount',
               model => 'linear')
ORDER BY customer_id, position",
    output: "customer_id | channel | position | weight | credit_value
1 | search | 1 | 0.3333333333333333 | 33.34
1 | email | 2 | 0.3333333333333333 | 33.33
1 | direct | 3 | 0.3333333333333333 | 33.33
2 | (unattributed) | NULL | 1 | 7.50",
};

pub(super) fn function() -> Function {
    let mut parameters = super::journey::parameters();
    parameters.extend([
        Parameter::rows("campaign", Type::Any, "The column of a touch's campaign.").of(&[TOUCHES]).optional(),
        Parameter::rows("conversion", Type::Any, "The column that names a conversion.")
            .of(&[CONVERSIONS])
            .or_column("conversion_id"),
        Parameter::rows("weight", Type::Number, "Of custom: a column of touches, their weights.")
            .of(&[TOUCHES])
            .optional(),
        Parameter::constant("model", Constant::Choice(models::NAMES), "The model; all: those that follow rules.")
            .or("all"),
    ]);
    parameters.extend(models::parameters());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "attribute", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let rule = Model::named(call.text("model")?);
    let weighing = match call.text("model")? {
        "all" => Weighing::Rules(Model::STANDARD.to_vec()),
        "markov" => Weighing::Markov(Markov::new()),
        "shapley" => Weighing::Shapley(HashMap::new()),
        "custom" if call.has("weight") => Weighing::Column(call.slot("weight")?),
        _ => Weighing::Rules(rule.into_iter().collect()),
    };
    let named = match &weighing {
        Weighing::Rules(models) => models.as_slice(),
        _ => &[],
    };
    let rules = models::rules(call, named)?;
    let (money, credit) = Money::bind(call, "credit_value")?;
    let conversion = call.optional_slot("conversion")?;
    let campaign = call.optional_slot("campaign")?;
    let columns = vec![
        ResultColumn::by(),
        match conversion {
            Some(slot) => ResultColumn::carried("conversion_id", CONVERSIONS, slot),
            None => ResultColumn::integer("conversion_id"),
        },
        ResultColumn::key("customer"),
        ResultColumn::time("conversion_ts", call.data_type_in("ts", CONVERSIONS)?),
        ResultColumn::time("touch_ts", call.data_type_in("ts", TOUCHES)?),
        ResultColumn::text("channel"),
        match campaign {
            Some(slot) => ResultColumn::carried("campaign", TOUCHES, slot),
            None => ResultColumn::text("campaign"),
        },
        ResultColumn::integer("position"),
        ResultColumn::integer("path_length"),
        ResultColumn::text("model"),
        ResultColumn::number("weight"),
        credit,
    ];
    let is_markov = matches!(weighing, Weighing::Markov(_));
    let attribute = Attribute {
        journeys: Journeys::bind(call)?,
        excluded: Excluded::bind(call)?,
        rules,
        weighing,
        writer: Writer { money, has_conversion: conversion.is_some(), has_campaign: campaign.is_some() },
        weights: Vec::new(),
    };
    let bound = Bound::each_group(columns, attribute);
    Ok(if is_markov { bound.together() } else { bound.matched() })
}

#[derive(Debug, Clone)]
struct Attribute {
    journeys: Journeys,
    excluded: Excluded,
    rules: Rules,
    weighing: Weighing,
    writer: Writer,
    weights: Vec<f64>,
}

/// What weighs the touches of a path.
#[derive(Debug, Clone)]
enum Weighing {
    Rules(Vec<Model>),
    /// A column of touches.
    Column(Slot),
    Markov(Markov),
    /// How often each channel is on the path; reused.
    Shapley(HashMap<u32, f64>),
}

/// What is learnt of all paths, and then of all channels.
#[derive(Debug, Clone)]
struct Markov {
    chain: Transitions,
    /// By code of the channel, once it is known.
    effects: Option<Vec<f64>>,
}

impl Markov {
    fn new() -> Self {
        Self { chain: Transitions::new(1), effects: None }
    }

    fn effects(&mut self) -> Result<&[f64]> {
        if self.effects.is_none() {
            let credits = removal_effects(&self.chain).map_err(|error| refused(&error))?;
            let channels = credits.iter().map(|credit| credit.channel as usize + 1).max().unwrap_or(0);
            let mut effects = vec![0.0; channels];
            for credit in credits {
                // What rounding makes negative is nothing.
                effects[credit.channel as usize] = credit.removal_effect.max(0.0);
            }
            self.effects = Some(effects);
        }
        Ok(self.effects.as_deref().unwrap_or_default())
    }
}

fn refused(error: &dyn std::error::Error) -> CallError {
    CallError::invalid(format!("attribute: {error}"))
}

impl EachGroup for Attribute {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        let Weighing::Markov(markov) = &mut self.weighing else { return Ok(()) };
        self.journeys.each(group, |journey| {
            let converted = f64::from(u8::from(journey.conversion.is_some()));
            if let Some(outcome) = Outcome::new(converted, 1.0 - converted, 0.0) {
                markov.chain.update(journey.channels, outcome).map_err(|error| refused(&error))?;
            }
            Ok(())
        })
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        self.excluded.apply(&mut self.rules, &group.rows(TOUCHES), self.journeys.channel());
        let channel = self.journeys.channel();
        let Self { journeys, rules, weighing, writer, weights, .. } = self;
        journeys.each(group, |journey| {
            let Some(conversion) = journey.conversion else { return Ok(()) };
            let mut write = |model: &'static str, weights: &[f64]| {
                writer.write(Rows { group, channel, journey, conversion }, model, weights, out);
            };
            weights.clear();
            match weighing {
                Weighing::Rules(models) => {
                    let path = Path { touches: journey.times, channels: journey.channels, conversion: conversion.at };
                    for model in models {
                        weights.clear();
                        rules.weigh(*model, path, weights);
                        write(model.name(), weights);
                    }
                }
                Weighing::Column(slot) => {
                    let column = group.rows(TOUCHES).numbers(*slot);
                    weights.extend(journey.touches.iter().map(|touch| column[*touch as usize]));
                    normalise(weights)?;
                    write(Model::Custom.name(), weights);
                }
                Weighing::Markov(markov) => {
                    let effects = markov.effects()?;
                    weights.extend(journey.channels.iter().map(|channel| effects[*channel as usize]));
                    normalise(weights)?;
                    write("markov", weights);
                }
                Weighing::Shapley(counts) => {
                    counts.clear();
                    for channel in journey.channels {
                        *counts.entry(*channel).or_insert(0.0) += 1.0;
                    }
                    weights.extend(journey.channels.iter().map(|channel| 1.0 / counts[channel]));
                    normalise(weights)?;
                    write("shapley", weights);
                }
            }
            Ok(())
        })
    }
}

/// Divides weights by their sum; NULL is zero, and where all are zero they are equal.
fn normalise(weights: &mut [f64]) -> Result<()> {
    let mut sum = 0.0;
    for weight in weights.iter_mut() {
        if *weight < 0.0 || weight.is_infinite() {
            let fact = format!("column weight of attribute must hold finite numbers of at least zero, got {weight}");
            return Err(CallError::invalid(fact).into());
        }
        if weight.is_nan() {
            *weight = 0.0;
        }
        sum += *weight;
    }
    let count = weights.len() as f64;
    for weight in weights {
        *weight = if sum > 0.0 { *weight / sum } else { 1.0 / count };
    }
    Ok(())
}

/// A path, and the rows it is of.
#[derive(Debug, Clone, Copy)]
struct Rows<'a> {
    group: &'a Group<'a>,
    channel: Slot,
    journey: Journey<'a>,
    conversion: Conversion,
}

/// Writes rows of the result.
#[derive(Debug, Clone)]
struct Writer {
    money: Money,
    has_conversion: bool,
    has_campaign: bool,
}

impl Writer {
    /// Writes the rows of a path by one model.
    fn write(&mut self, rows: Rows<'_>, model: &str, weights: &[f64], out: &mut Sink<'_>) {
        let Rows { group, channel, journey, conversion } = rows;
        let (touches, conversions) = (group.rows(TOUCHES), group.rows(CONVERSIONS));
        let length = journey.channels.len();
        // What no touch earned is one row, as if a touch without a name had earned it.
        let weights = if length == 0 { &[1.0] } else { weights };
        self.money.divide(conversion.value, weights);
        for (place, &weight) in weights.iter().enumerate() {
            let touch = journey.touches.get(place).map(|touch| *touch as usize);
            let mut row = out.row();
            match self.has_conversion {
                true => row.carried(conversions.number(conversion.row)),
                false => row.integer(conversion.row as i64 + 1),
            };
            row.time((conversion.at != NULL_TIME).then_some(conversion.at));
            row.time(journey.times.get(place).copied());
            row.text(match journey.channels.get(place) {
                Some(code) => touches.text(channel, *code),
                None => Some(UNATTRIBUTED),
            });
            match self.has_campaign {
                true => row.carried(touch.map(|touch| touches.number(touch))),
                false => row.text(None),
            };
            row.integer(touch.map(|_| place as i64 + 1)).integer(length as i64).text(model).number(weight);
            self.money.write(&mut row, conversion.value, place, weight);
        }
    }
}
