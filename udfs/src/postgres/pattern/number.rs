//! Patterns of numbers: places for digits, signs, separators and the text between.

use crate::value_error::{ValueError, ValueErrorKind};

/// A mark in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum Mark {
    /// `,`
    Comma,
    /// `.`
    Point,
    /// `0`: a digit, with leading zeros.
    Zero,
    /// `9`: a digit, without leading zeros.
    Nine,
    /// `D`: the locale's decimal point.
    LocalePoint,
    /// `G`: the locale's thousands separator.
    LocaleComma,
    /// `L`: the locale's currency.
    Currency,
    /// `MI`, `PL`, `SG`, `S`, `PR`: signs.
    Minus,
    Plus,
    PlusMinus,
    Sign,
    Brackets,
    Roman {
        is_upper: bool,
    },
    Ordinal {
        is_upper: bool,
    },
    /// `V`: what follows shifts the number to the left.
    Shift,
    Scientific,
    FillMode,
    /// `B`, `C`, `SP`: taken and without effect.
    Nothing,
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum Part {
    Mark(Mark),
    Text(char),
}

/// Where the sign of `S` goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum SignPlace {
    Before,
    After,
}

/// A pattern with what its marks add up to.
#[derive(Debug, Clone, Default)]
pub(in crate::postgres) struct Picture {
    pub(in crate::postgres) parts: Vec<Part>,
    /// Places before the decimal point.
    pub(in crate::postgres) before: usize,
    /// Places after it.
    pub(in crate::postgres) after: usize,
    /// Places by which `V` shifts.
    pub(in crate::postgres) shift: usize,
    /// The place of the first `0`, counted from 1; 0 for none.
    pub(in crate::postgres) zero_start: usize,
    /// The place of the last `0`.
    pub(in crate::postgres) zero_end: usize,
    pub(in crate::postgres) sign: Option<SignPlace>,
    /// Places before `S`.
    pub(in crate::postgres) before_sign: usize,
    pub(in crate::postgres) has_point: bool,
    pub(in crate::postgres) has_shift: bool,
    pub(in crate::postgres) is_fill_mode: bool,
    pub(in crate::postgres) is_bracketed: bool,
    pub(in crate::postgres) has_minus: bool,
    pub(in crate::postgres) has_plus: bool,
    pub(in crate::postgres) is_roman: bool,
    pub(in crate::postgres) is_scientific: bool,
    has_blank: bool,
}

/// Marks by name; of two that begin alike the longer one comes first. Small letters mean the same, but for `rn`, `th`.
const NAMES: &[(&str, Mark)] = &[
    (",", Mark::Comma),
    (".", Mark::Point),
    ("0", Mark::Zero),
    ("9", Mark::Nine),
    ("B", Mark::Nothing),
    ("C", Mark::Nothing),
    ("D", Mark::LocalePoint),
    ("EEEE", Mark::Scientific),
    ("FM", Mark::FillMode),
    ("G", Mark::LocaleComma),
    ("L", Mark::Currency),
    ("MI", Mark::Minus),
    ("PL", Mark::Plus),
    ("PR", Mark::Brackets),
    ("RN", Mark::Roman { is_upper: true }),
    ("SG", Mark::PlusMinus),
    ("SP", Mark::Nothing),
    ("S", Mark::Sign),
    ("TH", Mark::Ordinal { is_upper: true }),
    ("V", Mark::Shift),
    ("b", Mark::Nothing),
    ("c", Mark::Nothing),
    ("d", Mark::LocalePoint),
    ("eeee", Mark::Scientific),
    ("fm", Mark::FillMode),
    ("g", Mark::LocaleComma),
    ("l", Mark::Currency),
    ("mi", Mark::Minus),
    ("pl", Mark::Plus),
    ("pr", Mark::Brackets),
    ("rn", Mark::Roman { is_upper: false }),
    ("sg", Mark::PlusMinus),
    ("sp", Mark::Nothing),
    ("s", Mark::Sign),
    ("th", Mark::Ordinal { is_upper: false }),
    ("v", Mark::Shift),
];

/// Reads a pattern, unless its marks contradict each other.
pub(in crate::postgres) fn parse(pattern: &str) -> Result<Picture, ValueError> {
    let mut picture = Picture::default();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((name, mark)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
            picture.add(*mark, name)?;
            picture.parts.push(Part::Mark(*mark));
            rest = &rest[name.len()..];
        } else if first == '"' {
            rest = quote(&rest[1..], &mut picture.parts);
        } else {
            let taken = if rest.starts_with("\\\"") { '"' } else { first };
            let length = if rest.starts_with("\\\"") { 2 } else { first.len_utf8() };
            picture.parts.push(Part::Text(taken));
            rest = &rest[length..];
        }
    }
    Ok(picture)
}

