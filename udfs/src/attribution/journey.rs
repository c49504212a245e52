//! Journeys: the paths of one customer.
//!
//! The path of a conversion is the touches before it, the look-back at most before it, in the order of time; ties
//! are broken by the tie-break column, then by the names of the channels. Conversions do not cut paths short unless
//! asked to: a touch can be on the path of several. The touches from the last conversion on are a path that ended in none.
//! A touch without a channel is on no path.

use crate::argument::{Constant, Parameter, Type};
use crate::table::{Call, Group, NULL_CODE, NULL_TIME, Rows, Slot};
use datafusion::error::Result;

/// The channel that conversions without any touch are listed under.
pub(crate) const UNATTRIBUTED: &str = "(unattributed)";

/// The relation of touches, and that of conversions.
pub(super) const TOUCHES: usize = 0;
pub(super) const CONVERSIONS: usize = 1;

/// What all functions over journeys take: two relations, and what their columns are.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::input("touches", "Touches, one row each."),
        Parameter::input("conversions", "Conversions, one row each; what is there twice counts twice."),
        Parameter::key("customer", "customer_id", "The column of who was touched and converted, in both relations.")
            .with_nulls(&[CONVERSIONS]),
        Parameter::order("ts", "The column of when, in both relations.").with_nulls(&[CONVERSIONS]),
        Parameter::rows("tiebreak", Type::Integer, "A column of touches that orders those of one time.")
            .of(&[TOUCHES])
            .optional(),
        Parameter::rows("channel", Type::Text, "The column of a touch's channel.").of(&[TOUCHES]),
        Parameter::rows("value", Type::Number, "The column of a conversion's value; 1 each without.")
            .of(&[CONVERSIONS])
            .optional(),
        Parameter::constant("lookback", Constant::Interval, "How long before a conversion a touch can be.").or_days(30),
        Parameter::constant(
            "collapse",
            Constant::Choice(&["none", "repeat"]),
            "Whether only the first of touches of one channel in a row is on a path.",
        )
        .or("none"),
        Parameter::constant(
            "restart",
            Constant::Flag,
            "Whether a path begins anew after a conversion, so that no touch is on the paths of two.",
        )
        .or_flag(false),
    ]
}

/// Walks through the journeys of customers.
#[derive(Debug, Clone)]
pub(super) struct Journeys {
    channel: Slot,
    value: Option<Slot>,
    lookback: i64,
    collapse: bool,
    restart: bool,
    touches: Touches,
    collapsed: Touches,
}

/// Touches with a channel, in order.
#[derive(Debug, Clone, Default)]
struct Touches {
    times: Vec<i64>,
    channels: Vec<u32>,
    rows: Vec<u32>,
}

/// A path, and what it ended in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journey<'a> {
    /// When each touch was.
    pub times: &'a [i64],
    /// The code of the channel of each.
    pub channels: &'a [u32],
    /// The place of each among the touches of the customer.
    pub touches: &'a [u32],
    /// `None` for the touches that no conversion followed.
    pub conversion: Option<Conversion>,
}

/// A conversion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversion {
    /// Its place among the conversions of the customer.
    pub row: usize,
    /// When it was; [`NULL_TIME`] if that is not known, and then no touch was before it.
    pub at: i64,
    /// What it was worth: 1 if nothing says, `None` if that is NULL or NaN.
    pub value: Option<f64>,
}

impl Journeys {
    pub(super) fn bind(call: &Call) -> Result<Self> {
        Ok(Self {
            channel: call.slot("channel")?,
            value: call.optional_slot("value")?,
            lookback: call.micros("lookback")?,
            collapse: call.text("collapse")? == "repeat",
            restart: call.flag("restart")?,
            touches: Touches::default(),
            collapsed: Touches::default(),
        })
    }

    /// The column of channels.
    pub(super) fn channel(&self) -> Slot {
        self.channel
    }

    /// Shows every path of the customer: first those of the conversions, in order, then that of the rest, if there
    /// is one.
    pub(super) fn each(&mut self, group: &Group<'_>, mut see: impl FnMut(Journey<'_>) -> Result<()>) -> Result<()> {
        let (touches, conversions) = (group.rows(TOUCHES), group.rows(CONVERSIONS));
        self.touches.read(&touches, self.channel);
        let (mut start, mut end) = (0, 0);
        for (row, &at) in conversions.times().iter().enumerate() {
            let earliest = at.saturating_sub(self.lookback);
            let times = &self.touches.times;
            if self.restart {
                start = end;
            }
            end += times[end..].iter().take_while(|time| **time < at).count();
            start += times[start..end].iter().take_while(|time| **time < earliest).count();
            let value = match self.value {
                Some(slot) => conversions.numbers(slot).get(row).copied().filter(|value| !value.is_nan()),
                None => Some(1.0),
            };
            self.see(start, end, Some(Conversion { row, at, value }), &mut see)?;
        }
        let rest = self.touches.times.len();
        if end < rest {
            self.see(end, rest, None, &mut see)?;
        }
        Ok(())
    }

    fn see(
        &mut self,
        start: usize,
        end: usize,
        conversion: Option<Conversion>,
        see: &mut impl FnMut(Journey<'_>) -> Result<()>,
    ) -> Result<()> {
        let (touches, range) = match self.collapse {
            true => {
                self.collapsed.collapse(&self.touches, start, end);
                (&self.collapsed, 0..self.collapsed.times.len())
            }
            false => (&self.touches, start..end),
        };
        see(Journey {
            times: &touches.times[range.clone()],
            channels: &touches.channels[range.clone()],
            touches: &touches.rows[range],
            conversion,
        })
    }
}

impl Touches {
    fn clear(&mut self) {
        self.times.clear();
        self.channels.clear();
        self.rows.clear();
    }

    fn push(&mut self, time: i64, channel: u32, row: u32) {
        self.times.push(time);
        self.channels.push(channel);
        self.rows.push(row);
    }

    fn read(&mut self, rows: &Rows<'_>, channel: Slot) {
        self.clear();
        for (row, (&time, &channel)) in (0..).zip(rows.times().iter().zip(rows.codes(channel))) {
            if channel != NULL_CODE && time != NULL_TIME {
                self.push(time, channel, row);
            }
        }
    }

    /// The touches from `start` to `end` of `all`, of several of one channel in a row only the first.
    fn collapse(&mut self, all: &Self, start: usize, end: usize) {
        self.clear();
        for place in start..end {
            if self.channels.last() != Some(&all.channels[place]) {
                self.push(all.times[place], all.channels[place], all.rows[place]);
            }
        }
    }
}
