//! What `gradient_boost_fit` learns, and what its record tells.

use std::sync::Arc;

use bellwether_kernels::score::boosting::{FEATURES_MAX, Fit, Holdout, LEVELS_MAX, fit};
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, ListArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::Learnt;
use super::frame::Frame;
use super::learn;
use super::learner::{Fitted, Learner};
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

impl Learner for Boosting {
    const FUNCTION: &'static str = NAME;

    const MEASURES: &'static [&'static str] = &["auc"];

    type Model = Fit;

    fn learn(&self, frame: Frame) -> Result<Fitted<Fit>> {
        let (n, positives) = (frame.rows(), frame.positives());
        if frame.names.len() > FEATURES_MAX {
            let fact = format!("{NAME} has {} features, at most {FEATURES_MAX} are possible", frame.names.len());
            return Err(CallError::invalid(fact).at("features").into());
        }
        let prepared = frame.prepare(LEVELS_MAX, self.in_time);
        let holdout = if self.in_time { Holdout::Last } else { Holdout::Random };
        let model = fit(&prepared.features(), &prepared.labels, holdout, self.seed);
        let status = learn::status(&model.status, &prepared.known);
        Ok(Fitted { n, positives, status, known: prepared.known, model })
    }

    fn learnt(fit: &Fit) -> Option<Learnt> {
        fit.model.clone().map(Learnt::Boosted)
    }

    fn fields() -> Vec<Field> {
        let mut fields = vec![Field::new("trees", DataType::Int64, true)];
        fields.extend(MEASURES.map(|name| Field::new(name, DataType::Float64, true)));
        let importance = Arc::new(Field::new_list_field(DataType::Struct(importance_fields()), true));
        fields.push(Field::new("features", DataType::List(importance), true));
        fields
    }

    fn values(fitted: &[Fitted<Fit>]) -> Result<Vec<ArrayRef>> {
        let mut trees = Int64Builder::new();
        let mut measures = MEASURES.map(|_| Float64Builder::new());
        let (mut names, mut importance) = (StringBuilder::new(), Float64Builder::new());
        let mut lengths = Vec::with_capacity(fitted.len());
        for own in fitted {
            let model = own.model.model.as_ref();
            trees.append_option(model.map(|model| model.trees.len() as i64));
            let quality = own.model.quality;
            let quality = quality.map(|own| [own.auc, own.pr_auc, own.brier, own.calibration_error, own.lift_at_10]);
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
        }
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(trees.finish())];
        arrays.extend(measures.iter_mut().map(|measure| Arc::new(measure.finish()) as ArrayRef));
        let parts: Vec<ArrayRef> = vec![Arc::new(names.finish()), Arc::new(importance.finish())];
        let parts = StructArray::try_new(importance_fields(), parts, None)?;
        let item = Arc::new(Field::new_list_field(DataType::Struct(importance_fields()), true));
        arrays.push(Arc::new(ListArray::try_new(item, OffsetBuffer::from_lengths(lengths), Arc::new(parts), None)?));
        Ok(arrays)
    }

    fn measures(fit: &Fit) -> Vec<Option<f64>> {
        vec![fit.quality.map(|quality| quality.auc)]
    }
}

fn importance_fields() -> Fields {
    vec![Field::new("feature", DataType::Utf8, false), Field::new("importance", DataType::Float64, false)].into()
}
