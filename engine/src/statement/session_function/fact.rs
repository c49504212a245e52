//! The functions without arguments: `current_user`, `current_schema()`, `pg_backend_pid()` and their kin.

use std::sync::Arc;

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::Asker;

/// What there is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fact {
    User,
    Schema,
    Database,
    Id,
}

/// Nobody acts as somebody else, so all of PostgreSQL's users are the one who connected.
const FACTS: [(&str, Fact); 8] = [
    ("current_catalog", Fact::Database),
    ("current_database", Fact::Database),
    ("current_role", Fact::User),
    ("current_schema", Fact::Schema),
    ("current_user", Fact::User),
    ("pg_backend_pid", Fact::Id),
    ("session_user", Fact::User),
    ("user", Fact::User),
];

pub(super) fn functions(asker: &Arc<Asker>) -> Vec<ScalarUDF> {
    let function = |&(name, fact): &(&'static str, Fact)| {
        let signature = Signature::nullary(Volatility::Stable);
        ScalarUDF::from(Function { name, fact, asker: Arc::clone(asker), signature })
    };
    FACTS.iter().map(function).collect()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function {
    name: &'static str,
    fact: Fact,
    asker: Arc<Asker>,
    signature: Signature,
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(match self.fact {
            Fact::User | Fact::Schema | Fact::Database => DataType::Utf8,
            Fact::Id => DataType::Int32,
        })
    }

    /// Names are of the type PostgreSQL has for them.
    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = Field::new(self.name, self.return_type(&[])?, true);
        Ok(Arc::new(match self.fact {
            Fact::User | Fact::Schema | Fact::Database => postgres_type::mark(field, "name"),
            Fact::Id => field,
        }))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(match self.fact {
            Fact::User => ScalarValue::from(self.asker.user.as_str()),
            // NULL where the search path names no schema that is there.
            Fact::Schema => ScalarValue::Utf8(self.asker.schemas().into_iter().next()),
            Fact::Database => ScalarValue::from(self.asker.database.as_str()),
            Fact::Id => ScalarValue::from(self.asker.id),
        }))
    }
}
