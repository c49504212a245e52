//! Shapley values against enumeration, and the laws of their state.

use proptest::prelude::*;

use super::super::Outcome;
use super::super::path::PathCounts;
use super::*;

type Row = (Vec<u32>, u8, u8, i16);

fn paths(rows: &[Row]) -> PathCounts {
    let mut paths = PathCounts::new();
    for (path, conversions, nulls, value) in rows {
        let outcome = Outcome::new(f64::from(*conversions), f64::from(*nulls), f64::from(*value)).unwrap();
        paths.update(path, outcome);
    }
    paths
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (prop::collection::vec(0..6_u32, 1..6), any::<u8>(), 1..=u8::MAX, any::<i16>());
    prop::collection::vec(row, 1..30)
}

/// The definition: the average contribution over every order of the channels.
fn by_definition(channels: &[u32], worth: impl Fn(&[u32]) -> f64) -> Vec<f64> {
    fn visit(order: &mut Vec<u32>, rest: &[u32], see: &mut impl FnMut(&[u32])) {
        if rest.is_empty() {
            see(order);
        }
        for (index, &next) in rest.iter().enumerate() {
            let mut others = rest.to_vec();
            others.remove(index);
            order.push(next);
            visit(order, &others, see);
            order.pop();
        }
    }
    let mut sums = vec![0.0; channels.len()];
    let mut orders = 0.0;
    visit(&mut Vec::new(), channels, &mut |order| {
        orders += 1.0;
        for end in 1..=order.len() {
            let player = channels.iter().position(|channel| *channel == order[end - 1]).unwrap();
            sums[player] += worth(&order[..end]) - worth(&order[..end - 1]);
        }
    });
    sums.into_iter().map(|sum| sum / orders).collect()
}

fn inside<'a>(rows: &'a [Row], coalition: &'a [u32]) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(|row| row.0.iter().all(|channel| coalition.contains(channel)))
}

fn channels_of(rows: &[Row]) -> Vec<u32> {
    (0..6).filter(|channel| rows.iter().any(|row| row.0.contains(channel))).collect()
}

#[test]
fn a_path_is_shared_by_its_distinct_channels() {
    let shares = sum::shares(&paths(&[(vec![0, 2, 0], 4, 0, 10), (vec![2], 1, 5, 1), (vec![], 3, 0, 7)]));
    assert_eq!(shares, [Share::exact(0, 2.0, 5.0), Share::exact(2, 3.0, 6.0)]);
    let unattributed = sum::unattributed(&paths(&[(vec![], 3, 0, 7), (vec![1], 1, 0, 1)]));
    assert_eq!((unattributed.conversions(), unattributed.value()), (3.0, 7.0));
}

#[test]
fn ordered_shares_tell_where_a_channel_first_appeared() {
    let shares = sum::ordered_shares(&paths(&[(vec![0, 0, 1], 2, 0, 0), (vec![1], 1, 0, 0)]));
    let found: Vec<_> = shares.iter().map(|s| (s.channel, s.position, s.conversions)).collect();
    assert_eq!(found, [(0, 1, 1.0), (1, 1, 1.0), (1, 2, 1.0)]);
}

#[test]
fn a_channel_that_lowers_the_rate_has_a_negative_share() {
    let paths = paths(&[(vec![0], 9, 1, 0), (vec![0, 1], 0, 90, 0)]);
    let shares = rate::shares(&paths).unwrap();
    // Alone 0 converts .9 and 1 nothing; together .09: 0 adds (.9 + .09)/2, 1 adds (0 − .81)/2, of 100 paths.
    assert!((shares[0].conversions - 49.5).abs() < 1e-9 && (shares[1].conversions + 40.5).abs() < 1e-9, "{shares:?}");
}

#[test]
fn twenty_channels_are_exact_and_one_more_is_refused() {
    let row = |n: u32| ((0..n).collect::<Vec<u32>>(), 20, 0, 40);
    let shares = rate::shares(&paths(&[row(20)])).unwrap();
    assert_eq!(shares.len(), 20);
    for share in shares {
        assert!((share.conversions - 1.0).abs() < 1e-9 && (share.value - 2.0).abs() < 1e-9, "{share:?}");
    }
    assert!(rate::shares(&paths(&[row(21)])).is_none());
}

