//! The mark that keeps the names of columns apart, and how it comes off.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::common::Column;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

/// Stands behind a name, before the number that tells it from others like it. It is for private use and on no
/// keyboard, so no name of a statement's own ends like this.
const MARK: char = '\u{E000}';

/// A name that nothing in a statement can mean.
pub(crate) fn marked(name: &str, number: usize) -> String {
    format!("{name}{MARK}{number}")
}

/// A column's name without its mark.
pub(super) fn visible(name: &str) -> &str {
    match name.rsplit_once(MARK) {
        Some((visible, number)) if !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) => visible,
        _ => name,
    }
}

/// Whether a column's name carries a mark.
pub(crate) fn is_marked(name: &str) -> bool {
    visible(name).len() < name.len()
}

/// Whether a column that was not found is called like several that were told apart by marks.
pub(crate) fn is_ambiguous(column: &Column, valid: &[Column]) -> bool {
    let alike = |other: &&Column| {
        is_marked(&other.name)
            && visible(&other.name) == column.name
            && (column.relation.is_none() || column.relation == other.relation)
    };
    valid.iter().filter(alike).count() > 1
}

/// A text about columns, such as a plan or a message, without marks.
pub(crate) fn without_marks(text: &str) -> Cow<'_, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for (index, part) in text.split(MARK).enumerate() {
        let part = if index == 0 { part } else { part.trim_start_matches(|letter: char| letter.is_ascii_digit()) };
        clean.push_str(part);
    }
    Cow::Owned(clean)
}

/// The columns as clients see them.
pub(crate) fn visible_schema(schema: &SchemaRef) -> SchemaRef {
    if !schema.fields().iter().any(|field| is_marked(field.name())) {
        return Arc::clone(schema);
    }
    let fields = schema.fields().iter().map(|field| {
        if !is_marked(field.name()) {
            return Arc::clone(field);
        }
        Arc::new(field.as_ref().clone().with_name(visible(field.name())))
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<FieldRef>>(), schema.metadata().clone()))
}

/// The rows with their columns as clients see them.
pub(crate) fn visible_rows(rows: SendableRecordBatchStream) -> SendableRecordBatchStream {
    let marked = rows.schema();
    let schema = visible_schema(&marked);
    if Arc::ptr_eq(&schema, &marked) {
        return rows;
    }
    let renamed = rows.map(|batch| batch.and_then(visible_batch));
    Box::pin(RecordBatchStreamAdapter::new(schema, renamed))
}

/// The same arrays under their visible names.
fn visible_batch(batch: RecordBatch) -> Result<RecordBatch> {
    let schema = visible_schema(batch.schema_ref());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, batch.columns().to_vec(), &options)?)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn a_mark_comes_off_and_other_names_stay() {
        assert_eq!(visible(&marked("count", 12)), "count");
        assert_eq!(visible("count"), "count");
        assert_eq!(visible("count1"), "count1");
        assert_eq!(visible("odd\u{E000}"), "odd\u{E000}");
        assert!(is_marked(&marked("?column?", 0)));
        assert!(!is_marked("?column?"));
    }

    #[test]
    fn marks_come_off_wherever_they_stand_in_a_text() {
        let text = format!("ProjectionExec: expr=[{} as {}, 7]", marked("a", 0), marked("b", 10));
        assert_eq!(without_marks(&text), "ProjectionExec: expr=[a as b, 7]");
        assert!(matches!(without_marks("count(*)"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_schema_without_marks_is_the_same_schema() {
        let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, true)]));
        assert!(Arc::ptr_eq(&visible_schema(&schema), &schema));
    }

    #[test]
    fn a_name_that_only_marks_tell_apart_is_ambiguous() {
        let valid = [Column::new(Some("x"), marked("a", 0)), Column::new(Some("x"), marked("a", 1))];
        assert!(is_ambiguous(&Column::new(Some("x"), "a"), &valid));
        assert!(is_ambiguous(&Column::new_unqualified("a"), &valid));
        assert!(!is_ambiguous(&Column::new(Some("y"), "a"), &valid));
        assert!(!is_ambiguous(&Column::new(Some("x"), "a"), &valid[..1]));
    }
}
