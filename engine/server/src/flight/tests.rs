//! The door from outside: a real client on a real socket.

use std::net::SocketAddr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{
    CommandGetDbSchemas, CommandGetPrimaryKeys, CommandGetTables, CommandGetXdbcTypeInfo,
    CommandPreparedStatementQuery, CommandStatementIngest, ProstMessageExt, SqlInfo, TableDefinitionOptions,
    TableExistsOption, TableNotExistOption,
};
use arrow_flight::{Action, FlightInfo, Ticket};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellwether::{Config, Engine};
use futures::{TryStreamExt, stream};
use prost::Message;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};

const USER: &str = "ada";
const PASSWORD: &str = "correct horse battery staple";

type Client = FlightSqlServiceClient<Channel>;

/// A door to a new lake, closed when dropped.
struct Door {
    address: SocketAddr,
    stop: CancellationToken,
    _lake: TempDir,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Door {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lake = folder.path().join("lake").to_string_lossy().into_owned();
        let engine = Engine::start(Config { lake, ..Config::default() }).await.unwrap();
        engine.create_role(USER, PASSWORD, true).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(super::serve(engine, listener, None, stop.clone()));
        Self { address, stop, _lake: folder }
    }

    async fn stranger(&self) -> Client {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        FlightSqlServiceClient::new(endpoint.connect().await.unwrap())
    }

    async fn client(&self) -> Client {
        let mut client = self.stranger().await;
        client.handshake(USER, PASSWORD).await.unwrap();
        client
    }
}

async fn fetch(client: &mut Client, info: FlightInfo) -> Result<Vec<RecordBatch>, FlightError> {
    let announced = info.clone().try_decode_schema().unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let batches: Vec<RecordBatch> = client.do_get(ticket).await?.try_collect().await?;
    for batch in &batches {
        assert_eq!(*batch.schema(), announced, "the result has the schema that was announced");
    }
    Ok(batches)
}

async fn query(client: &mut Client, sql: &str) -> Result<Vec<RecordBatch>, FlightError> {
    let info = client.execute(sql.to_owned(), None).await?;
    fetch(client, info).await
}

/// The whole numbers of the first column.
fn numbers(batches: &[RecordBatch]) -> Vec<i64> {
    let columns = batches.iter().map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec());
    columns.flatten().collect()
}

