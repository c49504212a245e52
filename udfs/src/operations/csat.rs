//! `csat(score [, satisfied_from])` — the share of satisfied customers with its interval.

use std::sync::Arc;

use bellwether_kernels::journey::rate::wilson;
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The share of answers that are satisfied, with its interval of 95 %.",
    result: "record: csat, from 0 to 1; satisfied: answers from `satisfied_from` on; n: answers; ci_low and ci_high.",
    nulls: "NULL and NaN are no answers.",
    undefined: "csat and its interval are NULL without answers.",
    errors: "None at run time.",
    cost: "One pass, constant memory.",
    source: "Wilson (1927) for the interval.",
    example: "SELECT (s).csat, (s).satisfied, (s).n, round((s).ci_low, 4) AS ci_low, round((s).ci_high, 4) AS ci_high
FROM (SELECT csat(score) AS s FROM (VALUES (5), (4), (5), (2), (4)) AS answers(score)) AS scores",
    output: "csat | satisfied | n | ci_low | ci_high
0.8 | 4 | 5 | 0.3755 | 0.9638",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "csat",
            parameters: vec![
                Parameter::value("score", Type::Number, "The answer, on whatever scale."),
                Parameter::option(
                    "satisfied_from",
                    Constant::Number(f64::NEG_INFINITY, f64::INFINITY),
                    "The least answer that is satisfied.",
                )
                .or_number(4.0),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments| Ok(Csat { satisfied_from: arguments.number("satisfied_from")? }),
    })
}

fn fields() -> Fields {
    vec![
        Field::new("csat", DataType::Float64, true),
        Field::new("satisfied", DataType::Int64, false),
        Field::new("n", DataType::Int64, false),
        Field::new("ci_low", DataType::Float64, true),
        Field::new("ci_high", DataType::Float64, true),
    ]
    .into()
}

struct Csat {
    satisfied_from: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    satisfied: u64,
    n: u64,
}

impl Call for Csat {
    type State = Counts;

    fn empty(&self) -> Counts {
        Counts::default()
    }

    fn update(&self, state: &mut Counts, columns: &Columns, row: usize) {
        if let Some(score) = columns.number(0, row).filter(|score| !score.is_nan()) {
            state.n += 1;
            state.satisfied += u64::from(score >= self.satisfied_from);
        }
    }

    fn merge(&self, state: &mut Counts, other: Counts) {
        state.n += other.n;
        state.satisfied += other.satisfied;
    }

    fn evaluate(&self, states: &[Counts]) -> Result<ArrayRef> {
        let (mut csat, mut low, mut high) = (Float64Builder::new(), Float64Builder::new(), Float64Builder::new());
        let (mut satisfied, mut n) = (Int64Builder::new(), Int64Builder::new());
        for state in states {
            let interval = wilson(state.satisfied, state.n);
            csat.append_option(interval.map(|_| state.satisfied as f64 / state.n as f64));
            low.append_option(interval.map(|(low, _)| low));
            high.append_option(interval.map(|(_, high)| high));
            satisfied.append_value(state.satisfied as i64);
            n.append_value(state.n as i64);
        }
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(csat.finish()),
            Arc::new(satisfied.finish()),
            Arc::new(n.finish()),
            Arc::new(low.finish()),
            Arc::new(high.finish()),
        ];
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

impl State for Counts {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.satisfied);
        writer.count(self.n);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { satisfied: reader.count()?, n: reader.count()? })
    }
}
