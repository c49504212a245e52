//! BG/NBD (Fader, Hardie & Lee 2005) and MBG/NBD (Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007).
//!
//! While a customer is active he buys at random times at his own rate, gamma distributed over customers (r, α). After
//! a purchase he leaves with a probability of his own, beta distributed (a, b). In the BG/NBD the first purchase does
//! not make anybody leave, so who never came back counts as active; in the modified model it may.
//!
//! Both are the same formulas with `c`, the purchases after which he could have left: x, or x + 1.

use super::fit::{Fit, maximize};
use super::outlook::Purchases;
use super::quadrature::Legendre;
use super::weighted::Weighted;
use crate::special::{digamma, hyp2f1, ln_beta, ln_gamma_ratio};

/// Beyond this share of the horizon in the whole time the series is slow.
const SLOW: f64 = 0.95;

/// How close a may come to one before values on both sides of it are averaged, where only they are known.
const APART: f64 = 1e-4;

/// The greatest share that is not one.
const NEARLY_ALL: f64 = 1.0 - f64::EPSILON / 2.0;

/// Places on the horizon at which later purchases are looked at.
const PLACES: usize = 8;

/// Which purchases can be the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropout {
    /// Any after the first: BG/NBD.
    AfterRepeat,
    /// The first too: MBG/NBD.
    AfterAny,
}

/// What is known of a customer. Times count from the first purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    /// Purchases after the first.
    pub frequency: f64,
    /// When the last of them was, 0 without.
    pub recency: f64,
    /// How long ago the first purchase was.
    pub age: f64,
}

impl History {
    /// The history as a row of numbers.
    pub fn row(self) -> [f64; 3] {
        [self.frequency, self.recency, self.age]
    }
}

/// The model: r, α, a, b, and which purchases can be the last.
#[derive(Debug, Clone)]
pub struct BetaGeometric {
    /// Shape of the rates.
    r: f64,
    /// Their rate, in the unit of time.
    alpha: f64,
    /// First shape of the probability to leave.
    a: f64,
    /// The second one.
    b: f64,
    /// Which purchases can be the last.
    dropout: Dropout,
    rule: Legendre<PLACES>,
}

/// The likeliest parameters r, α, a, b for customers given as rows of frequency, recency and age.
pub fn fit(customers: &Weighted<3>, dropout: Dropout) -> Fit<4> {
    let rows = customers.rows();
    let Some(seen) = Seen::of(&rows) else { return Fit::insufficient() };
    let mut starts = Vec::new();
    for r in [0.25, 1.0, 3.0] {
        // The rate at which purchases came is r/α, a little more as some customers have left.
        let alpha = 0.7 * r * seen.time / seen.purchases;
        for [a, b] in [[0.5, 2.0], [1.0, 1.0], [1.0, 6.0], [0.1, 1.0]] {
            starts.push([r, alpha, a, b]);
        }
    }
    let mut model = BetaGeometric::new([1.0; 4], dropout);
    maximize(&rows, &starts, |rows, &[r, alpha, a, b], gradient| {
        (model.r, model.alpha, model.a, model.b) = (r, alpha, a, b);
        model.log_likelihood(rows, gradient)
    })
}

/// What all customers come to; `None` if nobody came back, or all stopped where they began, as nothing can be learnt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub customers: f64,
    pub purchases: f64,
    pub time: f64,
}

impl Seen {
    pub(super) fn of(rows: &[([f64; 3], f64)]) -> Option<Self> {
        let mut seen = Self { customers: 0.0, purchases: 0.0, time: 0.0 };
        for ([frequency, _, age], weight) in rows {
            seen.customers += weight;
            seen.purchases += weight * frequency;
            seen.time += weight * age;
        }
        (seen.purchases > 0.0 && seen.time > 0.0).then_some(seen)
    }
}

impl BetaGeometric {
    /// The model with these parameters: r, α, a, b.
    pub fn new([r, alpha, a, b]: [f64; 4], dropout: Dropout) -> Self {
        Self { r, alpha, a, b, dropout, rule: Legendre::new() }
    }

    fn leaving_chances(&self, frequency: f64) -> f64 {
        match self.dropout {
            Dropout::AfterRepeat => frequency,
            Dropout::AfterAny => frequency + 1.0,
        }
    }

    /// The logarithm of the likelihood of weighted rows in ascending order, and its gradient.
    fn log_likelihood(&self, rows: &[([f64; 3], f64)], gradient: &mut [f64; 4]) -> f64 {
        let &Self { r, alpha, a, b, .. } = self;
        let (digamma_r, digamma_b, digamma_ab) = (digamma(r), digamma(b), digamma(a + b));
        let (ln_alpha, ln_beta_ab) = (alpha.ln(), ln_beta(a, b));
        *gradient = [0.0; 4];
        let mut sum = 0.0;
        let mut of_frequency = OfFrequency { frequency: f64::NAN, ..OfFrequency::default() };
        for &([frequency, recency, age], weight) in rows {
            if frequency != of_frequency.frequency {
                let c = self.leaving_chances(frequency);
                of_frequency = OfFrequency {
                    frequency,
                    constant: ln_gamma_ratio(r, frequency) + r * ln_alpha + ln_beta(a, b + c) - ln_beta_ab,
                    ln_left: (a / (b + c - 1.0)).ln(),
                    by_r: digamma(r + frequency) - digamma_r + ln_alpha,
                    by_a: digamma_ab - digamma(a + b + c),
                    by_b: digamma(b + c) - digamma_b + digamma_ab - digamma(a + b + c),
                    could_leave: c > 0.0,
                    c,
                };
            }
            let known = &of_frequency;
            let shape = r + frequency;
            let ln_now = (alpha + age).ln();
            let mut ln_time = -shape * ln_now;
            let mut left = 0.0;
            let mut mean_ln = ln_now;
            let mut mean_inverse = 1.0 / (alpha + age);
            if known.could_leave {
                let ln_last = (alpha + recency).ln();
                // ln of the odds of having left.
                let odds = known.ln_left + shape * (ln_now - ln_last);
                let less = (-odds.abs()).exp();
                left = if odds > 0.0 { 1.0 } else { less } / (1.0 + less);
                ln_time += odds.max(0.0) + less.ln_1p();
                mean_ln += left * (ln_last - ln_now);
                mean_inverse += left * (1.0 / (alpha + recency) - mean_inverse);
            }
            sum += weight * (known.constant + ln_time);
            gradient[0] += weight * (known.by_r - mean_ln);
            gradient[1] += weight * (r / alpha - shape * mean_inverse);
            gradient[2] += weight * (known.by_a + left / a);
            gradient[3] += weight * (known.by_b - if known.could_leave { left / (b + known.c - 1.0) } else { 0.0 });
        }
        sum
    }

