//! The settings of a session: what SET, SHOW and RESET work on.
//!
//! Known names are a table of data ([`known`]); a kind decides which values a name takes and how
//! they are written ([`kind`]). Beside them a session may keep texts of its own under dotted names
//! (`myapp.user`), few and short, because they live as long as the connection does. The options of
//! the engine underneath (`datafusion.…`) are not settings: with them a client could lift limits.
//!
//! Names are compared without regard to case. A value is checked and brought into its usual form
//! when it is set, so whoever reads it need not expect anything else.

mod date_style;
mod duration;
mod kind;
mod known;
mod own;
#[cfg(test)]
mod tests;
mod time_zone;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use self::kind::Kind;
use self::known::{KNOWN, Known};
use crate::{Error, ErrorKind, Principal, Result};

/// A name and a value that a Postgres client is told of whenever it changes: ParameterStatus.
pub(crate) type Reported = (String, String);

/// The settings of one session.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// What RESET goes back to, where it is not the table's default. Keys are lower case.
    start: BTreeMap<String, String>,
    /// What was set since.
    current: BTreeMap<String, String>,
    /// What SET LOCAL replaced in `current`, to be put back at the end of the transaction.
    replaced: BTreeMap<String, Option<String>>,
    /// The longest a statement may run; zero means without end.
    statement_timeout_max: Duration,
    user: String,
}

/// The values at one moment, to go back to when a transaction is rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    current: BTreeMap<String, String>,
}

/// One line of SHOW ALL and of `system.settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// What RESET would give.
    pub(crate) default: &'a str,
    /// `bool`, `integer`, `enum` or `string`.
    pub(crate) kind: &'static str,
    /// Whether SET can change it.
    pub(crate) is_changeable: bool,
    pub(crate) meaning: &'static str,
}

impl Settings {
    /// The settings of a new session of `principal`, whose statements run `statement_timeout_ms_max`
    /// milliseconds at most; zero means without end.
    pub(crate) fn new(principal: &Principal, statement_timeout_ms_max: u64) -> Self {
        let statement_timeout_max = Duration::from_millis(statement_timeout_ms_max);
        let is_superuser = if principal.superuser { "on" } else { "off" };
        let start = BTreeMap::from([
            ("is_superuser".to_owned(), is_superuser.to_owned()),
            ("session_authorization".to_owned(), principal.name.clone()),
            ("statement_timeout".to_owned(), duration::show(statement_timeout_max)),
        ]);
        Self {
            start,
            current: BTreeMap::new(),
            replaced: BTreeMap::new(),
            statement_timeout_max,
            user: principal.name.clone(),
        }
    }

    /// Sets what a client asks for while it connects: RESET will come back to it.
    pub(crate) fn set_at_start(&mut self, name: &str, value: &str) -> Result<()> {
        let (key, value) = self.check(name, value)?;
        self.start.insert(key, value);
        Ok(())
    }

