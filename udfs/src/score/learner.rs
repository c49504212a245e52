//! What functions that learn have in common: the record of a model, and the table function that names columns.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryBuilder, Int64Builder, StringBuilder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::encoded::{Encoded, FIELD, Learnt};
use super::frame::{Frame, Known};
use crate::argument::{Parameter, Type};
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, ResultColumn, Sink, Slot};

/// A model that was learnt.
pub(super) struct Fitted<M> {
    pub n: usize,
    pub positives: usize,
    pub status: String,
    pub known: Vec<Known>,
    pub model: M,
}

/// Learns from rows.
pub(super) trait Learner: Clone + Send + Sync + 'static {
    /// The function's name.
    const FUNCTION: &'static str;

    /// The numbers that the table function tells beside the record.
    const MEASURES: &'static [&'static str] = &[];

    /// What is learnt.
    type Model;

    /// The model of a frame.
    fn learn(&self, frame: Frame) -> Result<Fitted<Self::Model>>;

    /// What predicts; `None` if nothing could be learnt.
    fn learnt(model: &Self::Model) -> Option<Learnt>;

    /// What the record tells between `positives` and the encoded model.
    fn fields() -> Vec<Field>;

    /// The values of these fields.
    fn values(fitted: &[Fitted<Self::Model>]) -> Result<Vec<ArrayRef>>;

    /// The values of [`Self::MEASURES`].
    fn measures(_model: &Self::Model) -> Vec<Option<f64>> {
        Vec::new()
    }
}

/// The type of the records.
pub(super) fn record_type<L: Learner>() -> DataType {
    DataType::Struct(record_fields::<L>())
}

fn record_fields<L: Learner>() -> Fields {
    let mut fields = vec![
        Field::new("status", DataType::Utf8, false),
        Field::new("n", DataType::Int64, false),
        Field::new("positives", DataType::Int64, false),
    ];
    fields.extend(L::fields());
    fields.push(Field::new(FIELD, DataType::Binary, true));
    fields.into()
}

/// The records of models.
pub(super) fn records<L: Learner>(fitted: &[Fitted<L::Model>]) -> Result<ArrayRef> {
    let (mut status, mut n, mut positives) = (StringBuilder::new(), Int64Builder::new(), Int64Builder::new());
    let mut encoded = BinaryBuilder::new();
    for own in fitted {
        status.append_value(&own.status);
        n.append_value(own.n as i64);
        positives.append_value(own.positives as i64);
        let model = L::learnt(&own.model);
        encoded.append_option(model.map(|model| Encoded { known: own.known.clone(), model }.bytes()));
    }
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(status.finish()), Arc::new(n.finish()), Arc::new(positives.finish())];
    arrays.extend(L::values(fitted)?);
    arrays.push(Arc::new(encoded.finish()));
    Ok(Arc::new(StructArray::try_new(record_fields::<L>(), arrays, None)?))
}

/// The first arguments of a table function that learns.
pub(super) fn table_parameters() -> Vec<Parameter> {
    vec![
        Parameter::input("rows", "Rows whose label is known."),
        Parameter::rows("label", Type::Label, "The column of what is to be told: true or false, or 1 or 0."),
        Parameter::features("features", "The columns it is told from."),
    ]
}

/// A call of the table function.
pub(super) fn bound<L: Learner>(call: &Call, learner: L) -> Result<Bound> {
    let mut columns = vec![ResultColumn::by(), ResultColumn::integer("n"), ResultColumn::integer("positives")];
    columns.extend(L::MEASURES.iter().map(|name| ResultColumn::number(name)));
    columns.push(ResultColumn::text("status"));
    columns.push(ResultColumn::value("model", record_type::<L>()));
    Ok(Bound::each_group(columns, Table { label: call.slot("label")?, features: call.features(0), learner }))
}

#[derive(Clone)]
struct Table<L> {
    label: Slot,
    features: Vec<FeatureColumn>,
    learner: L,
}

impl<L: Learner> EachGroup for Table<L> {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let frame = Frame::of_rows(&group.rows(0), &self.features, self.label, L::FUNCTION)?;
        let fitted = self.learner.learn(frame)?;
        let mut row = out.row();
        row.integer(fitted.n as i64).integer(fitted.positives as i64);
        for measure in L::measures(&fitted.model) {
            row.number(measure);
        }
        row.text(fitted.status.as_str()).value(records::<L>(&[fitted])?);
        Ok(())
    }
}
