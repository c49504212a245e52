//! What a column's texts could be, and the type that holds all of them.
//!
//! | texts seen (empty ones aside) | type |
//! |---|---|
//! | `true`, `false` | boolean |
//! | whole numbers that fit 64 bits | bigint |
//! | larger whole numbers, up to 38 digits | decimal(38,0) |
//! | numbers with at most 4 decimals | decimal(18,4), or decimal(38,4) beyond 14 digits before the point |
//! | numbers with more decimals, or with an exponent | double, if no more than 15 digits stand before the point |
//! | `YYYY-MM-DD` | date |
//! | ISO timestamps without a zone, perhaps dates among them | timestamp |
//! | ISO timestamps with a zone | timestamptz |
//! | anything else, mixtures, leading zeros (`00501`), plus signs, `NaN`, `1e400`, `1.234,50` | text |

use arrow::datatypes::{DataType, TimeUnit};

use super::block::FieldKind;
use super::parse;

const BOOLEAN: u8 = 1;
const INTEGER: u8 = 1 << 1;
const FIXED: u8 = 1 << 2;
const EXPONENT: u8 = 1 << 3;
const DATE: u8 = 1 << 4;
const TIMESTAMP: u8 = 1 << 5;
const MOMENT: u8 = 1 << 6;
const TEXT: u8 = 1 << 7;

/// Money: 18 digits, 4 of them decimals.
const MONEY: DataType = DataType::Decimal128(18, 4);
const MONEY_WHOLE_DIGITS: usize = 14;

/// Whole digits a double holds exactly.
const DOUBLE_WHOLE_DIGITS: usize = 15;

/// What was seen of a column. Adding up files is [`Evidence::merge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Evidence {
    seen: u8,
    whole_digits: usize,
    decimals: usize,
    /// A whole number does not fit 64 bits.
    large: bool,
    /// Values that are a date as eight digits, and others.
    compact_dates: bool,
    other_than_compact_dates: bool,
}

impl Evidence {
    /// Adds a field's text. Empty texts say nothing.
    pub(super) fn add(&mut self, text: &str, kind: FieldKind) {
        let text = text.trim_matches(' ');
        if text.is_empty() || kind == FieldKind::Null {
            return;
        }
        match parse::compact_date(text) {
            Some(_) => self.compact_dates = true,
            None => self.other_than_compact_dates = true,
        }
        let class = match kind {
            FieldKind::Text => temporal(text),
            _ => self.classify(text),
        };
        self.seen |= class;
    }

    /// Adds what was seen elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.seen |= other.seen;
        self.whole_digits = self.whole_digits.max(other.whole_digits);
        self.decimals = self.decimals.max(other.decimals);
        self.large |= other.large;
        self.compact_dates |= other.compact_dates;
        self.other_than_compact_dates |= other.other_than_compact_dates;
    }

    /// Whether every value seen is a date written as eight digits.
    pub(super) fn is_compact_date(&self) -> bool {
        self.compact_dates && !self.other_than_compact_dates
    }

    /// The narrowest type that holds everything seen.
    pub(super) fn data_type(&self) -> DataType {
        let only = |kinds: u8| self.seen & !kinds == 0;
        if self.seen == 0 {
            return DataType::Utf8;
        }
        if only(BOOLEAN) {
            return DataType::Boolean;
        }
        if only(INTEGER) {
            return match self.whole_digits {
                _ if !self.large => DataType::Int64,
                ..=38 => DataType::Decimal128(38, 0),
                _ => DataType::Utf8,
            };
        }
        if only(INTEGER | FIXED) && self.decimals <= 4 {
            return match self.whole_digits {
                ..=MONEY_WHOLE_DIGITS => MONEY,
                ..=34 => DataType::Decimal128(38, 4),
                _ => DataType::Utf8,
            };
        }
        if only(INTEGER | FIXED | EXPONENT) && self.whole_digits <= DOUBLE_WHOLE_DIGITS {
            return DataType::Float64;
        }
        if only(DATE) {
            return DataType::Date32;
        }
        if only(DATE | TIMESTAMP) {
            return DataType::Timestamp(TimeUnit::Microsecond, None);
        }
        if only(MOMENT) {
            return DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        }
        DataType::Utf8
    }

    /// What a text could be; notes how large numbers are.
    fn classify(&mut self, text: &str) -> u8 {
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            return BOOLEAN;
        }
        let number = text.strip_prefix('-').unwrap_or(text);
        if !number.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return TEXT;
        }
        let (mantissa, exponent) = match number.find(['e', 'E']) {
            Some(at) => (&number[..at], Some(&number[at + 1..])),
            None => (number, None),
        };
        let (whole, decimals) = match mantissa.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (mantissa, None),
        };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !decimals.is_none_or(are_digits) || mantissa == "." {
            return if text == number { temporal(text) } else { TEXT };
        }
        if whole.len() > 1 && whole.starts_with('0') {
            return TEXT;
        }
        match (exponent, decimals) {
            (Some(_), _) => match parse::double(text) {
                Some(_) => {
                    self.whole_digits = self.whole_digits.max(whole.len());
                    EXPONENT
                }
                None => TEXT,
            },
            (None, Some(decimals)) => {
                self.whole_digits = self.whole_digits.max(whole.len());
                self.decimals = self.decimals.max(decimals.len());
                FIXED
            }
            (None, None) => {
                self.whole_digits = self.whole_digits.max(whole.len());
                self.large |= parse::integer(text).is_none();
                INTEGER
            }
        }
    }
}

