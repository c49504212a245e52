//! What purchases of the months to come are worth today.

/// The worth today of purchases of the next `months`, of one unit of money each: `expected(time)` are the purchases
/// until then, a month lasts `month` in the model's unit of time, and what comes in its course counts as coming at its
/// end, less `discount` for each month.
pub fn discounted_purchases(mut expected: impl FnMut(f64) -> f64, months: u32, month: f64, discount: f64) -> f64 {
    let (mut worth, mut before, mut factor) = (0.0, 0.0, 1.0);
    for number in 1..=months {
        let until = expected(f64::from(number) * month);
        factor /= 1.0 + discount;
        worth += (until - before) * factor;
        before = until;
    }
    worth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::beta_geometric::{BetaGeometric, Dropout, History};
    use crate::customer::gamma_gamma::GammaGamma;
    use crate::customer::shared_data::lines;

    #[test]
    fn without_discount_all_purchases_count_in_full() {
        assert!((discounted_purchases(|time| 2.0 * time, 12, 30.0, 0.0) - 720.0).abs() < 1e-9);
        let half = discounted_purchases(|time| time, 2, 1.0, 1.0);
        assert!((half - 0.75).abs() < 1e-15);
        assert_eq!(discounted_purchases(|time| time, 0, 1.0, 0.1), 0.0);
    }

    #[test]
    fn the_value_of_a_year_is_that_of_the_reference() {
        let Some(lines) = lines("reference/clv/cdnow_gammagamma_clv.csv") else { return };
        let parameters =
            [0.242_592_928_279_821_48, 4.413_532_265_271_809, 0.792_885_966_440_657_8, 2.425_752_382_625_737_4];
        let model = BetaGeometric::new(parameters, Dropout::AfterRepeat);
        let spending = GammaGamma { p: 6.248_802_496_070_99, q: 3.744_588_460_923_763_4, v: 15.447_748_064_943_575 };
        let mut sum = 0.0;
        for line in lines {
            let history = History { frequency: line[1], recency: line[2], age: line[3] };
            let alive = model.probability_alive(history);
            // lifetimes counts 4.345 weeks to a month.
            let purchases =
                discounted_purchases(|time| alive * model.expected_if_alive(history, time), 12, 4.345, 0.01);
            let worth = purchases * spending.expected_value(line[1], line[4]).unwrap();
            assert!((worth / line[6] - 1.0).abs() < 1e-4, "{history:?}: {worth} {}", line[6]);
            sum += worth;
        }
        assert!((sum / 71_509.90 - 1.0).abs() < 1e-4, "{sum}");
    }
}
