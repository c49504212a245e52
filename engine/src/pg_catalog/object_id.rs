//! Object ids that stay: the same on every server of a lake, and after every restart.
//!
//! An id is drawn from what identifies the object for its whole life, so nothing has to be stored or agreed on. A table
//! keeps its id when it is renamed, because it is drawn from the folder it is stored in.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_64;

/// PostgreSQL's own objects have ids below this.
pub(crate) const FIRST: u32 = 16_384;

/// Whoever can open the lake's files; owner of everything in it.
pub(crate) const OWNER: u32 = 10;

/// The one database.
pub(crate) const DATABASE: u32 = FIRST;

pub(crate) const PG_CATALOG: u32 = 11;
pub(crate) const INFORMATION_SCHEMA: u32 = 13_999;
pub(crate) const SYSTEM: u32 = 14_000;

/// The ids of one catalogue.
#[derive(Debug, Default)]
pub(crate) struct ObjectIds {
    taken: HashSet<u32>,
}

impl ObjectIds {
    /// The id of the object that `identity` tells from all others. Two that draw the same are told apart by the order
    /// they come in, so callers come in the order of their identities.
    pub(crate) fn of(&mut self, identity: &str) -> u32 {
        let mut drawn = xxh3_64(identity.as_bytes());
        loop {
            // Clients that keep ids in signed numbers of 32 bits are common.
            let id = u32::try_from(drawn & 0x7fff_ffff).unwrap_or(FIRST);
            if id > FIRST && self.taken.insert(id) {
                return id;
            }
            drawn = xxh3_64(&drawn.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_nothing_but_the_identity() {
        assert_eq!(ObjectIds::default().of("schema public"), ObjectIds::default().of("schema public"));
        let mut ids = ObjectIds::default();
        assert_ne!(ids.of("schema public"), ids.of("schema shop"));
    }

    #[test]
    fn two_objects_never_share_an_id() {
        let mut ids = ObjectIds::default();
        assert_ne!(ids.of("schema public"), ids.of("schema public"));
    }

    #[test]
    fn ids_are_above_postgresqls_own_and_fit_a_signed_number() {
        let mut ids = ObjectIds::default();
        for index in 0..1000 {
            let id = ids.of(&format!("table {index}"));
            assert!(id > FIRST && i32::try_from(id).is_ok());
        }
    }
}
