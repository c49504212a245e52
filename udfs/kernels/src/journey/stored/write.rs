//! Writing a journey.

use super::super::event::elapsed;
use super::value::{self, Digits};
use super::{CONTROL_CODES, UNITS, VERSION, VERSION_WITH_VALUES};

/// An event to be written: its time, the ranks of its texts among the writer's, and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// When it happened.
    pub ts: i64,
    /// The event's place among the event names.
    pub event: u32,
    /// The channel's place among the channel names, counted from 1; 0 if it has none.
    pub channel: u32,
    /// The [`word`](super::word) of what it is worth; 0 if that is not known.
    pub value: u64,
}

/// Writes journeys over the same texts.
#[derive(Debug)]
pub struct Writer<'a> {
    events: Places<'a>,
    channels: Places<'a>,
    /// The values of one journey; reused.
    values: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// A writer over event and channel names, each in byte order and once.
    pub fn new(events: Vec<&'a str>, channels: Vec<&'a str>) -> Self {
        Self { events: Places::new(events), channels: Places::new(channels), values: Vec::new() }
    }

    /// Appends the journey of these events to `bytes`. They are put in order. `digits` is how exactly their values
    /// are known, if any has one.
    pub fn write(&mut self, entries: &mut [Entry], digits: Option<Digits>, bytes: &mut Vec<u8>) {
        if !entries.is_sorted() {
            entries.sort_unstable();
        }
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return bytes.extend([VERSION, 0, 0]);
        };
        for entry in entries.iter() {
            self.events.meet(entry.event);
            if let Some(channel) = entry.channel.checked_sub(1) {
                self.channels.meet(channel);
            }
        }
        self.events.settle();
        self.channels.settle();
        let missing = entries.iter().any(|entry| entry.channel == 0);
        let slots = self.channels.met.len() + usize::from(missing);
        let code = |entry: &Entry| {
            let channel = entry
                .channel
                .checked_sub(1)
                .map_or(0, |channel| self.channels.place[channel as usize] + u32::from(missing));
            self.events.place[entry.event as usize] as usize * slots + channel as usize
        };
        let codes = self.events.met.len() * slots;
        let width = match codes {
            ..=CONTROL_CODES => 0_u8,
            ..=0x100 => 1,
            ..=0x1_0000 => 2,
            _ => 3,
        };
        let unit = unit(entries, first.ts, last.ts);
        bytes.push(if digits.is_some() { VERSION_WITH_VALUES } else { VERSION });
        bytes.push(unit as u8 | width << 2 | u8::from(missing) << 4);
        varint(entries.len() as u64, bytes);
        self.events.write(bytes);
        self.channels.write(bytes);
        let start = first.ts.div_euclid(UNITS[unit].cast_signed());
        varint(((start << 1) ^ (start >> 63)).cast_unsigned(), bytes);
        if let Some(digits) = digits {
            self.values.clear();
            value::write(entries.iter().map(|entry| entry.value), digits, &mut self.values);
            varint(self.values.len() as u64, bytes);
            bytes.extend(&self.values);
        }
        let mut before = first.ts;
        for entry in entries.iter() {
            let difference = elapsed(before, entry.ts) / UNITS[unit];
            before = entry.ts;
            let in_control = if width == 0 { code(entry) as u8 } else { 0 };
            bytes.push((length(difference).min(7) as u8) << 5 | in_control);
        }
        if let Some(width) = [0, 1, 2, 4].get(usize::from(width)).filter(|&&width| width > 0) {
            for entry in entries.iter() {
                bytes.extend(&code(entry).to_le_bytes()[..*width]);
            }
        }
        let mut before = first.ts;
        for entry in entries.iter() {
            let difference = elapsed(before, entry.ts) / UNITS[unit];
            before = entry.ts;
            bytes.extend(&difference.to_le_bytes()[..length(difference)]);
        }
        self.events.forget();
        self.channels.forget();
    }
}

/// Texts, and the places of those that a journey has.
#[derive(Debug)]
struct Places<'a> {
    texts: Vec<&'a str>,
    /// The ranks of the texts that the journey has, in order once settled.
    met: Vec<u32>,
    /// For every rank the place among those, or `u32::MAX`.
    place: Vec<u32>,
}

impl<'a> Places<'a> {
    fn new(texts: Vec<&'a str>) -> Self {
        let place = vec![u32::MAX; texts.len()];
        Self { texts, met: Vec::new(), place }
    }

    fn meet(&mut self, rank: u32) {
        let place = &mut self.place[rank as usize];
        if *place == u32::MAX {
            *place = 0;
            self.met.push(rank);
        }
    }

    fn settle(&mut self) {
        self.met.sort_unstable();
        self.met.iter().zip(0..).for_each(|(&rank, place)| self.place[rank as usize] = place);
    }

    fn forget(&mut self) {
        self.met.drain(..).for_each(|rank| self.place[rank as usize] = u32::MAX);
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let texts = || self.met.iter().map(|&rank| self.texts[rank as usize]);
        varint(self.met.len() as u64, bytes);
        varint(texts().map(|text| varint_length(text.len() as u64) + text.len()).sum::<usize>() as u64, bytes);
        for text in texts() {
            varint(text.len() as u64, bytes);
            bytes.extend(text.as_bytes());
        }
    }
}

/// The coarsest unit that all times are multiples of.
fn unit(entries: &[Entry], first: i64, last: i64) -> usize {
    (1..UNITS.len())
        .rev()
        .find(|&unit| {
            let micros = UNITS[unit].cast_signed();
            // The ends are looked at first: they settle most journeys.
            first % micros == 0 && last % micros == 0 && entries.iter().all(|entry| entry.ts % micros == 0)
        })
        .unwrap_or(0)
}

/// The number of bytes of a difference: 7 are written as 8, which have the code.
fn length(difference: u64) -> usize {
    match 8 - difference.leading_zeros() as usize / 8 {
        7.. => 8,
        length => length,
    }
}

pub(super) fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn varint_length(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}
