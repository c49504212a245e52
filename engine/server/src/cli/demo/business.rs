//! A small home-services-and-shop business, made up from a seed: who came, who bought what when, who asked for an offer.

use super::advertising::Advertising;
use super::calendar::{self, DAY, END, FIRST_DAY, HOUR, OPEN, WEEKDAYS, instant, local_day};
use super::chance::Chance;
use super::channel::{CHANNELS, GOOGLE, REFERRAL};
use super::company::{COUNTRIES, INDUSTRIES};
use super::rates::Rates;
use super::truth;

/// The kinds of streams of chance.
pub(super) mod stream {
    pub(crate) const ARRIVALS: u64 = 1;
    pub(crate) const CUSTOMER: u64 = 2;
    pub(crate) const ADVERTISING: u64 = 3;
    pub(crate) const RATES: u64 = 4;
    pub(crate) const ORDER: u64 = 5;
    pub(crate) const VISITS: u64 = 6;
    pub(crate) const CALLS: u64 = 7;
    pub(crate) const LEAD: u64 = 8;
    pub(crate) const IDENTITY: u64 = 9;
    pub(crate) const WORK: u64 = 10;
    pub(crate) const FEEDBACK: u64 = 11;
    pub(crate) const COSTS: u64 = 12;
    pub(crate) const MESSAGE: u64 = 13;
    pub(crate) const OUTSIDE: u64 = 14;
    pub(crate) const SUBSCRIPTION: u64 = 15;
}

/// New customers of the small business in three years.
const CUSTOMERS: f64 = 3_000.0;
/// What unpaid demand grows by in a year.
const GROWTH: f64 = 0.12;
/// The share of new customers who ask for an offer first.
const BY_LEAD: f64 = 0.2;
/// Minutes until a lead is answered, in the median and in the deviation of their logarithm: the first rep is quick, and
/// that is his secret.
const ANSWERED_AFTER: f64 = 48.0;
const QUICKLY_ANSWERED_AFTER: f64 = 14.0;
const ANSWER_SPREAD: f64 = 0.9;
/// The shares of leads that are answered within half an hour, which follow from these.
const FAST: f64 = 0.3008;
const FAST_OF_THE_QUICK: f64 = 0.8014;
const LEADS_OF_ORGANISATIONS: f64 = 0.3;
const SHARE_OF_MOBILES: f64 = 0.58;
const SHARE_OF_ORGANISATIONS: f64 = 0.1;

pub(super) const DEVICES: [&str; 3] = ["mobile", "desktop", "tablet"];
pub(super) const MOBILE: u8 = 0;

/// How far somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Looked,
    FilledCart,
    LeftCheckout,
    /// Would have bought, had the payment page worked.
    MetBrokenCheckout,
    /// Asked for an offer and did not buy.
    Lead,
    Customer,
    /// A robot that looks at one page.
    Robot,
}

