//! Removal effects against an independent dense solution, and the laws of their state.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::Outcome;
use super::super::path::PathCounts;
use super::*;
use crate::random::Random;

type Row = (Vec<u32>, u8, u8, i16);

fn transitions(rows: &[Row], order: usize) -> Transitions {
    let mut transitions = Transitions::new(order);
    for (path, conversions, nulls, value) in rows {
        let outcome = Outcome::new(f64::from(*conversions), f64::from(*nulls), f64::from(*value)).unwrap();
        transitions.update(path, outcome).unwrap();
    }
    transitions
}

fn effects(rows: &[Row], order: usize) -> Vec<ChannelCredit> {
    removal_effects(&transitions(rows, order)).unwrap()
}

/// The definition, independently: every prefix of a path is a state, self-loops stay, and for each channel the
/// whole dense system is solved anew by Gauss–Jordan elimination.
fn by_definition(rows: &[Row], order: usize) -> BTreeMap<u32, (f64, f64)> {
    let mut steps: BTreeMap<(Vec<u32>, Vec<u32>), f64> = BTreeMap::new();
    let mut ends: BTreeMap<Vec<u32>, (f64, f64)> = BTreeMap::new();
    let mut leaving: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
    let mut channels = BTreeSet::new();
    for (path, conversions, nulls, value) in rows.iter().filter(|row| !row.0.is_empty()) {
        let weight = f64::from(*conversions) + f64::from(*nulls);
        let mut state = Vec::new();
        for end in 1..=path.len() {
            let next = path[end.saturating_sub(order)..end].to_vec();
            *steps.entry((state.clone(), next.clone())).or_default() += weight;
            *leaving.entry(state).or_default() += weight;
            state = next;
        }
        *leaving.entry(state.clone()).or_default() += weight;
        let end = ends.entry(state).or_default();
        end.0 += f64::from(*conversions);
        end.1 += f64::from(*value);
        channels.extend(path);
    }
    let states: Vec<&Vec<u32>> = leaving.keys().filter(|state| leaving[*state] > 0.0).collect();
    let start = |removed: Option<u32>, reward: fn(&(f64, f64)) -> f64| {
        let n = states.len();
        let mut matrix = vec![vec![0.0; n + 1]; n];
        for (i, state) in states.iter().enumerate() {
            matrix[i][i] = 1.0;
            if removed.is_some_and(|channel| state.contains(&channel)) {
                continue;
            }
            matrix[i][n] = ends.get(*state).map_or(0.0, reward) / leaving[*state];
            for (j, next) in states.iter().enumerate() {
                let count = steps.get(&((*state).clone(), (*next).clone())).copied().unwrap_or(0.0);
                matrix[i][j] -= count / leaving[*state];
            }
        }
        for column in 0..n {
            let pivot =
                (column..n).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs())).unwrap();
            matrix.swap(pivot, column);
            let top = matrix[column].clone();
            for (row, values) in matrix.iter_mut().enumerate() {
                let factor = values[column] / top[column];
                if row != column && factor != 0.0 {
                    for (value, top) in values.iter_mut().zip(&top) {
                        *value -= factor * top;
                    }
                }
            }
        }
        let begin = states.iter().position(|state| state.is_empty()).unwrap();
        matrix[begin][n] / matrix[begin][begin]
    };
    let whole = (start(None, |end| end.0), start(None, |end| end.1));
    let effect = |without: f64, whole: f64| if whole == 0.0 { 0.0 } else { 1.0 - without / whole };
    let mut effects = BTreeMap::new();
    for channel in channels {
        let conversions = effect(start(Some(channel), |end| end.0), whole.0);
        effects.insert(channel, (conversions, effect(start(Some(channel), |end| end.1), whole.1)));
    }
    effects
}

/// Paths that come back to their channels, some of which convert.
fn random_rows(seed: u64, paths: usize, channels: usize, length: usize) -> Vec<Row> {
    let mut random = Random::new(seed);
    let mut rows = Vec::with_capacity(paths);
    for _ in 0..paths {
        let path = (0..1 + random.below(length)).map(|_| random.below(channels) as u32).collect();
        let converts = random.below(4) == 0;
        rows.push((path, u8::from(converts), u8::from(!converts), if converts { random.below(300) as i16 } else { 0 }));
    }
    rows
}

fn assert_equals_definition(rows: &[Row], order: usize) {
    let expected = by_definition(rows, order);
    let found = effects(rows, order);
    assert_eq!(found.len(), expected.len());
    for credit in found {
        let (conversions, value) = expected[&credit.channel];
        assert!((credit.removal_effect - conversions).abs() < 1e-10, "order {order}: {credit:?}, not {conversions}");
        assert!((credit.value_effect - value).abs() < 1e-10, "order {order}: {credit:?}, not {value}");
    }
}

