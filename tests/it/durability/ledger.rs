//! What was acknowledged, kept outside the server, and how the server's table compares with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use tokio_postgres::{Client, SimpleQueryMessage};

/// Rows of a batch: all of them or none may be seen.
pub(super) const PARTS: i64 = 20;

/// Acknowledged batches, by writer.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    batches: Mutex<BTreeMap<String, BTreeSet<i64>>>,
    refusals: Mutex<BTreeMap<String, String>>,
}

impl Ledger {
    pub(super) fn acknowledge(&self, writer: &str, batch: i64) {
        self.batches.lock().unwrap().entry(writer.into()).or_default().insert(batch);
    }

    /// Notes why a batch was not acknowledged, for the case that none ever is.
    pub(super) fn refuse(&self, writer: &str, reason: String) {
        self.refusals.lock().unwrap().insert(writer.into(), reason);
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.batches.lock().unwrap().values().map(BTreeSet::len).sum()
    }

    pub(super) fn acknowledged_by(&self, writer: &str) -> usize {
        self.batches.lock().unwrap().get(writer).map_or(0, BTreeSet::len)
    }

    pub(super) fn last_refusal(&self, writer: &str) -> Option<String> {
        self.refusals.lock().unwrap().get(writer).cloned()
    }

    /// Fails if the table lacks an acknowledged batch, or has one in part or twice; gives the number of batches in it.
    pub(super) async fn compare(&self, client: &Client) -> usize {
        // The acknowledgements first: what is acknowledged while the table is read may or may not be in the answer.
        let acknowledged = self.batches.lock().unwrap().clone();
        let sql = "SELECT writer, batch, count(*), count(DISTINCT part) FROM facts GROUP BY writer, batch";
        let mut stored: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for message in client.simple_query(sql).await.expect("the table can be read") {
            let SimpleQueryMessage::Row(row) = message else { continue };
            let number = |column: usize| row.get(column).and_then(|text| text.parse::<i64>().ok()).expect("a number");
            let writer = row.get(0).expect("a writer");
            let (batch, rows, parts) = (number(1), number(2), number(3));
            assert_eq!(parts, PARTS, "batch {batch} of {writer} is torn: {parts} parts");
            assert_eq!(rows, PARTS, "batch {batch} of {writer} is there more than once: {rows} rows");
            stored.entry(writer.into()).or_default().insert(batch);
        }
        for (writer, batches) in &acknowledged {
            let lost: Vec<_> = batches.difference(stored.entry(writer.clone()).or_default()).collect();
            assert!(lost.is_empty(), "{writer} lost acknowledged batches {lost:?}");
        }
        stored.values().map(BTreeSet::len).sum()
    }
}