/// Somebody who came at least once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Person {
    pub(super) born: i64,
    pub(super) channel: u8,
    pub(super) country: u8,
    pub(super) device: u8,
    pub(super) outcome: Outcome,
    /// The place among the customers or leads, for those who are one.
    pub(super) place: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Customer {
    pub(super) person: u32,
    /// The place among the leads, of those who asked for an offer first.
    pub(super) lead: Option<u32>,
    /// The place in [`truth::PAYMENT_DELAYS`] of an organisation's industry.
    pub(super) industry: Option<u8>,
    pub(super) newsletter: bool,
    pub(super) complains: bool,
    pub(super) first_order: u32,
    pub(super) orders: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Order {
    pub(super) customer: u32,
    pub(super) at: i64,
    /// What it is worth without tax, in cents of dollars.
    pub(super) cents: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lead {
    pub(super) person: u32,
    pub(super) created_at: i64,
    /// When the sales rep answered.
    pub(super) answered_at: i64,
    pub(super) rep: u8,
    pub(super) organisation: bool,
    /// When it was won, for leads that were.
    pub(super) won_at: Option<i64>,
}

/// Everything that the demo's tables are derived from.
#[derive(Debug)]
pub(super) struct Business {
    pub(super) seed: u64,
    /// How many times larger than the small business.
    pub(super) factor: f64,
    pub(super) people: Vec<Person>,
    pub(super) customers: Vec<Customer>,
    pub(super) orders: Vec<Order>,
    pub(super) leads: Vec<Lead>,
    pub(super) advertising: Advertising,
    pub(super) rates: Rates,
}

impl Business {
    pub(super) fn generate(seed: u64, factor: f64) -> Self {
        let mut business = Self {
            seed,
            factor,
            people: Vec::new(),
            customers: Vec::new(),
            orders: Vec::new(),
            leads: Vec::new(),
            advertising: Advertising::plan(seed),
            rates: Rates::draw(seed),
        };
        for day in calendar::days() {
            business.open(day);
        }
        business
    }

    pub(super) fn chance(&self, stream: u64, index: usize) -> Chance {
        Chance::of(self.seed, stream, index as u64)
    }

    /// Sales reps; a larger business has a few more.
    pub(super) fn reps(&self) -> usize {
        if self.factor > 5.0 { 12 } else { 4 }
    }

    pub(super) fn customer_of(&self, order: &Order) -> &Customer {
        &self.customers[order.customer as usize]
    }

    pub(super) fn person_of(&self, customer: &Customer) -> &Person {
        &self.people[customer.person as usize]
    }

    pub(super) fn orders_of(&self, customer: &Customer) -> &[Order] {
        &self.orders[customer.first_order as usize..(customer.first_order + customer.orders) as usize]
    }

    /// A day's new people.
    fn open(&mut self, day: i64) {
        let chance = &mut self.chance(stream::ARRIVALS, (day - FIRST_DAY) as usize);
        let usual = CUSTOMERS * self.factor / calendar::DAYS as f64 * WEEKDAYS[calendar::weekday(day)];
        let down = if truth::OUTAGE.contains(&day) { 0.02 } else { 1.0 };
        let years = (day - FIRST_DAY) as f64 / 365.25;
        for (place, channel) in CHANNELS.iter().enumerate().filter(|(_, channel)| channel.causes > 0.0) {
            let effect = if channel.is_paid() {
                self.advertising.effect(place, day)
            } else {
                calendar::season(day as f64) * (1.0 + GROWTH * (years - 1.5))
            };
            let dearer = if place == GOOGLE && truth::BIDDING.contains(&day) { truth::BIDDING_COST } else { 1.0 };
            let expected = usual * channel.causes * effect * down / dearer / channel.converts;
            let asking = channel.converts * BY_LEAD / self.share_won(place);
            for _ in 0..chance.poisson(expected) {
                self.arrive(chance, day, place, asking);
            }
        }
        if truth::ROBOT.contains(&day) {
            for _ in 0..(usual * 66.0) as usize {
                let person = stranger(chance, day, REFERRAL);
                self.people.push(Person { outcome: Outcome::Robot, ..person });
            }
        }
    }

    /// One more who comes by a channel, of whose people some share asks for an offer.
    fn arrive(&mut self, chance: &mut Chance, day: i64, channel: usize, asking: f64) {
        let buying = CHANNELS[channel].converts * (1.0 - BY_LEAD);
        let person = stranger(chance, day, channel);
        let draw = chance.uniform();
        if draw < asking {
            self.ask(chance, person);
        } else if draw < asking + buying {
            let first = open_hour(person.born + (chance.exponential(6.0) * DAY as f64) as i64 + HOUR);
            let broken = person.device == MOBILE && truth::BROKEN_CHECKOUT.contains(&local_day(first));
            // Who means to buy and meets a broken page does not come back.
            if broken && chance.happens(1.0 - truth::CHECKOUT_BROKEN / truth::CHECKOUT) {
                self.people.push(Person { outcome: Outcome::MetBrokenCheckout, born: first, ..person });
                return;
            }
            let industry = chance.happens(SHARE_OF_ORGANISATIONS).then(|| chance.below(INDUSTRIES) as u8);
            self.buy(person, None, industry, first);
        } else {
            // Of all checkouts, the planted share ends in an order: the others are among those who do neither.
            let left = buying * (1.0 / truth::CHECKOUT - 1.0) / (1.0 - asking - buying);
            let draw = chance.uniform();
            let outcome = match () {
                () if draw < left => Outcome::LeftCheckout,
                () if draw < left + 0.15 => Outcome::FilledCart,
                () => Outcome::Looked,
            };
            self.people.push(Person { outcome, ..person });
        }
    }

    /// Somebody who asks for an offer.
    fn ask(&mut self, chance: &mut Chance, person: Person) {
        let created_at = person.born + 600 + (chance.exponential(2.0) * HOUR as f64) as i64;
        let rep = chance.below(self.reps()) as u8;
        let organisation = chance.happens(LEADS_OF_ORGANISATIONS);
        let median = if rep == 0 { QUICKLY_ANSWERED_AFTER } else { ANSWERED_AFTER };
        let answered_at = created_at + (chance.lognormal(median, ANSWER_SPREAD) * 60.0) as i64;
        let fast = answered_at - created_at <= 1800;
        let won = chance.happens(chance_won(usize::from(person.channel), fast, organisation));
        let days = chance.lognormal(if rep == 0 { 9.0 } else { 14.0 }, 0.5);
        let won_at = won.then_some(created_at + (days * DAY as f64) as i64);
        let lead = self.leads.len() as u32;
        self.leads.push(Lead { person: self.people.len() as u32, created_at, answered_at, rep, organisation, won_at });
        match won_at.filter(|at| *at < END) {
            Some(at) => {
                let industry = organisation.then(|| chance.below(INDUSTRIES) as u8);
                self.buy(person, Some(lead), industry, at);
            }
            None => self.people.push(Person { outcome: Outcome::Lead, place: lead, ..person }),
        }
    }

    /// The share of a channel's leads that are won.
    fn share_won(&self, channel: usize) -> f64 {
        let quick = 1.0 / self.reps() as f64;
        let fast = quick * FAST_OF_THE_QUICK + (1.0 - quick) * FAST;
        let of_all = |is_fast: bool, share: f64| {
            let organisations = LEADS_OF_ORGANISATIONS * chance_won(channel, is_fast, true);
            share * (organisations + (1.0 - LEADS_OF_ORGANISATIONS) * chance_won(channel, is_fast, false))
        };
        of_all(true, fast) + of_all(false, 1.0 - fast)
    }

    /// The orders of somebody whose first one comes at this moment, after the planted process.
    fn buy(&mut self, person: Person, lead: Option<u32>, industry: Option<u8>, first: i64) {
        let place = self.customers.len();
        let first = open_hour(first);
        if first >= END {
            let (outcome, place) = lead.map_or((Outcome::FilledCart, 0), |lead| (Outcome::Lead, lead));
            self.people.push(Person { outcome, place, ..person });
            return;
        }
        let chance = &mut self.chance(stream::CUSTOMER, place);
        let rate = chance.gamma(truth::PURCHASE_R, 1.0 / truth::PURCHASE_ALPHA);
        let dropout = chance.beta(truth::DROPOUT_A, truth::DROPOUT_B);
        let value = chance.gamma(truth::VALUE_Q, 1.0 / truth::VALUE_GAMMA);
        let leaves_sooner = usize::from(dropout > truth::MEDIAN_DROPOUT);
        let customer = Customer {
            person: self.people.len() as u32,
            lead,
            industry,
            newsletter: chance.happens(truth::NEWSLETTER[leaves_sooner]),
            complains: chance.happens(truth::COMPLAINTS[leaves_sooner]),
            first_order: self.orders.len() as u32,
            orders: 0,
        };
        // Purchases come at a constant rate of demand; demand passes faster in the high season.
        let mut demand = calendar::demand_until(first as f64 / DAY as f64);
        let mut at = first;
        while at < END {
            let cents = (100.0 * chance.gamma(truth::VALUE_P, 1.0 / value)).round().max(100.0) as i64;
            self.orders.push(Order { customer: place as u32, at, cents });
            // In this process nobody leaves after the first purchase: only repeated ones are followed by the draw.
            let is_repeat = self.orders.len() as u32 > customer.first_order + 1;
            if rate <= 0.0 || (is_repeat && chance.happens(dropout)) {
                break;
            }
            demand += chance.exponential(1.0 / rate);
            if demand > calendar::demand_until(END as f64 / DAY as f64) {
                break;
            }
            let next = business_day(chance, (calendar::day_of_demand(demand) * DAY as f64) as i64);
            // Two purchases of a day would be one to everybody who counts days.
            at = if local_day(next) <= local_day(at) { at + DAY } else { next };
        }
        let orders = self.orders.len() as u32 - customer.first_order;
        self.customers.push(Customer { orders, ..customer });
        self.people.push(Person { outcome: Outcome::Customer, place: place as u32, ..person });
    }
}

fn stranger(chance: &mut Chance, day: i64, channel: usize) -> Person {
    let device = match chance.uniform() {
        draw if draw < SHARE_OF_MOBILES => MOBILE,
        draw if draw < 0.94 => 1,
        _ => 2,
    };
    let second = OPEN.start * HOUR + (chance.uniform() * ((OPEN.end - OPEN.start) * HOUR) as f64) as i64;
    Person {
        born: instant(day, second),
        channel: channel as u8,
        country: chance.weighted(COUNTRIES.iter().map(|country| country.share)) as u8,
        device,
        outcome: Outcome::Looked,
        place: 0,
    }
}

/// The moment, or one in opening hours of the same day.
fn open_hour(at: i64) -> i64 {
    let day = local_day(at);
    let second = (at - instant(day, 0)).rem_euclid(DAY);
    let open = (OPEN.end - OPEN.start) * HOUR;
    // Nights are spread over the day; what is within opening hours stays.
    let shown = if OPEN.contains(&(second / HOUR)) { second } else { OPEN.start * HOUR + second * open / DAY };
    instant(day, shown)
}

/// A moment near `at` on a day on which people order: fewer do at weekends, and nobody while the website is down.
fn business_day(chance: &mut Chance, at: i64) -> i64 {
    let busiest = WEEKDAYS.iter().copied().fold(0.0, f64::max);
    let mut day = local_day(at);
    let second = (at - instant(day, 0)).rem_euclid(DAY);
    for _ in 0..2 {
        if chance.happens(WEEKDAYS[calendar::weekday(day)] / busiest) {
            break;
        }
        day += 1;
    }
    if truth::OUTAGE.contains(&day) {
        day = truth::OUTAGE.end;
    }
    open_hour(instant(day, second))
}

/// The probability that a lead is won.
fn chance_won(channel: usize, fast: bool, organisation: bool) -> f64 {
    let log_odds = truth::LEAD_INTERCEPT
        + CHANNELS[channel].lead_quality
        + if fast { truth::LEAD_FAST } else { 0.0 }
        + if organisation { truth::LEAD_ORGANISATION } else { 0.0 };
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_business() {
        let (one, same, other) = (Business::generate(1, 0.3), Business::generate(1, 0.3), Business::generate(2, 0.3));
        assert_eq!((&one.people, &one.orders, &one.leads), (&same.people, &same.orders, &same.leads));
        assert_ne!(one.orders, other.orders);
    }

    #[test]
    fn three_years_are_a_small_business() {
        let business = Business::generate(1, 1.0);
        let (customers, orders) = (business.customers.len(), business.orders.len());
        assert!((2_600..3_400).contains(&customers), "{customers} customers");
        assert!((10_000..18_000).contains(&orders), "{orders} orders");
        assert!((12_000..30_000).contains(&business.people.len()), "{} people", business.people.len());
        assert!((1_000..4_000).contains(&business.leads.len()), "{} leads", business.leads.len());
        let mean = business.orders.iter().map(|order| order.cents).sum::<i64>() as f64 / orders as f64 / 100.0;
        assert!((160.0..200.0).contains(&mean), "{mean} dollars");
    }

    #[test]
    fn customers_and_people_know_each_other_and_orders_are_in_time() {
        let business = Business::generate(3, 0.3);
        for (place, customer) in business.customers.iter().enumerate() {
            let person = business.person_of(customer);
            assert_eq!((person.outcome, person.place as usize), (Outcome::Customer, place));
            let orders = business.orders_of(customer);
            assert!(orders.iter().all(|order| order.customer as usize == place));
            assert!(orders.is_sorted_by(|one, next| local_day(one.at) < local_day(next.at)));
        }
        for lead in &business.leads {
            let person = &business.people[lead.person as usize];
            assert!(person.outcome == Outcome::Customer || person.outcome == Outcome::Lead);
        }
    }

    #[test]
    fn leads_are_won_as_often_as_planted_and_come_evenly() {
        let business = Business::generate(1, 3.0);
        let channel = |lead: &Lead| usize::from(business.people[lead.person as usize].channel);
        let expected: f64 = business.leads.iter().map(|lead| business.share_won(channel(lead))).sum();
        let won = business.leads.iter().filter(|lead| lead.won_at.is_some()).count() as f64;
        assert!((won / expected - 1.0).abs() < 0.05, "{won} of {expected}");
        let mut days = vec![0.0; calendar::DAYS];
        for lead in &business.leads {
            days[(local_day(lead.created_at) - FIRST_DAY).clamp(0, calendar::DAYS as i64 - 1) as usize] += 1.0;
        }
        let mean = days.iter().sum::<f64>() / days.len() as f64;
        let variance = days.iter().map(|leads| (leads - mean) * (leads - mean)).sum::<f64>() / days.len() as f64;
        assert!(variance < 2.0 * mean, "variance {variance}, mean {mean}");
    }

    #[test]
    fn half_of_the_customers_leave_less_often_than_the_median() {
        let mut chance = Chance::of(1, 0, 0);
        let below =
            (0..50_000).filter(|_| chance.beta(truth::DROPOUT_A, truth::DROPOUT_B) < truth::MEDIAN_DROPOUT).count();
        assert!((below as f64 / 50_000.0 - 0.5).abs() < 0.02, "{below}");
    }
}
