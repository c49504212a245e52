//! Text files: settled columns, and blocks of records as batches.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use futures::stream::{BoxStream, StreamExt};

use super::block::{Block, Records, Row};
use super::blocks::Blocks;
use super::build::{Cells, array};
use super::check::{SET_ASIDE, check};
use super::column::{Column, Origin, find, schema, sql_identifier};
use super::evidence::Evidence;
use super::input::Input;
use super::json::{self, Keys};
use super::options::Reading;
use super::piece::{Piece, produce, run_blocking};
use super::preview::Preview;
use super::reason::reason;
use super::refusal::Refusal;
use super::resolve::{FileColumns, Resolved, resolve};
use super::split::Splitter;
use super::{FileFormat, OnBadRow, Progress};
use crate::{Error, Result};

/// Blocks that are parsed at a time are as many as there are cores, up to this.
const PARSERS_MAX: usize = 8;

/// Text files whose columns are settled.
#[derive(Debug)]
pub(super) struct TextFiles {
    files: Vec<TextFile>,
    columns: Vec<Column>,
    pub(super) schema: SchemaRef,
    null: Option<String>,
    encoding: Option<String>,
    on_bad_row: OnBadRow,
}

/// One of them.
#[derive(Debug)]
struct TextFile {
    input: Input,
    splitter: Splitter,
    header: bool,
    /// How many fields a record has.
    width: usize,
    /// The keys, when records are JSON objects.
    keys: Option<Arc<Keys>>,
    /// The place of the field that fills each of the table's columns.
    places: Vec<usize>,
}

impl TextFiles {
    /// Looks at the first rows of all files and settles their columns.
    pub(super) fn prepare(
        inputs: Vec<Input>,
        reading: Reading,
        on_bad_row: OnBadRow,
        table: Option<&Schema>,
    ) -> Result<Self> {
        let mut previews = Vec::with_capacity(inputs.len());
        for input in &inputs {
            previews.push(Preview::of(input, &reading)?);
        }
        let is_json = inputs.first().is_some_and(|input| input.format == FileFormat::JsonLines);
        let (resolved, keys) = if is_json {
            let (columns, keys) = all_keys(&inputs, &previews, &reading);
            let mut resolved = resolve(vec![columns], &reading, table)?;
            let places = resolved.places.pop().unwrap_or_default();
            resolved.places = vec![places; inputs.len()];
            (resolved, Some(Arc::new(keys)))
        } else {
            let named = inputs.iter().zip(&previews).map(|(input, preview)| FileColumns {
                file: Arc::clone(&input.name),
                names: preview.names.clone(),
                evidence: preview.evidence.clone(),
            });
            (resolve(named.collect(), &reading, table)?, None)
        };
        let Resolved { columns, places } = resolved;
        let mut files = Vec::with_capacity(inputs.len());
        for ((input, preview), places) in inputs.into_iter().zip(previews).zip(places) {
            let Preview { splitter, header, names, .. } = preview;
            files.push(TextFile { input, splitter, header, width: names.len(), keys: keys.clone(), places });
        }
        let schema = Arc::new(schema(&columns));
        Ok(Self { files, columns, schema, null: reading.null, encoding: reading.encoding, on_bad_row })
    }

