//! Aggregates that learn a model from labelled rows.

use bellwether_kernels::score::feature::MISSING;
use bellwether_kernels::score::logistic::Status;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;

use super::frame::{Frame, Known, Values, finite, label_of};
use super::learner::{Learner, records};
use super::reading;
use crate::adapter::aggregate::{Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::{Column, Columns};
use crate::argument::{Parameter, Type};
use crate::error::CallError;
use crate::table::Names;

/// The arguments of the aggregates, by place.
const LABEL: usize = 0;
const FEATURES: usize = 1;

/// The arguments of an aggregate that learns, but for its options.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::value("label", Type::Label, "What is to be told: true or false, or 1 or 0."),
        Parameter::value(
            "features",
            Type::Features,
            "What it is told from: an array of numbers, or a record whose fields are numbers, booleans or text, as \
             `named_struct('tenure', tenure, 'plan', plan)`.",
        ),
    ]
}

/// The rows of a group, or why they cannot be read.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    frame: Frame,
    refused: Option<String>,
}

/// An aggregate that learns.
pub(super) struct Learning<L>(pub L);

impl<L: Learner> Call for Learning<L> {
    type State = Kept;

    fn empty(&self) -> Kept {
        Kept::default()
    }

    fn update(&self, state: &mut Kept, columns: &Columns, row: usize) {
        if state.refused.is_some() {
            return;
        }
        match label_of(columns.number(LABEL, row).unwrap_or(f64::NAN), L::FUNCTION) {
            Ok(None) => {}
            Ok(Some(label)) => {
                if let (Some(Column::Any(features)), false) = (columns.column(FEATURES), state.refused.is_some()) {
                    state.refused = state.frame.push(label, features, row, L::FUNCTION).err();
                }
            }
            Err(error) => state.refused = Some(error.message().to_owned()),
        }
    }

    fn merge(&self, state: &mut Kept, other: Kept) {
        let (left, right) = (state.frame.names.len(), other.frame.names.len());
        if left > 0 && right > 0 && left != right {
            state.refused = Some(reading::lengths(L::FUNCTION, left, right));
        }
        state.refused = state.refused.take().or(other.refused);
        if state.refused.is_none() {
            state.frame.append(other.frame);
        }
    }

    fn evaluate(&self, states: &[Kept]) -> Result<ArrayRef> {
        if let Some(refused) = states.iter().find_map(|state| state.refused.as_ref()) {
            return Err(CallError::invalid(refused.clone()).into());
        }
        let fitted = states.iter().map(|state| self.0.learn(state.frame.clone()));
        records::<L>(&fitted.collect::<Result<Vec<_>>>()?)
    }
}

impl Frame {
    /// Adds a row of an array of records, lists or values; or says why it does not fit the others.
    fn push(&mut self, label: bool, features: &ArrayRef, row: usize, function: &str) -> Result<(), String> {
        if let Some(record) = features.as_struct_opt() {
            if self.names.is_empty() {
                self.names = record.column_names().into_iter().map(str::to_owned).collect();
                self.values = record.columns().iter().map(empty).collect();
            }
            let is_null = record.is_null(row);
            for (values, column) in self.values.iter_mut().zip(record.columns()) {
                push(values, column, (!is_null).then_some(row));
            }
        } else if let Some(lists) = features.as_list_opt::<i32>() {
            if lists.is_null(row) {
                return Ok(());
            }
            let numbers = lists.value(row);
            if numbers.is_empty() {
                return Err(format!("argument features of {function} has no values"));
            }
            if self.names.is_empty() {
                self.names = (1..=numbers.len()).map(|place| format!("x{place}")).collect();
                self.values = vec![Values::Number(Vec::new()); numbers.len()];
            }
            if self.names.len() != numbers.len() {
                return Err(reading::lengths(function, self.names.len(), numbers.len()));
            }
            for (place, values) in self.values.iter_mut().enumerate() {
                push(values, &numbers, Some(place));
            }
        } else {
            if self.names.is_empty() {
                self.names = vec!["x1".to_owned()];
                self.values = vec![empty(features)];
            }
            self.values.iter_mut().for_each(|values| push(values, features, Some(row)));
        }
        self.labels.push(label);
        Ok(())
    }
}

/// No values of a column.
fn empty(column: &ArrayRef) -> Values {
    match column.data_type() {
        DataType::Utf8 => Values::Text(Vec::new(), Names::default()),
        _ => Values::Number(Vec::new()),
    }
}

/// Adds the value of a row, or that it is missing.
fn push(values: &mut Values, column: &ArrayRef, row: Option<usize>) {
    let row = row.filter(|row| column.is_valid(*row));
    match values {
        Values::Number(numbers) => {
            let numeric = column.as_primitive_opt::<Float64Type>();
            numbers.push(numeric.zip(row).map_or(f64::NAN, |(numeric, row)| finite(numeric.value(row))));
        }
        Values::Text(codes, names) => {
            let texts = column.as_string_opt::<i32>();
            codes.push(texts.zip(row).map_or(MISSING, |(texts, row)| names.code(texts.value(row))));
        }
    }
}

impl State for Kept {
    fn save(&self, writer: &mut Writer) {
        writer.text(self.refused.as_deref().unwrap_or_default());
        self.frame.save(writer);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let refused = reader.text()?;
        let refused = (!refused.is_empty()).then(|| refused.to_owned());
        Ok(Self { refused, frame: Frame::load(reader)? })
    }

    fn heap_bytes(&self) -> usize {
        self.frame.heap_bytes()
    }
}

/// A fit's status in a word; a feature that tells the labels apart alone is named.
pub(crate) fn status(status: &Status, known: &[Known]) -> String {
    match status {
        Status::Ok => "ok".to_owned(),
        Status::Separated(None) => "separated".to_owned(),
        Status::Separated(Some(feature)) => {
            format!("separated by {}", known.get(*feature).map_or("a feature", |known| known.name.as_str()))
        }
        Status::NotConverged => "not_converged".to_owned(),
        Status::OneClass => "one_class".to_owned(),
        Status::InsufficientData => "insufficient_data".to_owned(),
    }
}

/// What pages say of statuses.
pub(super) const STATUSES: &str = "status is one_class when all labels are the same and insufficient_data when the \
    rarer label has too few rows; predictions are then NULL. It is separated when the labels can be told apart without \
    a mistake, and `separated by x` when the feature x alone does: it may know what was only known afterwards.";
