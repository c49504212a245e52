//! `funnel_from(journey, window, steps [, mode [, until]])` — a funnel over journeys.

use std::sync::Arc;

use bellwether_kernels::journey::funnel::{FunnelStep, FunnelTotals};
use bellwether_kernels::journey::funnel_mode::FunnelMode;
use bellwether_kernels::journey::stored::{Damaged, Scratch, StoredFunnel};
use bellwether_kernels::journey::window_funnel::Funnel;
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::stored::{bytes_at, damaged, is_journey, journey_parameter};
use super::totals::{load_funnel, save_funnel};
use super::{list, mode};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{self, Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;

const MICROS: f64 = 1_000_000.0;

const PAGE: Page = Page {
    summary: "A funnel over journeys: how many customers made each step, how fast, and who is lost where. A step is the \
              name of an event; a customer is one journey, and comes as far as `window_funnel` counts with the same \
              window and mode. The journeys are read as they are stored.",
    result: "record[], one element a step, with the columns of `funnel`: step from 1; name; entered: customers who came \
             to it; converted: those of them who made the next step, at the last step all; rate_previous: entered over \
             the entered of the step before; rate_start: over those of the first step; ci_low and ci_high: Wilson's \
             interval of 95 % for rate_previous; dropped: those who went no further and no longer can; median_seconds \
             and p90_seconds: time since the step before; in_progress: those who went no further and may, because their \
             window is open at `until`; lost_value: what the dropped would have been worth, had they gone on as those \
             did who made the next step, at the mean value of the last step's event.",
    nulls: "A journey that is NULL is nobody.",
    undefined: "Rates are NULL of nobody, times are NULL of the first step and of nobody, lost_value is NULL where no \
                event of the last step has a value.",
    errors: "argument steps of funnel_from must have 1 to 32 elements; the bytes are not a journey; as window_funnel.",
    cost: "About 3 ns an event; 8 bytes for each customer in progress. Quantiles are exact up to 65,536 customers a \
           step, beyond that within 0.4 %.",
    source: "As window_funnel; Wilson (1927) for the interval.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'view'), (1, TIMESTAMP '2026-01-01 10:10', 'buy'), (2, TIMESTAMP '2026-01-01 11:00', 'view')),
journeys AS (SELECT customer, journey_agg(ts, event, NULL) AS journey FROM events GROUP BY customer),
steps AS (SELECT unnest(funnel_from(journey, INTERVAL '7 days', ARRAY['view', 'buy'])) AS s FROM journeys)
SELECT s['step'] AS step, s['name'] AS name, s['entered'] AS entered, s['rate_previous'] AS rate,
       s['in_progress'] AS in_progress, s['median_seconds'] AS median_seconds FROM steps ORDER BY 1",
    output: "step | name | entered | rate | in_progress | median_seconds
1 | view | 2 | 1 | 1 | NULL
2 | buy | 1 | 0.5 | 0 | 600",
};

const FIELDS: [(&str, DataType); 13] = [
    ("step", DataType::Int64),
    ("name", DataType::Utf8),
    ("entered", DataType::Int64),
    ("converted", DataType::Int64),
    ("rate_previous", DataType::Float64),
    ("rate_start", DataType::Float64),
    ("ci_low", DataType::Float64),
    ("ci_high", DataType::Float64),
    ("dropped", DataType::Int64),
    ("median_seconds", DataType::Float64),
    ("p90_seconds", DataType::Float64),
    ("in_progress", DataType::Int64),
    ("lost_value", DataType::Float64),
];

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "funnel_from",
            parameters: vec![
                journey_parameter(),
                mode::window_parameter(),
                Parameter::option(
                    "steps",
                    Constant::Texts,
                    "The events that are the steps, from the first to the last.",
                ),
                mode::mode_parameter().or("default"),
                Parameter::option(
                    "until",
                    Constant::Time,
                    "When windows are looked at, in UTC; else the latest event.",
                )
                .optional(),
            ],
            page: PAGE,
        },
        result: |types| is_journey("funnel_from", types).map(|()| list::records_type(&FIELDS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<FunnelFrom> {
    let steps: Vec<Box<str>> = arguments.texts("steps")?.iter().map(|name| name.as_str().into()).collect();
    let until = if arguments.has("until") { Some(arguments.micros("until")?) } else { None };
    Ok(FunnelFrom { funnel: StoredFunnel::new(mode::funnel(arguments, steps.len())?, steps), until })
}

struct FunnelFrom {
    funnel: StoredFunnel,
    until: Option<i64>,
}

/// The customers of a funnel.
#[derive(Debug)]
struct Customers {
    funnel: Funnel,
    totals: FunnelTotals,
    scratch: Scratch,
    damaged: Option<Damaged>,
}

impl Call for FunnelFrom {
    type State = Customers;

    fn empty(&self) -> Customers {
        let funnel = *self.funnel.funnel();
        Customers { funnel, totals: FunnelTotals::new(&funnel), scratch: Scratch::new(), damaged: None }
    }

    fn update(&self, customers: &mut Customers, columns: &Columns, row: usize) {
        let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) else { return };
        if let Err(error) = self.funnel.update(bytes, &mut customers.totals, &mut customers.scratch) {
            customers.damaged = Some(error);
        }
    }

    fn merge(&self, customers: &mut Customers, other: Customers) {
        customers.totals.merge(&other.totals);
        customers.damaged = customers.damaged.or(other.damaged);
    }

    fn evaluate(&self, states: &[Customers]) -> Result<ArrayRef> {
        let names = self.funnel.steps();
        let mut steps: Vec<FunnelStep> = Vec::with_capacity(states.len() * names.len());
        for customers in states {
            if let Some(error) = customers.damaged {
                return Err(damaged(error));
            }
            steps.extend(customers.totals.clone().finish(self.until));
        }
        let numbers = (1..=names.len() as i64).cycle().take(steps.len());
        let named = names.iter().cycle().take(steps.len());
        let counts = |count: fn(&FunnelStep) -> u64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(steps.iter().map(|step| count(step) as i64)))
        };
        let rates = |rate: fn(&FunnelStep) -> Option<f64>| -> ArrayRef {
            Arc::new(Float64Array::from_iter(steps.iter().map(rate)))
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(numbers)),
            Arc::new(StringArray::from_iter_values(named)),
            counts(|step| step.entered),
            counts(|step| step.converted),
            rates(|step| step.rate_previous),
            rates(|step| step.rate_start),
            rates(|step| step.interval.map(|(low, _)| low)),
            rates(|step| step.interval.map(|(_, high)| high)),
            counts(|step| step.dropped),
            rates(|step| step.median.map(|time| time / MICROS)),
            rates(|step| step.p90.map(|time| time / MICROS)),
            counts(|step| step.in_progress),
            rates(|step| step.lost_value),
        ];
        list::records(&FIELDS, columns, vec![names.len(); states.len()])
    }
}

impl State for Customers {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.funnel.steps() as u64);
        writer.count(self.funnel.window());
        save_funnel(&self.totals, writer);
        writer.u8(u8::from(self.damaged.is_some()));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let (steps, window) = (reader.count()?, reader.count()?);
        // Totals do not depend on the mode in which customers were looked at.
        let funnel = usize::try_from(steps).ok().and_then(|steps| Funnel::new(steps, window, FunnelMode::default()));
        let funnel = funnel.ok_or_else(bytes::damaged)?;
        let totals = load_funnel(&funnel, reader)?;
        let damaged = (reader.u8()? != 0).then_some(Damaged);
        Ok(Self { funnel, totals, scratch: Scratch::new(), damaged })
    }

    fn heap_bytes(&self) -> usize {
        self.totals.heap_bytes() + self.scratch.heap_bytes()
    }
}
