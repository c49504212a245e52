//! A line of `COPY` in text: values between delimiters, special characters after a backslash.

use bellwether::{Error, ErrorKind, Result};

use super::fields::Fields;

/// Reads the values of a line.
pub(super) fn read(line: &[u8], delimiter: u8, null: &[u8], fields: &mut Fields) -> Result<()> {
    fields.clear();
    let (mut at, mut start) = (0, 0);
    loop {
        match line.get(at) {
            Some(b'\\') => {
                let (byte, length) = unescape(line.get(at + 1..).unwrap_or_default());
                if let Some(byte) = byte {
                    fields.byte(byte);
                }
                at += length;
            }
            Some(&byte) if byte != delimiter => {
                if byte == b'\r' {
                    return Err(Error::new(ErrorKind::InvalidText, "literal carriage return found in data")
                        .with_hint("use \"\\r\" to represent carriage return"));
                }
                fields.byte(byte);
            }
            end => {
                // What stands for NULL is compared before backslashes are read: \N is NULL and \\N is not.
                if line.get(start..at) == Some(null) {
                    fields.end_null();
                } else {
                    fields.end_value();
                }
                if end.is_none() {
                    return Ok(());
                }
                start = at + 1;
            }
        }
        at += 1;
    }
}

/// The byte that what follows a backslash stands for, and how much that is.
fn unescape(rest: &[u8]) -> (Option<u8>, usize) {
    let digits = |radix: u32, most: usize, digits: &[u8]| {
        let digits = digits.iter().take(most).map_while(|digit| char::from(*digit).to_digit(radix));
        digits.fold((0_u32, 0), |(value, count), digit| (value * radix + digit, count + 1))
    };
    match rest {
        [] => (None, 0),
        [b'0'..=b'7', ..] => {
            let (value, count) = digits(8, 3, rest);
            (Some((value & 0xff) as u8), count)
        }
        [b'x', after @ ..] => match digits(16, 2, after) {
            (_, 0) => (Some(b'x'), 1),
            (value, count) => (Some(value as u8), 1 + count),
        },
        [b'b', ..] => (Some(0x08), 1),
        [b'f', ..] => (Some(0x0c), 1),
        [b'n', ..] => (Some(b'\n'), 1),
        [b'r', ..] => (Some(b'\r'), 1),
        [b't', ..] => (Some(b'\t'), 1),
        [b'v', ..] => (Some(0x0b), 1),
        [byte, ..] => (Some(*byte), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str, delimiter: u8, null: &str) -> Vec<Option<String>> {
        let mut fields = Fields::default();
        read(line.as_bytes(), delimiter, null.as_bytes(), &mut fields).unwrap();
        fields.texts().into_iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn values_stand_between_delimiters() {
        let expected = [Some("1".to_owned()), Some(String::new()), None, Some("a b".into())];
        assert_eq!(values("1\t\t\\N\ta b", b'\t', "\\N"), expected);
        assert_eq!(values("1|x||a b", b'|', "x"), [Some("1".into()), None, Some(String::new()), Some("a b".into())]);
        assert_eq!(values("", b'\t', "\\N"), [Some(String::new())]);
        assert_eq!(values("", b'\t', ""), [None]);
    }

    #[test]
    fn a_backslash_changes_what_follows() {
        for (line, expected) in [
            ("\\b\\f\\n\\r\\t\\v", "\u{8}\u{c}\n\r\t\u{b}"),
            ("\\\\N", "\\N"),
            ("\\101\\60", "A0"),
            ("\\x41\\x4a!\\xy", "AJ!xy"),
            ("a\\\tb", "a\tb"),
            ("a\\\nb", "a\nb"),
            ("x\\N", "xN"),
            ("end\\", "end"),
        ] {
            assert_eq!(values(line, b'\t', "\\N"), [Some(expected.to_owned())], "{line}");
        }
    }

    #[test]
    fn a_bare_carriage_return_is_told_apart_from_a_line_end() {
        let error = read(b"a\rb", b'\t', b"\\N", &mut Fields::default()).unwrap_err();
        assert_eq!(error.message(), "literal carriage return found in data");
    }
}
