//! Stored journeys against the events they were made of.

use std::collections::BTreeSet;

use super::super::event::{Event, sort};
use super::super::funnel_mode::FunnelMode;
use super::super::random::CASES;
use super::super::window_funnel::{Funnel, level};
use super::*;
use crate::attribution::model::Model;
use crate::attribution::rules::Rules;
use crate::random::Random;

type Row = (i64, String, Option<String>);

/// A random journey; `names` of events and channels, times in multiples of `unit`.
fn rows(random: &mut Random, count: usize, names: usize, unit: i64) -> Vec<Row> {
    let start = (random.bits() as i64 >> 12) / unit;
    let count = random.below(count + 1);
    (0..count)
        .map(|_| {
            let spread = 1 << random.below(20);
            let ts = (start + random.below(spread) as i64) * unit;
            let channel = (random.below(5) > 0).then(|| format!("channel {}", random.below(names)));
            (ts, format!("event {}", random.below(names)), channel)
        })
        .collect()
}

fn journey(rows: &[Row]) -> Vec<u8> {
    let mut journey = Journey::new();
    rows.iter().for_each(|(ts, event, channel)| journey.update(*ts, event, channel.as_deref()));
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
    stored.moments(|moment| {
        rows.push((moment.ts, events[moment.event].clone(), moment.channel.map(|channel| channels[channel].clone())));
        true
    });
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
    let rows: Vec<Row> = [i64::MIN, i64::MAX, 0, -1, i64::MIN].map(|ts| (ts, "é".to_owned(), None)).into();
    let mut sorted = rows.clone();
    sorted.sort();
    assert_eq!(read(&journey(&rows)), sorted);
    let many: Vec<Row> = (0..70_000).map(|number| (number / 7, format!("{number:05}"), Some("x".to_owned()))).collect();
    assert_eq!(read(&journey(&many)), many);
    assert!(journey(&[]).len() == 3 && read(&journey(&[])).is_empty());
}

#[test]
fn an_event_takes_few_bytes() {
    // A year of one event every half hour in microseconds: a control byte and four or five of difference.
    let rows: Vec<Row> =
        (0..17_520).map(|number| (number * 1_800_000_000 + number % 7, "view".to_owned(), None)).collect();
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
        let scratch = &mut Scratch::new();
        let _ = StoredFunnel::new(funnel, vec!["event 1".into(), "event 2".into()]).level(&bytes, scratch);
        let question = StoredRetention::new(Period::Week, 3, Some("event 1".into()), None);
        let _ = question.update(&bytes, &mut RetentionTotals::new(), scratch);
        let question = StoredRetention::new(Period::Month, 3, None, None);
        let _ = question.update(&bytes, &mut RetentionTotals::new(), scratch);
        let rules = (Model::Linear, Rules::new(7).unwrap());
        let attribution = StoredAttribution::new("event 1".into(), None, 50, rules, Vec::new());
        let _ = attribution.update(&bytes, &mut attribution.totals(), scratch);
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
        let rows = rows(&mut random, 14, names, 1);
        let mode = FunnelMode::parse(modes[random.below(modes.len())]).unwrap();
        let funnel = Funnel::new(3, random.bits() >> (30 + random.below(34)), mode).unwrap();
        let steps: Vec<Box<str>> = (0..3).map(|_| format!("event {}", random.below(4)).into()).collect();
        let met = |name: &str| (0..3).filter(|&step| *steps[step] == *name).fold(0, |met, step| met | 1 << step);
        let mut events: Vec<Event> = rows.iter().map(|(ts, name, _)| Event { ts: *ts, met: met(name) }).collect();
        sort(&mut events);
        let expected = level(&funnel, &events);
        let found = StoredFunnel::new(funnel, steps.clone()).level(&journey(&rows), &mut Scratch::new());
        assert_eq!(found, Ok(expected), "{funnel:?} {steps:?} {rows:?}");
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

#[test]
fn attribution_over_stored_journeys_gives_every_conversion_away_once() {
    let mut random = Random::new(6);
    for _ in 0..CASES / 100 {
        let rules = Rules::new(1_000).unwrap();
        let model = Model::STANDARD[random.below(Model::STANDARD.len())];
        let lookback = random.bits() >> (30 + random.below(34));
        let question =
            StoredAttribution::new("event 0".into(), None, lookback, (model, rules), vec!["channel 1".into()]);
        let mut totals = question.totals();
        let mut conversions = 0;
        for _ in 0..3 {
            let rows = rows(&mut random, 9, 3, 1);
            conversions += rows.iter().filter(|row| row.1 == "event 0").count();
            question.update(&journey(&rows), &mut totals, &mut Scratch::new()).unwrap();
        }
        let credits = totals.finish();
        let sum: f64 = credits.iter().map(|credit| credit.conversions).sum();
        assert!((sum - conversions as f64).abs() < 1e-9);
        assert_eq!(totals.conversions().0, conversions as u64);
        assert!(credits.is_empty() == (conversions == 0));
    }
}

#[test]
fn last_touch_goes_to_the_last_channel_inside_the_lookback() {
    let rows = |pairs: &[(i64, &str, &str)]| -> Vec<Row> {
        pairs.iter().map(|&(ts, event, channel)| (ts, event.to_owned(), Some(channel.to_owned()))).collect()
    };
    let journey =
        journey(&rows(&[(0, "view", "email"), (5, "view", "search"), (9, "buy", "direct"), (30, "buy", "direct")]));
    let rules = Rules::new(1).unwrap();
    let question = StoredAttribution::new("buy".into(), None, 10, (Model::LastTouch, rules), Vec::new());
    let mut totals = question.totals();
    question.update(&journey, &mut totals, &mut Scratch::new()).unwrap();
    let credits: Vec<_> =
        totals.finish().iter().map(|credit| (credit.channel, credit.touches, credit.conversions)).collect();
    assert_eq!(credits, [(Some("email"), 1, 0.0), (Some("search"), 1, 1.0), (None, 0, 1.0)]);
}
