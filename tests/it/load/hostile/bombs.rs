//! Files made to take more memory than there is: the program, with little of it, ends with an error that names them.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, NullArray, StringArray};
use arrow::ipc::CompressionType;
use arrow::record_batch::RecordBatch;
use bellwether_tests::child;
use parquet::file::properties::WriterProperties;

use super::samples::{arrow_file, arrow_stream, batch, parquet_file};

/// Address space of the program, in KiB: what it takes by itself, and a file or two.
const MEMORY_KIB: u64 = 8 << 20;

/// The program on a lake, where more memory than this is not to be had: asking for it ends the process.
fn limited(lake: &Path, arguments: &[&str]) -> Output {
    let program = child::command();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$@\""), "sh"]).arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.arg("--lake").arg(lake).args(arguments).output().expect("a shell starts")
}

/// The bytes of a file whose footer says this of its columns and row groups.
fn parquet_of_footer(footer: &[u8]) -> Vec<u8> {
    let length = (footer.len() as u32).to_le_bytes();
    [b"PAR1", footer, &length, b"PAR1"].concat()
}

/// `bytes` with `from`, which is in it, made `to` wherever it is.
fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut places = 0;
    let mut at = 0;
    while at + from.len() <= bytes.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
            places += 1;
        }
        at += 1;
    }
    assert!(places > 0, "{from:?} is not in the file");
    bytes
}

/// One column of so many NULLs, which take no bytes.
fn nulls(rows: usize) -> RecordBatch {
    RecordBatch::try_from_iter([("nothing", Arc::new(NullArray::new(rows)) as ArrayRef)]).unwrap()
}

/// A text of a megabyte in each of so many rows, kept once.
fn shared_text(rows: usize) -> RecordBatch {
    let words = Arc::new(StringArray::from(vec!["x".repeat(1 << 20)]));
    let column = DictionaryArray::new(Int32Array::from(vec![0; rows]), words);
    RecordBatch::try_from_iter([("word", Arc::new(column) as ArrayRef)]).unwrap()
}

/// Files that are refused, with a word of the reason.
fn bombs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    // Two thousand million columns; one column, and as many row groups.
    let columns = [0x15, 2, 0x19, 0xfc, 255, 255, 255, 255, 7, 0];
    let groups = [0x15, 2, 0x19, 0x1c, 0x48, 1, b'a', 0, 0x16, 0, 0x19, 0xfc, 255, 255, 255, 255, 7, 0];
    // A root with a column with a column with …: repetition, name and number of columns below, a hundred thousand times.
    let mut deep = vec![0x15, 2, 0x19, 0xfc, 0xa0, 0x8d, 0x06];
    deep.extend([0x35, 0, 0x18, 1, b'a', 0x15, 2, 0].repeat(100_000));
    deep.extend([0x16, 0, 0x19, 0x0c, 0]);
    // A root that claims a thousand million columns below it.
    let broad = [0x15, 2, 0x19, 0x1c, 0x48, 1, b'a', 0x15, 0x80, 0xa8, 0xd6, 0xb9, 0x07, 0, 0x16, 0, 0x19, 0x0c, 0];
    let rows = batch(2_000);
    let long = (1_u64 << 44).to_le_bytes();
    // What the column `price` takes when it is decompressed, as it stands before its bytes.
    let price = 16_000_u64.to_le_bytes();
    let claims = |compression| replaced(arrow_file(&rows, Some(compression)), &price, &long);
    let stream = arrow_stream(&nulls(1_234_567));
    let file = arrow_file(&nulls(1_234_567), None);
    let length = 1_234_567_u64.to_le_bytes();
    let text = |bytes: &[u8]| zstd::encode_all(&bytes.repeat(80 << 20)[..], 1).unwrap();
    vec![
        ("columns.parquet", parquet_of_footer(&columns), "damaged"),
        ("groups.parquet", parquet_of_footer(&groups), "damaged"),
        ("deep.parquet", parquet_of_footer(&deep), "damaged"),
        ("broad.parquet", parquet_of_footer(&broad), "damaged"),
        ("claims.lz4.arrow", claims(CompressionType::LZ4_FRAME), "at most"),
        ("claims.zstd.arrow", claims(CompressionType::ZSTD), "at most"),
        ("rows.stream.arrow", replaced(stream, &length, &long), "damaged"),
        ("rows.file.arrow", replaced(file, &length, &long), "damaged"),
        ("record.csv.zst", text(b"x"), " than "),
        ("record.jsonl.zst", text(b"{"), " than "),
    ]
}

#[test]
fn files_that_ask_for_more_memory_than_there_is_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let witness = folder.path().join("witness.csv");
    std::fs::write(&witness, "id\n3\n").unwrap();
    let made = limited(&lake, &["load", &witness.display().to_string(), "--into", "witness"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for (name, bytes, reason) in bombs() {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let output = limited(&lake, &["load", &path.display().to_string(), "--into", "bomb"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {:?}: {said}", output.status);
        assert!(said.contains(name) && said.contains(reason), "{name}: {said}");
        assert!(!said.contains("panicked") && !said.contains("report it"), "{name}: {said}");
    }
    let left = limited(&lake, &["sql", "SELECT id FROM witness", "--format", "csv"]);
    assert_eq!(String::from_utf8_lossy(&left.stdout), "id\n3\n");
}

#[test]
fn texts_that_rows_share_are_taken_a_few_rows_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let (arrow, parquet) = (folder.path().join("shared.arrow"), folder.path().join("shared.parquet"));
    std::fs::write(&arrow, arrow_file(&shared_text(100), None)).unwrap();
    let properties = WriterProperties::builder().set_dictionary_page_size_limit(4 << 20).build();
    std::fs::write(&parquet, parquet_file(&shared_text(100), properties)).unwrap();
    for path in [arrow, parquet] {
        let output = limited(&lake, &["load", &path.display().to_string(), "--into", "shared", "--mode", "replace"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let count = "SELECT count(*), sum(length(word)) FROM shared";
        let counted = limited(&lake, &["sql", count, "--format", "csv"]);
        let counted = String::from_utf8_lossy(&counted.stdout).into_owned();
        assert!(counted.ends_with(&format!("\n100,{}\n", 100 << 20)), "{counted}");
    }
}
