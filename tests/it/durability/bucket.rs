//! As much of S3 as a lake uses, in the test's own memory: the test decides what becomes of a write.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use tokio::sync::watch;

/// The place of a lake in the bucket.
pub(super) const LAKE: &str = "s3://bucket/lake";

/// Writes of tables are those of keys that begin so.
const TABLES: &str = "lake/tables/";

/// A bucket that is served as long as the test runs.
pub(super) struct Bucket {
    address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    /// Objects by key.
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Whether `If-None-Match` is heeded.
    is_careful: bool,
    gate: watch::Sender<Gate>,
}

/// Which requests are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Open,
    /// All up to the write of a table of this number, counted from one; whether that one is stored.
    Until {
        write: u64,
        is_stored: bool,
    },
    /// None.
    Closed,
}

/// What is done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Answer,
    /// It is carried out, and nobody is told.
    Store,
    Ignore,
}

impl Bucket {
    /// An empty bucket; a careless one overwrites where it was asked not to.
    pub(super) async fn start(is_careful: bool) -> Self {
        let (gate, _) = watch::channel(Gate::Open);
        let inner = Arc::new(Inner { objects: Mutex::default(), is_careful, gate });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let router = Router::new().fallback(receive).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, inner }
    }

    /// What leads a program here.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ]
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.inner.objects.lock().unwrap().keys().cloned().collect()
    }

    /// Answers nobody any more from this write of a table on, counted from one.
    pub(super) fn stop_at(&self, write: u64, is_stored: bool) {
        self.inner.gate.send_replace(Gate::Until { write, is_stored });
    }

    /// Waits until that write has come.
    pub(super) async fn stopped(&self) {
        let mut gate = self.inner.gate.subscribe();
        gate.wait_for(|gate| *gate == Gate::Closed).await.expect("the bucket is there");
    }

    /// Answers everybody again, except those who wait.
    pub(super) fn go_on(&self) {
        self.inner.gate.send_replace(Gate::Open);
    }
}

impl Inner {
    fn verdict(&self, is_write: bool) -> Verdict {
        let mut verdict = Verdict::Answer;
        self.gate.send_modify(|gate| match *gate {
            Gate::Open => {}
            Gate::Closed => verdict = Verdict::Ignore,
            Gate::Until { write: 1, is_stored } if is_write => {
                *gate = Gate::Closed;
                verdict = if is_stored { Verdict::Store } else { Verdict::Ignore };
            }
            Gate::Until { write, is_stored } if is_write => *gate = Gate::Until { write: write - 1, is_stored },
            Gate::Until { .. } => {}
        });
        verdict
    }
}

async fn receive(State(inner): State<Arc<Inner>>, request: Request) -> Response<Body> {
    let key = request.uri().path().trim_start_matches("/bucket").trim_start_matches('/').to_owned();
    let is_write = *request.method() == Method::PUT && key.starts_with(TABLES);
    let verdict = inner.verdict(is_write);
    if verdict == Verdict::Ignore {
        return std::future::pending().await;
    }
    let response = answer(&inner, &key, request).await;
    match verdict {
        Verdict::Answer => response,
        _ => std::future::pending().await,
    }
}

async fn answer(inner: &Inner, key: &str, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the request can be read");
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let mut objects = inner.objects.lock().unwrap();
    match parts.method {
        Method::PUT if inner.is_careful && header("if-none-match").is_some() && objects.contains_key(key) => {
            respond(StatusCode::PRECONDITION_FAILED, Vec::new())
        }
        Method::PUT => {
            objects.insert(key.to_owned(), body.to_vec());
            respond(StatusCode::OK, Vec::new())
        }
        Method::DELETE => {
            objects.remove(key);
            respond(StatusCode::NO_CONTENT, Vec::new())
        }
        Method::POST => {
            let keys = String::from_utf8_lossy(&body);
            let mut deleted = String::from("<DeleteResult>");
            for key in keys.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
                objects.remove(key);
                deleted.push_str(&format!("<Deleted><Key>{key}</Key></Deleted>"));
            }
            deleted.push_str("</DeleteResult>");
            respond(StatusCode::OK, deleted.into_bytes())
        }
        Method::GET if key.is_empty() => {
            respond(StatusCode::OK, listing(&objects, parts.uri.query().unwrap_or_default()))
        }
        Method::HEAD => match objects.get(key) {
            Some(bytes) => described(StatusCode::OK)
                .header("content-length", bytes.len())
                .body(Body::empty())
                .expect("the headers are valid"),
            None => respond(StatusCode::NOT_FOUND, Vec::new()),
        },
        Method::GET => match (objects.get(key), header("range")) {
            (Some(bytes), Some(range)) => part(bytes, range),
            (Some(bytes), None) => respond(StatusCode::OK, bytes.clone()),
            (None, _) => respond(StatusCode::NOT_FOUND, Vec::new()),
        },
        _ => respond(StatusCode::NOT_IMPLEMENTED, Vec::new()),
    }
}

fn described(status: StatusCode) -> axum::http::response::Builder {
    let response = Response::builder().status(status).header("etag", "\"any\"");
    response.header("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT")
}

fn respond(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    described(status).body(body.into()).expect("the headers are valid")
}

/// `bytes=2-5`, `bytes=2-` or `bytes=-4` of an object.
fn part(bytes: &[u8], range: &str) -> Response<Body> {
    let (first, last) = range.trim_start_matches("bytes=").split_once('-').expect("a range has two ends");
    let number = |text: &str| text.parse::<usize>().ok();
    let (start, end) = match (number(first), number(last)) {
        (Some(start), last) => (start, last.map_or(bytes.len(), |last| last + 1).min(bytes.len())),
        (None, Some(count)) => (bytes.len().saturating_sub(count), bytes.len()),
        (None, None) => (0, bytes.len()),
    };
    if start >= end {
        return respond(StatusCode::RANGE_NOT_SATISFIABLE, Vec::new());
    }
    let found = format!("bytes {start}-{}/{}", end - 1, bytes.len());
    let response = described(StatusCode::PARTIAL_CONTENT).header("content-range", found);
    response.body(bytes[start..end].to_vec().into()).expect("the headers are valid")
}

/// ListObjectsV2: the keys that begin with a prefix and come after another, those of folders as one.
fn listing(objects: &BTreeMap<String, Vec<u8>>, query: &str) -> Vec<u8> {
    let said = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let text = |name: &str| said(name).unwrap_or_default().replace("%2F", "/");
    let (prefix, after, by_folder) = (text("prefix"), text("start-after"), said("delimiter").is_some());
    let mut listing = String::from("<ListBucketResult>");
    let mut folders = BTreeSet::new();
    for (key, bytes) in objects.iter().filter(|(key, _)| **key > after) {
        let Some(rest) = key.strip_prefix(&prefix) else { continue };
        match rest.split_once('/').filter(|_| by_folder) {
            Some((folder, _)) => drop(folders.insert(format!("{prefix}{folder}/"))),
            None => listing.push_str(&format!(
                "<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>any</ETag><Size>{}</Size></Contents>",
                bytes.len()
            )),
        }
    }
    for folder in folders {
        listing.push_str(&format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"));
    }
    listing.push_str("</ListBucketResult>");
    listing.into_bytes()
}
