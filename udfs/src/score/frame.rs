//! Rows that a model learns from: features by name, each numbers or text, and the label of every row.

use std::mem::size_of;

use bellwether_kernels::score::feature::{Feature, MISSING, levels, places};
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::error::CallError;
use crate::table::{FeatureColumn, NULL_CODE, Names, Rows, Slot};

/// The values of a feature.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    /// NaN is missing; so is what is infinite.
    Number(Vec<f64>),
    /// Codes of names, [`MISSING`] for NULL.
    Text(Vec<u32>, Names),
}

/// Rows, feature by feature.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    pub names: Vec<String>,
    pub values: Vec<Values>,
    pub labels: Vec<bool>,
}

/// A feature as a model knows it: its name, and the names of its levels if it is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub name: String,
    pub levels: Option<Vec<String>>,
}

/// Rows with text as places among levels.
pub(crate) struct Prepared {
    pub known: Vec<Known>,
    columns: Vec<Column>,
    pub labels: Vec<bool>,
}

enum Column {
    Number(Vec<f64>),
    Category(Vec<u32>),
}

impl Frame {
    /// The rows of a group of a table function whose label is known.
    pub(super) fn of_rows(rows: &Rows<'_>, features: &[FeatureColumn], label: Slot, function: &str) -> Result<Self> {
        let mut frame = Self::default();
        let mut labelled = Vec::new();
        for (row, value) in rows.numbers(label).iter().enumerate() {
            if let Some(value) = label_of(*value, function)? {
                labelled.push(row);
                frame.labels.push(value);
            }
        }
        for feature in features {
            frame.names.push(feature.name.clone());
            frame.values.push(match feature.is_text {
                false => {
                    let numbers = rows.numbers(feature.slot);
                    Values::Number(labelled.iter().map(|row| finite(numbers[*row])).collect())
                }
                true => {
                    let mut names = Names::default();
                    let codes = rows.codes(feature.slot);
                    let code = |row: &usize| match codes[*row] {
                        NULL_CODE => MISSING,
                        code => names.code(rows.text(feature.slot, code).unwrap_or_default()),
                    };
                    Values::Text(labelled.iter().map(code).collect(), names)
                }
            });
        }
        Ok(frame)
    }

