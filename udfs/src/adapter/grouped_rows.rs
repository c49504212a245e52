//! Rows of many groups: columns while they come, brought together when results are asked for.

use std::mem::size_of;

use bellwether_kernels::ordering::Groups;
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;

/// What is kept of each row, and the group it belongs to, in the order of arrival.
pub(crate) struct GroupedRows<T> {
    /// Who asks, for its errors.
    function: &'static str,
    groups: usize,
    codes: Vec<u32>,
    values: Vec<T>,
}

/// The rows of some groups, brought together.
pub(crate) struct Taken<T> {
    pub groups: Groups,
    values: Vec<T>,
}

impl<T: Copy> Taken<T> {
    /// What was kept of the rows of each group, group by group.
    pub(crate) fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = T>> {
        self.groups.offsets().windows(2).map(|bounds| {
            let rows = &self.groups.rows()[bounds[0] as usize..bounds[1] as usize];
            rows.iter().map(|&row| self.values[row as usize])
        })
    }
}

impl<T: Copy> GroupedRows<T> {
    pub(crate) fn new(function: &'static str) -> Self {
        Self { function, groups: 0, codes: Vec::new(), values: Vec::new() }
    }

    /// Makes place for groups without rows.
    pub(crate) fn reach(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    /// How a group is kept.
    pub(crate) fn code(&self, group: usize) -> Result<u32> {
        u32::try_from(group)
            .map_err(|_| resources_datafusion_err!("{} saw more groups than it can count", self.function))
    }

    /// Adds a row to the group of a [`Self::code`].
    pub(crate) fn push(&mut self, code: u32, value: T) {
        self.codes.push(code);
        self.values.push(value);
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Takes the rows of the first groups, or of all; the other groups move up.
    pub(crate) fn take(&mut self, emit_to: EmitTo) -> Result<Taken<T>> {
        let taken = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(groups) => groups.min(self.groups),
        };
        let (codes, values) = match taken == self.groups {
            true => (std::mem::take(&mut self.codes), std::mem::take(&mut self.values)),
            false => self.split(taken),
        };
        self.groups -= taken;
        let groups = Groups::new(&codes, taken)
            .ok_or_else(|| resources_datafusion_err!("{} saw more rows than it can count", self.function))?;
        Ok(Taken { groups, values })
    }

    /// Takes the rows of the groups before `taken` out.
    fn split(&mut self, taken: usize) -> (Vec<u32>, Vec<T>) {
        let (mut codes, mut values) = (Vec::new(), Vec::new());
        let mut kept = 0;
        for row in 0..self.codes.len() {
            let (code, value) = (self.codes[row], self.values[row]);
            if (code as usize) < taken {
                codes.push(code);
                values.push(value);
            } else {
                self.codes[kept] = code - taken as u32;
                self.values[kept] = value;
                kept += 1;
            }
        }
        self.codes.truncate(kept);
        self.values.truncate(kept);
        (codes, values)
    }

    /// The memory it holds, with what bringing the rows together will need beside them: that comes at the end,
    /// when nothing can be given back.
    pub(crate) fn heap_bytes(&self) -> usize {
        let positions = (self.codes.len() + self.groups) * size_of::<u32>();
        self.codes.capacity() * size_of::<u32>() + self.values.capacity() * size_of::<T>() + positions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(taken: &Taken<char>) -> Vec<String> {
        taken.iter().map(Iterator::collect).collect()
    }

    #[test]
    fn groups_that_stay_move_up_with_their_rows_in_order() {
        let mut rows = GroupedRows::new("test");
        rows.reach(4);
        for (code, value) in [(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (0, 'e')] {
            rows.push(code, value);
        }
        assert_eq!(groups(&rows.take(EmitTo::First(2)).unwrap()), ["be", ""]);
        rows.push(1, 'f');
        assert_eq!(groups(&rows.take(EmitTo::All).unwrap()), ["ac", "df"]);
        assert_eq!(groups(&rows.take(EmitTo::All).unwrap()), Vec::<String>::new());
    }
}
