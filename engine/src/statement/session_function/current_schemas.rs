//! `current_schemas(with_implicit)` — the schemas names are looked up in, `pg_catalog` first where it is asked for.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::Asker;

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CurrentSchemas {
    asker: Arc<Asker>,
    signature: Signature,
}

impl CurrentSchemas {
    pub(super) fn new(asker: &Arc<Asker>) -> Self {
        Self { asker: Arc::clone(asker), signature: Signature::exact(vec![DataType::Boolean], Volatility::Stable) }
    }

    fn answers(&self, arguments: &[ArrayRef]) -> ArrayRef {
        let schemas = self.asker.schemas();
        let mut lists = ListBuilder::new(StringBuilder::new());
        for with_implicit in arguments[0].as_boolean() {
            let Some(with_implicit) = with_implicit else {
                lists.append_null();
                continue;
            };
            if with_implicit {
                lists.values().append_value("pg_catalog");
            }
            for schema in &schemas {
                lists.values().append_value(schema);
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    }
}

impl ScalarUDFImpl for CurrentSchemas {
    fn name(&self) -> &str {
        "current_schemas"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::new_list(DataType::Utf8, true))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(|arguments| Ok(self.answers(arguments)), vec![])(&args.args)
    }
}
