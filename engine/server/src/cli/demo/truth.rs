//! What is planted in the demo: the numbers that analyses should find again, and the table that names them.

use std::ops::Range;

use super::calendar::{self, SEASONAL_SWING, WEEKDAYS, date, iso};
use super::channel::{CHANNELS, Channel};

/// The purchase process is BG/NBD (Fader, Hardie & Lee 2005), in days: rates of purchase are gamma-distributed, and
/// after each purchase a customer leaves with a beta-distributed probability.
pub(super) const PURCHASE_R: f64 = 0.85;
pub(super) const PURCHASE_ALPHA: f64 = 62.0;
pub(super) const DROPOUT_A: f64 = 0.75;
pub(super) const DROPOUT_B: f64 = 2.9;

/// What orders are worth is gamma-gamma (Fader & Hardie 2013), in dollars without tax.
pub(super) const VALUE_P: f64 = 6.0;
pub(super) const VALUE_Q: f64 = 3.6;
pub(super) const VALUE_GAMMA: f64 = 78.0;

/// The share of checkouts on mobiles that end in an order, usually and while the payment page was broken.
pub(super) const CHECKOUT: f64 = 0.62;
pub(super) const CHECKOUT_BROKEN: f64 = 0.25;
/// The release of 2025-03-10 broke the payment page on mobiles until 2025-04-06.
pub(super) const BROKEN_CHECKOUT: Range<i64> = date(2025, 3, 10)..date(2025, 4, 7);

/// The website was down for two days: nobody new came.
pub(super) const OUTAGE: Range<i64> = date(2024, 11, 12)..date(2024, 11, 14);
/// A robot visited as a referral.
pub(super) const ROBOT: Range<i64> = date(2025, 2, 18)..date(2025, 2, 19);
/// A competitor bid on Google: clicks cost more, and leads with them.
pub(super) const BIDDING: Range<i64> = date(2025, 8, 5)..date(2025, 8, 12);
pub(super) const BIDDING_COST: f64 = 2.6;
/// The telephone system was down for a day: nearly all calls were missed.
pub(super) const PHONE_OUTAGE: Range<i64> = date(2025, 5, 22)..date(2025, 5, 23);
/// On the last day the front desk went home at noon, and nobody has called back yet.
pub(super) const CLOSED_EARLY: i64 = calendar::LAST_DAY;
pub(super) const CLOSED_FROM: i64 = 12;
/// A faulty delivery of filters: goods ordered then were sent back.
pub(super) const FAULTY: Range<i64> = date(2025, 9, 15)..date(2025, 9, 20);
pub(super) const REFUNDS: f64 = 0.03;
pub(super) const REFUNDS_FAULTY: f64 = 0.3;

/// Hours in which fewer people answer the telephone than calls need: day of the week (0 Monday) and hour.
pub(super) const STAFFING_GAPS: [(usize, i64); 6] = [(0, 8), (0, 9), (3, 17), (4, 16), (4, 17), (5, 10)];
pub(super) const MISSED: f64 = 0.04;
pub(super) const MISSED_IN_GAPS: f64 = 0.55;
pub(super) const MISSED_IN_OUTAGE: f64 = 0.95;

/// Mean days between due day and payment of invoices, by the customer's industry.
pub(super) const PAYMENT_DELAYS: [(&str, f64, f64); 4] =
    [("construction", 24.0, 5.0), ("property management", 2.0, 4.0), ("hospitality", -1.0, 3.0), ("retail", -3.0, 4.0)];

/// IT spent so much of its budget in the third quarter of 2025; all others keep theirs.
pub(super) const OVERRUN_UNIT: &str = "IT";
pub(super) const OVERRUN: f64 = 1.38;
pub(super) const OVERRUN_PERIOD: Range<i64> = date(2025, 7, 1)..date(2025, 10, 1);

/// What wins leads, as logarithms of odds: to be answered within half an hour, and to be an organisation.
pub(super) const LEAD_INTERCEPT: f64 = -1.3;
pub(super) const LEAD_FAST: f64 = 0.9;
pub(super) const LEAD_ORGANISATION: f64 = 0.5;

