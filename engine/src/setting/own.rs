//! Names a session makes up: dotted, few and short, because they live as long as the connection does.

use std::collections::BTreeSet;

use super::unrecognized;
use crate::{Error, ErrorKind, Result};

/// The most names, the longest of them and the longest text.
const NAMES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 128;
const VALUE_BYTES_MAX: usize = 1024;

/// Whether a session that made up `names` already may set `name` to `value`.
pub(super) fn check(name: &str, value: &str, names: &BTreeSet<&str>) -> Result<()> {
    let key = name.to_ascii_lowercase();
    if key.starts_with("datafusion.") {
        let message = format!("permission denied to set parameter \"{name}\"");
        return Err(
            Error::new(ErrorKind::PermissionDenied, message).with_hint("limits are set in the server's configuration")
        );
    }
    if key.starts_with("bellwether.") || !is_dotted_name(&key) {
        return Err(unrecognized(name));
    }
    if name.len() > NAME_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
        let begin: String = name.chars().take(NAME_BYTES_MAX).collect();
        let message = format!(
            "parameter \"{begin}\" is too long, a name may have {NAME_BYTES_MAX} bytes and its value {VALUE_BYTES_MAX}"
        );
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    if !names.contains(key.as_str()) && names.len() >= NAMES_MAX {
        let message = format!("session has {NAMES_MAX} parameters of its own, which is the limit");
        return Err(Error::new(ErrorKind::LimitExceeded, message).with_hint("RESET those no longer needed"));
    }
    Ok(())
}

/// Whether `key` is at least two names with periods between: `myapp.user`.
fn is_dotted_name(key: &str) -> bool {
    let is_name = |part: &str| {
        let mut chars = part.chars();
        let begins = chars.next().is_some_and(|first| first.is_alphabetic() || first == '_');
        begins && chars.all(|char| char.is_alphanumeric() || char == '_' || char == '$')
    };
    key.contains('.') && key.split('.').all(is_name)
}
