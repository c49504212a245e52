//! `attribution_from(journey, conversion, model [, …])` — attribution over journeys.

use std::sync::Arc;

use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::rules::Rules;
use bellwether_kernels::journey::rate::share;
use bellwether_kernels::journey::stored::{AttributionTotals, Damaged, Scratch, StoredAttribution};
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::list;
use super::stored::{bytes_at, damaged, is_journey, journey_parameter};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;

/// The channel of conversions that no touch led to.
const UNATTRIBUTED: &str = "(unattributed)";

const PAGE: Page = Page {
    summary: "Which channels led to the conversions in journeys, by a rule of attribution. Every event of the name \
              `conversion` is a conversion; its touches are the events with a channel that happened before it and no \
              earlier than `lookback` (of the names in `touches`, else all but conversions). The models are those of \
              `attribute`, the credits of a conversion sum to one.",
    result: "record[], one element a channel in the order of their names, at the end '(unattributed)' for conversions \
             without touches: channel; touches: how many of its touches led to conversions; conversions: its credit; \
             share: of all conversions. The credits sum to the number of conversions.",
    nulls: "A journey that is NULL is nobody; an event without channel is no touch.",
    undefined: "Without conversions the array is empty.",
    errors: "argument model of attribution_from must be one of …; a half-life must be longer than zero; the bytes are \
             not a journey.",
    cost: "Journeys without conversion cost a look at their names; the others about 5 ns an event.",
    source: "As attribute.",
    example: "WITH events(customer, ts, event, channel) AS (VALUES
  (1, TIMESTAMP '2026-01-01', 'view', 'email'), (1, TIMESTAMP '2026-01-02', 'view', 'search'), (1, TIMESTAMP '2026-01-03', 'buy', NULL),
  (2, TIMESTAMP '2026-01-03', 'buy', NULL)),
journeys AS (SELECT customer, journey_agg(ts, event, channel) AS journey FROM events GROUP BY customer),
channels AS (SELECT unnest(attribution_from(journey, 'buy', 'linear')) AS c FROM journeys)
SELECT c['channel'] AS channel, c['touches'] AS touches, c['conversions'] AS conversions FROM channels ORDER BY 1",
    output: "channel | touches | conversions
(unattributed) | 0 | 1
email | 1 | 0.5
search | 1 | 0.5",
};

const FIELDS: [(&str, DataType); 4] = [
    ("channel", DataType::Utf8),
    ("touches", DataType::Int64),
    ("conversions", DataType::Float64),
    ("share", DataType::Float64),
];

const MODELS: &[&str] =
    &["first_touch", "last_touch", "last_non_direct", "linear", "time_decay", "position_based", "w_shaped"];

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "attribution_from",
            parameters: vec![
                journey_parameter(),
                Parameter::option("conversion", Constant::Text, "The event that is a conversion."),
                Parameter::option("model", Constant::Choice(MODELS), "The rule."),
                Parameter::option("lookback", Constant::Interval, "How long before a conversion touches count.")
                    .or_days(30),
                Parameter::option("half_life", Constant::Interval, "After how long `time_decay` halves a touch.")
                    .or_days(7),
                Parameter::option("exclude", Constant::Texts, "Channels that `last_non_direct` passes over.")
                    .or_texts(&["direct", "Direct"]),
                Parameter::option("touches", Constant::Texts, "The events that are touches.").optional(),
            ],
            page: PAGE,
        },
        result: |types| is_journey("attribution_from", types).map(|()| list::records_type(&FIELDS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<AttributionFrom> {
    let texts = |name: &str| -> Result<Vec<Box<str>>> {
        Ok(arguments.texts(name)?.iter().map(|text| text.as_str().into()).collect())
    };
    let Some(model) = Model::named(arguments.text("model")?) else {
        return Err(arguments.invalid("model", "is no rule").into());
    };
    let rules = Rules::new(arguments.micros("half_life")?)
        .map_err(|error| arguments.invalid("half_life", format!("does not fit: {error}")))?;
    let touches = if arguments.has("touches") { Some(texts("touches")?) } else { None };
    let lookback = arguments.micros("lookback")?.unsigned_abs();
    let conversion = arguments.text("conversion")?.into();
    let question = StoredAttribution::new(conversion, touches, lookback, (model, rules), texts("exclude")?);
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
        let (mut rows, mut lengths) = (Vec::new(), Vec::with_capacity(states.len()));
        for credits in states {
            if let Some(error) = credits.damaged {
                return Err(damaged(error));
            }
            let channels = credits.totals.finish();
            lengths.push(channels.len());
            let one = share(1, credits.totals.conversions().0);
            rows.extend(channels.into_iter().map(|channel| (channel, one.map(|one| one * channel.conversions))));
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(row, _)| row.channel.unwrap_or(UNATTRIBUTED)))),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|(row, _)| row.touches as i64))),
            Arc::new(Float64Array::from_iter_values(rows.iter().map(|(row, _)| row.conversions))),
            Arc::new(Float64Array::from_iter(rows.iter().map(|(_, share)| *share))),
        ];
        list::records(&FIELDS, columns, lengths)
    }
}

impl State for Credits {
    fn save(&self, writer: &mut Writer) {
        let (conversions, unattributed) = self.totals.conversions();
        writer.count(conversions);
        writer.count(unattributed);
        let channels = self.totals.channels();
        writer.count(channels.len() as u64);
        for (channel, touches, credit) in channels {
            writer.text(channel);
            writer.count(touches);
            writer.f64(credit);
        }
        writer.u8(u8::from(self.damaged.is_some()));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut totals = AttributionTotals::new();
        totals.add_conversions(reader.count()?, reader.count()?);
        for _ in 0..reader.length(10)? {
            let channel = reader.text()?;
            totals.add(channel, reader.count()?, reader.f64()?);
        }
        let damaged = (reader.u8()? != 0).then_some(Damaged);
        Ok(Self { totals, damaged, scratch: Scratch::new() })
    }

    fn heap_bytes(&self) -> usize {
        self.totals.heap_bytes() + self.scratch.heap_bytes()
    }
}
