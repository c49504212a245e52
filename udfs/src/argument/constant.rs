//! Constants: which a parameter takes, and one that was read, checked and is what it must be.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, IntervalUnit, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use crate::error::{CallError, CallErrorKind, closest};
use crate::postgres::interval_text;

const DAY_MICROS: i64 = 86_400_000_000;

/// Which constants a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Constant {
    /// A finite number between two, both included.
    Number(f64, f64),
    /// A whole number between two, both included.
    Integer(i64, i64),
    /// Whole numbers between two, both included; one may stand alone.
    Integers(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text.
    Text,
    /// A boolean.
    Flag,
    /// A span of time, not negative, without months, whose length is not fixed.
    Interval,
    /// A moment.
    Time,
    /// Moments.
    Times,
    /// A span of time, or finite numbers.
    IntervalOrNumbers,
    /// Finite numbers.
    Numbers,
    /// Texts.
    Texts,
}

/// A constant that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known {
    Number(f64),
    Integer(i64),
    Text(String),
    Flag(bool),
    /// An interval's length, or a moment since 1970 in UTC.
    Micros(i64),
    Integers(Vec<i64>),
    /// Moments since 1970 in UTC.
    Moments(Vec<i64>),
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Constant {
    /// The type a parameter `$1` in its place has.
    pub(crate) fn data_type(self) -> DataType {
        let list = |item| DataType::new_list(item, true);
        match self {
            Self::Number(..) => DataType::Float64,
            Self::Integer(..) | Self::Integers(..) => DataType::Int64,
            Self::Choice(_) | Self::Text => DataType::Utf8,
            Self::Flag => DataType::Boolean,
            Self::Interval | Self::IntervalOrNumbers => DataType::Interval(IntervalUnit::MonthDayNano),
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Times => list(DataType::Timestamp(TimeUnit::Microsecond, None)),
            Self::Numbers => list(DataType::Float64),
            Self::Texts => list(DataType::Utf8),
        }
    }

    /// What it takes in a reader's words.
    pub(crate) fn described(self) -> String {
        match self {
            Self::Number(f64::NEG_INFINITY, f64::INFINITY) => "number".to_owned(),
            Self::Number(low, f64::INFINITY) => format!("number ≥ {low}"),
            Self::Number(low, high) => format!("number from {low} to {high}"),
            Self::Integer(low, i64::MAX) => format!("integer ≥ {low}"),
            Self::Integer(low, high) => format!("integer from {low} to {high}"),
            Self::Integers(low, high) => format!("integer or integer[] from {low} to {high}"),
            Self::Choice(words) => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", "),
            Self::Text => "text".to_owned(),
            Self::Flag => "boolean".to_owned(),
            Self::Interval => "interval".to_owned(),
            Self::IntervalOrNumbers => "interval or number[]".to_owned(),
            Self::Time => "timestamp or date".to_owned(),
            Self::Times => "timestamp[] or date[]".to_owned(),
            Self::Numbers => "number[]".to_owned(),
            Self::Texts => "text[]".to_owned(),
        }
    }

    /// A value that fits, for planning while the real one is not known.
    pub(crate) fn stand_in(self) -> Known {
        match self {
            Self::Number(low, high) => Known::Number(if low.is_finite() { low } else { high.min(0.0) }),
            Self::Integer(low, high) => Known::Integer(if low > i64::MIN { low } else { high.min(0) }),
            Self::Integers(low, _) => Known::Integers(vec![low]),
            Self::Choice(words) => Known::Text(words.first().copied().unwrap_or_default().to_owned()),
            Self::Text => Known::Text(String::new()),
            Self::Flag => Known::Flag(false),
            Self::Interval | Self::IntervalOrNumbers => Known::Micros(DAY_MICROS),
            Self::Time => Known::Micros(0),
            Self::Times => Known::Moments(Vec::new()),
            Self::Numbers => Known::Numbers(Vec::new()),
            Self::Texts => Known::Texts(Vec::new()),
        }
    }

    /// Reads a value of the argument `name` of `function`.
    pub(crate) fn read(self, function: &str, name: &str, value: &ScalarValue) -> Result<Known> {
        let invalid = |must: String| CallError::invalid(format!("argument {name} of {function} {must}")).at(name);
        if value.is_null() {
            return Err(invalid("must not be null".to_owned()).into());
        }
        let cast = |data_type: &DataType| {
            value.cast_to(data_type).ok().filter(|cast| !cast.is_null()).ok_or_else(|| {
                CallError::new(
                    CallErrorKind::TypeMismatch,
                    format!("argument {name} of {function} must be {}, got {}", self.with_article(), shown(value)),
                )
                .at(name)
            })
        };
        match self {
            Self::Number(low, high) => {
                refuse_text(value).map_err(|()| invalid(format!("must be a number, got '{value}'")))?;
                let ScalarValue::Float64(Some(number)) = cast(&DataType::Float64)? else {
                    return Err(invalid("must be a number".to_owned()).into());
                };
                if !number.is_finite() || number < low || number > high {
                    return Err(invalid(format!("must be {}, got {value}", self.with_article())).into());
                }
                Ok(Known::Number(number))
            }
            Self::Integer(low, high) => {
                refuse_text(value).map_err(|()| invalid(format!("must be an integer, got '{value}'")))?;
                let ScalarValue::Float64(Some(exact)) = cast(&DataType::Float64)? else {
                    return Err(invalid("must be an integer".to_owned()).into());
                };
                let ScalarValue::Int64(Some(integer)) = cast(&DataType::Int64)? else {
                    return Err(invalid("must be an integer".to_owned()).into());
                };
                if exact.fract() != 0.0 || integer < low || integer > high {
                    return Err(invalid(format!("must be {}, got {value}", self.with_article())).into());
                }
                Ok(Known::Integer(integer))
            }
            Self::Integers(low, high) => {
                let one = Self::Integer(low, high);
                let read = |item: &ScalarValue| -> Result<i64> {
                    match one.read(function, name, item)? {
                        Known::Integer(integer) => Ok(integer),
                        _ => Err(invalid("must be an integer or an array of them".to_owned()).into()),
                    }
                };
                let ScalarValue::List(list) = value else { return Ok(Known::Integers(vec![read(value)?])) };
                let items = list.value(0);
                let places = 0..items.len();
                let integers: Result<Vec<i64>> =
                    places.map(|place| read(&ScalarValue::try_from_array(&items, place)?)).collect();
                Ok(Known::Integers(integers?))
            }
            Self::Choice(words) => {
                let ScalarValue::Utf8(Some(text)) = cast(&DataType::Utf8)? else {
                    return Err(invalid("must be a word".to_owned()).into());
                };
                let lower = text.to_lowercase();
                if words.contains(&lower.as_str()) {
                    return Ok(Known::Text(lower));
                }
                let error = invalid(format!("must be one of {}, got '{text}'", self.described()));
                Err(match closest(&text, words.iter().copied()) {
                    Some(close) => error.with_hint(format!("did you mean '{close}'?")),
                    None => error,
                }
                .into())
            }
            Self::Text => match cast(&DataType::Utf8)? {
                ScalarValue::Utf8(Some(text)) => Ok(Known::Text(text)),
                _ => Err(invalid("must be a text".to_owned()).into()),
            },
            Self::Flag => match cast(&DataType::Boolean)? {
                ScalarValue::Boolean(Some(flag)) => Ok(Known::Flag(flag)),
                _ => Err(invalid("must be true or false".to_owned()).into()),
            },
            Self::IntervalOrNumbers => match value.data_type().is_list() {
                true => Self::Numbers.read(function, name, value),
                false => Self::Interval.read(function, name, value),
            },
            Self::Interval => {
                let ScalarValue::IntervalMonthDayNano(Some(span)) =
                    cast(&DataType::Interval(IntervalUnit::MonthDayNano))?
                else {
                    return Err(invalid("must be an interval".to_owned()).into());
                };
                if span.months != 0 {
                    let error = invalid(format!("must not count months, got {}", shown(value)));
                    return Err(error.with_hint("months differ in length: write days").into());
                }
                let micros = i64::from(span.days) * DAY_MICROS + span.nanoseconds / 1000;
                if micros < 0 {
                    return Err(invalid(format!("must not be negative, got {}", shown(value))).into());
                }
                Ok(Known::Micros(micros))
            }
            Self::Time => match cast(&DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))? {
                ScalarValue::TimestampMicrosecond(Some(micros), _) => Ok(Known::Micros(micros)),
                _ => Err(invalid("must be a timestamp".to_owned()).into()),
            },
            Self::Times => {
                let moment = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
                let ScalarValue::List(list) = cast(&DataType::new_list(moment, true))? else {
                    return Err(invalid("must be an array of timestamps".to_owned()).into());
                };
                let items = list.value(0);
                let moments: Option<Vec<i64>> = items.as_primitive::<TimestampMicrosecondType>().iter().collect();
                moments.map(Known::Moments).ok_or_else(|| invalid("must not contain null".to_owned()).into())
            }
            Self::Numbers => {
                let ScalarValue::List(list) = cast(&self.data_type())? else {
                    return Err(invalid("must be an array of numbers".to_owned()).into());
                };
                let items = list.value(0);
                let numbers = items.as_primitive::<Float64Type>();
                match numbers.null_count() == 0 && numbers.values().iter().all(|number| number.is_finite()) {
                    true => Ok(Known::Numbers(numbers.values().to_vec())),
                    false => Err(invalid("must not contain null, NaN or infinity".to_owned()).into()),
                }
            }
            Self::Texts => {
                let ScalarValue::List(list) = cast(&self.data_type())? else {
                    return Err(invalid("must be an array of text".to_owned()).into());
                };
                let items = list.value(0);
                let texts: Option<Vec<String>> =
                    items.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect();
                texts.map(Known::Texts).ok_or_else(|| invalid("must not contain null".to_owned()).into())
            }
        }
    }

    fn with_article(self) -> String {
        let described = self.described();
        match self {
            Self::Integer(..) | Self::Integers(..) | Self::Interval | Self::IntervalOrNumbers => {
                format!("an {described}")
            }
            Self::Numbers => "an array of numbers".to_owned(),
            Self::Texts => "an array of text".to_owned(),
            Self::Times => "an array of timestamps or dates".to_owned(),
            _ => format!("a {described}"),
        }
    }
}

