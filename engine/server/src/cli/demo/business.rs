//! A small home-services-and-shop business, made up from a seed.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::advertising::{self, AdSpend};
use super::calendar::{self, Calendar, DAY};
use super::chance::{one_of, rounded};
use super::channel::Channel;
use super::journey;
use super::phone::{self, Call};

/// New people who get in touch on an average day.
const ARRIVALS_PER_DAY: f64 = 11.0;

/// The share of people who take the newsletter.
const NEWSLETTER_SHARE: f64 = 0.38;

const FIRST_NAMES: [&str; 24] = [
    "Ada", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hugo", "Iris", "Jonas", "Kira", "Leo", "Maya", "Nils",
    "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Victor", "Wendy", "Yusuf",
];
const LAST_NAMES: [&str; 30] = [
    "Adler", "Baker", "Carter", "Dixon", "Evans", "Fischer", "Garcia", "Hughes", "Ivanova", "Jensen", "Keller",
    "Lopez", "Meyer", "Novak", "Owens", "Patel", "Quist", "Rossi", "Silva", "Turner", "Ueda", "Vargas", "Weber", "Xu",
    "Young", "Zimmer", "Moreau", "Nguyen", "Okafor", "Larsen",
];
const POSTCODES: [&str; 8] = ["04101", "04102", "04103", "04106", "04107", "04108", "04124", "04160"];

/// Everything the demo's tables hold, in the order of time.
#[derive(Debug)]
pub(super) struct Business {
    pub(super) customers: Vec<Customer>,
    pub(super) touchpoints: Vec<Touchpoint>,
    pub(super) orders: Vec<Order>,
    pub(super) calls: Vec<Call>,
    pub(super) ad_spend: Vec<AdSpend>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Customer {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) postcode: &'static str,
    pub(super) newsletter: bool,
    /// Second of the first touch.
    pub(super) created_at: i64,
}

#[derive(Debug, PartialEq)]
pub(super) struct Touchpoint {
    pub(super) customer_id: i64,
    pub(super) at: i64,
    pub(super) channel: &'static str,
    pub(super) campaign: Option<&'static str>,
    pub(super) device: &'static str,
}

/// What was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody comes and repairs or installs something.
    Service,
    /// Goods from the shop.
    Shop,
}

#[derive(Debug, PartialEq)]
pub(super) struct Order {
    pub(super) customer_id: i64,
    pub(super) at: i64,
    pub(super) kind: Kind,
    pub(super) by_phone: bool,
    pub(super) cents: i64,
}

impl Business {
    /// The business of `days` days that `seed` stands for.
    pub(super) fn generate(seed: u32, days: u32) -> Self {
        let mut rng = StdRng::seed_from_u64(u64::from(seed));
        let calendar = Calendar::new(days);
        let mut business = Self {
            customers: Vec::new(),
            touchpoints: Vec::new(),
            orders: Vec::new(),
            calls: Vec::new(),
            ad_spend: Vec::new(),
        };
        for day in calendar.days() {
            for _ in 0..rounded(&mut rng, ARRIVALS_PER_DAY * calendar::season(day)) {
                business.arrive(&mut rng, calendar, day);
            }
        }
        business.touchpoints.sort_by_key(|touchpoint| (touchpoint.at, touchpoint.customer_id));
        business.orders.sort_by_key(|order| (order.at, order.customer_id));
        business.calls = phone::calls(&mut rng, calendar, &business.customers, &business.orders);
        business.ad_spend = advertising::spend(&mut rng, calendar);
        business
    }

    fn arrive(&mut self, rng: &mut StdRng, calendar: Calendar, day: i64) {
        let id = self.customers.len() as i64 + 1;
        let (first, last) = (one_of(rng, &FIRST_NAMES), one_of(rng, &LAST_NAMES));
        let customer = Customer {
            id,
            name: format!("{first} {last}"),
            email: format!("{}.{}.{id}@example.com", first.to_lowercase(), last.to_lowercase()),
            postcode: one_of(rng, &POSTCODES),
            newsletter: rng.random_bool(NEWSLETTER_SHARE),
            created_at: day * DAY + rng.random_range(calendar::opening_seconds()),
        };
        let introduced_by = Channel::draw(rng, |channel| channel.introduces);
        let journey = journey::of(rng, calendar, &customer, introduced_by);
        self.touchpoints.extend(journey.touchpoints);
        self.orders.extend(journey.orders);
        self.customers.push(customer);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_business() {
        let (one, same, other) = (Business::generate(1, 180), Business::generate(1, 180), Business::generate(2, 180));
        assert_eq!(one.customers, same.customers);
        assert_eq!(one.touchpoints, same.touchpoints);
        assert_eq!(one.orders, same.orders);
        assert_eq!(one.calls, same.calls);
        assert_eq!(one.ad_spend, same.ad_spend);
        assert_ne!(one.touchpoints, other.touchpoints);
    }

    #[test]
    fn a_year_is_a_small_business() {
        let business = Business::generate(1, 365);
        assert!((3_800..4_300).contains(&business.customers.len()), "{} customers", business.customers.len());
        assert!((50_000..70_000).contains(&business.touchpoints.len()), "{} touches", business.touchpoints.len());
        assert!((5_000..7_000).contains(&business.orders.len()), "{} orders", business.orders.len());
        assert!((5_000..7_000).contains(&business.calls.len()), "{} calls", business.calls.len());
    }

    #[test]
    fn everything_happens_within_the_calendar() {
        let business = Business::generate(5, 200);
        let days = Calendar::new(200).days();
        let within = |second: i64| days.contains(&second.div_euclid(DAY));
        assert!(business.customers.iter().all(|customer| within(customer.created_at)));
        assert!(business.touchpoints.iter().all(|touchpoint| within(touchpoint.at)));
        assert!(business.orders.iter().all(|order| within(order.at)));
        assert!(business.calls.iter().all(|call| within(call.at)));
        assert!(business.ad_spend.iter().all(|spend| days.contains(&spend.day)));
    }

    #[test]
    fn every_order_follows_a_touch_of_its_customer() {
        let business = Business::generate(5, 200);
        let mut first_touch = HashMap::new();
        for touchpoint in &business.touchpoints {
            first_touch.entry(touchpoint.customer_id).or_insert(touchpoint.at);
        }
        assert!(business.orders.iter().all(|order| first_touch[&order.customer_id] < order.at));
    }

    #[test]
    fn a_booked_call_names_an_order_by_phone_and_comes_before_it() {
        let business = Business::generate(5, 200);
        let by_phone = business.orders.iter().filter(|order| order.by_phone).count();
        let booked: Vec<_> = business.calls.iter().filter_map(|call| Some((call, call.order_id?))).collect();
        assert_eq!(booked.len(), by_phone);
        for (call, order_id) in booked {
            let order = &business.orders[order_id as usize - 1];
            assert!(call.answered && order.by_phone && call.at < order.at);
            assert_eq!(call.customer_id, Some(order.customer_id));
        }
    }
}
