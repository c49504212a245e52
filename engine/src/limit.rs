//! Limits on a statement's text, checked before the parser sees it.
//!
//! Parser, planner and optimizer walk a statement recursively, so a deep one ends the whole process
//! with a stack overflow, and no error can be caught. Brackets are not the only way to depth:
//! `1+1+1+…`, `c=0 OR c=1 OR …` and `… UNION … UNION …` make trees that lean to the left and are as
//! deep as the chain is long. [`check_depth`] therefore measures the tree from the tokens, in one
//! loop and without recursion; how is told in [`nesting`].
//!
//! Lists do not nest: an IN or VALUES list of 100,000 literals and a select list of 2,000 columns
//! are as deep as their deepest entry.

mod keyword;
#[cfg(test)]
mod ladder;
mod level;
mod nesting;
mod size;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::Tokenizer;

pub(crate) use size::{check_plan, check_statement};

use crate::{Error, ErrorKind, Result};

/// How often tokens may be read again. The parser reads the arguments of a call twice, so reading
/// takes twice as long with every call inside a call; four million tokens are a few seconds.
const REREADINGS_MAX: u64 = 1 << 22;

/// Refuses a text of more than `bytes_max` bytes.
pub(crate) fn check_text(sql: &str, bytes_max: usize) -> Result<()> {
    if sql.len() <= bytes_max {
        return Ok(());
    }
    let message = format!("statement is {} bytes long, the limit is {bytes_max}", sql.len());
    Err(Error::new(ErrorKind::TooComplex, message)
        .with_hint("send rows with COPY or load them from a file, or raise `statement_bytes`"))
}

/// Refuses a text in which a statement nests more than `depth_max` levels deep, or takes the parser
/// more than [`REREADINGS_MAX`] extra steps.
///
/// A text that does not even split into tokens passes: the parser refuses it without recursion and
/// says where it is wrong.
pub(crate) fn check_depth(sql: &str, depth_max: usize) -> Result<()> {
    let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize() else {
        return Ok(());
    };
    let shape = nesting::measure(&tokens);
    if shape.depth > depth_max {
        let message = format!("statement nests {} levels deep, the limit is {depth_max}", shape.depth);
        return Err(Error::new(ErrorKind::TooComplex, message).with_hint(
            "every bracket, and every operator of a chain such as `a OR b OR c`, is a level; \
             use `IN (…)`, a VALUES list or a temporary result instead",
        ));
    }
    if shape.rereadings > REREADINGS_MAX {
        let message = format!(
            "calls nest so deeply that the parser would read {} tokens again, the limit is {REREADINGS_MAX}",
            shape.rereadings
        );
        return Err(Error::new(ErrorKind::TooComplex, message)
            .with_hint("compute the inner calls in a subquery and refer to its columns"));
    }
    Ok(())
}
