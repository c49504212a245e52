//! Columnar formats, for programs: Parquet and Arrow IPC.

use std::io::{self, Write as _};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::{FileWriter, StreamWriter};
use bellwether::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;

use super::{ResultWriter, Sink, encoding_failed};
use crate::cli::report::write_failed;

pub(super) struct Parquet(ArrowWriter<Sink>);

impl Parquet {
    pub(super) fn new(sink: Sink, schema: SchemaRef) -> Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        Ok(Self(ArrowWriter::try_new(sink, schema, Some(properties)).map_err(parquet_failed)?))
    }
}

impl ResultWriter for Parquet {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.0.write(batch).map_err(parquet_failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut sink = self.0.into_inner().map_err(parquet_failed)?;
        sink.flush().map_err(write_failed)
    }
}

/// Parquet keeps errors of the sink as foreign ones; their cause decides what is told.
fn parquet_failed(error: ParquetError) -> bellwether::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => write_failed(*error),
            Err(cause) => encoding_failed(ArrowError::ExternalError(cause)),
        },
        error => encoding_failed(ArrowError::from(error)),
    }
}

pub(super) struct ArrowFile(FileWriter<Sink>);

impl ArrowFile {
    pub(super) fn new(sink: Sink, schema: &Schema) -> Result<Self> {
        Ok(Self(FileWriter::try_new(sink, schema).map_err(encoding_failed)?))
    }
}

impl ResultWriter for ArrowFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.0.write(batch).map_err(encoding_failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut sink = self.0.into_inner().map_err(encoding_failed)?;
        sink.flush().map_err(write_failed)
    }
}

pub(super) struct ArrowStream(StreamWriter<Sink>);

impl ArrowStream {
    pub(super) fn new(sink: Sink, schema: &Schema) -> Result<Self> {
        Ok(Self(StreamWriter::try_new(sink, schema).map_err(encoding_failed)?))
    }
}

impl ResultWriter for ArrowStream {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.0.write(batch).map_err(encoding_failed)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let mut sink = self.0.into_inner().map_err(encoding_failed)?;
        sink.flush().map_err(write_failed)
    }
}