    /// The size of the files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.input.bytes).sum()
    }

    /// All rows in order: one thread splits the files, others parse what it found.
    pub(super) fn pieces(self: Arc<Self>, progress: Arc<Progress>) -> BoxStream<'static, Result<Piece>> {
        let parsers = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(PARSERS_MAX));
        let reader = Arc::clone(&self);
        let blocks = produce(parsers, move |send| {
            for (index, file) in reader.files.iter().enumerate() {
                let source = file.input.text(reader.encoding.as_deref(), Some(Arc::clone(&progress)))?;
                let columns = reader.columns.len().max(file.width);
                let mut blocks = Blocks::new(source, file.splitter.clone(), columns, Arc::clone(&file.input.name));
                let mut has_header = file.header;
                while let Some(mut block) = blocks.next()? {
                    if std::mem::take(&mut has_header) {
                        block.rows.remove(0);
                    }
                    if !block.rows.is_empty() && !send((index, block)) {
                        return Ok(());
                    }
                }
            }
            Ok(())
        });
        blocks
            .map(move |found| {
                let files = Arc::clone(&self);
                async move {
                    let (index, block) = found?;
                    run_blocking(move || files.parse(index, block)).await
                }
            })
            .buffered(parsers)
            .boxed()
    }

    /// The rows of a block, and those that are refused.
    fn parse(&self, index: usize, block: Block) -> Result<Piece> {
        let Some(file) = self.files.get(index) else {
            return Err(Error::internal(format!("there is no file {index} in the load")));
        };
        let (records, mut refusals) = match &file.keys {
            None => check(block, Some(file.width), &file.input.name),
            Some(keys) => {
                let (lines, mut refused) = check(block, None, &file.input.name);
                let (records, others) = json::split(lines, keys, &file.input.name);
                refused.extend(others);
                (records, refused)
            }
        };
        let mut arrays = self.arrays(file, &records, &records.rows);
        if arrays.is_err() {
            let (rows, refused) = self.sift(file, &records);
            refusals.extend(refused);
            arrays = self.arrays(file, &records, &rows);
        }
        refusals.sort_by_key(|refusal| refusal.line);
        if self.on_bad_row == OnBadRow::Fail && !refusals.is_empty() {
            return Err(refusals.swap_remove(0).into_error());
        }
        let Ok(arrays) = arrays else {
            return Err(Error::internal(format!("rows of {} were accepted and then refused", file.input.name)));
        };
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|error| {
            Error::internal(format!("rows of {} do not form a batch", file.input.name)).with_source(error)
        })?;
        Ok(Piece { batch, refusals })
    }

    /// The columns of some rows, or the index of a row that does not fit.
    fn arrays(&self, file: &TextFile, records: &Records, rows: &[Row]) -> Result<Vec<ArrayRef>, usize> {
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (column, place) in self.columns.iter().zip(&file.places) {
            arrays.push(array(self.cells(records, rows, *place), column)?);
        }
        Ok(arrays)
    }

    fn cells<'a>(&'a self, records: &'a Records, rows: &'a [Row], field: usize) -> Cells<'a> {
        Cells { records, rows, field, null: self.null.as_deref() }
    }

    /// The rows that fit all columns, and the others with the first column they do not fit.
    fn sift(&self, file: &TextFile, records: &Records) -> (Vec<Row>, Vec<Refusal>) {
        let mut refused: HashMap<usize, Refusal> = HashMap::new();
        for (column, place) in self.columns.iter().zip(&file.places) {
            let mut start = 0;
            while let Err(distance) = array(self.cells(records, &records.rows[start..], *place), column) {
                let index = start + distance;
                refused.entry(index).or_insert_with(|| self.refusal(file, records, index, column, *place));
                start = index + 1;
            }
        }
        let kept = records.rows.iter().enumerate().filter(|(index, _)| !refused.contains_key(index));
        (kept.map(|(_, row)| *row).collect(), refused.into_values().collect())
    }

    fn refusal(&self, file: &TextFile, records: &Records, index: usize, column: &Column, place: usize) -> Refusal {
        let row = &records.rows[index];
        let text = self.cells(records, &[], place).text(row);
        let (kind, reason) = reason(column, text.as_deref());
        let hint = match column.origin {
            Origin::Rows => format!(
                "the type was inferred from the first rows; pass --columns '{} text', or --on-bad-row quarantine to set such rows aside",
                sql_identifier(&column.name)
            ),
            Origin::Declared | Origin::Table => SET_ASIDE.to_owned(),
        };
        Refusal {
            file: Arc::clone(&file.input.name),
            line: records.line(row),
            column: Some(column.name.clone()),
            value: text.map(|text| text.into_owned()),
            kind,
            reason,
            hint,
            raw: records.raw(row).to_owned(),
        }
    }
}

