//! Names in statements: which schema an unqualified one belongs to.

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// The one database there is.
pub(crate) const DATABASE: &str = "lake";

/// A relation's full name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RelationName {
    pub schema: String,
    pub name: String,
}

impl RelationName {
    /// The name as SQL, quoted.
    pub(crate) fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }
}

/// A relation's name from a statement, with `current` for a schema that is not named.
pub(crate) fn relation(name: &ObjectName, current: &str) -> Result<RelationName> {
    let parts = parts(name)?;
    match parts.as_slice() {
        [name] => Ok(RelationName { schema: current.to_owned(), name: name.clone() }),
        [schema, name] => Ok(RelationName { schema: schema.clone(), name: name.clone() }),
        [database, schema, name] if database == DATABASE => {
            Ok(RelationName { schema: schema.clone(), name: name.clone() })
        }
        [database, _, _] => {
            Err(Error::unsupported(format!("cross-database references are not implemented: \"{database}\""))
                .with_hint(format!("the database is called \"{DATABASE}\"")))
        }
        _ => Err(Error::new(ErrorKind::Syntax, format!("improper relation name: {name}"))),
    }
}

/// A schema's name from a statement.
pub(crate) fn schema(name: &ObjectName) -> Result<String> {
    match parts(name)?.as_slice() {
        [schema] => Ok(schema.clone()),
        [database, schema] if database == DATABASE => Ok(schema.clone()),
        _ => Err(Error::new(ErrorKind::Syntax, format!("improper schema name: {name}"))),
    }
}

fn parts(name: &ObjectName) -> Result<Vec<String>> {
    let mut parts = Vec::with_capacity(name.0.len());
    for part in &name.0 {
        match part {
            ObjectNamePart::Identifier(ident) => parts.push(identifier(ident)),
            ObjectNamePart::Function(_) => {
                return Err(Error::new(ErrorKind::Syntax, format!("improper relation name: {name}")));
            }
        }
    }
    Ok(parts)
}

/// An identifier as PostgreSQL folds it: lower case unless quoted.
pub(crate) fn identifier(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

/// An identifier in double quotes. The one place that quotes.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The first schema of a search path that is not a user's own or the catalog's.
pub(crate) fn current_schema(search_path: &str) -> String {
    search_path
        .split(',')
        .map(|schema| schema.trim().trim_matches('"').trim_matches('\''))
        .find(|schema| !schema.is_empty() && *schema != "$user" && *schema != "pg_catalog")
        .unwrap_or(DEFAULT_SCHEMA)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_survives_quotes_in_names() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn the_search_path_gives_its_first_real_schema() {
        assert_eq!(current_schema("\"$user\", public"), "public");
        assert_eq!(current_schema("\"shop\""), "shop");
        assert_eq!(current_schema(""), "public");
    }
}
