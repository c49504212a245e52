//! Arrow types and the PostgreSQL types they travel as.
//!
//! | Arrow | PostgreSQL |
//! |---|---|
//! | Boolean | bool |
//! | Int8, UInt8, Int16 / UInt16, Int32 / Int64 / UInt64 | int2 / int4 / int8 / numeric |
//! | UInt32 | oid |
//! | Float16, Float32 / Float64 | float4 / float8 |
//! | Decimal | numeric(p,s) |
//! | Utf8 | text |
//! | Binary | bytea |
//! | Date / Time / Timestamp / Timestamp with time zone | date / time / timestamp / timestamptz |
//! | Interval, Duration | interval |
//! | List of these | the array of it |
//! | Struct that is marked as a row | record |
//! | other Struct, Map, List of List | json |
//!
//! A column that was declared as something else, `varchar(32)` or `jsonb`, is announced as that.
//! Every type has a number that clients know, because drivers stop at one they do not.

use arrow::datatypes::{DataType, Field, TimeUnit};
use bellwether::PostgresType;

pub(super) mod oid {
    //! The numbers of PostgreSQL's types, from its `pg_type.dat`.

    pub(crate) const BOOL: u32 = 16;
    pub(crate) const BYTEA: u32 = 17;
    pub(crate) const CHAR: u32 = 18;
    pub(crate) const NAME: u32 = 19;
    pub(crate) const INT8: u32 = 20;
    pub(crate) const INT2: u32 = 21;
    pub(crate) const INT2VECTOR: u32 = 22;
    pub(crate) const INT4: u32 = 23;
    pub(crate) const TEXT: u32 = 25;
    pub(crate) const OID: u32 = 26;
    pub(crate) const OIDVECTOR: u32 = 30;
    pub(crate) const JSON: u32 = 114;
    pub(crate) const FLOAT4: u32 = 700;
    pub(crate) const FLOAT8: u32 = 701;
    pub(crate) const BPCHAR: u32 = 1042;
    pub(crate) const VARCHAR: u32 = 1043;
    pub(crate) const DATE: u32 = 1082;
    pub(crate) const TIME: u32 = 1083;
    pub(crate) const TIMESTAMP: u32 = 1114;
    pub(crate) const TIMESTAMPTZ: u32 = 1184;
    pub(crate) const INTERVAL: u32 = 1186;
    pub(crate) const NUMERIC: u32 = 1700;
    pub(crate) const RECORD: u32 = 2249;
    pub(crate) const UUID: u32 = 2950;
    pub(crate) const JSONB: u32 = 3802;
}

/// Each type and the type of its arrays.
const ARRAYS: &[(u32, u32)] = &[
    (oid::BOOL, 1000),
    (oid::BYTEA, 1001),
    (oid::CHAR, 1002),
    (oid::NAME, 1003),
    (oid::INT2, 1005),
    (oid::INT4, 1007),
    (oid::TEXT, 1009),
    (oid::BPCHAR, 1014),
    (oid::VARCHAR, 1015),
    (oid::INT8, 1016),
    (oid::FLOAT4, 1021),
    (oid::FLOAT8, 1022),
    (oid::OID, 1028),
    (oid::TIMESTAMP, 1115),
    (oid::DATE, 1182),
    (oid::TIME, 1183),
    (oid::TIMESTAMPTZ, 1185),
    (oid::INTERVAL, 1187),
    (oid::NUMERIC, 1231),
    (oid::JSON, 199),
    (oid::UUID, 2951),
    (oid::JSONB, 3807),
];

/// How a column is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Type {
    /// PostgreSQL's number of the type.
    pub(super) oid: u32,
    /// Bytes of a value, −1 where they vary.
    pub(super) size: i16,
    /// What the declaration adds, as precision and scale; −1 where nothing.
    pub(super) modifier: i32,
}

impl Type {
    /// The type that a column travels as.
    pub(super) fn of(field: &Field) -> Self {
        let found = PostgresType::of(field);
        Self { oid: found.id, size: found.length(), modifier: found.modifier }
    }

    /// The type that values of an Arrow type travel as.
    pub(super) fn of_arrow(data_type: &DataType) -> Self {
        Self::of(&Field::new("", data_type.clone(), true))
    }
}

