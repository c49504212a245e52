//! Decompositions against the references, and what holds for any series.

use std::f64::consts::PI;

use super::*;

/// The columns of a file under golden/decompose.
fn golden(text: &str) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for line in text.lines().skip(1) {
        for (index, cell) in line.split(',').enumerate() {
            if columns.len() <= index {
                columns.push(Vec::new());
            }
            columns[index].push(cell.trim().parse().unwrap());
        }
    }
    columns
}

fn assert_near(ours: &[f64], reference: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), reference.len(), "{what}");
    for (position, (ours, reference)) in ours.iter().zip(reference).enumerate() {
        assert!((ours - reference).abs() <= tolerance, "{what} at {position}: {ours} against {reference}");
    }
}

fn wave(count: usize, period: usize, height: f64) -> Vec<f64> {
    (0..count).map(|at| height * (2.0 * PI * at as f64 / period as f64).sin()).collect()
}

/// A fixed sequence without pattern, between -1 and 1.
fn noise(count: usize) -> Vec<f64> {
    let mut random = crate::random::Random::new(7);
    (0..count).map(|_| 2.0 * random.unit() - 1.0).collect()
}

/// golden/decompose: statsmodels 0.15.0 `STL(log AirPassengers, period=12, seasonal=7)`.
#[test]
fn stl_is_that_of_statsmodels() {
    let columns = golden(include_str!("../../golden/decompose/airpassengers_log_stl_p12_s7_plain.csv"));
    let parts = Stl::new(12).decompose(&columns[0]).unwrap();
    assert_near(&parts.trend, &columns[1], 1e-8, "trend");
    assert_near(&parts.seasons[0].values, &columns[2], 1e-8, "season");
    assert_near(&parts.remainder, &columns[3], 1e-8, "remainder");
}

/// The same with `robust=True`.
#[test]
fn robust_stl_is_that_of_statsmodels() {
    let columns = golden(include_str!("../../golden/decompose/airpassengers_log_stl_p12_s7_robust.csv"));
    let parts = Stl::new(12).robust().decompose(&columns[0]).unwrap();
    assert_near(&parts.trend, &columns[1], 1e-6, "trend");
    assert_near(&parts.seasons[0].values, &columns[2], 1e-6, "season");
    assert_near(&parts.remainder, &columns[3], 1e-6, "remainder");
}

/// statsmodels 0.15.0 `MSTL(M4 hourly H1, periods=(24, 168))`.
#[test]
fn mstl_is_that_of_statsmodels() {
    let columns = golden(include_str!("../../golden/decompose/m4_H1_mstl_24_168.csv"));
    let parts = mstl(&columns[0], &[168, 24]).unwrap();
    assert_near(&parts.trend, &columns[1], 1e-6, "trend");
    assert_near(&parts.seasons[0].values, &columns[2], 1e-6, "day");
    assert_near(&parts.seasons[1].values, &columns[3], 1e-6, "week");
    assert_near(&parts.remainder, &columns[4], 1e-6, "remainder");
}

#[test]
fn parts_add_up_to_the_values() {
    let values: Vec<f64> = wave(200, 7, 3.0).iter().zip(noise(200)).map(|(wave, noise)| 10.0 + wave + noise).collect();
    for stl in [Stl::new(7), Stl::new(7).robust(), Stl::new(7).periodic(), Stl::new(7).fast(), Stl::new(30)] {
        let parts = stl.decompose(&values).unwrap();
        for (at, value) in values.iter().enumerate() {
            assert!((parts.trend[at] + parts.seasonal(at) + parts.remainder[at] - value).abs() < 1e-12);
        }
    }
}

#[test]
fn a_periodic_season_is_the_same_in_all_periods() {
    let values: Vec<f64> = wave(140, 7, 3.0).iter().zip(noise(140)).map(|(wave, noise)| wave + noise).collect();
    let season = Stl::new(7).periodic().decompose(&values).unwrap().seasons.remove(0).values;
    // The season is centred by a slow local regression, which is not periodic to the last digit.
    assert_near(&season[70..77], &season[63..70], 0.02, "season");
}

#[test]
fn drawing_lines_between_a_tenth_of_the_positions_is_nearly_the_same() {
    let values: Vec<f64> = wave(600, 24, 3.0).iter().zip(noise(600)).map(|(wave, noise)| wave + noise).collect();
    let (exact, fast) = (Stl::new(24).decompose(&values).unwrap(), Stl::new(24).fast().decompose(&values).unwrap());
    assert_near(&fast.trend, &exact.trend, 0.1, "trend");
    assert_near(&fast.seasons[0].values, &exact.seasons[0].values, 0.1, "season");
}

#[test]
fn an_outlier_of_a_robust_decomposition_is_left_in_the_remainder() {
    let mut values = wave(120, 12, 1.0);
    values[60] += 50.0;
    let parts = Stl::new(12).robust().decompose(&values).unwrap();
    assert!((parts.remainder[60] - 50.0).abs() < 0.5, "{}", parts.remainder[60]);
    assert_eq!(parts.weights[60], 0.0);
}

