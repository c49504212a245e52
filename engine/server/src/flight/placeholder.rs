//! Parameter markers: JDBC's `?` becomes PostgreSQL's `$1`, `$2`, ….
//!
//! A text that numbers its parameters itself is left as it is, so that `?` stays free for operators
//! there. Elsewhere `??` stands for one question mark that is no parameter, as in JDBC.

use std::borrow::Cow;

/// `sql` with every `?` outside quotes and comments numbered.
pub(super) fn number(sql: &str) -> Cow<'_, str> {
    let bytes = sql.as_bytes();
    let mut numbered = String::new();
    let mut copied = 0;
    let mut parameters = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(end) = end_of_quote_or_comment(bytes, at) {
            at = end;
        } else if bytes[at] == b'$' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && !follows_word(bytes, at) {
            return Cow::Borrowed(sql);
        } else if bytes[at] == b'?' {
            numbered.push_str(&sql[copied..at]);
            if bytes.get(at + 1) == Some(&b'?') {
                numbered.push('?');
                at += 2;
            } else {
                parameters += 1;
                numbered.push('$');
                numbered.push_str(&parameters.to_string());
                at += 1;
            }
            copied = at;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(sql);
    }
    numbered.push_str(&sql[copied..]);
    Cow::Owned(numbered)
}

/// Where the quoted text or comment that starts at `start` ends; `None` when none starts there.
/// What is never closed reaches to the end: the parser will say what is wrong with it.
fn end_of_quote_or_comment(sql: &[u8], start: usize) -> Option<usize> {
    match &sql[start..] {
        [b'\'', ..] => Some(end_of_quote(sql, start, has_escapes(sql, start))),
        [b'"', ..] => Some(end_of_quote(sql, start, false)),
        [b'-', b'-', ..] => {
            let line = sql[start..].iter().position(|byte| *byte == b'\n');
            Some(line.map_or(sql.len(), |length| start + length))
        }
        [b'/', b'*', ..] => Some(end_of_block_comment(sql, start)),
        [b'$', ..] if !follows_word(sql, start) => end_of_dollar_quote(sql, start),
        _ => None,
    }
}

/// Whether the literal at `start` is an `E'…'`, in which a backslash escapes.
fn has_escapes(sql: &[u8], start: usize) -> bool {
    start > 0 && matches!(sql[start - 1], b'e' | b'E') && !follows_word(sql, start - 1)
}

fn end_of_quote(sql: &[u8], start: usize, escapes: bool) -> usize {
    let quote = sql[start];
    let mut at = start + 1;
    while at < sql.len() {
        if escapes && sql[at] == b'\\' {
            at += 2;
        } else if sql[at] != quote {
            at += 1;
        } else if sql.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    sql.len()
}

/// PostgreSQL's block comments nest.
fn end_of_block_comment(sql: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at < sql.len() {
        match &sql[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    sql.len()
}

fn end_of_dollar_quote(sql: &[u8], start: usize) -> Option<usize> {
    let tag = sql[start + 1..].iter().position(|byte| *byte == b'$')?;
    let body = start + tag + 2;
    let name = &sql[start + 1..body - 1];
    if name.first().is_some_and(u8::is_ascii_digit) || !name.iter().copied().all(is_word) {
        return None;
    }
    let delimiter = &sql[start..body];
    let close = sql[body..].windows(delimiter.len()).position(|window| window == delimiter);
    Some(close.map_or(sql.len(), |length| body + length + delimiter.len()))
}

/// Whether the character before `at` belongs to a name or number that `at` may continue.
fn follows_word(sql: &[u8], at: usize) -> bool {
    at > 0 && is_word(sql[at - 1])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_marks_are_numbered_in_order() {
        assert_eq!(number("SELECT * FROM t WHERE a = ? AND b = ?"), "SELECT * FROM t WHERE a = $1 AND b = $2");
        assert_eq!(number("SELECT ?"), "SELECT $1");
        assert_eq!(number("?"), "$1");
    }

    #[test]
    fn a_text_without_markers_is_not_copied() {
        assert!(matches!(number("SELECT 1"), Cow::Borrowed("SELECT 1")));
        assert!(matches!(number(""), Cow::Borrowed("")));
    }

    #[test]
    fn a_text_that_numbers_its_parameters_keeps_its_question_marks() {
        assert_eq!(number("SELECT j ? 'key' FROM t WHERE a = $1"), "SELECT j ? 'key' FROM t WHERE a = $1");
    }

    #[test]
    fn quotes_and_comments_are_left_alone() {
        for opaque in [
            "'?'",
            "'it''s ?'",
            r"E'\'?'",
            "\"a?\"\"b\"",
            "$$ ? $$",
            "$tag$ ? $$ ? $tag$",
            "-- ?\n",
            "/* ? /* ? */ ? */",
        ] {
            assert_eq!(number(&format!("SELECT {opaque} , ?")), format!("SELECT {opaque} , $1"), "{opaque}");
        }
    }

    #[test]
    fn a_backslash_in_a_plain_literal_escapes_nothing() {
        assert_eq!(number(r"SELECT '\', ?"), r"SELECT '\', $1");
        assert_eq!(number(r"SELECT name'\', ?"), r"SELECT name'\', $1");
    }

    #[test]
    fn a_dollar_inside_a_name_starts_no_quote_and_no_parameter() {
        assert_eq!(number("SELECT a$1, b$x$ FROM t WHERE c = ?"), "SELECT a$1, b$x$ FROM t WHERE c = $1");
    }

    #[test]
    fn doubled_question_marks_become_one() {
        assert_eq!(number("SELECT j ?? 'key' WHERE a = ?"), "SELECT j ? 'key' WHERE a = $1");
    }

    #[test]
    fn what_is_never_closed_reaches_to_the_end() {
        for sql in ["SELECT '?", "SELECT \"?", "SELECT /* ?", "SELECT $$ ?", "SELECT E'\\", "SELECT $", "SELECT $a"] {
            assert_eq!(number(sql), sql);
        }
    }

    #[test]
    fn text_beyond_ascii_survives() {
        assert_eq!(number("SELECT 'ö?', ü FROM t WHERE é = ?"), "SELECT 'ö?', ü FROM t WHERE é = $1");
    }
}
