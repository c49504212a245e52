//! BG/BB (Fader, Hardie & Shang 2010): customers who have occasions to buy, one in each period.
//!
//! On each occasion an active customer buys with a probability of his own, beta distributed (α, β); before each
//! occasion he leaves with another, beta distributed (γ, δ).

use super::fit::{Fit, maximize};
use super::weighted::Weighted;
use crate::special::{digamma, ln_beta, log_sum_exp};

/// The model: α, β, γ, δ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgBb {
    /// First shape of the probability to buy.
    pub alpha: f64,
    /// The second one.
    pub beta: f64,
    /// First shape of the probability to leave.
    pub gamma: f64,
    /// The second one.
    pub delta: f64,
}

/// What is known of a customer: on how many occasions he bought, which of them was the last (0 without), and how many
/// there were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occasions {
    /// Occasions on which he bought.
    pub frequency: f64,
    /// The last of them, counted from one; 0 without.
    pub recency: f64,
    /// All occasions.
    pub periods: f64,
}

/// The likeliest parameters α, β, γ, δ for customers given as rows of frequency, recency and periods.
pub fn fit(customers: &Weighted<3>) -> Fit<4> {
    let rows = customers.rows();
    let (mut bought, mut periods) = (0.0, 0.0);
    for ([frequency, _, occasions], weight) in &rows {
        bought += weight * frequency;
        periods += weight * occasions;
    }
    if bought == 0.0 || bought == periods {
        return Fit::insufficient();
    }
    let rate = (1.3 * bought / periods).min(0.95);
    let mut starts = Vec::new();
    for sum in [1.5, 0.5, 5.0] {
        for [gamma, delta] in [[0.5, 2.5], [1.0, 1.0], [1.0, 8.0]] {
            starts.push([sum * rate, sum * (1.0 - rate), gamma, delta]);
        }
    }
    let mut terms = Vec::new();
    maximize(&rows, &starts, |rows, &[alpha, beta, gamma, delta], gradient| {
        let model = BgBb { alpha, beta, gamma, delta };
        *gradient = [0.0; 4];
        let mut sum = 0.0;
        for (row, weight) in rows {
            sum += weight * model.log_likelihood(*row, *weight, gradient, &mut terms);
        }
        sum
    })
}

impl BgBb {
    /// The logarithm of the likelihood of a customer; `weight` times its gradient is added. `terms` is room to work in.
    fn log_likelihood(
        &self,
        [frequency, recency, periods]: [f64; 3],
        weight: f64,
        gradient: &mut [f64; 4],
        terms: &mut Vec<f64>,
    ) -> f64 {
        let &Self { alpha, beta, gamma, delta } = self;
        terms.clear();
        terms.push(self.ln_active(frequency, periods, periods));
        // Left before the occasion after `last`.
        let mut last = recency;
        while last < periods {
            terms.push(ln_beta(alpha + frequency, beta + last - frequency) + ln_beta(gamma + 1.0, delta + last));
            last += 1.0;
        }
        let sum = log_sum_exp(terms);
        // The slopes of ln B(p, q) are ψ(p) − ψ(p + q) and ψ(q) − ψ(p + q).
        let mut add = |share: f64, place: usize, p: f64, q: f64| {
            let both = digamma(p + q);
            gradient[place] += weight * share * (digamma(p) - both);
            gradient[place + 1] += weight * share * (digamma(q) - both);
        };
        for (index, term) in terms.iter().enumerate() {
            let share = (term - sum).exp();
            let (last, left) = if index == 0 { (periods, 0.0) } else { (recency + (index - 1) as f64, 1.0) };
            add(share, 0, alpha + frequency, beta + last - frequency);
            add(share, 2, gamma + left, delta + last);
        }
        add(-1.0, 0, alpha, beta);
        add(-1.0, 2, gamma, delta);
        sum - ln_beta(alpha, beta) - ln_beta(gamma, delta)
    }

    /// ln of B(α + x, β + n − x) B(γ, δ + m): bought as he did, and active until occasion m.
    fn ln_active(&self, frequency: f64, periods: f64, until: f64) -> f64 {
        ln_beta(self.alpha + frequency, self.beta + periods - frequency) + ln_beta(self.gamma, self.delta + until)
    }

