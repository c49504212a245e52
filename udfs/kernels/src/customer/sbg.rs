//! The shifted beta-geometric model (Fader & Hardie 2007): how long customers stay who renew a contract or not.
//!
//! At the end of each period a customer leaves with a probability of his own, beta distributed (α, β).

use super::fit::{Fit, maximize};
use super::weighted::Weighted;
use crate::special::{digamma, ln_beta};

/// The model: α, β.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sbg {
    /// First shape of the probability to leave.
    pub alpha: f64,
    /// The second one.
    pub beta: f64,
}

/// The likeliest parameters α, β for customers given as rows of periods and 1 where the last of them was the end,
/// 0 where the customer is still there after it.
pub fn fit(customers: &Weighted<2>) -> Fit<2> {
    let rows = customers.rows();
    let (mut ended, mut periods) = (0.0, 0.0);
    for ([length, end], weight) in &rows {
        ended += weight * end;
        periods += weight * length;
    }
    if ended == 0.0 || ended == periods {
        return Fit::insufficient();
    }
    let rate = ended / periods;
    let starts: Vec<[f64; 2]> = [1.0, 0.3, 5.0].map(|sum| [sum * rate, sum * (1.0 - rate)]).to_vec();
    maximize(&rows, &starts, |rows, &[alpha, beta], gradient| Sbg { alpha, beta }.log_likelihood(rows, gradient))
}

impl Sbg {
    fn log_likelihood(&self, rows: &[([f64; 2], f64)], gradient: &mut [f64; 2]) -> f64 {
        let &Self { alpha, beta } = self;
        let constant = ln_beta(alpha, beta);
        let (by_alpha, by_beta, by_sum) = (digamma(alpha), digamma(beta), digamma(alpha + beta));
        *gradient = [0.0; 2];
        let mut sum = 0.0;
        for &([length, end], weight) in rows {
            // P(T = t) = B(α + 1, β + t − 1) / B(α, β), and S(t) = B(α, β + t) / B(α, β).
            let (a, b) = (alpha + end, beta + length - end);
            let all = digamma(a + b);
            sum += weight * (ln_beta(a, b) - constant);
            gradient[0] += weight * (digamma(a) - all - by_alpha + by_sum);
            gradient[1] += weight * (digamma(b) - all - by_beta + by_sum);
        }
        sum
    }

    /// The share of customers who are still there after so many periods.
    pub fn survival(&self, periods: f64) -> f64 {
        (ln_beta(self.alpha, self.beta + periods) - ln_beta(self.alpha, self.beta)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::fit::Status;

    /// Fader & Hardie (2007): who was left of a thousand after each year.
    fn customers(survivors: [u32; 8]) -> Weighted<2> {
        let mut customers = Weighted::new();
        for (year, pair) in (1..).zip(survivors.windows(2)) {
            customers.update([f64::from(year), 1.0], f64::from(pair[0] - pair[1]));
        }
        customers.update([7.0, 0.0], f64::from(survivors[7]));
        customers
    }

    #[test]
    fn the_published_cases_have_the_published_parameters() {
        for (survivors, alpha, beta, log_likelihood, survival) in [
            ([1000, 869, 743, 653, 593, 551, 517, 491], 0.668_088_4, 3.806_095_4, -1_611.158_1, 0.377_999_1),
            ([1000, 631, 468, 382, 326, 289, 262, 241], 0.704_077_3, 1.182_043, -1_680.265_2, 0.170_037_5),
        ] {
            let fit = fit(&customers(survivors));
            assert_eq!(fit.status, Status::Ok);
            let [found_alpha, found_beta] = fit.parameters;
            assert!((found_alpha / alpha - 1.0).abs() < 1e-4 && (found_beta / beta - 1.0).abs() < 1e-4, "{fit:?}");
            assert!((fit.log_likelihood - log_likelihood).abs() < 1e-3);
            let model = Sbg { alpha: found_alpha, beta: found_beta };
            assert!((model.survival(12.0) - survival).abs() < 1e-5);
            assert_eq!(model.survival(0.0), 1.0);
        }
    }

    #[test]
    fn where_nobody_or_everybody_leaves_at_once_nothing_is_learnt() {
        for end in [0.0, 1.0] {
            let mut all = Weighted::new();
            all.update([1.0, end], 100.0);
            assert_eq!(fit(&all).status, Status::InsufficientData);
        }
    }
}
