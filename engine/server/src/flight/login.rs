//! Logins: who calls, and the session that belongs to the caller's token.
//!
//! `authorization: Basic` is exchanged for a random bearer token by the handshake; other calls take
//! either. A token has one session, which ends with CloseSession or after hours without a call. Most
//! clients just close the socket, also those that come back: gRPC closes idle sockets by itself. So a
//! login outlives its socket, but only so many do, because each holds one of the engine's sessions.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bellwether::{ClientInfo, Door, Engine, Error, ErrorKind, Principal, Result, Session};
use hmac::{Hmac, Mac};
use parking_lot::Mutex;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;
use tonic::metadata::MetadataMap;

use super::handle::{Handle, Handles};
use super::prepared::PreparedStatement;
use super::query::Query;
use crate::auth::verify_password_from;
use crate::connection::Peer;

/// A session nobody calls ends after this time: a working day.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(8 * 3_600);
/// One in so many of the engine's sessions may wait for a client without a socket.
const WAITING_SHARE: usize = 4;
/// A result that was planned and not fetched is forgotten after this time.
const TICKET_LIFETIME: Duration = Duration::from_secs(300);
/// Prepared statements, and planned results, of one session.
const HANDLES_MAX: usize = 1_000;
/// Basic credentials: ADBC's Go driver leaves out the padding that others send.
const BASIC_CREDENTIALS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// What a client says of itself is shown to people, so it is kept short.
const APPLICATION_CHARACTERS_MAX: usize = 200;

/// One logged-in client.
#[derive(Debug)]
pub(super) struct Login {
    /// Where its statements run.
    pub(super) session: Session,
    /// Statements it prepared.
    pub(super) statements: Handles<Arc<PreparedStatement>>,
    /// Results it asked for and has not begun to fetch.
    pub(super) queries: Handles<Query>,
    /// Results it is fetching, each with its end.
    pub(super) running: Mutex<HashMap<Handle, CancellationToken>>,
    principal: Principal,
    key: Key,
    last_call: Mutex<Call>,
}

#[derive(Debug)]
struct Call {
    at: Instant,
    peer: Option<Peer>,
}

/// What the table knows a login by: a keyed digest, so that neither a copy of the memory nor the time
/// a look-up takes tells a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key([u8; 32]);

/// All logged-in clients of the door. Their number is bounded by the engine's limit of sessions.
pub(super) struct Logins {
    engine: Engine,
    secret: [u8; 32],
    logins: Mutex<HashMap<Key, Arc<Login>>>,
}

impl Logins {
    /// Nobody yet.
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine, secret: rand::random(), logins: Mutex::new(HashMap::new()) }
    }

    /// The login a call belongs to.
    pub(super) async fn of_call(&self, metadata: &MetadataMap, peer: Option<Peer>) -> Result<Arc<Login>> {
        let header = authorization(metadata)?;
        let key = match &header {
            Authorization::Bearer(token) => self.key(&["bearer", token]),
            // A client that sends its password with every call has no token to tell its connections
            // apart, so the socket does.
            Authorization::Basic { user, password } => {
                let address = peer.as_ref().map(|peer| peer.address.to_string()).unwrap_or_default();
                self.key(&["basic", user, password, &address])
            }
        };
        if let Some(login) = self.find(key, peer.as_ref()) {
            return Ok(login);
        }
        match header {
            Authorization::Bearer(_) => {
                Err(Error::new(ErrorKind::InvalidPassword, "the bearer token is not valid, or not any more")
                    .with_hint("log in again with user and password"))
            }
            Authorization::Basic { user, password } => self.open(key, &user, &password, metadata, peer).await,
        }
    }

    /// Exchanges user and password for a token.
    pub(super) async fn handshake(&self, metadata: &MetadataMap, peer: Option<Peer>) -> Result<String> {
        let Authorization::Basic { user, password } = authorization(metadata)? else {
            return Err(Error::new(ErrorKind::InvalidPassword, "the handshake takes user and password, not a token"));
        };
        let token = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        self.open(self.key(&["bearer", &token]), &user, &password, metadata, peer).await?;
        Ok(token)
    }

    /// Another of the same user's logins for which `find` has something.
    pub(super) fn of_same_user<T>(&self, login: &Login, find: impl Fn(&Login) -> Option<T>) -> Option<(Arc<Login>, T)> {
        let logins = self.logins.lock();
        let mut same = logins.values().filter(|other| other.principal == login.principal);
        same.find_map(|other| find(other).map(|found| (Arc::clone(other), found)))
    }

    /// Ends a login: its token is not valid any more, what it runs runs out.
    pub(super) fn close(&self, login: &Login) {
        self.logins.lock().remove(&login.key);
    }

    /// Ends the logins that were idle for too long, and the oldest of too many without a socket.
    pub(super) fn sweep(&self) {
        self.sweep_keeping(self.engine.config().connections_max / WAITING_SHARE);
    }

    fn sweep_keeping(&self, waiting_max: usize) {
        let now = Instant::now();
        let mut waiting = Vec::new();
        let mut logins = self.logins.lock();
        logins.retain(|key, login| {
            let mut last = login.last_call.lock();
            // Whoever holds another reference is answering a call or sending a result.
            if Arc::strong_count(login) > 1 {
                last.at = now;
                return true;
            }
            if !last.peer.as_ref().is_some_and(Peer::is_connected) {
                waiting.push((last.at, *key));
            }
            now.saturating_duration_since(last.at) < IDLE_MAX
        });
        waiting.sort_unstable_by_key(|(last_call, _)| std::cmp::Reverse(*last_call));
        for (_, key) in waiting.into_iter().skip(waiting_max) {
            logins.remove(&key);
        }
    }

    fn find(&self, key: Key, peer: Option<&Peer>) -> Option<Arc<Login>> {
        let login = self.logins.lock().get(&key).map(Arc::clone)?;
        *login.last_call.lock() = Call { at: Instant::now(), peer: peer.cloned() };
        Some(login)
    }

    async fn open(
        &self,
        key: Key,
        user: &str,
        password: &str,
        metadata: &MetadataMap,
        peer: Option<Peer>,
    ) -> Result<Arc<Login>> {
        let address = peer.as_ref().map(|peer| peer.address);
        let principal = verify_password_from(&self.engine, address.map(|address| address.ip()), user, password).await?;
        let client = ClientInfo { address, application: application(metadata), ..ClientInfo::default() };
        let login = Arc::new(Login {
            session: self.session(&principal, client)?,
            statements: Handles::new("prepared statements", HANDLES_MAX, None),
            queries: Handles::new("results", HANDLES_MAX, Some(TICKET_LIFETIME)),
            running: Mutex::new(HashMap::new()),
            principal,
            key,
            last_call: Mutex::new(Call { at: Instant::now(), peer }),
        });
        // Of two first calls of one connection the slower takes the login of the faster.
        let mut logins = self.logins.lock();
        Ok(Arc::clone(logins.entry(key).or_insert(login)))
    }

    /// A session, if need be in the place of those that wait for their clients.
    fn session(&self, principal: &Principal, client: ClientInfo) -> Result<Session> {
        match self.engine.session(principal.clone(), Door::Flight, client.clone()) {
            Err(error) if error.kind() == ErrorKind::TooManyConnections => {
                self.sweep_keeping(0);
                self.engine.session(principal.clone(), Door::Flight, client)
            }
            session => session,
        }
    }

    fn key(&self, parts: &[&str]) -> Key {
        // HMAC takes keys of every length, so the error case has no value to report.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return Key(rand::random()) };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        Key(mac.finalize().into_bytes().into())
    }
}

