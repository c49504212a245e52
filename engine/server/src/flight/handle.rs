//! What a client holds by a handle: a random number that only its owner has, in a table with room for so many.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bellwether::{Error, ErrorKind, Result};
use bytes::Bytes;
use parking_lot::Mutex;

/// A random 128-bit number. Guessing one is hopeless, and each session looks only among its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Handle([u8; 16]);

impl Handle {
    fn random() -> Self {
        Self(rand::random())
    }

    /// The handle in a message; `None` for anything that cannot be one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The handle as a message carries it.
    pub(super) fn to_bytes(self) -> Bytes {
        Bytes::copy_from_slice(&self.0)
    }
}

/// Values by handle: so many at a time, each for so long.
#[derive(Debug)]
pub(super) struct Handles<T> {
    what: &'static str,
    capacity: usize,
    lifetime: Option<Duration>,
    entries: Mutex<HashMap<Handle, Entry<T>>>,
}

#[derive(Debug)]
struct Entry<T> {
    since: Instant,
    value: T,
}

impl<T> Handles<T> {
    /// Room for `capacity` values, called `what` when there are too many; each leaves by itself
    /// after `lifetime`, if given.
    pub(super) fn new(what: &'static str, capacity: usize, lifetime: Option<Duration>) -> Self {
        Self { what, capacity, lifetime, entries: Mutex::new(HashMap::new()) }
    }

    /// Takes a value in, or refuses it when there is no room.
    pub(super) fn insert(&self, value: T, now: Instant) -> Result<Handle> {
        let mut entries = self.entries.lock();
        if entries.len() >= self.capacity {
            entries.retain(|_, entry| self.lives(entry, now));
        }
        if entries.len() >= self.capacity {
            let message = format!("the session has {} open {} and may not have more", entries.len(), self.what);
            return Err(
                Error::new(ErrorKind::LimitExceeded, message).with_hint("close or fetch those no longer needed")
            );
        }
        let handle = Handle::random();
        entries.insert(handle, Entry { since: now, value });
        Ok(handle)
    }

    /// Gives a value out for good.
    pub(super) fn take(&self, handle: Handle, now: Instant) -> Option<T> {
        let entry = self.entries.lock().remove(&handle)?;
        self.lives(&entry, now).then_some(entry.value)
    }

    fn lives(&self, entry: &Entry<T>, now: Instant) -> bool {
        self.lifetime.is_none_or(|lifetime| now.duration_since(entry.since) < lifetime)
    }
}

impl<T: Clone> Handles<T> {
    /// The value, which stays.
    pub(super) fn get(&self, handle: Handle, now: Instant) -> Option<T> {
        let entries = self.entries.lock();
        let entry = entries.get(&handle)?;
        self.lives(entry, now).then(|| entry.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_handle_alone() {
        let now = Instant::now();
        let handles = Handles::new("things", 10, None);
        let (one, two) = (handles.insert("one", now).unwrap(), handles.insert("two", now).unwrap());
        assert_ne!(one, two);
        assert_eq!(handles.get(one, now), Some("one"));
        assert_eq!(handles.get(Handle::random(), now), None);
        assert_eq!(
            Handles::new("things", 10, None).insert("one", now).ok().and_then(|other| handles.get(other, now)),
            None
        );
    }

    #[test]
    fn what_was_taken_is_gone() {
        let now = Instant::now();
        let handles = Handles::new("things", 10, None);
        let handle = handles.insert("one", now).unwrap();
        assert_eq!(handles.take(handle, now), Some("one"));
        assert_eq!(handles.take(handle, now), None);
    }

    #[test]
    fn a_full_table_refuses_and_names_what_there_is_too_much_of() {
        let now = Instant::now();
        let handles = Handles::new("prepared statements", 1, None);
        let first = handles.insert(1, now).unwrap();
        let refused = handles.insert(2, now).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::LimitExceeded);
        assert_eq!(refused.message(), "the session has 1 open prepared statements and may not have more");
        handles.take(first, now);
        assert!(handles.insert(3, now).is_ok());
    }

    #[test]
    fn a_value_leaves_after_its_lifetime_and_makes_room() {
        let start = Instant::now();
        let later = start + Duration::from_secs(60);
        let handles = Handles::new("tickets", 1, Some(Duration::from_secs(60)));
        let handle = handles.insert(1, start).unwrap();
        assert_eq!(handles.get(handle, start + Duration::from_secs(59)), Some(1));
        assert_eq!(handles.get(handle, later), None);
        assert!(handles.insert(2, later).is_ok());
        assert_eq!(handles.take(handle, later), None);
    }

    #[test]
    fn bytes_of_another_length_are_no_handle() {
        let handle = Handle::random();
        assert_eq!(Handle::from_bytes(&handle.to_bytes()), Some(handle));
        assert_eq!(Handle::from_bytes(b""), None);
        assert_eq!(Handle::from_bytes(&[0; 17]), None);
    }
}
