//! The laws of detecting anomalies, over series of every kind.

use super::bayes::bayesian_changes;
use super::pelt::pelt;
use super::*;
use crate::random::Random;

const METHODS: [Method; 5] = [Method::Stl, Method::Mad, Method::Iqr, Method::Esd, Method::Ets];
const KINDS: [Kind; 3] = [Kind::Money, Kind::Count, Kind::Rate];

fn settings(method: Method, kind: Kind, online: bool) -> Settings {
    Settings { method, kind, online, chance: 0.01 }
}

fn normal(random: &mut Random) -> f64 {
    (0..12).map(|_| random.unit()).sum::<f64>() - 6.0
}

fn judged(values: &[f64], settings: Settings) -> Vec<Option<Judgement>> {
    let points: Vec<Point> = values.iter().map(|value| Point { value: *value, denominator: 100.0 }).collect();
    detect(&points, &vec![0; points.len()], settings)
}

/// Two weeks of hours and more, with one value that is not right.
fn daily(anomaly: usize) -> Vec<f64> {
    let mut random = Random::new(41);
    let mut values: Vec<f64> = (0..500)
        .map(|hour| 100.0 + 30.0 * (f64::from(hour) * std::f64::consts::TAU / 24.0).sin() + 2.0 * normal(&mut random))
        .collect();
    values[anomaly] = 100.0;
    values
}

#[test]
fn an_online_method_never_sees_the_future() {
    let mut random = Random::new(42);
    for round in 0..6 {
        let points: Vec<Point> = (0..300)
            .map(|at| {
                let wave = 0.5 + 0.3 * (f64::from(at) * std::f64::consts::TAU / 12.0).sin();
                let value = if random.below(40) == 0 { f64::NAN } else { wave + 0.1 * random.unit() };
                Point { value, denominator: 1.0 + random.below(50) as f64 }
            })
            .collect();
        let gaps: Vec<u64> =
            (0..300).map(|_| if random.below(30) == 0 { random.below(40) as u64 } else { 0 }).collect();
        for method in [Method::Ets, Method::Mad, Method::Iqr] {
            let settings = settings(method, KINDS[round % 3], true);
            let all = detect(&points, &gaps, settings);
            for end in [0, 1, 2, 25, 100, 260, 299] {
                assert_eq!(detect(&points[..end], &gaps[..end], settings), all[..end], "{method:?} until {end}");
            }
        }
    }
}

#[test]
fn a_value_that_is_wrong_only_for_its_hour_is_found_where_seasons_are_known() {
    // At the 18th hour of a day 70 is expected.
    let values = daily(20 * 24 + 18);
    for (method, online) in [(Method::Stl, false), (Method::Esd, false), (Method::Ets, true)] {
        let found = judged(&values, settings(method, Kind::Money, online));
        let judgement = found[20 * 24 + 18].unwrap();
        assert!(judgement.is_anomaly(100.0), "{method:?}: {judgement:?}");
        assert!((judgement.baseline - 70.0).abs() < 6.0, "{method:?}: {judgement:?}");
        assert!(judgement.p_value < 1e-3 && judgement.score > 0.6, "{method:?}: {judgement:?}");
    }
    let unaware = judged(&values, settings(Method::Mad, Kind::Money, false))[20 * 24 + 18].unwrap();
    assert!(!unaware.is_anomaly(100.0));
}

#[test]
fn about_as_many_ordinary_values_lie_outside_the_bounds_as_was_asked_for() {
    let mut random = Random::new(43);
    let values: Vec<f64> = (0..4_000).map(|_| 50.0 + 5.0 * normal(&mut random)).collect();
    for (method, online) in
        [(Method::Stl, false), (Method::Mad, false), (Method::Iqr, false), (Method::Ets, true), (Method::Mad, true)]
    {
        let found = judged(&values, settings(method, Kind::Money, online));
        let outside =
            found.iter().zip(&values).filter(|(found, value)| found.is_some_and(|found| found.is_anomaly(**value)));
        let share = outside.count() as f64 / values.len() as f64;
        assert!((0.003..0.02).contains(&share), "{method:?}: {share}");
    }
    // ESD controls the chance of any: no ordinary series has more than one or two.
    let found = judged(&values, settings(Method::Esd, Kind::Money, false));
    assert!(
        found.iter().zip(&values).filter(|(found, value)| found.is_some_and(|found| found.is_anomaly(**value))).count()
            <= 2
    );
}

