//! Patterns of PostgreSQL and of `SIMILAR TO` in the syntax of the engine that runs them.

use std::iter::Peekable;
use std::str::Chars;

use crate::value_error::{ValueError, ValueErrorKind};

/// An advanced regular expression of PostgreSQL, with flags.
pub(super) fn advanced(pattern: &str, flags: &str) -> Result<String, ValueError> {
    let mut options = Options::default();
    for flag in flags.chars() {
        if flag != 'g' {
            options.set(flag).map_err(|()| {
                ValueError::invalid_parameter(format!("invalid regular expression option: \"{flag}\""))
            })?;
        }
    }
    let mut rest = pattern;
    if let Some(literal) = rest.strip_prefix("***=") {
        rest = literal;
        options.is_literal = true;
    } else if let Some(advanced) = rest.strip_prefix("***:") {
        rest = advanced;
    }
    // Options that begin the pattern: `(?i)`.
    if !options.is_literal
        && let Some((letters, after)) = rest.strip_prefix("(?").and_then(|inner| inner.split_once(')'))
        && !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
    {
        for letter in letters.chars() {
            options.set(letter).map_err(|()| refused("invalid embedded option"))?;
        }
        rest = after;
    }
    if options.is_literal {
        return Ok(format!("{}{}", options.prefix(), regex::escape(rest)));
    }
    let mut translation = Translation { chars: rest.chars().peekable(), out: options.prefix(), options };
    translation.all()?;
    Ok(translation.out)
}

/// A pattern of `SIMILAR TO`, which must fit the whole text. Parts between two escaped quotes are what
/// `substring` takes out.
pub(super) fn similar(pattern: &str, escape: Option<char>) -> Result<String, ValueError> {
    let mut out = "(?s)^(?:".to_owned();
    let mut separators = 0;
    let mut is_in_brackets = false;
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        if Some(char) == escape {
            match chars.next() {
                Some('"') => {
                    separators += 1;
                    // Everything before and after the part fits as little as it can.
                    out.push_str(match separators {
                        1 => ")(",
                        2 => ")(?:",
                        _ => {
                            return Err(ValueError::invalid_parameter(
                                "SQL regular expression may not contain more than two escape-double-quote separators",
                            ));
                        }
                    });
                }
                Some(next) => out.push_str(&regex::escape(&next.to_string())),
                None => return Err(ValueError::invalid_parameter("invalid escape string")),
            }
            continue;
        }
        match char {
            ']' if is_in_brackets => {
                is_in_brackets = false;
                out.push(']');
            }
            '&' | '~' | '[' if is_in_brackets => {
                out.push('\\');
                out.push(char);
            }
            '\\' => out.push_str("\\\\"),
            _ if is_in_brackets => out.push(char),
            '[' => {
                is_in_brackets = true;
                out.push('[');
            }
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '(' => out.push_str("(?:"),
            '|' | '*' | '+' | '?' | '{' | '}' | ')' => out.push(char),
            _ => out.push_str(&regex::escape(&char.to_string())),
        }
    }
    out.push_str(")$");
    Ok(out)
}

#[derive(Debug, Default, Clone, Copy)]
struct Options {
    ignores_case: bool,
    /// `.` and brackets stop at a line's end, and `^` and `$` hold at each line.
    stops_at_lines: bool,
    holds_at_lines: bool,
    is_expanded: bool,
    is_literal: bool,
}

impl Options {
    fn set(&mut self, flag: char) -> Result<(), ()> {
        match flag {
            'i' => self.ignores_case = true,
            'c' => self.ignores_case = false,
            'n' | 'm' => (self.stops_at_lines, self.holds_at_lines) = (true, true),
            's' => (self.stops_at_lines, self.holds_at_lines) = (false, false),
            'p' => self.stops_at_lines = true,
            'w' => self.holds_at_lines = true,
            'x' => self.is_expanded = true,
            't' | 'e' | 'b' => {}
            'q' => self.is_literal = true,
            _ => return Err(()),
        }
        Ok(())
    }

    fn prefix(self) -> String {
        let mut flags = String::new();
        for (is_set, flag) in
            [(self.ignores_case, 'i'), (!self.stops_at_lines, 's'), (self.holds_at_lines, 'm'), (self.is_expanded, 'x')]
        {
            if is_set {
                flags.push(flag);
            }
        }
        if flags.is_empty() { flags } else { format!("(?{flags})") }
    }
}

