//! Who asks, and what they may do.

/// The authenticated user of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user's name.
    pub name: String,
    /// Whether the user may do everything.
    pub superuser: bool,
}

impl Principal {
    /// The owner of an embedded engine and of the command line: whoever can open the lake's files.
    pub fn owner() -> Self {
        Self { name: "bellwether".into(), superuser: true }
    }
}
