//! The mode of a funnel as an argument.

use bellwether_kernels::journey::event::CONDITIONS_MAX;
use bellwether_kernels::journey::funnel_mode::{FunnelMode, ModeError};
use bellwether_kernels::journey::window_funnel::Funnel;
use datafusion::error::Result;

use crate::argument::{Arguments, Constant, Parameter};
use crate::error::closest;

/// The window of a funnel, by position.
pub(super) fn window_parameter() -> Parameter {
    Parameter::option("window", Constant::Interval, "The longest time from the first step to the last, inclusive.")
}

/// The mode of a funnel, by position.
pub(super) fn mode_parameter() -> Parameter {
    Parameter::option(
        "mode",
        Constant::Text,
        "Which chains count: `default`, `strict_once`, `strict_increase`, `strict_order`, `allow_reentry`, \
         `strict_deduplication`, or several of them separated by commas.",
    )
}

/// The funnel of a call with these two arguments and so many steps.
pub(super) fn funnel(arguments: &Arguments, steps: usize) -> Result<Funnel> {
    let mode = mode(arguments)?;
    let window = arguments.micros("window")?.unsigned_abs();
    Funnel::new(steps, window, mode).ok_or_else(|| {
        let must = format!("must have 1 to {CONDITIONS_MAX} elements, got {steps}");
        arguments.invalid("steps", must).into()
    })
}

fn mode(arguments: &Arguments) -> Result<FunnelMode> {
    let text = arguments.text("mode")?.to_lowercase();
    FunnelMode::parse(&text).map_err(|error| {
        match error {
            ModeError::NoSuchMode(name) => {
                let error = arguments.invalid("mode", format!("has no mode '{name}'"));
                let near =
                    if name == "strict" { Some("strict_deduplication") } else { closest(&name, FunnelMode::NAMES) };
                match near {
                    Some(near) => error.with_hint(format!("did you mean '{near}'?")),
                    None => error.with_hint(format!("the modes are {}", FunnelMode::NAMES.join(", "))),
                }
            }
            ModeError::ReentryWithoutOrder => arguments
                .invalid("mode", "has 'allow_reentry' without 'strict_order'")
                .with_hint("write 'strict_order, allow_reentry'"),
        }
        .into()
    })
}
