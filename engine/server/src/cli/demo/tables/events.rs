//! What people did on the website and with the newsletter: most rows of the demo by far.

use std::sync::Arc;

use arrow::array::{RecordBatch, TimestampMicrosecondArray};
use bellwether::Result;

use super::campaigns::{campaign_for, slug};
use super::parties::anonymous;
use super::{PEOPLE, UPDATED_AT, piece};
use crate::cli::demo::business::{Business, Customer, DEVICES, MOBILE, Outcome, Person, stream};
use crate::cli::demo::calendar::{DAY, END, HOUR, local_day};
use crate::cli::demo::chance::{Chance, mix};
use crate::cli::demo::channel::{CHANNELS, DIRECT, EMAIL, browsing, closing};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{COUNTRIES, GOODS, PRODUCTS};
use crate::cli::demo::facts::Facts;
use crate::cli::demo::truth;

/// Messages that wait on a device for up to three days, and those that are sent twice.
const LATE: f64 = 0.01;
const TWICE: f64 = 0.005;
/// How many visits after the first are made by somebody who is signed in.
const SIGNED_IN: f64 = 0.7;
/// The newsletter comes every 30 days; so many of those who take it open it, and of them so many follow a link.
const OPENED: f64 = 0.35;
const FOLLOWED: f64 = 0.2;

/// The website was down from the first moment of the outage to its last: in winter, five hours behind UTC.
const DOWN: std::ops::Range<i64> = truth::OUTAGE.start * DAY + 5 * HOUR..truth::OUTAGE.end * DAY + 5 * HOUR;

/// How far a visit comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Page,
    Looks,
    Cart,
    Checkout,
    Buys,
}

#[derive(Debug, Clone, Copy)]
struct Event {
    number: u64,
    /// Microseconds.
    at: i64,
    received_at: i64,
    kind: &'static str,
    name: &'static str,
    anonymous: u64,
    party: Option<u64>,
    channel: Option<u8>,
    /// The place of the product among all.
    product: Option<u8>,
    page: &'static str,
    device: u8,
    country: u8,
    /// The order's number, and what it came to in its currency.
    order: Option<(u32, i64)>,
}