/// Of customers who leave less often than half of all, and of the others: how many take the newsletter, and how many
/// complain. Both say who leaves without changing how many do.
pub(super) const NEWSLETTER: [f64; 2] = [0.62, 0.3];
pub(super) const COMPLAINTS: [f64; 2] = [0.05, 0.16];
/// The median of the beta distribution of leaving.
pub(super) const MEDIAN_DROPOUT: f64 = 0.1506;

/// Jobs that are done late, and what that takes from the likelihood to recommend, in points of ten.
pub(super) const LATE_JOBS: f64 = 0.12;
pub(super) const LATE_JOB_POINTS: f64 = 3.0;

/// One who buys the key buys the other in the same order with this probability; others as often as any product.
pub(super) const BASKET: (&str, &str, f64) = ("Water Filter Housing", "Filter Cartridge", 0.6);

/// One planted fact.
#[derive(Debug)]
pub(super) struct Truth {
    pub(super) kind: &'static str,
    pub(super) subject: String,
    pub(super) metric: &'static str,
    pub(super) value: f64,
    /// First and last day, where it holds for some days only.
    pub(super) days: Option<(i64, i64)>,
    pub(super) meaning: String,
}

/// Everything that is planted.
pub(super) fn all() -> Vec<Truth> {
    let mut truths = Vec::new();
    for channel in CHANNELS.iter().filter(|channel| channel.causes > 0.0) {
        of_channel(channel, &mut truths);
    }
    of_customers(&mut truths);
    of_days(&mut truths);
    of_operations(&mut truths);
    truths
}

fn fact(kind: &'static str, subject: &str, metric: &'static str, value: f64, meaning: impl Into<String>) -> Truth {
    Truth { kind, subject: subject.to_owned(), metric, value, days: None, meaning: meaning.into() }
}

fn during(truth: Truth, days: &Range<i64>) -> Truth {
    Truth { days: Some((days.start, days.end - 1)), ..truth }
}

fn of_channel(channel: &Channel, truths: &mut Vec<Truth>) {
    let name = channel.name;
    let mut add = |metric, value, meaning: &str| truths.push(fact("channel", name, metric, value, meaning));
    add(
        "share_of_new_customers",
        channel.causes,
        "Share of new customers it causes, at the average spend of all channels",
    );
    add("conversion_rate", channel.converts, "Share of the people it brings first who buy");
    add("lead_log_odds", channel.lead_quality, "What it adds to the logarithm of the odds that a lead is won");
    if channel.is_paid() {
        add("carry_over", channel.carry_over, "Geometric adstock: share of a day's effect that the next day still has");
        add(
            "half_saturation",
            channel.half_saturation,
            "Adstocked spend, as a multiple of its average, with half of the most possible effect: x / (x + value)",
        );
    }
}

fn of_customers(truths: &mut Vec<Truth>) {
    let mut add =
        |kind, subject, metric, value, meaning: &str| truths.push(fact(kind, subject, metric, value, meaning));
    for (metric, value) in [("r", PURCHASE_R), ("alpha", PURCHASE_ALPHA), ("a", DROPOUT_A), ("b", DROPOUT_B)] {
        add(
            "clv",
            "bg_nbd",
            metric,
            value,
            "Parameter of the purchase process, in days, of all customers with an order",
        );
    }
    for (metric, value) in [("p", VALUE_P), ("q", VALUE_Q), ("v", VALUE_GAMMA)] {
        add("clv", "gamma_gamma", metric, value, "Parameter of the order values: revenue without tax, dollars");
    }
    for (subject, [staying, leaving]) in [("newsletter", NEWSLETTER), ("complaint", COMPLAINTS)] {
        add("churn_driver", subject, "share_of_loyal", staying, "Share of the loyal half of customers that have it");
        add("churn_driver", subject, "share_of_leaving", leaving, "Share of the half that leaves sooner");
    }
    add("lead", "intercept", "log_odds", LEAD_INTERCEPT, "Logarithm of the odds that a lead is won");
    add("lead", "answered within 30 minutes", "log_odds", LEAD_FAST, "Added to them");
    add("lead", "organisation", "log_odds", LEAD_ORGANISATION, "Added to them");
    let (key, other, probability) = BASKET;
    let meaning = format!("Orders with {key} that hold {other} as well, at least");
    truths.push(fact("basket", key, "confidence", probability, meaning));
}

