//! Pareto/NBD: published likelihoods and predictions, and what holds for any data.

use super::*;
use crate::customer::fit::Status;
use crate::customer::shared_data::{cdnow, lines};
use crate::special::hyp2f1;

const CDNOW: [f64; 4] =
    [0.553_275_505_706_239_6, 10.577_612_699_707_949, 0.606_213_758_924_861_3, 11.667_917_006_582_115];

/// The purchases expected of a customer.
fn predicted(model: &ParetoNbd, history: History, horizon: f64) -> f64 {
    model.probability_alive(history) * model.expected_if_alive(history, horizon)
}

fn history(frequency: f64, recency: f64, age: f64) -> History {
    History { frequency, recency, age }
}

#[test]
fn cdnow_has_the_published_parameters() {
    let Some(customers) = cdnow() else { return };
    let fit = fit(&customers);
    assert_eq!(fit.status, Status::Ok);
    assert!(fit.log_likelihood >= -9_594.974_5, "{fit:?}");
    for (found, expected) in fit.parameters.iter().zip(CDNOW) {
        assert!((found / expected - 1.0).abs() < 5e-4, "{fit:?}");
    }
}

#[test]
fn every_customer_of_cdnow_has_the_predictions_of_the_reference() {
    let Some(lines) = lines("reference/clv/cdnow_bgnbd_paretonbd_predictions.csv") else { return };
    let model = ParetoNbd::new(CDNOW);
    let mut sum = 0.0;
    for line in lines {
        let history = history(line[1], line[2], line[3]);
        let found =
            [model.probability_alive(history), predicted(&model, history, 13.0), predicted(&model, history, 39.0)];
        for (found, expected) in found.iter().zip(&line[7..10]) {
            assert!((found / expected - 1.0).abs() < 1e-6, "{history:?}: {found} {expected}");
        }
        sum += found[2];
    }
    assert!((sum - 1_665.534_102_449_082_4).abs() < 1e-4, "{sum}");
}

#[test]
fn the_integral_is_the_published_difference_of_hypergeometric_functions() {
    for parameters in [CDNOW, [0.5, 3.0, 2.0, 40.0], [2.0, 50.0, 0.4, 3.0]] {
        let model = ParetoNbd::new(parameters);
        let [r, alpha, s, beta] = parameters;
        for [x, recency, age] in [[0.0, 0.0, 10.0], [3.0, 5.0, 30.0], [8.0, 29.0, 30.0]] {
            let (high, low) = (alpha.max(beta), alpha.min(beta));
            let other = if alpha >= beta { s + 1.0 } else { r + x };
            let power = r + s + x;
            let at = |y: f64| hyp2f1(power, other, power + 1.0, (high - low) / (high + y)) / (high + y).powf(power);
            let expected = s / power * (at(recency) - at(age)) * (alpha + age).powf(r + x) * (beta + age).powf(s);
            let found = model.integrated([x, recency, age]).ln_odds.exp();
            assert!((found / expected - 1.0).abs() < 1e-8, "{parameters:?} {x}: {found} {expected}");
        }
    }
}

#[test]
fn predictions_equal_published_points() {
    let model = ParetoNbd::new(CDNOW);
    let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 2e-3;
    assert!(close(model.expected_if_alive(history(0.0, 0.0, 0.0), 52.0), 1.473_434));
    assert!(close(predicted(&model, history(26.0, 30.857, 31.0), 52.0), 25.456_47));
    assert!(close(model.probability_alive(history(26.0, 30.857, 31.0)), 0.997_874));
    for (frequency, expected) in [(10.0, 0.706_228_9), (15.0, 0.144_239_6), (20.0, 0.022_506_58), (25.0, 0.003_092_67)]
    {
        assert!(close(predicted(&model, history(frequency, 20.0, 39.0), 52.0), expected), "{frequency}");
    }
}

#[test]
fn many_purchases_neither_overflow_nor_vanish() {
    // lifetimes, tests of conditional_expected_number_of_purchases_up_to_time with overflow errors.
    let model = ParetoNbd::new([2.0, 15.0, 2.0, 15.0]);
    assert!(predicted(&model, history(5_000.0, 10.0, 200.0), 10.0) < 1e-300);
    for frequency in [132.0, 133.0, 1e4, 1e6] {
        let recent = history(frequency, 200.0, 200.0);
        let expected = predicted(&model, recent, 10.0);
        assert!(expected.is_finite() && expected > 0.04 * frequency, "{frequency}: {expected}");
        assert!((model.probability_alive(recent) - 1.0).abs() < 1e-9);
    }
    for parameters in [[1e-3, 1e-3, 1e-3, 1e-3], [1e3, 1e4, 1e3, 1e4], [0.1, 1e4, 5.0, 1e-3], [5.0, 1e-3, 0.1, 1e4]] {
        let model = ParetoNbd::new(parameters);
        for row in [[0.0, 0.0, 0.0], [0.0, 0.0, 1e4], [200.0, 1.0, 1e4], [1.0, 1e4, 1e4]] {
            let mut gradient = [0.0; 4];
            let value = model.log_likelihood(&[(row, 1.0)], &mut gradient);
            assert!(value.is_finite() && gradient.iter().all(|slope| slope.is_finite()), "{parameters:?} {row:?}");
        }
    }
}

#[test]
fn the_gradient_is_that_of_the_likelihood() {
    let rows = [([0.0, 0.0, 10.0], 3.0), ([1.0, 4.0, 12.0], 1.0), ([7.0, 30.0, 31.0], 2.0)];
    for point in [[0.4, 5.0, 0.8, 20.0], [1.4, 50.0, 1.8, 2.0]] {
        let (mut exact, mut differences) = ([0.0; 4], [0.0; 4]);
        let value = |point: &[f64]| {
            ParetoNbd::new([point[0], point[1], point[2], point[3]]).log_likelihood(&rows, &mut [0.0; 4])
        };
        crate::optimize::difference::gradient(value, &point, &mut differences);
        ParetoNbd::new(point).log_likelihood(&rows, &mut exact);
        for (exact, difference) in exact.iter().zip(differences) {
            assert!((exact - difference).abs() < 1e-7, "{exact} {difference}");
        }
    }
}
