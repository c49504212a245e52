//! PostgreSQL's types: their numbers, their names, and what a declaration adds to them.
//!
//! One list (`data/types.txt`) answers `pg_type`, `format_type`, `::regtype` and what the Postgres door announces.

mod name;

use std::collections::HashMap;
use std::sync::LazyLock;

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field};

pub(crate) use name::{format, parse};

/// The first four of a modifier count its own bytes, in PostgreSQL since it stored values that way.
const MODIFIER_OFFSET: i32 = 4;

pub(crate) const NUMERIC: u32 = 1700;
pub(crate) const BPCHAR: u32 = 1042;
pub(crate) const VARCHAR: u32 = 1043;
pub(crate) const TEXT: u32 = 25;
pub(crate) const JSON: u32 = 114;
pub(crate) const OID: u32 = 26;

/// A type.
#[derive(Debug)]
pub(crate) struct Type {
    pub id: u32,
    pub name: &'static str,
    /// Bytes of a value, −1 where they vary, −2 for a C string.
    pub length: i16,
    pub by_value: bool,
    /// `b` for a base type, `p` for a pseudo-type, `r` and `m` for ranges.
    pub kind: &'static str,
    pub category: &'static str,
    pub is_preferred: bool,
    pub delimiter: &'static str,
    /// The type of its elements, if it has any.
    pub element: u32,
    /// The type of its arrays, if there is one.
    pub array: u32,
    pub alignment: &'static str,
    pub storage: &'static str,
    pub collation: u32,
    /// Subscripting, then input, output, receive, send, modifier input and output.
    pub functions: [&'static str; 7],
}

/// A column's type: PostgreSQL's number of it, and what its declaration adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PostgresType {
    /// The number of the type in `pg_type`.
    pub id: u32,
    /// Precision and scale of a numeric, length of a text, as PostgreSQL packs them; −1 for none.
    pub modifier: i32,
}

static TYPES: LazyLock<Vec<Type>> = LazyLock::new(|| {
    let lines = include_str!("data/types.txt");
    lines.lines().filter_map(parse_line).collect()
});

static BY_ID: LazyLock<HashMap<u32, &'static Type>> =
    LazyLock::new(|| TYPES.iter().map(|found| (found.id, found)).collect());

static BY_NAME: LazyLock<HashMap<&'static str, &'static Type>> =
    LazyLock::new(|| TYPES.iter().map(|found| (found.name, found)).collect());

/// All types, by number.
pub(crate) fn all() -> &'static [Type] {
    &TYPES
}

/// The type of a number.
pub(crate) fn by_id(id: u32) -> Option<&'static Type> {
    BY_ID.get(&id).copied()
}

/// The type of a name as `pg_type` spells it.
pub(crate) fn by_name(name: &str) -> Option<&'static Type> {
    BY_NAME.get(name).copied()
}

fn parse_line(line: &'static str) -> Option<Type> {
    if line.starts_with('#') {
        return None;
    }
    let mut words = line.split(' ');
    let mut next = || words.next();
    Some(Type {
        id: next()?.parse().ok()?,
        name: next()?,
        length: next()?.parse().ok()?,
        by_value: next()? == "t",
        kind: next()?,
        category: next()?,
        is_preferred: next()? == "t",
        delimiter: next()?,
        element: next()?.parse().ok()?,
        array: next()?.parse().ok()?,
        alignment: next()?,
        storage: next()?,
        collation: next()?.parse().ok()?,
        functions: [next()?, next()?, next()?, next()?, next()?, next()?, next()?],
    })
}

impl PostgresType {
    /// What a column is to PostgreSQL's clients: what it was declared as, or else the relative of its Arrow type.
    pub fn of(field: &Field) -> Self {
        match postgres_type::of(field).and_then(Self::named) {
            Some(declared) => declared,
            None => Self::of_arrow(field.data_type()),
        }
    }