    fn ln_likelihood_of(&self, customer: Occasions) -> f64 {
        let Occasions { frequency, recency, periods } = customer;
        self.log_likelihood([frequency, recency, periods], 0.0, &mut [0.0; 4], &mut Vec::new())
    }

    /// The probability that the customer is active on the next occasion.
    pub fn probability_alive(&self, customer: Occasions) -> f64 {
        let active = self.ln_active(customer.frequency, customer.periods, customer.periods + 1.0);
        let constant = ln_beta(self.alpha, self.beta) + ln_beta(self.gamma, self.delta);
        (active - constant - self.ln_likelihood_of(customer)).exp()
    }

    /// The purchases expected of the customer on the next `horizon` occasions.
    pub fn expected_purchases(&self, customer: Occasions, horizon: u32) -> f64 {
        let buys = (self.alpha + customer.frequency) / (self.alpha + self.beta + customer.periods);
        let mut active = self.probability_alive(customer);
        let mut expected = 0.0;
        let mut occasion = customer.periods + 1.0;
        for _ in 0..horizon {
            expected += active * buys;
            // B(γ, δ + m + 1) = B(γ, δ + m) (δ + m) / (γ + δ + m)
            active *= (self.delta + occasion) / (self.gamma + self.delta + occasion);
            occasion += 1.0;
        }
        expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::fit::Status;
    use crate::customer::shared_data::lines;

    const DONATIONS: BgBb = BgBb {
        alpha: 1.203_522_458_811_194_1,
        beta: 0.749_716_417_000_829_9,
        gamma: 0.656_718_233_711_947_6,
        delta: 2.783_442_283_468_321_7,
    };

    #[test]
    fn the_donations_have_the_published_parameters() {
        let Some(lines) = lines("data/clv/donations.csv") else { return };
        let mut customers = Weighted::new();
        for line in lines {
            customers.update([line[0], line[1], line[2]], line[3]);
        }
        let fit = fit(&customers);
        assert_eq!(fit.status, Status::Ok);
        assert!(fit.log_likelihood >= -33_225.582_3, "{fit:?}");
        let expected = [DONATIONS.alpha, DONATIONS.beta, DONATIONS.gamma, DONATIONS.delta];
        for (found, expected) in fit.parameters.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-4, "{fit:?}");
        }
    }

    #[test]
    fn expectations_equal_published_points() {
        let expected =
            |frequency, recency| DONATIONS.expected_purchases(Occasions { frequency, recency, periods: 6.0 }, 10);
        assert!((expected(0.0, 0.0) / 0.130_216_9 - 1.0).abs() < 1e-4);
        assert!((expected(4.0, 5.0) / 3.627_858 - 1.0).abs() < 1e-4);
        let alive = DONATIONS.probability_alive(Occasions { frequency: 6.0, recency: 6.0, periods: 6.0 });
        assert!(alive > 0.8 && alive < 1.0, "{alive}");
    }

    #[test]
    fn the_gradient_is_that_of_the_likelihood() {
        let row = [2.0, 3.0, 7.0];
        let of = |point: &[f64]| BgBb { alpha: point[0], beta: point[1], gamma: point[2], delta: point[3] };
        let value = |point: &[f64]| of(point).log_likelihood(row, 0.0, &mut [0.0; 4], &mut Vec::new());
        let (point, mut exact, mut differences) = ([1.2, 0.7, 0.6, 2.8], [0.0; 4], [0.0; 4]);
        crate::optimize::difference::gradient(value, &point, &mut differences);
        of(&point).log_likelihood(row, 1.0, &mut exact, &mut Vec::new());
        for (exact, difference) in exact.iter().zip(differences) {
            assert!((exact - difference).abs() < 1e-8, "{exact} {difference}");
        }
    }

    #[test]
    fn where_nobody_or_everybody_buys_nothing_is_learnt() {
        for bought in [0.0, 5.0] {
            let mut all = Weighted::new();
            all.update([bought, bought, 5.0], 100.0);
            assert_eq!(fit(&all).status, Status::InsufficientData);
        }
    }
}
