//! Damaged files of each kind, as they meet those who read them: each is rows or an error that names it.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, DictionaryArray, Int64Array, ListArray, StringArray};
use arrow::datatypes::{Int32Type, Int64Type};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{WriterProperties, WriterVersion};
use futures::StreamExt;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::plan::Plan;
use super::{FileOptions, Load, OnBadRow};
use crate::{ErrorKind, IngestMode, Result, is_contained};

/// Damaged files of each kind.
const FILES: u64 = 200;

/// Rows of each sound file.
const ROWS: usize = 60;

fn batch() -> RecordBatch {
    let rows = 0..ROWS as i64;
    let names: StringArray = rows.clone().map(|row| (row % 7 != 3).then(|| format!("customer {}", row % 9))).collect();
    let words: DictionaryArray<Int32Type> = rows.clone().map(|row| ["email", "direct"][row as usize % 2]).collect();
    let tags = rows.clone().map(|row| (row % 5 != 0).then(|| vec![Some(row), None]));
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows.clone()))),
        ("name", Arc::new(names)),
        ("amount", Arc::new(Decimal128Array::from_iter_values(rows.clone().map(i128::from)))),
        ("tags", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(tags))),
        ("word", Arc::new(words)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn parquet_file(properties: WriterProperties) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch().schema(), Some(properties)).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_file(compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch().schema(), options).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream() -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch().schema()).unwrap();
    writer.write(&batch()).unwrap();
    writer.into_inner().unwrap()
}

/// The file with one to three places changed, cut out, or cut off.
fn damaged_file(sound: &[u8], chance: &mut StdRng) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..chance.random_range(1..=3) {
        let at = chance.random_range(0..bytes.len());
        let end = (at + chance.random_range(1..16)).min(bytes.len());
        match chance.random_range(0..6) {
            0 => bytes[at] ^= 1 << chance.random_range(0..8),
            1 => bytes[at] = 0xff,
            2 => bytes[at..end].fill(0xff),
            3 => bytes[at..end].fill(0),
            4 => drop(bytes.drain(at..end)),
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

fn csv() -> Vec<u8> {
    let row = |row| format!("{row},\"customer, \"\"{row}\"\"\",{row}.25,2024-01-{:02}\n", row % 28 + 1);
    ("id,name,amount,day\n".to_owned() + &(0..ROWS).map(row).collect::<String>()).into_bytes()
}

fn json() -> Vec<u8> {
    let row = |row| format!("{{\"id\": {row}, \"name\": \"caf\\u00e9 {row}\", \"tags\": [1, {{\"x\": [{row}]}}]}}\n");
    (0..ROWS).map(row).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn read(path: &Path) -> Result<usize> {
    let load = Load {
        files: vec![path.to_owned()],
        schema: None,
        table: "t".into(),
        mode: IngestMode::Create,
        batch: None,
        format: None,
        options: FileOptions::default(),
        on_bad_row: OnBadRow::Fail,
        cluster_by: Vec::new(),
    };
    let mut pieces = Plan::prepare(&load, None)?.pieces(Arc::default());
    let mut rows = 0;
    while let Some(piece) = pieces.next().await {
        rows += piece?.batch.num_rows();
    }
    Ok(rows)
}

#[tokio::test]
async fn a_damaged_file_is_rows_or_an_error_that_names_it() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_contained() {
            report(panic);
        }
    }));
    let second = WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0);
    let lz4 = WriterProperties::builder().set_compression(Compression::LZ4_RAW);
    let samples = [
        ("dictionary.parquet", parquet_file(WriterProperties::default())),
        ("delta.parquet", parquet_file(second.set_dictionary_enabled(false).build())),
        ("lz4.parquet", parquet_file(lz4.build())),
        ("file.arrow", arrow_file(None)),
        ("lz4.arrow", arrow_file(Some(CompressionType::LZ4_FRAME))),
        ("zstd.arrow", arrow_file(Some(CompressionType::ZSTD))),
        ("stream.arrow", arrow_stream()),
        ("rows.csv", csv()),
        ("rows.csv.gz", gzip(&csv())),
        ("rows.csv.zst", zstd::encode_all(&csv()[..], 3).unwrap()),
        ("rows.jsonl", json()),
        ("rows.jsonl.gz", gzip(&json())),
        ("rows.jsonl.zst", zstd::encode_all(&json()[..], 3).unwrap()),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, sound) in samples {
        let path = folder.path().join(name);
        std::fs::write(&path, &sound).unwrap();
        assert_eq!(read(&path).await.unwrap(), ROWS, "{name}");
        for seed in 0..FILES {
            let bytes = damaged_file(&sound, &mut StdRng::seed_from_u64(seed));
            std::fs::write(&path, bytes).unwrap();
            if let Err(error) = read(&path).await {
                assert!(error.to_string().contains(name), "{name}, seed {seed}: the file is not named: {error}");
                assert_ne!(error.kind(), ErrorKind::Internal, "{name}, seed {seed}: {error}");
            }
        }
    }
}
