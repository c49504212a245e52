//! The matcher against plain search.

use super::super::event::Event;
use super::super::random::{CASES, events as random_events};
use super::*;
use crate::random::Random;

/// An element as the language defines it, for the search.
#[derive(Debug, Clone)]
enum Element {
    Condition(u32),
    One,
    Any,
    /// Time conditions in a row.
    Time(Vec<(&'static str, u64)>),
}

fn text(elements: &[Element]) -> String {
    let write = |element: &Element| match element {
        Element::Condition(number) => format!("(?{})", number + 1),
        Element::One => ".".to_owned(),
        Element::Any => ".*".to_owned(),
        Element::Time(times) => times.iter().map(|(operator, time)| format!("(?t{operator}{time})")).collect(),
    };
    elements.iter().map(write).collect()
}

fn holds(operator: &str, distance: u64, time: u64) -> bool {
    match operator {
        "<" => distance < time,
        "<=" => distance <= time,
        ">" => distance > time,
        ">=" => distance >= time,
        "==" => distance == time,
        _ => distance != time,
    }
}

/// The ends (exclusive) of all matches of `elements` that begin at `from`, by trying everything.
fn search(elements: &[Element], events: &[Event], from: usize, last: Option<i64>, ends: &mut Vec<usize>) {
    let Some((element, rest)) = elements.split_first() else {
        ends.push(from);
        return;
    };
    match element {
        Element::Condition(number) => {
            if events.get(from).is_some_and(|event| event.met >> number & 1 == 1) {
                search(rest, events, from + 1, Some(events[from].ts), ends);
            }
        }
        Element::One => {
            if from < events.len() {
                search(rest, events, from + 1, Some(events[from].ts), ends);
            }
        }
        Element::Any => (from..=events.len()).for_each(|next| search(rest, events, next, last, ends)),
        Element::Time(times) => {
            for next in from..events.len() {
                let distance = (events[next].ts - last.unwrap()) as u64;
                if times.iter().all(|&(operator, time)| holds(operator, distance, time)) {
                    search(rest, events, next, last, ends);
                }
            }
        }
    }
}

fn first_end_by_search(elements: &[Element], events: &[Event], from: usize) -> Option<usize> {
    let mut ends = Vec::new();
    (from..=events.len()).for_each(|begin| search(elements, events, begin, None, &mut ends));
    ends.into_iter().min()
}

fn random_pattern(random: &mut Random) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut timed = true;
    for _ in 0..=random.below(3) {
        if random.below(3) == 0 {
            elements.push(Element::Any);
        }
        if !timed && random.below(2) == 0 {
            let time =
                |random: &mut Random| (["<", "<=", ">", ">=", "==", "!="][random.below(6)], random.below(5) as u64);
            let times = (0..=random.below(2)).map(|_| time(random)).collect();
            elements.push(Element::Time(times));
            if random.below(3) == 0 {
                elements.push(Element::Any);
            }
        }
        timed = false;
        let number = random.below(3) as u32;
        elements.push(if random.below(4) == 0 { Element::One } else { Element::Condition(number) });
    }
    if random.below(4) == 0 {
        elements.push(Element::Any);
    }
    elements
}

#[test]
fn matching_equals_plain_search_on_random_patterns() {
    let mut random = Random::new(3);
    for _ in 0..CASES / 4 {
        let elements = random_pattern(&mut random);
        let mut events = random_events(&mut random, 7, 8, 3);
        events.retain(|event| event.met != 0);
        let pattern = Pattern::parse(&text(&elements), 3, 1).unwrap();
        let mut expected = 0;
        let mut from = 0;
        while let Some(end) = first_end_by_search(&elements, &events, from) {
            expected += 1;
            from = end;
        }
        let context = || format!("{} {events:?}", text(&elements));
        assert_eq!(count(&pattern, &events), expected, "{}", context());
        assert_eq!(matches(&pattern, &events), expected > 0, "{}", context());
        let found = places(&pattern, &events);
        assert!(found.is_sorted(), "{}", context());
        let named: Vec<u32> = elements
            .iter()
            .filter_map(|element| if let Element::Condition(number) = element { Some(*number) } else { None })
            .collect();
        assert_eq!(found.len(), if expected > 0 { named.len() } else { 0 }, "{}", context());
        for (place, number) in found.iter().zip(&named) {
            assert_eq!(events[*place].met >> number & 1, 1, "{}", context());
        }
    }
}

/// Events a second apart, of one condition each.
fn sequence(conditions: &[u32]) -> Vec<Event> {
    conditions.iter().zip(1..).map(|(number, ts)| Event { ts, met: 1 << (number - 1) }).collect()
}

fn counted(pattern: &str, conditions: usize, events: &[u32]) -> u64 {
    count(&Pattern::parse(pattern, conditions, 1).unwrap(), &sequence(events))
}

#[test]
fn the_published_examples_give_the_published_results() {
    assert_eq!(counted("(?1)(?2)", 2, &[1, 2]), 1);
    assert_eq!(counted("(?1)(?2)", 3, &[1, 3, 2]), 0);
    assert_eq!(counted("(?1).*(?2)", 3, &[1, 3, 2, 1, 3, 2]), 2);
    assert_eq!(counted("(?1)(?t>2)(?2)", 2, &[1, 2, 2, 2]), 1);
    assert_eq!(counted("(?1)(?t>2)(?t<3)(?2)", 2, &[1, 2, 2, 2]), 0);
}

#[test]
fn patterns_that_ruin_a_backtracking_matcher_are_matched_in_time() {
    let events: Vec<Event> = (0..10_000).map(|ts| Event { ts, met: 1 }).collect();
    let stars = format!("{}(?2)", "(?1).*".repeat(60));
    assert!(!matches(&Pattern::parse(&stars, 2, 1).unwrap(), &events));
    let times = format!("{}(?2)", "(?1)(?t>=0)".repeat(60));
    let mut with_second = events.clone();
    with_second[0].met = 2;
    assert!(!matches(&Pattern::parse(&times, 2, 1).unwrap(), &with_second));
    with_second[9_999].met = 2;
    let pattern = Pattern::parse(&times, 2, 1).unwrap();
    assert_eq!(places(&pattern, &with_second), (9_939..10_000).collect::<Vec<_>>());
}

#[test]
fn the_whole_range_of_times_can_lie_between_two_events() {
    let events = [Event { ts: i64::MIN, met: 1 }, Event { ts: i64::MAX, met: 2 }];
    for (text, expected) in [
        ("(?1)(?t>=18446744073709551615)(?2)", true),
        ("(?1)(?t==18446744073709551615)(?2)", true),
        ("(?1)(?t<18446744073709551615)(?2)", false),
        ("(?1)(?t!=18446744073709551615)(?2)", false),
    ] {
        assert_eq!(matches(&Pattern::parse(text, 2, 1).unwrap(), &events), expected, "{text}");
    }
}

#[test]
fn no_events_match_nothing() {
    let pattern = Pattern::parse(".", 1, 1).unwrap();
    assert!(!matches(&pattern, &[]));
    assert_eq!(count(&pattern, &[]), 0);
    assert_eq!(count(&pattern, &sequence(&[1, 1, 1])), 3);
}
