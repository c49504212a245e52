//! `aclexplode(aclitem[])`: what a list of privileges says, one element for each privilege of each user.

use std::sync::Arc;

use bellwether_catalog::Privileges;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, StringArray, StructArray, UInt32Array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::bound;
use crate::pg_catalog::Catalogue;
use crate::pg_catalog::declared::field;

/// The function; the statement's catalogue knows the users by name.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Exploded {
    signature: Signature,
}

impl Exploded {
    pub(super) fn new() -> Self {
        let lists = vec![DataType::new_list(DataType::Utf8, true)];
        Self { signature: Signature::exact(lists, Volatility::Stable) }
    }
}

impl ScalarUDFImpl for Exploded {
    fn name(&self) -> &str {
        "aclexplode"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::new_list(DataType::Struct(fields()), true))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let catalogue =
            bound(&args.config_options)?.read().map_err(|error| DataFusionError::External(Box::new(error)))?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let lists = arrays[0].as_list::<i32>();
        let (mut grantors, mut grantees, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(lists.len());
        for row in 0..lists.len() {
            let before = words.len();
            if lists.is_valid(row) {
                let items = lists.value(row);
                for item in items.as_string::<i32>().iter().flatten().filter_map(|item| Item::parse(catalogue, item)) {
                    for word in item.privileges.words() {
                        grantors.push(item.grantor);
                        grantees.push(item.grantee);
                        words.push(word);
                    }
                }
            }
            lengths.push(words.len() - before);
        }
        let grantable = BooleanArray::from(vec![false; words.len()]);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from(grantors)),
            Arc::new(UInt32Array::from(grantees)),
            Arc::new(StringArray::from(words)),
            Arc::new(grantable),
        ];
        let values = StructArray::try_new(fields(), columns, None)?;
        let item = Arc::new(Field::new_list_field(DataType::Struct(fields()), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(ColumnarValue::Array(Arc::new(ListArray::try_new(item, offsets, Arc::new(values), None)?)))
    }
}

fn fields() -> Fields {
    Fields::from(vec![
        field("grantor", "oid", true),
        field("grantee", "oid", true),
        field("privilege_type", "text", true),
        field("is_grantable", "bool", true),
    ])
}

/// One `grantee=letters/grantor`; everybody has no name and the id 0.
struct Item {
    grantee: u32,
    grantor: u32,
    privileges: Privileges,
}

impl Item {
    fn parse(catalogue: &Catalogue, text: &str) -> Option<Self> {
        let (grantee, rest) = name(text)?;
        let (letters, grantor) = rest.strip_prefix('=')?.split_once('/')?;
        let (grantor, _) = name(grantor)?;
        let id = |name: &str| catalogue.roles.iter().find(|role| role.name == name).map_or(0, |role| role.id);
        let privileges = Privileges::from_letters(letters)?;
        Some(Self { grantee: id(&grantee), grantor: id(&grantor), privileges })
    }
}

/// A name at the start of a text, which may be quoted, and what follows it.
fn name(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find('=').unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut name = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        if letter != '"' {
            name.push(letter);
        } else if letters.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            return Some((name, &quoted[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_quoted() {
        assert_eq!(name("ann=r/bob"), Some(("ann".to_owned(), "=r/bob")));
        assert_eq!(name("=r/bob"), Some((String::new(), "=r/bob")));
        assert_eq!(name("\"a=\"\"b\"=r/c"), Some(("a=\"b".to_owned(), "=r/c")));
        assert_eq!(name("\"a"), None);
    }
}
