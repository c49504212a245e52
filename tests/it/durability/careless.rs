//! A store that overwrites where it was asked not to would lose commits: it is refused for writing.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use bellwether_tests::child;

/// Objects by key.
type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// As much of S3 as a lake uses, without a thought for `If-None-Match`.
async fn answer(State(objects): State<Objects>, request: Request) -> Response<Body> {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let key = uri.path().trim_start_matches('/').trim_start_matches("careless").trim_start_matches('/').to_owned();
    let body = to_bytes(request.into_body(), usize::MAX).await.expect("the request can be read");
    let mut objects = objects.lock().unwrap();
    match method {
        Method::PUT => {
            objects.insert(key, body.to_vec());
            respond(StatusCode::OK, Vec::new())
        }
        Method::DELETE => {
            objects.remove(&key);
            respond(StatusCode::NO_CONTENT, Vec::new())
        }
        Method::POST => {
            let keys = String::from_utf8_lossy(&body);
            for key in keys.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
                objects.remove(key);
            }
            respond(StatusCode::OK, b"<DeleteResult></DeleteResult>".to_vec())
        }
        Method::GET if key.is_empty() => respond(StatusCode::OK, listing(&objects, uri.query().unwrap_or_default())),
        Method::GET | Method::HEAD => match objects.get(&key) {
            Some(bytes) => respond(StatusCode::OK, bytes.clone()),
            None => respond(StatusCode::NOT_FOUND, Vec::new()),
        },
        _ => respond(StatusCode::NOT_IMPLEMENTED, Vec::new()),
    }
}

fn respond(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let response = Response::builder().status(status).header("etag", "\"any\"");
    let response = response.header("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT");
    response.body(body.into()).expect("the headers are valid")
}

/// ListObjectsV2: all keys that begin with the wanted prefix.
fn listing(objects: &BTreeMap<String, Vec<u8>>, query: &str) -> Vec<u8> {
    let prefix = query.split('&').find_map(|part| part.strip_prefix("prefix=")).unwrap_or_default().replace("%2F", "/");
    let mut listing = String::from("<ListBucketResult>");
    for (key, bytes) in objects.iter().filter(|(key, _)| key.starts_with(&prefix)) {
        listing.push_str(&format!(
            "<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>any</ETag><Size>{}</Size></Contents>",
            bytes.len()
        ));
    }
    listing.push_str("</ListBucketResult>");
    listing.into_bytes()
}

async fn careless_store() -> (SocketAddr, Objects) {
    let objects = Objects::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(Arc::clone(&objects));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, objects)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_ignores_preconditions_is_refused_for_writing() {
    let (address, objects) = careless_store().await;
    let mut command = child::command();
    command.args(["--lake", "s3://careless/lake", "sql", "CREATE TABLE t (id bigint)"]);
    command.env("AWS_ENDPOINT", format!("http://{address}")).env("AWS_ALLOW_HTTP", "true");
    command.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let output = tokio::task::block_in_place(|| command.output().unwrap());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the table was created: {told}");
    assert!(told.contains("If-None-Match"), "the reason is not told: {told}");
    let left: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(left, Vec::<String>::new(), "something was written");
}
