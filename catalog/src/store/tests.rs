//! One suite over every kind of store, and the faults of storage that must not pass unseen.

mod faulty;
mod power_loss;

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use parquet::arrow::async_writer::AsyncFileWriter;
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_64;

use super::outcome::KnownOutcome;
use super::verify::Depth;
use super::{ChecksumWriter, Store, from_object_store, probe};
use crate::ErrorKind;
use faulty::{Fault, Faulty};

/// A lake, and the bare storage below it.
struct Lake {
    name: &'static str,
    store: Store,
    bare: Arc<dyn ObjectStore>,
    _scratch: Option<TempDir>,
}

/// One lake of each kind that needs no network; `name` keeps the lakes in memory apart.
async fn lakes(name: &str) -> Vec<Lake> {
    let memory = Store::open(&format!("memory://{name}")).await.unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let folder = Store::open(scratch.path().to_str().unwrap()).await.unwrap();
    let bare = LocalFileSystem::new_with_prefix(scratch.path()).unwrap();
    vec![
        Lake { name: "memory", store: memory, bare: super::location::in_memory(name), _scratch: None },
        Lake { name: "folder", store: folder, bare: Arc::new(bare), _scratch: Some(scratch) },
    ]
}

fn entry(version: u64) -> Path {
    Path::from(format!("tables/t/_delta_log/{version:020}.json"))
}

async fn read(store: &dyn ObjectStore, path: &Path) -> object_store::Result<Bytes> {
    store.get(path).await?.bytes().await
}

async fn create(store: &dyn ObjectStore, path: &Path, text: String) -> object_store::Result<()> {
    store.put_opts(path, PutPayload::from(text), PutOptions::from(PutMode::Create)).await.map(|_| ())
}

async fn names(store: &dyn ObjectStore, prefix: Option<&Path>) -> Vec<String> {
    store.list(prefix).map_ok(|meta| meta.location.to_string()).try_collect().await.unwrap()
}

#[tokio::test]
async fn a_fresh_lake_is_empty_writable_and_has_a_private_url() {
    for lake in lakes("fresh").await {
        assert_eq!(lake.store.is_read_only(), None, "{}", lake.name);
        assert_eq!(lake.store.url().scheme(), "lake", "{}", lake.name);
        assert_eq!(lake.store.is_local(), lake.name == "folder");
        assert!(names(lake.store.object_store().as_ref(), None).await.is_empty(), "{}", lake.name);
    }
}

#[tokio::test]
async fn the_same_place_has_the_same_url() {
    let scratch = tempfile::tempdir().unwrap();
    let plain = Store::open(scratch.path().to_str().unwrap()).await.unwrap();
    let url = Store::open(&format!("file://{}", scratch.path().display())).await.unwrap();
    assert_eq!(plain.url(), url.url());
    assert_ne!(plain.url(), Store::open("memory://elsewhere").await.unwrap().url());
}

#[tokio::test]
async fn files_are_written_read_replaced_and_deleted() {
    for lake in lakes("files").await {
        let store = lake.store.object_store();
        let path = Path::from("a/b/c.bin");
        store.put(&path, "first".into()).await.unwrap();
        store.put(&path, "the second".into()).await.unwrap();
        assert_eq!(read(&store, &path).await.unwrap(), "the second", "{}", lake.name);
        assert_eq!(store.get_range(&path, 4..7).await.unwrap(), "sec");
        let ranges = store.get_ranges(&path, &[0..3, 4..10]).await.unwrap();
        assert_eq!(ranges, ["the", "second"]);
        assert_eq!(store.head(&path).await.unwrap().size, 10);
        let taken = create(&store, &path, "third".to_owned()).await.unwrap_err();
        assert!(matches!(taken, StoreError::AlreadyExists { .. }), "{}: {taken}", lake.name);

        store.delete(&path).await.unwrap();
        let gone = read(&store, &path).await.unwrap_err();
        assert!(matches!(gone, StoreError::NotFound { .. }), "{}: {gone}", lake.name);
    }
}

