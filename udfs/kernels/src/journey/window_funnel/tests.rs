//! The fast paths against the definition, tried out on everything there is to try.

use super::super::event::{Event, sort};
use super::super::funnel_mode::FunnelMode;
use super::super::random::{CASES, events as random_events};
use super::*;
use crate::random::Random;

/// All modes, with every combination that may be written.
fn modes() -> Vec<FunnelMode> {
    (0..32)
        .map(|bits| FunnelMode {
            strict_deduplication: bits & 1 != 0,
            strict_order: bits & 2 != 0,
            allow_reentry: bits & 4 != 0,
            strict_increase: bits & 8 != 0,
            strict_once: bits & 16 != 0,
        })
        .filter(|mode| mode.strict_order || !mode.allow_reentry)
        .collect()
}

/// Whether these events, by position, make a chain that the mode allows: the definition, word by word.
fn allowed(funnel: &Funnel, events: &[Event], chain: &[usize]) -> bool {
    let mode = funnel.mode;
    let (start, end) = (events[chain[0]].ts, events[chain[chain.len() - 1]].ts);
    let in_order = chain.windows(2).all(|pair| {
        let (left, right) = (events[pair[0]].ts, events[pair[1]].ts);
        if mode.strict_increase { left < right } else { left <= right }
    });
    if !in_order || (end - start) as u64 > funnel.window {
        return false;
    }
    if chain.iter().enumerate().any(|(step, &event)| events[event].met >> step & 1 == 0) {
        return false;
    }
    if mode.strict_once && (1..chain.len()).any(|step| chain[..step].contains(&chain[step])) {
        return false;
    }
    for event in events.iter().filter(|event| event.ts > start && event.ts < end) {
        let come = chain.iter().filter(|&&step| events[step].ts <= event.ts).count();
        let near = if mode.allow_reentry { funnel.step_bits() } else { (1 << (come + 1)) - 1 };
        if event.met & funnel.exclude != 0 || (mode.strict_order && event.met & near == 0) {
            return false;
        }
    }
    let repeated = |step: usize| {
        let before = events[chain[step - 1]].ts;
        (0..events.len()).any(|other| {
            let event = events[other];
            let could_follow = if mode.strict_increase { event.ts > before } else { event.ts >= before }
                && !(mode.strict_once && chain[..step].contains(&other));
            other != chain[step] && could_follow && event.ts <= end && event.met >> step & 1 == 1
        })
    };
    !mode.strict_deduplication || !(1..chain.len().saturating_sub(1)).any(repeated)
}

/// The greatest length of an allowed chain, with the earliest end and then the latest start of one.
fn brute_force(funnel: &Funnel, events: &[Event]) -> (usize, i64, i64) {
    for length in (1..=funnel.steps).rev() {
        let mut best = None;
        for number in 0..events.len().pow(length as u32) {
            let chain: Vec<usize> =
                (0..length).map(|step| number / events.len().pow(step as u32) % events.len()).collect();
            if allowed(funnel, events, &chain) {
                let ends = (events[chain[length - 1]].ts, -events[chain[0]].ts);
                best = Some(best.map_or(ends, |best: (i64, i64)| best.min(ends)));
            }
        }
        if let Some((end, start)) = best {
            return (length, end, -start);
        }
    }
    (0, 0, 0)
}

#[test]
fn every_mode_equals_its_definition_on_random_journeys() {
    let modes = modes();
    let mut random = Random::new(1);
    for case in 0..CASES {
        let steps = 1 + random.below(4);
        let conditions = (steps + random.below(2)).min(5);
        let ticks = 1 + random.below(6);
        let events = random_events(&mut random, if case % 8 == 0 { 7 } else { 6 }, ticks, conditions);
        let mode = modes[random.below(modes.len())];
        let exclude = if random.below(4) == 0 { 1 << steps } else { 0 };
        let funnel = Funnel::new(steps, random.below(7) as u64, mode).unwrap().excluding(exclude);
        // An excluded event is no step.
        let step = |event: &Event| if event.met & exclude == 0 { event.met } else { exclude };
        let steps: Vec<Event> = events.iter().map(|event| Event { met: step(event), ..*event }).collect();
        let (expected, end, start) = brute_force(&funnel, &steps);
        assert_eq!(level(&funnel, &events), expected, "{funnel:?} {events:?}");
        let found = chain(&funnel, &events);
        assert_eq!(found.level(), expected, "{funnel:?} {events:?}");
        if expected == 0 {
            continue;
        }
        let places: Vec<usize> = found.events().iter().map(|&event| event as usize).collect();
        assert_eq!(events[places[expected - 1]].ts, end, "{funnel:?} {events:?}");
        assert_eq!(events[places[0]].ts, start, "{funnel:?} {events:?}");
        assert!(allowed(&funnel, &steps, &places), "{funnel:?} {events:?} {found:?}");
    }
}