pub(super) fn events(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(24 * PEOPLE);
    for place in piece(number, PEOPLE, business.people.len()) {
        Visitor::new(business, place, &mut rows).live(business);
    }
    let urls: Vec<String> =
        PRODUCTS.iter().map(|product| format!("https://northlight.example/shop/{}", slug(product.name))).collect();
    let properties: Vec<String> = PRODUCTS
        .iter()
        .enumerate()
        .map(|(place, product)| {
            format!(r#"{{"product_id": "{:016x}", "sku": "{}"}}"#, key(Thing::Product, place as u64), product.sku)
        })
        .collect();
    let slugs: Vec<Vec<String>> =
        CHANNELS.iter().map(|channel| channel.campaigns.iter().map(|name| slug(name)).collect()).collect();
    let known = |row: &Event| row.channel.map(|channel| &CHANNELS[usize::from(channel)]);
    let paid = |row: &Event| known(row).filter(|channel| channel.is_paid());
    let person = |row: &Event| row.number >> 20;
    let campaign = |row: &Event| campaign_for(usize::from(row.channel?), person(row));
    let utm_campaign = |row: &Event| {
        let names = &slugs[usize::from(row.channel?)];
        (!names.is_empty()).then(|| names[(mix(person(row)) % names.len() as u64) as usize].as_str())
    };
    let url = |row: &Event| row.product.map_or(row.page, |product| urls[usize::from(product)].as_str());
    let clicked = |row: &Event| known(row).and_then(|channel| channel.click_id).map(|_| key(Thing::Event, person(row)));
    let country = |row: &Event| &COUNTRIES[usize::from(row.country)];
    let instants = |values: Vec<i64>| Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"));
    Columns::of("website", rows.iter().map(|row| key(Thing::Event, (1 << 62) + row.number)), UPDATED_AT)
        .array("ts", instants(rows.iter().map(|row| row.at).collect()))
        .array("received_at", instants(rows.iter().map(|row| row.received_at).collect()))
        .text("type", rows.iter().map(|row| row.kind))
        .text("name", rows.iter().map(|row| row.name))
        .key("anonymous_id", rows.iter().map(|row| row.anonymous))
        .maybe_key("party_id", rows.iter().map(|row| row.party))
        .maybe_text("url", rows.iter().map(|row| (!row.page.is_empty()).then(|| url(row))))
        .maybe_text("referrer", rows.iter().map(|row| known(row).and_then(|channel| channel.referrer)))
        .maybe_text("utm_source", rows.iter().map(|row| paid(row).map(|channel| channel.source)))
        .maybe_text("utm_medium", rows.iter().map(|row| paid(row).map(|channel| channel.medium)))
        .maybe_text("utm_campaign", rows.iter().map(utm_campaign))
        .maybe_key("click_id", rows.iter().map(clicked))
        .maybe_key("campaign_id", rows.iter().map(campaign))
        .maybe_text("channel", rows.iter().map(|row| known(row).map(|channel| channel.name)))
        .text("device", rows.iter().map(|row| DEVICES[usize::from(row.device)]))
        .text("country", rows.iter().map(|row| country(row).code))
        .maybe_money("value", rows.iter().map(|row| row.order.map(|(_, total)| total)))
        .maybe_text("currency", rows.iter().map(|row| row.order.map(|_| country(row).currency)))
        .maybe_text("order_ref", rows.iter().map(|row| row.order.map(|(order, _)| format!("SO-{order:06}"))))
        .text(
            "properties",
            rows.iter().map(|row| row.product.map_or("{}", |product| properties[usize::from(product)].as_str())),
        )
        .finish()
}

/// Somebody, while his events are written down.
struct Visitor<'a> {
    number: usize,
    person: &'a Person,
    chance: Chance,
    events: u64,
    /// Whether it is known whose browser it is.
    identified: bool,
    rows: &'a mut Vec<Event>,
}

impl<'a> Visitor<'a> {
    fn new(business: &'a Business, number: usize, rows: &'a mut Vec<Event>) -> Self {
        let chance = business.chance(stream::VISITS, number);
        Self { number, person: &business.people[number], chance, events: 0, identified: false, rows }
    }

    fn live(mut self, business: &Business) {
        let first = usize::from(self.person.channel);
        match self.person.outcome {
            Outcome::Robot => self.visit(self.person.born, first, self.person.device, Depth::Page, None),
            Outcome::Looked => self.look_around(first, Depth::Looks),
            Outcome::FilledCart => self.look_around(first, Depth::Cart),
            Outcome::LeftCheckout | Outcome::MetBrokenCheckout => self.look_around(first, Depth::Checkout),
            Outcome::Lead => {
                self.visit(self.person.born, first, self.person.device, Depth::Looks, None);
                let lead = &business.leads[self.person.place as usize];
                self.identify(lead.created_at, "Lead Submitted");
            }
            Outcome::Customer => {
                let customer = &business.customers[self.person.place as usize];
                self.buy(business, customer);
            }
        }
    }

    /// A visit or a few, of which the last comes as far as `depth`.
    fn look_around(&mut self, first: usize, depth: Depth) {
        let mut at = self.person.born;
        let mut channel = first;
        while self.chance.happens(0.3) {
            self.visit(at, channel, self.person.device, Depth::Looks, None);
            at += (self.chance.exponential(4.0) * DAY as f64) as i64 + HOUR;
            channel = browsing(&mut self.chance);
        }
        if depth == Depth::Checkout && self.person.device == MOBILE && local_day(at) != local_day(self.person.born) {
            // What happens at the checkout depends on the day, which is that of the first visit.
            at = self.person.born + 2 * HOUR;
        }
        self.visit(at, channel, self.person.device, depth, None);
    }

