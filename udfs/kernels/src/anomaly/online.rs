//! Judging a series as it comes: each value from those before it alone.
//!
//! A value's error against what was expected of it is compared with the errors so far, which gives a p-value and
//! bounds. The score adds what a person wants of an alarm: one for each thing that happens. It counts decades of
//! unlikelihood beyond those of the last alarm, which is forgotten one decade in ten values.

use std::collections::VecDeque;

use super::Judgement;
use super::expert::Experts;
use super::kind::{Kind, Point};
use super::tail::Tail;
use crate::decompose::{detect_periods, interpolate};

/// How many values are remembered for finding the season.
const MEMORY: usize = 8_192;
/// The first search for a season, and how much longer the series must be for the next.
const SEARCH_FIRST: usize = 24;
const SEARCH_GROWTH: f64 = 0.1;
/// No error smaller than this part of the spread of the values matters.
const FLOOR: f64 = 0.005;
/// The part of the whole range that stands for the spread where nine in ten values are equal.
const RANGE_PART: f64 = 0.01;
/// Beyond this, one in a million, an alarm is no louder.
const DECADES_MAX: f64 = 6.0;
/// How fast an alarm is forgotten.
const DECADES_FORGOTTEN: f64 = 0.1;
/// A series of a thousand values has the alarms of its p-values; longer ones would have too many, shorter ones too
/// few. Half of the exponent keeps rare events of long series and rarer ones of short series comparable.
const LENGTH_USUAL: f64 = 1_000.0;
const LENGTH_EXPONENT: f64 = 0.5;
/// Larger values are judged as this: their differences and sums stay finite.
const VALUE_MAX: f64 = 1e300;
/// Skipping ends here: no series has as many values after it.
const POSITION_MAX: u64 = u64::MAX / 2;

/// A detector of anomalies that never looks ahead.
#[derive(Debug, Clone)]
pub struct Detector {
    kind: Kind,
    /// The chance of an error beyond the bounds.
    chance: f64,
    experts: Experts,
    tail: Tail,
    /// The last points; their values are NaN where one is missing.
    history: VecDeque<Point>,
    /// Where the next point stands, and how many points there were.
    position: u64,
    seen: usize,
    /// The sum of their denominators.
    trials: f64,
    next_search: usize,
    /// Decades of unlikelihood that are known already.
    known: f64,
}

impl Detector {
    /// A detector whose bounds an ordinary value leaves with this chance.
    pub fn new(kind: Kind, chance: f64) -> Self {
        Self {
            kind,
            chance,
            experts: Experts::default(),
            tail: Tail::default(),
            history: VecDeque::new(),
            position: 0,
            seen: 0,
            trials: 0.0,
            next_search: SEARCH_FIRST,
            known: 0.0,
        }
    }

    /// Steps of the series that have no value.
    pub fn skip(&mut self, steps: u64) {
        self.position = self.position.saturating_add(steps).min(POSITION_MAX);
        for _ in 0..steps.min(MEMORY as u64) {
            self.remember(Point::of(f64::NAN));
        }
    }

    /// Judges the next point and learns it. None while there is too little to judge by, and for what the kind does
    /// not accept, which counts as missing.
    pub fn next(&mut self, point: Point) -> Option<Judgement> {
        if !self.kind.accepts(point) {
            self.skip(1);
            return None;
        }
        let point = Point { value: point.value.clamp(-VALUE_MAX, VALUE_MAX), ..point };
        if self.seen >= self.next_search {
            self.search_season();
        }
        let baseline = self.experts.expected(self.position);
        let judgement = baseline.and_then(|baseline| self.judge(baseline, point));
        self.learn(point, baseline);
        judgement
    }

    fn judge(&mut self, baseline: f64, point: Point) -> Option<Judgement> {
        if !self.tail.is_ready() {
            return None;
        }
        let unit = self.kind.unit(baseline, point.denominator, self.trials);
        let error = (point.value - baseline).abs() / unit;
        let by_chance = self.kind.p_value(point, baseline, self.trials);
        let p_value = self.tail.p_value(error).max(by_chance);
        let (low, high) = self.kind.bounds(baseline, point.denominator, self.trials, self.chance);
        let reach = self.tail.quantile(self.chance) * unit;
        let length = LENGTH_EXPONENT * (self.seen as f64 / LENGTH_USUAL).log10();
        let decades = (-p_value.log10() - length).clamp(0.0, DECADES_MAX);
        let new = (decades - self.known).max(0.0);
        self.known = decades.max(self.known - DECADES_FORGOTTEN).max(0.0);
        Some(Judgement {
            baseline,
            lower: self.kind.within((baseline - reach).min(low)),
            upper: self.kind.within((baseline + reach).max(high)),
            p_value,
            score: new / (1.0 + new),
        })
    }

    fn learn(&mut self, point: Point, baseline: Option<f64>) {
        if let Some(baseline) = baseline {
            let unit = self.kind.unit(baseline, point.denominator, self.trials);
            if self.tail.add((point.value - baseline).abs() / unit) {
                self.tail.set_floor(self.floor());
            }
        }
        self.trials += point.denominator;
        self.seen += 1;
        self.experts.learn(self.position, point.value, trust(point, self.trials / self.seen as f64));
        self.position += 1;
        self.remember(point);
    }

    fn remember(&mut self, point: Point) {
        if self.history.len() == MEMORY {
            self.history.pop_front();
        }
        self.history.push_back(point);
    }

    /// The least scale of errors that is believed. Counts and rates have that of chance.
    fn floor(&self) -> f64 {
        if self.kind != Kind::Money {
            return 0.0;
        }
        let mut values: Vec<f64> =
            self.history.iter().map(|point| point.value).filter(|value| !value.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return 0.0 };
        let spread = values[values.len() * 95 / 100] - values[values.len() * 5 / 100];
        // Sums of a constant's values differ in their last digits.
        let rounding = 1e-12 * first.abs().max(last.abs());
        (FLOOR * if spread > 0.0 { spread } else { RANGE_PART * (last - first) }).max(rounding)
    }

    /// Looks for a season; where there is another one than before, the past is judged again with it.
    fn search_season(&mut self) {
        self.next_search = self.seen + (self.seen.min(MEMORY) as f64 * SEARCH_GROWTH).ceil() as usize;
        let values: Vec<f64> = self.history.iter().map(|point| point.value).collect();
        let Some(values) = interpolate(&values) else { return };
        let found = detect_periods(&values, MEMORY).last().map(|period| period.length);
        if found.is_none() || found == self.experts.period() {
            return;
        }
        let (mut experts, mut tail) = (Experts::with_season(found), Tail::default());
        tail.set_floor(self.floor());
        let start = self.position.saturating_sub(self.history.len() as u64);
        let usual = self.trials / self.seen as f64;
        for (position, point) in (start..).zip(&self.history).filter(|(_, point)| !point.value.is_nan()) {
            if let Some(baseline) = experts.expected(position) {
                tail.add((point.value - baseline).abs() / self.kind.unit(baseline, point.denominator, self.trials));
            }
            experts.learn(position, point.value, trust(*point, usual));
        }
        (self.experts, self.tail) = (experts, tail);
    }
}

/// What a rate of few trials teaches, against one of the usual number.
fn trust(point: Point, usual: f64) -> f64 {
    (point.denominator / usual).min(1.0)
}
