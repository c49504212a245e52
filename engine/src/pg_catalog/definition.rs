//! Objects as the SQL that makes them.

use super::catalogue::{Catalogue, Constraint, Kind, Relation, Rule};
use super::keyword::quoted;
use super::proc::Function;
use super::types::format;

/// A constraint as `pg_get_constraintdef` writes it.
pub(crate) fn constraint(catalogue: &Catalogue, constraint: &Constraint) -> String {
    let columns = columns(catalogue, constraint.table, &constraint.columns);
    match &constraint.rule {
        Rule::Primary { .. } => format!("PRIMARY KEY ({columns})"),
        Rule::Unique { .. } => format!("UNIQUE ({columns})"),
        Rule::Check { sql } => format!("CHECK (({sql}))"),
        Rule::Foreign { table, columns: referred, .. } => {
            let other = catalogue.relation(*table).map_or_else(String::new, |table| {
                // Clients read the schema out of the text, and where there is none take the current one.
                match catalogue.schema_name(table.schema) {
                    bellwether_catalog::DEFAULT_SCHEMA => quoted(&table.name),
                    schema => format!("{}.{}", quoted(schema), quoted(&table.name)),
                }
            });
            format!("FOREIGN KEY ({columns}) REFERENCES {other}({})", self::columns(catalogue, *table, referred))
        }
    }
}

/// What stands for a key as `pg_get_indexdef` writes it.
pub(crate) fn index(catalogue: &Catalogue, index: &Relation) -> Option<String> {
    let Kind::Index { table, columns, .. } = &index.kind else { return None };
    let of = catalogue.relation(*table)?;
    Some(format!(
        "CREATE UNIQUE INDEX {} ON {}.{} USING btree ({})",
        quoted(&index.name),
        quoted(catalogue.schema_name(of.schema)),
        quoted(&of.name),
        self::columns(catalogue, *table, columns)
    ))
}

/// The arguments of a function as `pg_get_function_arguments` writes them.
pub(crate) fn arguments(function: &Function) -> String {
    let count = function.arguments.len();
    let written = (1..).zip(&function.arguments).map(|(place, id)| {
        let variadic = if function.is_variadic && place == count { "VARIADIC " } else { "" };
        format!("{variadic}{}", format(*id, None))
    });
    written.collect::<Vec<_>>().join(", ")
}

/// A function as `pg_get_functiondef` writes it.
pub(crate) fn function(function: &Function) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION pg_catalog.{}({})\n RETURNS {}\n LANGUAGE internal\nAS $function${}$function$\n",
        quoted(&function.name),
        arguments(function),
        format(function.result, None),
        function.name
    )
}

fn columns(catalogue: &Catalogue, table: u32, places: &[i16]) -> String {
    let Some(table) = catalogue.relation(table) else { return String::new() };
    let names = places.iter().filter_map(|place| table.column(i64::from(*place)));
    names.map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}
