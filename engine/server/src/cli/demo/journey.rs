//! One person's way through the channels, from the first touch to the last order.
//!
//! The planted truth: people who take the newsletter come back more often and sooner.

use rand::Rng;
use rand::rngs::StdRng;

use super::business::{Customer, Kind, Order, Touchpoint};
use super::calendar::{self, Calendar, DAY};
use super::chance::{exponential, lognormal, one_of};
use super::channel::{Channel, EMAIL};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// Days from the first touch to the first order, on average.
const DECISION_DAYS: f64 = 6.0;
/// Touches in between before the first order, before later ones, and of those who never order.
const TOUCHES_BEFORE_FIRST: f64 = 4.0;
const TOUCHES_BEFORE_NEXT: f64 = 5.5;
const TOUCHES_WITHOUT_ORDER: f64 = 6.0;
/// Days after which someone who does not order has lost interest.
const INTEREST_DAYS: i64 = 30;

/// Days between two newsletters that someone opens: at least these, and these more on average.
const NEWSLETTER_DAYS_MIN: i64 = 3;
const NEWSLETTER_DAYS: f64 = 13.0;
/// The share of orders that follow straight from a newsletter.
const CLOSED_BY_NEWSLETTER: f64 = 0.35;

/// The probability of another order, and the days until it: at least these, and these more on average.
const RETURNS_WITH_NEWSLETTER: f64 = 0.68;
const RETURNS_WITHOUT: f64 = 0.44;
const RETURN_DAYS_MIN: i64 = 15;
const RETURN_DAYS_WITH_NEWSLETTER: f64 = 35.0;
const RETURN_DAYS_WITHOUT: f64 = 70.0;

const SERVICE_SHARE: f64 = 0.35;
/// The share of service orders that are booked by telephone.
const SERVICE_BY_PHONE: f64 = 0.75;
const SERVICE_CENTS: f64 = 26_000.0;
const SHOP_CENTS: f64 = 8_800.0;
const PRICE_SPREAD: f64 = 0.45;
/// What a call-out costs more on Saturday and Sunday.
const WEEKEND_SURCHARGE: f64 = 1.5;

const DEVICES: [&str; 5] = ["mobile", "mobile", "mobile", "desktop", "tablet"];

/// What one person did.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) touchpoints: Vec<Touchpoint>,
    pub(super) orders: Vec<Order>,
}

struct Walk<'a> {
    rng: &'a mut StdRng,
    customer: &'a Customer,
    end: i64,
    journey: Journey,
}

/// The journey of a customer whom a channel introduced.
pub(super) fn of(rng: &mut StdRng, calendar: Calendar, customer: &Customer, introduced_by: &Channel) -> Journey {
    let journey = Journey { touchpoints: Vec::new(), orders: Vec::new() };
    let mut walk = Walk { rng, customer, end: calendar.end(), journey };
    walk.touch(customer.created_at, introduced_by);
    if customer.newsletter {
        walk.open_newsletters();
    }
    if walk.rng.random_bool(introduced_by.converts) {
        walk.order_and_return();
    } else {
        walk.browse(customer.created_at, INTEREST_DAYS * DAY, TOUCHES_WITHOUT_ORDER);
    }
    walk.journey
}

impl Walk<'_> {
    fn touch(&mut self, at: i64, channel: &Channel) {
        if at >= self.end {
            return;
        }
        let touchpoint = Touchpoint {
            customer_id: self.customer.id,
            at,
            channel: channel.name,
            campaign: channel.campaign(self.rng),
            device: one_of(self.rng, &DEVICES),
        };
        self.journey.touchpoints.push(touchpoint);
    }

    fn open_newsletters(&mut self) {
        let mut at = self.customer.created_at;
        while at < self.end {
            at += NEWSLETTER_DAYS_MIN * DAY + seconds(exponential(self.rng, NEWSLETTER_DAYS));
            self.touch(at, &EMAIL);
        }
    }

    /// Touches spread over the `span` seconds after `from`.
    fn browse(&mut self, from: i64, span: i64, touches_mean: f64) {
        for _ in 0..exponential(self.rng, touches_mean).round() as u64 {
            let at = from + 1 + self.rng.random_range(0..span);
            let channel = Channel::draw(self.rng, |channel| channel.browses);
            self.touch(at, channel);
        }
    }

    fn order_and_return(&mut self) {
        let (returns, return_days) = if self.customer.newsletter {
            (RETURNS_WITH_NEWSLETTER, RETURN_DAYS_WITH_NEWSLETTER)
        } else {
            (RETURNS_WITHOUT, RETURN_DAYS_WITHOUT)
        };
        let mut from = self.customer.created_at;
        let decision = seconds(exponential(self.rng, DECISION_DAYS));
        let mut at = self.open_hour_after(from + decision, from);
        let mut touches_mean = TOUCHES_BEFORE_FIRST;
        loop {
            self.browse(from, at - from, touches_mean);
            if at >= self.end {
                return;
            }
            self.close(from, at);
            self.order(at);
            if !self.rng.random_bool(returns) {
                return;
            }
            from = at;
            let wait = RETURN_DAYS_MIN * DAY + seconds(exponential(self.rng, return_days));
            at = self.open_hour_after(from + wait, from);
            touches_mean = TOUCHES_BEFORE_NEXT;
        }
    }

    /// A time of the same day as `second` at which the business is open, later than `earliest`.
    fn open_hour_after(&mut self, second: i64, earliest: i64) -> i64 {
        let midnight = second - second.rem_euclid(DAY);
        let at = midnight + self.rng.random_range(calendar::opening_seconds());
        if at > earliest { at } else { earliest + 30 * MINUTE }
    }

    /// The touch that leads to an order, at most three hours before it.
    fn close(&mut self, from: i64, ordered_at: i64) {
        let before = self.rng.random_range(5 * MINUTE..3 * HOUR);
        let at = (ordered_at - before).max(from + 1);
        if self.customer.newsletter && self.rng.random_bool(CLOSED_BY_NEWSLETTER) {
            self.touch(at, &EMAIL);
        } else {
            let channel = Channel::draw(self.rng, |channel| channel.closes);
            self.touch(at, channel);
        }
    }

    fn order(&mut self, at: i64) {
        let kind = if self.rng.random_bool(SERVICE_SHARE) { Kind::Service } else { Kind::Shop };
        let median_cents = match kind {
            Kind::Service if calendar::is_weekend(at.div_euclid(DAY)) => SERVICE_CENTS * WEEKEND_SURCHARGE,
            Kind::Service => SERVICE_CENTS,
            Kind::Shop => SHOP_CENTS,
        };
        let order = Order {
            customer_id: self.customer.id,
            at,
            kind,
            by_phone: kind == Kind::Service && self.rng.random_bool(SERVICE_BY_PHONE),
            cents: lognormal(self.rng, median_cents, PRICE_SPREAD).round() as i64,
        };
        self.journey.orders.push(order);
    }
}

fn seconds(days: f64) -> i64 {
    (days * DAY as f64) as i64
}
