//! `DEALLOCATE`: statements prepared by protocol messages belong to the connection, so forgetting
//! them by SQL is the connection's business too.

use bellwether::{Error, ErrorKind, TransactionStatus};

use super::backend;
use super::connection::Connection;
use super::fault::Fault;

/// Which prepared statements are to be forgotten.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Deallocate {
    All,
    Named(String),
}

impl Deallocate {
    /// Reads `DEALLOCATE [PREPARE] { name | ALL }`; other statements give `None`.
    pub(super) fn read(statement: &str) -> Option<Self> {
        let mut rest = after_word(statement, "deallocate")?;
        if let Some(after) = after_word(rest, "prepare") {
            rest = after;
        }
        if let Some(quoted) = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return Some(Self::Named(quoted.replace("\"\"", "\"")));
        }
        if rest.eq_ignore_ascii_case("all") {
            return Some(Self::All);
        }
        let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
        (!rest.is_empty() && rest.chars().all(is_name)).then(|| Self::Named(rest.to_lowercase()))
    }
}

/// What follows a keyword and the space after it.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (found, rest) = text.split_at_checked(word.len())?;
    (found.eq_ignore_ascii_case(word) && rest.starts_with(|next: char| next.is_ascii_whitespace()))
        .then(|| rest.trim_ascii())
}

impl Connection {
    /// Forgets statements and tells the client.
    pub(super) fn deallocate(&mut self, which: &Deallocate) -> Result<(), Fault> {
        if self.session.transaction() == TransactionStatus::Failed {
            return Err(Error::new(
                ErrorKind::FailedTransaction,
                "current transaction is aborted, commands ignored until end of transaction block",
            )
            .into());
        }
        let tag = match which {
            Deallocate::All => {
                self.statements.clear();
                "DEALLOCATE ALL"
            }
            Deallocate::Named(name) => {
                if self.statements.remove(name).is_none() {
                    return Err(super::extended::no_statement(name).into());
                }
                "DEALLOCATE"
            }
        };
        backend::command_complete(&mut self.wire.output, tag);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_quoted_and_the_keyword_prepare_left_out() {
        let named = |name: &str| Some(Deallocate::Named(name.into()));
        assert_eq!(Deallocate::read("DEALLOCATE ALL"), Some(Deallocate::All));
        assert_eq!(Deallocate::read("deallocate prepare  all"), Some(Deallocate::All));
        assert_eq!(Deallocate::read("deallocate \"_pg3_0\""), named("_pg3_0"));
        assert_eq!(Deallocate::read("deallocate \"all\""), named("all"));
        assert_eq!(Deallocate::read("DEALLOCATE Prepare Plan_1"), named("plan_1"));
        for other in ["select 1", "deallocate", "deallocated x", "deallocate a b", "dé"] {
            assert_eq!(Deallocate::read(other), None, "{other}");
        }
    }
}
