//! What is known of the world outside: competitors' prices and reviews, benchmarks of the industry.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAY, LAST_DAY, date, days, months};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{COMPETITORS, SERVICES};

/// Metric, unit, quarter, median and three-quarter mark among businesses of the kind.
const BENCHMARKS: [(&str, &str, [f64; 3]); 6] = [
    ("conversion_rate", "percent", [1.4, 2.3, 3.6]),
    ("customer_acquisition_cost", "money", [38.0, 61.0, 95.0]),
    ("gross_margin", "percent", [38.0, 46.0, 55.0]),
    ("missed_call_rate", "percent", [6.0, 12.0, 21.0]),
    ("nps", "count", [21.0, 38.0, 55.0]),
    ("days_sales_outstanding", "count", [24.0, 33.0, 45.0]),
];

struct Observation {
    subject: &'static str,
    of: Option<u64>,
    metric: &'static str,
    value: f64,
    unit: &'static str,
    segment: Option<&'static str>,
    day: i64,
    sample: Option<i64>,
    provider: &'static str,
}

pub(super) fn observations(business: &Business, _: usize) -> Result<RecordBatch> {
    let chance = &mut business.chance(stream::OUTSIDE, 0);
    let mut rows = Vec::new();
    for day in &months()[..36] {
        for (number, _) in COMPETITORS.iter().enumerate() {
            let of = Some(key(Thing::Competitor, number as u64));
            let cheaper = 0.9 + 0.1 * number as f64;
            for product in SERVICES {
                let list = crate::cli::demo::company::PRODUCTS[product].cents as f64 / 100.0;
                // One of them cut its prices by a fifth in May 2025.
                let cut = if number == 1 && *day >= date(2025, 5, 1) { 0.8 } else { 1.0 };
                let value = (list * cheaper * cut * chance.between(0.98, 1.02)).round();
                let segment = Some(crate::cli::demo::company::PRODUCTS[product].name);
                rows.push(Observation {
                    subject: "competitor",
                    of,
                    metric: "price",
                    value,
                    unit: "money",
                    segment,
                    day: *day,
                    sample: None,
                    provider: "price watch",
                });
            }
            let voice = 12.0 + 6.0 * number as f64 + chance.normal();
            rows.push(Observation {
                subject: "competitor",
                of,
                metric: "share_of_voice",
                value: voice,
                unit: "percent",
                segment: None,
                day: *day,
                sample: None,
                provider: "search watch",
            });
        }
    }
    for year in 2023..=2025 {
        for (metric, unit, values) in BENCHMARKS {
            for (segment, value) in ["p25", "p50", "p75"].into_iter().zip(values) {
                rows.push(Observation {
                    subject: "benchmark",
                    of: None,
                    metric,
                    value,
                    unit,
                    segment: Some(segment),
                    day: date(year, 1, 1),
                    sample: Some(1_240),
                    provider: "trade association",
                });
            }
        }
    }
    Columns::of("watch", super::reference::keys(Thing::Observation, rows.len()), UPDATED_AT)
        .text("subject", rows.iter().map(|row| row.subject))
        .maybe_key("subject_id", rows.iter().map(|row| row.of))
        .text("metric", rows.iter().map(|row| row.metric))
        .decimal("value", rows.iter().map(|row| Some((row.value * 1e6) as i64)), (18, 6))
        .text("unit", rows.iter().map(|row| row.unit))
        .text("geo", rows.iter().map(|_| "US"))
        .maybe_text("segment", rows.iter().map(|row| row.segment))
        .day("as_of", rows.iter().map(|row| row.day))
        .int("sample_n", rows.iter().map(|row| row.sample))
        .text("provider", rows.iter().map(|row| row.provider))
        .finish()
}

/// Reviews of the competitors: one every few days.
pub(super) fn reviews(business: &Business, _: usize) -> Result<RecordBatch> {
    let chance = &mut business.chance(stream::OUTSIDE, 1);
    let mut rows = Vec::new();
    for day in days() {
        for number in 0..COMPETITORS.len() {
            if chance.happens(0.2) && day < LAST_DAY {
                let score = (3.6 + 0.3 * number as f64 + 0.9 * chance.normal()).round().clamp(1.0, 5.0) as i64;
                rows.push((number as u64, day * DAY + 60_000, score));
            }
        }
    }
    let keys = (0..rows.len()).map(|row| key(Thing::Feedback, (1 << 50) + row as u64));
    Columns::of("watch", keys, UPDATED_AT)
        .text("kind", rows.iter().map(|_| "review"))
        .text("site", rows.iter().map(|_| "google"))
        .money("score", rows.iter().map(|row| row.2 * 10_000))
        .int("scale_max", rows.iter().map(|_| Some(5)))
        .instant("submitted_at", rows.iter().map(|row| row.1))
        .key("subject_id", rows.iter().map(|row| key(Thing::Competitor, row.0)))
        .finish()
}
