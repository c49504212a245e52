//! `system.features` — what a business can ask: each question of the plan with what answers it and an example.

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use arrow::csv::ReaderBuilder;
use arrow::error::ArrowError;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::Result;

/// The questions, one a line: `sql/features.csv`.
const LISTED: &str = include_str!("../../../sql/features.csv");

const COLUMNS: [&str; 8] = ["id", "area", "feature", "bullet", "kind", "object", "example", "status"];

pub(super) fn batch() -> Result<RecordBatch> {
    static READ: OnceLock<RecordBatch> = OnceLock::new();
    if let Some(read) = READ.get() {
        return Ok(read.clone());
    }
    let read = read(LISTED)?;
    Ok(READ.get_or_init(|| read).clone())
}

fn read(listed: &str) -> Result<RecordBatch, ArrowError> {
    let schema = Arc::new(Schema::new(COLUMNS.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()));
    let reader = ReaderBuilder::new(Arc::clone(&schema)).with_header(true).build(Cursor::new(listed))?;
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    concat_batches(&schema, &batches)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use datafusion::arrow::array::{Array, AsArray};

    use super::*;

    #[test]
    fn every_question_of_the_plan_is_listed_once_with_what_answers_it() {
        let batch = batch().unwrap();
        assert_eq!((LISTED.lines().next(), batch.num_rows()), (Some(COLUMNS.join(",").as_str()), 168));
        let column = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        let ids = column("id");
        assert_eq!(ids.iter().flatten().collect::<BTreeSet<_>>().len(), 168);
        let (kinds, objects, examples, status) =
            (column("kind"), column("object"), column("example"), column("status"));
        for row in 0..batch.num_rows() {
            let id = ids.value(row);
            match kinds.value(row) {
                "view" | "function" | "statement" | "command" => {
                    assert_eq!(status.value(row), "ready", "{id}");
                    assert!(objects.is_valid(row) && examples.is_valid(row), "{id} has no object or example");
                }
                kind => assert_eq!((kind, status.value(row)), ("later", "later"), "{id}"),
            }
        }
    }
}
