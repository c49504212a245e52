//! Pareto/NBD (Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005).
//!
//! While a customer is active he buys at random times at his own rate, gamma distributed over customers (r, α); he
//! leaves at a random time, at a rate of his own, gamma distributed too (s, β).
//!
//! The likelihood has the integral ∫ (α + y)^−(r+x) (β + y)^−(s+1) dy from the last purchase to now. The literature
//! gives it as a difference of two hypergeometric functions, which overflow beyond some hundred purchases and cancel
//! when the last purchase was just now. Here it is integrated: in u = ln(min(α, β) + y) the integrand has no
//! singularity near, and the derivatives come with it.

use super::beta_geometric::{History, Seen};
use super::fit::{Fit, maximize};
use super::outlook::Purchases;
use super::quadrature::Legendre;
use super::weighted::Weighted;
use crate::special::{digamma, ln_gamma_ratio};

/// Where the integrand has fallen by this exponent it is over.
const FALLEN: f64 = 40.0;

/// The longest stretch of ln y that is integrated with one set of places.
const STRETCH: f64 = 3.0;

/// Places on a stretch.
const PLACES: usize = 20;

/// The model: r, α, s, β.
#[derive(Debug, Clone)]
pub struct ParetoNbd {
    /// Shape of the rates of buying.
    r: f64,
    /// Their rate, in the unit of time.
    alpha: f64,
    /// Shape of the rates of leaving.
    s: f64,
    /// Their rate, in the unit of time.
    beta: f64,
    rule: Legendre<PLACES>,
}

/// The likeliest parameters r, α, s, β for customers given as rows of frequency, recency and age.
pub fn fit(customers: &Weighted<3>) -> Fit<4> {
    let rows = customers.rows();
    let Some(seen) = Seen::of(&rows) else { return Fit::insufficient() };
    let mut starts = Vec::new();
    for r in [0.3, 1.0, 3.0] {
        let alpha = 0.7 * r * seen.time / seen.purchases;
        for [s, factor] in [[0.6, 1.0], [1.0, 0.3], [2.0, 3.0]] {
            starts.push([r, alpha, s, factor * seen.time / seen.customers]);
        }
    }
    let mut model = ParetoNbd::new([1.0; 4]);
    maximize(&rows, &starts, |rows, &[r, alpha, s, beta], gradient| {
        (model.r, model.alpha, model.s, model.beta) = (r, alpha, s, beta);
        model.log_likelihood(rows, gradient)
    })
}

/// What a customer's likelihood is made of.
#[derive(Debug, Clone, Copy)]
struct Integrated {
    /// ln (α + T)^−(r+x) (β + T)^−s: active until now.
    ln_active: f64,
    /// ln of the odds of having left against being active.
    ln_odds: f64,
    /// Means of ln(α + y), ln(β + y), 1/(α + y), 1/(β + y) where he left.
    means: [f64; 4],
}

impl ParetoNbd {
    /// The model with these parameters: r, α, s, β.
    pub fn new([r, alpha, s, beta]: [f64; 4]) -> Self {
        Self { r, alpha, s, beta, rule: Legendre::new() }
    }

    fn integrated(&self, [frequency, recency, age]: [f64; 3]) -> Integrated {
        let &Self { r, alpha, s, beta, .. } = self;
        let shape = r + frequency;
        let (ln_buy, ln_leave) = ((alpha + recency).ln(), (beta + recency).ln());
        let ln_active = -shape * (alpha + age).ln() - s * (beta + age).ln();
        let near = alpha.min(beta);
        let (buy_more, leave_more) = (alpha - near, beta - near);
        // The integrand falls at least as (α + y)^−(r + x) and as (β + y)^−(s + 1).
        let by_buying = (alpha + recency) * (FALLEN / shape).exp_m1();
        let by_leaving = (beta + recency) * (FALLEN / (s + 1.0)).exp_m1();
        let span = (age - recency).min(by_buying).min(by_leaving);
        let low = (near + recency).ln();
        let width = (span / (near + recency)).ln_1p();
        let stretches = (width / STRETCH).ceil().max(1.0);
        let half = width / stretches / 2.0;
        let (mut sum, mut sums) = (0.0, [0.0; 4]);
        let mut stretch = 0.0;
        while stretch < stretches {
            let middle = low + (2.0 * stretch + 1.0) * half;
            for (place, weight) in self.rule.places.iter().zip(&self.rule.weights) {
                let time = (middle + half * place).exp();
                let (buy, leave) = (time + buy_more, time + leave_more);
                let (ln_buy_now, ln_leave_now) = (buy.ln(), leave.ln());
                let ln = shape * (ln_buy - ln_buy_now) + (s + 1.0) * (ln_leave - ln_leave_now);
                let part = weight * half * time * ln.exp();
                sum += part;
                sums[0] += part * ln_buy_now;
                sums[1] += part * ln_leave_now;
                sums[2] += part / buy;
                sums[3] += part / leave;
            }
            stretch += 1.0;
        }
        if sum <= 0.0 {
            return Integrated { ln_active, ln_odds: f64::NEG_INFINITY, means: [0.0; 4] };
        }
        let ln_left = s.ln() - shape * ln_buy - (s + 1.0) * ln_leave + sum.ln();
        Integrated { ln_active, ln_odds: ln_left - ln_active, means: sums.map(|mean| mean / sum) }
    }

