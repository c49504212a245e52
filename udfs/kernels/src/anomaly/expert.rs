//! What the next value will be, by several simple forecasters of which the best one lately is heard.
//!
//! Exponential smoothing with fast and slow levels (the fastest says "as the last one"), and where the series has a
//! season, the level of each phase of it.

/// How fast the levels follow: the first is the last value, the last one remembers a hundred values.
const RATES: [f64; 4] = [1.0, 0.3, 0.05, 0.01];
/// How fast a phase follows, once in a period, and the level of all phases.
const PHASE_RATE: f64 = 0.25;
const SEASON_LEVEL_RATE: f64 = 0.05;
/// How fast errors are forgotten: the best of about the last hundred values.
const ERROR_RATE: f64 = 0.01;
/// The season is heard unless a level is better by more than this factor: knowing what comes when is worth more than
/// following quickly, which forgives everything that lasts.
const SEASON_PREFERENCE: f64 = 1.25;
/// A value farther from its phase than so many usual errors teaches it no more than that.
const LESSON_MAX: f64 = 8.0;

/// The forecasters of one series.
#[derive(Debug, Clone, Default)]
pub(super) struct Experts {
    /// A level and its usual error; none before the first value.
    levels: Option<[Level; RATES.len()]>,
    season: Option<Season>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    value: f64,
    error: f64,
}

#[derive(Debug, Clone)]
struct Season {
    /// What each phase adds to the level; NaN until it was seen.
    phases: Vec<f64>,
    level: f64,
    /// Its usual error; none before a phase was seen twice.
    error: Option<f64>,
}

impl Experts {
    /// Forecasters of a series with this period.
    pub(super) fn with_season(period: Option<usize>) -> Self {
        let season = period.map(|period| Season { phases: vec![f64::NAN; period], level: 0.0, error: None });
        Self { levels: None, season }
    }

    /// The period of the season.
    pub(super) fn period(&self) -> Option<usize> {
        self.season.as_ref().map(|season| season.phases.len())
    }

    /// What is expected at a position of the series; none before the first value.
    pub(super) fn expected(&self, position: u64) -> Option<f64> {
        let mut best = self.levels.as_ref()?[0];
        for level in self.levels.iter().flatten() {
            // Among equals the slowest: what was constant returns to where it was.
            if level.error <= best.error {
                best = *level;
            }
        }
        let season = self.season.as_ref().and_then(|season| Some((season.expected(position)?, season.error?)));
        match season {
            Some((expected, error)) if error <= SEASON_PREFERENCE * best.error => Some(expected),
            _ => Some(best.value),
        }
    }

    /// Learns the value of a position, to the part `trust` of what it would teach otherwise.
    pub(super) fn learn(&mut self, position: u64, value: f64, trust: f64) {
        let levels = self.levels.get_or_insert([Level { value, error: 0.0 }; RATES.len()]);
        for (level, rate) in levels.iter_mut().zip(RATES) {
            let error = value - level.value;
            level.error += trust * ERROR_RATE * (error.abs() - level.error);
            level.value += trust * rate * error;
        }
        if let Some(season) = &mut self.season {
            season.learn(position, value, trust);
        }
    }
}

impl Season {
    fn phase(&self, position: u64) -> usize {
        (position % self.phases.len() as u64) as usize
    }

    fn expected(&self, position: u64) -> Option<f64> {
        let phase = self.phases[self.phase(position)];
        (!phase.is_nan()).then_some(phase + self.level)
    }

    fn learn(&mut self, position: u64, value: f64, trust: f64) {
        let phase = self.phase(position);
        let Some(expected) = self.expected(position) else {
            self.phases[phase] = value - self.level;
            return;
        };
        let error = value - expected;
        let usual = self.error.unwrap_or(error.abs());
        self.error = Some(usual + trust * ERROR_RATE * (error.abs() - usual));
        let lesson = if usual > 0.0 { error.clamp(-LESSON_MAX * usual, LESSON_MAX * usual) } else { error };
        self.level += trust * SEASON_LEVEL_RATE * lesson;
        self.phases[phase] += trust * PHASE_RATE * lesson;
    }
}
