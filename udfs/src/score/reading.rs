//! Features of rows in a call by position: an array of numbers, a record, or values one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_kernels::score::feature::{Feature, MISSING, OTHER};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StructArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::error::Result;

use super::frame::{Known, finite};
use crate::adapter::column::{Column, Columns};
use crate::adapter::described;
use crate::error::{CallError, CallErrorKind};

/// Up to so many levels are compared one by one, which is faster than a table.
const COMPARED_MAX: usize = 12;

/// Why arrays of different lengths are refused.
pub(super) fn lengths(function: &str, left: usize, right: usize) -> String {
    format!("argument features of {function} has {left} values in one row and {right} in another")
}

/// The features of the rows of a batch, by name where they have one.
pub(super) struct Given {
    pub names: Vec<Option<String>>,
    pub columns: Vec<ArrayRef>,
}

impl Given {
    /// The features of a call from the argument `first` on.
    pub(super) fn read(columns: &Columns, first: usize, function: &str) -> Result<Self> {
        let mut arrays = Vec::new();
        while let Some(Column::Any(array)) = columns.column(first + arrays.len()) {
            arrays.push(ArrayRef::clone(array));
        }
        let [only] = arrays.as_slice() else {
            return Ok(Self { names: vec![None; arrays.len()], columns: arrays });
        };
        if let Some(record) = only.as_struct_opt() {
            return Ok(Self::of_record(record));
        }
        match only.as_list_opt::<i32>() {
            Some(lists) => Self::of_list(lists, function),
            None => Ok(Self { names: vec![None], columns: arrays }),
        }
    }

    fn of_record(record: &StructArray) -> Self {
        // Fields that were given no name of their own are called c0, c1, … as the values of ROW are.
        let name = |(place, name): (usize, &&str)| (**name != format!("c{place}")).then(|| (*name).to_owned());
        let all = record.column_names();
        let mut names: Vec<Option<String>> = all.iter().enumerate().map(name).collect();
        if names.iter().any(Option::is_none) {
            names.fill(None);
        }
        Self { names, columns: record.columns().to_vec() }
    }

    /// An array of numbers as columns. All arrays have the same length; what is missing in one is missing.
    fn of_list(lists: &ListArray, function: &str) -> Result<Self> {
        let mut columns: Vec<Vec<Option<f64>>> = Vec::new();
        for row in 0..lists.len() {
            if lists.is_null(row) {
                continue;
            }
            let values = lists.value(row);
            let Some(values) = values.as_primitive_opt::<Float64Type>() else { continue };
            if columns.is_empty() {
                columns = vec![vec![None; row]; values.len()];
            }
            if values.len() != columns.len() {
                let fact = lengths(function, columns.len(), values.len());
                return Err(CallError::invalid(fact).at("features").into());
            }
            for (column, value) in columns.iter_mut().zip(values) {
                column.resize(row, None);
                column.push(value);
            }
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for mut column in columns {
            column.resize(lists.len(), None);
            arrays.push(Arc::new(Float64Array::from(column)));
        }
        Ok(Self { names: vec![None; arrays.len()], columns: arrays })
    }

    /// The columns in the order in which a model knows them: by name where all have one, by place otherwise.
    pub(super) fn matched(&self, known: &[Known], function: &str) -> Result<Vec<ArrayRef>> {
        let refused =
            |fact: String, hint: String| CallError::new(CallErrorKind::Invalid, fact).at("features").with_hint(hint);
        let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
        if self.names.iter().any(Option::is_none) {
            if self.columns.len() != known.len() && !self.columns.is_empty() {
                let fact = format!(
                    "argument features of {function} has {} values, the model has {} features",
                    self.columns.len(),
                    known.len()
                );
                return Err(refused(fact, format!("the model reads {}", names.join(", "))).into());
            }
            return Ok(self.columns.clone());
        }
        let mut matched = Vec::with_capacity(known.len());
        for name in names {
            match self.names.iter().position(|own| own.as_deref() == Some(name)) {
                Some(place) => matched.push(ArrayRef::clone(&self.columns[place])),
                None => {
                    let fact = format!("argument features of {function} has no {name}, which the model reads");
                    return Err(refused(fact, "name the fields of the record as when it was learnt".to_owned()).into());
                }
            }
        }
        Ok(matched)
    }
}

/// The values of a model's features in a batch.
pub(super) enum Read {
    Number(Vec<f64>),
    Category(Vec<u32>),
}

impl Read {
    /// Reads a column as the model knows it.
    pub(super) fn new(known: &Known, column: &ArrayRef, function: &str) -> Result<Self> {
        let mismatch = |wanted: &str| {
            let given = described(column.data_type());
            let fact = format!("feature {} of {function} must be a {wanted}, got {given}", known.name);
            CallError::new(CallErrorKind::TypeMismatch, fact).at("features")
        };
        let Some(levels) = &known.levels else {
            let numbers = column.as_primitive_opt::<Float64Type>().ok_or_else(|| mismatch("number"))?;
            return Ok(Self::Number(numbers.iter().map(|number| number.map_or(f64::NAN, finite)).collect()));
        };
        let texts = column.as_string_opt::<i32>().ok_or_else(|| mismatch("text"))?;
        if levels.len() <= COMPARED_MAX {
            // The most frequent level stands first.
            let place = |text: &str| levels.iter().position(|level| level == text).map_or(OTHER, |place| place as u32);
            return Ok(Self::Category(texts.iter().map(|text| text.map_or(MISSING, place)).collect()));
        }
        let level_of: HashMap<&str, u32> = levels.iter().map(String::as_str).zip(0..).collect();
        let level = |text: Option<&str>| text.map_or(MISSING, |text| level_of.get(text).copied().unwrap_or(OTHER));
        Ok(Self::Category(texts.iter().map(level).collect()))
    }

    /// The values as models read them.
    pub(super) fn feature(&self) -> Feature<'_> {
        match self {
            Self::Number(numbers) => Feature::Number(numbers),
            Self::Category(levels) => Feature::Category(levels),
        }
    }
}
