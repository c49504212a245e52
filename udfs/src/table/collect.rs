//! The rows of one partition, collected until all of a group are there.
//!
//! Few rows are kept together. Many are dealt out to parts by the hash of their keys: the rows of a key are in one part,
//! and each part is small enough that bringing its groups together and putting them into order stays inside a
//! processor's cache. Parts are arranged one after the other, so that only one of them is held twice.

mod grouped;
mod input;

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::StringArray;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

pub(super) use self::grouped::Grouped;
use self::input::Input;
use super::arrange::Arranged;
use super::call::{Layout, Planned};
use super::dictionary::Dictionary;
use super::rows::NULL_CODE;
use super::values::Values;
use crate::argument::Type;

/// So many rows are kept together.
const TOGETHER_MAX: usize = 1 << 16;

/// The parts that more rows are dealt out to: a power of two.
const PARTS: usize = 64;

/// What arranging needs for each row of a part: the codes and the order of its rows, two copies of a column, and what
/// finds its key.
const ARRANGING_BYTES: usize = 2 * size_of::<u32>() + 2 * size_of::<i64>() + 24;

/// The rows of one partition.
pub(super) struct Collector {
    call: Arc<Planned>,
    key_schema: Arc<Schema>,
    /// By parameter, the same for all inputs.
    dictionaries: Vec<Option<Dictionary>>,
    /// The texts of each dictionary in order, and the place of each code among them; nothing while rows come.
    texts: Option<Vec<Option<(StringArray, Vec<u32>)>>>,
    /// One part, or [`PARTS`] and then those that were not taken yet; in each all inputs.
    parts: Vec<Vec<Input>>,
    is_divisible: bool,
}

impl Collector {
    /// No rows. Those of a divisible one may be taken in parts.
    pub(super) fn new(call: &Arc<Planned>, schema: &Schema, is_divisible: bool) -> Self {
        let key_schema: Vec<Field> =
            schema.fields().iter().take(call.keys()).map(|field| field.as_ref().clone()).collect();
        let parameters = call.layouts.iter().map(|layout| layout.columns.len()).max().unwrap_or(0);
        let mut dictionaries: Vec<Option<Dictionary>> = Vec::new();
        for parameter in 0..parameters {
            let is_text = |layout: &Layout| matches!(layout.columns.get(parameter), Some(Some((_, Type::Text))));
            let is_text = call.layouts.iter().any(is_text);
            dictionaries.push(is_text.then(Dictionary::new));
        }
        Self {
            key_schema: Arc::new(Schema::new(key_schema)),
            dictionaries,
            texts: None,
            parts: vec![empty(call)],
            is_divisible: is_divisible && call.keys() > 0,
            call: Arc::clone(call),
        }
    }

    /// Adds a batch of an input.
    pub(super) fn push(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        let rows = Input::read(&self.call.layouts[input], batch, &mut self.dictionaries)?;
        self.texts = None;
        match self.parts.as_mut_slice() {
            [part] => part[input].append(rows),
            parts => return rows.deal(parts, input),
        }
        if self.is_divisible && self.rows() > TOGETHER_MAX {
            let whole = std::mem::take(&mut self.parts);
            self.parts = (0..PARTS).map(|_| empty(&self.call)).collect();
            for (place, input) in whole.into_iter().flatten().enumerate() {
                input.deal(&mut self.parts, place)?;
            }
        }
        Ok(())
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.parts.iter().flatten().map(|input| input.rows).sum()
    }

    /// Takes all rows of some groups, and arranges them; there are no others of these groups.
    pub(super) fn take(&mut self) -> Result<Grouped> {
        while let Some(part) = self.parts.pop() {
            if self.parts.is_empty() {
                self.parts.push(empty(&self.call));
                return self.arrange(part);
            }
            if part.iter().any(|input| input.rows > 0) {
                return self.arrange(part);
            }
        }
        self.arrange(empty(&self.call))
    }

    /// Takes all rows but those of the last key, which may go on, and arranges them. Of one input, sorted by keys.
    pub(super) fn take_complete(&mut self) -> Result<Option<Grouped>> {
        let [part] = self.parts.as_mut_slice() else { return Ok(None) };
        let [input] = part.as_mut_slice() else { return Ok(None) };
        let Some(start) = input.last_key()? else { return Ok(None) };
        let rest = input.split_off(start);
        let complete = std::mem::replace(input, rest);
        self.texts = None;
        self.arrange(vec![complete]).map(Some)
    }

    fn arrange(&mut self, part: Vec<Input>) -> Result<Grouped> {
        let dictionaries = &self.dictionaries;
        let texts = self
            .texts
            .get_or_insert_with(|| dictionaries.iter().map(|known| known.as_ref().map(Dictionary::in_order)).collect());
        let mut values = match self.key_schema.fields().is_empty() {
            true => None,
            false => Some(new_group_values(Arc::clone(&self.key_schema), &GroupOrdering::None)?),
        };
        let mut codes = Vec::with_capacity(part.len());
        for input in &part {
            codes.push(encode(values.as_deref_mut(), input)?);
        }
        let (keys, groups) = match &mut values {
            Some(values) => {
                let groups = values.len();
                (values.emit(EmitTo::All)?, groups)
            }
            // Without key columns there is one group, if there are rows.
            None => (Vec::new(), usize::from(part.iter().any(|input| input.rows > 0))),
        };
        let mut inputs = Vec::with_capacity(part.len());
        for (input, codes) in part.into_iter().zip(codes) {
            let Input { times, mut columns, .. } = input;
            for (column, texts) in columns.iter_mut().zip(texts.iter()) {
                if let (Some(Values::Code(codes)), Some((_, ranks))) = (column, texts) {
                    for code in codes.iter_mut().filter(|code| **code != NULL_CODE) {
                        *code = ranks[*code as usize];
                    }
                }
            }
            inputs.push(Arranged::new(codes, times, columns, groups)?);
        }
        let texts = texts.iter().map(|texts| texts.as_ref().map(|(texts, _)| texts.clone())).collect();
        Ok(Grouped::new(inputs, keys, texts, groups))
    }

    /// The memory it holds, and what arranging it will need.
    pub(super) fn size(&self) -> usize {
        let dictionaries: usize = self.dictionaries.iter().flatten().map(Dictionary::size).sum();
        let inputs: usize = self.parts.iter().flatten().map(Input::size).sum();
        let rows = |part: &Vec<Input>| part.iter().map(|input| input.rows).sum::<usize>();
        let largest = self.parts.iter().map(rows).max().unwrap_or(0);
        dictionaries + inputs + largest * ARRANGING_BYTES
    }
}

/// A part without rows.
fn empty(call: &Planned) -> Vec<Input> {
    call.layouts.iter().map(Input::new).collect()
}

/// The code of the key of each row.
fn encode(values: Option<&mut (dyn GroupValues + '_)>, input: &Input) -> Result<Vec<u32>> {
    let Some(values) = values else { return Ok(vec![0; input.rows]) };
    let mut codes = Vec::with_capacity(input.rows);
    let mut found = Vec::new();
    for keys in &input.keys {
        values.intern(keys, &mut found)?;
        if u32::try_from(values.len()).is_err() {
            return Err(resources_datafusion_err!("there are more groups in one partition than can be counted"));
        }
        codes.extend(found.iter().map(|code| *code as u32));
    }
    Ok(codes)
}
