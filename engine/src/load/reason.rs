//! Why a text is no value of its column.

use arrow::datatypes::{DataType, TimeUnit};

use super::column::{Column, DateFormat, sql_name};
use super::parse;
use crate::ErrorKind;

/// More of a value than this does not help to find it.
const SHOWN_CHARACTERS: usize = 60;

/// The kind of the error and the sentence, for a text that [`super::build`] refused.
pub(super) fn reason(column: &Column, text: Option<&str>) -> (ErrorKind, String) {
    let Some(text) = text else {
        return (ErrorKind::NotNullViolation, "the column is NOT NULL and the field is empty".to_owned());
    };
    let value = shortened(text.trim_matches(' '));
    let type_name = sql_name(&column.data_type);
    let invalid = |sentence: String| (ErrorKind::InvalidText, sentence);
    match &column.data_type {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 if is_whole_number(text) => {
            (ErrorKind::NumericOutOfRange, format!("{value} does not fit {type_name}"))
        }
        DataType::Float32 | DataType::Float64 if text.trim_matches(' ').parse::<f64>().is_ok() => {
            (ErrorKind::NumericOutOfRange, format!("{value} does not fit {type_name}"))
        }
        DataType::Decimal128(_, scale) => match parse::decimal(text.trim_matches(' '), 38, 19) {
            Some(unscaled) if has_more_decimals(unscaled, 19, *scale) => {
                (ErrorKind::NumericOutOfRange, format!("{value} has more decimals than {type_name} holds"))
            }
            Some(_) => (ErrorKind::NumericOutOfRange, format!("{value} does not fit {type_name}")),
            None if is_whole_number(text) => {
                (ErrorKind::NumericOutOfRange, format!("{value} does not fit {type_name}"))
            }
            None => invalid(format!("{value} is not of type {type_name}")),
        },
        DataType::Date32 => match &column.dates {
            DateFormat::Iso => invalid(format!("{value} is not a date written YYYY-MM-DD")),
            DateFormat::Compact => invalid(format!("{value} is not a date written YYYYMMDD")),
            DateFormat::Pattern(pattern) => invalid(format!("{value} is not a date written {pattern}")),
        },
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let moment = match &column.timestamps {
                Some(pattern) => parse::patterned_moment(text.trim_matches(' '), pattern),
                None => parse::moment(text.trim_matches(' ')),
            };
            match (&column.timestamps, moment) {
                (_, Some(moment)) if moment.zoned && zone.is_none() => {
                    invalid(format!("{value} has a time zone and the column is a timestamp without one"))
                }
                (Some(pattern), _) => invalid(format!("{value} is not a timestamp written {pattern}")),
                (None, _) => invalid(format!("{value} is not a timestamp written YYYY-MM-DD HH:MM:SS")),
            }
        }
        DataType::Binary => invalid(format!("{value} is not a bytea written \\x and hexadecimal digits")),
        _ => invalid(format!("{value} is not of type {type_name}")),
    }
}

/// A value in quotes, cut when it is long, with control characters as escapes.
pub(super) fn shortened(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(SHOWN_CHARACTERS) {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

fn is_whole_number(text: &str) -> bool {
    let text = text.trim_matches(' ');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a number of scale `from` needs more decimals than `to`.
fn has_more_decimals(unscaled: i128, from: u32, to: i8) -> bool {
    let surplus = from.saturating_sub(u32::from(to.unsigned_abs()));
    unscaled % 10_i128.pow(surplus) != 0
}

#[cfg(test)]
mod tests {
    use super::super::column::Origin;
    use super::*;

    fn column(data_type: DataType) -> Column {
        Column {
            name: "price".into(),
            data_type,
            nullable: false,
            origin: Origin::Declared,
            dates: DateFormat::Iso,
            timestamps: None,
        }
    }

    #[test]
    fn every_reason_has_its_text() {
        let timestamp = || DataType::Timestamp(TimeUnit::Microsecond, None);
        let cases = [
            (DataType::Int64, "abc", "\"abc\" is not of type bigint"),
            (DataType::Int64, "9223372036854775808", "\"9223372036854775808\" does not fit bigint"),
            (DataType::Int32, " 3000000000", "\"3000000000\" does not fit integer"),
            (DataType::Int16, "1.5", "\"1.5\" is not of type smallint"),
            (DataType::Float64, "1e400", "\"1e400\" does not fit double precision"),
            (DataType::Float64, "1,5", "\"1,5\" is not of type double precision"),
            (DataType::Decimal128(18, 4), "1.234,50", "\"1.234,50\" is not of type decimal(18,4)"),
            (DataType::Decimal128(18, 4), "1.23456", "\"1.23456\" has more decimals than decimal(18,4) holds"),
            (DataType::Decimal128(6, 2), "12345.67", "\"12345.67\" does not fit decimal(6,2)"),
            (DataType::Boolean, "maybe", "\"maybe\" is not of type boolean"),
            (DataType::Date32, "2024-02-30", "\"2024-02-30\" is not a date written YYYY-MM-DD"),
            (
                timestamp(),
                "2024-01-01 24:00:00",
                "\"2024-01-01 24:00:00\" is not a timestamp written YYYY-MM-DD HH:MM:SS",
            ),
            (
                timestamp(),
                "2024-01-01T00:00:00Z",
                "\"2024-01-01T00:00:00Z\" has a time zone and the column is a timestamp without one",
            ),
            (DataType::Binary, "xyz", "\"xyz\" is not a bytea written \\x and hexadecimal digits"),
        ];
        for (data_type, text, sentence) in cases {
            assert_eq!(reason(&column(data_type), Some(text)).1, sentence);
        }
        assert_eq!(reason(&column(DataType::Utf8), None).1, "the column is NOT NULL and the field is empty");
    }

    #[test]
    fn long_values_are_cut_and_stay_on_one_line() {
        assert_eq!(shortened("a\nb"), "\"a\\nb\"");
        assert_eq!(shortened(&"é".repeat(61)), format!("\"{}…\"", "é".repeat(60)));
        assert_eq!(shortened(&"é".repeat(60)), format!("\"{}\"", "é".repeat(60)));
    }
}