/// The events of a string of letters, a second apart: `A` meets condition 1, and so on, with four conditions.
fn letters(text: &str) -> Vec<Event> {
    text.bytes()
        .zip(0..)
        .map(|(letter, ts)| Event { ts, met: 1_u32.checked_shl(u32::from(letter - b'A')).unwrap() & 0b1111 })
        .collect()
}

fn level_of(mode: &str, steps: usize, text: &str) -> usize {
    let funnel = Funnel::new(steps, 100, FunnelMode::parse(mode).unwrap()).unwrap();
    level(&funnel, &letters(text))
}

#[test]
fn strict_order_stops_at_an_event_that_is_not_due() {
    for (text, expected) in [("ABC", 3), ("ADBC", 1), ("AABBCC", 3), ("AAAABBCC", 3), ("AABBDCC", 2), ("BBCCAA", 1)] {
        assert_eq!(level_of("strict_order", 3, text), expected, "{text}");
    }
    assert_eq!(level_of("strict_order", 3, "ADABC"), 3, "a chain that starts after the other event is whole");
    assert_eq!(level_of("strict_order", 4, "ABDCD"), 2, "step four came too early");
    assert_eq!(level_of("strict_order,allow_reentry", 4, "ABDCD"), 4);
    assert_eq!(level_of("strict_order,allow_reentry", 4, "ABECD"), 2, "no step at all still interrupts");
}

#[test]
fn strict_deduplication_stops_at_a_repeated_step() {
    assert_eq!(level_of("strict_deduplication", 4, "ABCBD"), 3);
    assert_eq!(level_of("strict_deduplication", 4, "ABDB"), 2);
    assert_eq!(level_of("strict_deduplication", 4, "ABCABABCD"), 4, "the last start is followed by a whole chain");
    assert_eq!(level_of("strict_deduplication", 4, "ACBCD"), 4, "a step met before it is due is no repetition");
    assert_eq!(level_of("default", 4, "ABCBD"), 4);
}

#[test]
fn strict_increase_keeps_the_earlier_of_two_starts() {
    // Two first steps, the second at the same time as the second step: the chain from the first is valid.
    let events = [Event { ts: 1, met: 1 }, Event { ts: 2, met: 1 }, Event { ts: 2, met: 2 }];
    let funnel = Funnel::new(2, 10, FunnelMode::parse("strict_increase").unwrap()).unwrap();
    assert_eq!(level(&funnel, &events), 2);
}

#[test]
fn one_event_is_several_steps_only_when_it_may() {
    let events = [Event { ts: 1, met: 0b11 }];
    for (mode, expected) in [("default", 2), ("strict_once", 1), ("strict_increase", 1), ("strict_order", 2)] {
        let funnel = Funnel::new(2, 0, FunnelMode::parse(mode).unwrap()).unwrap();
        assert_eq!(level(&funnel, &events), expected, "{mode}");
    }
}

#[test]
fn times_at_the_ends_of_the_range_are_compared_exactly() {
    let events = [Event { ts: i64::MIN, met: 1 }, Event { ts: i64::MAX, met: 2 }];
    for mode in modes() {
        assert_eq!(level(&Funnel::new(2, u64::MAX, mode).unwrap(), &events), 2);
        assert_eq!(level(&Funnel::new(2, u64::MAX - 1, mode).unwrap(), &events), 1);
    }
}

