//! The demo business on the telephone.
//!
//! The planted truth: at weekends few calls are answered, and those that are bring the larger orders.

use rand::Rng;
use rand::rngs::StdRng;

use super::business::{Customer, Order};
use super::calendar::{self, Calendar, DAY};
use super::chance::{exponential, rounded};

/// Calls that lead to no order on an average day, Sunday first.
const CALLS_PER_DAY: [f64; 7] = [10.0, 13.0, 13.0, 13.0, 13.0, 13.0, 15.0];

/// The share of those calls that nobody answers: mornings, afternoons, evenings.
const MISSED_ON_WEEKDAYS: [f64; 3] = [0.05, 0.07, 0.16];
const MISSED_ON_SATURDAYS: [f64; 3] = [0.34, 0.42, 0.58];
const MISSED_ON_SUNDAYS: [f64; 3] = [0.52, 0.58, 0.66];
const HOURS_PER_PART: i64 = 4;

/// The share of those calls whose caller is known.
const KNOWN_CALLERS: f64 = 0.55;

#[derive(Debug, PartialEq)]
pub(super) struct Call {
    /// `None` when the number belongs to no customer.
    pub(super) customer_id: Option<i64>,
    pub(super) at: i64,
    pub(super) answered: bool,
    pub(super) ring_seconds: i32,
    pub(super) talk_seconds: i32,
    /// The order that was booked in this call.
    pub(super) order_id: Option<i64>,
}

/// All calls by time; orders are numbered from one in the order given.
pub(super) fn calls(rng: &mut StdRng, calendar: Calendar, customers: &[Customer], orders: &[Order]) -> Vec<Call> {
    let mut calls = Vec::new();
    for (index, order) in orders.iter().enumerate() {
        if order.by_phone {
            calls.push(Call {
                customer_id: Some(order.customer_id),
                at: order.at - rng.random_range(60..600),
                answered: true,
                ring_seconds: rng.random_range(3..20),
                talk_seconds: rng.random_range(120..600),
                order_id: Some(index as i64 + 1),
            });
        }
    }
    for day in calendar.days() {
        // Customers are in the order of the days they came on.
        let known = customers.partition_point(|customer| customer.created_at < day * DAY);
        let mean = CALLS_PER_DAY[calendar::weekday(day) as usize] * calendar::season(day);
        for _ in 0..rounded(rng, mean) {
            calls.push(inquiry(rng, day, &customers[..known]));
        }
    }
    calls.sort_by_key(|call| (call.at, call.order_id, call.customer_id));
    calls
}

/// A call that leads to no order.
fn inquiry(rng: &mut StdRng, day: i64, known: &[Customer]) -> Call {
    let second = rng.random_range(calendar::opening_seconds());
    let answered = !rng.random_bool(missed_share(day, second));
    let customer_id = if !known.is_empty() && rng.random_bool(KNOWN_CALLERS) {
        Some(known[rng.random_range(0..known.len())].id)
    } else {
        None
    };
    Call {
        customer_id,
        at: day * DAY + second,
        answered,
        ring_seconds: if answered { rng.random_range(3..25) } else { rng.random_range(15..45) },
        talk_seconds: if answered { 20 + exponential(rng, 100.0) as i32 } else { 0 },
        order_id: None,
    }
}

fn missed_share(day: i64, second: i64) -> f64 {
    let shares = match calendar::weekday(day) {
        0 => MISSED_ON_SUNDAYS,
        6 => MISSED_ON_SATURDAYS,
        _ => MISSED_ON_WEEKDAYS,
    };
    let part = (second - calendar::opening_seconds().start) / (HOURS_PER_PART * 3600);
    shares[part.clamp(0, 2) as usize]
}