#[test]
fn a_sample_covers_the_exact_values_within_its_errors() {
    let mut rows: Vec<Row> = Vec::new();
    let mut random = crate::random::Random::new(11);
    for _ in 0..300 {
        let path = (0..1 + random.below(4)).map(|_| random.below(8) as u32).collect();
        rows.push((path, random.below(20) as u8, random.below(60) as u8, random.below(500) as i16));
    }
    let paths = paths(&rows);
    let exact = rate::shares(&paths).unwrap();
    let sampled = sample::shares(&paths, 4_000, 1);
    assert_eq!(sampled, sample::shares(&paths, 4_000, 1), "a seed gives the same sample");
    for (exact, sampled) in exact.iter().zip(&sampled) {
        assert!(sampled.conversions_error > 0.0);
        let error = (exact.conversions - sampled.conversions).abs();
        assert!(error < 4.5 * sampled.conversions_error, "{exact:?} {sampled:?}");
        assert!((exact.value - sampled.value).abs() < 4.5 * sampled.value_error, "{exact:?} {sampled:?}");
    }
}

#[test]
fn thousands_of_channels_are_sampled() {
    let rows: Vec<Row> = (0..5_000).map(|c| (vec![c, (c * 7 + 1) % 5_000], 1, 1, 3)).collect();
    let shares = sample::shares(&paths(&rows), 20, 1);
    assert_eq!(shares.len(), 5_000);
    let total: f64 = shares.iter().map(|share| share.conversions).sum();
    assert!((total - 5_000.0).abs() < 1e-6, "{total}");
}

#[test]
fn no_paths_have_no_shares() {
    let none = PathCounts::new();
    assert!(sum::shares(&none).is_empty() && sample::shares(&none, 10, 1).is_empty());
    assert_eq!(rate::shares(&none), Some(Vec::new()));
}

proptest! {
    #[test]
    fn the_closed_form_is_the_average_over_all_orders(rows in rows()) {
        let channels = channels_of(&rows);
        let conversions = |set: &[u32]| inside(&rows, set).map(|row| f64::from(row.1)).sum();
        let expected = by_definition(&channels, conversions);
        for (found, expected) in sum::shares(&paths(&rows)).iter().zip(expected) {
            prop_assert!((found.conversions - expected).abs() < 1e-8);
        }
    }

    #[test]
    fn the_transform_is_the_average_over_all_orders(rows in rows()) {
        let channels = channels_of(&rows);
        let all: f64 = rows.iter().map(|row| f64::from(row.1) + f64::from(row.2)).sum();
        let rate = |set: &[u32], reward: fn(&Row) -> f64| {
            let seen: f64 = inside(&rows, set).map(|row| f64::from(row.1) + f64::from(row.2)).sum();
            let sum: f64 = inside(&rows, set).map(reward).sum();
            if seen > 0.0 { all * sum / seen } else { 0.0 }
        };
        let conversions = by_definition(&channels, |set| rate(set, |row| f64::from(row.1)));
        let values = by_definition(&channels, |set| rate(set, |row| f64::from(row.3)));
        let shares = rate::shares(&paths(&rows)).unwrap();
        for (found, (conversions, value)) in shares.iter().zip(conversions.iter().zip(values)) {
            prop_assert!((found.conversions - conversions).abs() < 1e-7, "{} {conversions}", found.conversions);
            prop_assert!((found.value - value).abs() < 1e-6, "{} {value}", found.value);
        }
    }

    #[test]
    fn shares_of_every_game_sum_to_what_was_earned(rows in rows(), seed in any::<u64>()) {
        let paths = paths(&rows);
        let total = paths.total();
        for shares in [sum::shares(&paths), rate::shares(&paths).unwrap(), sample::shares(&paths, 3, seed)] {
            let conversions: f64 = shares.iter().map(|share| share.conversions).sum();
            let value: f64 = shares.iter().map(|share| share.value).sum();
            prop_assert!((conversions - total.conversions()).abs() < 1e-6);
            prop_assert!((value - total.value()).abs() < 1e-4);
        }
        let ordered: f64 = sum::ordered_shares(&paths).iter().map(|share| share.conversions).sum();
        prop_assert!((ordered - total.conversions()).abs() < 1e-8);
    }
}