    /// The type that a text of SQL names.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse(text)
    }

    /// The name of the type as `pg_type` spells it, with what its declaration adds.
    pub(crate) fn name(self) -> String {
        let name = by_id(self.id).map_or("text", |found| found.name);
        match (self.characters(), self.digits()) {
            (Some(characters), _) => format!("{name}({characters})"),
            (_, Some((precision, scale))) => format!("{name}({precision},{scale})"),
            _ => name.to_owned(),
        }
    }

    /// The type of a name as `pg_type` spells it, or with what its declaration adds. There `char` is the type of one
    /// byte that SQL calls `"char"`.
    fn named(name: &str) -> Option<Self> {
        by_name(name).map(|found| Self { id: found.id, modifier: -1 }).or_else(|| parse(name))
    }

    fn of_arrow(data_type: &DataType) -> Self {
        let plain = |id| Self { id, modifier: -1 };
        match data_type {
            DataType::Boolean => plain(16),
            DataType::Int8 | DataType::UInt8 | DataType::Int16 => plain(21),
            DataType::UInt16 | DataType::Int32 => plain(23),
            // No column of a table is unsigned, so this is an object id.
            DataType::UInt32 => plain(OID),
            DataType::Int64 => plain(20),
            DataType::UInt64 => plain(NUMERIC),
            DataType::Float16 | DataType::Float32 => plain(700),
            DataType::Float64 => plain(701),
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => {
                Self { id: NUMERIC, modifier: numeric_modifier(i32::from(*precision), i32::from(*scale)) }
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => plain(17),
            DataType::Date32 | DataType::Date64 => plain(1082),
            DataType::Time32(_) | DataType::Time64(_) => plain(1083),
            DataType::Timestamp(_, None) => plain(1114),
            DataType::Timestamp(_, Some(_)) => plain(1184),
            DataType::Interval(_) | DataType::Duration(_) => plain(1186),
            DataType::Dictionary(_, values) => Self::of_arrow(values),
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                // PostgreSQL's arrays are rectangular; lists of lists travel as json.
                if matches!(
                    item.data_type(),
                    DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _)
                ) {
                    return plain(JSON);
                }
                let element = Self::of(item);
                let array = by_id(element.id).map_or(0, |element| element.array);
                Self { id: if array == 0 { 1009 } else { array }, modifier: element.modifier }
            }
            DataType::Struct(_) | DataType::Map(_, _) => plain(JSON),
            _ => plain(TEXT),
        }
    }

    /// Bytes of a value, −1 where they vary.
    pub fn length(self) -> i16 {
        by_id(self.id).map_or(-1, |found| found.length)
    }

    /// The longest text in characters, where a declaration bounds it.
    pub(crate) fn characters(self) -> Option<i32> {
        (matches!(self.id, BPCHAR | VARCHAR) && self.modifier >= MODIFIER_OFFSET)
            .then(|| self.modifier - MODIFIER_OFFSET)
    }

    /// Precision and scale, where a declaration gives them.
    pub(crate) fn digits(self) -> Option<(i32, i32)> {
        if self.id != NUMERIC || self.modifier < MODIFIER_OFFSET {
            return None;
        }
        let packed = self.modifier - MODIFIER_OFFSET;
        Some((packed >> 16, packed & 0xffff))
    }
}

/// PostgreSQL packs precision and scale into one number; clients do not read a negative scale.
fn numeric_modifier(precision: i32, scale: i32) -> i32 {
    if scale < 0 { -1 } else { ((precision << 16) | scale) + MODIFIER_OFFSET }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_type_and_arrays_know_their_elements() {
        assert_eq!(all().len(), include_str!("data/types.txt").lines().filter(|line| !line.starts_with('#')).count());
        let text = by_name("text").unwrap();
        assert_eq!(by_id(text.array).unwrap().element, text.id);
    }

    #[test]
    fn a_column_is_what_it_was_declared_as_or_the_relative_of_its_arrow_type() {
        let declared = postgres_type::mark(Field::new("channel", DataType::Utf8, true), "varchar(32)");
        assert_eq!(PostgresType::of(&declared), PostgresType { id: VARCHAR, modifier: 36 });
        let amount = Field::new("amount", DataType::Decimal128(18, 4), true);
        assert_eq!(PostgresType::of(&amount), PostgresType { id: NUMERIC, modifier: 1_179_656 });
        assert_eq!(PostgresType::of(&amount).digits(), Some((18, 4)));
        let tags = Field::new("tags", DataType::new_list(DataType::Utf8, true), true);
        assert_eq!(PostgresType::of(&tags).id, 1009);
        let nested = Field::new("n", DataType::new_list(DataType::new_list(DataType::Utf8, true), true), true);
        assert_eq!(PostgresType::of(&nested).id, JSON);
    }
}
