//! A journey while its events are gathered.

use super::value::word;
use super::{Damaged, Digits, Entry, Stored, Value, Vocabulary, Writer};

/// The events of one customer.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    events: Vocabulary,
    channels: Vocabulary,
    entries: Vec<Entry>,
    /// How exactly the values are known, once there is one.
    digits: Option<Digits>,
}

impl Journey {
    /// No events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    pub fn update(&mut self, ts: i64, event: &str, channel: Option<&str>, value: Option<Value>) {
        let channel = channel.map_or(0, |channel| self.channels.code(channel) + 1);
        self.digits = self.digits.max(value.map(|value| value.digits));
        let value = value.map_or(0, |value| word(value.number));
        self.entries.push(Entry { ts, event: self.events.code(event), channel, value });
    }

    /// Adds the events of a stored journey.
    pub fn merge(&mut self, bytes: &[u8]) -> Result<(), Damaged> {
        let stored = Stored::read(bytes)?;
        self.digits = self.digits.max(stored.digits());
        let Self { events, channels, entries, .. } = self;
        entries_of(&stored, events, channels, |entry| entries.push(entry))
    }

    /// The journey as bytes.
    pub fn finish(&self) -> Vec<u8> {
        let (events, event_ranks) = self.events.ranked();
        let (channels, channel_ranks) = self.channels.ranked();
        let mut entries: Vec<Entry> =
            self.entries.iter().map(|entry| entry.ranked(&event_ranks, &channel_ranks)).collect();
        let mut bytes = Vec::new();
        Writer::new(events, channels).write(&mut entries, self.digits, &mut bytes);
        bytes
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        let entries = self.entries.capacity() * size_of::<Entry>();
        self.events.heap_bytes() + self.channels.heap_bytes() + entries
    }
}

impl Entry {
    /// An entry of codes as one of ranks.
    pub fn ranked(self, events: &[u32], channels: &[u32]) -> Self {
        let channel = self.channel.checked_sub(1).map_or(0, |channel| channels[channel as usize] + 1);
        Self { event: events[self.event as usize], channel, ..self }
    }
}

/// Hands out the events of a stored journey as entries of codes.
pub fn entries_of(
    stored: &Stored<'_>,
    events: &mut Vocabulary,
    channels: &mut Vocabulary,
    mut take: impl FnMut(Entry),
) -> Result<(), Damaged> {
    let event_codes = stored.events().map(|name| code(events, name?)).collect::<Result<Vec<u32>, Damaged>>()?;
    let channel_codes = stored.channels().map(|name| code(channels, name?)).collect::<Result<Vec<u32>, Damaged>>()?;
    let mut whole = true;
    stored.valued_moments(|moment, value| {
        let channel = moment.channel.map_or(Some(0), |channel| channel_codes.get(channel).map(|code| code + 1));
        let value = value.map_or(0, |value| word(value.number));
        match event_codes.get(moment.event).zip(channel) {
            Some((&event, channel)) => take(Entry { ts: moment.ts, event, channel, value }),
            None => whole = false,
        }
        whole
    })?;
    if whole { Ok(()) } else { Err(Damaged) }
}

fn code(vocabulary: &mut Vocabulary, name: &[u8]) -> Result<u32, Damaged> {
    std::str::from_utf8(name).map(|name| vocabulary.code(name)).map_err(|_| Damaged)
}
