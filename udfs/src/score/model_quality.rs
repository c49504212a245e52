//! `model_quality(score, label)` — how good scores were, by what came true.

use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::score::quality::Scored;
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "model_quality";

const MEASURES: [&str; 6] = ["auc", "pr_auc", "brier", "log_loss", "calibration_error", "lift_at_10"];

const PAGE: Page = Page {
    summary: "How good scores were, by the labels that came true. Measure it on rows that the model did not see.",
    result: "record: n: rows; positives: rows with the label; auc: the chance that a row with the label scores higher \
             than one without, of equal scores one half; pr_auc: the average precision; brier: the mean square of \
             label less score; log_loss; calibration_error: the mean difference between score and frequency over ten \
             groups of rows of rising score; lift_at_10: the frequency of the label in the tenth of rows with the \
             highest score, over that of all; status. brier, log_loss and calibration_error are of scores that are \
             chances.",
    nulls: "Rows whose score or label is NULL or NaN are left out.",
    undefined: "All measures are NULL and status is one_class when only one of the labels occurs; brier, log_loss and \
                calibration_error are NULL when a score is no chance.",
    errors: "argument label of model_quality must be true or false, or 1 or 0, got 7.",
    cost: "16 bytes a row; sorted once.",
    source: "Hanley & McNeil (1982) for auc; Brier (1950); calibration as in Naeini et al. (2015) over equal groups.",
    example: "SELECT (q).n, (q).auc, round((q).brier, 6) AS brier, (q).lift_at_10
FROM (SELECT model_quality(score, label) AS q
      FROM (VALUES (0.1, false), (0.4, false), (0.35, true), (0.8, true)) AS t(score, label)) AS measured",
    output: "n | auc | brier | lift_at_10
4 | 0.75 | 0.158125 | 2",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::value("score", Type::Number, "The score: a chance, or any number that rises with it."),
                Parameter::value("label", Type::Label, "What came true: true or false, or 1 or 0."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(Quality),
    })
}

fn fields() -> Fields {
    let mut fields = vec![Field::new("n", DataType::Int64, false), Field::new("positives", DataType::Int64, false)];
    fields.extend(MEASURES.map(|name| Field::new(name, DataType::Float64, true)));
    fields.push(Field::new("status", DataType::Utf8, false));
    fields.into()
}

struct Quality;

/// Rows with their label, or a label that is none.
#[derive(Debug, Clone, Default)]
struct Rows {
    scored: Scored,
    refused: Option<f64>,
}

impl Call for Quality {
    type State = Rows;

    fn empty(&self) -> Rows {
        Rows::default()
    }

    fn update(&self, state: &mut Rows, columns: &Columns, row: usize) {
        let (Some(score), Some(label)) = (columns.number(0, row), columns.number(1, row)) else { return };
        if score.is_nan() || label.is_nan() {
            return;
        }
        match label {
            0.0 | 1.0 => state.scored.rows.push((score, label == 1.0)),
            label => state.refused = Some(state.refused.map_or(label, |known| known.min(label))),
        }
    }

    fn merge(&self, state: &mut Rows, other: Rows) {
        state.scored.rows.extend(other.scored.rows);
        state.refused = match (state.refused, other.refused) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
    }

    fn evaluate(&self, states: &[Rows]) -> Result<ArrayRef> {
        let (mut n, mut positives, mut status) = (Int64Builder::new(), Int64Builder::new(), StringBuilder::new());
        let mut measures = MEASURES.map(|_| Float64Builder::new());
        for state in states {
            if let Some(label) = state.refused {
                let fact = format!("argument label of {NAME} must be true or false, or 1 or 0, got {label}");
                return Err(CallError::invalid(fact).with_hint("compare it, for example label > 0").into());
            }
            let mut scored = state.scored.clone();
            let are_chances = scored.rows.iter().all(|(score, _)| (0.0..=1.0).contains(score));
            n.append_value(scored.rows.len() as i64);
            positives.append_value(scored.rows.iter().filter(|(_, label)| *label).count() as i64);
            let quality = scored.quality();
            status.append_value(match quality {
                Some(_) => "ok",
                None if scored.rows.is_empty() => "insufficient_data",
                None => "one_class",
            });
            let of_chances = |value: f64| are_chances.then_some(value);
            let values = quality.map_or([None; 6], |quality| {
                [
                    Some(quality.auc),
                    Some(quality.pr_auc),
                    of_chances(quality.brier),
                    of_chances(quality.log_loss),
                    of_chances(quality.calibration_error),
                    Some(quality.lift_at_10),
                ]
            });
            measures.iter_mut().zip(values).for_each(|(measure, value)| measure.append_option(value));
        }
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(n.finish()), Arc::new(positives.finish())];
        arrays.extend(measures.iter_mut().map(|measure| Arc::new(measure.finish()) as ArrayRef));
        arrays.push(Arc::new(status.finish()));
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

impl State for Rows {
    fn save(&self, writer: &mut Writer) {
        writer.f64(self.refused.unwrap_or(f64::NAN));
        writer.count(self.scored.rows.len() as u64);
        for (score, label) in &self.scored.rows {
            writer.f64(*score);
            writer.u8(u8::from(*label));
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let refused = Some(reader.f64()?).filter(|label| !label.is_nan());
        let count = reader.length(9)?;
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push((reader.f64()?, reader.u8()? != 0));
        }
        Ok(Self { scored: Scored { rows }, refused })
    }

    fn heap_bytes(&self) -> usize {
        self.scored.rows.capacity() * size_of::<(f64, bool)>()
    }
}
