//! Who fills which relation of `pg_catalog`. What is not named here is always empty.

mod activity;
mod attribute;
mod class;
mod database;
mod dependency;
mod description;
mod fixed;
mod function;
mod key;
mod listing;
mod role;
mod setting;
mod statistics;
mod time_zone;
mod types;

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::Pinned;
use super::declared::Declared;
use super::rows;

/// The rows of a relation, as a statement sees them.
pub(crate) async fn batch(declared: &'static Declared, pinned: &Arc<Pinned>) -> Result<RecordBatch> {
    let catalogue = pinned.catalogue().await;
    let system = pinned.system();
    match declared.name {
        // What is true only now.
        "pg_class" => class::now(declared, &catalogue, &system.lake),
        "pg_settings" => setting::batch(declared, &system.settings.lock()),
        "pg_stat_activity" => {
            activity::batch(declared, &catalogue, &system.activity, &system.database, &system.authority)
        }
        "pg_stat_all_tables" | "pg_stat_user_tables" | "pg_stat_sys_tables" => {
            statistics::tables(declared, &catalogue, &system.lake)
        }
        // A client calls the database by a name of its own.
        "pg_database" => database::batch(declared, &system.database),
        "pg_stat_database" => database::statistics(declared, &system.database),
        "pg_timezone_names" => time_zone::names(declared),
        "pg_timezone_abbrevs" => time_zone::abbreviations(declared),
        // What follows from the catalogue alone is made once for each catalogue.
        name => catalogue.batch("", name, |catalogue| match name {
            "pg_am" => fixed::access_methods(declared),
            "pg_attrdef" => attribute::defaults(declared, catalogue),
            "pg_attribute" => attribute::batch(declared, catalogue),
            "pg_auth_members" | "pg_group" => Ok(rows::none(declared)),
            "pg_authid" | "pg_roles" => role::roles(declared, catalogue),
            "pg_collation" => fixed::collations(declared),
            "pg_constraint" => key::constraints(declared, catalogue),

            "pg_default_acl" => role::default_privileges(declared, catalogue),
            "pg_depend" => dependency::depend(declared, catalogue),
            "pg_description" => description::batch(declared, catalogue),
            "pg_index" => key::indexes(declared, catalogue),
            "pg_indexes" => listing::indexes(declared, catalogue),
            "pg_language" => fixed::languages(declared),
            "pg_matviews" => listing::materialized_views(declared, catalogue),
            "pg_namespace" => class::namespaces(declared, catalogue),
            "pg_opclass" => fixed::operator_classes(declared),
            "pg_proc" => function::batch(declared, catalogue),
            "pg_range" => types::ranges(declared),
            "pg_rewrite" => dependency::rules(declared, catalogue),
            "pg_shadow" | "pg_user" => role::users(declared, catalogue),

            "pg_tables" => listing::tables(declared, catalogue),
            "pg_tablespace" => fixed::tablespaces(declared),
            "pg_type" => types::batch(declared),
            "pg_views" => listing::views(declared, catalogue),
            _ => Ok(rows::none(declared)),
        }),
    }
}
