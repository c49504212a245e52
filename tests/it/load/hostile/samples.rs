//! Small sound files, one for each format and each way of writing it that is decoded by code of its own.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    ListArray, StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};

/// A sound file.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Rows of all kinds of columns, with NULLs.
pub(super) fn batch(rows: i64) -> RecordBatch {
    let some = |row: i64| row % 7 != 3;
    let names: StringArray = (0..rows).map(|row| some(row).then(|| format!("customer {}", row % 50))).collect();
    let amounts: Decimal128Array = (0..rows).map(|row| some(row).then_some(i128::from(row) * 10_001)).collect();
    let flags: BooleanArray = (0..rows).map(|row| some(row).then_some(row % 2 == 0)).collect();
    let days: Date32Array = (0..rows).map(|row| some(row).then_some(row as i32)).collect();
    let tags = (0..rows).map(|row| some(row).then(|| vec![Some(row), None]));
    let places = StructArray::from(vec![(
        Arc::new(Field::new("x", DataType::Int32, false)),
        Arc::new(Int32Array::from_iter_values((0..rows).map(|row| row as i32))) as ArrayRef,
    )]);
    let words: DictionaryArray<Int32Type> =
        (0..rows).map(|row| ["email", "search", "direct"][row as usize % 3]).collect();
    let columns: [(&str, ArrayRef); 10] = [
        ("id", Arc::new(Int64Array::from_iter_values(0..rows))),
        ("name", Arc::new(names)),
        ("amount", Arc::new(amounts.with_precision_and_scale(18, 4).unwrap())),
        ("flag", Arc::new(flags)),
        ("at", Arc::new(TimestampMicrosecondArray::from_iter_values((0..rows).map(|row| row * 3_600_000_000)))),
        ("day", Arc::new(days)),
        ("price", Arc::new(Float64Array::from_iter_values((0..rows).map(|row| row as f64 / 8.0)))),
        ("tags", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(tags))),
        ("place", Arc::new(places)),
        ("word", Arc::new(words)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// A Parquet file of these rows.
pub(super) fn parquet_file(batch: &RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// An Arrow file of these rows.
pub(super) fn arrow_file(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// An Arrow stream of these rows.
pub(super) fn arrow_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn csv() -> Vec<u8> {
    let mut text = String::from("id,name,amount,day\n");
    for row in 0..60 {
        text.push_str(&format!("{row},\"customer, \"\"{row}\"\"\",{row}.25,2024-01-{:02}\n", row % 28 + 1));
    }
    text.into_bytes()
}

fn json() -> Vec<u8> {
    let mut text = String::new();
    for row in 0..60 {
        text.push_str(&format!(
            "{{\"id\": {row}, \"name\": \"caf\\u00e9 {row}\", \"tags\": [1, {{\"x\": [{row}]}}]}}\n"
        ));
    }
    text.into_bytes()
}

/// All of them.
pub(super) fn samples() -> Vec<Sample> {
    let batch = batch(100);
    let properties = WriterProperties::builder;
    let compressed = |compression| parquet_file(&batch, properties().set_compression(compression).build());
    let second = properties().set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false);
    let files = [
        ("plain.parquet", parquet_file(&batch, properties().set_dictionary_enabled(false).build())),
        ("dictionary.parquet", parquet_file(&batch, properties().build())),
        ("delta.parquet", parquet_file(&batch, second.build())),
        ("snappy.parquet", compressed(Compression::SNAPPY)),
        ("lz4.parquet", compressed(Compression::LZ4_RAW)),
        ("zstd.parquet", compressed(Compression::ZSTD(ZstdLevel::try_new(1).unwrap()))),
        ("file.arrow", arrow_file(&batch, None)),
        ("lz4.arrow", arrow_file(&batch, Some(CompressionType::LZ4_FRAME))),
        ("zstd.arrow", arrow_file(&batch, Some(CompressionType::ZSTD))),
        ("stream.arrow", arrow_stream(&batch)),
        ("rows.csv", csv()),
        ("rows.csv.gz", gzip(&csv())),
        ("rows.csv.zst", zstd::encode_all(&csv()[..], 3).unwrap()),
        ("rows.jsonl", json()),
        ("rows.jsonl.gz", gzip(&json())),
    ];
    files.into_iter().map(|(name, bytes)| Sample { name, bytes }).collect()
}