fn texts(batches: &[RecordBatch], column: usize) -> Vec<String> {
    let columns = batches.iter().map(|batch| batch.column(column).as_string::<i32>());
    columns.flat_map(|column| column.iter().flatten().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn code<T>(result: Result<T, FlightError>) -> Code {
    match result {
        Ok(_) => Code::Ok,
        Err(FlightError::Tonic(status)) => status.code(),
        Err(other) => panic!("{other}"),
    }
}

fn orders() -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let customers: ArrayRef = Arc::new(StringArray::from(vec![Some("ada"), None, Some("bob")]));
    RecordBatch::try_from_iter([("id", ids), ("customer", customers)]).unwrap()
}

async fn ingest(
    client: &mut Client,
    if_not_exist: TableNotExistOption,
    if_exists: TableExistsOption,
) -> Result<i64, FlightError> {
    let options = TableDefinitionOptions { if_not_exist: if_not_exist.into(), if_exists: if_exists.into() };
    let command = CommandStatementIngest {
        table_definition_options: Some(options),
        table: "orders".into(),
        ..CommandStatementIngest::default()
    };
    client.execute_ingest(command, stream::iter([Ok(orders())])).await
}

async fn with_orders(door: &Door) -> Client {
    let mut client = door.client().await;
    let rows = ingest(&mut client, TableNotExistOption::Create, TableExistsOption::Fail).await.unwrap();
    assert_eq!(rows, 3);
    client
}

#[tokio::test]
async fn a_call_without_valid_credentials_is_refused() {
    let door = Door::open().await;
    let mut stranger = door.stranger().await;
    assert_eq!(code(stranger.get_sql_info(vec![]).await), Code::Unauthenticated);
    stranger.set_token("guessed".into());
    assert_eq!(code(stranger.execute("SELECT 1".into(), None).await), Code::Unauthenticated);
    stranger.clear_token();
    assert!(stranger.handshake(USER, "wrong").await.is_err());
}

#[tokio::test]
async fn a_client_may_send_its_password_with_every_call() {
    let door = Door::open().await;
    let mut client = door.stranger().await;
    let credentials = BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
    client.set_header("authorization", format!("Basic {credentials}"));
    assert_eq!(numbers(&query(&mut client, "SELECT CAST(7 AS bigint) AS x").await.unwrap()), [7]);
}

#[tokio::test]
async fn a_query_gives_its_rows_and_its_ticket_is_good_once() {
    let door = Door::open().await;
    let mut client = door.client().await;
    let info =
        client.execute("SELECT CAST(1 AS bigint) AS x UNION ALL SELECT 2 ORDER BY x".into(), None).await.unwrap();
    assert_eq!(numbers(&fetch(&mut client, info.clone()).await.unwrap()), [1, 2]);
    assert_eq!(code(fetch(&mut client, info).await), Code::NotFound);
}

#[tokio::test]
async fn another_session_of_the_same_user_may_fetch_a_result() {
    let door = Door::open().await;
    let (mut asks, mut fetches) = (door.client().await, door.client().await);
    let info = asks.execute("SELECT CAST(1 AS bigint) AS x".into(), None).await.unwrap();
    assert_eq!(numbers(&fetch(&mut fetches, info).await.unwrap()), [1]);
}

#[tokio::test]
async fn an_error_has_a_code_and_a_sqlstate() {
    let door = Door::open().await;
    let mut client = door.client().await;
    let Err(FlightError::Tonic(status)) = client.execute("SELECT * FROM no_such_table".into(), None).await else {
        panic!("there is no such table");
    };
    assert_eq!(status.code(), Code::NotFound);
    assert!(status.message().ends_with("[SQLSTATE 42P01]"), "{}", status.message());
    assert_eq!(code(client.execute("SELECT 1; SELECT 2".into(), None).await), Code::InvalidArgument);
    assert_eq!(code(client.execute(String::new(), None).await), Code::InvalidArgument);
}

#[tokio::test]
async fn ingest_creates_appends_and_replaces() {
    use {TableExistsOption as Exists, TableNotExistOption as Missing};
    let door = Door::open().await;
    let mut client = with_orders(&door).await;
    assert_eq!(code(ingest(&mut client, Missing::Create, Exists::Fail).await), Code::AlreadyExists);
    assert_eq!(ingest(&mut client, Missing::Fail, Exists::Append).await.unwrap(), 3);
    assert_eq!(numbers(&query(&mut client, "SELECT count(*) FROM orders").await.unwrap()), [6]);
    assert_eq!(ingest(&mut client, Missing::Create, Exists::Replace).await.unwrap(), 3);
    assert_eq!(numbers(&query(&mut client, "SELECT count(*) FROM orders").await.unwrap()), [3]);
}

#[tokio::test]
async fn updates_count_the_rows_they_change() {
    let door = Door::open().await;
    let mut client = with_orders(&door).await;
    assert_eq!(client.execute_update("DELETE FROM orders WHERE id = 1".into(), None).await.unwrap(), 1);
    assert_eq!(client.execute_update("CREATE TABLE other (a bigint)".into(), None).await.unwrap(), 0);
    // ADBC sends everything through this call and does not wait for the rows of a DROP.
    client.execute("DROP TABLE other".into(), None).await.unwrap();
    assert_eq!(code(client.execute("SELECT * FROM other".into(), None).await), Code::NotFound);
}

#[tokio::test]
async fn prepared_statements_take_parameters_in_both_spellings() {
    let door = Door::open().await;
    let mut client = with_orders(&door).await;
    for sql in ["SELECT id FROM orders WHERE id > ? ORDER BY id", "SELECT id FROM orders WHERE id > $1 ORDER BY id"] {
        let mut statement = client.prepare(sql.into(), None).await.unwrap();
        assert_eq!(statement.parameter_schema().unwrap().fields().len(), 1);
        assert_eq!(statement.dataset_schema().unwrap().fields().len(), 1);
        assert_eq!(code(statement.execute().await), Code::InvalidArgument, "nothing is bound yet");

        let value: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        statement.set_parameters(RecordBatch::try_from_iter([("1", value)]).unwrap()).unwrap();
        let info = statement.execute().await.unwrap();
        assert_eq!(numbers(&fetch(&mut client, info).await.unwrap()), [2, 3]);
        statement.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_prepared_update_runs_once_for_each_row_of_parameters() {
    let door = Door::open().await;
    let mut client = with_orders(&door).await;
    let mut statement = client.prepare("DELETE FROM orders WHERE id = ?".into(), None).await.unwrap();
    assert!(statement.dataset_schema().unwrap().fields().is_empty());
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 3, 99]));
    statement.set_parameters(RecordBatch::try_from_iter([("1", ids)]).unwrap()).unwrap();
    assert_eq!(statement.execute_update().await.unwrap(), 2);
    assert_eq!(numbers(&query(&mut client, "SELECT id FROM orders").await.unwrap()), [2]);
}

