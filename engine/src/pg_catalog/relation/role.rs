//! `pg_roles`, `pg_authid`, `pg_user` and `pg_shadow`: who may log in, and `pg_default_acl`: what is granted on what is
//! yet to be made. Passwords are never shown, not even as verifiers.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::Catalogue;
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id::OWNER;
use crate::pg_catalog::rows::{Rows, Value};

/// What PostgreSQL shows in the place of a password.
const HIDDEN: &str = "********";

pub(super) fn roles(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "rolname",
        "rolsuper",
        "rolinherit",
        "rolcreaterole",
        "rolcreatedb",
        "rolcanlogin",
        "rolreplication",
        "rolconnlimit",
        "rolpassword",
        "rolbypassrls",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for role in &catalogue.roles {
        rows.push([
            role.id.into(),
            Value::from(&role.name),
            role.superuser.into(),
            true.into(),
            role.superuser.into(),
            false.into(),
            role.can_login.into(),
            false.into(),
            (-1_i32).into(),
            HIDDEN.into(),
            role.superuser.into(),
        ]);
    }
    rows.finish()
}

pub(super) fn users(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = ["usename", "usesysid", "usecreatedb", "usesuper", "userepl", "usebypassrls", "passwd"];
    let mut rows = Rows::new(declared, columns)?;
    for role in catalogue.roles.iter().filter(|role| role.can_login) {
        rows.push([
            Value::from(&role.name),
            role.id.into(),
            false.into(),
            role.superuser.into(),
            false.into(),
            role.superuser.into(),
            HIDDEN.into(),
        ]);
    }
    rows.finish()
}

pub(super) fn default_privileges(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = ["oid", "defaclrole", "defaclnamespace", "defaclobjtype", "defaclacl"];
    let mut rows = Rows::new(declared, columns)?;
    for schema in catalogue.schemas.iter().filter(|schema| !schema.future.grants.is_empty()) {
        let listed = catalogue.listed_grants(&schema.future);
        rows.push([schema.id.into(), OWNER.into(), schema.id.into(), "r".into(), listed.into()]);
    }
    rows.finish()
}
