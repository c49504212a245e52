//! `current_setting(name [, missing_ok])` — a setting as SHOW gives it; NULL for a missing one where that is fine.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::{Asker, external};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CurrentSetting {
    asker: Arc<Asker>,
    signature: Signature,
}

impl CurrentSetting {
    pub(super) fn new(asker: &Arc<Asker>) -> Self {
        let name = TypeSignature::Exact(vec![DataType::Utf8]);
        let name_and_missing_ok = TypeSignature::Exact(vec![DataType::Utf8, DataType::Boolean]);
        let signature = Signature::one_of(vec![name, name_and_missing_ok], Volatility::Stable);
        Self { asker: Arc::clone(asker), signature }
    }

    fn answers(&self, arguments: &[ArrayRef]) -> Result<ArrayRef> {
        let names = arguments[0].as_string::<i32>();
        let missing_ok = arguments.get(1).map(|flags| flags.as_boolean());
        let settings = self.asker.settings.lock();
        let mut values = Vec::with_capacity(names.len());
        for (row, name) in names.iter().enumerate() {
            // As PostgreSQL's strict functions: NULL in, NULL out.
            let (Some(name), false) = (name, missing_ok.is_some_and(|flags| flags.is_null(row))) else {
                values.push(None);
                continue;
            };
            let value = settings.get(name);
            if value.is_none() && !missing_ok.is_some_and(|flags| flags.value(row)) {
                let message = format!("unrecognized configuration parameter \"{name}\"");
                let hint = "give true as the second argument to get NULL for a parameter that is not set";
                return Err(external(Error::new(ErrorKind::UndefinedObject, message).with_hint(hint)));
            }
            values.push(value);
        }
        Ok(Arc::new(StringArray::from(values)))
    }
}

impl ScalarUDFImpl for CurrentSetting {
    fn name(&self) -> &str {
        "current_setting"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        make_scalar_function(|arguments| self.answers(arguments), vec![])(&args.args)
    }
}
