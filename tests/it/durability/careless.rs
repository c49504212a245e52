//! A store that overwrites where it was asked not to would lose commits: it is refused for writing.

use bellwether_tests::child;

use super::bucket::{Bucket, LAKE};

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_ignores_preconditions_is_refused_for_writing() {
    let bucket = Bucket::start(false).await;
    let mut command = child::command();
    command.args(["--lake", LAKE, "sql", "CREATE TABLE t (id bigint)"]).envs(bucket.variables());
    let output = tokio::task::block_in_place(|| command.output().unwrap());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the table was created: {told}");
    assert!(told.contains("If-None-Match"), "the reason is not told: {told}");
    assert_eq!(bucket.keys(), Vec::<String>::new(), "something was written");
}
