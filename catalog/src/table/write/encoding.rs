//! How the columns of a data file are encoded, told from its first rows.
//!
//! | a column of | is written as |
//! |---|---|
//! | integers, dates, timestamps, decimals up to 18 digits, of many values | deltas, bit-packed |
//! | few values, of any type | codes and a dictionary |
//! | anything else of many values | plain values |
//!
//! Bit-packed deltas are written twice and read three times as fast as plain values or codes under the same
//! compression, in about the same space. A dictionary that a column outgrows is built in vain, once for each row
//! group, so a column of many values gets none.
//!
//! Columns are compressed, but for bytes that hardly become fewer by it: journeys and sketches, which functions have
//! packed already, are read several times as fast as they are.
//!
//! Floats have no statistics: a NaN in them is larger than the maximum they would have.
//!
//! Identifiers of many values get a Bloom filter, since they are looked up one at a time, unless they ascend:
//! then minima and maxima tell as much and cost nothing.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{RowConverter, SortField};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use super::super::order::{BATCH_ROWS, Order};
use super::arrow_error;
use crate::Result;

/// Rows of a row group: what a scan skips or reads at once, and what a writer holds in memory. The Bloom filter of
/// so many rows fits the cache of one core.
const ROW_GROUP_ROWS: usize = 1 << 19;

/// Bytes of a row group, if they come first: what is large in a few rows is still read by several threads.
const ROW_GROUP_BYTES: usize = 16 << 20;

/// Rows of a row group of sorted rows: each holds other values, so the smaller they are the less a look-up reads.
const SORTED_ROW_GROUP_ROWS: usize = 1 << 17;

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 1 << 14;

/// Fewer rows than this tell nothing of those that follow.
const SAMPLE_ROWS_MIN: usize = 1 << 10;

/// Bytes that are compressed to see what becomes of them.
const SAMPLE_BYTES: usize = 1 << 20;

/// How hard columns are compressed: beyond this level, writing takes much longer and reading gains little.
const LEVEL: i32 = 1;

/// The writer's properties for a file that begins with `first`, whose rows come in `order` if there is one.
pub(super) fn properties(first: &RecordBatch, order: Option<&Order>) -> Result<WriterProperties> {
    let row_group_rows = if order.is_some() { SORTED_ROW_GROUP_ROWS } else { ROW_GROUP_ROWS };
    let level = ZstdLevel::try_new(LEVEL).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(row_group_rows))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .set_sorting_columns(order.map(|order| order.sorting_columns(first.schema_ref())))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(format!("bellwether {}", env!("CARGO_PKG_VERSION")));
    if order.is_some() {
        // A look-up decodes whole pages.
        builder = builder.set_data_page_row_count_limit(BATCH_ROWS);
    }
    for field in first.schema_ref().fields().iter().filter(|field| field.data_type().is_floating()) {
        // A NaN is above every maximum that is stated, so what is stated would make readers miss it.
        let column = ColumnPath::from(field.name().as_str());
        builder = builder.set_column_statistics_enabled(column, EnabledStatistics::None);
    }
    let sample = first.slice(0, first.num_rows().min(SAMPLE_ROWS));
    if sample.num_rows() < SAMPLE_ROWS_MIN {
        return Ok(builder.build());
    }
    for (field, column) in sample.schema_ref().fields().iter().zip(sample.columns()) {
        // The columns inside a nested one have paths of their own and stay as the library does them.
        if !field.data_type().is_nested() {
            builder = encoded(builder, field.name(), &Sample::of(column)?);
        }
        if is_packed(column) {
            builder =
                builder.set_column_compression(ColumnPath::from(field.name().as_str()), Compression::UNCOMPRESSED);
        }
    }
    Ok(builder.build())
}

fn encoded(builder: WriterPropertiesBuilder, name: &str, sample: &Sample) -> WriterPropertiesBuilder {
    let column = || ColumnPath::from(name);
    let mut builder = builder;
    if sample.is_integral {
        // With a dictionary this is what follows once the dictionary is full.
        builder = builder.set_column_encoding(column(), Encoding::DELTA_BINARY_PACKED);
    }
    if sample.has_few_values() {
        return builder;
    }
    builder = builder.set_column_dictionary_enabled(column(), false);
    if sample.is_searchable && is_id(name) && !sample.ascends() {
        builder = builder.set_column_bloom_filter_enabled(column(), true);
    }
    builder
}