#[test]
fn too_short_or_not_finite_series_have_no_parts() {
    assert_eq!(Stl::new(12).decompose(&[1.0; 23]), None);
    assert_eq!(Stl::new(1).decompose(&[1.0; 23]), None);
    assert_eq!(Stl::new(0).decompose(&[]), None);
    assert_eq!(Stl::new(2).decompose(&[1.0, f64::NAN, 1.0, 2.0]), None);
    assert_eq!(mstl(&[1.0; 10], &[7]), None);
    assert_eq!(mstl(&[1.0; 10], &[]), None);
}

#[test]
fn a_constant_is_all_trend_and_has_no_strength() {
    for value in [0.0, 5.0, -1e300] {
        let parts = Stl::new(4).robust().decompose(&[value; 40]).unwrap();
        assert_eq!(parts.seasonal_strength(0), 0.0, "{value}");
    }
}

#[test]
fn a_clean_season_is_strong_and_noise_is_not() {
    let clean = Stl::new(12).decompose(&wave(144, 12, 2.0)).unwrap();
    assert!(clean.seasonal_strength(0) > 0.99);
    let noise = Stl::new(12).periodic().decompose(&noise(480)).unwrap();
    assert!(noise.seasonal_strength(0) < 0.2, "{}", noise.seasonal_strength(0));
}

#[test]
fn fast_convolutions_equal_fits_one_by_one() {
    let (values, trust) = (noise(50), noise(50).iter().map(|value| value.abs()).collect::<Vec<_>>());
    for line in [false, true] {
        let loess = loess::Loess { window: 11, line, jump: 1 };
        for trust in [None, Some(trust.as_slice())] {
            let mut smoothed = vec![0.0; 50];
            loess.smooth(&values, trust, &mut smoothed);
            let single = |at: usize| {
                let left = at.saturating_sub(5).min(39);
                loess.fit(&values, trust, at as isize, left, left + 11).unwrap()
            };
            assert_near(&smoothed, &(0..50).map(single).collect::<Vec<_>>(), 1e-12, "smoothed");
        }
    }
}

#[test]
fn autocorrelations_are_their_definition() {
    let values = noise(37);
    let mean = values.iter().sum::<f64>() / 37.0;
    let product = |lag: usize| (0..37 - lag).map(|at| (values[at] - mean) * (values[at + lag] - mean)).sum::<f64>();
    let direct: Vec<f64> = (0..=30).map(|lag| product(lag) / product(0)).collect();
    assert_near(&autocorrelations(&values, 30), &direct, 1e-12, "autocorrelation");
    assert_eq!(autocorrelations(&values, 40)[37..], [0.0; 4]);
    assert_eq!(autocorrelations(&[], 2), [1.0, 0.0, 0.0]);
    assert_eq!(autocorrelations(&[3.3; 9], 2), [1.0, 0.0, 0.0]);
}

#[test]
fn seasons_are_found_with_their_periods() {
    let day_and_week: Vec<f64> = wave(2_000, 24, 3.0)
        .iter()
        .zip(wave(2_000, 168, 2.0))
        .zip(noise(2_000))
        .enumerate()
        .map(|(at, ((day, week), noise))| day + week + noise + 0.01 * at as f64)
        .collect();
    let lengths: Vec<usize> = detect_periods(&day_and_week, 400).iter().map(|period| period.length).collect();
    assert_eq!(lengths, [24, 168]);
    assert!(is_seasonal(&day_and_week, 24));
}

#[test]
fn what_has_no_season_has_no_period() {
    let walk: Vec<f64> = noise(1_000)
        .iter()
        .scan(0.0, |level, step| {
            *level += step;
            Some(*level)
        })
        .collect();
    let line: Vec<f64> = (0..500).map(f64::from).collect();
    for (what, values) in [("noise", noise(1_000)), ("walk", walk), ("line", line), ("constant", vec![4.0; 500])] {
        assert_eq!(detect_periods(&values, 300), [], "{what}");
    }
    for values in [vec![], vec![1.0], vec![1e300; 30], vec![f64::NAN; 30]] {
        assert_eq!(detect_periods(&values, 300), []);
        assert!(!is_seasonal(&values, 12));
    }
}

#[test]
fn the_air_passengers_have_a_year() {
    let columns = golden(include_str!("../../golden/decompose/airpassengers_log_stl_p12_s7_plain.csv"));
    let found = detect_periods(&columns[0], 60);
    assert_eq!(found.iter().map(|period| period.length).collect::<Vec<_>>(), [12]);
}

#[test]
fn gaps_are_filled_on_straight_lines() {
    let gap = f64::NAN;
    assert_eq!(interpolate(&[gap, 1.0, gap, gap, 4.0, gap]).unwrap(), [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
    assert_eq!(interpolate(&[gap, gap]), None);
    assert_eq!(interpolate(&[]), None);
}