/// A date, a timestamp, a moment or just text.
fn temporal(text: &str) -> u8 {
    if parse::iso_date(text).is_some() {
        return DATE;
    }
    match parse::moment(text) {
        Some(moment) if moment.zoned => MOMENT,
        Some(_) => TIMESTAMP,
        None => TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(texts: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for text in texts {
            evidence.add(text, FieldKind::Plain);
        }
        evidence
    }

    #[test]
    fn the_type_holds_everything_seen() {
        let timestamp = DataType::Timestamp(TimeUnit::Microsecond, None);
        let moment = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let nines = "9".repeat(39);
        let cases: &[(&[&str], DataType)] = &[
            (&[], DataType::Utf8),
            (&["", " "], DataType::Utf8),
            (&["true", "FALSE", ""], DataType::Boolean),
            (&["true", "1"], DataType::Utf8),
            (&["0", "1"], DataType::Int64),
            (&["1", "-20", " 3"], DataType::Int64),
            (&["9223372036854775807"], DataType::Int64),
            (&["1", "9223372036854775808"], DataType::Decimal128(38, 0)),
            (&[&nines], DataType::Utf8),
            (&["00001", "2"], DataType::Utf8),
            (&["+49301234"], DataType::Utf8),
            (&["11.77", "12", "-.5"], MONEY),
            (&["123456789012345.5"], DataType::Decimal128(38, 4)),
            (&["11.77", "12.34567"], DataType::Float64),
            (&["1.426697e+06", "12"], DataType::Float64),
            (&["1.23456", "12345678901234567"], DataType::Utf8),
            (&["1e400"], DataType::Utf8),
            (&["1.5", "NaN"], DataType::Utf8),
            (&["1.5", "Infinity"], DataType::Utf8),
            (&["1.234,50"], DataType::Utf8),
            (&["1,5"], DataType::Utf8),
            (&["-", "."], DataType::Utf8),
            (&["19970101"], DataType::Int64),
            (&["2024-02-29"], DataType::Date32),
            (&["2024-02-30"], DataType::Utf8),
            (&["01/02/03"], DataType::Utf8),
            (&["2024-02-29", "2024-03-01 10:00:00"], timestamp.clone()),
            (&["2024-03-01T10:00:00.123"], timestamp),
            (&["2024-03-01T10:00:00Z", "2024-03-01 10:00:00+02"], moment),
            (&["2024-03-01T10:00:00Z", "2024-03-01T10:00:00"], DataType::Utf8),
            (&["2024-03-01", "7"], DataType::Utf8),
            (&["abc"], DataType::Utf8),
        ];
        for (texts, data_type) in cases {
            assert_eq!(seen(texts).data_type(), *data_type, "{texts:?}");
        }
    }

    #[test]
    fn a_text_by_its_own_account_is_no_number() {
        let mut evidence = Evidence::default();
        evidence.add("123", FieldKind::Text);
        assert_eq!(evidence.data_type(), DataType::Utf8);
        let mut evidence = Evidence::default();
        evidence.add("2024-02-29", FieldKind::Text);
        assert_eq!(evidence.data_type(), DataType::Date32);
    }

    #[test]
    fn merging_gives_what_adding_gives() {
        let texts = ["1", "2.5", "19970101", "1e3", "2024-01-01", "x", "123456789012345678901"];
        for cut in 0..=texts.len() {
            let mut merged = seen(&texts[..cut]);
            merged.merge(&seen(&texts[cut..]));
            assert_eq!(merged, seen(&texts));
        }
        let mut evidence = seen(&texts);
        evidence.merge(&Evidence::default());
        assert_eq!(evidence, seen(&texts));
    }

    #[test]
    fn dates_as_eight_digits_are_noticed() {
        assert!(seen(&["19970101", "", "19980630"]).is_compact_date());
        assert!(!seen(&["19970101", "1997-01-02"]).is_compact_date());
        assert!(!seen(&["19971301"]).is_compact_date());
        assert!(!seen(&[]).is_compact_date());
    }
}