#[tokio::test]
async fn listings_are_sorted_by_path() {
    for lake in lakes("sorted").await {
        let store = lake.store.object_store();
        for version in [3, 1, 10, 2] {
            create(&store, &entry(version), "{\"commitInfo\":{}}".to_owned()).await.unwrap();
        }
        store.put(&Path::from("tables/t-2/x"), "x".into()).await.unwrap();
        let all: Vec<String> = [1, 2, 3, 10].iter().map(|version| entry(*version).to_string()).collect();
        let table = Path::from("tables/t");
        assert_eq!(names(&store, Some(&table)).await, all, "{}", lake.name);
        let later: Vec<_> = store.list_with_offset(Some(&table), &entry(2)).try_collect().await.unwrap();
        assert_eq!(later.iter().map(|meta| meta.location.to_string()).collect::<Vec<_>>(), all[2..], "{}", lake.name);
        let level = store.list_with_delimiter(Some(&Path::from("tables"))).await.unwrap();
        assert_eq!(level.common_prefixes, [Path::from("tables/t"), Path::from("tables/t-2")], "{}", lake.name);
    }
}

#[tokio::test]
async fn files_are_copied_and_renamed() {
    for lake in lakes("copied").await {
        let store = lake.store.object_store();
        let [a, b, c] = ["a", "x/b", "y/c"].map(Path::from);
        store.put(&a, "text".into()).await.unwrap();
        store.copy(&a, &b).await.unwrap();
        let taken = store.copy_if_not_exists(&a, &b).await.unwrap_err();
        assert!(matches!(taken, StoreError::AlreadyExists { .. }), "{}: {taken}", lake.name);
        store.rename(&b, &c).await.unwrap();
        assert_eq!(read(&store, &c).await.unwrap(), "text", "{}", lake.name);
        assert_eq!(names(&store, None).await, ["a", "y/c"], "{}", lake.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_tasks_that_create_one_entry_exactly_one_wins() {
    for lake in lakes("race").await {
        for version in 0..25 {
            let tasks: Vec<_> = (0..8)
                .map(|writer| {
                    let store = lake.store.object_store();
                    tokio::spawn(async move {
                        let text = format!("{{\"commitInfo\":{{\"writer\":{writer}}}}}");
                        create(&store, &entry(version), text.clone()).await.map(|()| text)
                    })
                })
                .collect();
            let mut winners = Vec::new();
            for task in tasks {
                match task.await.unwrap() {
                    Ok(text) => winners.push(text),
                    Err(err) => assert!(matches!(err, StoreError::AlreadyExists { .. }), "{}: {err}", lake.name),
                }
            }
            assert_eq!(winners.len(), 1, "{}: version {version}", lake.name);
            let stored = read(&lake.store.object_store(), &entry(version)).await.unwrap();
            assert_eq!(stored, winners[0], "{}: version {version}", lake.name);
        }
    }
}

#[tokio::test]
async fn an_upload_appears_whole_when_it_is_completed() {
    for lake in lakes("upload").await {
        let store = lake.store.object_store();
        let path = Path::from("t/upload.bin");
        let mut upload = store.put_multipart(&path).await.unwrap();
        let first = upload.put_part("hello ".into());
        let second = upload.put_part("world".into());
        second.await.unwrap();
        first.await.unwrap();
        assert!(names(&store, None).await.is_empty(), "{}", lake.name);
        upload.complete().await.unwrap();
        assert_eq!(read(&store, &path).await.unwrap(), "hello world", "{}", lake.name);
    }
}

#[tokio::test]
async fn an_upload_that_is_aborted_or_dropped_leaves_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let store = Store::open(scratch.path().to_str().unwrap()).await.unwrap().object_store();
    let path = Path::from("upload.bin");
    let mut aborted = store.put_multipart(&path).await.unwrap();
    aborted.put_part("part".into()).await.unwrap();
    aborted.abort().await.unwrap();
    aborted.complete().await.unwrap_err();
    let mut dropped = store.put_multipart(&path).await.unwrap();
    dropped.put_part("part".into()).await.unwrap();
    drop(dropped);
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn damaged_log_entries_are_refused_however_they_are_read() {
    let damaged: [&[u8]; 9] = [
        b"",
        &[0; 300],
        b"{\"commitInfo\":{}}\n\0\0\0",
        b"{\"commitInfo\":{}}\n{\"add\":{\"path\"",
        b"{\"commitInfo\":",
        b"{\"commitInfo\":{}}\n[]",
        b"{\"commitInfo\":{}}\nnull",
        b"{\"add\":{\"path\":\"a\"}}",
        b"{\"commitInfo\":{\"x\":\"\xc3\"}}",
    ];
    for lake in lakes("damaged").await {
        let store = lake.store.object_store();
        create(&store, &entry(6), "{\"commitInfo\":{}}".to_owned()).await.unwrap();
        for bytes in damaged {
            lake.bare.put(&entry(7), Bytes::from_static(bytes).into()).await.unwrap();
            let errors = [
                read(&store, &entry(7)).await.unwrap_err(),
                store.get_range(&entry(7), 0..1).await.unwrap_err(),
                store.get_ranges(&entry(7), &[0..1]).await.unwrap_err(),
                store.copy(&entry(7), &Path::from("copy")).await.unwrap_err(),
            ];
            for err in errors {
                let err = from_object_store(err);
                assert_eq!(err.kind(), ErrorKind::Corrupt, "{}: {err}", lake.name);
                let named = err.message().starts_with("log entry 7 of table folder tables/t is damaged");
                assert!(named, "{}: {err}", lake.name);
            }
            read(&store, &entry(6)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_empty_log_entry_fails_in_the_listing() {
    for lake in lakes("listed").await {
        let store = lake.store.object_store();
        lake.bare.put(&entry(0), PutPayload::new()).await.unwrap();
        let listed = store.list(None).next().await.unwrap();
        assert_eq!(from_object_store(listed.unwrap_err()).kind(), ErrorKind::Corrupt, "{}", lake.name);
        let folder = Path::from("tables/t/_delta_log");
        assert!(store.list_with_delimiter(Some(&folder)).await.is_err(), "{}", lake.name);
        assert!(store.head(&entry(0)).await.is_err(), "{}", lake.name);
    }
}

#[tokio::test]
async fn a_whole_log_entry_that_is_damaged_later_is_refused_then() {
    for lake in lakes("later").await {
        let store = lake.store.object_store();
        create(&store, &entry(0), "{\"commitInfo\":{}}".to_owned()).await.unwrap();
        assert_eq!(read(&store, &entry(0)).await.unwrap(), "{\"commitInfo\":{}}");
        assert_eq!(read(&store, &entry(0)).await.unwrap(), "{\"commitInfo\":{}}");
        lake.bare.put(&entry(0), "{\"commitInfo\":".into()).await.unwrap();
        assert!(read(&store, &entry(0)).await.is_err(), "{}", lake.name);
    }
}

#[tokio::test]
async fn every_flipped_byte_of_a_data_file_is_found() {
    let written: Vec<u8> = (0..1024u32).map(|n| (n * 31 % 251) as u8).collect();
    let path = Path::from("tables/t/a.parquet");
    for lake in lakes("flips").await {
        let store = lake.store.object_store();
        for position in 0..written.len() {
            let mut flipped = written.clone();
            flipped[position] ^= 1 << (position % 8);
            lake.bare.put(&path, flipped.into()).await.unwrap();
            lake.store.forget(&path);
            lake.store.expect(&path, 1024, xxh3_64(&written));
            let err = from_object_store(store.get_range(&path, 0..16).await.unwrap_err());
            assert_eq!(err.kind(), ErrorKind::Corrupt, "{}: byte {position}: {err}", lake.name);
            assert!(err.message().starts_with("file tables/t/a.parquet is not what was written: checksum"), "{err}");
            assert!(store.get_ranges(&path, &[0..4, 8..12]).await.is_err(), "{}: byte {position}", lake.name);
            assert!(lake.store.verify(&path, 1024, xxh3_64(&written)).await.is_err(), "{}", lake.name);
        }
    }
}

#[tokio::test]
async fn intact_data_files_are_read_and_shortened_ones_are_not() {
    let written = Bytes::from(vec![7u8; 3_000_000]);
    let path = Path::from("tables/t/a.parquet");
    for lake in lakes("lengths").await {
        let store = lake.store.object_store();
        store.put(&path, written.clone().into()).await.unwrap();
        lake.store.expect(&path, written.len() as u64, xxh3_64(&written));
        assert_eq!(store.get_ranges(&path, &[1..3]).await.unwrap(), [vec![7u8; 2]], "{}", lake.name);
        assert_eq!(read(&store, &path).await.unwrap(), written, "{}", lake.name);
        lake.store.verify(&path, written.len() as u64, xxh3_64(&written)).await.unwrap();

        lake.bare.put(&path, written.slice(..100).into()).await.unwrap();
        for err in [
            store.get_range(&path, 2_999_000..3_000_000).await.unwrap_err(),
            store.get_ranges(&path, &[1..3]).await.unwrap_err(),
            store.head(&path).await.unwrap_err(),
        ] {
            let err = from_object_store(err);
            assert!(err.message().ends_with("100 bytes, expected 3000000"), "{}: {err}", lake.name);
        }
        lake.store.forget(&path);
        assert_eq!(read(&store, &path).await.unwrap().len(), 100, "{}", lake.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_who_come_together_wait_for_one_verification() {
    let bare = Arc::new(Faulty::new(Fault::None));
    let lake = Store::over(Arc::clone(&bare) as Arc<dyn ObjectStore>, "together".to_owned(), Depth::Checksum);
    let lake = lake.await.unwrap();
    let path = Path::from("tables/t/a.parquet");
    lake.object_store().put(&path, "some rows".into()).await.unwrap();
    lake.expect(&path, 9, xxh3_64(b"some rows"));
    let before = bare.whole_reads();
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let (store, path) = (lake.object_store(), path.clone());
            tokio::spawn(async move { store.get_ranges(&path, &[0..4]).await.unwrap() })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), ["some"]);
    }
    assert_eq!(bare.whole_reads() - before, 1);
}

#[tokio::test]
async fn on_a_remote_store_only_the_length_is_compared() {
    let bare = Arc::new(Faulty::new(Fault::None));
    let lake = Store::over(bare, "remote".to_owned(), Depth::Length).await.unwrap();
    let path = Path::from("tables/t/a.parquet");
    lake.object_store().put(&path, "some rows".into()).await.unwrap();
    lake.expect(&path, 9, 0);
    assert_eq!(lake.object_store().get_ranges(&path, &[0..4, 5..9]).await.unwrap(), ["some", "rows"]);
    lake.verify(&path, 9, 0).await.unwrap_err();
    lake.expect(&path, 10, 0);
    assert!(lake.object_store().get_ranges(&path, &[0..4]).await.is_err());
    assert!(read(&lake.object_store(), &path).await.is_err());
}

#[tokio::test]
async fn the_writer_knows_what_it_wrote() {
    for lake in lakes("writer").await {
        for length in [0usize, 1, 70_000, 25_000_000] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 253) as u8).collect();
            let path = Path::from(format!("tables/t/{length}.parquet"));
            let mut writer = ChecksumWriter::new(&lake.store, path.clone());
            for piece in bytes.chunks(1_000_003) {
                writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
            }
            writer.complete().await.unwrap();
            writer.write(Bytes::from_static(b"more")).await.unwrap_err();
            let (found, xxh3) = writer.finish().unwrap();
            assert_eq!((found, xxh3), (length as u64, xxh3_64(&bytes)), "{}", lake.name);
            lake.store.verify(&path, found, xxh3).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_writer_that_is_not_completed_leaves_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let lake = Store::open(scratch.path().to_str().unwrap()).await.unwrap();
    for length in [10, 12_000_000] {
        let mut given_up = ChecksumWriter::new(&lake, Path::from("given-up.parquet"));
        given_up.write(Bytes::from(vec![1; length])).await.unwrap();
        given_up.abort().await.unwrap();
        let mut unfinished = ChecksumWriter::new(&lake, Path::from("unfinished.parquet"));
        unfinished.write(Bytes::from(vec![1; length])).await.unwrap();
        unfinished.finish().unwrap_err();
    }
    assert!(names(&lake.object_store(), None).await.is_empty());
}

#[tokio::test]
async fn a_store_that_ignores_preconditions_is_only_read() {
    let bare = Arc::new(Faulty::new(Fault::IgnoresConditions));
    bare.put(&Path::from("a"), "text".into()).await.unwrap();
    let lake = Store::over(bare, "careless".to_owned(), Depth::Length).await.unwrap();
    assert_eq!(lake.is_read_only(), Some(probe::IGNORES_CONDITION));
    let store = lake.object_store();
    assert_eq!(names(&store, None).await, ["a"]);
    assert_eq!(read(&store, &Path::from("a")).await.unwrap(), "text");
    let refused = [
        store.put(&Path::from("b"), "text".into()).await.unwrap_err(),
        store.put_multipart(&Path::from("b")).await.unwrap_err(),
        store.copy(&Path::from("a"), &Path::from("b")).await.unwrap_err(),
        store.rename(&Path::from("a"), &Path::from("b")).await.unwrap_err(),
        store.delete(&Path::from("a")).await.unwrap_err(),
    ];
    for err in refused {
        let err = from_object_store(err);
        assert_eq!(err.kind(), ErrorKind::ReadOnly, "{err}");
        assert!(err.message().contains(probe::IGNORES_CONDITION), "{err}");
    }
}

#[tokio::test]
async fn a_store_that_may_not_be_written_is_only_read() {
    let bare = Arc::new(Faulty::new(Fault::Denied));
    let lake = Store::over(bare, "denied".to_owned(), Depth::Length).await.unwrap();
    assert!(lake.is_read_only().unwrap().starts_with("the credentials do not permit writing"));
}

#[tokio::test]
async fn the_probe_outlasts_conflicts_that_nobody_caused() {
    let bare = Arc::new(Faulty::new(Fault::ConflictsFirst));
    let lake = Store::over(bare, "conflicts".to_owned(), Depth::Length).await.unwrap();
    assert_eq!(lake.is_read_only(), None);
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_known_to_be_ours() {
    let bare = Arc::new(Faulty::new(Fault::LosesAnswer));
    let store = KnownOutcome::new(Arc::clone(&bare) as Arc<dyn ObjectStore>);
    create(&store, &entry(0), "{\"commitInfo\":{\"writer\":1}}".to_owned()).await.unwrap();
    let lost = create(&store, &entry(0), "{\"commitInfo\":{\"writer\":2}}".to_owned()).await.unwrap_err();
    assert!(matches!(lost, StoreError::AlreadyExists { .. }), "{lost}");
    assert_eq!(read(&bare, &entry(0)).await.unwrap(), "{\"commitInfo\":{\"writer\":1}}");
}

#[tokio::test]
async fn a_conflict_nobody_won_is_tried_again() {
    let store = KnownOutcome::new(Arc::new(Faulty::new(Fault::ConflictsFirst)));
    create(&store, &entry(0), "{\"commitInfo\":{}}".to_owned()).await.unwrap();
    assert_eq!(read(&store, &entry(0)).await.unwrap(), "{\"commitInfo\":{}}");
}