/// A value as it is written in SQL, for errors.
fn shown(value: &ScalarValue) -> String {
    match value {
        ScalarValue::IntervalMonthDayNano(Some(span)) => interval_text(*span),
        ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => {
            format!("'{text}'")
        }
        other => other.to_string(),
    }
}

/// A text is no number, even if it could be read as one.
fn refuse_text(value: &ScalarValue) -> Result<(), ()> {
    match value {
        ScalarValue::Utf8(_) | ScalarValue::LargeUtf8(_) | ScalarValue::Utf8View(_) => Err(()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(constant: Constant, value: impl Into<ScalarValue>) -> String {
        constant.read("f", "x", &value.into()).unwrap_err().to_string().replace("External error: ", "")
    }

    #[test]
    fn a_number_outside_its_range_names_function_argument_and_value() {
        let text = message(Constant::Integer(1, i64::MAX), -3_i64);
        assert_eq!(text, "argument x of f must be an integer ≥ 1, got -3");
        assert_eq!(message(Constant::Integer(1, 9), 2.5), "argument x of f must be an integer from 1 to 9, got 2.5");
        assert_eq!(message(Constant::Number(0.0, 1.0), "1"), "argument x of f must be a number, got '1'");
    }

    #[test]
    fn a_misspelt_choice_is_told_what_it_could_be() {
        let text = message(Constant::Choice(&["linear", "markov"]), "linaer");
        assert_eq!(text, "argument x of f must be one of 'linear', 'markov', got 'linaer' (did you mean 'linear'?)");
    }

    #[test]
    fn integers_come_alone_or_in_an_array_and_each_is_checked() {
        let list = |items: &[i64]| {
            let items: Vec<ScalarValue> = items.iter().map(|item| ScalarValue::from(*item)).collect();
            ScalarValue::List(ScalarValue::new_list_nullable(&items, &DataType::Int64))
        };
        let read = |value: ScalarValue| Constant::Integers(1, 9).read("f", "x", &value).unwrap();
        assert_eq!(read(4_i64.into()), Known::Integers(vec![4]));
        assert_eq!(read(list(&[2, 8])), Known::Integers(vec![2, 8]));
        let text = message(Constant::Integers(1, 9), list(&[2, 0]));
        assert_eq!(text, "argument x of f must be an integer from 1 to 9, got 0");
    }

    #[test]
    fn an_interval_of_months_has_no_length() {
        let months = ScalarValue::new_interval_mdn(1, 0, 0);
        assert_eq!(
            message(Constant::Interval, months),
            "argument x of f must not count months, got 1 mon (months differ in length: write days)"
        );
        assert_eq!(message(Constant::Interval, "soon"), "argument x of f must be an interval, got 'soon'");
        let days = Constant::Interval.read("f", "x", &ScalarValue::new_interval_mdn(0, 2, 1_000_000)).unwrap();
        assert_eq!(days, Known::Micros(2 * DAY_MICROS + 1000));
    }

    #[test]
    fn what_stands_in_for_a_value_fits_its_parameter() {
        assert_eq!(Constant::Integer(1, 9).stand_in(), Known::Integer(1));
        assert_eq!(Constant::Number(f64::NEG_INFINITY, f64::INFINITY).stand_in(), Known::Number(0.0));
    }
}
