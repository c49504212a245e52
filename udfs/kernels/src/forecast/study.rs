//! Studies on series from known generators: how often intervals hold the truth, and how good `auto` is.
//!
//! `BELLWETHER_STUDY` is the number of series of each kind, a few unless told; with `--nocapture` the shares are shown.

use super::auto;
use super::model::Model;
use crate::random::Random;

/// Series of each kind.
const SERIES: usize = 60;

/// Steps ahead, as of the yearly series of M4.
const HORIZON: usize = 6;

fn count() -> usize {
    std::env::var("BELLWETHER_STUDY").ok().and_then(|count| count.parse().ok()).unwrap_or(SERIES)
}

/// A number of the standard normal distribution (Box & Muller 1958).
fn normal(random: &mut Random) -> f64 {
    let radius = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.unit()).cos()
}

/// The kinds of short series.
const KINDS: [&str; 8] =
    ["walk", "walk with drift", "level", "trend", "changing slope", "growth", "pulled back", "heavy tails"];

fn short(kind: &str, length: usize, random: &mut Random) -> Vec<f64> {
    let (mut level, mut slope, mut state) = (100.0, 0.0, 0.0);
    let mut values = Vec::with_capacity(length);
    for time in 0..length {
        let shock = normal(random);
        let other = normal(random);
        values.push(match kind {
            "walk" => {
                level += shock;
                level
            }
            "walk with drift" => {
                level += 0.7 + shock;
                level
            }
            "level" => {
                level += 0.4 * shock;
                level + other
            }
            "trend" => 100.0 + 0.8 * time as f64 + shock,
            "changing slope" => {
                slope += 0.15 * shock;
                level += slope + 0.5 * other;
                level
            }
            "growth" => {
                level *= (0.04 + 0.06 * shock).exp();
                level
            }
            "pulled back" => {
                state = 0.6 * state + shock;
                100.0 + state
            }
            _ => {
                let chi: f64 = (0..3).map(|_| normal(random).powi(2)).sum();
                level += shock / (chi / 3.0).sqrt();
                level
            }
        });
    }
    values
}

/// The shares of truths within intervals of 80 and 95 percent over series of a kind.
fn covered(kind: &str, seed: u64) -> [f64; 2] {
    let mut random = Random::new(seed);
    let mut within = [0.0; 2];
    for place in 0..count() {
        let length = 13 + place % 33;
        let values = short(kind, length + HORIZON, &mut random);
        let made = auto::forecast(None, &values[..length], &[], HORIZON).unwrap();
        let spread = made.spread.unwrap();
        for (step, (truth, forecast)) in (1..).zip(values[length..].iter().zip(&made.values)) {
            for (within, level) in within.iter_mut().zip([0.8, 0.95]) {
                *within += f64::from(u8::from((truth - forecast).abs() <= spread.reach(step, level)));
            }
        }
    }
    within.map(|within| within / (count() * HORIZON) as f64)
}

#[test]
fn intervals_of_short_series_hold_the_truth_as_often_as_they_say() {
    let mut means = [0.0; 2];
    for (kind, seed) in KINDS.into_iter().zip(1..) {
        let shares = covered(kind, seed);
        println!("{kind}: {shares:.3?}");
        assert!(shares[0] > 0.66 && shares[1] > 0.84, "{kind}: {shares:.3?}");
        means.iter_mut().zip(shares).for_each(|(mean, share)| *mean += share / KINDS.len() as f64);
    }
    println!("all: {means:.3?}");
    assert!((0.76..0.88).contains(&means[0]) && (0.91..0.98).contains(&means[1]), "{means:.3?}");
}

/// Series with seasons, as months and quarters have them.
fn seasonal(period: usize, length: usize, random: &mut Random) -> Vec<f64> {
    let size = 0.25 * random.unit();
    let season: Vec<f64> = (0..period).map(|_| size * normal(random)).collect();
    let drift = 0.01 * normal(random);
    let noise = 0.02 + 0.06 * random.unit();
    let mut level: f64 = 5.0;
    (0..length)
        .map(|time| {
            level += drift + 0.02 * normal(random);
            (level + season[time % period] + noise * normal(random)).exp()
        })
        .collect()
}

#[test]
fn auto_is_better_than_the_naive_and_hardly_worse_than_its_best_member() {
    for (period, length, horizon) in [(12, 96, 18), (4, 44, 8), (1, 26, 6)] {
        let mut random = Random::new(period as u64);
        let models = [None, Some(Model::SeasonalNaive), Some(Model::Ets), Some(Model::DynamicOptimizedTheta)];
        let (periods, mut errors) = ([period], [0.0; 4]);
        let kinds = KINDS.iter().cycle();
        for (_, kind) in (0..count()).zip(kinds) {
            let values = match period {
                1 => short(kind, length + horizon, &mut random),
                _ => seasonal(period, length + horizon, &mut random),
            };
            let known = &values[..length];
            let scale: f64 = known.windows(period + 1).map(|pair| (pair[period] - pair[0]).abs()).sum::<f64>()
                / (length - period) as f64;
            for (error, model) in errors.iter_mut().zip(models) {
                let made = auto::forecast(model, known, if period > 1 { &periods[..] } else { &[] }, horizon);
                let ahead = made.unwrap().values.into_iter().zip(&values[length..]);
                *error += ahead.map(|(forecast, truth)| (forecast - truth).abs() / scale).sum::<f64>() / horizon as f64;
            }
        }
        let mean = errors.map(|error| error / count() as f64);
        println!(
            "period {period}: auto {:.3}, naive {:.3}, ets {:.3}, theta {:.3}",
            mean[0], mean[1], mean[2], mean[3]
        );
        assert!(mean[0] < mean[1] && mean[0] < 1.05 * mean[2].min(mean[3]), "{period}: {mean:.3?}");
    }
}
