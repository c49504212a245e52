//! Whether typed SQL has reached its semicolon.

/// What the text is inside of at some point.
enum Inside<'a> {
    Nothing,
    /// A text or a quoted name, up to the same quote; a doubled quote leaves and enters again.
    Quotes(char),
    /// `$tag$ … $tag$`, up to the same tag.
    Dollars(&'a str),
    LineComment,
    /// Block comments nest in SQL.
    BlockComment(usize),
}

/// Whether the last thing in `text`, apart from blanks and comments, is a semicolon that ends a statement.
pub(super) fn is_terminated(text: &str) -> bool {
    let mut inside = Inside::Nothing;
    let mut terminated = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match inside {
            Inside::Nothing => {
                if rest.starts_with("--") {
                    inside = Inside::LineComment;
                } else if rest.starts_with("/*") {
                    inside = Inside::BlockComment(1);
                    taken = 2;
                } else if let Some(tag) = dollar_tag(rest) {
                    inside = Inside::Dollars(tag);
                    taken = tag.len();
                    terminated = false;
                } else if c == '\'' || c == '"' {
                    inside = Inside::Quotes(c);
                    terminated = false;
                } else if c == ';' {
                    terminated = true;
                } else if !c.is_whitespace() {
                    terminated = false;
                }
            }
            Inside::Quotes(quote) if c == quote => inside = Inside::Nothing,
            Inside::Dollars(tag) if rest.starts_with(tag) => {
                taken = tag.len();
                inside = Inside::Nothing;
            }
            Inside::LineComment if c == '\n' => inside = Inside::Nothing,
            Inside::BlockComment(depth) if rest.starts_with("*/") => {
                taken = 2;
                inside = if depth == 1 { Inside::Nothing } else { Inside::BlockComment(depth - 1) };
            }
            Inside::BlockComment(depth) if rest.starts_with("/*") => {
                taken = 2;
                inside = Inside::BlockComment(depth + 1);
            }
            Inside::Quotes(_) | Inside::Dollars(_) | Inside::LineComment | Inside::BlockComment(_) => {}
        }
        rest = &rest[taken..];
    }
    terminated && matches!(inside, Inside::Nothing | Inside::LineComment)
}

/// The `$$` or `$tag$` that `text` starts with; `$1` is a parameter.
fn dollar_tag(text: &str) -> Option<&str> {
    let body = text.strip_prefix('$')?;
    let end = body.find('$')?;
    let tag = &body[..end];
    let is_name = tag.chars().all(|c| c.is_alphanumeric() || c == '_') && !tag.starts_with(|c: char| c.is_numeric());
    is_name.then(|| &text[..end + 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_ends_a_statement() {
        for text in
            ["select 1;", "select 1; ", "a; b;", "select 1; -- done", "select ''';';", "select $$;$$;", "/* ; */ ;"]
        {
            assert!(is_terminated(text), "{text}");
        }
    }

    #[test]
    fn a_semicolon_inside_something_does_not() {
        for text in [
            "select 1",
            "select ';",
            "select \"a;",
            "select $tag$ ; $$ ;",
            "-- ;",
            "select 1 -- ;",
            "/* /* */ ;",
            "select 1; select 2",
            "",
        ] {
            assert!(!is_terminated(text), "{text}");
        }
    }

    #[test]
    fn parameters_are_no_dollar_quotes() {
        assert!(is_terminated("select $1, $2;"));
    }
}
