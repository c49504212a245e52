//! Damaged files: each is an error that names the file, or rows; never a panic, and never half of it.
//!
//! Small files of every format are changed at places drawn from a seed, one way after another, and loaded into one
//! lake. `BELLWETHER_TEST_SEED` draws others, `BELLWETHER_TEST_FILES` so many of each format.

mod bombs;
mod samples;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellwether::{
    ClientInfo, Door, Engine, FileOptions, IngestMode, Load, OnBadRow, Outcome, Principal, Progress, Session,
    is_contained,
};
use bellwether_tests::chance::Chance;
use bellwether_tests::server::test_config;
use bellwether_tests::text;
use bellwether_tests::variable::number;
use futures::TryStreamExt;

use samples::{Sample, samples};

/// Damaged files of each format; those who read them meet hundreds in a test of their own.
const FILES: u64 = 6;

/// One way of damaging a file.
fn damaged(sample: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    let mut place = |bytes: &[u8]| chance.below(bytes.len() as u64) as usize;
    let at = place(&bytes);
    match place(&[0; 9]) {
        // Bits, bytes and runs of bytes; half of the bytes change lengths into ones that are far too large.
        0 => bytes[at] ^= 1 << place(&[0; 8]),
        1 => bytes[at] = 0xff,
        2 => bytes[at] = 0x7f,
        3 => {
            let end = (at + 1 + place(&[0; 16])).min(bytes.len());
            bytes[at..end].fill(if at % 2 == 0 { 0xff } else { 0 });
        }
        // Where most that is believed stands: at the end.
        4 => {
            let last = bytes.len() - 1 - place(&[0; 300]).min(bytes.len() - 1);
            bytes[last] ^= 1 << place(&[0; 8]);
        }
        5 => bytes.truncate(at),
        // Something in the middle is missing, or there twice.
        6 => {
            let end = (at + 1 + place(&[0; 64])).min(bytes.len());
            bytes.drain(at..end);
        }
        7 => {
            let end = (at + 1 + place(&[0; 64])).min(bytes.len());
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        // The end of another file.
        _ => {
            let from = place(other);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
    bytes
}

async fn rows(session: &Session, sql: &str) -> Vec<Vec<String>> {
    let Outcome::Rows(stream) = session.run(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")) else {
        return Vec::new();
    };
    let batches: Vec<_> = stream.try_collect().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    batches.iter().flat_map(text::rows).collect()
}

/// Loads what of a sample was damaged; tells whether it was taken.
async fn loaded(session: &Session, sample: &Sample, path: &std::path::Path) -> bool {
    let load = Load {
        files: vec![path.to_owned()],
        schema: None,
        table: "damaged".into(),
        mode: IngestMode::Create,
        batch: None,
        format: None,
        options: FileOptions::default(),
        on_bad_row: OnBadRow::Fail,
        cluster_by: Vec::new(),
    };
    match session.load(load, Arc::new(Progress::default())).await {
        Ok(report) => {
            let counted = rows(session, "SELECT count(*) FROM damaged").await;
            assert_eq!(counted, [[report.rows_loaded.to_string()]], "{}", sample.name);
            rows(session, "SELECT * FROM damaged LIMIT 3").await;
            session.run("DROP TABLE damaged").await.unwrap();
            true
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.contains(sample.name), "{}: the file is not named: {said}", sample.name);
            assert!(!said.contains("please report"), "{}: {said}", sample.name);
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_damaged_file_is_an_error_that_names_it_or_rows() {
    let panics = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&panics);
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What a decoder means by it is an error; any other panic is told and counted.
        if !is_contained() {
            counted.fetch_add(1, Ordering::Relaxed);
            report(panic);
        }
    }));
    let seed = number("BELLWETHER_TEST_SEED").unwrap_or(1);
    let files = number("BELLWETHER_TEST_FILES").unwrap_or(FILES);
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(test_config("memory://hostile-files".into())).await.unwrap();
    let session = engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).unwrap();
    session.run("CREATE TABLE witness AS SELECT 1 AS id UNION ALL SELECT 2").await.unwrap();

    let samples = samples();
    for (place, sample) in samples.iter().enumerate() {
        let path = folder.path().join(sample.name);
        std::fs::write(&path, &sample.bytes).unwrap();
        assert!(loaded(&session, sample, &path).await, "{}: the sound file is not taken", sample.name);
        let other = &samples[(place + 1) % samples.len()].bytes;
        let mut taken = 0;
        for file in 0..files {
            let mut chance = Chance::new(seed ^ ((place as u64) << 32) ^ (file << 8));
            let bytes = damaged(&sample.bytes, other, &mut chance);
            std::fs::write(&path, bytes).unwrap();
            taken += u64::from(loaded(&session, sample, &path).await);
        }
        println!("{}: {files} damaged files, {} refused, {taken} taken", sample.name, files - taken);
        assert_eq!(rows(&session, "SELECT sum(id) FROM witness").await, [["3"]]);
        let tables = rows(&session, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
        assert_eq!(tables.await, [["witness"]], "{}: something was half loaded", sample.name);
    }
    assert_eq!(panics.load(Ordering::Relaxed), 0, "something panicked");
    engine.close().await;
}
