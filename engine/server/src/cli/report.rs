//! What commands say: results on standard output, errors and notices on standard error.

use std::error::Error as _;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use bellwether::{Error, Result};

/// Writes a line of a command's result.
pub(super) fn line(text: impl fmt::Display) -> Result<()> {
    writeln!(io::stdout(), "{text}").map_err(write_failed)
}

/// Tells something that is neither a result nor an error.
pub(super) fn notice(text: impl fmt::Display) {
    eprintln!("notice: {text}");
}

/// Tells an error.
pub(super) fn error(error: &Error) {
    eprint!("{}", describe(error));
}

/// The same error with its place in `statement`, when it has one, shown below the fact.
pub(super) fn locate(error: Error, statement: &str) -> Error {
    let Some(place) = error.position().and_then(|position| place(statement, position)) else {
        return error;
    };
    let mut located = Error::new(error.kind(), format!("{}\n{place}", error.message()));
    if let Some(detail) = error.detail() {
        located = located.with_detail(detail);
    }
    if let Some(hint) = error.hint() {
        located = located.with_hint(hint);
    }
    located.with_source(error)
}

/// The error for output that cannot be written.
pub(super) fn write_failed(error: io::Error) -> Error {
    Error::io(format!("the result cannot be written: {error}")).with_source(error)
}

/// Whether the reader of our output went away, as `head` does: the end of the work, but no failure.
pub(super) fn is_closed_pipe(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn describe(error: &Error) -> String {
    let mut text = format!("error: {}\n", error.message());
    // Writing to a String cannot fail.
    if let Some(detail) = error.detail() {
        let _ = writeln!(text, "detail: {detail}");
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(text, "hint: {hint}");
    }
    text
}

/// The line of `statement` that holds the character `position`, counted from one, and a mark under it.
fn place(statement: &str, position: usize) -> Option<String> {
    let mut before = position.checked_sub(1)?;
    for (number, line) in statement.lines().enumerate() {
        let length = line.chars().count();
        if before <= length {
            let label = format!("line {}: ", number + 1);
            let shown: String = line.chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
            let start: String = shown.chars().take(before).collect();
            let indent = label.len() + console::measure_text_width(&start);
            // Not the padding of `format!`, which panics beyond 65,535 columns.
            return Some(format!("{label}{shown}\n{}^", " ".repeat(indent)));
        }
        before -= length + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use bellwether::ErrorKind;

    use super::*;

    #[test]
    fn an_error_shows_fact_place_detail_and_hint() {
        let error = Error::new(ErrorKind::UndefinedColumn, "column \"b\" does not exist")
            .with_position(18)
            .with_detail("table t has a, c")
            .with_hint("did you mean \"c\"?");
        assert_eq!(
            describe(&locate(error, "select a,\n       b\nfrom t")),
            "error: column \"b\" does not exist\n\
             line 2:        b\n\
             \x20              ^\n\
             detail: table t has a, c\n\
             hint: did you mean \"c\"?\n"
        );
    }

    #[test]
    fn a_position_outside_the_text_is_left_out() {
        let error = Error::new(ErrorKind::Syntax, "unexpected end").with_position(99);
        assert_eq!(describe(&locate(error, "select")), "error: unexpected end\n");
    }

    #[test]
    fn a_place_in_a_long_line_is_marked() {
        let statement = format!("select '{}' {{", "x".repeat(70_000));
        let error = Error::new(ErrorKind::Syntax, "unexpected character").with_position(statement.len());
        let text = describe(&locate(error, &statement));
        assert_eq!(text.lines().nth(2).map(str::len), Some("line 1: ".len() + statement.len()));
    }

    #[test]
    fn a_closed_pipe_is_recognised_under_other_errors() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_closed_pipe(&write_failed(closed)));
        assert!(!is_closed_pipe(&Error::io("disk")));
    }
}
