//! The SQL types, as JDBC's and ODBC's `getTypeInfo` list them.

use arrow::datatypes::SchemaRef;
use arrow_flight::sql::metadata::{XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder};
use arrow_flight::sql::{Nullable, Searchable, XdbcDataType, XdbcDatetimeSubcode};
use bellwether::{Error, Result};

/// All that GetXdbcTypeInfo may ask for.
pub(super) fn type_info() -> Result<XdbcTypeInfoData> {
    let mut types = XdbcTypeInfoDataBuilder::new();
    types.append(XdbcTypeInfo { fixed_prec_scale: true, ..of("boolean", XdbcDataType::XdbcBit, 1) });
    for (name, data_type, digits) in [
        ("smallint", XdbcDataType::XdbcSmallint, 5),
        ("integer", XdbcDataType::XdbcInteger, 10),
        ("bigint", XdbcDataType::XdbcBigint, 19),
    ] {
        types.append(XdbcTypeInfo {
            minimum_scale: Some(0),
            maximum_scale: Some(0),
            ..number(name, data_type, digits, 10)
        });
    }
    types.append(number("real", XdbcDataType::XdbcReal, 24, 2));
    types.append(number("double precision", XdbcDataType::XdbcDouble, 53, 2));
    types.append(XdbcTypeInfo {
        create_params: Some(vec!["precision".into(), "scale".into()]),
        minimum_scale: Some(0),
        maximum_scale: Some(38),
        ..number("numeric", XdbcDataType::XdbcNumeric, 38, 10)
    });
    for (name, data_type) in [("text", XdbcDataType::XdbcLongvarchar), ("varchar", XdbcDataType::XdbcVarchar)] {
        types.append(XdbcTypeInfo { case_sensitive: true, ..quoted(name, data_type, i32::MAX) });
    }
    types.append(XdbcTypeInfo {
        literal_prefix: Some("'\\x".into()),
        ..quoted("bytea", XdbcDataType::XdbcVarbinary, i32::MAX)
    });
    types.append(quoted("date", XdbcDataType::XdbcDate, 10));
    types.append(time("time", XdbcDataType::XdbcTime, 15, XdbcDatetimeSubcode::XdbcSubcodeTime));
    types.append(time("timestamp", XdbcDataType::XdbcTimestamp, 26, XdbcDatetimeSubcode::XdbcSubcodeTimestamp));
    let with_zone = XdbcDatetimeSubcode::XdbcSubcodeTimestampWithTimezone;
    types.append(time("timestamp with time zone", XdbcDataType::XdbcTimestamp, 32, with_zone));
    types.append(quoted("interval", XdbcDataType::XdbcInterval, 49));
    types.build().map_err(|error| Error::internal("the types cannot be listed").with_source(error))
}

/// The columns of GetXdbcTypeInfo.
pub(super) fn schema() -> SchemaRef {
    XdbcTypeInfoDataBuilder::new().schema()
}

fn of(name: &str, data_type: XdbcDataType, column_size: i32) -> XdbcTypeInfo {
    XdbcTypeInfo {
        type_name: name.into(),
        local_type_name: Some(name.into()),
        data_type,
        sql_data_type: data_type,
        column_size: Some(column_size),
        nullable: Nullable::NullabilityNullable,
        searchable: Searchable::Full,
        auto_increment: Some(false),
        ..XdbcTypeInfo::default()
    }
}

fn number(name: &str, data_type: XdbcDataType, digits: i32, radix: i32) -> XdbcTypeInfo {
    XdbcTypeInfo { unsigned_attribute: Some(false), num_prec_radix: Some(radix), ..of(name, data_type, digits) }
}

fn quoted(name: &str, data_type: XdbcDataType, column_size: i32) -> XdbcTypeInfo {
    XdbcTypeInfo {
        literal_prefix: Some("'".into()),
        literal_suffix: Some("'".into()),
        ..of(name, data_type, column_size)
    }
}

/// ODBC files every kind of time under "datetime" and tells them apart by a subcode.
fn time(name: &str, data_type: XdbcDataType, column_size: i32, subcode: XdbcDatetimeSubcode) -> XdbcTypeInfo {
    XdbcTypeInfo {
        sql_data_type: XdbcDataType::XdbcDatetime,
        datetime_subcode: Some(subcode),
        // Microseconds.
        minimum_scale: Some(0),
        maximum_scale: Some(6),
        ..quoted(name, data_type, column_size)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;

    use super::*;

    #[test]
    fn a_type_is_found_by_its_number() {
        let types = type_info().unwrap();
        let bigint = types.record_batch(XdbcDataType::XdbcBigint as i32).unwrap();
        assert_eq!(bigint.column(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["bigint"]);
        assert_eq!(types.record_batch(None).unwrap().num_rows(), 15);
        assert_eq!(types.record_batch(XdbcDataType::XdbcTinyint as i32).unwrap().num_rows(), 0);
    }
}
