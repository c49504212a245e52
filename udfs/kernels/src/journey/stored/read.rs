//! Reading a journey, straight from its bytes.

use super::value::{Digits, Value, Values};
use super::{CONTROL_CODES, Damaged, UNITS, VERSION, VERSION_WITH_VALUES};

/// For every length in a control byte the bytes of a difference, and the bits that are its own.
const LENGTHS: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 8];
const MASKS: [u64; 8] =
    [0, 0xff, 0xffff, 0xff_ffff, 0xffff_ffff, 0xff_ffff_ffff, 0xffff_ffff_ffff, 0xffff_ffff_ffff_ffff];

/// A journey in its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    events: Names<'a>,
    channels: Names<'a>,
    missing: bool,
    width: u8,
    unit: u64,
    first: i64,
    values: Option<Values<'a>>,
    controls: &'a [u8],
    codes: &'a [u8],
    /// All bytes, and where the differences begin.
    bytes: &'a [u8],
    differences: usize,
}

/// An event as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When it happened.
    pub ts: i64,
    /// The event's place among the journey's events.
    pub event: usize,
    /// The channel's place among the journey's channels.
    pub channel: Option<usize>,
}

impl<'a> Stored<'a> {
    /// Reads the head of a journey.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = bytes;
        let (version, flags) = (byte(&mut rest)?, byte(&mut rest)?);
        if !matches!(version, VERSION | VERSION_WITH_VALUES) || flags >> 5 != 0 {
            return Err(Damaged);
        }
        let count = varint(&mut rest)?;
        let unit = UNITS[usize::from(flags & 3)];
        let (width, missing) = (flags >> 2 & 3, flags & 16 != 0);
        if count == 0 {
            return Ok(Self {
                events: Names::NONE,
                channels: Names::NONE,
                missing,
                width,
                unit,
                first: 0,
                values: None,
                controls: &[],
                codes: &[],
                bytes,
                differences: bytes.len(),
            });
        }
        let events = Names::read(&mut rest)?;
        let channels = Names::read(&mut rest)?;
        let first = varint(&mut rest)?;
        let first = (first >> 1).cast_signed() ^ -(first & 1).cast_signed();
        let values = match version {
            VERSION => None,
            _ => {
                let length = varint(&mut rest)?;
                Some(Values::read(take(&mut rest, length)?)?)
            }
        };
        let controls = take(&mut rest, count)?;
        let codes = take(&mut rest, count.saturating_mul([0, 1, 2, 4][usize::from(width)]))?;
        if events.count == 0 || channels.count + usize::from(missing) == 0 {
            return Err(Damaged);
        }
        Ok(Self {
            events,
            channels,
            missing,
            width,
            unit,
            first: first.wrapping_mul(unit.cast_signed()),
            values,
            controls,
            codes,
            bytes,
            differences: bytes.len() - rest.len(),
        })
    }

    /// The number of events.
    pub fn len(&self) -> usize {
        self.controls.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }

    /// The names of the events, as they are stored.
    pub(super) fn event_names(&self) -> &Names<'a> {
        &self.events
    }

    /// The names of the channels, as they are stored.
    pub(super) fn channel_names(&self) -> &Names<'a> {
        &self.channels
    }

    /// The names of the events that occur, in byte order.
    pub fn events(&self) -> impl Iterator<Item = Result<&'a [u8], Damaged>> {
        self.events.iter()
    }

    /// The names of the channels that occur, in byte order.
    pub fn channels(&self) -> impl Iterator<Item = Result<&'a [u8], Damaged>> {
        self.channels.iter()
    }

    /// How many codes there are for each event: the channels, and none if that occurs. At least one.
    fn slots(&self) -> usize {
        (self.channels.count + usize::from(self.missing)).max(1)
    }

    /// Calls `visit` with the time of every event in order, until it says no.
    #[inline]
    pub fn times(&self, mut visit: impl FnMut(i64) -> bool) {
        self.walk(|_, control| usize::from(control), |ts, _| visit(ts));
    }

    /// Calls `visit` with every event in order, until it says no.
    pub fn moments(&self, mut visit: impl FnMut(Moment) -> bool) {
        let slots = self.slots();
        let parts = |code: usize| (code / slots, code % slots);
        let mut visit = |ts, (event, slot): (usize, usize)| {
            visit(Moment { ts, event, channel: if self.missing { slot.checked_sub(1) } else { Some(slot) } })
        };
        if self.width > 0 {
            return self.walk(|index, _| self.code(index), |ts, code| visit(ts, parts(code)));
        }
        // A division for every event is saved by one look at a table of all codes.
        let by_code: [(usize, usize); CONTROL_CODES] = std::array::from_fn(parts);
        self.walk(|_, control| usize::from(control) % CONTROL_CODES, |ts, code| visit(ts, by_code[code]));
    }

    /// How exactly the values of its events are known; `None` if no event has one.
    pub fn digits(&self) -> Option<Digits> {
        self.values.map(|values| values.digits)
    }

    /// Calls `visit` with every event in order and what it is worth, until it says no.
    pub fn valued_moments(&self, mut visit: impl FnMut(Moment, Option<Value>) -> bool) -> Result<(), Damaged> {
        let Some(mut values) = self.values else {
            self.moments(|moment| visit(moment, None));
            return Ok(());
        };
        let mut next = values.advance()?;
        let (mut place, mut whole) = (0, true);
        self.moments(|moment| {
            let value = next.filter(|&(valued, _)| valued == place);
            place += 1;
            if value.is_some() {
                match values.advance() {
                    Ok(following) => next = following,
                    Err(Damaged) => whole = false,
                }
            }
            visit(moment, value.map(|(_, number)| Value { number, digits: values.digits })) && whole
        });
        if whole { Ok(()) } else { Err(Damaged) }
    }

    /// Calls `visit` with the time of every event in order and what `value` has for it, until it says no.
    #[inline]
    pub fn valued(&self, value: &[u32], mut visit: impl FnMut(i64, u32) -> bool) {
        let slots = self.slots();
        if self.width > 0 {
            let of = |code: usize| value.get(code / slots).copied().unwrap_or(0);
            return self.walk(|index, _| self.code(index), |ts, code| visit(ts, of(code)));
        }
        let mut by_code = [0; CONTROL_CODES];
        let values = value.iter().flat_map(|&value| std::iter::repeat_n(value, slots));
        by_code.iter_mut().zip(values).for_each(|(code, value)| *code = value);
        self.walk(|_, control| usize::from(control) % CONTROL_CODES, |ts, code| visit(ts, by_code[code]));
    }

    /// The code of an event whose control does not have it.
    fn code(&self, index: usize) -> usize {
        match self.width {
            1 => self.codes.get(index).map_or(0, |&code| usize::from(code)),
            2 => self
                .codes
                .get(2 * index..)
                .and_then(<[u8]>::first_chunk)
                .map_or(0, |code| u16::from_le_bytes(*code).into()),
            _ => self
                .codes
                .get(4 * index..)
                .and_then(<[u8]>::first_chunk)
                .map_or(0, |code| u32::from_le_bytes(*code) as usize),
        }
    }

    #[inline]
    fn walk(&self, code: impl Fn(usize, u8) -> usize, mut visit: impl FnMut(i64, usize) -> bool) {
        let mut ts = self.first;
        let mut place = self.differences;
        // Where the last whole word begins. A journey with events has more bytes than that before its differences.
        let last = self.bytes.len().saturating_sub(8);
        for (index, &control) in self.controls.iter().enumerate() {
            let kind = usize::from(control >> 5);
            let start = place.min(last);
            let word = self.bytes.get(start..).and_then(<[u8]>::first_chunk);
            let word = word.map_or(0, |word| u64::from_le_bytes(*word));
            // Near the end a word is read that begins earlier, and its first bytes are shifted out.
            let difference = word.checked_shr(8 * (place - start) as u32).unwrap_or(0) & MASKS[kind];
            place += LENGTHS[kind];
            ts = ts.wrapping_add(difference.wrapping_mul(self.unit).cast_signed());
            if !visit(ts, code(index, control)) {
                return;
            }
        }
    }
}

/// Texts in a row, each after its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) count: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Names<'a> {
    const NONE: Self = Self { count: 0, bytes: &[] };

    fn read(rest: &mut &'a [u8]) -> Result<Self, Damaged> {
        let count = varint(rest)?;
        let length = varint(rest)?;
        let bytes = take(rest, length)?;
        // Every name has at least its length.
        if count > length {
            return Err(Damaged);
        }
        Ok(Self { count: count as usize, bytes })
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Result<&'a [u8], Damaged>> + use<'a> {
        let mut rest = self.bytes;
        (0..self.count).map(move |_| {
            let length = varint(&mut rest)?;
            take(&mut rest, length)
        })
    }
}

fn byte(rest: &mut &[u8]) -> Result<u8, Damaged> {
    let (&first, after) = rest.split_first().ok_or(Damaged)?;
    *rest = after;
    Ok(first)
}

#[inline]
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, Damaged> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = byte(rest)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Damaged)
}

pub(super) fn take<'a>(rest: &mut &'a [u8], length: u64) -> Result<&'a [u8], Damaged> {
    let length = usize::try_from(length).map_err(|_| Damaged)?;
    let (taken, after) = rest.split_at_checked(length).ok_or(Damaged)?;
    *rest = after;
    Ok(taken)
}
