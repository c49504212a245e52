//! `logistic_fit(label, features [, l2])` and `logistic_fit((rows), …)` — the odds of a label from features.

use std::sync::Arc;

use bellwether_kernels::distribution::normal;
use bellwether_kernels::score::feature::{MISSING, OTHER};
use bellwether_kernels::score::logistic::{self, Coefficient, Model, Term};
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, ListArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::Learnt;
use super::frame::{Frame, Known};
use super::learn::{self, Learning, STATUSES, parameters};
use super::learner::{Fitted, Learner, bound, record_type, table_parameters};
use super::regression::{Regression, too_many};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::TableFunction;

const NAME: &str = "logistic_fit";

/// The levels of a feature that have a coefficient of their own.
const LEVELS_MAX: usize = 100;

const PAGE: Page = Page {
    summary: "Learns the odds of a label from features, by logistic regression. Text counts by level, against the \
              feature's most frequent level; the 100 most frequent have a coefficient each. What is missing has one \
              too, beside the mean of its numbers. Features that repeat others or never vary are left out.",
    result: "record: status; n: rows; positives: rows with the label; log_likelihood; iterations; coefficients: an \
             array of records feature, level, coefficient (what the feature adds to the log odds, for each of its \
             units), standard_error, z and p_value, first that of (intercept); encoded: the model as \
             `logistic_predict` reads it.",
    nulls: "Rows whose label is NULL are left out. A NULL, NaN or infinite feature is missing.",
    undefined: STATUSES,
    errors: "argument label of logistic_fit must be true or false, or 1 or 0, got 7; logistic_fit would have 4000 \
             coefficients, at most 2000 are possible.",
    cost: "The rows are held once, 8 bytes a number. Each of about ten steps takes, for each row, the square of its \
           values in multiplications.",
    source: "Newton's method on the likelihood; with separated labels Firth (1993), Heinze & Schemper (2002).",
    example: "SELECT round(c['coefficient'], 4) AS coefficient, c['feature'] AS feature, c['level'] AS level
FROM (SELECT unnest((m).coefficients) AS c
      FROM (SELECT logistic_fit(i * i % 7 < 3, named_struct('x', i % 10, 'plan', CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END)) AS m
            FROM generate_series(1, 200) AS g(i)) AS fitted) AS coefficients",
    output: "coefficient | feature | level
0.9198 | (intercept) | NULL
0.0016 | x | NULL
-0.0213 | plan | a",
};

const TABLE_PAGE: Page = Page {
    summary: "Learns the odds of a label from columns, by logistic regression, as the aggregate does; the columns \
              give the features their names.",
    result: "The `by` columns; n: rows; positives: rows with the label; status; model: the record that the aggregate \
             gives.",
    example: "WITH customers AS (
  SELECT i % 5 < 2 AND i % 11 > 2 AS churned, i % 11 AS tenure, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS plan
  FROM generate_series(1, 300) AS g(i))
SELECT n, positives, status, (model).iterations
FROM logistic_fit(customers, label => 'churned', features => ARRAY['tenure', 'plan'])",
    output: "n | positives | status | iterations
300 | 88 | ok | 5",
    ..PAGE
};

const L2: Constant = Constant::Number(0.0, f64::INFINITY);

const L2_MEANING: &str = "The penalty on half the sum of squared coefficients, of features in standard deviations.";

pub(super) fn aggregate() -> Function {
    let mut parameters = parameters();
    parameters.push(Parameter::option("l2", L2, L2_MEANING).or_number(0.0));
    Function::aggregate(Aggregate {
        declared: Declared { name: NAME, parameters, page: PAGE },
        result: |_types| Ok(record_type::<Logistic>()),
        bind: |arguments| Ok(Learning(Logistic { l2: arguments.number("l2")? })),
    })
}

pub(super) fn table() -> Function {
    let mut parameters = table_parameters();
    parameters.extend([Parameter::constant("l2", L2, L2_MEANING).or_number(0.0), Parameter::by()]);
    Function::table(TableFunction {
        declared: Declared { name: NAME, parameters, page: TABLE_PAGE },
        bind: |call| bound(call, Logistic { l2: call.number("l2")? }),
    })
}

