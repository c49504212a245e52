//! The modes of a funnel: which chains of events count, each said in one sentence.
//!
//! A *chain* of length k is a list of events e₁ … eₖ, none earlier than the one before it and eₖ no later than the
//! window after e₁, where eᵢ meets condition i. The level of a customer is the largest k for which there is a
//! chain that the mode allows.
//!
//! | mode | the chain counts only if |
//! |---|---|
//! | `default` | (nothing further: one event may stand for several steps, others may lie between) |
//! | `strict_once` | e₁ … eₖ are different events |
//! | `strict_increase` | every eᵢ₊₁ is later than eᵢ |
//! | `strict_order` | every event later than e₁ and earlier than eₖ meets one of the conditions 1 … i+1, where eᵢ is the last of the chain that is not later than it |
//! | `strict_order` with `allow_reentry` | every event later than e₁ and earlier than eₖ meets one of the conditions |
//! | `strict_deduplication` | for 2 ≤ i < k, no event other than eᵢ that could follow eᵢ₋₁ meets condition i by the time of eₖ |
//!
//! Modes combine: a chain must be allowed by all of them. Simultaneous events follow one another in any order,
//! whatever the order of their rows, except with `strict_increase`. An event *could follow* eᵢ₋₁ if it is not
//! earlier (with `strict_increase`: if it is later) and, with `strict_once`, is none of e₁ … eᵢ₋₁.

/// Which chains count. The default is the plain one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FunnelMode {
    /// A repeated step ends the chain.
    pub strict_deduplication: bool,
    /// An event that is none of the steps so far ends the chain.
    pub strict_order: bool,
    /// With `strict_order`, a step met too early is passed over.
    pub allow_reentry: bool,
    /// Every step must be later than the one before.
    pub strict_increase: bool,
    /// An event stands for one step only.
    pub strict_once: bool,
}

/// Why a mode could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModeError {
    /// The name is none of the modes.
    NoSuchMode(String),
    /// `allow_reentry` stands without `strict_order`.
    ReentryWithoutOrder,
}

impl FunnelMode {
    /// The names of the modes.
    pub const NAMES: [&'static str; 6] =
        ["default", "strict_deduplication", "strict_order", "allow_reentry", "strict_increase", "strict_once"];

    /// Reads names separated by commas, such as `strict_order, strict_once`.
    pub fn parse(text: &str) -> Result<Self, ModeError> {
        let mut mode = Self::default();
        for name in text.split(',').map(str::trim) {
            match name {
                "default" => {}
                "strict_deduplication" => mode.strict_deduplication = true,
                "strict_order" => mode.strict_order = true,
                "allow_reentry" => mode.allow_reentry = true,
                "strict_increase" => mode.strict_increase = true,
                "strict_once" => mode.strict_once = true,
                _ => return Err(ModeError::NoSuchMode(name.to_owned())),
            }
        }
        if mode.allow_reentry && !mode.strict_order {
            return Err(ModeError::ReentryWithoutOrder);
        }
        Ok(mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_combine_with_commas() {
        let mode = FunnelMode::parse("strict_order, strict_once").unwrap();
        assert_eq!(mode, FunnelMode { strict_order: true, strict_once: true, ..FunnelMode::default() });
        assert_eq!(FunnelMode::parse("default"), Ok(FunnelMode::default()));
    }

    #[test]
    fn what_is_no_mode_is_named() {
        assert_eq!(FunnelMode::parse("strict"), Err(ModeError::NoSuchMode("strict".to_owned())));
        assert_eq!(FunnelMode::parse(""), Err(ModeError::NoSuchMode(String::new())));
        assert_eq!(FunnelMode::parse("allow_reentry"), Err(ModeError::ReentryWithoutOrder));
    }

    #[test]
    fn every_listed_name_is_read() {
        for name in FunnelMode::NAMES {
            assert_ne!(FunnelMode::parse(name), Err(ModeError::NoSuchMode(name.to_owned())));
        }
    }
}
