//! A load, prepared: the files looked at, the columns settled, nothing written yet.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use futures::stream::BoxStream;

use super::columnar::ColumnarFiles;
use super::input::Input;
use super::options::Reading;
use super::piece::Piece;
use super::text::TextFiles;
use super::{Load, Progress};
use crate::{Error, Result};

/// Files that are ready to be read.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Text(Arc<TextFiles>),
    Columnar(Arc<ColumnarFiles>),
}

impl Plan {
    /// Looks at all files; `table` is what the table that is there holds.
    pub(super) fn prepare(load: &Load, table: Option<SchemaRef>) -> Result<Self> {
        let mut inputs: Vec<Input> = Vec::with_capacity(load.files.len());
        for path in &load.files {
            let input = Input::inspect(path, load.format)?;
            if let Some(first) = inputs.first()
                && first.format != input.format
            {
                return Err(Error::invalid_parameter(format!(
                    "{} is {} and {} is {}, and one load takes one format",
                    first.name,
                    first.format.noun(),
                    input.name,
                    input.format.noun()
                ))
                .with_hint("load them one after the other, or name the format with --format"));
            }
            inputs.push(input);
        }
        if inputs.first().is_some_and(|input| input.format.is_text()) {
            let reading = Reading::new(&load.options)?;
            let files = TextFiles::prepare(inputs, reading, load.on_bad_row, table.as_deref())?;
            return Ok(Self::Text(Arc::new(files)));
        }
        if load.options.columns.is_some() {
            return Err(Error::invalid_parameter(
                "columns are declared for text files alone, and these files have types of their own",
            ));
        }
        Ok(Self::Columnar(Arc::new(ColumnarFiles::prepare(inputs, table)?)))
    }

    /// Whether rows can be refused one by one.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// The size of the files.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Text(files) => files.bytes(),
            Self::Columnar(files) => files.bytes(),
        }
    }

    /// The columns of every batch.
    pub(super) fn schema(&self) -> SchemaRef {
        match self {
            Self::Text(files) => Arc::clone(&files.schema),
            Self::Columnar(files) => Arc::clone(&files.schema),
        }
    }

    /// All rows of all files in order.
    pub(super) fn pieces(&self, progress: Arc<Progress>) -> BoxStream<'static, Result<Piece>> {
        match self {
            Self::Text(files) => Arc::clone(files).pieces(progress),
            Self::Columnar(files) => Arc::clone(files).pieces(progress),
        }
    }
}