fn of_days(truths: &mut Vec<Truth>) {
    truths.push(fact(
        "seasonality",
        "year",
        "swing",
        SEASONAL_SWING,
        "Demand is higher by this share in the middle of July and lower in the middle of January",
    ));
    for (weekday, value) in WEEKDAYS.iter().enumerate() {
        let subject = (weekday + 1).to_string();
        truths.push(fact(
            "seasonality",
            &subject,
            "weekday_factor",
            *value,
            "New customers on this ISO weekday against the average",
        ));
    }
    let broken = fact(
        "conversion_drop",
        "mobile",
        "checkout_rate",
        CHECKOUT_BROKEN,
        format!(
            "A release broke the payment page on mobiles: {CHECKOUT_BROKEN} of checkouts ended in an order, {CHECKOUT} otherwise"
        ),
    );
    truths.push(during(broken, &BROKEN_CHECKOUT));
    let last_day = CLOSED_EARLY..CLOSED_EARLY + 1;
    let closed = format!("The front desk closed at {CLOSED_FROM}");
    let anomalies: [(&str, &'static str, f64, &Range<i64>, &str); 7] = [
        ("new customers", "factor", 0.02, &OUTAGE, "The website was down"),
        ("visits", "factor", 0.0, &OUTAGE, "The website was down"),
        ("visits", "factor", 4.0, &ROBOT, "A robot visited as a referral"),
        ("cost per lead, Google Ads", "factor", BIDDING_COST, &BIDDING, "A competitor bid on the same words"),
        ("missed calls", "share", MISSED_IN_OUTAGE, &PHONE_OUTAGE, "The telephone system was down"),
        ("missed calls after noon", "share", 1.0, &last_day, &closed),
        ("refunds of goods", "share", REFUNDS_FAULTY, &FAULTY, "A faulty delivery of filters"),
    ];
    for (subject, metric, value, days, meaning) in anomalies {
        truths.push(during(fact("anomaly", subject, metric, value, meaning), days));
    }
}

fn of_operations(truths: &mut Vec<Truth>) {
    for (weekday, hour) in STAFFING_GAPS {
        let subject = format!("{} {hour}", weekday + 1);
        truths.push(fact(
            "staffing_gap",
            &subject,
            "missed_share",
            MISSED_IN_GAPS,
            "ISO weekday and hour of New York in which the front desk has too few people",
        ));
    }
    for (industry, delay, _) in PAYMENT_DELAYS {
        truths.push(fact(
            "payment_delay",
            industry,
            "days_late",
            delay,
            "Mean days from due day to payment of invoices",
        ));
    }
    let (start, end) = (iso(OVERRUN_PERIOD.start), iso(OVERRUN_PERIOD.end - 1));
    let meaning = format!("Spent against its budget from {start} to {end}; every other cost centre keeps its budget");
    truths.push(during(fact("budget_overrun", OVERRUN_UNIT, "factor", OVERRUN, meaning), &OVERRUN_PERIOD));
    truths.push(fact("service", "late jobs", "share", LATE_JOBS, "Jobs that were done later than promised"));
    truths.push(fact(
        "service",
        "late jobs",
        "points_of_ten",
        -LATE_JOB_POINTS,
        "What that does to the likelihood to recommend",
    ));
}

/// Whether a day of the week and hour is understaffed.
pub(super) fn is_gap(day: i64, hour: i64) -> bool {
    STAFFING_GAPS.contains(&(calendar::weekday(day), hour))
}
