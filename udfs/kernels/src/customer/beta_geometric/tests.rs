//! BG/NBD and MBG/NBD: published likelihoods and predictions, and what holds for any data.

use super::*;
use crate::customer::fit::Status;
use crate::customer::shared_data::{cdnow, lines};

const CDNOW: [f64; 4] =
    [0.242_592_905_616_582_62, 4.413_531_546_984_167, 0.792_886_101_361_494, 2.425_753_630_020_371_3];

fn bg_cdnow() -> BetaGeometric {
    BetaGeometric::new(CDNOW, Dropout::AfterRepeat)
}

/// The purchases expected of a customer.
fn predicted(model: &BetaGeometric, history: History, horizon: f64) -> f64 {
    model.probability_alive(history) * model.expected_if_alive(history, horizon)
}

fn history(frequency: f64, recency: f64, age: f64) -> History {
    History { frequency, recency, age }
}

#[test]
fn cdnow_has_the_published_parameters() {
    let Some(customers) = cdnow() else { return };
    for (dropout, expected, log_likelihood) in [
        (Dropout::AfterRepeat, [0.242_592_91, 4.413_531_5, 0.792_886_1, 2.425_753_6], -9_582.426_0),
        (Dropout::AfterAny, [0.524_838_02, 6.182_992_3, 0.891_356_06, 1.613_999_1], -9_582.133_0),
    ] {
        let fit = fit(&customers, dropout);
        assert_eq!(fit.status, Status::Ok);
        assert!(fit.log_likelihood >= log_likelihood, "{fit:?}");
        for (found, expected) in fit.parameters.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-4, "{fit:?}");
        }
    }
}

#[test]
fn every_customer_of_cdnow_has_the_predictions_of_the_reference() {
    let Some(lines) = lines("reference/clv/cdnow_bgnbd_paretonbd_predictions.csv") else { return };
    let mut sum = 0.0;
    for line in lines {
        let history = history(line[1], line[2], line[3]);
        let found = [
            bg_cdnow().probability_alive(history),
            predicted(&bg_cdnow(), history, 13.0),
            predicted(&bg_cdnow(), history, 39.0),
        ];
        for (found, expected) in found.iter().zip(&line[4..7]) {
            assert!((found / expected - 1.0).abs() < 1e-5, "{history:?}: {found} {expected}");
        }
        sum += found[2];
    }
    assert!((sum - 1_653.423_325_384_116_4).abs() < 1e-5, "{sum}");
}

#[test]
fn predictions_equal_published_points() {
    let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 2e-3;
    assert!(close(predicted(&bg_cdnow(), history(2.0, 30.43, 38.86), 39.0), 1.226));
    assert!(close(predicted(&bg_cdnow(), history(26.0, 30.857, 31.0), 52.0), 25.756_59));
    assert!(close(bg_cdnow().probability_alive(history(26.0, 30.857, 31.0)), 0.968_852_3));
    for (frequency, expected) in
        [(10.0, 0.347_460_6), (15.0, 0.042_833_91), (20.0, 0.004_158_973), (25.0, 0.000_358_368_5)]
    {
        assert!(close(predicted(&bg_cdnow(), history(frequency, 20.0, 39.0), 52.0), expected), "{frequency}");
    }
}

#[test]
fn expectations_are_smooth_where_the_formula_has_poles() {
    let of_alive = |a: f64, horizon: f64| {
        let model = BetaGeometric { a, b: 0.7, ..bg_cdnow() };
        model.expected_if_alive(history(0.0, 0.0, 0.0), horizon)
    };
    // At a = 1 the closed form is 0/0, at a + b = 1 a parameter is zero; both on the short and the long horizon.
    for horizon in [1.0, 30.0, 3_000.0] {
        for pole in [1.0, 0.3] {
            let around = 0.5 * (of_alive(pole - 2e-4, horizon) + of_alive(pole + 2e-4, horizon));
            let at = of_alive(pole, horizon);
            assert!(at.is_finite() && (at / around - 1.0).abs() < 1e-5, "{pole} {horizon}: {at} {around}");
        }
    }
    // Where the method changes, at a share of 0.95 of the horizon.
    let start = bg_cdnow().alpha;
    let at = |share: f64| bg_cdnow().expected_if_alive(history(0.0, 0.0, 0.0), share * start / (1.0 - share));
    assert!((at(0.95 + 1e-9) / at(0.95 - 1e-9) - 1.0).abs() < 1e-6);
}

#[test]
fn expectations_grow_with_the_horizon_and_stay_finite() {
    for dropout in [Dropout::AfterRepeat, Dropout::AfterAny] {
        let model = BetaGeometric { dropout, ..bg_cdnow() };
        for frequency in [0.0, 1.0, 150.0, 5_000.0] {
            let mut before = 0.0;
            for horizon in [1e-9, 1.0, 100.0, 1e4, 1e7] {
                let history = history(frequency, 200.0 * f64::from(u8::from(frequency > 0.0)), 200.0);
                let expected = predicted(&model, history, horizon);
                assert!(expected.is_finite() && expected >= before, "{dropout:?} {frequency} {horizon}: {expected}");
                before = expected;
            }
        }
    }
}

#[test]
fn the_gradient_is_that_of_the_likelihood() {
    let rows = [([0.0, 0.0, 10.0], 3.0), ([1.0, 4.0, 12.0], 1.0), ([7.0, 30.0, 31.0], 2.0)];
    for dropout in [Dropout::AfterRepeat, Dropout::AfterAny] {
        let value = |point: &[f64]| {
            let model = BetaGeometric::new([point[0], point[1], point[2], point[3]], dropout);
            model.log_likelihood(&rows, &mut [0.0; 4])
        };
        let (point, mut exact, mut differences) = ([0.4, 5.0, 0.8, 2.0], [0.0; 4], [0.0; 4]);
        crate::optimize::difference::gradient(value, &point, &mut differences);
        BetaGeometric::new(point, dropout).log_likelihood(&rows, &mut exact);
        for (exact, difference) in exact.iter().zip(differences) {
            assert!((exact - difference).abs() < 1e-7, "{exact} {difference}");
        }
    }
}

#[test]
fn customers_who_tell_nothing_are_insufficient() {
    assert_eq!(fit(&Weighted::new(), Dropout::AfterRepeat).status, Status::InsufficientData);
    for rows in [vec![[0.0, 0.0, 10.0]; 50], vec![[3.0, 9.0, 10.0]], vec![[0.0, 0.0, 0.0]], vec![[2.0, 5.0, 9.0]; 40]] {
        let mut customers = Weighted::new();
        rows.into_iter().for_each(|row| customers.update(row, 1.0));
        assert_eq!(fit(&customers, Dropout::AfterRepeat).status, Status::InsufficientData);
    }
}

#[test]
fn the_chance_of_no_purchase_falls_with_the_horizon() {
    let mut before = 1.0;
    for horizon in [0.0, 1.0, 10.0, 1_000.0] {
        let none = bg_cdnow().probability_of_none(history(4.0, 20.0, 25.0), horizon);
        assert!(none <= before && none >= 1.0 - bg_cdnow().probability_alive(history(4.0, 20.0, 25.0)) - 1e-12);
        before = none;
    }
}
