//! `pg_sleep(seconds)`: waits, on no thread, so that other queries run meanwhile and a cancelled one ends at once.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::postgres_type;

/// A day; statements end long before.
const SECONDS_MAX: f64 = 86_400.0;

pub(super) fn function() -> Arc<ScalarUDF> {
    let about =
        "Waits for so many seconds in every row, as long as the statement may run. **Nulls** NULL gives NULL at once.";
    let documentation = Documentation::builder(DocSection::default(), about, "pg_sleep(seconds)").build();
    let signature = Signature::exact(vec![DataType::Float64], Volatility::Volatile);
    Arc::new(AsyncScalarUDF::new(Arc::new(Sleep { signature, documentation })).into_scalar_udf())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Sleep {
    signature: Signature,
    documentation: Documentation,
}

impl ScalarUDFImpl for Sleep {
    fn name(&self) -> &str {
        "pg_sleep"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(postgres_type::mark(Field::new(self.name(), DataType::Utf8, true), "void")))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("pg_sleep only waits asynchronously")
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for Sleep {
    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(seconds) = args.args.first() else { return internal_err!("pg_sleep takes the seconds") };
        let seconds = seconds.to_array(args.number_rows)?;
        let Some(seconds) = seconds.as_primitive_opt::<Float64Type>() else {
            return internal_err!("pg_sleep takes a double, not {}", seconds.data_type());
        };
        let mut results = Vec::with_capacity(seconds.len());
        for seconds in seconds {
            if let Some(seconds) = seconds.filter(|seconds| *seconds > 0.0) {
                tokio::time::sleep(Duration::from_secs_f64(seconds.min(SECONDS_MAX))).await;
            }
            results.push(seconds.map(|_| ""));
        }
        Ok(ColumnarValue::Array(Arc::new(StringArray::from(results)) as ArrayRef))
    }
}