    /// The value of `name`; `None` when there is no such setting.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let key = name.to_ascii_lowercase();
        self.current.get(&key).map(String::as_str).or_else(|| self.default(&key))
    }

    /// Sets `name` for the rest of the session. Gives what the client has to be told, if anything.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<Option<Reported>> {
        let (key, value) = self.check(name, value)?;
        self.replaced.remove(&key);
        Ok(self.replace(key, Some(value)))
    }

    /// Sets `name` until [`commit`](Self::commit) or [`restore`](Self::restore).
    pub(crate) fn set_local(&mut self, name: &str, value: &str) -> Result<Option<Reported>> {
        let (key, value) = self.check(name, value)?;
        if !self.replaced.contains_key(&key) {
            self.replaced.insert(key.clone(), self.current.get(&key).cloned());
        }
        Ok(self.replace(key, Some(value)))
    }

    /// Brings `name` back to what it was at the start of the session.
    pub(crate) fn reset(&mut self, name: &str) -> Result<Option<Reported>> {
        let key = name.to_ascii_lowercase();
        if self.get(&key).is_none() {
            return Err(unrecognized(name));
        }
        if let Some(known) = known(&key)
            && known.kind == Kind::Fixed
        {
            return Err(cannot_be_changed(known.name));
        }
        self.replaced.remove(&key);
        Ok(self.replace(key, None))
    }

    /// Brings everything back to what it was at the start of the session.
    pub(crate) fn reset_all(&mut self) -> Vec<Reported> {
        self.replaced.clear();
        self.become_current(BTreeMap::new())
    }

    /// The values now.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot { current: self.current.clone() }
    }

    /// Goes back to `snapshot`: a transaction was rolled back.
    pub(crate) fn restore(&mut self, snapshot: Snapshot) -> Vec<Reported> {
        self.replaced.clear();
        self.become_current(snapshot.current)
    }

    /// Goes back to `snapshot` within a transaction, whose end still undoes what was only set for it.
    pub(crate) fn return_to(&mut self, snapshot: &Snapshot) -> Vec<Reported> {
        self.become_current(snapshot.current.clone())
    }

    /// Undoes what was only set for the transaction that ends now.
    pub(crate) fn commit(&mut self) -> Vec<Reported> {
        let replaced = std::mem::take(&mut self.replaced);
        replaced.into_iter().filter_map(|(key, value)| self.replace(key, value)).collect()
    }

    /// All settings by name, first those with a meaning, then the session's own.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Setting<'_>> {
        let known = KNOWN.iter().map(|known| self.known_setting(known));
        known.chain(self.own_names().into_iter().map(|name| Setting {
            name,
            value: self.get(name).unwrap_or_default(),
            default: self.default(name).unwrap_or_default(),
            kind: Kind::Text.word(),
            is_changeable: true,
            meaning: "Made up by the session.",
        }))
    }

    /// What a Postgres client is told when it has connected.
    pub(crate) fn reported(&self) -> Vec<Reported> {
        let reported = KNOWN.iter().filter(|known| known.is_reported);
        reported.map(|known| (known.name.to_owned(), self.known_setting(known).value.to_owned())).collect()
    }

    /// The longest the next statement may run; `None` means without end.
    pub(crate) fn statement_timeout(&self) -> Option<Duration> {
        let text = self.get("statement_timeout")?;
        duration::parse(text).filter(|timeout| !timeout.is_zero())
    }

    /// The session's time zone as Arrow and DataFusion write it: `Europe/Paris` or `+02:00`.
    pub(crate) fn time_zone(&self) -> String {
        time_zone::for_arrow(self.get("timezone").unwrap_or("UTC"))
    }

    /// The names the session made up.
    fn own_names(&self) -> BTreeSet<&str> {
        let names = self.start.keys().chain(self.current.keys());
        names.map(String::as_str).filter(|name| known(name).is_none()).collect()
    }

    fn default(&self, key: &str) -> Option<&str> {
        self.start.get(key).map(String::as_str).or_else(|| known(key).map(|known| known.default))
    }

    fn known_setting<'a>(&'a self, known: &'a Known) -> Setting<'a> {
        let default = self.default(&known.name.to_ascii_lowercase()).unwrap_or(known.default);
        Setting {
            name: known.name,
            value: self.get(known.name).unwrap_or(default),
            default,
            kind: known.kind.word(),
            is_changeable: known.kind != Kind::Fixed,
            meaning: known.meaning,
        }
    }

    /// The key of `name`, and `value` as it is kept.
    fn check(&self, name: &str, value: &str) -> Result<(String, String)> {
        let key = name.to_ascii_lowercase();
        let Some(known) = known(&key) else {
            own::check(name, value, &self.own_names())?;
            return Ok((key, value.to_owned()));
        };
        let value = match known.kind {
            Kind::Fixed => return Err(cannot_be_changed(known.name)),
            Kind::User => self.check_user(known, value)?,
            Kind::StatementTimeout => self.check_timeout(known, value)?,
            kind => kind.check(known.name, value)?,
        };
        Ok((key, value))
    }

    /// A client may set less than the server's limit. More, or no limit at all, gives the server's:
    /// many clients ask for their own when they connect and could not go on without an answer.
    fn check_timeout(&self, known: &Known, value: &str) -> Result<String> {
        let mut timeout = duration::check(known.name, value)?;
        let max = self.statement_timeout_max;
        if !max.is_zero() && (timeout.is_zero() || timeout > max) {
            timeout = max;
        }
        Ok(duration::show(timeout))
    }

    /// There is no acting as somebody else, but clients say `SET ROLE none` and name themselves.
    fn check_user(&self, known: &Known, value: &str) -> Result<String> {
        if value == self.user || (value == "none" && known.default == "none") {
            return Ok(value.to_owned());
        }
        let message = format!("permission denied to set parameter \"{}\" to \"{value}\"", known.name);
        Err(Error::new(ErrorKind::PermissionDenied, message).with_hint("connect as that user instead"))
    }

    /// Puts `value` in the place of `key`'s, or nothing, and gives what the client has to be told.
    fn replace(&mut self, key: String, value: Option<String>) -> Option<Reported> {
        let before = self.get(&key).map(str::to_owned);
        match value {
            Some(value) => self.current.insert(key.clone(), value),
            None => self.current.remove(&key),
        };
        let known = known(&key).filter(|known| known.is_reported)?;
        let now = self.get(&key).unwrap_or(known.default);
        if before.as_deref() == Some(now) {
            return None;
        }
        Some((known.name.to_owned(), now.to_owned()))
    }

    fn become_current(&mut self, current: BTreeMap<String, String>) -> Vec<Reported> {
        let before = self.reported();
        self.current = current;
        let now = self.reported();
        now.into_iter().zip(before).filter(|(now, before)| now != before).map(|(now, _)| now).collect()
    }
}

/// The table's entry for `name`, in any case.
fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

fn unrecognized(name: &str) -> Error {
    Error::new(ErrorKind::UndefinedObject, format!("unrecognized configuration parameter \"{name}\""))
        .with_hint("SHOW ALL lists the parameters; names of your own contain a period, for example myapp.user")
}

fn cannot_be_changed(name: &str) -> Error {
    Error::invalid_parameter(format!("parameter \"{name}\" cannot be changed"))
}