/// Whether a column's name says that single values of it are looked up.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "id" || name.ends_with("_id")
}

/// Whether a column holds bytes that do not compress to half of what they are.
fn is_packed(column: &ArrayRef) -> bool {
    let mut bytes = Vec::new();
    match column.data_type() {
        DataType::Binary => extend(&mut bytes, column.as_binary::<i32>()),
        DataType::LargeBinary => extend(&mut bytes, column.as_binary::<i64>()),
        DataType::BinaryView => extend(&mut bytes, column.as_binary_view()),
        _ => return false,
    }
    // What cannot be compressed here is left to the library.
    zstd::bulk::compress(&bytes, LEVEL).is_ok_and(|compressed| compressed.len() * 2 > bytes.len())
}

fn extend<'a>(bytes: &mut Vec<u8>, values: impl IntoIterator<Item = Option<&'a [u8]>>) {
    for value in values.into_iter().flatten() {
        let room = SAMPLE_BYTES - bytes.len();
        bytes.extend_from_slice(&value[..value.len().min(room)]);
        if value.len() >= room {
            break;
        }
    }
}

/// What the first rows say of a column.
struct Sample {
    rows: usize,
    /// Different values, NULL being one.
    values: usize,
    /// Rows whose value is smaller than that of the row before.
    descents: usize,
    /// Parquet stores the values as integers.
    is_integral: bool,
    /// Values are compared for equality by people, not measured.
    is_searchable: bool,
}

impl Sample {
    fn of(column: &ArrayRef) -> Result<Self> {
        let data_type = column.data_type();
        let field = SortField::new_with_options(data_type.clone(), SortOptions::default());
        let converter = RowConverter::new(vec![field]).map_err(arrow_error)?;
        let rows = converter.convert_columns(std::slice::from_ref(column)).map_err(arrow_error)?;
        let mut values = HashSet::with_capacity(column.len());
        let mut descents = 0;
        let mut before = None;
        for row in &rows {
            values.insert(row);
            descents += usize::from(before.is_some_and(|before| row < before));
            before = Some(row);
        }
        let is_integer = data_type.is_integer();
        Ok(Self {
            rows: column.len(),
            values: values.len(),
            descents,
            is_integral: is_integer
                || matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
                || matches!(data_type, DataType::Decimal128(precision, _) if *precision <= 18),
            is_searchable: is_integer || matches!(data_type, DataType::Utf8),
        })
    }

    /// Deltas serve integers better than codes unless there are very few of them; for text, codes do as long as
    /// values repeat at all.
    fn has_few_values(&self) -> bool {
        let repeats = if self.is_integral { 16 } else { 2 };
        self.values * repeats <= self.rows
    }

