//! Users and their credentials, kept in the lake's own catalog.
//!
//! Only a SCRAM-SHA-256 verifier is stored (RFC 5802): enough to check a password, useless for
//! logging in somewhere else.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellwether_catalog::{Access, Error, ErrorKind, Namespace, RoleEntry, no_role};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::{Engine, Principal, Result};

/// Rounds for new passwords: PostgreSQL's default and RFC 7677's least. Each connection costs its client as many;
/// five times more made a connect take five times as long.
const ITERATIONS: u32 = 4096;

/// Bytes of salt for new passwords.
const SALT_BYTES: usize = 16;

/// The longest name of a user.
const NAME_BYTES_MAX: usize = 63;

/// What the lake keeps of a password: RFC 5802's stored and server key.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramVerifier {
    /// Rounds of PBKDF2.
    pub iterations: u32,
    /// Random salt.
    pub salt: Vec<u8>,
    /// `H(HMAC(SaltedPassword, "Client Key"))`.
    pub stored_key: [u8; 32],
    /// `HMAC(SaltedPassword, "Server Key")`.
    pub server_key: [u8; 32],
}

impl std::fmt::Debug for ScramVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ScramVerifier")
    }
}

/// A user as `bellwether user list` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The name used at login.
    pub name: String,
    /// Whether the user may do everything.
    pub superuser: bool,
    /// The schemas it may reach, apart from those that everybody may.
    pub schemas: Vec<String>,
}

impl ScramVerifier {
    /// A verifier of `password` with a fresh salt.
    pub fn new(password: &str) -> Self {
        let salt: [u8; SALT_BYTES] = rand::random();
        Self::derive(password, salt.to_vec(), ITERATIONS)
    }

    /// The verifier of `password` for a known salt.
    pub fn derive(password: &str, salt: Vec<u8>, iterations: u32) -> Self {
        // A password that SASLprep refuses is used as it is, as PostgreSQL does.
        let prepared = stringprep::saslprep(password).unwrap_or(std::borrow::Cow::Borrowed(password));
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(prepared.as_bytes(), &salt, iterations, &mut salted);
        let stored_key = Sha256::digest(keyed(&salted, b"Client Key")).into();
        Self { iterations, salt, stored_key, server_key: keyed(&salted, b"Server Key") }
    }

    fn to_text(&self) -> String {
        let encode = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
        format!(
            "SCRAM-SHA-256${}:{}${}:{}",
            self.iterations,
            encode(&self.salt),
            encode(&self.stored_key),
            encode(&self.server_key)
        )
    }

    fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("SCRAM-SHA-256$")?;
        let (parameters, keys) = rest.split_once('$')?;
        let (iterations, salt) = parameters.split_once(':')?;
        let (stored, server) = keys.split_once(':')?;
        let decode = |text: &str| BASE64_STANDARD.decode(text).ok();
        Some(Self {
            iterations: iterations.parse().ok()?,
            salt: decode(salt)?,
            stored_key: decode(stored)?.try_into().ok()?,
            server_key: decode(server)?.try_into().ok()?,
        })
    }
}

fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    // HMAC takes keys of every length, so this is never an error.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(message);
        bytes.copy_from_slice(&mac.finalize().into_bytes());
    }
    bytes
}

impl Engine {
    /// All users, by name.
    pub async fn roles(&self) -> Result<Vec<Role>> {
        let names = self.lake().names().await?;
        let listed = names.roles.iter().map(|(name, role)| Role {
            name: name.clone(),
            superuser: role.superuser,
            schemas: schemas_of(&names, name),
        });
        Ok(listed.collect())
    }

    /// Adds a user, who may do everything or what is granted later.
    pub async fn create_role(&self, name: &str, password: &str, superuser: bool) -> Result<()> {
        check_name(name)?;
        let role = RoleEntry { verifier: verifier(password)?, superuser };
        self.lake().change(|names| add(names, name, role.clone())).await
    }

    /// Adds a user who may read everything in some schemas, what is there and what comes, and change nothing.
    pub async fn create_reader(&self, name: &str, password: &str, schemas: &[String]) -> Result<()> {
        check_name(name)?;
        let role = RoleEntry { verifier: verifier(password)?, superuser: false };
        self.lake()
            .change(|names| {
                add(names, name, role.clone())?;
                schemas.iter().try_for_each(|schema| names.grant_reading(schema, name))
            })
            .await
    }

    /// Gives a user another password.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<()> {
        let verifier = verifier(password)?;
        self.lake()
            .change(|names| {
                let role = names.roles.get_mut(name).ok_or_else(|| no_role(name))?;
                role.verifier.clone_from(&verifier);
                Ok(())
            })
            .await
    }

    /// Removes a user with all that was granted to it; one that tables or views belong to stays.
    pub async fn drop_role(&self, name: &str) -> Result<()> {
        self.lake().change(|names| names.remove_role(name)).await
    }

    /// The verifier of a user and who that user is; `None` when there is no such user.
    pub async fn credential(&self, name: &str) -> Result<Option<(Principal, ScramVerifier)>> {
        let names = self.lake().names().await?;
        let Some(role) = names.roles.get(name) else { return Ok(None) };
        let verifier = ScramVerifier::from_text(&role.verifier)
            .ok_or_else(|| Error::corrupt(format!("the credential of role \"{name}\" is not what was written")))?;
        Ok(Some((Principal { name: name.to_owned(), superuser: role.superuser }, verifier)))
    }
}

fn add(names: &mut Namespace, name: &str, role: RoleEntry) -> Result<()> {
    if names.roles.contains_key(name) {
        return Err(Error::new(ErrorKind::DuplicateObject, format!("role \"{name}\" already exists")));
    }
    names.roles.insert(name.to_owned(), role);
    Ok(())
}

/// The schemas that are a user's own or granted to it.
fn schemas_of(names: &Namespace, role: &str) -> Vec<String> {
    let is_reached = |access: &Access| access.grants.contains_key(role) || access.owner.as_deref() == Some(role);
    let reached = names.schemas.iter().filter(|(_, entry)| is_reached(&entry.access));
    reached.map(|(schema, _)| schema.clone()).collect()
}

fn verifier(password: &str) -> Result<String> {
    if password.is_empty() {
        return Err(Error::invalid_parameter("a password cannot be empty"));
    }
    Ok(ScramVerifier::new(password).to_text())
}

fn check_name(name: &str) -> Result<()> {
    let fits = !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.chars().any(char::is_control);
    if !fits {
        return Err(Error::invalid_parameter(format!(
            "the name of a user has 1 to {NAME_BYTES_MAX} bytes without control characters"
        )));
    }
    if name.starts_with("pg_") {
        return Err(Error::invalid_parameter(format!("role name \"{name}\" is reserved")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_survives_its_text() {
        let verifier = ScramVerifier::derive("pencil", b"salt".to_vec(), 4096);
        assert_eq!(ScramVerifier::from_text(&verifier.to_text()), Some(verifier));
    }

    #[test]
    fn the_verifier_of_rfc_7677s_example_is_the_one_its_exchange_needs() {
        // RFC 7677 §3: user "user", password "pencil", 4096 rounds; the server's signature in its last message is
        // HMAC(ServerKey, AuthMessage).
        let salt = BASE64_STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = ScramVerifier::derive("pencil", salt, 4096);
        let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
             r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
             c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = keyed(&verifier.server_key, message.as_bytes());
        assert_eq!(BASE64_STANDARD.encode(signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }
}