#[test]
fn removing_the_only_way_removes_everything() {
    let credits = effects(&[(vec![0, 1], 1, 1, 9)], 1);
    for credit in &credits {
        assert_eq!((credit.removal_effect, credit.conversions, credit.value), (1.0, 0.5, 4.5));
    }
}

#[test]
fn two_ways_that_do_not_meet_are_credited_with_what_went_over_them() {
    let credits = effects(&[(vec![0], 3, 1, 30), (vec![1], 1, 5, 70)], 1);
    assert!((credits[0].conversions - 3.0).abs() < 1e-12 && (credits[1].conversions - 1.0).abs() < 1e-12);
    assert!((credits[0].value - 30.0).abs() < 1e-12 && (credits[1].value - 70.0).abs() < 1e-12);
}

#[test]
fn the_published_example_is_reproduced() {
    // C1 > C2 > C3 converts, C1 ends in nothing, C2 > C3 ends in nothing: P is 1/3; without C1 it is 1/6.
    let credits = effects(&[(vec![1, 2, 3], 1, 0, 1), (vec![1], 0, 1, 0), (vec![2, 3], 0, 1, 0)], 1);
    let effects: Vec<f64> = credits.iter().map(|credit| credit.removal_effect).collect();
    for (found, expected) in effects.iter().zip([0.5, 1.0, 1.0]) {
        assert!((found - expected).abs() < 1e-12, "{effects:?}");
    }
    assert!((credits[0].conversions - 0.2).abs() < 1e-12 && (credits[1].conversions - 0.4).abs() < 1e-12);
}

#[test]
fn every_order_is_what_its_definition_says() {
    for order in 1..=ORDER_MAX {
        for seed in 0..4 {
            assert_equals_definition(&random_rows(seed, 60, 4, 9), order);
        }
    }
}

#[test]
fn the_sparse_solution_is_the_dense_one() {
    let rows = random_rows(5, 6_000, 700, 8);
    let chain = chain::Chain::new(&transitions(&rows, 1));
    let dense = dense::losses(&chain).unwrap();
    let solver = sparse::Solver::new(&chain).unwrap();
    let whole = [chain.expected(&chain.conversion), chain.expected(&chain.value)];
    for state in (0..chain.len()).step_by(37) {
        let without = solver.without(&[chain.states[state][0]]).unwrap()[0];
        for reward in 0..2 {
            let lost = whole[reward] - without[reward];
            assert!((lost - dense[state][reward]).abs() < 1e-12 * whole[reward].abs().max(1.0));
        }
    }
}

#[test]
fn walks_of_ten_thousand_steps_are_solved() {
    let long: Vec<u32> = (0..10_000).map(|step| step % 2).collect();
    let rows = [(long, 1, 0, 5), (vec![2, 0], 1, 7, 2)];
    for order in 1..=2 {
        assert_equals_definition(&rows, order);
    }
    // Wandering about among many states, from which sweeps alone do not find the end.
    let mut random = Random::new(3);
    let wandering: Vec<u32> = (0..10_000).map(|_| random.below(12) as u32).collect();
    let mut rows = random_rows(4, 500, 12, 6);
    rows.push((wandering, 1, 0, 1));
    for order in 2..=3 {
        let credits = effects(&rows, order);
        let total: f64 = credits.iter().map(|credit| credit.conversions).sum();
        let expected: f64 = rows.iter().map(|row| f64::from(row.1)).sum();
        assert!((total - expected).abs() < 1e-9);
    }
}

#[test]
fn five_thousand_channels_are_solved() {
    let rows: Vec<Row> = (0..5_000).map(|c| (vec![c, c % 50], (c % 3 == 0).into(), 1, 2)).collect();
    let credits = effects(&rows, 1);
    let total: f64 = credits.iter().map(|credit| credit.conversions).sum();
    let expected: f64 = rows.iter().map(|row| f64::from(row.1)).sum();
    assert!((total - expected).abs() < 1e-8, "{total} is not {expected}");
}

#[test]
fn a_chain_of_too_many_states_is_refused() {
    let mut transitions = Transitions::new(2);
    let once = Outcome::new(1.0, 0.0, 0.0).unwrap();
    let mut refused = None;
    for channel in 0..=STATES_MAX as u32 {
        refused = transitions.update(&[channel, channel + 1], once).err();
    }
    let text = "a Markov chain of order 2 over these paths has more than 50000 states";
    assert_eq!(refused.map(|refused| refused.to_string()).as_deref(), Some(text));
}