    fn buy(&mut self, business: &Business, customer: &Customer) {
        let born = self.person.born;
        for (nth, order) in business.orders_of(customer).iter().enumerate() {
            let number = customer.first_order as usize + nth;
            let facts = Facts::of(business, number);
            let span = if nth == 0 { order.at - born } else { (9.0 * self.chance.uniform() * DAY as f64) as i64 };
            if nth == 0 {
                self.visit(born, usize::from(self.person.channel), self.person.device, Depth::Looks, None);
            }
            for _ in 0..self.chance.poisson(0.9) {
                let at = order.at - (span as f64 * self.chance.uniform()) as i64 - HOUR;
                let channel = browsing(&mut self.chance);
                if at > born {
                    self.visit(at, channel, self.person.device, Depth::Looks, None);
                }
            }
            let device = self.person.device;
            let broken = device == MOBILE && truth::BROKEN_CHECKOUT.contains(&facts.day);
            let ends = if broken { truth::CHECKOUT_BROKEN } else { truth::CHECKOUT };
            if nth > 0 && !facts.by_phone {
                // So many checkouts were left for each that ended in an order.
                for left in 0..self.chance.poisson(1.0 / ends - 1.0) {
                    self.visit(order.at - i64::from(left + 2) * 2400, DIRECT, device, Depth::Checkout, None);
                }
            }
            let channel = closing(&mut self.chance);
            if nth == 0 {
                let name = if customer.lead.is_some() { "Lead Submitted" } else { "Signed Up" };
                let at = customer.lead.map_or(order.at - 30, |lead| business.leads[lead as usize].created_at);
                self.identify(at, name);
            }
            let done = (!facts.by_phone).then(|| (number as u32, facts.total()));
            let depth = if done.is_some() { Depth::Buys } else { Depth::Looks };
            self.visit(order.at - 900, channel, device, depth, done.map(|order| (order, facts.lines[0].product)));
        }
        if customer.newsletter {
            self.read_newsletter(business.orders_of(customer).first().map_or(END, |order| order.at));
        }
    }

    fn read_newsletter(&mut self, since: i64) {
        let mut at = since + 30 * DAY;
        while at < END {
            if self.chance.happens(OPENED) {
                let opened = at + self.chance.below(2 * DAY as usize) as i64;
                self.push(opened, "email_open", "Newsletter", Some(EMAIL), self.person.device, "");
                if self.chance.happens(FOLLOWED) {
                    self.visit(opened + 40, EMAIL, self.person.device, Depth::Looks, None);
                }
            }
            at += 30 * DAY;
        }
    }

    fn identify(&mut self, at: i64, name: &'static str) {
        self.identified = true;
        self.push(at, "identify", "Identify", None, self.person.device, "");
        self.push(at + 1, "track", name, None, self.person.device, "https://northlight.example/contact");
    }

    /// A visit from `at` on; `order` is what is bought and the product that is looked at for it.
    fn visit(&mut self, at: i64, channel: usize, device: u8, depth: Depth, order: Option<((u32, i64), usize)>) {
        let mut now = at;
        self.push(now, "page", "Home", Some(channel), device, "https://northlight.example/");
        if depth == Depth::Page {
            return;
        }
        for look in 0..1 + self.chance.poisson(1.2) {
            now += 15 + self.chance.below(60) as i64;
            let product = match order {
                Some((_, product)) if look == 0 => product,
                _ => GOODS.start + self.chance.below(GOODS.len()),
            };
            self.push(now, "track", "Product Viewed", None, device, "shop");
            self.amend(|event| event.product = Some(product as u8));
        }
        if depth >= Depth::Cart {
            now += 20 + self.chance.below(60) as i64;
            let product = order.map_or(GOODS.start, |(_, product)| product);
            self.push(now, "track", "Product Added", None, device, "shop");
            self.amend(|event| event.product = Some(product as u8));
        }
        if depth >= Depth::Checkout {
            now += 20 + self.chance.below(90) as i64;
            self.push(now, "track", "Checkout Started", None, device, "https://northlight.example/checkout");
        }
        let broken = device == MOBILE && truth::BROKEN_CHECKOUT.contains(&local_day(now));
        if depth == Depth::Checkout && broken && self.chance.happens(0.7) {
            self.push(now + 12, "track", "Checkout Error", None, device, "https://northlight.example/checkout");
        }
        if let Some((order, _)) = order {
            now += 40 + self.chance.below(200) as i64;
            self.push(now, "track", "Order Completed", None, device, "https://northlight.example/thanks");
            self.amend(|event| event.order = Some(order));
        }
    }

