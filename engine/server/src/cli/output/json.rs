//! JSON: one array of objects, or one object a line. NULL is written as `null`, never left out.

use std::io::Write as _;

use arrow::array::RecordBatch;
use arrow::json::writer::{JsonArray, JsonFormat, LineDelimited, Writer, WriterBuilder};
use bellwether::Result;

use super::{ResultWriter, Sink, encoding_failed};
use crate::cli::report::write_failed;

pub(super) type Array = Json<JsonArray>;
pub(super) type Lines = Json<LineDelimited>;

pub(super) struct Json<F: JsonFormat> {
    writer: Writer<Sink, F>,
    /// What the format itself leaves out at its end.
    end: &'static [u8],
}

impl Array {
    pub(super) fn new(sink: Sink) -> Self {
        Self::with_end(sink, b"\n")
    }
}

impl Lines {
    pub(super) fn new(sink: Sink) -> Self {
        Self::with_end(sink, b"")
    }
}

impl<F: JsonFormat> Json<F> {
    fn with_end(sink: Sink, end: &'static [u8]) -> Self {
        Self { writer: WriterBuilder::new().with_explicit_nulls(true).build(sink), end }
    }
}

impl<F: JsonFormat> ResultWriter for Json<F> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).map_err(encoding_failed)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish().map_err(encoding_failed)?;
        let end = self.end;
        let mut sink = self.writer.into_inner();
        sink.write_all(end).and_then(|()| sink.flush()).map_err(write_failed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{sample, written};
    use super::*;

    #[test]
    fn an_array_is_one_valid_document() {
        let batch = sample();
        let text = written(|sink| Box::new(Array::new(sink)), &[&batch, &batch]);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[1], serde_json::json!({"name": "", "n": null, "amount": -3.00}));
    }

    #[test]
    fn an_empty_result_is_an_empty_array() {
        assert_eq!(written(|sink| Box::new(Array::new(sink)), &[]), "[]\n");
    }

    #[test]
    fn lines_stand_alone() {
        let batch = sample();
        let text = written(|sink| Box::new(Lines::new(sink)), &[&batch]);
        assert_eq!(text.lines().count(), 3);
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}
