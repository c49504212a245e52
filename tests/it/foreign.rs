//! Tables that other programs changed: what of Delta is not understood is refused by its name, never read past.
//!
//! The other program is played by hand: entries of the log as Spark writes them.

use std::path::{Path, PathBuf};

use bellwether::{Engine, ErrorKind};
use bellwether_tests::server::test_config;
use bellwether_tests::text;
use futures::TryStreamExt;
use serde_json::{Value, json};

/// A lake with a table of two versions: its making, and three rows.
struct Lake {
    folder: tempfile::TempDir,
}

impl Lake {
    async fn new() -> Self {
        let lake = Self { folder: tempfile::tempdir().unwrap() };
        let engine = lake.engine().await;
        run(&engine, "CREATE TABLE facts (id bigint, name text)").await.unwrap();
        run(&engine, "INSERT INTO facts VALUES (1, 'one'), (2, 'two'), (3, 'three')").await.unwrap();
        engine.close().await;
        lake
    }

    async fn engine(&self) -> Engine {
        Engine::start(test_config(self.folder.path().join("lake").display().to_string())).await.unwrap()
    }

    /// The table's log.
    fn log(&self) -> PathBuf {
        let tables = std::fs::read_dir(self.folder.path().join("lake/tables")).unwrap();
        let log = tables.map(|table| table.unwrap().path().join("_delta_log")).next();
        log.expect("the lake has a table")
    }

    /// What a version's entry says under a key.
    fn action(&self, version: u64, key: &str) -> Value {
        let entry = std::fs::read_to_string(entry(&self.log(), version)).unwrap();
        let mut actions = entry.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        actions.find_map(|action| action.get(key).cloned()).unwrap_or_else(|| panic!("no {key} in {entry}"))
    }

    /// Commits as another program does.
    fn commit(&self, version: u64, actions: &[Value]) {
        let mut text = json!({"commitInfo": {"timestamp": 1_767_225_600_000_u64, "operation": "WRITE"}}).to_string();
        for action in actions {
            text.push('\n');
            text.push_str(&action.to_string());
        }
        std::fs::write(entry(&self.log(), version), text).unwrap();
    }

    /// The protocol with a feature, for readers and writers or for writers alone.
    fn feature(feature: &str, is_read: bool) -> Value {
        match is_read {
            true => json!({"protocol": {
                "minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": [feature], "writerFeatures": [feature]
            }}),
            false => json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": [feature]}}),
        }
    }

    async fn sql(&self, sql: &str) -> bellwether::Result<Vec<Vec<String>>> {
        let engine = self.engine().await;
        let rows = run(&engine, sql).await;
        engine.close().await;
        rows
    }

    /// A statement is refused by the name of a feature, with a word of what to do.
    async fn refuses(&self, sql: &str, feature: &str, way_out: &str) {
        let error = self.sql(sql).await.expect_err(sql);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{sql}: {error}");
        assert!(error.message().contains(&format!("the Delta table feature {feature},")), "{sql}: {error}");
        assert!(error.hint().is_some_and(|hint| hint.contains(way_out)), "{sql}: {:?}", error.hint());
    }
}

fn entry(log: &Path, version: u64) -> PathBuf {
    log.join(format!("{version:020}.json"))
}

async fn run(engine: &Engine, sql: &str) -> bellwether::Result<Vec<Vec<String>>> {
    let batches: Vec<_> = engine.sql(sql).await?.try_collect().await?;
    Ok(batches.iter().flat_map(text::rows).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_another_program_deleted_do_not_come_back() {
    let lake = Lake::new().await;
    // Turned on and not used yet, deletion vectors change nothing.
    lake.commit(2, &[Lake::feature("deletionVectors", true)]);
    assert_eq!(lake.sql("SELECT count(*) FROM facts").await.unwrap(), [["3"]]);

    let mut add = lake.action(1, "add");
    let remove = json!({"remove": {
        "path": add["path"], "deletionTimestamp": 1_767_225_600_000_u64, "dataChange": true
    }});
    // The second row is deleted; the vector is in the entry itself.
    let vector = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L";
    add["deletionVector"] = json!({"storageType": "i", "pathOrInlineDv": vector, "sizeInBytes": 40, "cardinality": 1});
    lake.commit(3, &[remove, json!({ "add": add })]);
    for sql in ["SELECT * FROM facts", "INSERT INTO facts VALUES (4, 'four')", "DELETE FROM facts WHERE id = 1"] {
        lake.refuses(sql, "deletionVectors", "REORG TABLE").await;
    }
    let before = lake.sql("SELECT name FROM facts FOR VERSION AS OF 1 WHERE id = 2").await.unwrap();
    assert_eq!(before, [["two"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_stored_under_other_names_are_not_read_as_nulls() {
    let lake = Lake::new().await;
    let mut table = lake.action(0, "metaData");
    let mut schema: Value = serde_json::from_str(table["schemaString"].as_str().unwrap()).unwrap();
    for (place, field) in schema["fields"].as_array_mut().unwrap().iter_mut().enumerate() {
        field["metadata"]["delta.columnMapping.id"] = json!(place + 1);
        field["metadata"]["delta.columnMapping.physicalName"] = field["name"].clone();
    }
    schema["fields"][1]["name"] = json!("label");
    table["schemaString"] = json!(schema.to_string());
    table["configuration"]["delta.columnMapping.mode"] = json!("name");
    table["configuration"]["delta.columnMapping.maxColumnId"] = json!("2");
    lake.commit(2, &[Lake::feature("columnMapping", true), json!({ "metaData": table })]);
    for sql in ["SELECT label FROM facts", "INSERT INTO facts VALUES (4, 'four')"] {
        lake.refuses(sql, "columnMapping", "DROP FEATURE").await;
    }
    assert_eq!(lake.sql("SELECT count(name) FROM facts FOR VERSION AS OF 1").await.unwrap(), [["3"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_nobody_has_heard_of_is_refused_by_its_name() {
    let lake = Lake::new().await;
    lake.commit(2, &[Lake::feature("rowsInOtherOrder", true)]);
    let error = lake.sql("SELECT * FROM facts").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let said = format!("{error} {:?}", error.detail());
    assert!(said.contains("rowsInOtherOrder"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_relies_on_is_read_and_not_broken() {
    for (feature, property, value) in [
        ("checkConstraints", "delta.constraints.small", "id < 10"),
        ("changeDataFeed", "delta.enableChangeDataFeed", "true"),
        ("rowTracking", "delta.enableRowTracking", "true"),
    ] {
        let lake = Lake::new().await;
        let mut table = lake.action(0, "metaData");
        table["configuration"][property] = json!(value);
        let mut protocol = Lake::feature(feature, false);
        if feature == "rowTracking" {
            protocol["protocol"]["writerFeatures"] = json!([feature, "domainMetadata"]);
        }
        lake.commit(2, &[protocol, json!({ "metaData": table })]);
        assert_eq!(lake.sql("SELECT sum(id) FROM facts").await.unwrap(), [["6"]], "{feature}");
        for sql in ["INSERT INTO facts VALUES (40, 'forty')", "UPDATE facts SET id = 50 WHERE id = 1"] {
            lake.refuses(sql, feature, "turn it off").await;
        }
        assert_eq!(lake.sql("SELECT sum(id) FROM facts").await.unwrap(), [["6"]], "{feature}");
    }
}
