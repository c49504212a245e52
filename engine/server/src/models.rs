//! The models that the program carries: those of `sql/`, as they were when it was built.

use bellwether::{Model, Result};

/// Path below `sql/` and text of every file there.
const SOURCES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/models.rs"));

/// The models, by area and name.
pub fn shipped() -> Result<Vec<Model>> {
    SOURCES.iter().filter(|(_, source)| Model::is(source)).map(|(path, source)| Model::parse(path, source)).collect()
}

/// The tables of the canonical model: their names in `core`, and the statements that make them.
pub fn shipped_tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    let tables = SOURCES.iter().filter(|(_, source)| !Model::is(source));
    tables.filter_map(|(path, source)| Some((path.strip_prefix("core/")?.strip_suffix(".sql")?, *source)))
}
