//! The server's half of SCRAM-SHA-256 (RFC 5802, RFC 7677), against a stored verifier.
//!
//! Three texts and an answer: the client's first names a nonce, ours extends it and gives salt and
//! rounds, the client's last proves that it knows the password, our last proves that we know the
//! verifier. Channel binding is not offered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellwether::{Error, ErrorKind, Result, ScramVerifier};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The mechanism's name in SASL.
pub(crate) const MECHANISM: &str = "SCRAM-SHA-256";

/// An exchange after the client's first message.
pub(crate) struct Exchange {
    /// The client's `gs2-header`, which its last message has to repeat.
    header: String,
    nonce: String,
    /// `client-first-message-bare "," server-first-message`.
    transcript: String,
    server_first: String,
}

impl Exchange {
    /// Reads the client's first message and prepares the answer to it.
    pub(crate) fn begin(client_first: &str, verifier: &ScramVerifier) -> Result<Self> {
        let random: [u8; 18] = rand::random();
        Self::begin_with(client_first, verifier, &STANDARD.encode(random))
    }

    fn begin_with(client_first: &str, verifier: &ScramVerifier, server_nonce: &str) -> Result<Self> {
        let mut parts = client_first.splitn(3, ',');
        let (binding, authorization, bare) = match (parts.next(), parts.next(), parts.next()) {
            (Some(binding), Some(authorization), Some(bare)) => (binding, authorization, bare),
            _ => return Err(malformed("the client's first message has less than three parts")),
        };
        match binding {
            // "y": the client could bind the channel and saw that we do not offer it.
            "n" | "y" => {}
            _ => return Err(malformed("the client asks for channel binding, which was not offered")),
        }
        if !authorization.is_empty() {
            return Err(malformed("the client asks to act as another user"));
        }
        let client_nonce = bare
            .split(',')
            .nth(1)
            .and_then(|attribute| attribute.strip_prefix("r="))
            .filter(|nonce| !nonce.is_empty() && nonce.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or_else(|| malformed("the client's first message has no nonce"))?;
        if !bare.starts_with("n=") {
            return Err(malformed("the client's first message has no user name"));
        }
        let nonce = format!("{client_nonce}{server_nonce}");
        let server_first = format!("r={nonce},s={},i={}", STANDARD.encode(&verifier.salt), verifier.iterations);
        Ok(Self {
            header: format!("{binding},{authorization},"),
            nonce,
            transcript: format!("{bare},{server_first}"),
            server_first,
        })
    }

    /// Our first message.
    pub(crate) fn server_first(&self) -> &str {
        &self.server_first
    }

    /// Checks the client's last message: our last message if its proof holds, `None` if not.
    pub(crate) fn finish(self, client_final: &str, verifier: &ScramVerifier) -> Result<Option<String>> {
        let (unproven, proof) =
            client_final.rsplit_once(",p=").ok_or_else(|| malformed("the client's last message has no proof"))?;
        let mut attributes = unproven.split(',');
        let binding = attributes.next().and_then(|attribute| attribute.strip_prefix("c="));
        if binding.and_then(|text| STANDARD.decode(text).ok()).as_deref() != Some(self.header.as_bytes()) {
            return Err(malformed("the client's two messages disagree on channel binding"));
        }
        if attributes.next().and_then(|attribute| attribute.strip_prefix("r=")) != Some(&self.nonce) {
            return Err(malformed("the client's last message has another nonce"));
        }
        let proof: [u8; 32] = STANDARD
            .decode(proof)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| malformed("the client's proof is not 32 bytes in base 64"))?;

        let message = format!("{},{unproven}", self.transcript);
        let mut client_key = hmac(&verifier.stored_key, message.as_bytes());
        for (byte, masked) in client_key.iter_mut().zip(proof) {
            *byte ^= masked;
        }
        let stored_key: [u8; 32] = Sha256::digest(client_key).into();
        if !bool::from(stored_key.ct_eq(&verifier.stored_key)) {
            return Ok(None);
        }
        Ok(Some(format!("v={}", STANDARD.encode(hmac(&verifier.server_key, message.as_bytes())))))
    }
}

/// HMAC-SHA-256 with one of the exchange's keys.
pub(super) fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // A key of 32 bytes fits every HMAC; the other case cannot happen and must not prove anything.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("malformed SCRAM message: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7677, section 3: user "user", password "pencil".
    const CLIENT_FIRST: &str = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    const SERVER_NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const SERVER_FIRST: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const CLIENT_FINAL: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                                p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    const SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    fn verifier(password: &str) -> ScramVerifier {
        ScramVerifier::derive(password, STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap(), 4096)
    }

    fn pencil() -> ScramVerifier {
        verifier("pencil")
    }

    #[test]
    fn the_exchange_of_rfc_7677_is_reproduced() {
        let exchange = Exchange::begin_with(CLIENT_FIRST, &pencil(), SERVER_NONCE).unwrap();
        assert_eq!(exchange.server_first(), SERVER_FIRST);
        assert_eq!(exchange.finish(CLIENT_FINAL, &pencil()).unwrap().as_deref(), Some(SERVER_FINAL));
    }

    #[test]
    fn a_wrong_password_proves_nothing() {
        let other = verifier("pen");
        let exchange = Exchange::begin_with(CLIENT_FIRST, &other, SERVER_NONCE).unwrap();
        assert_eq!(exchange.finish(CLIENT_FINAL, &other).unwrap(), None);
    }

    #[test]
    fn a_replayed_proof_fails_because_the_nonce_is_another() {
        let exchange = Exchange::begin_with(CLIENT_FIRST, &pencil(), "another").unwrap();
        assert!(exchange.finish(CLIENT_FINAL, &pencil()).is_err());
    }

    #[test]
    fn malformed_messages_are_errors() {
        for first in ["", "n", "n,,", "n,,n=user", "n,,r=x", "p=tls-unique,,n=,r=x", "n,a=root,n=,r=x", "n,,n=,r= "] {
            assert!(Exchange::begin(first, &pencil()).is_err(), "{first:?}");
        }
        for last in ["", "c=biws", ",p=", "c=biws,r=x,p=AA==", "c=,r=,p=", "c=biws,p=dHzb"] {
            let exchange = Exchange::begin_with(CLIENT_FIRST, &pencil(), SERVER_NONCE).unwrap();
            assert!(exchange.finish(last, &pencil()).is_err(), "{last:?}");
        }
    }
}