struct Translation<'a> {
    chars: Peekable<Chars<'a>>,
    out: String,
    options: Options,
}

impl Translation<'_> {
    fn all(&mut self) -> Result<(), ValueError> {
        let mut is_quantified = false;
        let mut is_anchor = false;
        while let Some(char) = self.chars.next() {
            let was_quantified = std::mem::replace(&mut is_quantified, false);
            let was_anchor = std::mem::replace(&mut is_anchor, matches!(char, '^' | '$'));
            if was_anchor && matches!(char, '*' | '+' | '?') {
                return Err(refused("quantifier operand invalid"));
            }
            match char {
                '\\' => self.escape()?,
                '[' => self.brackets()?,
                '(' => self.group()?,
                '*' | '+' => {
                    if was_quantified {
                        return Err(refused("quantifier operand invalid"));
                    }
                    self.out.push(char);
                    is_quantified = true;
                }
                '?' => {
                    // A second one makes the quantifier before it take as little as it can.
                    self.out.push('?');
                    is_quantified = !was_quantified;
                }
                '{' if self.chars.peek().is_some_and(char::is_ascii_digit) => {
                    if was_quantified {
                        return Err(refused("quantifier operand invalid"));
                    }
                    self.out.push('{');
                    for char in self.chars.by_ref() {
                        self.out.push(char);
                        if char == '}' {
                            break;
                        }
                    }
                    is_quantified = true;
                }
                '{' | '}' | ']' => {
                    self.out.push('\\');
                    self.out.push(char);
                }
                _ => self.out.push(char),
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), ValueError> {
        self.out.push('(');
        if self.chars.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        match self.chars.next() {
            Some(':') => self.out.push_str("?:"),
            Some('=' | '!' | '<') => {
                return Err(ValueError::new(
                    ValueErrorKind::InvalidRegularExpression,
                    "looking ahead or behind is not supported in regular expressions",
                ));
            }
            _ => return Err(refused("quantifier operand invalid")),
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), ValueError> {
        let Some(char) = self.chars.next() else { return Err(refused("invalid escape \\ sequence")) };
        match char {
            'm' => self.out.push_str("\\b{start}"),
            'M' => self.out.push_str("\\b{end}"),
            'y' => self.out.push_str("\\b"),
            'Y' => self.out.push_str("\\B"),
            'A' => self.out.push_str("\\A"),
            'Z' => self.out.push_str("\\z"),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.out.push('\\');
                self.out.push(char);
            }
            '1'..='9' => {
                return Err(ValueError::new(
                    ValueErrorKind::InvalidRegularExpression,
                    "back references are not supported in regular expressions",
                ));
            }
            _ => {
                let literal = self.literal(char)?;
                self.out.push_str(&regex::escape(&literal.to_string()));
            }
        }
        Ok(())
    }

    /// The character that an escape stands for.
    fn literal(&mut self, char: char) -> Result<char, ValueError> {
        let digits = match char {
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            'B' => return Ok('\\'),
            'e' => return Ok('\u{1b}'),
            'f' => return Ok('\u{c}'),
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            'v' => return Ok('\u{b}'),
            '0' => return Ok('\0'),
            'u' => 4,
            'U' => 8,
            'x' => 2,
            _ if char.is_ascii_alphanumeric() => return Err(refused("invalid escape \\ sequence")),
            _ => return Ok(char),
        };
        let mut code = 0_u32;
        for _ in 0..digits {
            let digit = self.chars.next().and_then(|char| char.to_digit(16));
            code = code.wrapping_mul(16) + digit.ok_or_else(|| refused("invalid escape \\ sequence"))?;
        }
        char::from_u32(code).ok_or_else(|| refused("invalid escape \\ sequence"))
    }

    fn brackets(&mut self) -> Result<(), ValueError> {
        self.out.push('[');
        let is_negated = self.chars.next_if_eq(&'^').is_some();
        if is_negated {
            self.out.push('^');
            if self.options.stops_at_lines {
                self.out.push_str("\\n");
            }
        }
        let mut is_first = true;
        loop {
            let Some(char) = self.chars.next() else { return Err(refused("brackets [] not balanced")) };
            match char {
                ']' if !is_first => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' => match self.chars.peek().copied() {
                    Some(kind @ (':' | '.' | '=')) => {
                        self.chars.next();
                        self.named_class(kind)?;
                    }
                    _ => self.out.push_str("\\["),
                },
                '\\' => {
                    let Some(char) = self.chars.next() else { return Err(refused("brackets [] not balanced")) };
                    if matches!(char, 'd' | 's' | 'w' | 'D' | 'S' | 'W') {
                        self.out.push('\\');
                        self.out.push(char);
                    } else {
                        let literal = self.literal(char)?;
                        self.out.push_str(&regex::escape(&literal.to_string()));
                    }
                }
                // A minus between two characters makes a range, elsewhere it is itself.
                '-' if is_first || self.chars.peek() == Some(&']') => self.out.push_str("\\-"),
                '&' | '~' | ']' | '^' => {
                    self.out.push('\\');
                    self.out.push(char);
                }
                '#' | ' ' if self.options.is_expanded => {
                    self.out.push('\\');
                    self.out.push(char);
                }
                _ => self.out.push(char),
            }
            is_first = false;
        }
    }

    /// `[:alpha:]`, `[=x=]` and `[.x.]` within brackets.
    fn named_class(&mut self, kind: char) -> Result<(), ValueError> {
        let mut name = String::new();
        loop {
            match self.chars.next() {
                Some(char) if char == kind && self.chars.peek() == Some(&']') => {
                    self.chars.next();
                    break;
                }
                Some(char) => name.push(char),
                None => return Err(refused("brackets [] not balanced")),
            }
        }
        if kind != ':' {
            self.out.push_str(&regex::escape(&name));
            return Ok(());
        }
        self.out.push_str(match name.as_str() {
            "alpha" => "\\p{Alphabetic}",
            "alnum" => "\\p{Alphabetic}\\p{Nd}",
            "digit" => "\\d",
            "lower" => "\\p{Lowercase}",
            "upper" => "\\p{Uppercase}",
            "space" => "\\s",
            "word" => "\\w",
            "blank" => " \\t",
            "punct" => "[:punct:]",
            "cntrl" => "[:cntrl:]",
            "graph" => "[:graph:]",
            "print" => "[:print:]",
            "xdigit" => "[:xdigit:]",
            "ascii" => "[:ascii:]",
            _ => return Err(refused("invalid character class")),
        });
        Ok(())
    }
}

