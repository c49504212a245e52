//! Which separator a text file uses, told by its first lines.

use super::block::Block;
use super::split::{Separator, Splitter};

/// What is looked at.
pub(super) const HEAD_BYTES: usize = 64 << 10;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How well a separator explains the first lines: the more records have as many fields as the first
/// one the better, and of equals the one with more fields.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Fit {
    agreeing: f64,
    fields: u32,
}

/// The separator of the text that starts with `head`; `whole` says that this is all of it.
///
/// Blanks separate only where no delimiter does, because texts contain blanks. A file of one column
/// counts as separated by commas.
pub(super) fn separator(head: &[u8], whole: bool, quote: Option<u8>) -> Separator {
    let best = DELIMITERS
        .into_iter()
        .filter_map(|delimiter| Some((fit(head, whole, Separator::Byte(delimiter), quote)?, delimiter)))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let blanks = fit(head, whole, Separator::Blanks, None);
    match (best, blanks) {
        (Some((best, _)), Some(blanks)) if best.agreeing < 0.5 && blanks.agreeing > best.agreeing => Separator::Blanks,
        (Some((_, delimiter)), _) => Separator::Byte(delimiter),
        (None, Some(blanks)) if blanks.agreeing == 1.0 => Separator::Blanks,
        (None, _) => Separator::Byte(b','),
    }
}

/// A delimiter other than `given` that splits nearly all lines into the same number of fields, and that number.
pub(super) fn better(head: &[u8], whole: bool, given: u8, quote: Option<u8>) -> Option<(u8, u32)> {
    let Separator::Byte(delimiter) = separator(head, whole, quote) else { return None };
    let fit = fit(head, whole, Separator::Byte(delimiter), quote)?;
    (delimiter != given && fit.agreeing >= 0.9).then_some((delimiter, fit.fields))
}

/// How well a separator fits, `None` when it finds one column only.
fn fit(head: &[u8], whole: bool, separator: Separator, quote: Option<u8>) -> Option<Fit> {
    let mut block = Block { bytes: head.to_vec(), ..Block::default() };
    // Records before a quote that never closes still tell.
    let _ = Splitter { separator, quote }.split(&mut block, whole, usize::MAX);
    let fields = block.rows.first()?.fields;
    let agreeing = block.rows.iter().filter(|row| row.fields == fields).count();
    (fields > 1).then_some(Fit { agreeing: agreeing as f64 / block.rows.len() as f64, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(text: &str) -> Separator {
        separator(text.as_bytes(), true, Some(b'"'))
    }

    #[test]
    fn each_delimiter_is_recognised() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = ["id", "name", "price"].join(delimiter) + "\n" + &["1", "a b", "2.5"].join(delimiter) + "\n";
            assert_eq!(sniff(&text), Separator::Byte(delimiter.as_bytes()[0]), "{text:?}");
        }
    }

    #[test]
    fn decimal_commas_do_not_win_over_semicolons() {
        assert_eq!(sniff("net;gross\n1,5;2,5\n1,7;2,7\n"), Separator::Byte(b';'));
    }

    #[test]
    fn aligned_columns_are_separated_by_blanks() {
        assert_eq!(sniff(" customer_id  date n\r\n 00001 19970101  1\r\n"), Separator::Blanks);
    }

    #[test]
    fn one_column_is_one_column() {
        assert_eq!(sniff("name\nJohn Smith\nMadonna\n"), Separator::Byte(b','));
        assert_eq!(sniff("id\n1\n2\n"), Separator::Byte(b','));
    }

    #[test]
    fn a_few_ragged_rows_do_not_matter() {
        assert_eq!(sniff("a,b;c,d\n1,2,3\n1,2,3\n4,5\n"), Separator::Byte(b','));
    }

    #[test]
    fn a_better_delimiter_is_found() {
        assert_eq!(better(b"a;b;c\n1;2;3\n", true, b',', Some(b'"')), Some((b';', 3)));
        assert_eq!(better(b"a;b;c\n1;2;3\n", true, b';', Some(b'"')), None);
        assert_eq!(better(b"a\n1\n", true, b';', Some(b'"')), None);
    }
}
