//! Whether records are what was agreed on: UTF-8, without NUL, with the expected number of fields.

use std::sync::Arc;

use memchr::memchr;

use super::block::{Block, Fault, Records, Row, visible};
use super::refusal::Refusal;
use crate::ErrorKind;

/// The hint where the row itself is at fault.
pub(super) const SET_ASIDE: &str = "correct the file, or pass --on-bad-row quarantine to set such rows aside";

/// The records of a block that have `fields` fields, or any number when `None`, and the others as refusals.
pub(super) fn check(mut block: Block, fields: Option<usize>, file: &Arc<str>) -> (Records, Vec<Refusal>) {
    let mut refusals = Vec::new();
    // Nearly every block is in order as a whole, so that its rows need not be looked at one by one.
    let is_text = std::str::from_utf8(&block.bytes).is_ok() && memchr(0, &block.bytes).is_none();
    let is_even =
        fields.is_none_or(|fields| block.rows.iter().all(|row| row.fields as usize == fields && row.fault.is_none()));
    if !is_text || !is_even {
        let rows = std::mem::take(&mut block.rows);
        let mut refused = Vec::new();
        for row in rows {
            match refusal(&block, &row, fields, file) {
                None => block.rows.push(row),
                Some(refusal) => {
                    refusals.push(refusal);
                    refused.push(row);
                }
            }
        }
        // No row refers to these bytes any more; without them the block is text.
        for row in refused {
            block.bytes[row.start as usize..row.end as usize].fill(b' ');
        }
    }
    let Block { bytes, fields, rows, first_line, quote } = block;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        // Only bytes between records are left, and those are blanks and line ends.
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    (Records { text, fields, rows, first_line, quote }, refusals)
}

/// The refusal of a record that is not text or does not have `fields` fields.
pub(super) fn refusal(block: &Block, row: &Row, fields: Option<usize>, file: &Arc<str>) -> Option<Refusal> {
    let (reason, hint) = fault(block, row, fields)?;
    Some(Refusal {
        file: Arc::clone(file),
        line: block.line(row),
        column: None,
        value: None,
        kind: ErrorKind::InvalidText,
        reason,
        hint,
        raw: visible(block.raw(row)).into_owned(),
    })
}

/// What is wrong with a record, and what to do about it.
fn fault(block: &Block, row: &Row, fields: Option<usize>) -> Option<(String, String)> {
    let raw = block.raw(row);
    if let Err(error) = std::str::from_utf8(raw) {
        let at = error.valid_up_to();
        let reason = format!("byte {} of the row, 0x{:02X}, is not UTF-8", at + 1, raw[at]);
        let hint = "if the file comes from Windows or an older Excel, pass --encoding windows-1252";
        return Some((reason, hint.to_owned()));
    }
    if let Some(at) = memchr(0, raw) {
        let reason = format!("byte {} of the row is NUL, which no text holds", at + 1);
        let hint = "if the file is UTF-16, pass --encoding utf-16le";
        return Some((reason, hint.to_owned()));
    }
    let expected = fields?;
    if row.fault == Some(Fault::AfterQuote) {
        let reason = "text stands between a closing quote and the next delimiter".to_owned();
        let hint = "double the quotes inside quoted fields, or pass --quote none if the file does not quote";
        return Some((reason, hint.to_owned()));
    }
    if row.fields as usize != expected {
        let noun = if expected == 1 { "field" } else { "fields" };
        return Some((format!("expected {expected} {noun}, got {}", row.fields), SET_ASIDE.to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::split::{Separator, Splitter};
    use super::*;

    fn checked(data: &[u8], fields: usize) -> (Records, Vec<Refusal>) {
        let mut block = Block { bytes: data.to_vec(), first_line: 10, ..Block::default() };
        Splitter { separator: Separator::Byte(b','), quote: Some(b'"') }.split(&mut block, true, usize::MAX).unwrap();
        check(block, Some(fields), &"orders.csv".into())
    }

    #[test]
    fn rows_in_order_pass_whole() {
        let (records, refusals) = checked("a,é\nb,c\n".as_bytes(), 2);
        assert_eq!((records.rows.len(), refusals.len()), (2, 0));
        assert_eq!(records.written(records.field(&records.rows[0], 1)), "é");
    }

    #[test]
    fn each_fault_names_line_and_reason_and_leaves_the_other_rows() {
        let (records, refusals) = checked(b"a,b\nc\nd,\xe9\ne,f,g\nh,\0\n\"i\"j,k\nl,m\n", 2);
        let texts: Vec<_> = records.rows.iter().map(|row| records.raw(row)).collect();
        assert_eq!(texts, ["a,b", "l,m"]);
        let messages: Vec<_> = refusals.into_iter().map(|refusal| refusal.into_error().message().to_owned()).collect();
        assert_eq!(
            messages,
            [
                "orders.csv line 11: expected 2 fields, got 1",
                "orders.csv line 12: byte 3 of the row, 0xE9, is not UTF-8",
                "orders.csv line 13: expected 2 fields, got 3",
                "orders.csv line 14: byte 3 of the row is NUL, which no text holds",
                "orders.csv line 15: text stands between a closing quote and the next delimiter",
            ]
        );
    }

    #[test]
    fn the_refused_row_is_kept_readable() {
        let (_, refusals) = checked(b"d,\xe9\n", 2);
        assert_eq!(refusals[0].raw, "d,\\xE9");
    }
}
