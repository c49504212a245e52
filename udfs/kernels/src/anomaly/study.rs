//! A study on ordinary series from known generators: how often a value lies outside its bounds.
//!
//! `BELLWETHER_STUDY` is the number of series of each kind, a few unless told; with `--nocapture` false alarms per year
//! are shown.

use super::{Kind, Method, Point, Settings, detect};
use crate::random::Random;

/// Series of each kind, each two years of days.
const SERIES: usize = 8;
const DAYS: usize = 730;

/// The share of ordinary values that may lie outside, and in a year of days.
const CHANCE: f64 = 0.01;
const YEAR: f64 = 365.0;

/// The first days of a series that is judged online are not counted: they have too few before them.
const LEARNING: usize = 60;

fn count() -> usize {
    std::env::var("BELLWETHER_STUDY").ok().and_then(|count| count.parse().ok()).unwrap_or(SERIES)
}

/// A number of the standard normal distribution (Box & Muller 1958).
fn normal(random: &mut Random) -> f64 {
    let radius = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.unit()).cos()
}

/// How often something happens of which so much is expected (Knuth).
fn poisson(random: &mut Random, mean: f64) -> f64 {
    let (limit, mut product, mut happened) = ((-mean).exp(), random.unit(), 0.0);
    while product > limit {
        product *= random.unit();
        happened += 1.0;
    }
    happened
}

/// The kinds of days, each with a week and a year.
const KINDS: [&str; 8] =
    ["normal", "shares", "poisson", "few", "negative binomial", "lognormal", "wide lognormal", "heavy tails"];

fn day(kind: &str, at: usize, random: &mut Random) -> f64 {
    let week = [1.0, 0.95, 0.9, 1.0, 1.15, 1.3, 0.7][at % 7];
    let level = week * (1.0 + 0.2 * (at as f64 * std::f64::consts::TAU / 365.25).sin());
    match kind {
        "normal" => 100.0 * level + 5.0 * normal(random),
        "shares" => 100.0 * level * (1.0 + 0.1 * normal(random)),
        "poisson" => poisson(random, 40.0 * level),
        "few" => poisson(random, 3.0 * level),
        // Days of five events that are gamma distributed: a variance of 20 + 20²/5.
        "negative binomial" => {
            let gamma: f64 = (0..5).map(|_| -(1.0 - random.unit()).ln() / 5.0).sum();
            poisson(random, 20.0 * level * gamma)
        }
        "lognormal" => 1000.0 * level * (0.15 * normal(random)).exp(),
        "wide lognormal" => 1000.0 * level * (0.45 * normal(random)).exp(),
        _ => {
            let chi: f64 = (0..3).map(|_| normal(random).powi(2)).sum();
            100.0 * level + 4.0 * normal(random) / (chi / 3.0).sqrt()
        }
    }
}

/// The values outside their bounds in a year of days of a kind.
fn alarms(kind: &str, seed: u64, settings: Settings) -> f64 {
    let mut random = Random::new(seed);
    let (mut outside, mut judged) = (0.0, 0.0);
    for _ in 0..count() {
        let points: Vec<Point> = (0..DAYS).map(|at| Point::of(day(kind, at, &mut random))).collect();
        let found = detect(&points, &[0; DAYS], settings);
        let counted = points.iter().zip(found).skip(if settings.online { LEARNING } else { 0 });
        for (point, judgement) in counted.filter_map(|(point, found)| Some((point, found?))) {
            judged += 1.0;
            outside += f64::from(u8::from(judgement.is_anomaly(point.value)));
        }
    }
    YEAR * outside / judged
}

#[test]
fn ordinary_days_have_as_many_alarms_as_bounds_allow() {
    for (method, online) in [(Method::Stl, false), (Method::Ets, true)] {
        for (kind, seed) in KINDS.into_iter().zip(1..) {
            let events = ["poisson", "few", "negative binomial"].contains(&kind);
            for what in if events { vec![Kind::Money, Kind::Count] } else { vec![Kind::Money] } {
                let settings = Settings { method, kind: what, online, chance: CHANCE };
                let found = alarms(kind, seed, settings);
                println!("{method:?} {what:?} {kind}: {found:.1} a year of {:.1}", CHANCE * YEAR);
                assert!(found < 2.0 * CHANCE * YEAR, "{method:?} {what:?} {kind}: {found}");
            }
        }
    }
}
