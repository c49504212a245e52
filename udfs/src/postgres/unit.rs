//! Units and fields of time, by the names PostgreSQL knows them by.

use crate::value_error::ValueError;

/// What `extract` and `date_part` take out, and `date_trunc` cuts down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Microseconds,
    Milliseconds,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    DayOfWeek,
    IsoDayOfWeek,
    DayOfYear,
    IsoYear,
    Julian,
    Epoch,
    Timezone,
    TimezoneHour,
    TimezoneMinute,
}

const NAMES: &[(&str, Unit)] = &[
    ("c", Unit::Century),
    ("cent", Unit::Century),
    ("centuries", Unit::Century),
    ("century", Unit::Century),
    ("d", Unit::Day),
    ("day", Unit::Day),
    ("days", Unit::Day),
    ("dec", Unit::Decade),
    ("decade", Unit::Decade),
    ("decades", Unit::Decade),
    ("decs", Unit::Decade),
    ("dow", Unit::DayOfWeek),
    ("doy", Unit::DayOfYear),
    ("epoch", Unit::Epoch),
    ("h", Unit::Hour),
    ("hour", Unit::Hour),
    ("hours", Unit::Hour),
    ("hr", Unit::Hour),
    ("hrs", Unit::Hour),
    ("isodow", Unit::IsoDayOfWeek),
    ("isoyear", Unit::IsoYear),
    ("julian", Unit::Julian),
    ("jd", Unit::Julian),
    ("j", Unit::Julian),
    ("m", Unit::Minute),
    ("microsecon", Unit::Microseconds),
    ("microsecond", Unit::Microseconds),
    ("microseconds", Unit::Microseconds),
    ("mil", Unit::Millennium),
    ("millennia", Unit::Millennium),
    ("millennium", Unit::Millennium),
    ("mils", Unit::Millennium),
    ("millisecon", Unit::Milliseconds),
    ("millisecond", Unit::Milliseconds),
    ("milliseconds", Unit::Milliseconds),
    ("min", Unit::Minute),
    ("mins", Unit::Minute),
    ("minute", Unit::Minute),
    ("minutes", Unit::Minute),
    ("mon", Unit::Month),
    ("mons", Unit::Month),
    ("month", Unit::Month),
    ("months", Unit::Month),
    ("ms", Unit::Milliseconds),
    ("msec", Unit::Milliseconds),
    ("mseconds", Unit::Milliseconds),
    ("msecs", Unit::Milliseconds),
    ("qtr", Unit::Quarter),
    ("quarter", Unit::Quarter),
    ("s", Unit::Second),
    ("sec", Unit::Second),
    ("second", Unit::Second),
    ("seconds", Unit::Second),
    ("secs", Unit::Second),
    ("timezone", Unit::Timezone),
    ("timezone_h", Unit::TimezoneHour),
    ("timezone_hour", Unit::TimezoneHour),
    ("timezone_m", Unit::TimezoneMinute),
    ("timezone_minute", Unit::TimezoneMinute),
    ("us", Unit::Microseconds),
    ("usec", Unit::Microseconds),
    ("useconds", Unit::Microseconds),
    ("usecs", Unit::Microseconds),
    ("w", Unit::Week),
    ("week", Unit::Week),
    ("weeks", Unit::Week),
    ("y", Unit::Year),
    ("year", Unit::Year),
    ("years", Unit::Year),
    ("yr", Unit::Year),
    ("yrs", Unit::Year),
];

impl Unit {
    /// The unit of a name in any case, for a value of the type that PostgreSQL calls `of`.
    pub(super) fn named(name: &str, of: &str) -> Result<Self, ValueError> {
        let name = name.trim().to_ascii_lowercase();
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, unit)) => Ok(*unit),
            None => Err(ValueError::invalid_parameter(format!("unit \"{name}\" not recognized for type {of}"))),
        }
    }

    /// Digits after the point that the number of this unit has.
    pub(super) fn scale(self) -> i8 {
        match self {
            Self::Second | Self::Epoch => 6,
            Self::Milliseconds => 3,
            // Of a moment; a day has none.
            Self::Julian => 20,
            _ => 0,
        }
    }
}

/// A type has no such unit.
pub(super) fn unsupported(name: &str, of: &str) -> ValueError {
    ValueError::invalid_parameter(format!("unit \"{}\" not supported for type {of}", name.trim().to_ascii_lowercase()))
}