/// The element type of a list that travels as an array. Lists of lists are not: PostgreSQL's arrays
/// are rectangular, and ours need not be.
pub(super) fn element(data_type: &DataType) -> Option<&DataType> {
    let field = match data_type {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => field,
        _ => return None,
    };
    match field.data_type() {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => None,
        element => Some(element),
    }
}

/// The Arrow type a client means that declares a parameter as `oid`; `None` leaves it to the plan.
pub(super) fn parameter_type(oid: u32) -> Option<DataType> {
    if let Some(element) = element_of(oid) {
        return parameter_type(element).map(|data_type| DataType::new_list(data_type, true));
    }
    Some(match oid {
        oid::BOOL => DataType::Boolean,
        oid::BYTEA => DataType::Binary,
        oid::INT2 => DataType::Int16,
        oid::INT4 => DataType::Int32,
        oid::INT8 | oid::OID => DataType::Int64,
        oid::FLOAT4 => DataType::Float32,
        oid::FLOAT8 => DataType::Float64,
        // An undeclared scale: half of the digits after the point hold every amount we know of.
        oid::NUMERIC => DataType::Decimal128(38, 18),
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::NAME | oid::CHAR | oid::JSON | oid::JSONB | oid::UUID => {
            DataType::Utf8
        }
        oid::DATE => DataType::Date32,
        oid::TIME => DataType::Time64(TimeUnit::Microsecond),
        oid::TIMESTAMP => DataType::Timestamp(TimeUnit::Microsecond, None),
        oid::TIMESTAMPTZ => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        oid::INTERVAL => DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano),
        _ => return None,
    })
}

/// The type of that name among those whose values are text to the engine.
pub(super) fn textual(name: &str) -> u32 {
    match name {
        "uuid" => oid::UUID,
        "json" => oid::JSON,
        "jsonb" => oid::JSONB,
        _ => oid::TEXT,
    }
}

/// The element type of an array type.
pub(super) fn element_of(array: u32) -> Option<u32> {
    ARRAYS.iter().find(|(_, of)| *of == array).map(|(element, _)| *element)
}

/// What PostgreSQL's messages call a type.
pub(super) fn name(oid: u32) -> &'static str {
    match oid {
        oid::BOOL => "boolean",
        oid::BYTEA => "bytea",
        oid::INT2 => "smallint",
        oid::INT4 => "integer",
        oid::INT8 => "bigint",
        oid::OID => "oid",
        oid::JSON => "json",
        oid::JSONB => "jsonb",
        oid::FLOAT4 => "real",
        oid::FLOAT8 => "double precision",
        oid::DATE => "date",
        oid::TIME => "time",
        oid::TIMESTAMP => "timestamp",
        oid::TIMESTAMPTZ => "timestamp with time zone",
        oid::INTERVAL => "interval",
        oid::NUMERIC => "numeric",
        oid::UUID => "uuid",
        _ if element_of(oid).is_some() => "array",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_carries_precision_and_scale() {
        // PostgreSQL: select atttypmod … numeric(18,4) gives 1179656.
        assert_eq!(Type::of_arrow(&DataType::Decimal128(18, 4)).modifier, 1_179_656);
        assert_eq!(Type::of_arrow(&DataType::Decimal128(5, -2)).modifier, -1);
    }

    #[test]
    fn lists_are_arrays_and_lists_of_lists_are_json() {
        let list = DataType::new_list(DataType::Int64, true);
        assert_eq!(Type::of_arrow(&list).oid, 1016);
        assert_eq!(Type::of_arrow(&DataType::new_list(list, true)).oid, oid::JSON);
    }

    #[test]
    fn every_parameter_type_comes_back_as_itself() {
        for oid in [16, 17, 20, 21, 23, 25, 700, 701, 1082, 1083, 1114, 1184, 1186, 1700, 1007, 1009, 1231] {
            assert_eq!(Type::of_arrow(&parameter_type(oid).unwrap()).oid, oid);
        }
        assert_eq!(parameter_type(705), None);
        assert_eq!(parameter_type(999_999), None);
    }

    #[test]
    fn a_dictionary_is_announced_as_its_values() {
        let data_type = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        assert_eq!(Type::of_arrow(&data_type).oid, oid::TEXT);
    }
}
