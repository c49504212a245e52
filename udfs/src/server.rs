//! What clients ask of a server before anything else: its version, and whether it is a replica.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

/// The PostgreSQL version whose protocol and catalogue clients may expect.
pub const POSTGRES_VERSION: &str = "16.4";

pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let version = format!("PostgreSQL {POSTGRES_VERSION} (Bellwether {})", env!("CARGO_PKG_VERSION"));
    let functions = [
        Constant::new(
            "version",
            ScalarValue::from(version.as_str()),
            "Returns the PostgreSQL version clients may expect, and ours.",
        ),
        Constant::new(
            "pg_is_in_recovery",
            ScalarValue::from(false),
            "Returns false: there are no replicas, every server may write.",
        ),
    ];
    for function in functions {
        registry.register_udf(Arc::new(ScalarUDF::from(function)))?;
    }
    Ok(())
}

/// A function without arguments that always gives the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Constant {
    name: &'static str,
    value: ScalarValue,
    signature: Signature,
    documentation: Documentation,
}

impl Constant {
    fn new(name: &'static str, value: ScalarValue, description: &str) -> Self {
        let section = datafusion::logical_expr::DocSection::default();
        let documentation = Documentation::builder(section, description, format!("{name}()")).build();
        // PostgreSQL's functions are stable: the next server may answer something else.
        Self { name, value, signature: Signature::nullary(Volatility::Stable), documentation }
    }
}

impl ScalarUDFImpl for Constant {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.value.data_type())
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(self.value.clone()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::prelude::SessionContext;

    use super::*;

    #[tokio::test]
    async fn the_version_is_what_clients_parse() {
        let mut context = SessionContext::new();
        register(&mut context).unwrap();
        let sql = "SELECT version(), pg_is_in_recovery()";
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        let version = batches[0].column(0).as_string::<i32>().value(0);
        assert!(version.starts_with("PostgreSQL 16.4 (Bellwether "), "{version}");
        assert!(!batches[0].column(1).as_boolean().value(0));
    }
}