    /// Adds to the event that was just written, and to its repetition.
    fn amend(&mut self, change: impl Fn(&mut Event)) {
        let number = self.event_number();
        self.rows.iter_mut().rev().take_while(|event| event.number == number).for_each(change);
    }

    fn event_number(&self) -> u64 {
        (self.number as u64) << 20 | self.events
    }

    fn push(
        &mut self,
        at: i64,
        kind: &'static str,
        name: &'static str,
        channel: Option<usize>,
        device: u8,
        page: &'static str,
    ) {
        self.events += 1;
        if at >= END || (DOWN.contains(&at) && !page.is_empty()) {
            return;
        }
        let draw = self.chance.uniform();
        let at = at * 1_000_000 + (draw * 1e6) as i64;
        // One draw decides it all: its leading digits the fraction of the second, its next ones the fate of the message.
        let fate = (draw * 1e6).fract();
        let waited = if fate < LATE { (fate / LATE * (3 * DAY) as f64) as i64 } else { (fate * 2.0) as i64 };
        let second = self.identified && self.number % 7 == 0 && (self.events & 8) == 8;
        let event = Event {
            number: self.event_number(),
            at,
            received_at: at + waited * 1_000_000 + 180_000,
            kind,
            name,
            anonymous: anonymous(self.number, second),
            party: (self.identified && fate < SIGNED_IN).then(|| key(Thing::Person, self.number as u64)),
            channel: channel.map(|channel| channel as u8),
            product: None,
            page,
            device,
            country: self.person.country,
            order: None,
        };
        self.rows.push(event);
        if fate > 1.0 - TWICE {
            self.rows.push(Event { received_at: event.received_at + 30_000_000, ..event });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn all(factor: f64) -> Vec<Event> {
        let business = Business::generate(1, factor);
        let mut rows = Vec::new();
        for place in 0..business.people.len() {
            Visitor::new(&business, place, &mut rows).live(&business);
        }
        rows
    }

    #[test]
    fn checkouts_on_mobiles_end_in_orders_as_planted() {
        let rows = all(3.0);
        let share = |broken: bool| {
            let count = |name: &str| {
                let of_kind = |row: &&Event| {
                    let day = local_day(row.at / 1_000_000);
                    row.name == name && row.device == MOBILE && truth::BROKEN_CHECKOUT.contains(&day) == broken
                };
                rows.iter().filter(of_kind).map(|row| row.number).collect::<HashSet<_>>().len() as f64
            };
            count("Order Completed") / count("Checkout Started")
        };
        assert!((share(false) - truth::CHECKOUT).abs() < 0.02, "{}", share(false));
        assert!((share(true) - truth::CHECKOUT_BROKEN).abs() < 0.06, "{}", share(true));
    }

    #[test]
    fn some_messages_are_late_and_some_come_twice() {
        let rows = all(0.2);
        let late =
            rows.iter().filter(|row| row.received_at - row.at > HOUR * 1_000_000).count() as f64 / rows.len() as f64;
        assert!((0.005..0.015).contains(&late), "{late}");
        let twice = 1.0 - rows.iter().map(|row| row.number).collect::<HashSet<_>>().len() as f64 / rows.len() as f64;
        assert!((0.003..0.007).contains(&twice), "{twice}");
        assert!(rows.iter().all(|row| row.at < END * 1_000_000));
    }
}
