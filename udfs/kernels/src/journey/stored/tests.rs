//! Stored journeys against the events they were made of.

use std::collections::BTreeSet;

use super::super::event::{Event, sort};
use super::super::funnel::{FunnelTotals, Progress};
use super::super::funnel_mode::FunnelMode;
use super::super::random::CASES;
use super::super::window_funnel::{Funnel, chain};
use super::*;
use crate::attribution::model::Model;
use crate::attribution::rules::{Path, Rules};
use crate::random::Random;

/// Time, event, channel, and what it is worth in cents.
type Row = (i64, String, Option<String>, Option<i64>);

/// A random journey; `names` of events and channels, times in multiples of `unit`.
fn rows(random: &mut Random, count: usize, names: usize, unit: i64) -> Vec<Row> {
    let start = (random.bits() as i64 >> 12) / unit;
    let count = random.below(count + 1);
    (0..count)
        .map(|_| {
            let spread = 1 << random.below(20);
            let ts = (start + random.below(spread) as i64) * unit;
            let channel = (random.below(5) > 0).then(|| format!("channel {}", random.below(names)));
            let cents = (random.below(6) == 0).then(|| random.bits().cast_signed() >> (40 + random.below(20)));
            (ts, format!("event {}", random.below(names)), channel, cents)
        })
        .collect()
}

fn journey(rows: &[Row]) -> Vec<u8> {
    journey_of(rows, Digits::Decimal(2))
}

fn journey_of(rows: &[Row], digits: Digits) -> Vec<u8> {
    let mut journey = Journey::new();
    for (ts, event, channel, cents) in rows {
        let value = cents.map(|cents| Value { number: cents as f64 / 100.0, digits });
        journey.update(*ts, event, channel.as_deref(), value);
    }
    journey.finish()
}

fn merged(parts: &[&[u8]]) -> Vec<u8> {
    let mut journey = Journey::new();
    parts.iter().for_each(|part| journey.merge(part).unwrap());
    journey.finish()
}

fn read(bytes: &[u8]) -> Vec<Row> {
    let stored = Stored::read(bytes).unwrap();
    let text = |name: Result<&[u8], Damaged>| std::str::from_utf8(name.unwrap()).unwrap().to_owned();
    let events: Vec<String> = stored.events().map(text).collect();
    let channels: Vec<String> = stored.channels().map(text).collect();
    let mut rows = Vec::new();
    let read = stored.valued_moments(|moment, value| {
        let channel = moment.channel.map(|channel| channels[channel].clone());
        let cents = value.map(|value| (value.number * 100.0).round() as i64);
        rows.push((moment.ts, events[moment.event].clone(), channel, cents));
        true
    });
    read.unwrap();
    rows
}

#[test]
fn a_journey_holds_its_events_in_order_whatever_their_texts_and_unit() {
    let mut random = Random::new(1);
    for _ in 0..CASES / 50 {
        let names = [1, 4, 12, 40, 300][random.below(5)];
        let unit = [1, 1_000, 1_000_000, 86_400_000_000][random.below(4)];
        let mut rows = rows(&mut random, 60, names, unit);
        let bytes = journey(&rows);
        rows.sort();
        assert_eq!(read(&bytes), rows);
        random.shuffle(&mut rows);
        assert_eq!(journey(&rows), bytes, "the order of the rows does not show");
    }
}

#[test]
fn merging_is_associative_and_commutative_and_empty_is_its_identity() {
    let mut random = Random::new(2);
    for _ in 0..CASES / 100 {
        let mut part = || rows(&mut random, 12, 6, 1_000);
        let parts = [part(), part(), part()];
        let [a, b, c] = parts.each_ref().map(|rows| journey(rows));
        let whole = journey(&parts.concat());
        assert_eq!(merged(&[&a, &b, &c]), whole);
        assert_eq!(merged(&[&merged(&[&c, &b]), &a]), whole);
        assert_eq!(merged(&[&merged(&[&a, &b]), &c]), whole);
        assert_eq!(merged(&[&a, &journey(&[])]), a);
        assert_eq!(merged(&[&a]), a);
        assert_eq!(read(&merged(&[&a, &a])).len(), 2 * read(&a).len(), "equal events count as often as they occur");
    }
}

#[test]
fn the_ends_of_time_and_many_texts_are_held() {
    let rows: Vec<Row> = [i64::MIN, i64::MAX, 0, -1, i64::MIN].map(|ts| (ts, "é".to_owned(), None, None)).into();
    let mut sorted = rows.clone();
    sorted.sort();
    assert_eq!(read(&journey(&rows)), sorted);
    let text = |number| format!("{number:05}");
    let many: Vec<Row> =
        (0..70_000).map(|number| (number / 7, text(number), Some("x".to_owned()), Some(number))).collect();
    assert_eq!(read(&journey(&many)), many);
    assert!(journey(&[]).len() == 3 && read(&journey(&[])).is_empty());
}