#[tokio::test]
async fn a_handle_is_of_no_use_to_another_session() {
    let door = Door::open().await;
    let (mut owner, mut other) = (door.client().await, door.client().await);
    let action =
        arrow_flight::sql::ActionCreatePreparedStatementRequest { query: "SELECT 1".into(), transaction_id: None };
    let action = Action::new("CreatePreparedStatement", action.as_any().encode_to_vec());
    let answer = owner.do_action(action).await.unwrap().message().await.unwrap().unwrap();
    let created = arrow_flight::sql::Any::decode(answer.body).unwrap();
    let created: arrow_flight::sql::ActionCreatePreparedStatementResult = created.unpack().unwrap().unwrap();

    let handle = CommandPreparedStatementQuery { prepared_statement_handle: created.prepared_statement_handle };
    let ticket = Ticket::new(handle.as_any().encode_to_vec());
    assert_eq!(code(other.do_get(ticket.clone()).await), Code::NotFound);
    assert_eq!(code(owner.do_get(ticket).await), Code::Ok);
}

#[tokio::test]
async fn the_catalogue_lists_tables_with_their_columns() {
    let door = Door::open().await;
    let mut client = with_orders(&door).await;

    let info = client.get_catalogs().await.unwrap();
    assert_eq!(texts(&fetch(&mut client, info).await.unwrap(), 0), ["lake"]);

    let request = CommandGetDbSchemas { catalog: None, db_schema_filter_pattern: Some("pub%".into()) };
    let info = client.get_db_schemas(request).await.unwrap();
    assert_eq!(texts(&fetch(&mut client, info).await.unwrap(), 1), ["public"]);

    let request = CommandGetTables {
        table_name_filter_pattern: Some("ord___".into()),
        table_types: vec!["TABLE".into()],
        include_schema: true,
        ..CommandGetTables::default()
    };
    let info = client.get_tables(request).await.unwrap();
    let tables = fetch(&mut client, info).await.unwrap();
    assert_eq!(texts(&tables, 2), ["orders"]);
    let columns = tables[0].column(4).as_binary::<i32>();
    assert!(!columns.is_null(0) && !columns.value(0).is_empty());

    let info =
        client.get_primary_keys(CommandGetPrimaryKeys { table: "orders".into(), ..Default::default() }).await.unwrap();
    assert_eq!(fetch(&mut client, info).await.unwrap().iter().map(RecordBatch::num_rows).sum::<usize>(), 0);

    let info = client.get_table_types().await.unwrap();
    assert!(texts(&fetch(&mut client, info).await.unwrap(), 0).contains(&"TABLE".to_owned()));

    let info = client.get_sql_info(vec![SqlInfo::FlightSqlServerName]).await.unwrap();
    assert_eq!(fetch(&mut client, info).await.unwrap()[0].num_rows(), 1);

    let info = client.get_xdbc_type_info(CommandGetXdbcTypeInfo { data_type: None }).await.unwrap();
    assert!(texts(&fetch(&mut client, info).await.unwrap(), 0).contains(&"bigint".to_owned()));
}

#[tokio::test]
async fn a_closed_session_takes_its_token_with_it() {
    let door = Door::open().await;
    let mut client = door.client().await;
    let mut answer = client.do_action(Action::new("CloseSession", "")).await.unwrap();
    assert!(answer.message().await.unwrap().is_some());
    assert_eq!(code(client.get_sql_info(vec![]).await), Code::Unauthenticated);
}
