//! What `information_schema` says about a type, in PostgreSQL's words.

use crate::pg_catalog::{PostgresType, format_type, type_of};

/// A type as the standard describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ColumnType {
    pub name: String,
    /// The name in `pg_type`.
    pub udt: &'static str,
    /// The longest text in characters, where the declaration bounds it.
    pub characters: Option<i32>,
    /// The longest text in bytes.
    pub octets: Option<i32>,
    pub precision: Option<i32>,
    /// The base the precision counts digits in.
    pub radix: Option<i32>,
    pub scale: Option<i32>,
    /// Digits of a second.
    pub fraction_digits: Option<i32>,
}

/// PostgreSQL's number for text without a declared length.
const TEXT_OCTETS: i32 = 1 << 30;

/// The most bytes of a character.
const CHARACTER_OCTETS: i32 = 4;

impl ColumnType {
    pub(super) fn of(data_type: PostgresType) -> Self {
        let found = type_of(data_type.id);
        let udt = found.map_or("", |found| found.name);
        let is_array = found.is_some_and(|found| found.category == "A" && found.name.starts_with('_'));
        let name = if is_array { "ARRAY".to_owned() } else { format_type(data_type.id, None) };
        let described = Self { name, udt, ..Self::default() };
        match udt {
            "int2" => described.number(16, 2, Some(0)),
            "int4" => described.number(32, 2, Some(0)),
            "int8" => described.number(64, 2, Some(0)),
            "float4" => described.number(24, 2, None),
            "float8" => described.number(53, 2, None),
            "numeric" => match data_type.digits() {
                Some((precision, scale)) => described.number(precision, 10, Some(scale)),
                None => Self { radix: Some(10), ..described },
            },
            "varchar" | "bpchar" => {
                let characters = data_type.characters();
                let octets = characters.map_or(TEXT_OCTETS, |count| count.saturating_mul(CHARACTER_OCTETS));
                Self { characters, octets: Some(octets), ..described }
            }
            "text" => Self { octets: Some(TEXT_OCTETS), ..described },
            "date" => Self { fraction_digits: Some(0), ..described },
            "time" | "timetz" | "timestamp" | "timestamptz" | "interval" => {
                let digits = if data_type.modifier < 0 { 6 } else { data_type.modifier };
                Self { fraction_digits: Some(digits), ..described }
            }
            _ => described,
        }
    }

    fn number(self, precision: i32, radix: i32, scale: Option<i32>) -> Self {
        Self { precision: Some(precision), radix: Some(radix), scale, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_described_as_postgresql_16_describes_them() {
        let described = |id: u32, modifier: i32| {
            let of = ColumnType::of(PostgresType { id, modifier });
            (of.name, of.precision, of.radix, of.scale, of.characters, of.octets)
        };
        assert_eq!(described(23, -1), ("integer".to_owned(), Some(32), Some(2), Some(0), None, None));
        assert_eq!(described(701, -1), ("double precision".to_owned(), Some(53), Some(2), None, None, None));
        assert_eq!(described(1700, 1_179_656), ("numeric".to_owned(), Some(18), Some(10), Some(4), None, None));
        assert_eq!(described(1043, 36), ("character varying".to_owned(), None, None, None, Some(32), Some(128)));
        assert_eq!(described(1009, -1), ("ARRAY".to_owned(), None, None, None, None, None));
        assert_eq!(ColumnType::of(PostgresType { id: 1082, modifier: -1 }).fraction_digits, Some(0));
    }
}
