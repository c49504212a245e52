//! `retention_from(journey, period [, periods [, first_event [, return_event]]])` — retention over journeys.

use std::sync::Arc;

use bellwether_kernels::journey::rate::share;
use bellwether_kernels::journey::stored::{Damaged, Period, RetentionTotals, Scratch, StoredRetention};
use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::list;
use super::stored::{bytes_at, damaged, is_journey, journey_parameter};
use super::totals::{load_counts, save_counts};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Who came back in which period after the first, over journeys. A customer is one journey and belongs to \
              the cohort of the period, in UTC, of the first event (of the first `first_event`, if one is given); the \
              customer is active in a period if any event (any `return_event`) from then on lies in it. Weeks begin \
              on Monday.",
    result: "record[], one element for each cohort and period in which anybody was active: cohort: the first day of \
             the period; later: how many periods later, from 0; customers: of the cohort; active: of these; rate.",
    nulls: "A journey that is NULL is nobody.",
    undefined: "Without events the array is empty.",
    errors: "argument period of retention_from must be one of 'day', 'week', 'month'; the bytes are not a journey.",
    cost: "About 2 ns an event, and 8 bytes for each cohort and period.",
    source: "Cohort retention by distinct active customers, as in product analytics.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-05', 'visit'), (1, TIMESTAMP '2026-01-13', 'visit'), (2, TIMESTAMP '2026-01-07', 'visit')),
journeys AS (SELECT customer, journey_agg(ts, event, NULL) AS journey FROM events GROUP BY customer),
cells AS (SELECT unnest(retention_from(journey, 'week')) AS c FROM journeys)
SELECT c['cohort'] AS cohort, c['later'] AS later, c['customers'] AS customers, c['active'] AS active FROM cells ORDER BY 1, 2",
    output: "cohort | later | customers | active
2026-01-05 | 0 | 2 | 2
2026-01-05 | 1 | 2 | 1",
};

const FIELDS: [(&str, DataType); 5] = [
    ("cohort", DataType::Date32),
    ("later", DataType::Int64),
    ("customers", DataType::Int64),
    ("active", DataType::Int64),
    ("rate", DataType::Float64),
];

/// The most periods that can be asked for: days of three years.
const PERIODS_MAX: i64 = 1096;

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "retention_from",
            parameters: vec![
                journey_parameter(),
                Parameter::option("period", Constant::Choice(&["day", "week", "month"]), "The length of a period."),
                Parameter::option(
                    "periods",
                    Constant::Integer(0, PERIODS_MAX),
                    "How many periods after the first are looked at.",
                )
                .or_integer(12),
                Parameter::option("first_event", Constant::Text, "The event that begins.").optional(),
                Parameter::option("return_event", Constant::Text, "The event that counts as coming back.").optional(),
            ],
            page: PAGE,
        },
        result: |types| is_journey("retention_from", types).map(|()| list::records_type(&FIELDS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<RetentionFrom> {
    let named = |name: &str| -> Result<Option<Box<str>>> {
        if arguments.has(name) { Ok(Some(arguments.text(name)?.into())) } else { Ok(None) }
    };
    let Some(period) = Period::parse(arguments.text("period")?) else {
        return Err(arguments.invalid("period", "is none that has a length").into());
    };
    let periods = u32::try_from(arguments.integer("periods")?).unwrap_or(0);
    let (first, back) = (named("first_event")?, named("return_event")?);
    Ok(RetentionFrom { question: StoredRetention::new(period, periods, first, back) })
}

struct RetentionFrom {
    question: StoredRetention,
}

#[derive(Debug, Default)]
struct Cohorts {
    totals: RetentionTotals,
    scratch: Scratch,
    damaged: Option<Damaged>,
}

impl Call for RetentionFrom {
    type State = Cohorts;

    fn empty(&self) -> Cohorts {
        Cohorts::default()
    }

    fn update(&self, cohorts: &mut Cohorts, columns: &Columns, row: usize) {
        let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) else { return };
        if let Err(error) = self.question.update(bytes, &mut cohorts.totals, &mut cohorts.scratch) {
            cohorts.damaged = Some(error);
        }
    }

    fn merge(&self, cohorts: &mut Cohorts, other: Cohorts) {
        cohorts.totals.merge(&other.totals);
        cohorts.damaged = cohorts.damaged.or(other.damaged);
    }

    fn evaluate(&self, states: &[Cohorts]) -> Result<ArrayRef> {
        let (mut cells, mut lengths) = (Vec::new(), Vec::with_capacity(states.len()));
        for cohorts in states {
            if let Some(error) = cohorts.damaged {
                return Err(damaged(error));
            }
            let before = cells.len();
            cells.extend(cohorts.totals.finish());
            lengths.push(cells.len() - before);
        }
        let day = |cohort| i32::try_from(self.question.period().first_day(cohort)).ok();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Date32Array::from_iter(cells.iter().map(|cell| day(cell.cohort)))),
            Arc::new(Int64Array::from_iter_values(cells.iter().map(|cell| i64::from(cell.later)))),
            Arc::new(Int64Array::from_iter_values(cells.iter().map(|cell| cell.customers as i64))),
            Arc::new(Int64Array::from_iter_values(cells.iter().map(|cell| cell.active as i64))),
            Arc::new(Float64Array::from_iter(cells.iter().map(|cell| share(cell.active, cell.customers)))),
        ];
        list::records(&FIELDS, columns, lengths)
    }
}

impl State for Cohorts {
    fn save(&self, writer: &mut Writer) {
        let cohorts = self.totals.cohorts();
        writer.count(cohorts.len() as u64);
        for (cohort, customers, active) in cohorts {
            writer.i64(cohort);
            writer.count(customers);
            save_counts(active, writer);
        }
        writer.u8(u8::from(self.damaged.is_some()));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut totals = RetentionTotals::new();
        for _ in 0..reader.length(10)? {
            let (cohort, customers) = (reader.i64()?, reader.count()?);
            totals.add(cohort, customers, &load_counts(reader)?);
        }
        let damaged = (reader.u8()? != 0).then_some(Damaged);
        Ok(Self { totals, damaged, scratch: Scratch::new() })
    }

    fn heap_bytes(&self) -> usize {
        self.totals.heap_bytes() + self.scratch.heap_bytes()
    }
}
