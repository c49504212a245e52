//! Types of PostgreSQL that Arrow has no type of its own for: `json`, `uuid`, `name`, `varchar(32)`, `regclass`.
//!
//! What such values are stands in the metadata of the column's field, from where the doors announce it and functions
//! know it: as Arrow marks types that others define, so that a cast to another type takes the mark away.

use datafusion::arrow::datatypes::Field;

/// The key of a field's metadata under which the mark stands.
const KEY: &str = "ARROW:extension:name";

/// What the mark starts with, before the type's name.
const POSTGRES: &str = "postgres.";

/// A field of the type of that name.
pub fn mark(field: Field, name: &str) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.insert(KEY.to_owned(), format!("{POSTGRES}{name}"));
    field.with_metadata(metadata)
}

/// A field of no type but its Arrow type.
pub fn unmark(field: Field) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.remove(KEY);
    field.with_metadata(metadata)
}

/// The name of the type of a field, unless its Arrow type says all.
pub fn of(field: &Field) -> Option<&str> {
    field.metadata().get(KEY)?.strip_prefix(POSTGRES)
}
