//! Names in statements: which schema an unqualified one belongs to.

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Namespace, Result};
use datafusion::sql::sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// The one database there is.
pub(crate) const DATABASE: &str = "lake";

/// A relation's full name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A relation's name from a statement, with `current` for a schema that is not named; a client may name the database
/// as well.
pub(crate) fn relation(name: &ObjectName, current: &str, called: &str) -> Result<RelationName> {
    let parts = parts(name)?;
    match parts.as_slice() {
        [name] => Ok(RelationName { schema: current.to_owned(), name: name.clone() }),
        [schema, name] => Ok(RelationName { schema: schema.clone(), name: name.clone() }),
        [database, schema, name] if database == DATABASE || database == called => {
            Ok(RelationName { schema: schema.clone(), name: name.clone() })
        }
        [database, _, _] => {
            Err(Error::unsupported(format!("cross-database references are not implemented: \"{database}\""))
                .with_hint(format!("the database is called \"{called}\"")))
        }
        _ => Err(Error::new(ErrorKind::Syntax, format!("improper relation name: {name}"))),
    }
}

/// A schema's name from a statement.
pub(crate) fn schema(name: &ObjectName, called: &str) -> Result<String> {
    match parts(name)?.as_slice() {
        [schema] => Ok(schema.clone()),
        [database, schema] if database == DATABASE || database == called => Ok(schema.clone()),
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

/// The schemas a search path names, apart from a user's own and the catalogue's; the default where it names none.
pub(crate) fn existing_schemas(search_path: &str, names: &Namespace) -> Vec<String> {
    let mut schemas: Vec<String> = Vec::new();
    let named = search_path.split(',').map(|schema| schema.trim().trim_matches(['"', '\'']));
    for schema in named.filter(|schema| !["", "$user", "pg_catalog"].contains(schema)) {
        if !schemas.iter().any(|earlier| earlier == schema) {
            schemas.push(schema.to_owned());
        }
    }
    if schemas.is_empty() {
        schemas.push(DEFAULT_SCHEMA.to_owned());
    }
    schemas.retain(|schema| names.schemas.contains_key(schema));
    schemas
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

    fn names(schemas: &[&str]) -> Namespace {
        let mut names = Namespace::default();
        for schema in schemas {
            names.schemas.insert((*schema).to_owned(), Default::default());
        }
        names
    }

    #[test]
    fn a_search_path_gives_the_schemas_that_are_there_once_and_in_order() {
        let names = names(&["public", "shop", "stock"]);
        assert_eq!(existing_schemas("\"$user\", public", &names), ["public"]);
        assert_eq!(existing_schemas("stock, nowhere, shop, stock", &names), ["stock", "shop"]);
        assert_eq!(existing_schemas("nowhere", &names), [""; 0]);
    }

    #[test]
    fn an_empty_search_path_means_the_default_schema_where_names_are_looked_up_then() {
        assert_eq!(existing_schemas("", &names(&["public"])), ["public"]);
        assert_eq!(existing_schemas("$user, pg_catalog", &names(&["public"])), ["public"]);
    }

    #[test]
    fn the_search_path_gives_its_first_real_schema() {
        assert_eq!(current_schema("\"$user\", public"), "public");
        assert_eq!(current_schema("\"shop\""), "shop");
        assert_eq!(current_schema(""), "public");
    }
}
