//! Where a new password comes from: the terminal without echo, standard input, or chance.

use std::io::{self, BufRead};

use bellwether::{Error, Result};
use console::Term;
use rand::distr::Alphanumeric;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// 24 letters and digits carry 142 bits.
const GENERATED_LENGTH: usize = 24;

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(in crate::cli) struct Source {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Make a password and print it once
    #[arg(long)]
    generate: bool,
}

/// A password, and whether its user knows it already.
pub(super) enum Password {
    Given(String),
    Generated(String),
}

impl Password {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Given(text) | Self::Generated(text) => text,
        }
    }
}

impl Source {
    pub(super) fn read(&self) -> Result<Password> {
        if self.generate {
            return Ok(Password::Generated(generate()?));
        }
        let text = if self.password_stdin { from_stdin()? } else { from_terminal()? };
        if text.is_empty() {
            return Err(Error::invalid_parameter("the password is empty")
                .with_hint("--generate makes one that nobody can guess"));
        }
        Ok(Password::Given(text))
    }
}

/// A password that nobody can guess and no shell or URI has to escape.
pub(in crate::cli) fn generate() -> Result<String> {
    let chance = StdRng::try_from_os_rng()
        .map_err(|error| Error::io(format!("the system gives no random numbers: {error}")).with_source(error))?;
    Ok(chance.sample_iter(Alphanumeric).take(GENERATED_LENGTH).map(char::from).collect())
}

fn from_stdin() -> Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn from_terminal() -> Result<String> {
    let terminal = Term::stderr();
    if !terminal.is_term() {
        return Err(Error::invalid_parameter("no terminal to ask for a password")
            .with_hint("use --password-stdin or --generate"));
    }
    let ask = |question: &str| {
        terminal.write_str(question).map_err(unreadable)?;
        terminal.read_secure_line().map_err(unreadable)
    };
    let password = ask("Password: ")?;
    if ask("Once more: ")? != password {
        return Err(Error::invalid_parameter("the two passwords differ, nothing is changed"));
    }
    Ok(password)
}

fn unreadable(error: io::Error) -> Error {
    Error::io(format!("the password cannot be read: {error}")).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_passwords_differ_and_need_no_quoting() {
        let password = generate().unwrap();
        assert_eq!(password.len(), GENERATED_LENGTH);
        assert!(password.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(password, generate().unwrap());
    }
}
