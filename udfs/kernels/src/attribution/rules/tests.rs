//! Credits of every rule on short paths, and the laws all of them keep.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 86_400_000_000;
const DIRECT: u32 = 7;

fn rules() -> Rules {
    Rules::new(7 * DAY).unwrap().with_excluded(&[DIRECT])
}

fn weigh(rules: &Rules, model: Model, touches: &[i64], channels: &[u32], conversion: i64) -> Vec<f64> {
    let mut weights = Vec::new();
    rules.weigh(model, Path { touches, channels, conversion }, &mut weights);
    weights
}

/// The weights of a path with a touch of channel 0 a day, the last of them on the day of the conversion.
fn daily(rules: &Rules, model: Model, n: usize) -> Vec<f64> {
    let touches: Vec<i64> = (0..n as i64).map(|day| day * DAY).collect();
    weigh(rules, model, &touches, &vec![0; n], (n as i64 - 1) * DAY)
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }
}

#[test]
fn first_and_last_touch_take_all() {
    assert_eq!(daily(&rules(), Model::FirstTouch, 3), [1.0, 0.0, 0.0]);
    assert_eq!(daily(&rules(), Model::LastTouch, 3), [0.0, 0.0, 1.0]);
}

#[test]
fn last_non_direct_passes_over_direct_unless_there_is_nothing_else() {
    let weights = |channels: &[u32]| weigh(&rules(), Model::LastNonDirect, &[1, 2, 3], channels, 9);
    assert_eq!(weights(&[1, 2, DIRECT]), [0.0, 1.0, 0.0]);
    assert_eq!(weights(&[1, DIRECT, DIRECT]), [1.0, 0.0, 0.0]);
    assert_eq!(weights(&[DIRECT, DIRECT, DIRECT]), [0.0, 0.0, 1.0]);
}

#[test]
fn position_shares_fall_on_whom_there_is() {
    let rules = rules();
    assert_eq!(daily(&rules, Model::PositionBased, 1), [1.0]);
    assert_close(&daily(&rules, Model::PositionBased, 2), &[0.5, 0.5]);
    assert_close(&daily(&rules, Model::PositionBased, 4), &[0.4, 0.1, 0.1, 0.4]);
    let first_heavy = rules.with_position([6.0, 2.0, 2.0]).unwrap();
    assert_close(&daily(&first_heavy, Model::PositionBased, 2), &[0.7, 0.3]);
}

#[test]
fn a_w_rests_on_three_touches() {
    let rules = rules();
    assert_eq!(daily(&rules, Model::WShaped, 1), [1.0]);
    assert_eq!(daily(&rules, Model::WShaped, 2), [0.5, 0.5]);
    assert_close(&daily(&rules, Model::WShaped, 3), &[1.0 / 3.0; 3]);
    assert_close(&daily(&rules, Model::WShaped, 4), &[0.3, 0.1, 0.3, 0.3]);
    assert_close(&daily(&rules, Model::WShaped, 5), &[0.3, 0.05, 0.3, 0.05, 0.3]);
}

#[test]
fn a_half_life_halves() {
    let touches = [0, 7 * DAY, 14 * DAY];
    let weights = weigh(&rules(), Model::TimeDecay, &touches, &[0; 3], 20 * DAY);
    assert_close(&weights, &[1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0]);
}

#[test]
fn steps_decay_in_whole_half_lives() {
    let stepped = rules().with_steps(true);
    let touches = [0, 6 * DAY, 8 * DAY, 13 * DAY];
    let weights = weigh(&stepped, Model::TimeDecay, &touches, &[0; 4], 14 * DAY);
    // Ages of 14, 8, 6 and 1 days are two, one, none and no half-lives.
    assert_close(&weights, &[0.25 / 2.75, 0.5 / 2.75, 1.0 / 2.75, 1.0 / 2.75]);
}

#[test]
fn a_path_of_another_age_of_the_world_still_has_weights() {
    for step in [false, true] {
        let rules = Rules::new(1).unwrap().with_steps(step);
        let weights = weigh(&rules, Model::TimeDecay, &[i64::MIN, i64::MIN + 1], &[0, 0], i64::MAX);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{weights:?}");
    }
}

#[test]
fn custom_weights_count_from_the_end_and_repeat_their_last() {
    let rules = rules().with_custom(&[4.0, 2.0, 1.0]).unwrap();
    assert_close(&daily(&rules, Model::Custom, 5), &[1.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0, 2.0 / 9.0, 4.0 / 9.0]);
    assert_close(&daily(&rules, Model::Custom, 2), &[1.0 / 3.0, 2.0 / 3.0]);
}

#[test]
fn a_path_that_custom_weights_say_nothing_about_is_shared_equally() {
    let rules = rules().with_custom(&[0.0, 0.0, 1.0]).unwrap();
    assert_eq!(daily(&rules, Model::Custom, 2), [0.5, 0.5]);
    assert_eq!(daily(&rules, Model::Custom, 3), [1.0, 0.0, 0.0]);
}

#[test]
fn options_that_mean_nothing_are_refused() {
    assert_eq!(Rules::new(0), Err(InvalidRule::HalfLife));
    assert_eq!(rules().with_custom(&[0.0, 0.0]), Err(InvalidRule::ZeroWeights));
    assert_eq!(rules().with_custom(&[]), Err(InvalidRule::ZeroWeights));
    assert_eq!(rules().with_custom(&[1.0, -1.0]), Err(InvalidRule::Weight));
    assert_eq!(rules().with_position([f64::NAN, 1.0, 1.0]), Err(InvalidRule::Weight));
    assert!(rules().with_custom(&[f64::MAX, f64::MAX]).is_ok());
}

#[test]
fn position_shares_of_zero_between_leave_the_ends_everything() {
    let rules = rules().with_position([1.0, 0.0, 1.0]).unwrap();
    assert_close(&daily(&rules, Model::PositionBased, 3), &[0.5, 0.0, 0.5]);
}

#[test]
fn ten_thousand_touches_share_one_conversion() {
    for model in Model::STANDARD {
        let sum: f64 = daily(&rules(), model, 10_000).iter().sum();
        assert!((sum - 1.0).abs() < 1e-10, "{}: {sum}", model.name());
    }
}

proptest! {
    #[test]
    fn the_weights_of_a_path_are_shares_of_one(
        mut touches in prop::collection::vec(any::<i64>(), 1..40),
        conversion in any::<i64>(),
        half_life in 1..i64::MAX,
        custom in prop::collection::vec(0.0..10.0_f64, 1..6),
        step in any::<bool>(),
    ) {
        touches.sort_unstable();
        let channels: Vec<u32> = (0..touches.len() as u32).map(|touch| touch % 9).collect();
        let mut rules = Rules::new(half_life).unwrap().with_excluded(&[DIRECT]).with_steps(step);
        if custom.iter().sum::<f64>() > 0.0 {
            rules = rules.with_custom(&custom).unwrap();
        }
        for model in Model::STANDARD.into_iter().chain([Model::Custom]) {
            let weights = weigh(&rules, model, &touches, &channels, conversion);
            prop_assert_eq!(weights.len(), touches.len());
            prop_assert!(weights.iter().all(|weight| (0.0..=1.0 + 1e-12).contains(weight)), "{:?}", weights);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}", model.name());
        }
    }
}