#[derive(Debug, Clone, Copy)]
struct Logistic {
    l2: f64,
}

impl Learner for Logistic {
    const FUNCTION: &'static str = NAME;

    type Model = Model;

    fn learn(&self, frame: Frame) -> Result<Fitted<Model>> {
        let (n, positives) = (frame.rows(), frame.positives());
        let prepared = frame.prepare(LEVELS_MAX, false);
        let model = logistic::fit(&prepared.features(), &prepared.labels, self.l2);
        let model = model.map_err(|wanted| too_many(NAME, wanted))?;
        Ok(Fitted { n, positives, status: learn::status(&model.status, &prepared.known), known: prepared.known, model })
    }

    fn learnt(model: &Model) -> Option<Learnt> {
        Regression::new(model).map(Learnt::Logistic)
    }

    fn fields() -> Vec<Field> {
        let coefficient = Arc::new(Field::new_list_field(DataType::Struct(coefficient_fields()), true));
        vec![
            Field::new("log_likelihood", DataType::Float64, true),
            Field::new("iterations", DataType::Int64, true),
            Field::new("coefficients", DataType::List(coefficient), true),
        ]
    }

    fn values(fitted: &[Fitted<Model>]) -> Result<Vec<ArrayRef>> {
        let (mut log_likelihood, mut iterations) = (Float64Builder::new(), Int64Builder::new());
        let mut coefficients = Coefficients::default();
        for own in fitted {
            let is_learnt = !own.model.coefficients.is_empty();
            log_likelihood.append_option(is_learnt.then_some(own.model.log_likelihood));
            iterations.append_option(is_learnt.then_some(own.model.iterations as i64));
            coefficients.append(&own.model.coefficients, &own.known);
        }
        Ok(vec![Arc::new(log_likelihood.finish()), Arc::new(iterations.finish()), coefficients.finish()?])
    }
}

fn coefficient_fields() -> Fields {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let number = |name| Field::new(name, DataType::Float64, true);
    vec![
        text("feature"),
        text("level"),
        number("coefficient"),
        number("standard_error"),
        number("z"),
        number("p_value"),
    ]
    .into()
}

/// Arrays of coefficients.
#[derive(Default)]
struct Coefficients {
    features: StringBuilder,
    levels: StringBuilder,
    numbers: [Float64Builder; 4],
    lengths: Vec<usize>,
}

impl Coefficients {
    fn append(&mut self, coefficients: &[Coefficient], known: &[Known]) {
        self.lengths.push(coefficients.len());
        for own in coefficients {
            let feature = match own.term {
                Term::Intercept => None,
                Term::Number { feature } | Term::Level { feature, .. } => known.get(feature),
            };
            self.features.append_value(feature.map_or("(intercept)", |known| known.name.as_str()));
            self.levels.append_option(match own.term {
                Term::Intercept | Term::Number { .. } => None,
                Term::Level { level: MISSING, .. } => Some("(missing)"),
                Term::Level { level: OTHER, .. } => Some("(other)"),
                Term::Level { level, .. } => {
                    feature.and_then(|known| known.levels.as_ref()?.get(level as usize)).map(String::as_str)
                }
            });
            let z = own.value / own.standard_error;
            let p_value = 2.0 * normal::tail(z.abs());
            for (numbers, number) in self.numbers.iter_mut().zip([own.value, own.standard_error, z, p_value]) {
                numbers.append_option((own.is_kept && number.is_finite()).then_some(number));
            }
        }
    }

    fn finish(mut self) -> Result<ArrayRef> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.features.finish()), Arc::new(self.levels.finish())];
        arrays.extend(self.numbers.iter_mut().map(|numbers| Arc::new(numbers.finish()) as ArrayRef));
        let records = StructArray::try_new(coefficient_fields(), arrays, None)?;
        let item = Arc::new(Field::new_list_field(DataType::Struct(coefficient_fields()), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(records), None)?))
    }
}
