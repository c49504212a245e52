//! What follows from an order: its lines, its amounts in the customer's currency, its invoice, its refund.

use super::business::{Business, Customer, Order, stream};
use super::calendar::{DAY, END, HOUR, LAST_DAY, instant, local_day};
use super::chance::Chance;
use super::company::{COUNTRIES, Country, GOODS, PRODUCTS, SERVICES};
use super::truth;

/// Amounts are whole ten-thousandths of a currency's unit, as the tables keep them.
pub(super) const CENT: i64 = 100;
/// Days until an invoice is due.
const TERMS: i64 = 30;
const BY_PHONE: f64 = 0.28;
const SERVICE: f64 = 0.45;
/// Orders below this, in cents of dollars, pay for delivery.
const FREE_DELIVERY: i64 = 8_000;
const DELIVERY: i64 = 590;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) product: usize,
    pub(super) quantity: i64,
    pub(super) unit_price: i64,
    pub(super) discount: i64,
    pub(super) amount: i64,
    pub(super) unit_cost: i64,
    pub(super) tax: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Refund {
    pub(super) at: i64,
    /// What is paid back without tax, and the tax on it.
    pub(super) net: i64,
    pub(super) tax: i64,
    pub(super) reason: &'static str,
}

/// An order with all that belongs to it.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) country: &'static Country,
    /// The business's day.
    pub(super) day: i64,
    pub(super) by_phone: bool,
    pub(super) is_service: bool,
    pub(super) lines: Vec<Line>,
    pub(super) discount: i64,
    pub(super) shipping: i64,
    pub(super) tax: i64,
    pub(super) cost: i64,
    /// The day that an organisation's invoice is due and the moment it is paid; others pay at once.
    pub(super) invoice: Option<(i64, i64)>,
    pub(super) refund: Option<Refund>,
    /// Dollars for a unit of the currency, in billionths.
    pub(super) rate: i64,
}

impl Facts {
    pub(super) fn of(business: &Business, number: usize) -> Self {
        let order = &business.orders[number];
        let customer = business.customer_of(order);
        let country = &COUNTRIES[usize::from(business.person_of(customer).country)];
        let chance = &mut business.chance(stream::ORDER, number);
        let day = local_day(order.at);
        let rate = business.rates.billionths(country.currency, day);
        let is_first = customer.first_order as usize == number;
        let is_service = is_first && customer.lead.is_some() || chance.happens(SERVICE);
        // Offers are accepted by telephone; others come to the shop on the web before they ever call.
        let by_phone = if is_first { customer.lead.is_some() } else { chance.happens(BY_PHONE) };
        let net = local(order.cents, rate);
        let shipping = if is_service || order.cents >= FREE_DELIVERY {
            0
        } else {
            local(DELIVERY, rate).min(net / 2 / CENT * CENT)
        };
        let share_off = if chance.happens(0.15) { 0.1 } else { 0.0 };
        let lines = lines(chance, net - shipping, is_service, share_off, rate, country.tax);
        let tax = lines.iter().map(|line| line.tax).sum::<i64>() + cents(shipping as f64 * country.tax);
        Self {
            country,
            day,
            by_phone,
            is_service,
            discount: lines.iter().map(|line| line.discount).sum(),
            cost: lines.iter().map(|line| line.quantity * line.unit_cost).sum(),
            shipping,
            tax,
            invoice: invoice(chance, customer, day),
            refund: refund(chance, order, day, is_service, net, country.tax),
            lines,
            rate,
        }
    }

    /// The lines before discount.
    pub(super) fn subtotal(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum::<i64>() + self.discount
    }

    pub(super) fn total(&self) -> i64 {
        self.subtotal() - self.discount + self.shipping + self.tax
    }

    /// When it is paid in full; `None` when it is not by the end.
    pub(super) fn paid_at(&self, order: &Order) -> Option<i64> {
        self.invoice.map_or(Some(order.at), |(_, at)| (at < END).then_some(at))
    }

    /// An amount in ten-thousandths of dollars.
    pub(super) fn dollars(&self, amount: i64) -> i64 {
        (i128::from(amount) * i128::from(self.rate) / 1_000_000_000) as i64
    }
}

