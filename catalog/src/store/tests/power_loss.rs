//! The power fails between any two calls to the operating system: what was acknowledged is there, and nothing by half.
//!
//! A lake is made and changed while each call is noted. Then for each moment, and each way in which a disk may lose what
//! it was not asked to keep, the folder is made as it would be found, and opened.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use xxhash_rust::xxh3::xxh3_64;

use crate::store::durable::trace::{self, Call, Disk, Loss};
use crate::table::{Append, Change, Operation, TableDefinition};
use crate::{DEFAULT_SCHEMA, Lake, Relation};

/// Rows of each commit.
const ROWS: usize = 10;

/// Appends to the table.
const APPENDS: usize = 4;

/// Acknowledged after each step: the lake, the table, each append, and the removal of the first file.
const OPENED: usize = 1;
const NAMED: usize = 2;
const REMOVED: usize = NAMED + APPENDS + 1;

fn rows() -> RecordBatch {
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]));
    RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from_iter_values(0..ROWS as i64))]).unwrap()
}

/// Makes a lake with a table of several commits, and notes what comes after what.
async fn work(root: &Path) -> Vec<Call> {
    trace::start(root);
    let lake = Lake::open(root.join("lake").to_str().unwrap()).await.unwrap();
    trace::acknowledge(root, OPENED);
    let (table, _) = lake.create_table(&TableDefinition::of_columns(rows().schema())).await.unwrap();
    let relation = Relation::Table { id: table.id().to_owned() };
    lake.change(|names| names.add_relation(DEFAULT_SCHEMA, "t", relation.clone(), None)).await.unwrap();
    trace::acknowledge(root, NAMED);
    for append in 1..=APPENDS {
        assert!(table.append(Append::Rows(rows()), None).await.unwrap());
        trace::acknowledge(root, NAMED + append);
    }
    let snapshot = table.latest().await.unwrap();
    let change = Change { remove: vec![0], ..Change::default() };
    table.commit(&snapshot, Operation::Delete, change).await.unwrap();
    trace::acknowledge(root, REMOVED);
    trace::take(root)
}

fn make(folder: &Path, found: &BTreeMap<PathBuf, Option<Vec<u8>>>) {
    for (path, bytes) in found {
        let path = folder.join(path);
        match bytes {
            None => std::fs::create_dir_all(path).unwrap(),
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
        }
    }
}

/// How far the lake in a folder is, by what it holds; each file of it is what was written.
async fn reached(folder: &Path) -> usize {
    let lake = Lake::open(folder.join("lake").to_str().unwrap()).await.unwrap();
    let names = lake.names().await.unwrap();
    assert!(names.schemas.contains_key(DEFAULT_SCHEMA), "the lake lacks its first schema");
    let Some(Relation::Table { id }) = names.relation(DEFAULT_SCHEMA, "t") else { return OPENED };
    let snapshot = lake.table(id).unwrap().latest().await.unwrap();
    for file in snapshot.files() {
        lake.store().verify(&file.path, file.bytes, file.checksum.expect("a checksum")).await.unwrap();
    }
    let steps = usize::try_from(snapshot.version()).unwrap();
    let files = if steps > APPENDS { APPENDS - 1 } else { steps };
    assert_eq!(snapshot.rows(), Some(files * ROWS), "version {steps}");
    NAMED + steps
}

#[tokio::test]
async fn whenever_the_power_fails_all_that_was_acknowledged_is_there_and_nothing_by_half() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().canonicalize().unwrap();
    let calls = work(&root).await;
    assert!(calls.iter().filter(|call| matches!(call, Call::SyncFolder(_))).count() > 10, "{calls:?}");

    let mut disk = Disk::default();
    disk.apply(&Call::CreateFolder(root.clone()));
    let (mut met, mut ends) = (HashSet::new(), 0);
    for moment in 0..=calls.len() {
        if moment > 0 {
            disk.apply(&calls[moment - 1]);
        }
        let seed = moment as u64;
        let chances = [Loss::SomeNames(seed), Loss::SomeNames(seed + 1_000_000)];
        for loss in [Loss::All, Loss::Nothing, Loss::Bytes, Loss::HalfOfBytes].into_iter().chain(chances) {
            let found = disk.after(&root, loss);
            // The same files after the same acknowledgements were looked at.
            if !met.insert((disk.acknowledged(), xxh3_64(format!("{found:?}").as_bytes()))) {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            make(folder.path(), &found);
            let reached = reached(folder.path()).await;
            let acknowledged = disk.acknowledged().max(OPENED);
            assert!(
                (acknowledged..=acknowledged + 1).contains(&reached),
                "after call {moment} of {}, {:?}, with {loss:?}: {acknowledged} was acknowledged, {reached} is there",
                calls.len(),
                calls.get(moment.wrapping_sub(1)),
            );
            ends += 1;
        }
    }
    println!("{} calls, {ends} different ends: nothing acknowledged was lost", calls.len());
}

#[test]
fn a_disk_keeps_bytes_once_their_file_was_fsynced_and_names_once_their_folder_was() {
    let root = PathBuf::from("/disk");
    let (folder, temporary, file) = (root.join("t"), root.join("t/.a"), root.join("t/a"));
    let mut disk = Disk::default();
    let expect = |disk: &Disk, loss: Loss, found: &[(&str, Option<&[u8]>)]| {
        let found = found.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.map(<[u8]>::to_vec)));
        assert_eq!(disk.after(&root, loss), found.collect(), "{loss:?}");
    };
    disk.apply(&Call::CreateFolder(root.clone()));
    disk.apply(&Call::CreateFolder(folder.clone()));
    disk.apply(&Call::Create(temporary.clone()));
    disk.apply(&Call::Write { path: temporary.clone(), offset: 0, bytes: b"rows".to_vec() });
    disk.apply(&Call::Rename { from: temporary, to: file.clone() });
    expect(&disk, Loss::All, &[]);
    expect(&disk, Loss::Bytes, &[("t", None), ("t/a", Some(b""))]);
    expect(&disk, Loss::HalfOfBytes, &[("t", None), ("t/a", Some(b"ro"))]);
    expect(&disk, Loss::Nothing, &[("t", None), ("t/a", Some(b"rows"))]);
    disk.apply(&Call::SyncFolder(folder));
    expect(&disk, Loss::All, &[]);
    disk.apply(&Call::SyncFolder(root.clone()));
    expect(&disk, Loss::All, &[("t", None), ("t/a", Some(b""))]);
    disk.apply(&Call::Sync(file));
    expect(&disk, Loss::All, &[("t", None), ("t/a", Some(b"rows"))]);
}
