//! Gamma-Gamma (Fader & Hardie 2013): what an order of a customer is worth.
//!
//! A customer's orders vary around his own mean, gamma distributed (p, ν); the ν of customers are gamma distributed
//! too (q, v). Nobody's mean depends on how often he buys: [`Spending::correlation`] tells whether that holds.

use super::fit::{Fit, maximize};
use super::weighted::Weighted;
use crate::special::{digamma, ln_beta};

/// The model: p, q, v.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of the values of a customer's orders.
    pub p: f64,
    /// Shape of the customers' rates.
    pub q: f64,
    /// Their rate, in money.
    pub v: f64,
}

/// What the value of a customer's orders to come is expected to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderValue {
    /// The mean.
    pub mean: f64,
    /// The mean of the square of the customer's own mean.
    pub square: f64,
    /// The mean of the variance of one order around it.
    pub variance: f64,
}

/// Customers who came back, as rows of frequency and mean value of the repeated purchases.
#[derive(Debug, Clone, Copy)]
pub struct Spending {
    /// Their mean value.
    pub mean: f64,
    /// The correlation of frequency and mean value; `None` where one of them does not vary.
    pub correlation: Option<f64>,
}

impl Spending {
    /// What weighted rows come to; `None` of none.
    pub fn of(rows: &[([f64; 2], f64)]) -> Option<Self> {
        let customers: f64 = rows.iter().map(|(_, weight)| weight).sum();
        if customers == 0.0 {
            return None;
        }
        let mean_of = |place: usize| rows.iter().map(|(row, weight)| weight * row[place]).sum::<f64>() / customers;
        let (frequency, mean) = (mean_of(0), mean_of(1));
        let (mut squares, mut product) = ([0.0; 2], 0.0);
        for ([x, m], weight) in rows {
            let off = [x - frequency, m - mean];
            squares[0] += weight * off[0] * off[0];
            squares[1] += weight * off[1] * off[1];
            product += weight * off[0] * off[1];
        }
        let scale = (squares[0] * squares[1]).sqrt();
        Some(Self { mean, correlation: (scale > 0.0).then(|| product / scale) })
    }
}

/// The likeliest parameters p, q, v for customers who came back, as rows of frequency and mean value, both positive.
pub fn fit(customers: &Weighted<2>) -> Fit<3> {
    let rows = customers.rows();
    let Some(spending) = Spending::of(&rows) else { return Fit::insufficient() };
    let mut starts = Vec::new();
    for p in [6.0, 1.0, 20.0] {
        for q in [3.0, 1.5, 10.0] {
            starts.push([p, q, spending.mean * (q - 1.0) / p]);
        }
    }
    maximize(&rows, &starts, |rows, &[p, q, v], gradient| GammaGamma { p, q, v }.log_likelihood(rows, gradient))
}

impl GammaGamma {
    fn log_likelihood(&self, rows: &[([f64; 2], f64)], gradient: &mut [f64; 3]) -> f64 {
        let &Self { p, q, v } = self;
        let (ln_v, digamma_q) = (v.ln(), digamma(q));
        *gradient = [0.0; 3];
        let mut sum = 0.0;
        let (mut frequency, mut constant, mut digamma_px, mut digamma_all) = (f64::NAN, 0.0, 0.0, 0.0);
        for &([x, m], weight) in rows {
            let shape = p * x;
            if x != frequency {
                frequency = x;
                constant = q * ln_v - ln_beta(shape, q);
                (digamma_px, digamma_all) = (digamma(shape), digamma(shape + q));
            }
            let total = x * m;
            let (ln_total, ln_all) = (total.ln(), (total + v).ln());
            sum += weight * (constant + shape * ln_total - m.ln() - (shape + q) * ln_all);
            gradient[0] += weight * x * (digamma_all - digamma_px + ln_total - ln_all);
            gradient[1] += weight * (digamma_all - digamma_q + ln_v - ln_all);
            gradient[2] += weight * (q / v - (shape + q) / (total + v));
        }
        sum
    }

    /// The expected value of an order of a customer with so many repeated purchases of this mean; both 0 for one of
    /// whom nothing is known. `None` where the mean of all customers is infinite: q ≤ 1, and nothing is known.
    pub fn expected_value(&self, frequency: f64, monetary: f64) -> Option<f64> {
        let (shape, rate) = self.learnt(frequency, monetary);
        (shape > 1.0).then(|| self.p * rate / (shape - 1.0))
    }

