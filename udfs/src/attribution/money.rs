//! Credits in the type of the conversions' values.
//!
//! A decimal is divided in units of its last digit, so that the credits of a conversion sum to its value exactly.
//! Other numbers are divided as double precision.

use bellwether_kernels::attribution::apportion::Apportioner;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::journey::CONVERSIONS;
use crate::table::{Call, ResultColumn, Row};

/// The type of credits, and what divides them.
#[derive(Debug, Clone, Default)]
pub(super) struct Money {
    /// How many units a decimal has to one.
    units: Option<f64>,
    apportioner: Apportioner,
    shares: Vec<i128>,
}

impl Money {
    /// Credits of the type of the column of values, and the column `name` of the result that holds them.
    pub(super) fn bind(call: &Call, name: &'static str) -> Result<(Self, ResultColumn)> {
        let data_type = match call.has("value") {
            true => call.data_type_in("value", CONVERSIONS)?,
            false => DataType::Float64,
        };
        Ok(match data_type {
            DataType::Decimal128(precision, scale) if scale > 0 => {
                let money = Self { units: Some(10_f64.powi(scale.into())), ..Self::default() };
                (money, ResultColumn::decimal(name, DataType::Decimal128(precision, scale)))
            }
            _ => (Self::default(), ResultColumn::number(name)),
        })
    }

    /// Divides a value by weights that sum to one. [`Self::write`] then gives the share of each.
    pub(super) fn divide(&mut self, value: Option<f64>, weights: &[f64]) {
        self.shares.clear();
        if let (Some(units), Some(value)) = (self.units, value) {
            self.apportioner.divide((value * units).round() as i128, weights, &mut self.shares);
        }
    }

    /// Writes the share of the touch at `place`, whose weight is `weight`, of a value that was divided last.
    pub(super) fn write(&self, row: &mut Row<'_>, value: Option<f64>, place: usize, weight: f64) {
        match self.units {
            Some(_) => row.decimal(self.shares.get(place).copied()),
            None => row.number(value.map(|value| value * weight)),
        };
    }

    /// Writes an amount that is a sum of values, whose units it has.
    pub(super) fn write_sum(&self, row: &mut Row<'_>, amount: f64) {
        match self.units {
            Some(units) => row.decimal((amount * units).round() as i128),
            None => row.number(amount),
        };
    }

    /// Writes amounts of which all together are `total`: decimals are rounded so that they sum to it.
    pub(super) fn rounded(&mut self, total: f64, amounts: &[f64]) -> Amounts<'_> {
        self.shares.clear();
        if let Some(units) = self.units {
            round_to_total(&mut self.shares, units, total, amounts);
        }
        Amounts { money: self, amounts: amounts.to_vec() }
    }
}

/// Amounts rounded to units.
#[derive(Debug)]
pub(super) struct Amounts<'a> {
    money: &'a Money,
    amounts: Vec<f64>,
}

impl Amounts<'_> {
    /// Writes the amount at `place`.
    pub(super) fn write(&self, row: &mut Row<'_>, place: usize) {
        match self.money.units {
            Some(_) => row.decimal(self.money.shares.get(place).copied()),
            None => row.number(self.amounts.get(place).copied()),
        };
    }
}

/// Rounds each amount down to units, and gives the units that are missing to the largest remainders.
fn round_to_total(shares: &mut Vec<i128>, units: f64, total: f64, amounts: &[f64]) {
    let mut remainders: Vec<(f64, usize)> = Vec::with_capacity(amounts.len());
    for (place, amount) in amounts.iter().enumerate() {
        let exact = amount * units;
        shares.push(exact.floor() as i128);
        remainders.push((exact - exact.floor(), place));
    }
    let missing = (total * units).round() as i128 - shares.iter().sum::<i128>();
    remainders.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let missing = usize::try_from(missing).unwrap_or(0);
    for &(_, place) in remainders.iter().take(missing) {
        shares[place] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_amounts_sum_to_their_total() {
        let mut shares = Vec::new();
        round_to_total(&mut shares, 100.0, 10.0, &[10.0 / 3.0, 10.0 / 3.0, 10.0 / 3.0]);
        assert_eq!(shares, [334, 333, 333]);
        shares.clear();
        round_to_total(&mut shares, 100.0, 1.0, &[2.005, -1.005]);
        assert_eq!(shares.iter().sum::<i128>(), 100);
    }
}
