//! Checking who a client is, the same way at every door.
//!
//! The lake keeps only SCRAM-SHA-256 verifiers. The Postgres door proves the password without
//! seeing it (`scram`); a door that receives the password itself asks [`verify_password_from`].
//! A name that is not there goes through the same steps with an invented verifier, so that
//! neither the messages nor the time they take tell which names exist, and repeated failures
//! cost the guesser time (`backoff`).

mod backoff;
pub(crate) mod scram;

use std::net::IpAddr;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellwether::{Engine, Error, ErrorKind, Principal, Result, ScramVerifier};
use subtle::ConstantTimeEq;

use self::backoff::Backoff;

/// Failures of all doors, so that a guesser cannot change doors to start afresh.
static FAILURES: LazyLock<Backoff> = LazyLock::new(Backoff::new);

/// The verifier of a password nobody has, new with every start of the program; the verifiers of
/// names that are not there are made from it.
static DECOY: LazyLock<ScramVerifier> = LazyLock::new(|| {
    let password: [u8; 32] = rand::random();
    ScramVerifier::new(&STANDARD.encode(password))
});

/// What a login is checked against: a real verifier, or an invented one without an owner.
pub(crate) struct Credential {
    principal: Option<Principal>,
    verifier: ScramVerifier,
}

impl Credential {
    /// The verifier of `user`, invented but always the same when there is no such user.
    pub(crate) async fn look_up(engine: &Engine, user: &str) -> Result<Self> {
        Ok(match engine.credential(user).await? {
            Some((principal, verifier)) => Self { principal: Some(principal), verifier },
            None => Self { principal: None, verifier: decoy(user) },
        })
    }

    /// The verifier to check against.
    pub(crate) fn verifier(&self) -> &ScramVerifier {
        &self.verifier
    }

    /// Who logged in, if the proof held and the verifier is a real one.
    pub(crate) fn admit(self, user: &str, proven: bool) -> Result<Principal> {
        match self.principal {
            Some(principal) if proven => Ok(principal),
            _ => Err(rejected(user)),
        }
    }
}

/// Waits for this address's turn to try a password of `user`; refused when too many wait before it.
pub(crate) async fn wait_turn(address: Option<IpAddr>, user: &str) -> Result<()> {
    match FAILURES.turn(address, user) {
        Some(delay) => {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            Ok(())
        }
        None => Err(rejected(user)),
    }
}

/// Notes how a login ended: a success forgets the failures before it.
pub(crate) fn note(address: Option<IpAddr>, user: &str, admitted: bool) {
    if admitted {
        FAILURES.succeeded(address, user);
    } else {
        FAILURES.failed(address, user);
        tracing::warn!(user, address = address.map(tracing::field::display), "login failed");
    }
}

/// Checks a password that a client at `address` sent, for doors without a challenge of their own.
///
/// A wrong name and a wrong password take the same time and give the same error; after five
/// failures each further attempt waits, twice as long as the one before.
pub(crate) async fn verify_password_from(
    engine: &Engine,
    address: Option<IpAddr>,
    user: &str,
    password: &str,
) -> Result<Principal> {
    wait_turn(address, user).await?;
    let credential = Credential::look_up(engine, user).await?;
    let (salt, iterations) = (credential.verifier.salt.clone(), credential.verifier.iterations);
    let password = password.to_owned();
    // Thousands of hash rounds take milliseconds, too long for a thread that serves sockets.
    let derived = tokio::task::spawn_blocking(move || ScramVerifier::derive(&password, salt, iterations))
        .await
        .map_err(|error| Error::internal("the password check was interrupted").with_source(error))?;
    let proven = derived.stored_key.ct_eq(&credential.verifier.stored_key).into();
    let admitted = credential.admit(user, proven);
    note(address, user, admitted.is_ok());
    admitted
}

/// The one answer to a wrong name, a wrong password and an attempt out of turn.
pub(crate) fn rejected(user: &str) -> Error {
    Error::new(ErrorKind::InvalidPassword, format!("password authentication failed for user \"{user}\""))
}

/// A verifier whose salt depends on the name alone, so that asking twice gives the same.
fn decoy(user: &str) -> ScramVerifier {
    let mut salt = scram::hmac(&DECOY.server_key, user.as_bytes()).to_vec();
    salt.truncate(DECOY.salt.len());
    ScramVerifier { salt, ..DECOY.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_verifier_keeps_its_salt_so_that_names_cannot_be_probed() {
        assert_eq!(decoy("ada").salt, decoy("ada").salt);
        assert_ne!(decoy("ada").salt, decoy("bob").salt);
        assert_eq!(decoy("ada").salt.len(), ScramVerifier::new("x").salt.len());
    }

    #[test]
    fn an_invented_verifier_admits_nobody() {
        let credential = Credential { principal: None, verifier: decoy("ada") };
        assert_eq!(credential.admit("ada", true).unwrap_err().kind(), ErrorKind::InvalidPassword);
    }
}