/// Cents of dollars in another currency, in whole cents of it.
pub(super) fn local(cents: i64, rate: i64) -> i64 {
    (cents as f64 * 1e9 / rate as f64).round() as i64 * CENT
}

/// Rounded to the cent.
pub(super) fn cents(amount: f64) -> i64 {
    (amount / CENT as f64).round() as i64 * CENT
}

/// Lines that come to `net` after discount, to the cent.
fn lines(chance: &mut Chance, net: i64, is_service: bool, share_off: f64, rate: i64, tax: f64) -> Vec<Line> {
    let mut products = Vec::with_capacity(4);
    if is_service {
        products.push(SERVICES.start + chance.below(SERVICES.len()));
    } else {
        let (key, other, likely) = truth::BASKET;
        // The square favours the products that stand first, as every shop has its favourites.
        let draw = chance.uniform();
        products.push(GOODS.start + (draw * draw * GOODS.len() as f64) as usize);
        while products.len() < 4 && chance.happens(0.35) {
            let next = GOODS.start + chance.below(GOODS.len());
            if !products.contains(&next) {
                products.push(next);
            }
        }
        let place = |name: &str| PRODUCTS.iter().position(|product| product.name == name);
        if let (Some(key), Some(other)) = (place(key), place(other))
            && products.contains(&key)
            && !products.contains(&other)
            && chance.happens(likely)
        {
            products.push(other);
        }
    }
    let weights: Vec<f64> =
        products.iter().map(|product| PRODUCTS[*product].cents as f64 * chance.between(0.7, 1.4)).collect();
    let whole: f64 = weights.iter().sum();
    let mut left = net;
    let last = products.len() - 1;
    products
        .iter()
        .enumerate()
        .map(|(place, product)| {
            let amount = if place == last { left } else { cents(net as f64 * weights[place] / whole) };
            left -= amount;
            let known = &PRODUCTS[*product];
            let list = local(known.cents, rate);
            let quantity = ((amount as f64 / list as f64).round() as i64).max(1);
            let discount = cents(amount as f64 * share_off / (1.0 - share_off));
            let unit_price = (amount + discount) / quantity;
            let unit_cost = (unit_price as f64 * known.cost * chance.between(0.92, 1.08)) as i64;
            Line {
                product: *product,
                quantity,
                unit_price,
                discount,
                amount,
                unit_cost,
                tax: cents(amount as f64 * tax),
            }
        })
        .collect()
}

/// Due day and moment of payment of what an organisation orders.
fn invoice(chance: &mut Chance, customer: &Customer, day: i64) -> Option<(i64, i64)> {
    let (_, mean, spread) = truth::PAYMENT_DELAYS[usize::from(customer.industry?)];
    let due = day + TERMS;
    let late = (mean + spread * chance.normal()).round() as i64;
    Some((due, instant((due + late).max(day + 1), 11 * HOUR)))
}

fn refund(chance: &mut Chance, order: &Order, day: i64, is_service: bool, net: i64, tax: f64) -> Option<Refund> {
    let faulty = !is_service && truth::FAULTY.contains(&day);
    if !chance.happens(if faulty { truth::REFUNDS_FAULTY } else { truth::REFUNDS }) {
        return None;
    }
    let at = order.at + (chance.between(1.0, 12.0) * DAY as f64) as i64;
    let share = if chance.happens(0.6) { 1.0 } else { chance.between(0.2, 0.8) };
    let net = cents(net as f64 * share);
    let reason = if faulty { "faulty" } else { chance.pick(&["changed mind", "late", "not as described", "damaged"]) };
    (local_day(at) <= LAST_DAY && net > 0).then(|| Refund { at, net, tax: cents(net as f64 * tax), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_shipping_and_tax_come_to_the_total_to_the_cent() {
        let business = Business::generate(2, 0.2);
        for (number, order) in business.orders.iter().enumerate() {
            let facts = Facts::of(&business, number);
            let net: i64 = facts.lines.iter().map(|line| line.amount).sum();
            assert_eq!(net + facts.shipping, local(order.cents, facts.rate));
            assert_eq!(facts.total(), net + facts.shipping + facts.tax);
            assert!(facts.lines.iter().all(|line| line.amount % CENT == 0 && line.quantity > 0));
            assert!(facts.refund.is_none_or(|refund| refund.at > order.at && refund.net <= net + facts.shipping));
        }
    }
}
