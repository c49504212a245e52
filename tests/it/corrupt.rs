//! What was not written is not read: flipped bits and torn log entries are errors that name the
//! file, never rows.

use std::path::{Path, PathBuf};

use bellwether::{Engine, ErrorKind};
use bellwether_tests::server::test_config;
use futures::TryStreamExt;

const ROWS: &str = "SELECT id, name, amount FROM facts ORDER BY id";

/// A lake with one table of three commits, closed.
async fn lake(folder: &Path) -> String {
    let lake = folder.join("lake").display().to_string();
    let engine = Engine::start(test_config(lake.clone())).await.unwrap();
    run(&engine, "CREATE TABLE facts (id bigint, name text, amount double precision)").await.unwrap();
    for commit in 0..3 {
        let insert = format!(
            "INSERT INTO facts SELECT value, 'name ' || value, value * 0.5 FROM generate_series({}, {}) AS s (value)",
            commit * 1_000 + 1,
            commit * 1_000 + 1_000
        );
        run(&engine, &insert).await.unwrap();
    }
    engine.close().await;
    lake
}

async fn run(engine: &Engine, sql: &str) -> bellwether::Result<Vec<Vec<String>>> {
    let batches: Vec<_> = engine.sql(sql).await?.try_collect().await?;
    Ok(batches.iter().flat_map(bellwether_tests::text::rows).collect())
}

/// Opens the lake afresh and reads the table: nothing may come from a cache.
async fn read(lake: &str) -> bellwether::Result<Vec<Vec<String>>> {
    let engine = Engine::start(test_config(lake.into())).await?;
    let rows = run(&engine, ROWS).await;
    engine.close().await;
    rows
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The table's own folder: the one whose log has an entry for each of the three inserts.
fn table_folder(lake: &str) -> PathBuf {
    let commits = files(Path::new(lake), &|path| path.ends_with("_delta_log/00000000000000000003.json"));
    let holds_facts = |path: &PathBuf| {
        let first = path.with_file_name("00000000000000000000.json");
        std::fs::read_to_string(first).is_ok_and(|entry| entry.contains("amount"))
    };
    let commit = commits.into_iter().find(holds_facts).expect("the table's log is in the lake");
    commit.parent().unwrap().parent().unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_a_data_file_never_gives_other_rows() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let truth = read(&lake).await.unwrap();
    assert_eq!(truth.len(), 3_000);
    let parquet = |path: &Path| path.extension().is_some_and(|extension| extension == "parquet");
    let data = files(&table_folder(&lake), &parquet);
    let file = data.first().expect("the table has data files");
    let sound = std::fs::read(file).unwrap();
    let mut refused = 0;
    for step in 0..40 {
        let mut broken = sound.clone();
        let byte = step * sound.len() / 40;
        broken[byte] ^= 1 << (step % 8);
        std::fs::write(file, &broken).unwrap();
        match read(&lake).await {
            Ok(rows) => assert_eq!(rows, truth, "bit {} of byte {byte} changed the rows", step % 8),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "byte {byte}: {error}");
                let name = file.file_name().unwrap().to_string_lossy();
                assert!(error.to_string().contains(name.as_ref()), "byte {byte}: the file is not named: {error}");
                refused += 1;
            }
        }
    }
    println!("40 flipped bits: {refused} refused, 0 changed a row");
    std::fs::write(file, &sound).unwrap();
    assert_eq!(read(&lake).await.unwrap(), truth);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_or_missing_data_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let parquet = |path: &Path| path.extension().is_some_and(|extension| extension == "parquet");
    let file = files(&table_folder(&lake), &parquet).remove(0);
    let sound = std::fs::read(&file).unwrap();
    for length in [0, 4, sound.len() / 2, sound.len() - 1] {
        std::fs::write(&file, &sound[..length]).unwrap();
        let error = read(&lake).await.expect_err("a shortened file");
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{length} bytes: {error}");
    }
    std::fs::remove_file(&file).unwrap();
    let error = read(&lake).await.expect_err("a missing file");
    let name = file.file_name().unwrap().to_string_lossy();
    assert!(error.to_string().contains(name.as_ref()), "the file is not named: {error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_a_checkpoint_of_the_log_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let log = table_folder(&lake).join("_delta_log");
    // A checkpoint with every second version, as another program may have asked for.
    let made = std::fs::read_to_string(log.join("00000000000000000000.json")).unwrap();
    let mut actions = made.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut table = actions.find(|action| action.get("metaData").is_some()).expect("a table has columns");
    table["metaData"]["configuration"]["delta.checkpointInterval"] = "2".into();
    std::fs::write(log.join("00000000000000000004.json"), format!("{{\"commitInfo\":{{}}}}\n{table}")).unwrap();
    let engine = Engine::start(test_config(lake.clone())).await.unwrap();
    run(&engine, "INSERT INTO facts VALUES (3001, 'the last', 1.5)").await.unwrap();
    engine.close().await;
    let truth = read(&lake).await.unwrap();
    assert_eq!(truth.len(), 3_001);

    let name = "00000000000000000005.checkpoint.parquet";
    let (checkpoint, digest) = (log.join(name), log.join(format!("{name}.xxh3")));
    let sound = std::fs::read(&checkpoint).unwrap();
    for step in 0..20 {
        let mut broken = sound.clone();
        let byte = step * sound.len() / 20;
        broken[byte] ^= 1 << (step % 8);
        std::fs::write(&checkpoint, &broken).unwrap();
        let error = read(&lake).await.expect_err("a damaged checkpoint");
        assert_eq!(error.kind(), ErrorKind::Corrupt, "byte {byte}: {error}");
        assert!(error.to_string().contains(name), "byte {byte}: the file is not named: {error}");
    }
    std::fs::write(&checkpoint, &sound).unwrap();
    assert_eq!(read(&lake).await.unwrap(), truth);
    // One that another program wrote has nothing beside it.
    std::fs::remove_file(digest).unwrap();
    assert_eq!(read(&lake).await.unwrap(), truth);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_log_entry_is_an_error_that_names_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let log = table_folder(&lake).join("_delta_log");
    let last = log.join("00000000000000000003.json");
    let sound = std::fs::read(&last).unwrap();
    let cut = |length: usize| sound[..length].to_vec();
    let broken: [(&str, Vec<u8>); 6] = [
        ("zero length", Vec::new()),
        ("torn in the middle", cut(sound.len() / 2)),
        ("torn before the last byte of the entry", cut(sound.len() - 2)),
        ("only zeros", vec![0; sound.len()]),
        ("a zeroed tail", [&sound[..sound.len() / 2], &vec![0; sound.len() / 2][..]].concat()),
        ("not JSON", b"this is no log entry\n".to_vec()),
    ];
    for (name, bytes) in broken {
        std::fs::write(&last, bytes).unwrap();
        let error = read(&lake).await.err().unwrap_or_else(|| panic!("{name}: the entry was read as nothing"));
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}: {error}");
        assert!(
            error.to_string().contains("version 3") || error.to_string().contains("00000000000000000003"),
            "{name}: {error}"
        );
    }

    // A version that is missing between two others is a gap, not an end.
    std::fs::write(&last, &sound).unwrap();
    let middle = log.join("00000000000000000002.json");
    let kept = std::fs::read(&middle).unwrap();
    std::fs::remove_file(&middle).unwrap();
    let error = read(&lake).await.expect_err("a gap in the log");
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    std::fs::write(&middle, kept).unwrap();
    assert_eq!(read(&lake).await.unwrap().len(), 3_000);
}
