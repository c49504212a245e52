//! What may be done with schemas and relations, and by whom.
//!
//! Privileges are stored as PostgreSQL shows them in its catalogue, one letter each.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name that stands for everybody among those to whom something is granted; no user has it.
pub const PUBLIC: &str = "";

/// Each privilege's letter and word, in the order in which PostgreSQL writes them.
const WORDS: [(char, &str); 8] = [
    ('a', "INSERT"),
    ('r', "SELECT"),
    ('w', "UPDATE"),
    ('d', "DELETE"),
    ('D', "TRUNCATE"),
    ('x', "REFERENCES"),
    ('U', "USAGE"),
    ('C', "CREATE"),
];

/// A set of privileges.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Privileges(u8);

impl Privileges {
    /// No privilege.
    pub const NONE: Self = Self(0);
    /// To add rows.
    pub const INSERT: Self = Self(1);
    /// To read rows.
    pub const SELECT: Self = Self(1 << 1);
    /// To change rows.
    pub const UPDATE: Self = Self(1 << 2);
    /// To remove rows.
    pub const DELETE: Self = Self(1 << 3);
    /// To remove all rows at once.
    pub const TRUNCATE: Self = Self(1 << 4);
    /// To declare a foreign key to a table.
    pub const REFERENCES: Self = Self(1 << 5);
    /// To reach what is in a schema.
    pub const USAGE: Self = Self(1 << 6);
    /// To make relations in a schema, or schemas in the lake.
    pub const CREATE: Self = Self(1 << 7);
    /// All that there is to a table.
    pub const OF_TABLE: Self = Self(0b0011_1111);
    /// All that there is to a view, materialized or not: it can only be read.
    pub const OF_VIEW: Self = Self::SELECT;
    /// All that there is to a schema.
    pub const OF_SCHEMA: Self = Self(Self::USAGE.0 | Self::CREATE.0);
    /// All that there is to the lake as a whole.
    pub const OF_LAKE: Self = Self::CREATE;

    /// Whether all of `others` are among these.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and `others`.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These but for `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those that are among `others` too.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The privilege of a word, in capitals.
    pub fn of_word(word: &str) -> Option<Self> {
        WORDS.iter().position(|(_, known)| *known == word).map(|place| Self(1 << place))
    }

    /// The words, as `GRANT` has them.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.listed().map(|(_, word)| word)
    }

    /// The letters, as PostgreSQL's catalogue has them.
    pub fn letters(self) -> String {
        self.listed().map(|(letter, _)| letter).collect()
    }

    fn listed(self) -> impl Iterator<Item = (char, &'static str)> {
        WORDS.into_iter().enumerate().filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, known)| known)
    }

    /// The privileges of letters.
    pub fn from_letters(letters: &str) -> Option<Self> {
        let mut all = Self::NONE;
        for letter in letters.chars() {
            let place = WORDS.iter().position(|(known, _)| *known == letter)?;
            all = all.with(Self(1 << place));
        }
        Some(all)
    }
}

impl fmt::Debug for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.letters())
    }
}

impl Serialize for Privileges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.letters())
    }
}

impl<'de> Deserialize<'de> for Privileges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let letters = String::deserialize(deserializer)?;
        Self::from_letters(&letters).ok_or_else(|| serde::de::Error::custom(format!("no privileges: \"{letters}\"")))
    }
}

/// Who may do what with one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Access {
    /// The user who may do everything with it; without one it belongs to the lake's owner.
    pub owner: Option<String>,
    /// What is granted to others, by user, and to [`PUBLIC`].
    pub grants: BTreeMap<String, Privileges>,
}

impl Access {
    /// Of an object that belongs to a user, or to the lake's owner.
    pub fn of(owner: Option<&str>) -> Self {
        Self { owner: owner.map(str::to_owned), grants: BTreeMap::new() }
    }

    /// What is granted to a user or, as to everybody, to [`PUBLIC`].
    pub fn granted(&self, role: &str) -> Privileges {
        let to = |role| self.grants.get(role).copied().unwrap_or_default();
        to(role).with(to(PUBLIC))
    }

    /// Gives privileges to a user or to [`PUBLIC`].
    pub fn grant(&mut self, role: &str, privileges: Privileges) {
        if privileges.is_empty() {
            return;
        }
        let granted = self.grants.entry(role.to_owned()).or_default();
        *granted = granted.with(privileges);
    }

    /// Takes privileges away.
    pub fn revoke(&mut self, role: &str, privileges: Privileges) {
        let Some(granted) = self.grants.get_mut(role) else { return };
        *granted = granted.without(privileges);
        if granted.is_empty() {
            self.grants.remove(role);
        }
    }

    /// Whether it belongs to the lake's owner alone.
    pub fn is_plain(&self) -> bool {
        self.owner.is_none() && self.grants.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_survive_their_stored_form() {
        for privileges in [Privileges::NONE, Privileges::SELECT, Privileges::OF_TABLE, Privileges::OF_SCHEMA] {
            let stored = serde_json::to_string(&privileges).unwrap();
            assert_eq!(serde_json::from_str::<Privileges>(&stored).unwrap(), privileges);
        }
        assert_eq!(Privileges::OF_TABLE.letters(), "arwdDx");
        assert!(serde_json::from_str::<Privileges>("\"rz\"").is_err());
    }

    #[test]
    fn words_are_those_of_the_letters() {
        let both = Privileges::SELECT.with(Privileges::DELETE);
        assert_eq!(both.words().collect::<Vec<_>>(), ["SELECT", "DELETE"]);
        assert_eq!(Privileges::of_word("TRUNCATE"), Some(Privileges::TRUNCATE));
        assert_eq!(Privileges::of_word("FLY"), None);
        assert!(Privileges::OF_TABLE.contains(both) && !Privileges::OF_VIEW.contains(both));
    }

    #[test]
    fn what_is_granted_to_everybody_is_granted_to_each() {
        let mut access = Access::default();
        access.grant(PUBLIC, Privileges::SELECT);
        access.grant("ann", Privileges::INSERT);
        assert_eq!(access.granted("ann").letters(), "ar");
        assert_eq!(access.granted("bob").letters(), "r");
        access.revoke("ann", Privileges::OF_TABLE);
        access.revoke(PUBLIC, Privileges::SELECT);
        assert!(access.is_plain());
    }
}
