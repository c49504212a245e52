//! The values of one row, still as the client wrote them.

use std::ops::Range;

/// The values of a row; the same room is used for the next.
#[derive(Debug, Default)]
pub(super) struct Fields {
    bytes: Vec<u8>,
    /// Where each value is; `None` is NULL.
    places: Vec<Option<Range<usize>>>,
    /// Where the value begins that is being built.
    start: usize,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        self.start = 0;
    }

    /// Adds a byte to the value that is being built.
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// The value that was being built is complete.
    pub(super) fn end_value(&mut self) {
        self.places.push(Some(self.start..self.bytes.len()));
        self.start = self.bytes.len();
    }

    /// What was being built stands for NULL.
    pub(super) fn end_null(&mut self) {
        self.bytes.truncate(self.start);
        self.places.push(None);
    }

    /// Takes a row whose values stand in `bytes` as they are.
    pub(super) fn fill(&mut self, bytes: &[u8], places: impl IntoIterator<Item = Option<Range<usize>>>) {
        self.clear();
        self.bytes.extend_from_slice(bytes);
        self.places.extend(places);
    }

    /// The number of values.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The bytes of all values.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The values in order; `None` is NULL.
    pub(super) fn values(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.places.iter().map(|place| place.clone().and_then(|place| self.bytes.get(place)))
    }
}

#[cfg(test)]
impl Fields {
    /// The values as texts, for comparison.
    pub(super) fn texts(&self) -> Vec<Option<&str>> {
        self.values().map(|value| value.map(|bytes| std::str::from_utf8(bytes).unwrap())).collect()
    }
}