    /// The expected value with its spread; `None` where the spread is infinite.
    pub fn order_value(&self, frequency: f64, monetary: f64) -> Option<OrderValue> {
        let (shape, rate) = self.learnt(frequency, monetary);
        if shape <= 2.0 {
            return None;
        }
        let variance = self.p * rate * rate / ((shape - 1.0) * (shape - 2.0));
        Some(OrderValue { mean: self.p * rate / (shape - 1.0), square: self.p * variance, variance })
    }

    /// The distribution of the customer's own rate.
    fn learnt(&self, frequency: f64, monetary: f64) -> (f64, f64) {
        (self.q + self.p * frequency, self.v + frequency * monetary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::fit::Status;
    use crate::customer::shared_data::lines;

    const CDNOW: GammaGamma =
        GammaGamma { p: 6.248_803_279_684_973, q: 3.744_588_375_805_714, v: 15.447_745_424_882_351 };

    fn cdnow() -> Option<Weighted<2>> {
        let mut customers = Weighted::new();
        for line in lines("data/clv/cdnow_customers_summary_with_transactions.csv")? {
            if line[1] > 0.0 && line[4] > 0.0 {
                customers.update([line[1], line[4]], 1.0);
            }
        }
        Some(customers)
    }

    #[test]
    fn cdnow_has_the_published_parameters() {
        let Some(customers) = cdnow() else { return };
        let fit = fit(&customers);
        assert_eq!(fit.status, Status::Ok);
        assert!(fit.log_likelihood >= -4_055.923_4, "{fit:?}");
        for (found, expected) in fit.parameters.iter().zip([CDNOW.p, CDNOW.q, CDNOW.v]) {
            assert!((found / expected - 1.0).abs() < 1e-4, "{fit:?}");
        }
        let spending = Spending::of(&customers.rows()).unwrap();
        assert!((spending.correlation.unwrap() - 0.113_8).abs() < 1e-3, "{spending:?}");
    }

    #[test]
    fn every_customer_of_cdnow_has_the_value_of_the_reference() {
        let Some(lines) = lines("reference/clv/cdnow_gammagamma_clv.csv") else { return };
        for line in lines {
            let (frequency, monetary, expected) = (line[1], line[4], line[5]);
            let found = CDNOW.expected_value(frequency, monetary).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-6, "{frequency} {monetary}: {found} {expected}");
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_likelihood() {
        let rows = [([1.0, 10.0], 3.0), ([4.0, 25.0], 1.0), ([40.0, 7.5], 2.0)];
        let value =
            |point: &[f64]| GammaGamma { p: point[0], q: point[1], v: point[2] }.log_likelihood(&rows, &mut [0.0; 3]);
        let (mut exact, mut differences) = ([0.0; 3], [0.0; 3]);
        crate::optimize::difference::gradient(value, &[5.0, 3.0, 12.0], &mut differences);
        GammaGamma { p: 5.0, q: 3.0, v: 12.0 }.log_likelihood(&rows, &mut exact);
        for (exact, difference) in exact.iter().zip(differences) {
            assert!((exact - difference).abs() < 1e-7, "{exact} {difference}");
        }
    }

    #[test]
    fn what_is_infinite_is_not_told() {
        let heavy = GammaGamma { p: 2.0, q: 0.9, v: 3.0 };
        assert_eq!(heavy.expected_value(0.0, 0.0), None);
        assert!(heavy.expected_value(1.0, 5.0).is_some());
        assert_eq!(GammaGamma { q: 1.5, ..heavy }.order_value(0.0, 0.0), None);
        let spread = CDNOW.order_value(3.0, 20.0).unwrap();
        assert!(spread.square > spread.mean * spread.mean && spread.variance > 0.0);
    }

    #[test]
    fn customers_who_all_spend_the_same_tell_nothing() {
        let mut customers = Weighted::new();
        (0..50).for_each(|_| customers.update([2.0, 10.0], 1.0));
        assert_eq!(fit(&customers).status, Status::InsufficientData);
        assert_eq!(fit(&Weighted::new()).status, Status::InsufficientData);
    }
}
