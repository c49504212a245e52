//! Whether fits find what data was made of: random customers of known parameters, and how often the stated interval
//! of 95 % has the truth.
//!
//! `BELLWETHER_STUDY` is the number of data sets, a handful of small ones unless told; a thousand take minutes.

use super::beta_geometric::{self, Dropout};
use super::bg_bb;
use super::fit::{Fit, Status};
use super::gamma_gamma;
use super::pareto_nbd;
use super::sbg;
use super::weighted::Weighted;
use crate::distribution::normal;
use crate::random::Random;

/// How many data sets there are when nothing is told.
const SETS: u32 = 8;

const Z: f64 = 1.959_963_984_540_054;

/// Draws from distributions.
pub(super) struct Draw(Random);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    fn unit(&mut self) -> f64 {
        self.0.unit().max(f64::MIN_POSITIVE)
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(super) fn exponential(&mut self, rate: f64) -> f64 {
        -self.unit().ln() / rate
    }

    /// Marsaglia and Tsang's method.
    pub(super) fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        if shape < 1.0 {
            let power = self.unit().powf(1.0 / shape);
            return self.gamma(shape + 1.0, rate) * power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = normal::quantile(self.unit());
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / rate;
            }
        }
    }

    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (left, right) = (self.gamma(a, 1.0), self.gamma(b, 1.0));
        if left + right > 0.0 { left / (left + right) } else { 0.5 }
    }

    pub(super) fn happens(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    /// How often one buys at a rate within a horizon. `after` tells whether he leaves after a purchase, `before`
    /// whether he left before the time of one.
    pub(super) fn purchases(
        &mut self,
        rate: f64,
        horizon: f64,
        after: impl FnMut(&mut Self, f64) -> bool,
        before: impl FnMut(&mut Self, f64) -> bool,
    ) -> f64 {
        self.history(rate, horizon, after, before)[0]
    }

    /// The purchases as frequency, recency and age.
    fn history(
        &mut self,
        rate: f64,
        age: f64,
        mut after: impl FnMut(&mut Self, f64) -> bool,
        mut before: impl FnMut(&mut Self, f64) -> bool,
    ) -> [f64; 3] {
        let (mut frequency, mut recency, mut time) = (0.0, 0.0, 0.0);
        while frequency < 1e4 {
            time += self.exponential(rate);
            if time > age || before(self, time) {
                break;
            }
            (frequency, recency) = (frequency + 1.0, time);
            if after(self, time) {
                break;
            }
        }
        [frequency, recency, age]
    }
}

fn sets() -> u32 {
    std::env::var("BELLWETHER_STUDY").ok().and_then(|sets| sets.parse().ok()).unwrap_or(SETS)
}

/// How often fits were believed, and how often the truth was inside each interval.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub ok: u32,
    pub insufficient: u32,
    pub not_converged: u32,
    pub inside: u32,
    pub intervals: u32,
}

impl Tally {
    pub(super) fn add<const N: usize>(&mut self, fit: &Fit<N>, truth: &[f64; N]) {
        match fit.status {
            Status::InsufficientData => self.insufficient += 1,
            Status::NotConverged => self.not_converged += 1,
            Status::Ok => {
                self.ok += 1;
                for ((found, error), truth) in fit.parameters.iter().zip(fit.errors).zip(truth) {
                    assert!(found.is_finite() && error.is_finite() && *found > 0.0 && error > 0.0, "{fit:?}");
                    self.intervals += 1;
                    self.inside += u32::from((found / truth).ln().abs() <= Z * error / found);
                }
            }
        }
    }

    /// The share of intervals with the truth in them is what they claim, to three points and what chance adds.
    pub(super) fn assert_covers(&self, name: &str) {
        let share = f64::from(self.inside) / f64::from(self.intervals.max(1));
        eprintln!("{name}: {self:?} coverage {share:.4}");
        assert_eq!(self.not_converged, 0, "{name}");
        let chance = 2.0 * (0.95 * 0.05 / f64::from(self.intervals.max(1))).sqrt();
        assert!((share - 0.95).abs() <= 0.03 + 2.0 * chance, "{name}: {share}");
    }
}

/// From 30 to 30,000, evenly on a scale of logarithms.
pub(super) fn size(draw: &mut Draw) -> u32 {
    (30.0 * 1000_f64.powf(draw.between(0.0, 1.0))) as u32
}

