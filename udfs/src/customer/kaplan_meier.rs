//! `kaplan_meier(duration, event)` — how many survive how long.

use std::sync::Arc;

use bellwether_kernels::customer::kaplan_meier::{Step, curve};
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::model::{self, Rows};
use crate::adapter::aggregate::{Aggregate, Call};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "kaplan_meier";

const PAGE: Page = Page {
    summary: "The survival curve of customers, contracts or anything that ends: the share for whom the event has \
              not happened by each time, though some are still waiting for it and count only as long as they were \
              seen.",
    result: "array of records, one for each different duration, ascending: time; at_risk: who was there until \
             then; events: for whom it happened then; censored: who was seen no longer; survival; std_error; \
             lower_bound and upper_bound of the interval of probability `level`. `unnest` makes rows of it. The \
             median is the first time at which survival is 0.5 or less, if there is one.",
    nulls: "Rows where an argument is NULL are left out.",
    undefined: "NULL without rows. Where survival is 0 or 1 its bounds are the same.",
    errors: "argument duration of kaplan_meier must be a finite number that is not negative.",
    cost: "Equal rows are one with a weight, 24 bytes each; they are sorted once.",
    source: "Kaplan & Meier (1958); Greenwood (1926) for the error; intervals of ln(−ln S), Kalbfleisch & Prentice \
             (1980), as in lifelines and R.",
    example: "WITH contracts(months, ended) AS (VALUES (1, true), (2, false), (3, true), (3, true))
SELECT step.time AS time, step.at_risk AS at_risk, step.events AS events, round(step.survival, 3) AS survival,
       round(step.lower_bound, 3) AS low, round(step.upper_bound, 3) AS high
FROM (SELECT unnest(kaplan_meier(months, ended)) AS step FROM contracts) AS steps ORDER BY 1",
    output: "time | at_risk | events | survival | low | high
1 | 4 | 1 | 0.750 | 0.128 | 0.961
2 | 3 | 0 | 0.750 | 0.128 | 0.961
3 | 2 | 2 | 0.000 | 0.000 | 0.000",
};

/// What the duration must be.
pub(super) const REFUSALS: &[(&str, &str)] = &[("duration", "must be a finite number that is not negative")];

/// The arguments of functions over lives.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::value("duration", Type::Number, "How long it was seen, in any unit, at least 0."),
        Parameter::value(
            "event",
            Type::Flag,
            "Whether the event happened then; it was seen no longer where it did not.",
        ),
    ]
}

/// The refusal of a duration that cannot be.
pub(super) fn refuse(&[duration, _]: &[f64; 2]) -> Option<u8> {
    (!duration.is_finite() || duration < 0.0).then_some(0)
}

pub(super) fn function() -> Function {
    let mut parameters = parameters();
    let meaning = "The probability of the intervals.";
    parameters.push(Parameter::option("level", Constant::Number(0.01, 0.999), meaning).or_number(0.95));
    Function::aggregate(Aggregate {
        declared: Declared { name: NAME, parameters, page: PAGE },
        result: |_types| Ok(DataType::List(Arc::new(item()))),
        bind: |arguments: &Arguments| Ok(KaplanMeier { level: arguments.number("level")? }),
    })
}

struct KaplanMeier {
    level: f64,
}

impl Call for KaplanMeier {
    type State = Rows<2>;

    fn empty(&self) -> Rows<2> {
        Rows::default()
    }

    fn update(&self, state: &mut Rows<2>, columns: &Columns, row: usize) {
        state.add(columns, row, 1.0, refuse, |_| false);
    }

    fn merge(&self, state: &mut Rows<2>, other: Rows<2>) {
        state.merge(&other);
    }

    fn evaluate(&self, states: &[Rows<2>]) -> Result<ArrayRef> {
        let mut steps: Vec<Step> = Vec::new();
        let mut lengths = Vec::with_capacity(states.len());
        let mut is_there = Vec::with_capacity(states.len());
        for state in states {
            if let Some(number) = state.refused {
                return Err(model::refused(NAME, REFUSALS, number).into());
            }
            let curve = curve(&state.rows, self.level);
            lengths.push(curve.len());
            is_there.push(!curve.is_empty());
            steps.extend(curve);
        }
        let numbers = |of: fn(&Step) -> f64| -> ArrayRef { Arc::new(steps.iter().map(of).collect::<Float64Array>()) };
        let counts = |of: fn(&Step) -> f64| -> ArrayRef {
            Arc::new(steps.iter().map(|step| of(step) as i64).collect::<Int64Array>())
        };
        let arrays = vec![
            numbers(|step| step.time),
            counts(|step| step.at_risk),
            counts(|step| step.events),
            counts(|step| step.censored),
            numbers(|step| step.survival),
            numbers(|step| step.error),
            numbers(|step| step.bounds.0),
            numbers(|step| step.bounds.1),
        ];
        let items = StructArray::try_new(fields(), arrays, None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(Arc::new(item()), offsets, Arc::new(items), Some(is_there.into()))?))
    }
}

fn item() -> Field {
    Field::new_list_field(DataType::Struct(fields()), true)
}

fn fields() -> Fields {
    let number = |name: &str| Field::new(name, DataType::Float64, false);
    let count = |name: &str| Field::new(name, DataType::Int64, false);
    vec![
        number("time"),
        count("at_risk"),
        count("events"),
        count("censored"),
        number("survival"),
        number("std_error"),
        number("lower_bound"),
        number("upper_bound"),
    ]
    .into()
}