/// The keys of all JSON files and the declared ones besides; objects need not have all of them.
fn all_keys(inputs: &[Input], previews: &[Preview], reading: &Reading) -> (FileColumns, Keys) {
    let mut keys = Keys::default();
    let mut evidence: Vec<Evidence> = Vec::new();
    for preview in previews {
        for (name, seen) in preview.names.iter().zip(&preview.evidence) {
            let place = keys.place(name);
            if place == evidence.len() {
                evidence.push(Evidence::default());
            }
            evidence[place].merge(seen);
        }
    }
    for declared in &reading.declared {
        if find(keys.names.iter().map(String::as_str), &declared.name).is_none() {
            keys.place(&declared.name);
            evidence.push(Evidence::default());
        }
    }
    let file = inputs.first().map_or_else(|| "".into(), |input| Arc::clone(&input.name));
    (FileColumns { file, names: keys.names.clone(), evidence }, keys)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::{Path, PathBuf};

    use arrow::array::AsArray;
    use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Int32Type, Int64Type};

    use super::super::FileOptions;
    use super::*;

    struct Loaded {
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
        refusals: Vec<Refusal>,
    }

    impl Loaded {
        fn rows(&self) -> usize {
            self.batches.iter().map(RecordBatch::num_rows).sum()
        }

        fn types(&self) -> Vec<(&str, DataType)> {
            self.schema.fields().iter().map(|field| (field.name().as_str(), field.data_type().clone())).collect()
        }
    }

    async fn load_as(
        paths: &[PathBuf],
        options: FileOptions,
        on_bad_row: OnBadRow,
        table: Option<&Schema>,
    ) -> Result<Loaded> {
        let mut inputs = Vec::new();
        for path in paths {
            let mut input = Input::inspect(path, None)?;
            input.name = path.file_name().unwrap().to_string_lossy().as_ref().into();
            inputs.push(input);
        }
        let files = Arc::new(TextFiles::prepare(inputs, Reading::new(&options)?, on_bad_row, table)?);
        let schema = Arc::clone(&files.schema);
        let pieces: Vec<_> = files.pieces(Arc::default()).collect().await;
        let mut loaded = Loaded { schema, batches: Vec::new(), refusals: Vec::new() };
        for piece in pieces {
            let piece = piece?;
            loaded.batches.push(piece.batch);
            loaded.refusals.extend(piece.refusals);
        }
        Ok(loaded)
    }

    async fn load(
        folder: &Path,
        files: &[(&str, &[u8])],
        options: FileOptions,
        on_bad_row: OnBadRow,
    ) -> Result<Loaded> {
        let mut paths = Vec::new();
        for (name, content) in files {
            paths.push(folder.join(name));
            std::fs::write(folder.join(name), content).unwrap();
        }
        load_as(&paths, options, on_bad_row, None).await
    }

    /// The error of loading one file with default options: message and hint.
    async fn refused(name: &str, content: &[u8]) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        let Err(error) = load(folder.path(), &[(name, content)], FileOptions::default(), OnBadRow::Fail).await else {
            panic!("{name} was loaded");
        };
        (error.message().to_owned(), error.hint().unwrap_or_default().to_owned())
    }

    /// A file whose first 10,000 rows say `bigint` and whose line 10,002 says `text`.
    fn late_surprise(text: &str) -> Vec<u8> {
        let mut content = String::from("id,n\n");
        for number in 0..10_000 {
            content.push_str(&format!("k{number},{number}\n"));
        }
        content.push_str(&format!("k,{text}\nk,7\n"));
        content.into_bytes()
    }

    #[tokio::test]
    async fn a_value_that_contradicts_the_inferred_type_is_named_with_a_way_out() {
        let (message, hint) = refused("a.csv", &late_surprise("n/a")).await;
        assert_eq!(message, "a.csv line 10002, column n: \"n/a\" is not of type bigint");
        assert_eq!(
            hint,
            "the type was inferred from the first rows; pass --columns 'n text', or --on-bad-row quarantine to set such rows aside"
        );
        let (message, _) = refused("a.csv", &late_surprise("9223372036854775808")).await;
        assert_eq!(message, "a.csv line 10002, column n: \"9223372036854775808\" does not fit bigint");
    }

    #[tokio::test]
    async fn rows_that_are_written_wrong_are_named() {
        let (message, hint) = refused("a.csv", b"a,b\n1,2\n3\n").await;
        assert_eq!(message, "a.csv line 3: expected 2 fields, got 1");
        assert_eq!(hint, "correct the file, or pass --on-bad-row quarantine to set such rows aside");
        let (message, _) = refused("a.csv", b"a,b\n1,\"2\n3,4\n").await;
        assert_eq!(message, "a.csv line 2: a quoted field starts here and never ends");
        let (message, hint) = refused("a.csv", b"a,b\n1,caf\xe9\n").await;
        assert_eq!(message, "a.csv line 2: byte 6 of the row, 0xE9, is not UTF-8");
        assert_eq!(hint, "if the file comes from Windows or an older Excel, pass --encoding windows-1252");
        let (message, _) = refused("a.csv", b"a,b,A\n1,2,3\n").await;
        assert_eq!(message, "a.csv has more than one column a");
        let (message, _) = refused("a.jsonl", b"{\"a\":1}\n{\"a\":1,\"a\":2}\n").await;
        assert_eq!(message, "a.jsonl line 2: the key a occurs twice");
    }

    #[tokio::test]
    async fn rows_read_are_rows_loaded_and_rows_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut content = late_surprise("n/a");
        content.extend_from_slice(b"ragged\nk,\"8\"\"\"\nk,\xff\nlast,9\n");
        let loaded =
            load(folder.path(), &[("a.csv", &content)], FileOptions::default(), OnBadRow::Quarantine).await.unwrap();
        let reasons: Vec<_> = loaded.refusals.iter().map(|refusal| (refusal.line, refusal.reason.as_str())).collect();
        assert_eq!(
            reasons,
            [
                (10_002, "\"n/a\" is not of type bigint"),
                (10_004, "expected 2 fields, got 1"),
                (10_005, "\"8\"\" is not of type bigint"),
                (10_006, "byte 3 of the row, 0xFF, is not UTF-8"),
            ]
        );
        assert_eq!(loaded.rows() + loaded.refusals.len(), 10_006);
        let first = &loaded.refusals[0];
        assert_eq!(
            (first.column.as_deref(), first.value.as_deref(), first.raw.as_str()),
            (Some("n"), Some("n/a"), "k,n/a")
        );
    }

    #[tokio::test]
    async fn a_row_with_two_faults_is_refused_once() {
        let folder = tempfile::tempdir().unwrap();
        let options = FileOptions { columns: Some("a int not null, b date".into()), ..FileOptions::default() };
        let content = b"a,b\nx,y\n,2024-01-01\n1,2024-02-30\n2,2024-02-29\n";
        let loaded = load(folder.path(), &[("a.csv", content)], options, OnBadRow::Quarantine).await.unwrap();
        let reasons: Vec<_> = loaded.refusals.iter().map(|refusal| refusal.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "\"x\" is not of type integer",
                "the column is NOT NULL and the field is empty",
                "\"2024-02-30\" is not a date written YYYY-MM-DD",
            ]
        );
        assert_eq!(loaded.rows(), 1);
    }

    #[tokio::test]
    async fn compressed_files_load_as_plain_ones_and_files_keep_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let content = b"n\n1\n2\n3\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(content).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(&content[..], 3).unwrap();
        let files: [(&str, &[u8]); 3] = [("a.csv", content), ("b.csv.gz", &gzip), ("c.csv.zst", &zstd)];
        let loaded = load(folder.path(), &files, FileOptions::default(), OnBadRow::Fail).await.unwrap();
        let numbers: Vec<_> = loaded
            .batches
            .iter()
            .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
            .collect();
        assert_eq!(numbers, [1, 2, 3, 1, 2, 3, 1, 2, 3]);
    }

    #[tokio::test]
    async fn rows_of_large_files_come_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut content = String::from("n,t\n");
        for number in 0..500_000 {
            content.push_str(&format!("{number},some text {number}\n"));
        }
        let loaded = load(folder.path(), &[("a.csv", content.as_bytes())], FileOptions::default(), OnBadRow::Fail)
            .await
            .unwrap();
        assert!(loaded.batches.len() > 2);
        let mut next = 0;
        for batch in &loaded.batches {
            for number in batch.column(0).as_primitive::<Int64Type>().values() {
                assert_eq!(*number, next);
                next += 1;
            }
        }
        assert_eq!(next, 500_000);
    }

    #[tokio::test]
    async fn json_objects_need_not_have_all_keys() {
        let folder = tempfile::tempdir().unwrap();
        let content = b"{\"id\": \"00501\", \"price\": 1.5}\n{\"price\": 2, \"tags\": [\"a\"]}\n";
        let loaded =
            load(folder.path(), &[("a.jsonl", content)], FileOptions::default(), OnBadRow::Fail).await.unwrap();
        assert_eq!(
            loaded.types(),
            [("id", DataType::Utf8), ("price", DataType::Decimal128(18, 4)), ("tags", DataType::Utf8)]
        );
        let batch = &loaded.batches[0];
        assert_eq!(batch.column(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("00501"), None]);
        assert_eq!(batch.column(1).as_primitive::<Decimal128Type>().values().to_vec(), [15_000, 20_000]);
        assert_eq!(batch.column(2).as_string::<i32>().iter().collect::<Vec<_>>(), [None, Some("[\"a\"]")]);
    }

    #[tokio::test]
    async fn a_table_that_is_there_types_the_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "DAY,id\n19970101,7\n").unwrap();
        let table = Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("day", DataType::Date32, true),
            Field::new("note", DataType::Utf8, true),
        ]);
        let loaded = load_as(&[path], FileOptions::default(), OnBadRow::Fail, Some(&table)).await.unwrap();
        assert_eq!(loaded.types(), [("id", DataType::Utf8), ("day", DataType::Date32)]);
        let batch = &loaded.batches[0];
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "7");
        assert_eq!(batch.column(1).as_primitive::<Date32Type>().value(0), 9_862);
    }

    /// The orders of a CD shop, 1997–1998, from the folder of shared data.
    fn cdnow() -> Option<PathBuf> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
        let shared = std::env::var_os("BELLWETHER_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
        let path = workspace.join(shared).join("data/clv/CDNOW_master.txt");
        if !path.exists() {
            eprintln!("not tested, because {} is not there (set BELLWETHER_SHARED)", path.display());
            return None;
        }
        Some(path)
    }

    #[tokio::test]
    async fn cdnow_loads_as_it_is() {
        let Some(path) = cdnow() else { return };
        let loaded = load_as(&[path], FileOptions::default(), OnBadRow::Fail, None).await.unwrap();
        assert_eq!(
            loaded.types(),
            [
                ("customer_id", DataType::Utf8),
                ("date", DataType::Int64),
                ("number_of_cds", DataType::Int64),
                ("dollar_value", DataType::Decimal128(18, 4)),
            ]
        );
        assert_eq!(loaded.rows(), 69_659);
    }

    #[tokio::test]
    async fn cdnow_loads_with_declared_columns_and_its_sums_agree() {
        let Some(path) = cdnow() else { return };
        let columns = Some("customer text, date date, quantity int, dollars decimal(18,4)".into());
        let options = FileOptions { columns, ..FileOptions::default() };
        let loaded = load_as(&[path], options, OnBadRow::Fail, None).await.unwrap();
        let (mut quantity, mut dollars) = (0, 0);
        for batch in &loaded.batches {
            quantity += batch.column(2).as_primitive::<Int32Type>().values().iter().sum::<i32>();
            dollars += batch.column(3).as_primitive::<Decimal128Type>().values().iter().sum::<i128>();
        }
        // awk over the file gives these sums.
        assert_eq!((loaded.rows(), quantity, dollars), (69_659, 167_881, 25_003_156_300));
        let first = &loaded.batches[0];
        assert_eq!(first.column(0).as_string::<i32>().value(0), "00001");
        // 1997-01-01
        assert_eq!(first.column(1).as_primitive::<Date32Type>().value(0), 9_862);
    }
}