    fn log_likelihood(&self, rows: &[([f64; 3], f64)], gradient: &mut [f64; 4]) -> f64 {
        let &Self { r, alpha, s, beta, .. } = self;
        let (ln_alpha, ln_beta, digamma_r) = (alpha.ln(), beta.ln(), digamma(r));
        *gradient = [0.0; 4];
        let mut sum = 0.0;
        let (mut frequency, mut constant, mut by_r) = (f64::NAN, 0.0, 0.0);
        for &(row, weight) in rows {
            let [x, _, age] = row;
            if x != frequency {
                frequency = x;
                constant = ln_gamma_ratio(r, x) + r * ln_alpha + s * ln_beta;
                by_r = digamma(r + x) - digamma_r + ln_alpha;
            }
            let Integrated { ln_active, ln_odds, means } = self.integrated(row);
            let left = 1.0 / (1.0 + (-ln_odds).exp());
            let active = 1.0 - left;
            let ln_sum = if ln_odds > 0.0 { ln_odds + (-ln_odds).exp().ln_1p() } else { ln_odds.exp().ln_1p() };
            sum += weight * (constant + ln_active + ln_sum);
            let (ln_buy, ln_leave) = ((alpha + age).ln(), (beta + age).ln());
            gradient[0] += weight * (by_r - active * ln_buy - left * means[0]);
            gradient[1] += weight * (r / alpha - (r + x) * (active / (alpha + age) + left * means[2]));
            gradient[2] += weight * (ln_beta - active * ln_leave + left * (1.0 / s - means[1]));
            gradient[3] += weight * (s / beta - s * active / (beta + age) - (s + 1.0) * left * means[3]);
        }
        sum
    }

    /// The probability that the customer is still active.
    pub fn probability_alive(&self, history: History) -> f64 {
        1.0 / (1.0 + self.integrated(history.row()).ln_odds.exp())
    }

    /// The purchases expected within `horizon` of one who is active now.
    pub fn expected_if_alive(&self, history: History, horizon: f64) -> f64 {
        if horizon <= 0.0 {
            return 0.0;
        }
        let rate = (self.r + history.frequency) / (self.alpha + history.age);
        rate * self.active_time(history, horizon)
    }

    /// The time within `horizon` for which one who is active now is expected to stay:
    /// (β + T) (1 − ((β + T)/(β + T + t))^(s−1)) / (s − 1).
    fn active_time(&self, history: History, horizon: f64) -> f64 {
        let (start, e) = (self.beta + history.age, self.s - 1.0);
        let ln_grown = (horizon / start).ln_1p();
        start * if e == 0.0 { ln_grown } else { -(-e * ln_grown).exp_m1() / e }
    }

    /// The mean of n (n − 1) of the n purchases within `horizon` of one who is active now: the mean square of his rate,
    /// times that of the time for which he stays.
    pub(super) fn pairs_if_alive(&self, history: History, horizon: f64) -> f64 {
        let (shape, rate) = (self.r + history.frequency, self.alpha + history.age);
        let (start, half) = (self.beta + history.age, 0.5 * (horizon / (self.beta + history.age)).ln_1p());
        let mut square = 0.0;
        for (place, weight) in self.rule.places.iter().zip(&self.rule.weights) {
            let ln_grown = half * (place + 1.0);
            square += weight * half * ln_grown.exp_m1() * ((1.0 - self.s) * ln_grown).exp();
        }
        shape * (shape + 1.0) / (rate * rate) * 2.0 * start * start * square
    }

    /// What is expected of the customer within the next `horizon`.
    pub fn outlook(&self, history: History, horizon: f64) -> Purchases {
        let alive = self.probability_alive(history);
        Purchases {
            mean: alive * self.expected_if_alive(history, horizon),
            pairs: alive * self.pairs_if_alive(history, horizon),
            none: self.probability_of_none(history, horizon),
        }
    }

    /// The probability that an active or left customer buys nothing within the next `horizon`.
    fn probability_of_none(&self, history: History, horizon: f64) -> f64 {
        let ln = |row| self.log_likelihood(&[(row, 1.0)], &mut [0.0; 4]);
        let later = History { age: history.age + horizon, ..history };
        (ln(later.row()) - ln(history.row())).exp().min(1.0)
    }
}

#[cfg(test)]
mod tests;
