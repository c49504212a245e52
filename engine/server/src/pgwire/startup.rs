//! A connection's first bytes: encryption, a cancel request, or who wants to log in.

use std::net::SocketAddr;
use std::sync::Arc;

use bellwether::{Error, ErrorKind, Result, Session};
use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::either::Either;

use super::body::Body;
use super::fault::Fault;
use super::socket::{MESSAGE_BYTES_BEFORE_LOGIN, Socket, Wire};

const CANCEL_REQUEST: u32 = 80_877_102;
const SSL_REQUEST: u32 = 80_877_103;
const GSS_ENCRYPTION_REQUEST: u32 = 80_877_104;
/// Version 3.0; the lower half is the minor version.
const PROTOCOL_3: u32 = 0x0003_0000;

/// What a client that connected wants.
pub(super) enum Opening {
    /// To log in.
    Session(Wire, Startup),
    /// To end what another session runs.
    Cancel { id: i32, secret: i32 },
    /// Something we refuse, with the reason.
    Refused(Wire, Error),
}

/// What a client says of itself before login.
#[derive(Debug)]
pub(super) struct Startup {
    /// A minor version newer than 3.0 has to be told that it is not spoken.
    pub(super) is_newer: bool,
    parameters: Vec<(String, String)>,
}

/// Reads up to the login, with encryption when the client asks for it and the server has it.
pub(super) async fn open(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<&Arc<ServerConfig>>,
) -> Result<Opening, Fault> {
    let mut socket = Socket::Left(stream);
    loop {
        // Read to the byte: whatever the client sends after an SSLRequest belongs to the handshake,
        // and nothing that came in plain text may be taken for encrypted.
        let length = socket.read_u32().await? as usize;
        if !(8..=MESSAGE_BYTES_BEFORE_LOGIN).contains(&length) {
            let error = Error::new(ErrorKind::Protocol, format!("invalid length of startup packet: {length}"));
            return Ok(Opening::Refused(Wire::new(socket), error));
        }
        let mut packet = vec![0; length - 4];
        socket.read_exact(&mut packet).await?;
        let mut body = Body::new(&packet);
        let code = body.u32()?;
        match (code, socket) {
            (SSL_REQUEST, Either::Left(mut stream)) => {
                socket = match tls {
                    None => {
                        stream.write_all(b"N").await?;
                        Either::Left(stream)
                    }
                    Some(config) => {
                        stream.write_all(b"S").await?;
                        let stream = TlsAcceptor::from(Arc::clone(config)).accept(stream).await?;
                        Either::Right(Box::new(stream))
                    }
                };
            }
            (GSS_ENCRYPTION_REQUEST, Either::Left(mut stream)) => {
                stream.write_all(b"N").await?;
                socket = Either::Left(stream);
            }
            (CANCEL_REQUEST, _) => return Ok(Opening::Cancel { id: body.i32()?, secret: body.i32()? }),
            (_, socket @ Either::Left(_)) if tls.is_some() && !peer.ip().to_canonical().is_loopback() => {
                let error = Error::new(ErrorKind::PermissionDenied, "this server accepts encrypted connections only")
                    .with_hint("connect with sslmode=require");
                return Ok(Opening::Refused(Wire::new(socket), error));
            }
            (code, socket) if code & 0xffff_0000 == PROTOCOL_3 => {
                let wire = Wire::new(socket);
                return Ok(match parameters(body) {
                    Ok(parameters) => Opening::Session(wire, Startup { is_newer: code > PROTOCOL_3, parameters }),
                    Err(error) => Opening::Refused(wire, error),
                });
            }
            (code, socket) => {
                let (major, minor) = (code >> 16, code & 0xffff);
                let error = Error::new(
                    ErrorKind::Protocol,
                    format!("unsupported frontend protocol {major}.{minor}: server supports 3.0"),
                );
                return Ok(Opening::Refused(Wire::new(socket), error));
            }
        }
    }
}

/// Names and values until an empty name.
fn parameters(mut body: Body<'_>) -> Result<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    loop {
        let name = body.text()?;
        if name.is_empty() {
            body.end()?;
            return Ok(parameters);
        }
        parameters.push((name.to_owned(), body.text()?.to_owned()));
    }
}

impl Startup {
    /// The value of a parameter of the startup message.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| &**value)
    }

    /// Options of the protocol itself that we do not know.
    pub(super) fn protocol_options(&self) -> Vec<&str> {
        self.parameters.iter().map(|(name, _)| &**name).filter(|name| name.starts_with("_pq_.")).collect()
    }

    /// Applies the settings a client asks for at start. Names that are not settings are ignored,
    /// because drivers send their own; a value that does not fit is an error.
    pub(super) fn apply(&self, session: &Session) -> Result<()> {
        let options = self.get("options").map(options).unwrap_or_default();
        let own = self.parameters.iter().filter(|(name, _)| {
            !matches!(&**name, "user" | "database" | "options" | "replication") && !name.starts_with("_pq_.")
        });
        for (name, value) in options.iter().chain(own) {
            // psql in a C locale asks for SQL_ASCII, which means bytes as they are: UTF-8 here.
            if name.eq_ignore_ascii_case("client_encoding") && value.eq_ignore_ascii_case("SQL_ASCII") {
                continue;
            }
            match session.set(name, value) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::UndefinedObject => {
                    tracing::debug!(name, "a setting of the startup message is not known");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The settings in `options`: `-c name=value`, `-cname=value`, `--name=value`, with a backslash
/// before a space that belongs to a value.
fn options(text: &str) -> Vec<(String, String)> {
    let mut words = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, words.last_mut()) {
            ('\\', Some(word)) => word.extend(characters.next()),
            (space, _) if space.is_ascii_whitespace() => words.push(String::new()),
            (other, Some(word)) => word.push(other),
            (_, None) => {}
        }
    }
    let mut settings = Vec::new();
    let mut words = words.iter().filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let setting = if word == "-c" {
            words.next().map(String::as_str)
        } else {
            word.strip_prefix("--").or_else(|| word.strip_prefix("-c"))
        };
        if let Some((name, value)) = setting.and_then(|setting| setting.split_once('=')) {
            settings.push((name.replace('-', "_"), value.to_owned()));
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_in_three_spellings() {
        let found = options("-c search_path=a,b -cgeqo=off  --statement-timeout=5s -c application_name=my\\ app -x");
        let expected =
            [("search_path", "a,b"), ("geqo", "off"), ("statement_timeout", "5s"), ("application_name", "my app")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(options("").is_empty());
        assert!(options("-c").is_empty());
        assert!(options("\\").is_empty());
    }

    #[test]
    fn parameters_end_with_an_empty_name() {
        let found = parameters(Body::new(b"user\0ada\0database\0shop\0\0")).unwrap();
        assert_eq!(found.len(), 2);
        for bytes in [&b""[..], b"user\0", b"user\0ada\0", b"user\0ada\0\0x", b"\xff\0\0\0"] {
            assert!(parameters(Body::new(bytes)).is_err(), "{bytes:?}");
        }
    }
}