#[test]
fn whatever_comes_numbers_are_numbers() {
    let mut random = Random::new(44);
    let step: Vec<f64> = (0..60).map(|at| if at < 30 { 0.0 } else { 1e300 }).collect();
    let wild: Vec<f64> = (0..200).map(|_| 10_f64.powf(600.0 * random.unit() - 300.0)).collect();
    let mixed: Vec<f64> =
        (0..80).map(|at| [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e300, 1e300, 0.5, 0.0][at % 8]).collect();
    let series: [Vec<f64>; 12] = [
        vec![],
        vec![1.0],
        vec![1.0, 2.0],
        vec![0.0; 100],
        vec![0.7; 100],
        vec![1e300; 100],
        vec![f64::MAX, f64::MIN, f64::MAX, f64::MIN, f64::MAX, f64::MIN, f64::MAX, f64::MIN, f64::MAX, f64::MIN, 0.0],
        vec![f64::NAN; 50],
        step,
        wild,
        mixed,
        (0..300).map(|at| f64::from(at % 7) / 7.0).collect(),
    ];
    for values in &series {
        for method in METHODS {
            for kind in KINDS {
                for online in [false, true] {
                    let settings = settings(method, kind, online);
                    for (value, judgement) in values.iter().zip(judged(values, settings)) {
                        let Some(judgement) = judgement else { continue };
                        assert!(kind.accepts(Point { value: *value, denominator: 100.0 }));
                        let Judgement { baseline, lower, upper, p_value, score } = judgement;
                        assert!(
                            baseline.is_finite() && !lower.is_nan() && !upper.is_nan(),
                            "{judgement:?} {settings:?}"
                        );
                        assert!(p_value > 0.0 && p_value <= 1.0, "{judgement:?} {settings:?}");
                        assert!((0.0..=1.0).contains(&score), "{judgement:?} {settings:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_constant_has_no_anomalies_until_it_changes() {
    let mut values = vec![5.0; 100];
    values.push(9.0);
    for (method, online) in [(Method::Ets, true), (Method::Mad, true), (Method::Mad, false), (Method::Stl, false)] {
        let found = judged(&values, settings(method, Kind::Money, online));
        let flags: Vec<bool> = found
            .iter()
            .zip(&values)
            .map(|(found, value)| found.is_some_and(|found| found.is_anomaly(*value)))
            .collect();
        assert!(!flags[..100].contains(&true), "{method:?}");
        assert!(flags[100], "{method:?}");
    }
}

#[test]
fn small_counts_vary_by_chance() {
    // Seven quiet weeks, then three calls on a day where one was usual: nothing; and twelve: something.
    let mut values = vec![1.0; 49];
    values.extend([3.0, 12.0]);
    let found = judged(&values, settings(Method::Ets, Kind::Count, true));
    assert!(!found[49].unwrap().is_anomaly(3.0), "{:?}", found[49]);
    assert!(found[50].unwrap().is_anomaly(12.0), "{:?}", found[50]);
    let as_money = judged(&values, settings(Method::Ets, Kind::Money, true));
    assert!(as_money[49].unwrap().is_anomaly(3.0));
}

#[test]
fn rates_of_little_traffic_vary_by_chance() {
    let mut points: Vec<Point> =
        (0..60).map(|day| Point { value: [0.02, 0.03][day % 2], denominator: 1_000.0 }).collect();
    points.push(Point { value: 0.5, denominator: 2.0 });
    points.push(Point { value: 0.5, denominator: 1_000.0 });
    for (method, online) in [(Method::Ets, true), (Method::Mad, true), (Method::Mad, false), (Method::Stl, false)] {
        let found = detect(&points, &[0; 62], settings(method, Kind::Rate, online));
        assert!(!found[60].unwrap().is_anomaly(0.5), "{method:?}: {:?}", found[60]);
        assert!(found[61].unwrap().is_anomaly(0.5), "{method:?}: {:?}", found[61]);
        assert!(found.iter().flatten().all(|found| found.lower >= 0.0 && found.upper <= 1.0));
    }
}

#[test]
fn an_alarm_is_not_repeated_while_it_lasts() {
    let mut random = Random::new(45);
    let mut values: Vec<f64> = (0..300).map(|_| normal(&mut random)).collect();
    values.extend((0..10).map(|_| 50.0 + normal(&mut random)));
    let found = judged(&values, settings(Method::Ets, Kind::Money, true));
    let scores: Vec<f64> = found[300..].iter().map(|found| found.unwrap().score).collect();
    assert!(scores[0] > 0.8, "{scores:?}");
    assert!(scores[1..].iter().all(|score| *score < 0.5), "{scores:?}");
}

#[test]
fn a_gap_of_years_does_not_shift_the_season() {
    let values = daily(30);
    let points: Vec<Point> = values.iter().map(|value| Point::of(*value)).collect();
    let mut gaps = vec![0; points.len()];
    gaps[480] = 24 * 365 * 3;
    let found = detect(&points, &gaps, settings(Method::Ets, Kind::Money, true));
    for (judgement, value) in found[480..500].iter().zip(&values[480..]) {
        assert!((judgement.unwrap().baseline - value).abs() < 15.0, "{judgement:?} {value}");
    }
    gaps[490] = u64::MAX;
    for method in METHODS {
        assert_eq!(detect(&points, &gaps, settings(method, Kind::Money, false)).len(), points.len());
    }
}

/// The flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³ (Cobb 1978).
const NILE: [f64; 100] = [
    1120., 1160., 963., 1210., 1160., 1160., 813., 1230., 1370., 1140., 995., 935., 1110., 994., 1020., 960., 1180.,
    799., 958., 1140., 1100., 1210., 1150., 1250., 1260., 1220., 1030., 1100., 774., 840., 874., 694., 940., 833.,
    701., 916., 692., 1020., 1050., 969., 831., 726., 456., 824., 702., 1120., 1100., 832., 764., 821., 768., 845.,
    864., 862., 698., 845., 744., 796., 1040., 759., 781., 865., 845., 944., 984., 897., 822., 1010., 771., 676., 649.,
    846., 812., 742., 801., 1040., 860., 874., 848., 890., 744., 749., 838., 1050., 918., 986., 797., 923., 975., 815.,
    1020., 906., 901., 1170., 912., 746., 919., 718., 714., 740.,
];

#[test]
fn the_nile_changed_when_the_dam_was_built() {
    let mean = NILE.iter().sum::<f64>() / 100.0;
    let variance = NILE.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 100.0;
    // ruptures, L2 and penalty 2 σ² ln n: the first year of the new level is 1899, index 28.
    assert_eq!(pelt(&NILE, 2.0 * variance * 100_f64.ln(), 2), [28]);
    let standard: Vec<f64> = NILE.iter().map(|value| (value - mean) / variance.sqrt()).collect();
    let changes = bayesian_changes(&standard, 0.01);
    assert_eq!(changes.len(), 1);
    assert!(changes[0].position.abs_diff(28) <= 1, "{changes:?}");
    assert!(changes[0].probability > 0.1 && changes[0].probability <= 1.0);
}

/// Counts, or sums of many orders, that grow tenfold within three years, with the same week in all of them.
#[test]
fn a_week_that_grows_with_the_business_is_no_anomaly() {
    let mut random = Random::new(5);
    let week = [1.6, 0.9, 0.9, 1.0, 1.1, 1.2, 0.3];
    let mut value = |day: usize| {
        let grown = 1.0 + 9.0 / (1.0 + (-(day as f64 - 150.0) / 60.0).exp());
        let expected = week[day % 7] * 300.0 * grown;
        (expected + 2.0 * expected.sqrt() * normal(&mut random)).round()
    };
    let values: Vec<f64> = (0..1095).map(&mut value).collect();
    for kind in [Kind::Count, Kind::Money] {
        let found = judged(&values, Settings { chance: 0.001, ..settings(Method::Stl, kind, false) });
        let alarms =
            found.iter().zip(&values).filter(|(found, value)| found.is_some_and(|found| found.is_anomaly(**value)));
        let alarms = alarms.count();
        assert!(alarms <= 3, "{kind:?}: {alarms}");
    }
}
