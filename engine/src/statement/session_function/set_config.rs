//! `set_config(name, value, is_local)` — SET, or SET LOCAL, from inside a query; gives the value as it is kept.

use std::sync::Arc;

use bellwether_catalog::Error;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use datafusion::scalar::ScalarValue;

use super::{Asker, external};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct SetConfig {
    asker: Arc<Asker>,
    signature: Signature,
}

impl SetConfig {
    pub(super) fn new(asker: &Arc<Asker>) -> Self {
        // Volatile, so that nothing is set while a query is only planned or explained.
        let types = vec![DataType::Utf8, DataType::Utf8, DataType::Boolean];
        Self { asker: Arc::clone(asker), signature: Signature::exact(types, Volatility::Volatile) }
    }

    fn set(&self, name: &str, value: Option<&str>, is_local: bool) -> Result<Option<String>, Error> {
        let mut settings = self.asker.settings.lock();
        let before = settings.snapshot();
        match value {
            None => settings.reset(name)?,
            Some(value) if is_local => settings.set_local(name, value)?,
            Some(value) => settings.set(name, value)?,
        };
        let kept = settings.get(name).map(str::to_owned);
        if is_local && !self.asker.in_transaction {
            // Outside of a block this statement is the whole transaction, so what is local to it ends here.
            settings.restore(before);
        }
        Ok(kept)
    }
}

impl ScalarUDFImpl for SetConfig {
    fn name(&self) -> &str {
        "set_config"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [ColumnarValue::Scalar(name), ColumnarValue::Scalar(value), ColumnarValue::Scalar(is_local)] =
            args.args.as_slice()
        else {
            // Rows come in no order and on several threads: which of their values stayed would be chance.
            let error = Error::unsupported("arguments of set_config must be the same for all rows")
                .with_hint("give literals or parameters");
            return Err(external(error));
        };
        let Some(name) = name.try_as_str().flatten() else {
            return Err(external(Error::invalid_parameter(
                "argument 1 of set_config must be a parameter's name, got NULL",
            )));
        };
        let is_local = matches!(is_local, ScalarValue::Boolean(Some(true)));
        let kept = self.set(name, value.try_as_str().flatten(), is_local).map_err(external)?;
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(kept)))
    }
}