    /// Adds a row of a table function.
    pub(crate) fn push_row(&mut self, rows: &Rows<'_>, features: &[FeatureColumn], row: usize, label: bool) {
        if self.names.is_empty() {
            self.names = features.iter().map(|feature| feature.name.clone()).collect();
            let empty = |feature: &FeatureColumn| match feature.is_text {
                true => Values::Text(Vec::new(), Names::default()),
                false => Values::Number(Vec::new()),
            };
            self.values = features.iter().map(empty).collect();
        }
        self.labels.push(label);
        for (values, feature) in self.values.iter_mut().zip(features) {
            match values {
                Values::Number(numbers) => numbers.push(finite(rows.numbers(feature.slot)[row])),
                Values::Text(codes, names) => match rows.codes(feature.slot)[row] {
                    NULL_CODE => codes.push(MISSING),
                    code => codes.push(names.of_code(rows, feature.slot, code)),
                },
            }
        }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The number of rows with the label.
    pub(super) fn positives(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    /// Adds the rows of another frame of the same features.
    pub(super) fn append(&mut self, other: Self) {
        if self.names.is_empty() {
            *self = other;
            return;
        }
        self.labels.extend(other.labels);
        for (own, other) in self.values.iter_mut().zip(other.values) {
            match (own, other) {
                (Values::Number(own), Values::Number(other)) => own.extend(other),
                (Values::Text(own, names), Values::Text(other, other_names)) => {
                    let codes: Vec<u32> = other_names.iter().map(|name| names.code(name)).collect();
                    own.extend(other.iter().map(|code| codes.get(*code as usize).copied().unwrap_or(MISSING)));
                }
                // States of one call have features of the same types.
                (Values::Number(own), Values::Text(other, _)) => own.extend(other.iter().map(|_| f64::NAN)),
                (Values::Text(own, _), Values::Number(other)) => own.extend(other.iter().map(|_| MISSING)),
            }
        }
    }

    /// Text as places among its most frequent levels, at most `levels_max`. Rows are put in order, so that what is
    /// learnt does not depend on how they came, unless they come `in_time`.
    pub(crate) fn prepare(self, levels_max: usize, in_time: bool) -> Prepared {
        let mut columns = Vec::with_capacity(self.values.len());
        let mut known = Vec::with_capacity(self.values.len());
        for (name, values) in self.names.into_iter().zip(self.values) {
            match values {
                Values::Number(numbers) => {
                    known.push(Known { name, levels: None });
                    columns.push(Column::Number(numbers));
                }
                Values::Text(codes, names) => {
                    let codes = alphabetical(&codes, &names);
                    let mut sorted: Vec<&str> = names.iter().collect();
                    sorted.sort_unstable();
                    let kept = levels(&codes, levels_max);
                    let own = kept.iter().map(|code| sorted[*code as usize].to_owned()).collect();
                    known.push(Known { name, levels: Some(own) });
                    columns.push(Column::Category(places(&codes, &kept)));
                }
            }
        }
        let mut prepared = Prepared { known, columns, labels: self.labels };
        if !in_time {
            prepared.sort();
        }
        prepared
    }

    pub(super) fn save(&self, writer: &mut Writer) {
        writer.count(self.names.len() as u64);
        writer.count(self.labels.len() as u64);
        self.labels.iter().for_each(|label| writer.u8(u8::from(*label)));
        for (name, values) in self.names.iter().zip(&self.values) {
            writer.text(name);
            match values {
                Values::Number(numbers) => {
                    writer.u8(0);
                    numbers.iter().for_each(|number| writer.f64(*number));
                }
                Values::Text(codes, names) => {
                    writer.u8(1);
                    names.save(writer);
                    codes.iter().for_each(|code| writer.u32(*code));
                }
            }
        }
    }

    pub(super) fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let features = reader.length(1)?;
        let rows = reader.length(1)?;
        let mut frame = Self::default();
        for _ in 0..rows {
            frame.labels.push(reader.u8()? != 0);
        }
        for _ in 0..features {
            frame.names.push(reader.text()?.to_owned());
            let mut names = Names::default();
            frame.values.push(match reader.u8()? {
                0 => Values::Number((0..rows).map(|_| reader.f64()).collect::<Result<_>>()?),
                1 => {
                    let count = names.merge(reader)?.len() as u32;
                    let codes: Vec<u32> = (0..rows).map(|_| reader.u32()).collect::<Result<_>>()?;
                    if codes.iter().any(|code| *code != MISSING && *code >= count) {
                        return Err(damaged());
                    }
                    Values::Text(codes, names)
                }
                _ => return Err(damaged()),
            });
        }
        Ok(frame)
    }

    /// The memory it holds beside its own size.
    pub(crate) fn heap_bytes(&self) -> usize {
        let values = |values: &Values| match values {
            Values::Number(numbers) => numbers.capacity() * size_of::<f64>(),
            Values::Text(codes, names) => codes.capacity() * size_of::<u32>() + names.heap_bytes(),
        };
        self.labels.capacity() + self.values.iter().map(values).sum::<usize>()
    }
}

impl Prepared {
    /// The features as models read them.
    pub(crate) fn features(&self) -> Vec<Feature<'_>> {
        let feature = |column| match column {
            &Column::Number(ref numbers) => Feature::Number(numbers),
            Column::Category(codes) => Feature::Category(codes),
        };
        self.columns.iter().map(feature).collect()
    }

    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.sort_unstable_by(|&left, &right| {
            let by_label = self.labels[left].cmp(&self.labels[right]);
            self.columns.iter().fold(by_label, |order, column| {
                order.then_with(|| match column {
                    Column::Number(numbers) => numbers[left].total_cmp(&numbers[right]),
                    Column::Category(codes) => codes[left].cmp(&codes[right]),
                })
            })
        });
        self.labels = order.iter().map(|row| self.labels[*row]).collect();
        for column in &mut self.columns {
            match column {
                Column::Number(numbers) => *numbers = order.iter().map(|row| numbers[*row]).collect(),
                Column::Category(codes) => *codes = order.iter().map(|row| codes[*row]).collect(),
            }
        }
    }
}

/// Codes in the alphabetical order of their names.
fn alphabetical(codes: &[u32], names: &Names) -> Vec<u32> {
    let mut order: Vec<(&str, u32)> = names.iter().zip(0..).collect();
    order.sort_unstable();
    let mut rank_of = vec![0; order.len()];
    for (rank, (_, code)) in (0..).zip(&order) {
        rank_of[*code as usize] = rank;
    }
    codes.iter().map(|code| rank_of.get(*code as usize).copied().unwrap_or(MISSING)).collect()
}

/// A number as a feature: what is not finite is missing.
pub(super) fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { f64::NAN }
}

/// A label of 0 or 1; NULL, which comes as NaN, is none.
pub(super) fn label_of(value: f64, function: &str) -> Result<Option<bool>, CallError> {
    match value {
        0.0 => Ok(Some(false)),
        1.0 => Ok(Some(true)),
        value if value.is_nan() => Ok(None),
        value => {
            let fact = format!("argument label of {function} must be true or false, or 1 or 0, got {value}");
            Err(CallError::invalid(fact).at("label").with_hint("compare it, for example label > 0"))
        }
    }
}