#[test]
fn an_event_takes_few_bytes() {
    // A year of one event every half hour in microseconds: a control byte and four or five of difference.
    let rows: Vec<Row> =
        (0..17_520).map(|number| (number * 1_800_000_000 + number % 7, "view".to_owned(), None, None)).collect();
    let bytes = journey(&rows).len();
    assert!(bytes <= rows.len() * 5 + 30, "{bytes}");
}

#[test]
fn damaged_bytes_are_refused_or_read_without_a_panic() {
    let mut random = Random::new(3);
    for _ in 0..CASES / 20 {
        let rows = rows(&mut random, 8, 50, 1);
        let mut bytes = journey(&rows);
        let place = random.below(bytes.len());
        match random.below(3) {
            0 => bytes.truncate(place),
            1 => bytes[place] ^= 1 << random.below(8),
            _ => bytes[place] = random.bits() as u8,
        }
        let funnel = Funnel::new(2, 50, FunnelMode::default()).unwrap();
        let scratch = Scratch::new;
        let steps = vec!["event 1".into(), "event 2".into()];
        let _ = StoredFunnel::new(funnel, steps).update(&bytes, &mut FunnelTotals::new(&funnel), &mut scratch());
        let question = StoredRetention::new(Period::Week, 3, Some("event 1".into()), None);
        let _ = question.update(&bytes, &mut RetentionTotals::new(), &mut scratch());
        let question = StoredRetention::new(Period::Month, 3, None, None);
        let _ = question.update(&bytes, &mut RetentionTotals::new(), &mut scratch());
        let models = vec![StoredModel::Rule(Model::Linear), StoredModel::Markov];
        let attribution = StoredAttribution::new("event 1".into(), 50, models, Rules::new(7).unwrap());
        let _ = attribution.update(&bytes, &mut attribution.totals(), &mut scratch());
        let _ = Journey::new().merge(&bytes);
    }
    assert_eq!(Stored::read(&[]).unwrap_err(), Damaged);
    assert_eq!(Stored::read(&[9, 0, 0]).unwrap_err(), Damaged);
}

#[test]
fn a_funnel_over_stored_journeys_is_the_funnel_over_their_events() {
    let mut random = Random::new(4);
    let modes = ["default", "strict_once", "strict_increase", "strict_order", "strict_deduplication"];
    for _ in 0..CASES / 50 {
        let names = [3, 20][random.below(2)];
        let mode = FunnelMode::parse(modes[random.below(modes.len())]).unwrap();
        let funnel = Funnel::new(3, random.bits() >> (30 + random.below(34)), mode).unwrap();
        let steps: Vec<Box<str>> = (0..3).map(|_| format!("event {}", random.below(4)).into()).collect();
        let question = StoredFunnel::new(funnel, steps.clone());
        let (mut found, mut expected) = (FunnelTotals::new(&funnel), FunnelTotals::new(&funnel));
        let mut scratch = Scratch::new();
        for _ in 0..3 {
            let mut rows = rows(&mut random, 14, names, 1);
            question.update(&journey(&rows), &mut found, &mut scratch).unwrap();
            rows.sort();
            let met = |name: &str| (0..3).filter(|&step| *steps[step] == *name).fold(0, |met, step| met | 1 << step);
            let mut events: Vec<Event> = rows.iter().map(|row| Event { ts: row.0, met: met(&row.1) }).collect();
            sort(&mut events);
            events.iter().for_each(|event| expected.see(event.ts));
            let outcome = chain(&funnel, &events);
            let times: Vec<i64> = outcome.events().iter().map(|&event| events[event as usize].ts).collect();
            let last = |row: &&Row| Some(&row.0) == times.last() && row.1 == *steps[2];
            let value = rows.iter().find(last).and_then(|row| row.3).map(|cents| cents as f64 / 100.0);
            expected.update(&Progress { times: &times, open_since: outcome.open_since(), value });
        }
        assert_eq!(found, expected, "{funnel:?} {steps:?}");
    }
}