#[test]
fn a_window_of_zero_leaves_simultaneous_events() {
    let events = [Event { ts: 7, met: 1 }, Event { ts: 7, met: 2 }, Event { ts: 8, met: 4 }];
    assert_eq!(level(&Funnel::new(3, 0, FunnelMode::default()).unwrap(), &events), 2);
    assert_eq!(level(&Funnel::new(3, 1, FunnelMode::default()).unwrap(), &events), 3);
}

#[test]
fn ten_thousand_events_at_one_moment_are_no_trouble() {
    let mut random = Random::new(5);
    let mut events: Vec<Event> = (0..10_000).map(|_| Event { ts: 3, met: random.bits() as u32 }).collect();
    sort(&mut events);
    for mode in modes() {
        let expected = if mode.strict_increase { 1 } else { 32 };
        let found = level(&Funnel::new(32, 5, mode).unwrap(), &events);
        assert!(if mode.strict_deduplication { found >= 1 } else { found == expected }, "{mode:?} {found}");
    }
}

#[test]
fn the_order_of_the_rows_and_repeated_rows_do_not_matter() {
    let mut random = Random::new(9);
    for _ in 0..CASES / 10 {
        let events = random_events(&mut random, 12, 8, 4);
        let mut shuffled = events.clone();
        random.shuffle(&mut shuffled);
        sort(&mut shuffled);
        assert_eq!(shuffled, events);
        let doubled: Vec<Event> = events.iter().flat_map(|&event| [event, event]).collect();
        let window = random.below(9) as u64;
        for mode in ["default", "strict_increase", "strict_order", "strict_order,strict_increase"] {
            let funnel = Funnel::new(4, window, FunnelMode::parse(mode).unwrap()).unwrap();
            assert_eq!(level(&funnel, &events), level(&funnel, &doubled), "{mode} {events:?}");
        }
    }
}

#[test]
fn a_chain_stays_open_until_its_window_or_an_event_ends_it() {
    let funnel = Funnel::new(3, 10, FunnelMode::parse("strict_order").unwrap()).unwrap();
    assert_eq!(chain(&funnel, &letters("ABAB")).open_since(), Some(2));
    assert_eq!(chain(&funnel, &letters("ABE")).open_since(), None);
    assert_eq!(chain(&funnel, &letters("ABC")).open_since(), None, "a complete chain needs nothing more");
}

#[test]
fn in_any_order_the_fullest_window_counts() {
    let mut random = Random::new(11);
    for _ in 0..CASES {
        let events = random_events(&mut random, 8, 10, 4);
        let window = random.below(8) as u64;
        let funnel = Funnel::new(3, window, FunnelMode::default()).unwrap();
        let inside = |start: i64| {
            let met = |event: &&Event| event.ts >= start && (event.ts - start) as u64 <= window;
            events.iter().filter(met).fold(0, |all, event| all | event.met & 0b111).count_ones() as usize
        };
        let expected = events.iter().map(|event| inside(event.ts)).max().unwrap_or(0);
        let found = any_order(&funnel, &events);
        assert_eq!(found.level(), expected, "{events:?}");
        assert!(found.events().is_sorted());
        let last = events.last().map_or(0, |event| event.ts);
        let open = events.iter().filter(|event| (last - event.ts) as u64 <= window && inside(event.ts) == expected);
        assert_eq!(found.open_since(), open.map(|event| event.ts).max().filter(|_| expected > 0), "{events:?}");
    }
}

#[test]
fn the_scan_that_traces_chains_finds_the_chain_of_the_general_search() {
    let mut random = Random::new(13);
    let modes = modes();
    for _ in 0..CASES {
        let steps = 1 + random.below(4);
        let (ticks, conditions) = (1 + random.below(12), steps + 1);
        let events = random_events(&mut random, 14, ticks, conditions);
        let funnel = Funnel::new(steps, random.below(9) as u64, modes[random.below(modes.len())]).unwrap();
        if !funnel.scans(&events) {
            continue;
        }
        let times =
            |found: &Outcome| -> Vec<i64> { found.events().iter().map(|&event| events[event as usize].ts).collect() };
        let (found, expected) = (chain(&funnel, &events), chains::longest(&funnel, &events));
        assert_eq!(times(&found), times(&expected), "{funnel:?} {events:?}");
        assert_eq!(found.open_since(), expected.open_since(), "{funnel:?} {events:?}");
    }
}
