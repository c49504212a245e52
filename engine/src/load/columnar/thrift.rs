//! Thrift's compact encoding as far as lengths go: a look at a structure before the decoder believes it.
//!
//! The decoder reserves room for as many items as a list says it has, and descends as deep as a structure does: a few
//! changed bytes make it ask for more memory than there is, which ends the process. Here nothing is reserved.

/// The deepest nesting of structures; those of Parquet are not ten deep.
const DEPTH_MAX: usize = 32;

/// The deepest nesting of columns.
const COLUMN_DEPTH_MAX: usize = 64;

/// The most row groups; their numbers are of 16 bits.
const ROW_GROUPS_MAX: usize = i16::MAX as usize;

/// Types of the compact encoding.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
/// Integers of 16, 32 and 64 bits are written alike.
pub(super) const I16: u8 = 4;
pub(super) const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// Why a structure is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It goes on beyond the bytes that are there.
    CutOff,
    /// It says what cannot be, whatever follows.
    Broken(&'static str),
}

/// The bytes of structures, read from the front.
#[derive(Debug)]
pub(super) struct Thrift<'a> {
    rest: &'a [u8],
}

/// A field's number and type.
pub(super) type Field = (i16, u8);

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let (&byte, rest) = self.rest.split_first().ok_or(Fault::CutOff)?;
        self.rest = rest;
        Ok(byte)
    }

    /// A number without a sign, seven bits to the byte.
    pub(super) fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Fault::Broken("a number has more than 64 bits"))
    }

    /// An integer of any width.
    pub(super) fn integer(&mut self) -> Result<i64, Fault> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// The next bytes as they are.
    pub(super) fn bytes(&mut self, count: u64) -> Result<&'a [u8], Fault> {
        let count = usize::try_from(count).map_err(|_| Fault::CutOff)?;
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(Fault::CutOff)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next field of a structure, `None` at its end; `last` is the number of the one before, 0 at first.
    pub(super) fn field(&mut self, last: &mut i16) -> Result<Option<Field>, Fault> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind == 0 {
            return Ok(None);
        }
        let number = match head >> 4 {
            0 => i16::try_from(self.integer()?).map_err(|_| Fault::Broken("a field's number has more than 16 bits"))?,
            step => last.checked_add(i16::from(step)).ok_or(Fault::Broken("a field's number has more than 16 bits"))?,
        };
        *last = number;
        Ok(Some((number, kind)))
    }

    /// The type of a list's items and how many it has: not more than there are bytes.
    fn list(&mut self) -> Result<(u8, usize), Fault> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        let count = usize::try_from(count).ok().filter(|&count| count <= self.rest.len()).ok_or(Fault::CutOff)?;
        Ok((head & 0x0f, count))
    }

    /// Passes over a field's value.
    pub(super) fn skip(&mut self, kind: u8) -> Result<(), Fault> {
        self.skip_at(kind, false, 0)
    }

    fn skip_at(&mut self, kind: u8, is_item: bool, depth: usize) -> Result<(), Fault> {
        if depth > DEPTH_MAX {
            return Err(Fault::Broken("its structures are nested too deeply"));
        }
        match kind {
            // As a field, the value is in the type; as an item, in a byte of its own.
            TRUE | FALSE if !is_item => Ok(()),
            TRUE | FALSE | BYTE => self.bytes(1).map(drop),
            I16..=I64 => self.varint().map(drop),
            DOUBLE => self.bytes(8).map(drop),
            BINARY => {
                let length = self.varint()?;
                self.bytes(length).map(drop)
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                for _ in 0..count {
                    self.skip_at(kind, true, depth + 1)?;
                }
                Ok(())
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                for _ in 0..count {
                    self.skip_at(kinds >> 4, true, depth + 1)?;
                    self.skip_at(kinds & 0x0f, true, depth + 1)?;
                }
                Ok(())
            }
            STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip_at(kind, false, depth + 1)?;
                }
                Ok(())
            }
            UUID => self.bytes(16).map(drop),
            _ => Err(Fault::Broken("a value has no type there is")),
        }
    }
}

