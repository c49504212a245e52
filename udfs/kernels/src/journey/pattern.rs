//! The pattern language of `sequence_match` and `sequence_count`.
//!
//! | element | takes |
//! |---|---|
//! | `(?N)` | one event that meets condition N |
//! | `.` | one event |
//! | `.*` | any number of events, also none |
//! | `(?t<=S)`, `<`, `>=`, `>`, `==`, `!=` | any number of events, and asks that the event taken next comes so many seconds after the one taken last by `(?N)` or `.` |
//!
//! Elements that stand next to each other take events that stand next to each other. Several time conditions in a
//! row must all hold between the same two events.

use super::event::CONDITIONS_MAX;

/// The longest pattern, in elements: far beyond any use, and a bound on the work for one event.
pub const ELEMENTS_MAX: usize = 256;

/// A pattern, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(super) takes: Vec<Take>,
}

/// One event to be taken, and what may lie before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Take {
    pub(super) gap: Gap,
    /// The conditions of which it must meet one: all bits for any event.
    pub(super) met: u32,
    /// Whether it is a `(?N)`.
    pub(super) named: bool,
}

/// What may lie between an event taken and the one taken before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Any number of events.
    Any,
    /// Any number of events, if the time in between fits.
    Timed(Times),
    /// Any number of events of which the first, or the event taken itself, comes at a time that fits, as in
    /// `(?t>5).*(?2)`: after a suitable moment anything may pass.
    TimedThenAny(Times),
}

/// A set of durations: a range without some.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Times {
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) except: Vec<u64>,
    /// No duration can satisfy the conditions together, as `> 5` and `< 3`.
    pub(super) none: bool,
}

impl Times {
    const ALL: Self = Self { least: 0, most: u64::MAX, except: Vec::new(), none: false };

    fn narrow(&mut self, operator: Operator, time: u64) {
        match operator {
            Operator::AtMost => self.most = self.most.min(time),
            Operator::Below if time == 0 => self.none = true,
            Operator::Below => self.most = self.most.min(time - 1),
            Operator::AtLeast => self.least = self.least.max(time),
            Operator::Above if time == u64::MAX => self.none = true,
            Operator::Above => self.least = self.least.max(time + 1),
            Operator::Equal => {
                self.least = self.least.max(time);
                self.most = self.most.min(time);
            }
            Operator::NotEqual => self.except.push(time),
        }
        self.none |= self.least > self.most;
    }
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    AtMost,
    Below,
    AtLeast,
    Above,
    Equal,
    NotEqual,
}

/// The operators, longer ones first, so that `<=` is not read as `<`.
const OPERATORS: [(&str, Operator); 6] = [
    ("<=", Operator::AtMost),
    ("<", Operator::Below),
    (">=", Operator::AtLeast),
    (">", Operator::Above),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
];

/// Why a pattern could not be read, and at which character (from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The position in the pattern, in characters from 1.
    pub position: usize,
    /// What is wrong there.
    pub reason: PatternFault,
}

/// What is wrong with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternFault {
    /// None of the elements begins here.
    NoElement,
    /// A number should stand here.
    NoNumber,
    /// The number does not fit.
    NumberTooLarge,
    /// A closing parenthesis should stand here.
    NotClosed,
    /// No operator of time stands here.
    NoOperator,
    /// There is no condition of this number.
    NoSuchCondition,
    /// A time condition needs an event before it.
    TimeBeforeEvents,
    /// A time condition needs an event after it.
    TimeAfterEvents,
    /// The pattern takes no event at all.
    NoEvents,
    /// The pattern has more elements than [`ELEMENTS_MAX`].
    TooLong,
}

impl Pattern {
    /// Reads a pattern over so many conditions. `second` is the length of a second in the unit of the events' times.
    pub fn parse(text: &str, conditions: usize, second: u64) -> Result<Self, PatternError> {
        let mut parser = Parser { text, rest: text, gap: Gap::Any, timed_at: 0, takes: Vec::new() };
        let conditions = conditions.min(CONDITIONS_MAX);
        while !parser.rest.is_empty() {
            parser.element(conditions, second)?;
            if parser.takes.len() > ELEMENTS_MAX {
                return parser.fail(PatternFault::TooLong);
            }
        }
        if parser.takes.is_empty() {
            return parser.fail(PatternFault::NoEvents);
        }
        if let Gap::Timed(_) | Gap::TimedThenAny(_) = parser.gap {
            parser.rest = &text[parser.timed_at..];
            return parser.fail(PatternFault::TimeAfterEvents);
        }
        Ok(Self { takes: parser.takes })
    }