#[test]
fn retention_over_stored_journeys_counts_every_customer_once_a_period() {
    let mut random = Random::new(5);
    for _ in 0..CASES / 100 {
        let period = [Period::Day, Period::Week, Period::Month][random.below(3)];
        let first = (random.below(2) == 0).then(|| "event 0".to_owned());
        let back = (random.below(2) == 0).then(|| "event 1".to_owned());
        let boxed = |name: &Option<String>| name.as_deref().map(Box::from);
        let question = StoredRetention::new(period, 5, boxed(&first), boxed(&back));
        let (mut totals, mut expected) = (RetentionTotals::new(), RetentionTotals::new());
        for _ in 0..4 {
            let mut rows = rows(&mut random, 9, 3, 8_640_000_000);
            question.update(&journey(&rows), &mut totals, &mut Scratch::new()).unwrap();
            rows.sort();
            let is = |asked: &Option<String>, row: &Row| asked.as_ref().is_none_or(|asked| *asked == row.1);
            let Some(start) = rows.iter().find(|row| is(&first, row)).map(|row| row.0) else { continue };
            let cohort = period.of(start);
            // Events of the first moment count whichever comes first of those that begin and those that return.
            let begun = rows.iter().position(|row| is(&first, row)).unwrap();
            let active: BTreeSet<i64> =
                rows[begun..].iter().filter(|row| is(&back, row)).map(|row| period.of(row.0) - cohort).collect();
            let mut counts = vec![0; 6];
            active.iter().filter(|&&later| later <= 5).for_each(|&later| counts[later as usize] = 1);
            expected.add(cohort, 1, &counts);
        }
        assert_eq!(totals.finish(), expected.finish(), "{period:?}");
    }
}

/// The rows of the totals: model, channel, touches, conversions, value.
fn credits(question: &StoredAttribution, totals: &AttributionTotals) -> Vec<(usize, Option<String>, u64, f64, f64)> {
    let credited = question.credited(totals).unwrap();
    let row = |row: &ChannelCredit<'_>| {
        (row.model, row.channel.map(str::to_owned), row.touches, row.conversions, row.value.unwrap_or(0.0))
    };
    credited.finish().iter().map(row).collect()
}

#[test]
fn attribution_over_stored_journeys_is_that_of_their_touches_and_loses_nothing() {
    let mut random = Random::new(6);
    for _ in 0..CASES / 100 {
        let rules = Rules::new(1_000).unwrap();
        let model = Model::STANDARD[random.below(Model::STANDARD.len())];
        let lookback = random.bits() >> (30 + random.below(34));
        let models = vec![StoredModel::Rule(model), StoredModel::Shapley, StoredModel::Markov];
        let question = StoredAttribution::new("event 0".into(), lookback, models, rules.clone())
            .with_excluded(&["CHANNEL 1".to_owned()]);
        let (mut totals, mut parts) = (question.totals(), Vec::new());
        let mut expected = std::collections::BTreeMap::new();
        let (mut conversions, mut cents) = (0, 0);
        for _ in 0..3 {
            let mut rows = rows(&mut random, 9, 3, 1);
            question.update(&journey(&rows), &mut totals, &mut Scratch::new()).unwrap();
            let mut part = question.totals();
            question.update(&journey(&rows), &mut part, &mut Scratch::new()).unwrap();
            parts.push(part);
            rows.sort_by(|left, right| (left.0, &left.2, &left.1, left.3).cmp(&(right.0, &right.2, &right.1, right.3)));
            let touches: Vec<&Row> = rows.iter().filter(|row| row.1 != "event 0" && row.2.is_some()).collect();
            for row in rows.iter().filter(|row| row.1 == "event 0") {
                conversions += 1;
                cents += row.3.unwrap_or(0);
                let before: Vec<&&Row> =
                    touches.iter().filter(|touch| touch.0 < row.0 && row.0.abs_diff(touch.0) <= lookback).collect();
                let times: Vec<i64> = before.iter().map(|touch| touch.0).collect();
                let channels: Vec<u32> =
                    before.iter().map(|touch| u32::from(touch.2.as_deref() == Some("channel 1"))).collect();
                let mut weights = Vec::new();
                let path = Path { touches: &times, channels: &channels, conversion: row.0 };
                rules.clone().with_excluded(&[1]).weigh(model, path, &mut weights);
                for (touch, weight) in before.iter().zip(weights) {
                    *expected.entry(touch.2.clone()).or_insert(0.0) += weight;
                }
            }
        }
        let found = credits(&question, &totals);
        assert_eq!(totals.counts().conversions, conversions);
        for (channel, credit) in expected {
            let row = found.iter().find(|row| row.0 == 0 && row.1 == channel).unwrap();
            assert!((row.3 - credit).abs() < 1e-9);
        }
        for model in 0..3 {
            let of_model = || found.iter().filter(|row| row.0 == model);
            assert!((of_model().map(|row| row.3).sum::<f64>() - conversions as f64).abs() < 1e-9);
            assert!((of_model().map(|row| row.4).sum::<f64>() * 100.0 - cents as f64).abs() < 1e-3);
        }
        // Rules and Shapley's values divide cents: nothing smaller is given to anyone.
        assert!(found.iter().filter(|row| row.0 < 2).all(|row| row.4 == (row.4 * 100.0).round() / 100.0));
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut merged = question.totals();
            order.iter().for_each(|&part| merged.merge(&parts[part]));
            for (one, other) in credits(&question, &merged).iter().zip(&found) {
                assert_eq!((one.0, &one.1, one.2), (other.0, &other.1, other.2));
                assert!((one.3 - other.3).abs() < 1e-9 && (one.4 - other.4).abs() < 1e-6);
            }
        }
    }
}

