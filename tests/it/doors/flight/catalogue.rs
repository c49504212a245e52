//! The catalogue calls, with the nullability the specification prescribes.

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow_flight::sql::metadata::GetCatalogsBuilder;
use arrow_flight::sql::{
    CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetTables, CommandGetXdbcTypeInfo, SqlInfo,
};
use bellwether_tests::server::{DATABASE, TestServer};
use bellwether_tests::text;

use super::{Client, fetch};

async fn shop(server: &TestServer) -> Client {
    let mut client = server.flight().await;
    for sql in [
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.customers (id bigint PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES shop.customers (id), amount numeric(10,2))",
        "CREATE VIEW shop.totals AS SELECT customer_id, sum(amount) AS amount FROM shop.orders GROUP BY customer_id",
    ] {
        client.execute_update(sql.into(), None).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    client
}

/// Column names, each with `?` when it may be NULL.
fn shape(schema: &Schema) -> Vec<String> {
    let name =
        |field: &arrow::datatypes::FieldRef| format!("{}{}", field.name(), if field.is_nullable() { "?" } else { "" });
    schema.fields().iter().map(name).collect()
}

fn column(batch: &RecordBatch, name: &str) -> Vec<String> {
    let index = batch.schema().index_of(name).unwrap();
    text::rows(batch).into_iter().map(|mut row| row.swap_remove(index)).collect()
}

fn tables(schema: Option<&str>, table: Option<&str>, types: &[&str], include_schema: bool) -> CommandGetTables {
    CommandGetTables {
        catalog: None,
        db_schema_filter_pattern: schema.map(Into::into),
        table_name_filter_pattern: table.map(Into::into),
        table_types: types.iter().map(|name| (*name).into()).collect(),
        include_schema,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_catalogue() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let info = client.get_catalogs().await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    assert_eq!(shape(&batch.schema()), ["catalog_name"]);
    assert_eq!(batch.schema(), GetCatalogsBuilder::new().schema());
    assert_eq!(column(&batch, "catalog_name"), [DATABASE]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_are_found_by_pattern() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let request = CommandGetDbSchemas { catalog: None, db_schema_filter_pattern: Some("sh_p".into()) };
    let info = client.get_db_schemas(request).await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    assert_eq!(shape(&batch.schema()), ["catalog_name?", "db_schema_name"]);
    assert_eq!(column(&batch, "db_schema_name"), ["shop"]);
    let request = CommandGetDbSchemas { catalog: Some("elsewhere".into()), db_schema_filter_pattern: None };
    let info = client.get_db_schemas(request).await.unwrap();
    assert_eq!(fetch(&mut client, info).await.unwrap().num_rows(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_found_by_schema_name_and_type() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let info = client.get_tables(tables(Some("shop"), None, &[], false)).await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    assert_eq!(shape(&batch.schema()), ["catalog_name?", "db_schema_name?", "table_name", "table_type"]);
    assert_eq!(column(&batch, "table_name"), ["customers", "orders", "totals"]);
    assert_eq!(column(&batch, "table_type"), ["TABLE", "TABLE", "VIEW"]);

    let info = client.get_tables(tables(Some("shop"), Some("%er%"), &["TABLE"], false)).await.unwrap();
    assert_eq!(column(&fetch(&mut client, info).await.unwrap(), "table_name"), ["customers", "orders"]);
    let info = client.get_tables(tables(Some("shop"), None, &["VIEW"], false)).await.unwrap();
    assert_eq!(column(&fetch(&mut client, info).await.unwrap(), "table_name"), ["totals"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_can_be_listed_with_its_arrow_schema() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let info = client.get_tables(tables(Some("shop"), Some("customers"), &[], true)).await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    let expected = ["catalog_name?", "db_schema_name?", "table_name", "table_type", "table_schema"];
    assert_eq!(shape(&batch.schema()), expected);
    assert_eq!(batch.num_rows(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_types_of_tables_are_listed() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let info = client.get_table_types().await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    assert_eq!(shape(&batch.schema()), ["table_type"]);
    let types = column(&batch, "table_type");
    assert!(types.contains(&"TABLE".into()) && types.contains(&"VIEW".into()), "{types:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_keys_are_listed() {
    let server = TestServer::start().await;
    let mut client = shop(&server).await;
    let request = CommandGetPrimaryKeys { catalog: None, db_schema: Some("shop".into()), table: "orders".into() };
    let info = client.get_primary_keys(request).await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    let expected = ["catalog_name?", "db_schema_name?", "table_name", "column_name", "key_name?", "key_sequence"];
    assert_eq!(shape(&batch.schema()), expected);
    assert_eq!(column(&batch, "column_name"), ["id"]);

    let request = CommandGetImportedKeys { catalog: None, db_schema: Some("shop".into()), table: "orders".into() };
    let info = client.get_imported_keys(request).await.unwrap();
    let imported = fetch(&mut client, info).await.unwrap();
    assert_eq!(column(&imported, "pk_table_name"), ["customers"]);
    assert_eq!(column(&imported, "fk_column_name"), ["customer_id"]);

    let request = CommandGetExportedKeys { catalog: None, db_schema: Some("shop".into()), table: "customers".into() };
    let info = client.get_exported_keys(request).await.unwrap();
    assert_eq!(column(&fetch(&mut client, info).await.unwrap(), "fk_table_name"), ["orders"]);

    let request = CommandGetCrossReference {
        pk_catalog: None,
        pk_db_schema: Some("shop".into()),
        pk_table: "customers".into(),
        fk_catalog: None,
        fk_db_schema: Some("shop".into()),
        fk_table: "orders".into(),
    };
    let info = client.get_cross_reference(request).await.unwrap();
    assert_eq!(fetch(&mut client, info).await.unwrap().num_rows(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_describes_itself_and_its_types() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let info = client.get_sql_info(vec![SqlInfo::FlightSqlServerName, SqlInfo::FlightSqlServerReadOnly]).await.unwrap();
    let batch = fetch(&mut client, info).await.unwrap();
    assert_eq!(shape(&batch.schema()), ["info_name", "value"]);
    assert_eq!(batch.num_rows(), 2);
    let info = client.get_sql_info(Vec::new()).await.unwrap();
    assert!(fetch(&mut client, info).await.unwrap().num_rows() > 5);
    let info = client.get_xdbc_type_info(CommandGetXdbcTypeInfo { data_type: None }).await.unwrap();
    assert!(fetch(&mut client, info).await.unwrap().num_rows() > 5);
    server.stop().await;
}