    /// The conditions that every match needs an event for, as bits.
    pub(super) fn needed(&self) -> u32 {
        self.takes.iter().filter(|take| take.named).fold(0, |all, take| all | take.met)
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    /// What may lie before the next event taken. Before the first anything may.
    gap: Gap,
    /// Where the last time condition begins.
    timed_at: usize,
    takes: Vec<Take>,
}

impl Parser<'_> {
    fn element(&mut self, conditions: usize, second: u64) -> Result<(), PatternError> {
        let begin = self.text.len() - self.rest.len();
        if self.skip("(?t") {
            if self.takes.is_empty() {
                self.rest = &self.text[begin..];
                return self.fail(PatternFault::TimeBeforeEvents);
            }
            let Some((_, operator)) = OPERATORS.into_iter().find(|(name, _)| self.skip(name)) else {
                return self.fail(PatternFault::NoOperator);
            };
            let number_at = self.rest;
            let Some(time) = self.number()?.checked_mul(second) else {
                self.rest = number_at;
                return self.fail(PatternFault::NumberTooLarge);
            };
            self.close()?;
            self.timed_at = begin;
            // `.*` before a time condition takes nothing that the condition would not let pass.
            let mut times = match std::mem::replace(&mut self.gap, Gap::None) {
                Gap::Timed(times) => times,
                Gap::TimedThenAny(_) => {
                    self.rest = &self.text[begin..];
                    return self.fail(PatternFault::TimeBeforeEvents);
                }
                Gap::None | Gap::Any => Times::ALL,
            };
            times.narrow(operator, time);
            self.gap = Gap::Timed(times);
        } else if self.skip("(?") {
            let number_at = self.rest;
            let number = self.number()?;
            if number == 0 || number > conditions as u64 {
                self.rest = number_at;
                return self.fail(PatternFault::NoSuchCondition);
            }
            self.close()?;
            self.take(1 << (number - 1), true);
        } else if self.skip(".*") {
            self.gap = match std::mem::replace(&mut self.gap, Gap::Any) {
                Gap::Timed(times) | Gap::TimedThenAny(times) => Gap::TimedThenAny(times),
                Gap::None | Gap::Any => Gap::Any,
            };
        } else if self.skip(".") {
            self.take(u32::MAX, false);
        } else {
            return self.fail(PatternFault::NoElement);
        }
        Ok(())
    }

    fn take(&mut self, met: u32, named: bool) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        self.takes.push(Take { gap, met, named });
    }

    fn skip(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Result<u64, PatternError> {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return self.fail(PatternFault::NoNumber);
        }
        let Ok(number) = self.rest[..digits].parse() else { return self.fail(PatternFault::NumberTooLarge) };
        self.rest = &self.rest[digits..];
        Ok(number)
    }

    fn close(&mut self) -> Result<(), PatternError> {
        if self.skip(")") { Ok(()) } else { self.fail(PatternFault::NotClosed) }
    }

    fn fail<T>(&self, reason: PatternFault) -> Result<T, PatternError> {
        let before = &self.text[..self.text.len() - self.rest.len()];
        Err(PatternError { position: before.chars().count() + 1, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, PatternFault) {
        let error = Pattern::parse(text, 2, 1).unwrap_err();
        (error.position, error.reason)
    }

    #[test]
    fn errors_say_where_and_what() {
        assert_eq!(fault(""), (1, PatternFault::NoEvents));
        assert_eq!(fault(".*"), (3, PatternFault::NoEvents));
        assert_eq!(fault("(?1)x"), (5, PatternFault::NoElement));
        assert_eq!(fault("(?1)ä(?2)"), (5, PatternFault::NoElement));
        assert_eq!(fault("(?1)(?)"), (7, PatternFault::NoNumber));
        assert_eq!(fault("(?3)"), (3, PatternFault::NoSuchCondition));
        assert_eq!(fault("(?0)"), (3, PatternFault::NoSuchCondition));
        assert_eq!(fault("(?1"), (4, PatternFault::NotClosed));
        assert_eq!(fault("(?1)(?t5)(?2)"), (8, PatternFault::NoOperator));
        assert_eq!(fault("(?1)(?t<)(?2)"), (9, PatternFault::NoNumber));
        assert_eq!(fault("(?1)(?t<99999999999999999999)(?2)"), (9, PatternFault::NumberTooLarge));
        assert_eq!(fault("(?t<5)(?2)"), (1, PatternFault::TimeBeforeEvents));
        assert_eq!(fault(".*(?t<5)(?2)"), (3, PatternFault::TimeBeforeEvents));
        assert_eq!(fault("(?1)(?t>5).*(?t<5)(?2)"), (13, PatternFault::TimeBeforeEvents));
        assert_eq!(fault("(?1)(?t<5)"), (5, PatternFault::TimeAfterEvents));
        assert_eq!(fault("(?1)(?t<5).*"), (5, PatternFault::TimeAfterEvents));
        assert_eq!(fault(&".".repeat(257)), (258, PatternFault::TooLong));
    }

    #[test]
    fn times_are_in_seconds_of_the_events_unit() {
        let pattern = Pattern::parse("(?1)(?t>5)(?t<=9)(?t!=7)(?2)", 2, 1_000).unwrap();
        let times = Times { least: 5_001, most: 9_000, except: vec![7_000], none: false };
        assert_eq!(pattern.takes[1].gap, Gap::Timed(times));
        assert_eq!(pattern.needed(), 0b11);
    }

    #[test]
    fn contradicting_times_are_seen() {
        for text in ["(?1)(?t<0)(?2)", "(?1)(?t>5)(?t<3)(?2)", "(?1)(?t>18446744073709551615)(?2)"] {
            let pattern = Pattern::parse(text, 2, 1).unwrap();
            assert!(matches!(&pattern.takes[1].gap, Gap::Timed(times) if times.none), "{text}");
        }
    }

    #[test]
    fn the_seconds_of_a_fine_unit_can_be_too_many() {
        let error = Pattern::parse("(?1)(?t<99999999999999)(?2)", 2, 1_000_000).unwrap_err();
        assert_eq!((error.position, error.reason), (9, PatternFault::NumberTooLarge));
    }
}