#[test]
fn beta_geometric_fits_find_what_their_customers_were_made_of() {
    for dropout in [Dropout::AfterRepeat, Dropout::AfterAny] {
        let mut tally = Tally::default();
        for set in 0..sets() {
            let mut draw = Draw::new(u64::from(set) + 1);
            let truth =
                [draw.between(0.2, 2.0), draw.between(2.0, 12.0), draw.between(0.4, 2.0), draw.between(1.0, 5.0)];
            let [r, alpha, a, b] = truth;
            let mut customers = Weighted::new();
            for _ in 0..size(&mut draw).min(if sets() > SETS { u32::MAX } else { 600 }) {
                let (rate, chance) = (draw.gamma(r, alpha), draw.beta(a, b));
                let age = draw.between(10.0, 100.0);
                let left_at_once = dropout == Dropout::AfterAny && draw.happens(chance);
                let row = match left_at_once {
                    true => [0.0, 0.0, age],
                    false => draw.history(rate, age, |draw, _| draw.happens(chance), |_, _| false),
                };
                customers.update(row, 1.0);
            }
            tally.add(&beta_geometric::fit(&customers, dropout), &truth);
        }
        tally.assert_covers(&format!("{dropout:?}"));
    }
}

#[test]
fn pareto_nbd_fits_find_what_their_customers_were_made_of() {
    let mut tally = Tally::default();
    for set in 0..sets() {
        let mut draw = Draw::new(u64::from(set) + 1);
        let truth = [draw.between(0.3, 2.0), draw.between(2.0, 12.0), draw.between(0.4, 2.0), draw.between(5.0, 30.0)];
        let [r, alpha, s, beta] = truth;
        let mut customers = Weighted::new();
        for _ in 0..size(&mut draw).min(if sets() > SETS { u32::MAX } else { 150 }) {
            let (rate, leaving) = (draw.gamma(r, alpha), draw.gamma(s, beta));
            let (age, end) = (draw.between(10.0, 100.0), draw.exponential(leaving));
            customers.update(draw.history(rate, age, |_, _| false, |_, time| time > end), 1.0);
        }
        tally.add(&pareto_nbd::fit(&customers), &truth);
    }
    tally.assert_covers("Pareto/NBD");
}

#[test]
fn gamma_gamma_fits_find_what_their_orders_were_made_of() {
    let mut tally = Tally::default();
    for set in 0..sets() {
        let mut draw = Draw::new(u64::from(set) + 1);
        let truth = [draw.between(1.0, 8.0), draw.between(2.0, 6.0), draw.between(5.0, 30.0)];
        let [p, q, v] = truth;
        let mut customers = Weighted::new();
        for _ in 0..size(&mut draw).min(if sets() > SETS { u32::MAX } else { 600 }) {
            let frequency = 1.0 + (8.0 * draw.between(0.0, 1.0).powi(2)).floor();
            let rate = draw.gamma(q, v);
            customers.update([frequency, draw.gamma(p * frequency, rate * frequency)], 1.0);
        }
        tally.add(&gamma_gamma::fit(&customers), &truth);
    }
    tally.assert_covers("Gamma-Gamma");
}

#[test]
fn fits_of_occasions_and_contracts_find_what_their_customers_were_made_of() {
    let (mut occasions, mut contracts) = (Tally::default(), Tally::default());
    for set in 0..sets() {
        let mut draw = Draw::new(u64::from(set) + 1);
        let truth = [draw.between(0.5, 3.0), draw.between(0.5, 3.0), draw.between(0.4, 2.0), draw.between(1.0, 6.0)];
        let [alpha, beta, gamma, delta] = truth;
        let (mut buyers, mut members) = (Weighted::new(), Weighted::new());
        for _ in 0..size(&mut draw) {
            let (buys, leaves) = (draw.beta(alpha, beta), draw.beta(gamma, delta));
            let (mut frequency, mut recency, mut active) = (0.0, 0.0, true);
            for period in 1..=12 {
                active = active && !draw.happens(leaves);
                if active && draw.happens(buys) {
                    (frequency, recency) = (frequency + 1.0, f64::from(period));
                }
            }
            buyers.update([frequency, recency, 12.0], 1.0);
            let ends = (1..=12).find(|_| draw.happens(leaves));
            members.update(ends.map_or([12.0, 0.0], |period| [f64::from(period), 1.0]), 1.0);
        }
        occasions.add(&bg_bb::fit(&buyers), &truth);
        contracts.add(&sbg::fit(&members), &[gamma, delta]);
    }
    occasions.assert_covers("BG/BB");
    contracts.assert_covers("sBG");
}