    /// The logarithm of the likelihood of one customer.
    fn ln_likelihood_of(&self, history: History) -> f64 {
        self.log_likelihood(&[(history.row(), 1.0)], &mut [0.0; 4])
    }

    /// The probability that the customer is still active.
    pub fn probability_alive(&self, history: History) -> f64 {
        let c = self.leaving_chances(history.frequency);
        if c == 0.0 {
            return 1.0;
        }
        let grown =
            (self.r + history.frequency) * ((self.alpha + history.age).ln() - (self.alpha + history.recency).ln());
        1.0 / (1.0 + ((self.a / (self.b + c - 1.0)).ln() + grown).exp())
    }

    /// The purchases expected within `horizon` of one who is active now.
    pub fn expected_if_alive(&self, history: History, horizon: f64) -> f64 {
        if horizon <= 0.0 {
            return 0.0;
        }
        // E = s (1 − (1 − z)ᵉ F(s − k, e; s; z)) / e with e = a − 1, s = a + b + c − 1 and k = r + x, which is Fader,
        // Hardie & Lee's formula after Euler's transformation. Written by F = 1 + e S it has no pole at a = 1, and
        // by s S none at s = 0.
        let c = self.leaving_chances(history.frequency);
        let start = self.alpha + history.age;
        let (e, s) = (self.a - 1.0, self.a + self.b + c - 1.0);
        let shape = self.r + history.frequency;
        // Of a horizon that is very long, the rest of the whole time is too small for one less it.
        let (z, ln_rest) = ((horizon / (start + horizon)).min(NEARLY_ALL), -(horizon / start).ln_1p());
        let regular = if e == 0.0 { -ln_rest } else { -(e * ln_rest).exp_m1() / e };
        let expected = s * regular - (e * ln_rest).exp() * scaled_series(s - shape, e, s, z);
        // Nobody is expected to buy more than if he never left, which also holds where the terms are out of range.
        expected.min(shape / start * horizon)
    }

    /// The mean of n (n − 1) of the n purchases within `horizon` of one who is active now.
    pub(super) fn pairs_if_alive(&self, history: History, horizon: f64) -> f64 {
        // Two purchases, the later one at time v: 2 ∫ v E[λ² (1 − p) e^(−λ p v)] dv over the horizon, in ln(start + v).
        let (shape, start) = (self.r + history.frequency, self.alpha + history.age);
        let stays = self.b + self.leaving_chances(history.frequency);
        let half = 0.5 * (horizon / start).ln_1p();
        let mut sum = 0.0;
        for (place, weight) in self.rule.places.iter().zip(&self.rule.weights) {
            let grown = (half * (place + 1.0)).exp();
            let share = hyp2f1(shape + 2.0, self.a, self.a + stays + 1.0, 1.0 - grown);
            sum += weight * half * grown * (grown - 1.0) * share;
        }
        2.0 * shape * (shape + 1.0) * stays / (self.a + stays) * sum
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
        let later = History { age: history.age + horizon, ..history };
        (self.ln_likelihood_of(later) - self.ln_likelihood_of(history)).exp().min(1.0)
    }
}

/// What depends on the frequency alone.
#[derive(Debug, Clone, Copy, Default)]
struct OfFrequency {
    frequency: f64,
    constant: f64,
    ln_left: f64,
    by_r: f64,
    by_a: f64,
    by_b: f64,
    could_leave: bool,
    c: f64,
}

/// s (₂F₁(p, e; s; z) − 1) / e for 0 ≤ z < 1.
fn scaled_series(p: f64, e: f64, s: f64, z: f64) -> f64 {
    if z > SLOW {
        if e.abs() >= APART {
            // Where s is zero the difference is not, but the function is not defined.
            let s = if s == 0.0 { 1e-9 } else { s };
            return s * (hyp2f1(p, e, s, z) - 1.0) / e;
        }
        let share = 0.5 * (1.0 + e / APART);
        return share * scaled_series(p, APART, s, z) + (1.0 - share) * scaled_series(p, -APART, s, z);
    }
    let mut term = p * z;
    let mut sum = term;
    let mut n = 1.0;
    // Terms fall like zⁿ: at the slowest some seven hundred count.
    while n < 5_000.0 && term.abs() > sum.abs() * 1e-17 {
        term *= (p + n) * (e + n) / ((s + n) * (n + 1.0)) * z;
        sum += term;
        n += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests;