fn refused(reason: &str) -> ValueError {
    ValueError::new(ValueErrorKind::InvalidRegularExpression, format!("invalid regular expression: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, flags: &str, text: &str) -> bool {
        regex::Regex::new(&advanced(pattern, flags).unwrap()).unwrap().is_match(text)
    }

    fn is_similar(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&similar(pattern, Some('\\')).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn patterns_mean_what_they_mean_in_postgresql() {
        assert!(fits("\\mbar\\M", "", "foo bar"));
        assert!(!fits("\\mbar", "", "foobar"));
        assert!(fits("a.b", "", "a\nb"));
        assert!(!fits("a.b", "n", "a\nb"));
        assert!(fits("(?i)B", "", "abc"));
        assert!(fits("***=a.c", "", "a.c"));
        assert!(!fits("***=a.c", "", "abc"));
        assert!(fits("^[[:alpha:]&&~-]+$", "", "a&~-"));
        assert!(fits("a{,}", "", "a{,}"));
        assert!(fits("[]a]", "", "]"));
        assert!(fits("[a-]", "", "-"));
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        for pattern in ["(a)\\1", "a(?=b)", "a(?!b)", "(?<=a)b", "a**", "[a", "\\", "(?z)a"] {
            assert!(advanced(pattern, "").is_err(), "{pattern}");
        }
        assert!(advanced("a", "z").is_err());
    }

    #[test]
    fn similar_fits_the_whole_text() {
        assert!(is_similar("abc", "abc"));
        assert!(!is_similar("a", "abc"));
        assert!(is_similar("%(b|d)%", "abc"));
        assert!(!is_similar("(b|c)%", "abc"));
        assert!(is_similar("a\\_c", "a_c"));
        assert!(is_similar("a.c", "a.c") && !is_similar("a.c", "abc"));
    }
}
