//! `logistic_fit(label, features [, l2])` and `logistic_fit((rows), …)` — the odds of a label from features.

use std::sync::Arc;

use bellwether_kernels::distribution::normal;
use bellwether_kernels::score::feature::{MISSING, OTHER};
use bellwether_kernels::score::logistic::{self, Coefficient, Term};
use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, Float64Builder, Int64Builder, ListArray, StringBuilder, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::{Encoded, FIELD, Learnt};
use super::frame::{Frame, Known};
use super::learn::{self, Learner, Learning, STATUSES, parameters};
use super::regression::Regression;
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, ResultColumn, Sink, Slot, TableFunction};

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

pub(super) fn aggregate() -> Function {
    let mut parameters = parameters();
    parameters.push(Parameter::option("l2", L2, L2_MEANING).or_number(0.0));
    Function::aggregate(Aggregate {
        declared: Declared { name: NAME, parameters, page: PAGE },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments| Ok(Learning(Logistic { l2: arguments.number("l2")? })),
    })
}

const L2: Constant = Constant::Number(0.0, f64::INFINITY);

const L2_MEANING: &str = "The penalty on half the sum of squared coefficients, of features in standard deviations.";

pub(super) fn table() -> Function {
    let declared = Declared {
        name: NAME,
        parameters: vec![
            Parameter::input("rows", "Rows whose label is known."),
            Parameter::rows("label", Type::Label, "The column of what is to be told: true or false, or 1 or 0."),
            Parameter::features("features", "The columns it is told from."),
            Parameter::constant("l2", L2, L2_MEANING).or_number(0.0),
            Parameter::by(),
        ],
        page: TABLE_PAGE,
    };
    Function::table(TableFunction { declared, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("n"),
        ResultColumn::integer("positives"),
        ResultColumn::text("status"),
        ResultColumn::value("model", DataType::Struct(fields())),
    ];
    let (label, features) = (call.slot("label")?, call.features(0));
    Ok(Bound::each_group(columns, Table { label, features, logistic: Logistic { l2: call.number("l2")? } }))
}

#[derive(Debug, Clone, Copy)]
struct Logistic {
    l2: f64,
}

#[derive(Debug, Clone)]
struct Table {
    label: Slot,
    features: Vec<FeatureColumn>,
    logistic: Logistic,
}

impl EachGroup for Table {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let frame = Frame::of_rows(&group.rows(0), &self.features, self.label, NAME)?;
        let (n, positives) = (frame.rows(), frame.positives());
        let fitted = self.logistic.fit(frame)?;
        let mut row = out.row();
        row.integer(n as i64).integer(positives as i64).text(fitted.status.as_str()).value(records(&[fitted])?);
        Ok(())
    }
}

/// A model that was learnt, as its record tells it.
struct Fitted {
    n: usize,
    positives: usize,
    status: String,
    known: Vec<Known>,
    model: logistic::Model,
}

impl Logistic {
    fn fit(&self, frame: Frame) -> Result<Fitted> {
        let (n, positives) = (frame.rows(), frame.positives());
        let prepared = frame.prepare(LEVELS_MAX, false);
        let model = logistic::fit(&prepared.features(), &prepared.labels, self.l2).map_err(|too_many| {
            let (wanted, most) = (too_many.0, logistic::COEFFICIENTS_MAX);
            CallError::invalid(format!("{NAME} would have {wanted} coefficients, at most {most} are possible"))
                .with_hint("use fewer features, or coarser ones")
                .at("features")
        })?;
        Ok(Fitted { n, positives, status: learn::status(&model.status, &prepared.known), known: prepared.known, model })
    }
}

impl Learner for Logistic {
    const FUNCTION: &'static str = NAME;

    fn learn(&self, frames: Vec<Frame>) -> Result<ArrayRef> {
        let fitted = frames.into_iter().map(|frame| self.fit(frame)).collect::<Result<Vec<_>>>()?;
        records(&fitted)
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

fn fields() -> Fields {
    let coefficient = Arc::new(Field::new_list_field(DataType::Struct(coefficient_fields()), true));
    vec![
        Field::new("status", DataType::Utf8, false),
        Field::new("n", DataType::Int64, false),
        Field::new("positives", DataType::Int64, false),
        Field::new("log_likelihood", DataType::Float64, true),
        Field::new("iterations", DataType::Int64, true),
        Field::new("coefficients", DataType::List(coefficient), true),
        Field::new(FIELD, DataType::Binary, true),
    ]
    .into()
}

/// The records of models.
fn records(fitted: &[Fitted]) -> Result<ArrayRef> {
    let (mut status, mut encoded) = (StringBuilder::new(), BinaryBuilder::new());
    let (mut n, mut positives, mut iterations) = (Int64Builder::new(), Int64Builder::new(), Int64Builder::new());
    let mut log_likelihood = Float64Builder::new();
    let mut coefficients = Coefficients::default();
    for own in fitted {
        status.append_value(&own.status);
        n.append_value(own.n as i64);
        positives.append_value(own.positives as i64);
        let regression = Regression::new(&own.model);
        log_likelihood.append_option(regression.is_some().then_some(own.model.log_likelihood));
        iterations.append_option(regression.is_some().then_some(own.model.iterations as i64));
        encoded.append_option(
            regression
                .map(|regression| Encoded { known: own.known.clone(), model: Learnt::Logistic(regression) }.bytes()),
        );
        coefficients.append(&own.model.coefficients, &own.known);
    }
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(status.finish()),
        Arc::new(n.finish()),
        Arc::new(positives.finish()),
        Arc::new(log_likelihood.finish()),
        Arc::new(iterations.finish()),
        coefficients.finish()?,
        Arc::new(encoded.finish()),
    ];
    Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
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
