//! What the server is and can do, as drivers ask on connecting.

use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{
    SqlInfo, SqlNullOrdering, SqlOuterJoinsSupportLevel, SqlSupportedCaseSensitivity, SqlSupportedGroupBy,
    SqlSupportedSubqueries, SqlSupportedTransaction, SqlSupportedUnions, SqlTransactionIsolationLevel,
    SupportedSqlGrammar,
};
use bellwether::{Config, Error, Result};

use super::login::IDLE_MAX;

/// Version of the Arrow columnar format, not of a library.
const ARROW_FORMAT: &str = "1.5";

/// All that GetSqlInfo may ask for.
pub(super) fn sql_info(config: &Config) -> Result<SqlInfoData> {
    let mut info = SqlInfoDataBuilder::new();
    info.append(SqlInfo::FlightSqlServerName, "Bellwether");
    info.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    info.append(SqlInfo::FlightSqlServerArrowVersion, ARROW_FORMAT);
    info.append(SqlInfo::FlightSqlServerReadOnly, false);
    info.append(SqlInfo::FlightSqlServerSql, true);
    info.append(SqlInfo::FlightSqlServerSubstrait, false);
    info.append(SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    info.append(SqlInfo::FlightSqlServerCancel, true);
    info.append(SqlInfo::FlightSqlServerBulkIngestion, true);
    info.append(SqlInfo::FlightSqlServerIngestTransactionsSupported, false);
    info.append(SqlInfo::FlightSqlServerStatementTimeout, i32::try_from(IDLE_MAX.as_millis()).unwrap_or(i32::MAX));
    info.append(SqlInfo::FlightSqlServerTransactionTimeout, 0_i32);

    info.append(SqlInfo::SqlDdlCatalog, false);
    info.append(SqlInfo::SqlDdlSchema, true);
    info.append(SqlInfo::SqlDdlTable, true);
    info.append(SqlInfo::SqlIdentifierCase, SqlSupportedCaseSensitivity::SqlCaseSensitivityLowercase as i32);
    info.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    // JDBC reads "case insensitive" here as "quoted names keep their case", which is what they do.
    info.append(
        SqlInfo::SqlQuotedIdentifierCase,
        SqlSupportedCaseSensitivity::SqlCaseSensitivityCaseInsensitive as i32,
    );
    info.append(SqlInfo::SqlAllTablesAreSelectable, true);
    info.append(SqlInfo::SqlNullOrdering, SqlNullOrdering::SqlNullsSortedHigh as i32);
    info.append(SqlInfo::SqlSearchStringEscape, "\\");
    info.append(SqlInfo::SqlExtraNameCharacters, "$");
    info.append(SqlInfo::SqlSupportsColumnAliasing, true);
    info.append(SqlInfo::SqlNullPlusNullIsNull, true);
    info.append(SqlInfo::SqlSupportsTableCorrelationNames, true);
    info.append(SqlInfo::SqlSupportsDifferentTableCorrelationNames, false);
    info.append(SqlInfo::SqlSupportsExpressionsInOrderBy, true);
    info.append(SqlInfo::SqlSupportsOrderByUnrelated, true);
    info.append(SqlInfo::SqlSupportedGroupBy, mask(&[SqlSupportedGroupBy::SqlGroupByUnrelated as u32]));
    info.append(SqlInfo::SqlSupportsLikeEscapeClause, true);
    info.append(SqlInfo::SqlSupportsNonNullableColumns, true);
    info.append(
        SqlInfo::SqlSupportedGrammar,
        mask(&[SupportedSqlGrammar::SqlMinimumGrammar as u32, SupportedSqlGrammar::SqlCoreGrammar as u32]),
    );
    info.append(SqlInfo::SqlOuterJoinsSupportLevel, SqlOuterJoinsSupportLevel::SqlFullOuterJoins as i32);
    info.append(SqlInfo::SqlSchemaTerm, "schema");
    info.append(SqlInfo::SqlCatalogTerm, "catalog");
    info.append(SqlInfo::SqlCatalogAtStart, true);
    info.append(SqlInfo::SqlSelectForUpdateSupported, false);
    info.append(SqlInfo::SqlStoredProceduresSupported, false);
    info.append(
        SqlInfo::SqlSupportedSubqueries,
        mask(&[
            SqlSupportedSubqueries::SqlSubqueriesInComparisons as u32,
            SqlSupportedSubqueries::SqlSubqueriesInExists as u32,
            SqlSupportedSubqueries::SqlSubqueriesInIns as u32,
        ]),
    );
    info.append(SqlInfo::SqlCorrelatedSubqueriesSupported, true);
    info.append(
        SqlInfo::SqlSupportedUnions,
        mask(&[SqlSupportedUnions::SqlUnion as u32, SqlSupportedUnions::SqlUnionAll as u32]),
    );
    info.append(SqlInfo::SqlMaxConnections, clamped(config.connections_max as u64));
    info.append(SqlInfo::SqlMaxStatementLength, clamped(config.statement_bytes as u64));
    info.append(SqlInfo::SqlDefaultTransactionIsolation, SqlTransactionIsolationLevel::SqlTransactionNone as i32);
    info.append(SqlInfo::SqlTransactionsSupported, false);
    info.append(SqlInfo::SqlBatchUpdatesSupported, true);
    info.append(SqlInfo::SqlSavepointsSupported, false);
    info.append(SqlInfo::SqlNamedParametersSupported, false);
    info.build().map_err(|error| Error::internal("the server's description cannot be built").with_source(error))
}

/// The protocol's bit masks: the bit of each value.
fn mask(values: &[u32]) -> i32 {
    values.iter().fold(0, |mask, value| mask | 1 << value)
}

fn clamped(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{Int32Type, UInt32Type};

    use super::*;

    #[test]
    fn each_answer_is_of_the_kind_its_question_has() {
        let info = sql_info(&Config::default()).unwrap();
        let value = |question: SqlInfo| {
            let batch = info.record_batch([question as u32]).unwrap();
            assert_eq!(batch.num_rows(), 1, "{question:?}");
            batch.column(1).as_union().value(0)
        };
        assert_eq!(value(SqlInfo::FlightSqlServerName).as_string::<i32>().value(0), "Bellwether");
        assert!(!value(SqlInfo::FlightSqlServerReadOnly).as_boolean().value(0));
        assert!(value(SqlInfo::FlightSqlServerSql).as_boolean().value(0));
        assert_eq!(value(SqlInfo::FlightSqlServerTransaction).as_primitive::<Int32Type>().value(0), 0);
        assert_eq!(value(SqlInfo::SqlIdentifierQuoteChar).as_string::<i32>().value(0), "\"");
        assert_eq!(value(SqlInfo::FlightSqlServerStatementTimeout).as_primitive::<Int32Type>().value(0), 8 * 3_600_000);
        assert_eq!(value(SqlInfo::SqlIdentifierCase).as_primitive::<Int32Type>().value(0), 3);
    }

    #[test]
    fn asking_for_nothing_gives_everything_and_for_the_absent_nothing() {
        let info = sql_info(&Config::default()).unwrap();
        let all = info.record_batch([]).unwrap();
        assert!(all.num_rows() > 40);
        let names = all.column(0).as_primitive::<UInt32Type>();
        assert!(names.values().is_sorted());
        assert_eq!(names.null_count(), 0);
        assert_eq!(info.record_batch([u32::MAX]).unwrap().num_rows(), 0);
    }

    #[test]
    fn masks_have_a_bit_for_each_value() {
        assert_eq!(mask(&[]), 0);
        assert_eq!(mask(&[0, 1]), 3);
        assert_eq!(mask(&[2]), 4);
    }
}
