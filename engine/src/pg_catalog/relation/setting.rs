//! `pg_settings`: the session's settings.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::rows::Rows;
use crate::setting::Settings;

pub(super) fn batch(declared: &'static Declared, settings: &Settings) -> Result<RecordBatch> {
    let columns = [
        "name",
        "setting",
        "category",
        "short_desc",
        "context",
        "vartype",
        "source",
        "boot_val",
        "reset_val",
        "pending_restart",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for setting in settings.iter() {
        let category = if setting.name.contains('.') { "Customized Options" } else { "Client Connection Defaults" };
        rows.push([
            setting.name.into(),
            setting.value.into(),
            category.into(),
            setting.meaning.into(),
            if setting.is_changeable { "user" } else { "internal" }.into(),
            setting.kind.into(),
            if setting.value == setting.default { "default" } else { "session" }.into(),
            setting.default.into(),
            setting.default.into(),
            false.into(),
        ]);
    }
    rows.finish()
}
