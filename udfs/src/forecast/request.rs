//! What functions over series have in common: their parameters, and the request that they make.

use bellwether_kernels::forecast::{Model, Request};
use datafusion::error::Result;

use crate::argument::{Arguments, Constant, Parameter, Type};

/// The most steps: a week of minutes, ten times over.
const HORIZON_MAX: i64 = 100_000;

/// The longest season that may be named, in steps.
const SEASON_MAX: i64 = 100_000;

/// The words of `model`.
const MODELS: &[&str] = &[
    "auto",
    "ensemble",
    "ets",
    "theta",
    "optimized_theta",
    "dynamic_theta",
    "dynamic_optimized_theta",
    "ces",
    "mstl",
    "mstl_theta",
    "mstl_ces",
    "croston",
    "tsb",
    "naive",
    "seasonal_naive",
    "long_seasonal_naive",
    "drift",
    "mean",
];

/// The probability of intervals that is taken when none is given.
const LEVEL: f64 = 0.8;

/// The words of `freq`.
const FREQUENCIES: &[&str] =
    &["auto", "second", "minute", "hour", "day", "business_day", "week", "month", "quarter", "year"];

/// The relation and its columns.
pub(super) fn columns() -> Vec<Parameter> {
    vec![
        Parameter::input("series", "The values over time, one row each."),
        Parameter::order("ts", "The column of when."),
        Parameter::rows("value", Type::Number, "The column of the values."),
        Parameter::by(),
    ]
}

/// How many steps ahead.
pub(super) fn horizon() -> Parameter {
    Parameter::constant("horizon", Constant::Integer(1, HORIZON_MAX), "How many steps ahead.")
}

/// How series are read: the length of their steps and of their seasons.
pub(super) fn calendar() -> Vec<Parameter> {
    let seasons = Constant::Integers(1, SEASON_MAX);
    vec![
        Parameter::constant(
            "freq",
            Constant::Choice(FREQUENCIES),
            "The length of a step; told from the times by `auto`.",
        )
        .or("auto"),
        Parameter::constant(
            "season_length",
            seasons,
            "The season in steps, or an array of several: `24`, `ARRAY[24, 168]`, 1 for none; told from the steps if not \
             given.",
        )
        .optional(),
    ]
}

/// The model.
pub(super) fn model() -> Parameter {
    let meaning =
        "The model; `auto` weighs several by a backtest, `ensemble` is the median of those that suit the series.";
    Parameter::constant("model", Constant::Choice(MODELS), meaning).or("auto")
}

/// The probability of intervals. The ends of the range have no interval.
pub(super) fn level() -> Parameter {
    let meaning = "The probability that an interval holds the truth.";
    Parameter::constant("level", Constant::Number(0.01, 0.999), meaning).or_number(LEVEL)
}

/// Whether values below zero cannot be.
pub(super) fn nonnegative() -> Parameter {
    Parameter::constant("nonnegative", Constant::Flag, "Whether values below zero cannot be.").or_flag(false)
}

/// Days of a kind of their own.
pub(super) fn holidays() -> Parameter {
    let meaning = "Days of a kind of their own, past and to come; one effect for all of them.";
    Parameter::constant("holidays", Constant::Times, meaning).optional()
}

/// What is asked for, with or without a relation.
pub(super) fn options() -> Vec<Parameter> {
    let mut parameters = vec![horizon(), model(), level()];
    parameters.extend(calendar());
    parameters.push(nonnegative());
    parameters
}

/// The seasons as results tell them: the shortest, one for none, and all of them.
pub(super) fn told(seasons: &[usize]) -> (i64, String) {
    let all: Vec<String> = seasons.iter().map(usize::to_string).collect();
    (seasons.first().map_or(1, |season| *season as i64), all.join(", "))
}

/// The request of a call. What its function does not take is as its default.
pub(super) fn read(arguments: &Arguments) -> Result<Request> {
    let frequency = match arguments.has("freq") {
        true => arguments.text("freq")?,
        false => "auto",
    };
    let model = match arguments.has("model") {
        true => Model::named(arguments.text("model")?),
        false => None,
    };
    let seasons = match arguments.has("season_length") {
        true => Some(arguments.integers("season_length")?.iter().map(|season| *season as usize).collect()),
        false => None,
    };
    let holidays = match arguments.has("holidays") {
        true => arguments.moments("holidays")?.to_vec(),
        false => Vec::new(),
    };
    Ok(Request {
        model,
        frequency: FREQUENCIES[1..].iter().find(|known| **known == frequency).copied(),
        seasons,
        horizon: if arguments.has("horizon") { arguments.integer("horizon")? as usize } else { 1 },
        level: if arguments.has("level") { arguments.number("level")? } else { LEVEL },
        nonnegative: arguments.has("nonnegative") && arguments.flag("nonnegative")?,
        holidays,
        ..Request::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_can_be_named() {
        for model in Model::ALL {
            assert!(MODELS.contains(&model.name()), "{}", model.name());
        }
        assert_eq!(MODELS.len(), Model::ALL.len() + 1);
    }
}
