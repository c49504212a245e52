//! `attribution_weight(model, ts [, option]) OVER (…)` — the weight of each touch of a path.

use std::sync::Arc;

use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::rules::{Path, Rules};
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::window::{Evaluate, Window};
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const MODELS: &[&str] = &["first_touch", "last_touch", "linear", "time_decay", "position_based", "w_shaped", "custom"];

const HALF_LIFE_MICROS: i64 = 7 * 86_400_000_000;

const PAGE: Page = Page {
    summary: "The share of a conversion that a touch has earned, by a model that attribute defines. The partition is \
              the path of one conversion, in the order of the window.",
    result: "double precision, 0 to 1; sums to 1 over the partition.",
    nulls: "A touch whose time is NULL is on no path: its weight is NULL.",
    undefined: "NULL where no row has a time.",
    errors: "argument option of attribution_weight must be an interval for time_decay, an array of numbers for \
             position_based and custom, and is not taken by other models; must not sum to zero; must have three \
             numbers for position_based.",
    cost: "One pass over the partition.",
    source: "as attribute.",
    example: "SELECT channel,
       attribution_weight('position_based', at) OVER (PARTITION BY conversion ORDER BY at) AS weight
FROM (VALUES (1, DATE '2026-01-01', 'search'), (1, DATE '2026-01-05', 'email'), (1, DATE '2026-01-07', 'direct'))
     AS touches(conversion, at, channel)",
    output: "channel | weight
search | 0.4
email | 0.2
direct | 0.4",
};

pub(super) fn function() -> Function {
    Function::window(Window {
        declared: Declared {
            name: "attribution_weight",
            parameters: vec![
                Parameter::option("model", Constant::Choice(MODELS), "The model."),
                Parameter::value("ts", Type::Time, "When the touch was."),
                Parameter::option(
                    "option",
                    Constant::IntervalOrNumbers,
                    "Of time_decay: the half-life, 7 days without. Of position_based: the shares of first, between and \
                     last, 0.4, 0.2, 0.4 without. Of custom: the weights from the last touch backwards.",
                )
                .optional(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<Weight> {
    let model = arguments.text("model")?;
    let Some(model) = Model::named(model) else {
        return Err(arguments.invalid("model", format!("is no model, got '{model}'")).into());
    };
    let invalid = |must: &str| arguments.invalid("option", must);
    let mut half_life = HALF_LIFE_MICROS;
    let mut weights: Option<&[f64]> = None;
    if arguments.has("option") {
        match (arguments.micros("option"), arguments.numbers("option"), model) {
            (Ok(micros), _, Model::TimeDecay) => half_life = micros,
            (_, Ok(numbers), Model::PositionBased | Model::Custom) => weights = Some(numbers),
            (_, _, Model::TimeDecay) => return Err(invalid("must be an interval for time_decay").into()),
            (_, _, Model::PositionBased | Model::Custom) => {
                return Err(invalid(&format!("must be an array of numbers for {}", model.name())).into());
            }
            _ => return Err(invalid(&format!("is not taken by {}", model.name())).into()),
        }
    } else if model == Model::Custom {
        return Err(invalid("must be given for custom").into());
    }
    let refused = |error: &dyn std::error::Error| -> CallError { invalid(&format!("is refused: {error}")) };
    let rules = Rules::new(half_life).map_err(|error| refused(&error))?;
    let rules = match (model, weights) {
        (Model::Custom, Some(weights)) => rules.with_custom(weights).map_err(|error| refused(&error))?,
        (_, Some(weights)) => {
            let Ok(weights) = <[f64; 3]>::try_from(weights) else {
                return Err(invalid(&format!("must have three numbers, got {}", weights.len())).into());
            };
            rules.with_position(weights).map_err(|error| refused(&error))?
        }
        (_, None) => rules,
    };
    Ok(Weight { model, rules })
}

struct Weight {
    model: Model,
    rules: Rules,
}

impl Evaluate for Weight {
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef> {
        let times: Vec<Option<i64>> = (0..columns.rows()).map(|row| columns.time(1, row)).collect();
        let touches: Vec<i64> = times.iter().flatten().copied().collect();
        let mut weights = Vec::with_capacity(touches.len());
        // Channels play no part in these models, and the time of the conversion is that of the last touch.
        let channels = vec![0; touches.len()];
        let conversion = touches.iter().copied().max().unwrap_or(0);
        self.rules.weigh(self.model, Path { touches: &touches, channels: &channels, conversion }, &mut weights);
        let mut weights = weights.into_iter();
        let values: Float64Array = times.iter().map(|time| time.and_then(|_| weights.next())).collect();
        Ok(Arc::new(values))
    }
}