fn quote<'a>(text: &'a str, parts: &mut Vec<Part>) -> &'a str {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => parts.push(Part::Text(chars.next().unwrap_or('\\'))),
            _ => parts.push(Part::Text(char)),
        }
    }
    chars.as_str()
}

impl Picture {
    /// Digits that a number in this pattern may have.
    pub(in crate::postgres) fn digits(&self) -> usize {
        self.before + self.after
    }

    fn add(&mut self, mark: Mark, name: &str) -> Result<(), ValueError> {
        if self.is_scientific && mark != Mark::Scientific {
            return refuse("\"EEEE\" must be the last pattern used");
        }
        match mark {
            Mark::Nine | Mark::Zero if self.is_bracketed => {
                return refuse(format!("\"{name}\" must be ahead of \"PR\""));
            }
            Mark::Nine if self.has_shift => self.shift += 1,
            Mark::Nine => self.place(),
            Mark::Zero => {
                if self.zero_start == 0 && !self.has_point {
                    self.zero_start = self.before + 1;
                }
                self.place();
                self.zero_end = self.digits();
            }
            Mark::Point | Mark::LocalePoint => {
                if self.has_point {
                    return refuse("multiple decimal points");
                }
                if self.has_shift {
                    return refuse("cannot use \"V\" and decimal point together");
                }
                self.has_point = true;
            }
            Mark::FillMode => self.is_fill_mode = true,
            Mark::Sign => {
                if self.sign.is_some() {
                    return refuse("cannot use \"S\" twice");
                }
                if self.has_plus || self.has_minus || self.is_bracketed {
                    return refuse("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
                }
                if self.has_point {
                    self.sign = Some(SignPlace::After);
                } else {
                    self.sign = Some(SignPlace::Before);
                    self.before_sign = self.before;
                }
            }
            Mark::Minus | Mark::Plus | Mark::PlusMinus => {
                if self.sign.is_some() {
                    return refuse(format!("cannot use \"S\" and \"{name}\" together"));
                }
                self.has_minus |= mark != Mark::Plus;
                self.has_plus |= mark != Mark::Minus;
            }
            Mark::Brackets => {
                if self.sign.is_some() || self.has_plus || self.has_minus {
                    return refuse("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together");
                }
                self.is_bracketed = true;
            }
            Mark::Roman { .. } => self.is_roman = true,
            Mark::Shift => {
                if self.has_point {
                    return refuse("cannot use \"V\" and decimal point together");
                }
                self.has_shift = true;
            }
            Mark::Scientific => {
                if self.is_scientific {
                    return refuse("cannot use \"EEEE\" twice");
                }
                let is_alone = !self.has_blank
                    && !self.is_fill_mode
                    && self.sign.is_none()
                    && !self.is_bracketed
                    && !self.has_minus
                    && !self.has_plus
                    && !self.is_roman
                    && !self.has_shift;
                if !is_alone {
                    return refuse("\"EEEE\" is incompatible with other formats");
                }
                self.is_scientific = true;
            }
            Mark::Nothing if name.eq_ignore_ascii_case("b") => {
                self.has_blank |= self.digits() == 0 && self.zero_start == 0;
            }
            Mark::Nothing | Mark::Comma | Mark::LocaleComma | Mark::Currency | Mark::Ordinal { .. } => {}
        }
        Ok(())
    }

    fn place(&mut self) {
        if self.has_point {
            self.after += 1;
        } else {
            self.before += 1;
        }
    }
}

fn refuse(message: impl Into<String>) -> Result<(), ValueError> {
    Err(ValueError::new(ValueErrorKind::Syntax, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_add_up() {
        let picture = parse("FM9G990D009").unwrap();
        assert_eq!((picture.before, picture.after, picture.zero_start, picture.zero_end), (4, 3, 4, 6));
        assert!(picture.is_fill_mode && picture.has_point);
        assert_eq!(parse("99V99").unwrap().shift, 2);
    }

    #[test]
    fn contradictions_are_refused() {
        for pattern in ["9.9.9", "S9S", "S9MI", "9PR9", "9.9V9", "9EEEE9", "FM9EEEE", "9EEEEEEEE"] {
            assert!(parse(pattern).is_err(), "{pattern}");
        }
    }
}
