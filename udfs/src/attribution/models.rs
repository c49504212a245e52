//! Which models a call names, and the options of theirs.

use std::collections::HashSet;

use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::rules::{InvalidRule, Rules};
use datafusion::error::Result;

use crate::argument::{Arguments, Constant, Parameter};
use crate::table::{Rows, Slot};

/// The models of a call, and `all` for those that follow rules and need no weights.
pub(crate) const NAMES: &[&str] = &[
    "all",
    "first_touch",
    "last_touch",
    "last_non_direct",
    "linear",
    "time_decay",
    "position_based",
    "w_shaped",
    "custom",
    "markov",
    "shapley",
];

/// What the rule-based models take.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::constant("half_life", Constant::Interval, "Of time_decay: in which time a weight halves.")
            .or_days(7),
        Parameter::constant("step", Constant::Flag, "Of time_decay: whether weights halve in steps of a half-life.")
            .or_flag(false),
        Parameter::constant(
            "weights",
            Constant::Numbers,
            "Of position_based: the shares of the first touch, of those between, and of the last (0.4, 0.2, 0.4). Of \
             custom: the weights from the last touch backwards, the last of which is repeated.",
        )
        .optional(),
        Parameter::constant(
            "exclude",
            Constant::Texts,
            "Of last_non_direct: the channels that are passed over, in upper or lower case.",
        )
        .or_texts(&["direct"]),
    ]
}

/// The options of a call, for the model or models `model` names.
pub(crate) fn rules(call: &Arguments, models: &[Model]) -> Result<Rules> {
    let rules = Rules::new(call.micros("half_life")?).map_err(|error| invalid(call, "half_life", error))?;
    let rules = rules.with_steps(call.flag("step")?);
    let custom = models.contains(&Model::Custom);
    if !call.has("weights") {
        return match custom {
            true => Err(call.invalid("weights", "must be given for the model custom").into()),
            false => Ok(rules),
        };
    }
    // While a statement is described, its weights are not known yet.
    if !call.is_complete() {
        return Ok(rules);
    }
    let weights = call.numbers("weights")?;
    let weighed = match custom {
        true => rules.with_custom(weights),
        false => match <[f64; 3]>::try_from(weights) {
            Ok(weights) => rules.with_position(weights),
            Err(_) => {
                let must = format!("must have three numbers, got {}", weights.len());
                return Err(call.invalid("weights", must).into());
            }
        },
    };
    weighed.map_err(|error| invalid(call, "weights", error))
}

fn invalid(call: &Arguments, name: &str, error: InvalidRule) -> datafusion::error::DataFusionError {
    let must = match error {
        InvalidRule::HalfLife => "must be longer than zero",
        InvalidRule::Weight => "must not contain negative numbers",
        InvalidRule::ZeroWeights => "must not sum to zero",
    };
    call.invalid(name, must).into()
}

/// Which codes of channels `last_non_direct` passes over.
#[derive(Debug, Clone)]
pub(super) struct Excluded {
    names: HashSet<String>,
    /// How many channels there were when the codes were found.
    known: usize,
}

impl Excluded {
    pub(super) fn bind(call: &Arguments) -> Result<Self> {
        let names = call.texts("exclude")?.iter().map(|name| name.to_lowercase()).collect();
        Ok(Self { names, known: 0 })
    }

    /// Puts the codes of excluded channels into the rules. All groups of a partition have the same codes.
    pub(super) fn apply(&mut self, rules: &mut Rules, rows: &Rows<'_>, channel: Slot) {
        let channels = rows.texts(channel);
        if self.known == channels {
            return;
        }
        self.known = channels;
        let excluded =
            |code: &u32| rows.text(channel, *code).is_some_and(|name| self.names.contains(&name.to_lowercase()));
        let codes: Vec<u32> = (0..channels as u32).filter(excluded).collect();
        *rules = rules.clone().with_excluded(&codes);
    }
}
