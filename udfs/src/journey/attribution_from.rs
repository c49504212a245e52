//! `attribution_from(journey, conversion, model [, …])` — attribution over journeys.

use std::sync::Arc;

use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::journey::rate::share;
use bellwether_kernels::journey::stored::{
    Amount, AttributionTotals, Counts, Damaged, Earned, Scratch, StoredAttribution, StoredModel,
};
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::list;
use super::stored::{bytes_at, damaged, is_journey, journey_parameter};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{self, Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::attribution::journey::UNATTRIBUTED;
use crate::attribution::models;
use crate::attribution::state::{load_paths, save_paths};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Which channels led to the conversions in journeys, by one model of `attribute` or by all that follow \
              rules. Every event of the name `conversion` is a conversion, worth what `journey_agg` was given as its \
              value; its touches are the events with a channel that happened before it and no earlier than `lookback` \
              (of the names in `touches`, else all but conversions). The credits are those of `attribute` over the \
              same touches and conversions, summed: of decimals to the last digit.",
    result: "record[], one element a model and channel in the order of the channels' names, at the end of each model \
             '(unattributed)' for conversions without touches: model; channel; touches: how many of its touches led to \
             conversions; conversions: its credit; value: its credit in money; share: of all conversions. The credits \
             of a model sum to the conversions, and to their value.",
    nulls: "A journey that is NULL is nobody; an event without channel is no touch. A conversion without value counts \
            0 in the value.",
    undefined: "Without conversions the array is empty; value is NULL where no conversion has one. Touches of one time \
                are ordered by channel. Markov divides sums: its values are not rounded to digits.",
    errors: "argument model of attribution_from must be one of …; argument half_life of attribution_from must be longer \
             than zero; argument weights of attribution_from must be given for the model custom; … must not sum to \
             zero; … must have three numbers, got n; the Markov chain of these paths has no solution; the bytes are \
             not a journey.",
    cost: "Journeys without conversion cost a look at their names, the others about 10 ns an event and model; markov \
           reads all journeys and keeps their distinct paths.",
    source: "As attribute.",
    example: "WITH events(customer, ts, event, channel, revenue) AS (VALUES
  (1, TIMESTAMP '2026-01-01', 'view', 'email', NULL), (1, TIMESTAMP '2026-01-02', 'view', 'search', NULL),
  (1, TIMESTAMP '2026-01-03', 'buy', NULL, 25.01), (2, TIMESTAMP '2026-01-03', 'buy', NULL, 9.00)),
journeys AS (SELECT customer, journey_agg(ts, event, channel, revenue) AS journey FROM events GROUP BY customer),
channels AS (SELECT unnest(attribution_from(journey, 'buy', 'linear')) AS c FROM journeys)
SELECT c['channel'] AS channel, c['touches'] AS touches, c['conversions'] AS conversions, c['value'] AS value
FROM channels ORDER BY 1",
    output: "channel | touches | conversions | value
(unattributed) | 0 | 1 | 9
email | 1 | 0.5 | 12.51
search | 1 | 0.5 | 12.5",
};

