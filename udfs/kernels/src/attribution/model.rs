//! The names of the rule-based attribution models.

/// A rule that weighs the touches of a path. [`super::rules::Rules`] says what each of them means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    FirstTouch,
    LastTouch,
    LastNonDirect,
    Linear,
    TimeDecay,
    PositionBased,
    WShaped,
    Custom,
}

impl Model {
    /// Every model that needs no weights of the user's, in the order in which results list them.
    pub const STANDARD: [Self; 7] = [
        Self::FirstTouch,
        Self::LastTouch,
        Self::LastNonDirect,
        Self::Linear,
        Self::TimeDecay,
        Self::PositionBased,
        Self::WShaped,
    ];

    /// The name it has in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstTouch => "first_touch",
            Self::LastTouch => "last_touch",
            Self::LastNonDirect => "last_non_direct",
            Self::Linear => "linear",
            Self::TimeDecay => "time_decay",
            Self::PositionBased => "position_based",
            Self::WShaped => "w_shaped",
            Self::Custom => "custom",
        }
    }

    /// The model of that name, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        let custom = std::iter::once(Self::Custom);
        Self::STANDARD.into_iter().chain(custom).find(|model| model.name().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_its_name() {
        for model in Model::STANDARD.into_iter().chain([Model::Custom]) {
            assert_eq!(Model::named(&model.name().to_uppercase()), Some(model));
        }
        assert_eq!(Model::named("lineal"), None);
    }
}