// No `Debug` outside tests: a password must not get into a log.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
enum Authorization {
    Basic { user: String, password: String },
    Bearer(String),
}

fn authorization(metadata: &MetadataMap) -> Result<Authorization> {
    let refused = |message: &str| {
        Error::new(ErrorKind::InvalidPassword, message)
            .with_hint("send the header \"authorization: Basic …\" or \"authorization: Bearer …\"")
    };
    let header = metadata.get("authorization").ok_or_else(|| refused("the call carries no credentials"))?;
    let header = header.to_str().map_err(|_| refused("the authorization header is not text"))?;
    let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Authorization::Bearer(value.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused("the authorization header is of a scheme that is not offered"));
    }
    let decoded = BASIC_CREDENTIALS.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let credentials = decoded.as_deref().and_then(|text| text.split_once(':'));
    let (user, password) = credentials.ok_or_else(|| refused("the Basic credentials cannot be read"))?;
    Ok(Authorization::Basic { user: user.to_owned(), password: password.to_owned() })
}

fn application(metadata: &MetadataMap) -> Option<String> {
    let agent = metadata.get("user-agent")?.to_str().ok()?;
    Some(agent.chars().take(APPLICATION_CHARACTERS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn with(header: &str) -> MetadataMap {
        let mut metadata = MetadataMap::new();
        metadata.insert("authorization", header.parse().unwrap());
        metadata
    }

    #[test]
    fn basic_and_bearer_are_read_whatever_their_case() {
        let basic = Authorization::Basic { user: "ada".into(), password: "se:cret".into() };
        let encoded = BASE64_STANDARD.encode("ada:se:cret");
        assert!(encoded.ends_with('='));
        assert_eq!(authorization(&with(&format!("Basic {encoded}"))).unwrap(), basic);
        assert_eq!(authorization(&with(&format!("basic {encoded}"))).unwrap(), basic);
        assert_eq!(authorization(&with(&format!("Basic {}", encoded.trim_end_matches('=')))).unwrap(), basic);
        assert_eq!(authorization(&with("BEARER token")).unwrap(), Authorization::Bearer("token".into()));
    }

    #[test]
    fn other_headers_are_refused_with_a_hint() {
        for header in ["", "Basic", "Basic !", "Basic dXNlcg==", "Digest x", "Negotiate"] {
            let error = authorization(&with(header)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidPassword, "{header}");
            assert!(error.hint().is_some());
        }
        assert!(authorization(&MetadataMap::new()).is_err());
    }

    #[test]
    fn what_a_client_says_of_itself_is_kept_short() {
        let mut metadata = MetadataMap::new();
        assert_eq!(application(&metadata), None);
        metadata.insert("user-agent", "grpc-go/1.71".parse().unwrap());
        assert_eq!(application(&metadata).as_deref(), Some("grpc-go/1.71"));
        metadata.insert("user-agent", "a".repeat(5_000).parse().unwrap());
        assert_eq!(application(&metadata).unwrap().len(), APPLICATION_CHARACTERS_MAX);
    }
}