const FIELDS: [(&str, DataType); 6] = [
    ("model", DataType::Utf8),
    ("channel", DataType::Utf8),
    ("touches", DataType::Int64),
    ("conversions", DataType::Float64),
    ("value", DataType::Float64),
    ("share", DataType::Float64),
];

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "attribution_from",
            parameters: vec![
                journey_parameter(),
                Parameter::option("conversion", Constant::Text, "The event that is a conversion."),
                Parameter::option("model", Constant::Choice(models::NAMES), "The model; all: those that follow rules."),
                Parameter::option("lookback", Constant::Interval, "How long before a conversion touches count.")
                    .or_days(30),
                Parameter::option("half_life", Constant::Interval, "Of time_decay: in which time a weight halves.")
                    .or_days(7),
                Parameter::option(
                    "exclude",
                    Constant::Texts,
                    "Of last_non_direct: the channels that are passed over, in upper or lower case.",
                )
                .or_texts(&["direct"]),
                Parameter::option("touches", Constant::Texts, "The events that are touches.").optional(),
                Parameter::option("weights", Constant::Numbers, "Of position_based and custom: as in attribute.")
                    .optional(),
                Parameter::option(
                    "collapse",
                    Constant::Choice(&["none", "repeat"]),
                    "Whether only the first of touches of one channel in a row is on a path.",
                )
                .or("none"),
                Parameter::option("step", Constant::Flag, "Of time_decay: whether weights halve in steps.")
                    .or_flag(false),
                Parameter::option("restart", Constant::Flag, "Whether a path begins anew after a conversion.")
                    .or_flag(false),
            ],
            page: PAGE,
        },
        result: |types| is_journey("attribution_from", types).map(|()| list::records_type(&FIELDS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<AttributionFrom> {
    let (rules, models): (Vec<Model>, Vec<StoredModel>) = match arguments.text("model")? {
        "all" => (Model::STANDARD.to_vec(), Model::STANDARD.map(StoredModel::Rule).to_vec()),
        "markov" => (Vec::new(), vec![StoredModel::Markov]),
        "shapley" => (Vec::new(), vec![StoredModel::Shapley]),
        name => {
            let rule = Model::named(name);
            (rule.into_iter().collect(), rule.map(StoredModel::Rule).into_iter().collect())
        }
    };
    let rules = models::rules(arguments, &rules)?;
    let lookback = arguments.micros("lookback")?.unsigned_abs();
    let question = StoredAttribution::new(arguments.text("conversion")?.into(), lookback, models, rules)
        .with_excluded(arguments.texts("exclude")?)
        .with_collapse(arguments.text("collapse")? == "repeat")
        .with_restart(arguments.flag("restart")?);
    let question = match arguments.has("touches") {
        true => question.with_touches(arguments.texts("touches")?.iter().map(|name| name.as_str().into()).collect()),
        false => question,
    };
    Ok(AttributionFrom { question })
}

struct AttributionFrom {
    question: StoredAttribution,
}

#[derive(Debug, Default)]
struct Credits {
    totals: AttributionTotals,
    scratch: Scratch,
    damaged: Option<Damaged>,
}

impl Call for AttributionFrom {
    type State = Credits;

    fn empty(&self) -> Credits {
        Credits { totals: self.question.totals(), ..Credits::default() }
    }

    fn update(&self, credits: &mut Credits, columns: &Columns, row: usize) {
        let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) else { return };
        if let Err(error) = self.question.update(bytes, &mut credits.totals, &mut credits.scratch) {
            credits.damaged = Some(error);
        }
    }

    fn merge(&self, credits: &mut Credits, other: Credits) {
        credits.totals.merge(&other.totals);
        credits.damaged = credits.damaged.or(other.damaged);
    }

    fn evaluate(&self, states: &[Credits]) -> Result<ArrayRef> {
        let (mut names, mut touches, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(states.len());
        for credits in states {
            if let Some(error) = credits.damaged {
                return Err(damaged(error));
            }
            let refused = |error| CallError::invalid(format!("attribution_from: {error}"));
            let totals = self.question.credited(&credits.totals).map_err(refused)?;
            let rows = totals.finish();
            lengths.push(rows.len());
            let one = share(1, totals.counts().conversions);
            for row in rows {
                let model = self.question.models().get(row.model).map_or("", |model| model.name());
                names.push((model, row.channel.unwrap_or(UNATTRIBUTED).to_owned()));
                touches.push(row.touches as i64);
                numbers.push((row.conversions, row.value, one.map(|one| one * row.conversions)));
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(names.iter().map(|(model, _)| model))),
            Arc::new(StringArray::from_iter_values(names.iter().map(|(_, channel)| channel))),
            Arc::new(Int64Array::from(touches)),
            Arc::new(Float64Array::from_iter_values(numbers.iter().map(|(conversions, ..)| *conversions))),
            Arc::new(Float64Array::from_iter(numbers.iter().map(|(_, value, _)| *value))),
            Arc::new(Float64Array::from_iter(numbers.iter().map(|(.., share)| *share))),
        ];
        list::records(&FIELDS, columns, lengths)
    }
}

impl State for Credits {
    fn save(&self, writer: &mut Writer) {
        let counts = self.totals.counts();
        writer.count(self.totals.models() as u64);
        writer.u8(u8::from(self.totals.paths().is_some()));
        writer.count(counts.conversions);
        writer.count(counts.valued);
        writer.count(counts.unattributed);
        save_amount(counts.lost, writer);
        writer.u8(counts.digits);
        let channels = self.totals.channels();
        writer.count(channels.len() as u64);
        for (channel, touches, earned) in channels {
            writer.text(channel);
            writer.count(touches);
            for earned in earned {
                writer.f64(earned.conversions);
                save_amount(earned.amount, writer);
            }
        }
        if let Some(paths) = self.totals.paths() {
            save_paths(paths, writer);
        }
        writer.u8(u8::from(self.damaged.is_some()));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let models =
            usize::try_from(reader.count()?).ok().filter(|models| *models <= MODELS_MAX).ok_or_else(bytes::damaged)?;
        let has_paths = reader.u8()? != 0;
        let (conversions, valued, unattributed) = (reader.count()?, reader.count()?, reader.count()?);
        let (lost, digits) = (load_amount(reader)?, reader.u8()?);
        let counts = Counts { conversions, valued, unattributed, lost, digits };
        let mut totals = AttributionTotals::of_counts(models, has_paths, counts);
        let mut codes = Vec::new();
        for _ in 0..reader.length(2 + EARNED_BYTES * models)? {
            let (channel, touches) = (reader.text()?, reader.count()?);
            let mut earned = Vec::with_capacity(models);
            for _ in 0..models {
                earned.push(Earned { conversions: reader.f64()?, amount: load_amount(reader)? });
            }
            totals.add(channel, touches, &earned);
            codes.push(totals.code(channel));
        }
        if let Some(paths) = totals.paths_mut() {
            load_paths(reader, &codes, paths)?;
        }
        let damaged = (reader.u8()? != 0).then_some(Damaged);
        Ok(Self { totals, damaged, scratch: Scratch::new() })
    }

    fn heap_bytes(&self) -> usize {
        self.totals.heap_bytes() + self.scratch.heap_bytes()
    }
}

/// The most models of one call.
const MODELS_MAX: usize = Model::STANDARD.len();

/// What a channel's credit by one model takes.
const EARNED_BYTES: usize = 32;

fn save_amount(amount: Amount, writer: &mut Writer) {
    writer.i64((amount.units >> 64) as i64);
    writer.i64(amount.units as i64);
    writer.f64(amount.number);
}

fn load_amount(reader: &mut Reader<'_>) -> Result<Amount> {
    let (high, low) = (reader.i64()?, reader.i64()?);
    Ok(Amount { units: i128::from(high) << 64 | i128::from(low.cast_unsigned()), number: reader.f64()? })
}
