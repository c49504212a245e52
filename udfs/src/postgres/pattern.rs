//! The pattern language of `to_char`, `to_timestamp`, `to_date` and `to_number`.
//!
//! - [`datetime`]: patterns of dates and times, `YYYY-MM-DD HH24:MI`;
//! - [`write`]: a date and time, or an interval, by such a pattern;
//! - [`read`]: a date and time from a text by such a pattern;
//! - [`number`]: patterns of numbers, `FM9,990.00`;
//! - [`digits`]: a number by such a pattern;
//! - [`amount`]: a number from a text by such a pattern.
//!
//! What each field means, and what happens where pattern and value do not fit, is PostgreSQL's (section 9.8 of its
//! manual, and the results of its server where the manual is silent).

pub(super) mod amount;
pub(super) mod datetime;
pub(super) mod digits;
pub(super) mod number;
pub(super) mod read;
pub(super) mod write;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Months in Roman numerals, from the twelfth, so that `VIII` is tried before `V`.
pub(super) const ROMAN_MONTHS: [&str; 12] = ["XII", "XI", "X", "IX", "VIII", "VII", "VI", "V", "IV", "III", "II", "I"];

/// The ordinal ending of a number in English.
pub(super) fn ordinal(number: &str, is_upper: bool) -> &'static str {
    let digits = number.as_bytes();
    let is_teen = digits.len() > 1 && digits[digits.len() - 2] == b'1';
    let ending = match digits.last() {
        Some(b'1') if !is_teen => ("ST", "st"),
        Some(b'2') if !is_teen => ("ND", "nd"),
        Some(b'3') if !is_teen => ("RD", "rd"),
        _ => ("TH", "th"),
    };
    if is_upper { ending.0 } else { ending.1 }
}
