//! Exchange rates of the demo's three years: a walk around what they were, fixed on working days.

use super::business::stream;
use super::calendar::{self, DAYS, FIRST_DAY, LAST_DAY};
use super::chance::Chance;

/// The currencies that are not the business's own, and what one was worth in dollars.
pub(super) const CURRENCIES: [(&str, f64); 3] = [("CAD", 0.73), ("EUR", 1.08), ("GBP", 1.26)];

/// Relative movement of a day.
const DAILY: f64 = 0.004;
/// The share of the distance to its usual value that a rate goes back in a day.
const RETURN: f64 = 0.01;

/// Dollars for one unit, in billionths as the tables keep them, of each currency on each day.
#[derive(Debug)]
pub(super) struct Rates(Vec<Vec<i64>>);

impl Rates {
    pub(super) fn draw(seed: u64) -> Self {
        let walks = CURRENCIES.iter().enumerate().map(|(place, (_, usual))| {
            let chance = &mut Chance::of(seed, stream::RATES, place as u64);
            let (mut rate, mut fixed) = (*usual, Vec::with_capacity(DAYS));
            for day in calendar::days() {
                // Weekends keep Friday's rate; a Sunday begins the calendar and needs one.
                if is_fixed(day) {
                    rate *= 1.0 + DAILY * chance.normal() + RETURN * (usual / rate - 1.0);
                }
                fixed.push((rate * 1e6).round() as i64 * 1000);
                rate = fixed.last().map_or(rate, |billionths| *billionths as f64 / 1e9);
            }
            fixed
        });
        Self(walks.collect())
    }

    /// Dollars for one unit of a currency, in billionths; of a day after the last, the last.
    pub(super) fn billionths(&self, currency: &str, day: i64) -> i64 {
        let place = (day.clamp(FIRST_DAY, LAST_DAY) - FIRST_DAY) as usize;
        match CURRENCIES.iter().position(|(code, _)| *code == currency) {
            Some(walk) => self.0[walk][place],
            None => 1_000_000_000,
        }
    }
}

/// Whether a rate is published on the day.
pub(super) fn is_fixed(day: i64) -> bool {
    day == FIRST_DAY || calendar::weekday(day) < 5
}
