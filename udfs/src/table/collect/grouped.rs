//! Groups, ready to be seen.

use std::mem::size_of;
use std::sync::{Arc, OnceLock};

use bellwether_kernels::ordering::Groups;
use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::compute::{SortColumn, lexsort_to_indices};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::physical_plan::aggregates::group_values::new_group_values;
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::super::arrange::Arranged;

/// The rows of all groups, and their keys.
#[derive(Debug)]
pub(in super::super) struct Grouped {
    pub inputs: Vec<Arranged>,
    pub keys: Vec<ArrayRef>,
    pub texts: Vec<Option<StringArray>>,
    pub groups: usize,
    /// The groups that one function sees together, division by division; nothing where each is seen alone.
    pub divisions: Option<Groups>,
    /// The place of each group's key in order, among those of its division; nothing until it is asked for.
    ranks: OnceLock<Vec<u32>>,
}

impl Grouped {
    /// Groups that are seen each alone.
    pub(super) fn new(
        inputs: Vec<Arranged>,
        keys: Vec<ArrayRef>,
        texts: Vec<Option<StringArray>>,
        groups: usize,
    ) -> Self {
        Self { inputs, keys, texts, groups, divisions: None, ranks: OnceLock::new() }
    }

    /// Divides the groups by the values of their first keys; without any, all are together.
    pub(in super::super) fn divide(&mut self, keys: usize) -> Result<()> {
        let mut codes = vec![0; self.groups];
        let mut divisions = usize::from(self.groups > 0);
        if keys > 0 {
            let keys = &self.keys[..keys];
            let fields = keys.iter().map(|key| Field::new("key", key.data_type().clone(), true));
            let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
            let mut values = new_group_values(schema, &GroupOrdering::None)?;
            values.intern(keys, &mut codes)?;
            divisions = values.len();
        }
        let codes: Vec<u32> = codes.into_iter().map(|code| code as u32).collect();
        let divided = Groups::new(&codes, divisions);
        self.divisions =
            Some(divided.ok_or_else(|| resources_datafusion_err!("there are more groups than can be counted"))?);
        Ok(())
    }

    /// The place of a group's key in order, among those of its division.
    pub(in super::super) fn rank(&self, code: u32) -> Result<usize> {
        let ranks = match self.ranks.get() {
            Some(ranks) => ranks,
            None => {
                let ranks = self.ranked()?;
                self.ranks.get_or_init(|| ranks)
            }
        };
        Ok(ranks.get(code as usize).map_or(0, |rank| *rank as usize))
    }

    fn ranked(&self) -> Result<Vec<u32>> {
        let mut ranks = vec![0; self.groups];
        if self.keys.is_empty() {
            return Ok(ranks);
        }
        // The division of each group, and how many of it came so far.
        let mut division_of = vec![0; self.groups];
        let divisions = self.divisions.as_ref().map_or(1, Groups::len);
        for division in 0..self.divisions.as_ref().map_or(0, Groups::len) {
            let of_division = self.divisions.as_ref().map_or(&[][..], |divisions| divisions.rows_of(division));
            of_division.iter().for_each(|code| division_of[*code as usize] = division);
        }
        let mut next = vec![0; divisions];
        let columns: Vec<SortColumn> =
            self.keys.iter().map(|key| SortColumn { values: Arc::clone(key), options: None }).collect();
        for group in lexsort_to_indices(&columns, None)?.values() {
            let next = &mut next[division_of[*group as usize]];
            ranks[*group as usize] = *next;
            *next += 1;
        }
        Ok(ranks)
    }

    /// The memory that divisions and ranks hold.
    pub(in super::super) fn order_bytes(&self) -> usize {
        let divisions = self.divisions.as_ref().map_or(0, |divisions| divisions.rows().len() + divisions.len());
        (divisions + self.ranks.get().map_or(0, Vec::capacity)) * size_of::<u32>()
    }
}