/// Refuses a footer (`FileMetaData`) that claims more than it holds.
pub(super) fn check_footer(footer: &[u8]) -> Result<(), Fault> {
    let mut thrift = Thrift::new(footer);
    let mut last = 0;
    while let Some((number, kind)) = thrift.field(&mut last)? {
        match (number, kind) {
            (2, LIST) => check_schema(&mut thrift)?,
            (4, LIST) => {
                let (item, groups) = thrift.list()?;
                if groups > ROW_GROUPS_MAX {
                    return Err(Fault::Broken("it claims more row groups than can be numbered"));
                }
                for _ in 0..groups {
                    thrift.skip_at(item, true, 0)?;
                }
            }
            (_, kind) => thrift.skip(kind)?,
        }
    }
    Ok(())
}

/// Refuses columns that claim others below them which are not there, or are nested too deeply.
fn check_schema(thrift: &mut Thrift<'_>) -> Result<(), Fault> {
    let (item, count) = thrift.list()?;
    if item != STRUCT {
        return Err(Fault::Broken("its columns are no structures"));
    }
    // Of each group that is open, how many columns are still to come.
    let mut open: Vec<i64> = Vec::new();
    for place in 0..count {
        while open.last() == Some(&0) {
            open.pop();
        }
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if place == 0 => {}
            None => return Err(Fault::Broken("it has columns outside of its root")),
        }
        let below = children(thrift)?;
        if below < 0 || usize::try_from(below).is_ok_and(|below| below > count) {
            return Err(Fault::Broken("a column claims more columns below it than there are"));
        }
        if below > 0 {
            open.push(below);
        }
        if open.len() > COLUMN_DEPTH_MAX {
            return Err(Fault::Broken("its columns are nested too deeply"));
        }
    }
    match open.iter().all(|&left| left == 0) {
        true => Ok(()),
        false => Err(Fault::Broken("a column claims more columns below it than there are")),
    }
}

/// How many columns are below that of a `SchemaElement`.
fn children(thrift: &mut Thrift<'_>) -> Result<i64, Fault> {
    let (mut below, mut last) = (0, 0);
    while let Some((number, kind)) = thrift.field(&mut last)? {
        match (number, kind) {
            (5, I16..=I64) => below = thrift.integer()?,
            (_, kind) => thrift.skip(kind)?,
        }
    }
    Ok(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer of one version and these schema elements, given as counts of children.
    fn footer(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x15, 2, 0x19, 0xfc, children.len() as u8];
        for &below in children {
            // Name "a", repetition required, and the children (numbers are doubled: the lowest bit is the sign).
            bytes.extend([0x35, 0, 0x18, 1, b'a', 0x15, below * 2, 0]);
        }
        bytes.extend([0x16, 0, 0x19, 0x0c, 0]);
        bytes
    }

    #[test]
    fn a_footer_that_holds_what_it_claims_passes() {
        check_footer(&footer(&[2, 1, 0, 0])).unwrap();
        check_footer(&footer(&[0])).unwrap();
    }

    #[test]
    fn columns_that_are_not_there_are_not_believed() {
        for children in [&[2, 0][..], &[60], &[0, 0], &[1, 1]] {
            let fault = check_footer(&footer(children)).unwrap_err();
            assert!(matches!(fault, Fault::Broken(_)), "{children:?}: {fault:?}");
        }
        let deep = footer(&[1; 100]);
        assert_eq!(check_footer(&deep), Err(Fault::Broken("its columns are nested too deeply")));
    }

    #[test]
    fn lists_longer_than_the_bytes_are_not_believed() {
        // A list of structures in the place of the schema, then in that of the row groups: 2^31 - 1 items.
        for field in [0x29, 0x49] {
            assert_eq!(check_footer(&[field, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 0]), Err(Fault::CutOff));
        }
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_an_answer() {
        let whole = footer(&[2, 1, 0, 0]);
        for at in 0..whole.len() {
            assert!(check_footer(&whole[..at]).is_err(), "cut at {at}");
            for change in 1..=255 {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let _ = check_footer(&changed);
            }
        }
    }

    #[test]
    fn nesting_ends_before_the_stack_does() {
        // Each byte opens another structure in field 1.
        let deep = vec![0x1c; 1_000_000];
        assert_eq!(check_footer(&deep), Err(Fault::Broken("its structures are nested too deeply")));
    }
}
