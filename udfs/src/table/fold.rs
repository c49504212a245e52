//! What folds keep beside numbers: texts by codes that outlive the partition they came from.

use std::collections::HashMap;

use super::call::Slot;
use super::rows::{NULL_CODE, Rows};
use crate::adapter::bytes::{Reader, Writer};
use datafusion::error::Result;

/// Texts that a fold has met, each with a code of the fold's own, in the order in which they were met.
///
/// Codes of a partition's column are translated once each ([`Names::of_code`]); a saved state writes the names out
/// and another fold reads them as its own codes ([`Names::merge`]).
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    codes: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    /// The own code of each code of the column, plus one.
    translated: Vec<u32>,
    text_bytes: usize,
}

impl Names {
    /// The own code of a code of a column; [`NULL_CODE`] stays.
    pub(crate) fn of_code(&mut self, rows: &Rows<'_>, slot: Slot, code: u32) -> u32 {
        if code == NULL_CODE {
            return NULL_CODE;
        }
        if self.translated.len() <= code as usize {
            self.translated.resize(rows.texts(slot).max(code as usize + 1), 0);
        }
        match self.translated[code as usize] {
            0 => {
                let own = self.code(rows.text(slot, code).unwrap_or_default());
                self.translated[code as usize] = own + 1;
                own
            }
            own => own - 1,
        }
    }

    /// The own code of a text.
    pub(crate) fn code(&mut self, name: &str) -> u32 {
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        let code = self.names.len() as u32;
        self.codes.insert(name.into(), code);
        self.names.push(name.into());
        self.text_bytes += 2 * name.len();
        code
    }

    /// The text of an own code.
    pub(crate) fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code as usize).map(AsRef::as_ref)
    }

    /// The texts of all own codes, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Writes all names.
    pub(crate) fn save(&self, writer: &mut Writer) {
        writer.count(self.names.len() as u64);
        for name in &self.names {
            writer.text(name);
        }
    }

    /// Reads names that [`Self::save`] wrote, and gives the own code of each in their order.
    pub(crate) fn merge(&mut self, reader: &mut Reader<'_>) -> Result<Vec<u32>> {
        let count = reader.length(1)?;
        let mut codes = Vec::with_capacity(count);
        for _ in 0..count {
            codes.push(self.code(reader.text()?));
        }
        Ok(codes)
    }

    /// The memory it holds beside its own size.
    pub(crate) fn heap_bytes(&self) -> usize {
        let entry = 2 * size_of::<Box<str>>() + size_of::<u32>();
        self.text_bytes + self.codes.capacity() * entry + self.translated.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_two_folds_become_one() {
        let (mut left, mut right) = (Names::default(), Names::default());
        left.code("email");
        right.code("search");
        right.code("email");
        let mut writer = Writer::new(Vec::new());
        right.save(&mut writer);
        let bytes = writer.finish();
        let codes = left.merge(&mut Reader::new(&bytes).unwrap()).unwrap();
        assert_eq!(codes, [1, 0]);
        assert_eq!(left.name(1), Some("search"));
        assert_eq!(left.len(), 2);
    }
}
