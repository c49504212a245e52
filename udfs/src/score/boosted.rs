//! What `gradient_boost_fit` learns, and the record it gives.

use std::sync::Arc;

use bellwether_kernels::score::boosting::{FEATURES_MAX, Fit, Holdout, LEVELS_MAX, fit};
use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, Float64Builder, Int64Builder, ListArray, StringBuilder, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::{Encoded, FIELD, Learnt};
use super::frame::{Frame, Known};
use super::learn::{self, Learner};
use crate::error::CallError;

pub(super) const NAME: &str = "gradient_boost_fit";

/// The measures of quality on rows not seen, as the record names them.
const MEASURES: [&str; 5] = ["auc", "pr_auc", "brier", "calibration_error", "lift_at_10"];

/// The constants of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boosting {
    pub seed: u64,
    /// Whether rows come in the order of time, and the last are held out.
    pub in_time: bool,
}

/// A model that was learnt, as its record tells it.
pub(super) struct Fitted {
    n: usize,
    positives: usize,
    pub status: String,
    known: Vec<Known>,
    fit: Fit,
}

impl Fitted {
    /// The area under the curve, on rows not seen.
    pub(super) fn auc(&self) -> Option<f64> {
        self.fit.quality.map(|quality| quality.auc)
    }
}

impl Boosting {
    pub(super) fn fit(&self, frame: Frame) -> Result<Fitted> {
        let (n, positives) = (frame.rows(), frame.positives());
        if frame.names.len() > FEATURES_MAX {
            let fact = format!("{NAME} has {} features, at most {FEATURES_MAX} are possible", frame.names.len());
            return Err(CallError::invalid(fact).at("features").into());
        }
        let prepared = frame.prepare(LEVELS_MAX, self.in_time);
        let holdout = if self.in_time { Holdout::Last } else { Holdout::Random };
        let fit = fit(&prepared.features(), &prepared.labels, holdout, self.seed);
        Ok(Fitted { n, positives, status: learn::status(&fit.status, &prepared.known), known: prepared.known, fit })
    }
}

impl Learner for Boosting {
    const FUNCTION: &'static str = NAME;

    fn learn(&self, frames: Vec<Frame>) -> Result<ArrayRef> {
        let fitted = frames.into_iter().map(|frame| self.fit(frame)).collect::<Result<Vec<_>>>()?;
        records(&fitted)
    }
}

fn importance_fields() -> Fields {
    vec![Field::new("feature", DataType::Utf8, false), Field::new("importance", DataType::Float64, false)].into()
}

/// The record's fields.
pub(super) fn fields() -> Fields {
    let mut fields = vec![
        Field::new("status", DataType::Utf8, false),
        Field::new("n", DataType::Int64, false),
        Field::new("positives", DataType::Int64, false),
        Field::new("trees", DataType::Int64, true),
    ];
    fields.extend(MEASURES.map(|name| Field::new(name, DataType::Float64, true)));
    let importance = Arc::new(Field::new_list_field(DataType::Struct(importance_fields()), true));
    fields.push(Field::new("features", DataType::List(importance), true));
    fields.push(Field::new(FIELD, DataType::Binary, true));
    fields.into()
}

/// The records of models.
pub(super) fn records(fitted: &[Fitted]) -> Result<ArrayRef> {
    let (mut status, mut encoded) = (StringBuilder::new(), BinaryBuilder::new());
    let (mut n, mut positives, mut trees) = (Int64Builder::new(), Int64Builder::new(), Int64Builder::new());
    let mut measures = MEASURES.map(|_| Float64Builder::new());
    let (mut names, mut importance) = (StringBuilder::new(), Float64Builder::new());
    let mut lengths = Vec::with_capacity(fitted.len());
    for own in fitted {
        status.append_value(&own.status);
        n.append_value(own.n as i64);
        positives.append_value(own.positives as i64);
        let model = own.fit.model.as_ref();
        trees.append_option(model.map(|model| model.trees.len() as i64));
        let quality = own
            .fit
            .quality
            .map(|quality| [quality.auc, quality.pr_auc, quality.brier, quality.calibration_error, quality.lift_at_10]);
        for (place, measure) in measures.iter_mut().enumerate() {
            measure.append_option(quality.map(|quality| quality[place]));
        }
        let mut parts: Vec<(&str, f64)> = model.map_or_else(Vec::new, |model| {
            own.known.iter().map(|known| known.name.as_str()).zip(model.importance()).collect()
        });
        parts.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(right.0)));
        lengths.push(parts.len());
        for (name, part) in parts {
            names.append_value(name);
            importance.append_value(part);
        }
        encoded.append_option(
            model.map(|model| Encoded { known: own.known.clone(), model: Learnt::Boosted(model.clone()) }.bytes()),
        );
    }
    let mut arrays: Vec<ArrayRef> =
        vec![Arc::new(status.finish()), Arc::new(n.finish()), Arc::new(positives.finish()), Arc::new(trees.finish())];
    arrays.extend(measures.iter_mut().map(|measure| Arc::new(measure.finish()) as ArrayRef));
    let parts: Vec<ArrayRef> = vec![Arc::new(names.finish()), Arc::new(importance.finish())];
    let parts = StructArray::try_new(importance_fields(), parts, None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(importance_fields()), true));
    arrays.push(Arc::new(ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), Arc::new(parts), None)?));
    arrays.push(Arc::new(encoded.finish()));
    Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
}
