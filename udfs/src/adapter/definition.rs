//! What a function's file says of it, and what DataFusion is given: the same for every kind of function by position.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{Documentation, Signature};
use datafusion::scalar::ScalarValue;

use super::signature;
use crate::argument::{Arguments, Declared};

/// A function as its file defines it. `C` is one call: its constants, and what it makes of rows.
pub(crate) struct Definition<C> {
    pub declared: Declared,
    /// The type of the result for arguments of these types.
    pub result: fn(&[DataType]) -> Result<DataType>,
    /// Reads the constants of a call, and refuses those that do not fit together.
    pub bind: fn(&Arguments) -> Result<C>,
}

/// A function as DataFusion calls it. `K` tells apart the ways in which calls fold rows.
pub(crate) struct Adapter<C, K = ()> {
    pub(super) declared: Arc<Declared>,
    pub(super) result: fn(&[DataType]) -> Result<DataType>,
    pub(super) signature: Signature,
    pub(super) documentation: Documentation,
    bind: fn(&Arguments) -> Result<C>,
    kind: PhantomData<fn() -> K>,
}

impl<C, K> Adapter<C, K> {
    pub(crate) fn new(definition: Definition<C>) -> Self {
        Self {
            signature: signature::signature(&definition.declared),
            documentation: definition.declared.page.documentation(&definition.declared),
            declared: Arc::new(definition.declared),
            result: definition.result,
            bind: definition.bind,
            kind: PhantomData,
        }
    }

    pub(crate) fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.declared)
    }

    /// The call with these constants; arguments that are none are `None`.
    pub(super) fn call(&self, constants: &[Option<ScalarValue>]) -> Result<C> {
        (self.bind)(&Arguments::positional(&self.declared, constants)?)
    }

    /// What refuses constants that do not fit while the statement is planned. Those that are not there yet stay
    /// open until the call.
    pub(super) fn check(&self) -> impl Fn(&[Option<&ScalarValue>]) -> Result<()> + use<C, K> {
        let (declared, bind) = (Arc::clone(&self.declared), self.bind);
        move |given| match signature::planned(&declared, given)? {
            Some(arguments) => bind(&arguments).map(drop),
            None => Ok(()),
        }
    }
}

// A function is known by its name: there is one of each.
impl<C, K> PartialEq for Adapter<C, K> {
    fn eq(&self, other: &Self) -> bool {
        self.declared.name == other.declared.name
    }
}

impl<C, K> Eq for Adapter<C, K> {}

impl<C, K> Hash for Adapter<C, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.declared.name.hash(state);
    }
}

impl<C, K> fmt::Debug for Adapter<C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Adapter").field(&self.declared.name).finish()
    }
}
