//! What a client says after login, decoded.
//!
//! The messages: <https://www.postgresql.org/docs/16/protocol-message-formats.html>.

use bellwether::{Error, ErrorKind, Result};

use super::body::Body;

/// First bytes of all messages a client may send; any other ends the connection.
pub(super) const TAGS: &[u8] = b"BCDEFHPQSXcdfp";

/// How a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Binary,
}

impl Format {
    /// The number that stands for it.
    pub(super) fn code(self) -> i16 {
        match self {
            Self::Text => 0,
            Self::Binary => 1,
        }
    }
}

/// What a Describe or Close is about, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    Statement(&'a str),
    Portal(&'a str),
}

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frontend<'a> {
    Query(&'a str),
    Parse {
        name: &'a str,
        sql: &'a str,
        types: Vec<u32>,
    },
    Bind(Bind<'a>),
    Describe(Target<'a>),
    Execute {
        portal: &'a str,
        max_rows: i32,
    },
    Close(Target<'a>),
    Flush,
    Sync,
    Terminate,
    /// What follows a COPY that failed is read and dropped, as the protocol asks.
    CopyRemains,
    FunctionCall,
}

/// A statement's parameters, and how its rows shall come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bind<'a> {
    pub(super) portal: &'a str,
    pub(super) statement: &'a str,
    pub(super) parameter_formats: Vec<Format>,
    pub(super) parameters: Vec<Option<&'a [u8]>>,
    pub(super) result_formats: Vec<Format>,
}

impl<'a> Frontend<'a> {
    /// Decodes the message that starts with `tag`.
    pub(super) fn decode(tag: u8, body: &'a [u8]) -> Result<Self> {
        let mut body = Body::new(body);
        let message = match tag {
            b'Q' => Self::Query(body.text()?),
            b'P' => Self::Parse { name: body.text()?, sql: body.text()?, types: list(&mut body, Body::u32)? },
            b'B' => Self::Bind(Bind {
                portal: body.text()?,
                statement: body.text()?,
                parameter_formats: list(&mut body, format)?,
                parameters: list(&mut body, Body::value)?,
                result_formats: list(&mut body, format)?,
            }),
            b'D' => Self::Describe(target(&mut body)?),
            b'E' => Self::Execute { portal: body.text()?, max_rows: body.i32()? },
            b'C' => Self::Close(target(&mut body)?),
            b'H' => Self::Flush,
            b'S' => Self::Sync,
            b'X' => Self::Terminate,
            b'F' => {
                body.remaining();
                Self::FunctionCall
            }
            b'c' | b'd' | b'f' => {
                body.remaining();
                Self::CopyRemains
            }
            _ => {
                let name = char::from(tag).escape_default();
                return Err(Error::new(ErrorKind::Protocol, format!("a message of type '{name}' has no place here")));
            }
        };
        body.end()?;
        Ok(message)
    }
}

/// A counted list; it grows with what is really there, whatever the count says.
fn list<'a, T>(body: &mut Body<'a>, item: impl Fn(&mut Body<'a>) -> Result<T>) -> Result<Vec<T>> {
    let count = body.u16()?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(item(body)?);
    }
    Ok(items)
}

fn format(body: &mut Body<'_>) -> Result<Format> {
    match body.i16()? {
        0 => Ok(Format::Text),
        1 => Ok(Format::Binary),
        code => Err(Error::new(ErrorKind::Protocol, format!("unsupported format code: {code}"))),
    }
}

fn target<'a>(body: &mut Body<'a>) -> Result<Target<'a>> {
    match body.u8()? {
        b'S' => Ok(Target::Statement(body.text()?)),
        b'P' => Ok(Target::Portal(body.text()?)),
        kind => Err(Error::new(
            ErrorKind::Protocol,
            format!("'{}' is neither a statement nor a portal", char::from(kind).escape_default()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngCore, SeedableRng};

    use super::*;

    #[test]
    fn a_bind_message_is_read_in_full() {
        let mut body = b"p\0s\0".to_vec();
        body.extend([0, 1, 0, 1]);
        body.extend([0, 2, 0, 0, 0, 2, b'a', b'b', 0xff, 0xff, 0xff, 0xff]);
        body.extend([0, 0]);
        let bind = Bind {
            portal: "p",
            statement: "s",
            parameter_formats: vec![Format::Binary],
            parameters: vec![Some(b"ab"), None],
            result_formats: vec![],
        };
        assert_eq!(Frontend::decode(b'B', &body).unwrap(), Frontend::Bind(bind));
    }

    #[test]
    fn a_message_with_bytes_too_many_or_too_few_is_refused() {
        assert!(Frontend::decode(b'Q', b"select 1").is_err());
        assert!(Frontend::decode(b'Q', b"select 1\0 ").is_err());
        assert!(Frontend::decode(b'S', b"x").is_err());
        assert!(Frontend::decode(b'B', b"\0\0\0\0\xff\xff").is_err());
        assert!(Frontend::decode(b'D', b"X\0").is_err());
        assert!(Frontend::decode(b'?', b"").is_err());
    }

    #[test]
    fn no_bytes_make_the_decoder_panic() {
        let mut random = StdRng::seed_from_u64(7);
        let mut body = [0; 48];
        for round in 0..200_000_u32 {
            random.fill_bytes(&mut body);
            // Half of the rounds get small bytes: counts and lengths that lead further in.
            if round % 2 == 0 {
                for byte in &mut body {
                    *byte %= 3;
                }
            }
            let length = (random.next_u32() % 49) as usize;
            let tag = TAGS[(random.next_u32() as usize) % TAGS.len()];
            drop(Frontend::decode(tag, &body[..length]));
        }
    }
}