#[test]
fn what_no_channel_earned_is_kept_apart() {
    let rows = [(vec![], 3, 1, 12), (vec![0], 1, 0, 4), (vec![1], 0, 0, 6)];
    let transitions = transitions(&rows, 1);
    assert_eq!((transitions.unattributed().conversions(), transitions.unattributed().value()), (3.0, 18.0));
    let credits = removal_effects(&transitions).unwrap();
    assert_eq!(credits.len(), 1);
    assert_eq!((credits[0].conversions, credits[0].value), (1.0, 4.0));
}

#[test]
fn without_conversions_nothing_is_lost_and_nothing_credited() {
    let credits = effects(&[(vec![0, 1], 0, 4, 0)], 1);
    assert!(credits.iter().all(|credit| credit.removal_effect == 0.0 && credit.conversions == 0.0));
    assert!(removal_effects(&Transitions::new(1)).unwrap().is_empty());
}

#[test]
fn refunds_are_shared_like_sales() {
    let rows = [(vec![0, 1], 2, 0, -50), (vec![1], 1, 1, 20), (vec![2], 1, 0, 30)];
    let credits = effects(&rows, 1);
    let value: f64 = credits.iter().map(|credit| credit.value).sum();
    assert!(value.abs() < 1e-12);
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (prop::collection::vec(0..4_u32, 0..7), any::<u8>(), any::<u8>(), any::<i16>());
    prop::collection::vec(row, 0..25)
}

fn close(a: &[ChannelCredit], b: &[ChannelCredit]) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-8 * (1.0 + a.abs());
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            a.channel == b.channel && near(a.removal_effect, b.removal_effect) && near(a.conversions, b.conversions)
        })
}

proptest! {
    #[test]
    fn credits_sum_to_what_was_earned(rows in rows(), order in 1..=ORDER_MAX) {
        let transitions = transitions(&rows, order);
        let credits = removal_effects(&transitions).unwrap();
        let (attributed, unattributed) = (transitions.attributed(), transitions.unattributed());
        let conversions: f64 = credits.iter().map(|credit| credit.conversions).sum();
        prop_assert!((conversions - attributed.conversions()).abs() < 1e-6);
        let seen: f64 = rows.iter().map(|row| f64::from(row.1)).sum();
        prop_assert_eq!(attributed.conversions() + unattributed.conversions(), seen);
        let value: f64 = rows.iter().map(|row| f64::from(row.3)).sum();
        prop_assert_eq!(attributed.value() + unattributed.value(), value);
        if !credits.is_empty() {
            let credited: f64 = credits.iter().map(|credit| credit.value).sum();
            prop_assert!((credited - attributed.value()).abs() < 1e-3, "{} {}", credited, attributed.value());
        }
    }

    #[test]
    fn rows_may_come_in_any_order(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        order in 1..=ORDER_MAX,
    ) {
        prop_assert!(close(&effects(&rows, order), &effects(&shuffled, order)));
    }

    #[test]
    fn merging_is_associative_and_commutative_and_empty_changes_nothing(
        a in rows(), b in rows(), c in rows(), order in 1..=ORDER_MAX,
    ) {
        let merged = |mut left: Transitions, right: &Transitions| {
            left.merge(right, |code| code).unwrap();
            left
        };
        let credits = |transitions: &Transitions| removal_effects(transitions).unwrap();
        let all: Vec<Row> = a.iter().chain(&b).chain(&c).cloned().collect();
        let (a, b, c) = (transitions(&a, order), transitions(&b, order), transitions(&c, order));
        let left = credits(&merged(merged(a.clone(), &b), &c));
        prop_assert!(close(&left, &credits(&merged(a.clone(), &merged(b.clone(), &c)))));
        prop_assert!(close(&left, &credits(&merged(merged(c, &b), &a))));
        prop_assert!(close(&left, &effects(&all, order)));
        prop_assert!(close(&credits(&merged(Transitions::new(order), &a)), &credits(&a)));
    }

    #[test]
    fn staying_in_a_channel_changes_nothing_at_order_one(rows in rows(), repeats in 1..4_usize) {
        let repeated: Vec<Row> = rows
            .iter()
            .map(|(path, c, n, v)| (path.iter().flat_map(|&channel| vec![channel; repeats]).collect(), *c, *n, *v))
            .collect();
        prop_assert!(close(&effects(&rows, 1), &effects(&repeated, 1)));
    }

    #[test]
    fn compressed_paths_have_the_same_effects(rows in rows(), order in 1..=ORDER_MAX) {
        let mut paths = PathCounts::new();
        for (path, conversions, nulls, value) in &rows {
            let outcome = Outcome::new(f64::from(*conversions), f64::from(*nulls), f64::from(*value)).unwrap();
            paths.update(path, outcome);
        }
        let compressed = removal_effects(&Transitions::of(&paths, order).unwrap()).unwrap();
        prop_assert!(close(&compressed, &effects(&rows, order)));
    }
}
