//! `funnel_from(journey, window, steps [, mode])` — a funnel over journeys.

use std::sync::Arc;

use bellwether_kernels::journey::funnel::entered;
use bellwether_kernels::journey::rate::{share, wilson};
use bellwether_kernels::journey::stored::{Damaged, Scratch, StoredFunnel};
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::stored::{bytes_at, damaged, is_journey, journey_parameter};
use super::totals::{load_counts, save_counts};
use super::{list, mode};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "A funnel over journeys: how many customers made each step. A step is the name of an event; a customer \
              is one journey, and comes as far as `window_funnel` counts with the same window and mode. The journeys \
              are read as they are stored.",
    result: "record[], one element a step: step from 1; name; entered: customers who came to it; converted: those of \
             them who made the next step, at the last step all; rate_previous: entered over the entered of the step \
             before; rate_start: over those of the first step; ci_low and ci_high: Wilson's interval of 95 % for \
             rate_previous.",
    nulls: "A journey that is NULL is nobody.",
    undefined: "Rates are NULL of nobody.",
    errors: "argument steps of funnel_from must have 1 to 32 elements; the bytes are not a journey; as window_funnel.",
    cost: "About 2 ns an event; the memory does not grow with the journeys.",
    source: "As window_funnel.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'view'), (1, TIMESTAMP '2026-01-01 10:10', 'buy'), (2, TIMESTAMP '2026-01-01 11:00', 'view')),
journeys AS (SELECT customer, journey_agg(ts, event, NULL) AS journey FROM events GROUP BY customer),
steps AS (SELECT unnest(funnel_from(journey, INTERVAL '7 days', ARRAY['view', 'buy'])) AS s FROM journeys)
SELECT s['step'] AS step, s['name'] AS name, s['entered'] AS entered, s['rate_previous'] AS rate FROM steps ORDER BY 1",
    output: "step | name | entered | rate
1 | view | 2 | 1
2 | buy | 1 | 0.5",
};

const FIELDS: [(&str, DataType); 8] = [
    ("step", DataType::Int64),
    ("name", DataType::Utf8),
    ("entered", DataType::Int64),
    ("converted", DataType::Int64),
    ("rate_previous", DataType::Float64),
    ("rate_start", DataType::Float64),
    ("ci_low", DataType::Float64),
    ("ci_high", DataType::Float64),
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
            ],
            page: PAGE,
        },
        result: |types| is_journey("funnel_from", types).map(|()| list::records_type(&FIELDS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<FunnelFrom> {
    let steps: Vec<Box<str>> = arguments.texts("steps")?.iter().map(|name| name.as_str().into()).collect();
    Ok(FunnelFrom { funnel: StoredFunnel::new(mode::funnel(arguments, steps.len())?, steps) })
}

struct FunnelFrom {
    funnel: StoredFunnel,
}

/// Customers by how many steps they made, from 1.
#[derive(Debug, Default)]
struct Reached {
    counts: Vec<u64>,
    scratch: Scratch,
    damaged: Option<Damaged>,
}

impl Call for FunnelFrom {
    type State = Reached;

    fn empty(&self) -> Reached {
        Reached { counts: vec![0; self.funnel.steps().len()], ..Reached::default() }
    }

    fn update(&self, reached: &mut Reached, columns: &Columns, row: usize) {
        let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) else { return };
        match self.funnel.level(bytes, &mut reached.scratch) {
            Ok(0) => {}
            Ok(level) => reached.counts[level - 1] += 1,
            Err(error) => reached.damaged = Some(error),
        }
    }

    fn merge(&self, reached: &mut Reached, other: Reached) {
        reached.counts.iter_mut().zip(other.counts).for_each(|(own, count)| *own += count);
        reached.damaged = reached.damaged.or(other.damaged);
    }

    fn evaluate(&self, states: &[Reached]) -> Result<ArrayRef> {
        let steps = self.funnel.steps();
        let (mut names, mut counts, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        for reached in states {
            if let Some(error) = reached.damaged {
                return Err(damaged(error));
            }
            let entered = entered(&reached.counts);
            for (step, name) in steps.iter().enumerate() {
                let before = entered[step.saturating_sub(1)];
                let next = entered.get(step + 1).copied().unwrap_or(entered[step]);
                names.push(((step + 1) as i64, name));
                counts.push((entered[step], next));
                rates.push((
                    share(entered[step], before),
                    share(entered[step], entered[0]),
                    wilson(entered[step], before),
                ));
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(names.iter().map(|(step, _)| *step))),
            Arc::new(StringArray::from_iter_values(names.iter().map(|(_, name)| *name))),
            Arc::new(Int64Array::from_iter_values(counts.iter().map(|(entered, _)| *entered as i64))),
            Arc::new(Int64Array::from_iter_values(counts.iter().map(|(_, next)| *next as i64))),
            Arc::new(Float64Array::from_iter(rates.iter().map(|(previous, ..)| *previous))),
            Arc::new(Float64Array::from_iter(rates.iter().map(|(_, start, _)| *start))),
            Arc::new(Float64Array::from_iter(rates.iter().map(|(.., interval)| interval.map(|(low, _)| low)))),
            Arc::new(Float64Array::from_iter(rates.iter().map(|(.., interval)| interval.map(|(_, high)| high)))),
        ];
        list::records(&FIELDS, columns, vec![steps.len(); states.len()])
    }
}

impl State for Reached {
    fn save(&self, writer: &mut Writer) {
        save_counts(&self.counts, writer);
        writer.u8(u8::from(self.damaged.is_some()));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let counts = load_counts(reader)?;
        let damaged = (reader.u8()? != 0).then_some(Damaged);
        Ok(Self { counts, damaged, scratch: Scratch::new() })
    }

    fn heap_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>() + self.scratch.heap_bytes()
    }
}
