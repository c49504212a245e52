//! `nps(score)` — the net promoter score with its interval.

use std::sync::Arc;

use bellwether_kernels::operations::rating::net_promoter;
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The net promoter score: how many would recommend (9 and 10) less how many would not (0 to 6), in points \
              of a hundred answers, with its interval of 95 %.",
    result: "record: nps, from −100 to 100; promoters, passives and detractors: counts; n: answers; ci_low and \
             ci_high.",
    nulls: "NULL and NaN are no answers.",
    undefined: "nps and its interval are NULL without answers.",
    errors: "argument score of nps must be from 0 to 10, got 11.",
    cost: "One pass, constant memory.",
    source: "Reichheld (2003); the interval from the variance of a multinomial count.",
    example: "SELECT (s).nps, (s).promoters, (s).detractors, (s).n, round((s).ci_low, 2) AS ci_low
FROM (SELECT nps(score) AS s FROM (VALUES (10), (9), (9), (8), (3)) AS answers(score)) AS scores",
    output: "nps | promoters | detractors | n | ci_low
40 | 3 | 1 | 5 | -30.12",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "nps",
            parameters: vec![Parameter::value("score", Type::Number, "The answer, from 0 to 10.")],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(Nps),
    })
}

fn fields() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, true);
    let count = |name| Field::new(name, DataType::Int64, false);
    vec![
        number("nps"),
        count("promoters"),
        count("passives"),
        count("detractors"),
        count("n"),
        number("ci_low"),
        number("ci_high"),
    ]
    .into()
}

struct Nps;

/// Answers by kind: promoters, passives, detractors; or the least that is no answer.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    counts: [u64; 3],
    refused: Option<f64>,
}

impl Counts {
    fn refuse(&mut self, score: Option<f64>) {
        self.refused = match (self.refused, score) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }
}

impl Call for Nps {
    type State = Counts;

    fn empty(&self) -> Counts {
        Counts::default()
    }

    fn update(&self, state: &mut Counts, columns: &Columns, row: usize) {
        match columns.number(0, row) {
            None => {}
            Some(score) if score.is_nan() => {}
            Some(score) if !(0.0..=10.0).contains(&score) => state.refuse(Some(score)),
            Some(score) => {
                let kind = if score >= 9.0 { 0 } else { 1 + usize::from(score < 7.0) };
                state.counts[kind] += 1;
            }
        }
    }

    fn merge(&self, state: &mut Counts, other: Counts) {
        state.counts.iter_mut().zip(other.counts).for_each(|(own, other)| *own += other);
        state.refuse(other.refused);
    }

    fn evaluate(&self, states: &[Counts]) -> Result<ArrayRef> {
        let mut numbers = [(); 3].map(|()| Float64Builder::new());
        let mut counts = [(); 4].map(|()| Int64Builder::new());
        for state in states {
            if let Some(score) = state.refused {
                let fact = format!("argument score of nps must be from 0 to 10, got {score}");
                return Err(CallError::invalid(fact).into());
            }
            let [promoters, passives, detractors] = state.counts;
            let found = net_promoter(promoters as f64, passives as f64, detractors as f64);
            let values = found.map(|found| [found.score, found.low, found.high]);
            for (place, builder) in numbers.iter_mut().enumerate() {
                builder.append_option(values.map(|values| values[place]));
            }
            let all = [promoters, passives, detractors, promoters + passives + detractors];
            counts.iter_mut().zip(all).for_each(|(builder, count)| builder.append_value(count as i64));
        }
        let [mut score, mut low, mut high] = numbers;
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(score.finish())];
        arrays.extend(counts.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef));
        arrays.extend([Arc::new(low.finish()) as ArrayRef, Arc::new(high.finish())]);
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

impl State for Counts {
    fn save(&self, writer: &mut Writer) {
        writer.f64(self.refused.unwrap_or(f64::NAN));
        self.counts.iter().for_each(|count| writer.count(*count));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let refused = Some(reader.f64()?).filter(|score| !score.is_nan());
        Ok(Self { refused, counts: [reader.count()?, reader.count()?, reader.count()?] })
    }
}
