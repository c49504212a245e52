//! Approximate percentiles that keep a limited number of centroids.
//!
//! The number is an argument, and memory for all of them is taken before the first row.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Documentation, Signature};
use datafusion::scalar::ScalarValue;

use super::limit::{CENTROIDS_MAX, LimitExceeded, What};

/// `approx_percentile_cont` or its weighted form, with the position of its number of centroids.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct BoundedPercentile {
    inner: Arc<AggregateUDF>,
    centroids: usize,
}

impl BoundedPercentile {
    pub(super) fn new(inner: Arc<AggregateUDF>, centroids: usize) -> Self {
        Self { inner, centroids }
    }

    fn check(&self, args: &AccumulatorArgs) -> Result<()> {
        let Some(expression) = args.exprs.get(self.centroids) else {
            return Ok(());
        };
        let no_rows = RecordBatch::new_empty(Arc::new(Schema::empty()));
        // What is no constant, or no whole number, the function refuses in its own words.
        let Ok(ColumnarValue::Scalar(value)) = expression.evaluate(&no_rows) else {
            return Ok(());
        };
        let Ok(ScalarValue::UInt64(Some(amount))) = value.cast_to(&DataType::UInt64) else {
            return Ok(());
        };
        if amount > CENTROIDS_MAX {
            return Err(LimitExceeded { function: self.name().into(), what: What::Centroids, amount }.into());
        }
        Ok(())
    }
}

impl AggregateUDFImpl for BoundedPercentile {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn accumulator(&self, acc_args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.check(&acc_args)?;
        self.inner.accumulator(acc_args)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.inner.supports_within_group_clause()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