    /// Rows come in order, apart from stragglers.
    fn ascends(&self) -> bool {
        self.descents * 20 <= self.rows
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{BinaryArray, Decimal128Array, Float64Array, Int64Array, StringArray};

    use parquet::arrow::ArrowWriter;

    use super::*;

    /// The properties for a column of this name and these values.
    fn of(name: &str, column: ArrayRef) -> (WriterProperties, ColumnPath) {
        let batch = RecordBatch::try_from_iter([(name, column)]).unwrap();
        (properties(&batch, None).unwrap(), ColumnPath::from(name))
    }

    fn scattered(count: i64) -> impl Iterator<Item = i64> {
        (0..count).map(|n| (n * 7919) % 100_003)
    }

    #[test]
    fn floats_have_no_statistics() {
        let (properties, path) = of("x", Arc::new(Float64Array::from(vec![1.0, f64::NAN])));
        assert_eq!(properties.statistics_enabled(&path), EnabledStatistics::None);
        let (properties, path) = of("x", Arc::new(Int64Array::from(vec![1])));
        assert_eq!(properties.statistics_enabled(&path), EnabledStatistics::Page);
    }

    #[test]
    fn numbers_of_many_values_are_written_as_deltas() {
        let (properties, path) = of("ts", Arc::new(Int64Array::from_iter_values(0..5000)));
        assert!(!properties.dictionary_enabled(&path));
        assert_eq!(properties.encoding(&path), Some(Encoding::DELTA_BINARY_PACKED));
        let money = Decimal128Array::from_iter_values(scattered(5000).map(i128::from));
        let (properties, path) = of("amount", Arc::new(money.clone().with_precision_and_scale(18, 4).unwrap()));
        assert_eq!(properties.encoding(&path), Some(Encoding::DELTA_BINARY_PACKED));
        let (properties, path) = of("amount", Arc::new(money.with_precision_and_scale(22, 4).unwrap()));
        assert_eq!(properties.encoding(&path), None);
        assert!(!properties.dictionary_enabled(&path));
    }

    #[test]
    fn few_values_get_a_dictionary() {
        let channels = ["search", "social", "mail"];
        let text = StringArray::from_iter_values((0..5000).map(|n| channels[n % 3]));
        let (properties, path) = of("channel_id", Arc::new(text));
        assert!(properties.dictionary_enabled(&path));
        assert!(properties.bloom_filter_properties(&path).is_none());
        let (properties, path) = of("cost", Arc::new(Float64Array::from_iter_values((0..5000).map(f64::from))));
        assert!(!properties.dictionary_enabled(&path));
    }

    #[test]
    fn only_scattered_identifiers_get_a_bloom_filter() {
        let filtered = |name: &str, column: ArrayRef| {
            let (properties, path) = of(name, column);
            properties.bloom_filter_properties(&path).is_some()
        };
        assert!(filtered("customer_id", Arc::new(Int64Array::from_iter_values(scattered(5000)))));
        assert!(filtered("ID", Arc::new(StringArray::from_iter_values(scattered(5000).map(|n| n.to_string())))));
        assert!(!filtered("amount", Arc::new(Int64Array::from_iter_values(scattered(5000)))));
        assert!(!filtered("order_id", Arc::new(Int64Array::from_iter_values(0..5000))));
    }

    #[test]
    fn few_rows_of_many_bytes_make_several_row_groups() {
        let mut word = 1_u64;
        let mut bytes = || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (word >> 56) as u8
        };
        let values: Vec<Vec<u8>> = (0..20).map(|_| (0..1 << 21).map(|_| bytes()).collect()).collect();
        let batch = |value: &Vec<u8>| {
            let column: ArrayRef = Arc::new(BinaryArray::from_iter_values([value]));
            RecordBatch::try_from_iter([("state", column)]).unwrap()
        };
        let first = batch(&values[0]);
        let properties = properties(&first, None).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), first.schema(), Some(properties)).unwrap();
        values.iter().for_each(|value| writer.write(&batch(value)).unwrap());
        let groups = writer.close().unwrap();
        assert!((3..=5).contains(&groups.num_row_groups()), "{}", groups.num_row_groups());
    }

    #[test]
    fn bytes_that_are_packed_already_are_not_compressed() {
        let compression = |bytes: fn(i64) -> Vec<u8>| {
            let column = BinaryArray::from_iter_values(scattered(5000).map(bytes));
            let (properties, path) = of("state", Arc::new(column));
            properties.compression(&path)
        };
        let random = |seed: i64| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed()).to_le_bytes().to_vec();
        assert_eq!(compression(random), Compression::UNCOMPRESSED);
        let repetitive = |seed: i64| format!("{{\"name\": \"value\", \"number\": {}}}", seed % 10).into_bytes();
        assert!(matches!(compression(repetitive), Compression::ZSTD(_)));
        let (properties, path) = of("few", Arc::new(BinaryArray::from_iter_values(scattered(100).map(random))));
        assert!(matches!(properties.compression(&path), Compression::ZSTD(_)));
    }

    #[test]
    fn a_few_rows_decide_nothing() {
        let (properties, path) = of("customer_id", Arc::new(Int64Array::from_iter_values(scattered(100))));
        assert!(properties.dictionary_enabled(&path));
        assert_eq!(properties.encoding(&path), None);
    }
}