fn channel_rows(pairs: &[(i64, &str, &str)]) -> Vec<Row> {
    pairs.iter().map(|&(ts, event, channel)| (ts, event.to_owned(), Some(channel.to_owned()), None)).collect()
}

#[test]
fn last_touch_goes_to_the_last_channel_inside_the_lookback() {
    let journey =
        journey(&channel_rows(&[(0, "view", "email"), (5, "view", "search"), (9, "buy", "direct"), (30, "buy", "x")]));
    let models = vec![StoredModel::Rule(Model::LastTouch)];
    let question = StoredAttribution::new("buy".into(), 10, models, Rules::new(1).unwrap());
    let mut totals = question.totals();
    question.update(&journey, &mut totals, &mut Scratch::new()).unwrap();
    let found: Vec<_> = totals.finish().iter().map(|row| (row.channel, row.touches, row.conversions)).collect();
    assert_eq!(found, [(Some("email"), 1, 0.0), (Some("search"), 1, 1.0), (None, 0, 1.0)]);
    assert!(totals.finish().iter().all(|row| row.value.is_none()), "nobody said what a conversion is worth");
}

#[test]
fn removal_effects_of_stored_journeys_divide_each_conversion() {
    // Of three journeys one converts, over search and email; without either nothing converts, so the effects are one.
    let journeys = [
        channel_rows(&[(0, "view", "search"), (1, "view", "email"), (2, "view", "email"), (3, "buy", "x")]),
        channel_rows(&[(0, "view", "search")]),
        channel_rows(&[(0, "view", "direct"), (1, "view", "direct")]),
    ];
    for (collapse, email) in [(false, 2.0 / 3.0), (true, 0.5)] {
        let models = vec![StoredModel::Markov];
        let question = StoredAttribution::new("buy".into(), 10, models, Rules::new(1).unwrap()).with_collapse(collapse);
        let mut totals = question.totals();
        journeys.iter().for_each(|rows| question.update(&journey(rows), &mut totals, &mut Scratch::new()).unwrap());
        let found = credits(&question, &totals);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!((found[0].3 - email).abs() < 1e-12 && (found[1].3 - (1.0 - email)).abs() < 1e-12, "{found:?}");
        assert_eq!((found[2].1.clone(), found[2].3), (None, 0.0));
    }
}

#[test]
fn values_of_any_digits_merge_to_the_same_bytes_and_are_given_back() {
    let mut random = Random::new(8);
    let digits = [Digits::Decimal(2), Digits::Decimal(4), Digits::Float];
    for _ in 0..CASES / 100 {
        let mut parts = Vec::new();
        for _ in 0..3 {
            let rows = rows(&mut random, 8, 3, 1);
            parts.push((journey_of(&rows, digits[random.below(3)]), rows));
        }
        let mut rows: Vec<Row> = parts.iter().flat_map(|(_, rows)| rows.clone()).collect();
        let [a, b, c] = [0, 1, 2].map(|part| parts[part].0.as_slice());
        let whole = merged(&[a, b, c]);
        assert_eq!(merged(&[&merged(&[c, b]), a]), whole);
        assert_eq!(merged(&[&merged(&[a, c]), b]), whole);
        rows.sort();
        assert_eq!(read(&whole), rows);
        let has_values = rows.iter().any(|row| row.3.is_some());
        assert_eq!(whole[0], if has_values { 2 } else { 1 }, "the version says whether there are values");
    }
}

#[test]
fn a_value_that_is_no_decimal_is_kept_as_it_is() {
    for number in [0.1 + 0.2, f64::INFINITY, 1e300, -1e-300] {
        let mut journey = Journey::new();
        journey.update(1, "buy", None, Some(Value { number, digits: Digits::Decimal(2) }));
        journey.update(2, "buy", None, Some(Value { number: 1.25, digits: Digits::Decimal(2) }));
        let bytes = journey.finish();
        let stored = Stored::read(&bytes).unwrap();
        let mut found = Vec::new();
        stored
            .valued_moments(|_, value| {
                found.push(value.map(|value| value.number));
                true
            })
            .unwrap();
        assert_eq!((found, stored.digits()), (vec![Some(number), Some(1.25)], Some(Digits::Float)));
    }
}
