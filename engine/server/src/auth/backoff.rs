//! Making repeated wrong passwords slow, in a fixed amount of memory.
//!
//! Failures are counted per address and user in a table of fixed size. A pair finds its slot by a
//! keyed hash; two pairs that share a slot share its delay, which costs an unlucky client seconds
//! and a guesser the possibility to fill memory or to push out the record of earlier failures.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Slots of the table, 24 bytes each.
const SLOTS: usize = 8192;
/// Wrong passwords that cost nothing: people mistype.
const FREE_FAILURES: u32 = 5;
/// The wait after the first failure that costs; it doubles from there.
const FIRST_DELAY: Duration = Duration::from_millis(250);
/// The longest space between two attempts.
const DELAY_MAX: Duration = Duration::from_secs(4);
/// The longest an attempt may have to wait for its turn; more are refused at once.
const WAIT_MAX: Duration = Duration::from_secs(6);
/// How long a failure is remembered.
const MEMORY: Duration = Duration::from_secs(600);

/// The record of failed logins.
pub(super) struct Backoff {
    hasher: RandomState,
    slots: Mutex<Vec<Slot>>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    failures: u32,
    /// When the next attempt may be made.
    next: Option<Instant>,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), slots: Mutex::new(vec![Slot::default(); SLOTS]) }
    }

    /// How long this attempt has to wait, or `None` when too many wait already.
    ///
    /// Each attempt takes a place of its own, so that many connections at once guess no faster
    /// than one.
    pub(super) fn turn(&self, address: Option<IpAddr>, user: &str) -> Option<Duration> {
        self.turn_at(address, user, Instant::now())
    }

    /// Counts a wrong password.
    pub(super) fn failed(&self, address: Option<IpAddr>, user: &str) {
        self.failed_at(address, user, Instant::now());
    }

    /// Forgets the failures of a client that knew the password.
    pub(super) fn succeeded(&self, address: Option<IpAddr>, user: &str) {
        let index = self.index(address, user);
        if let Some(slot) = self.slots.lock().get_mut(index) {
            *slot = Slot::default();
        }
    }

    fn turn_at(&self, address: Option<IpAddr>, user: &str, now: Instant) -> Option<Duration> {
        let index = self.index(address, user);
        let mut slots = self.slots.lock();
        let slot = slots.get_mut(index)?;
        if slot.next.is_some_and(|next| now.saturating_duration_since(next) > MEMORY) {
            *slot = Slot::default();
        }
        let turn = slot.next.map_or(now, |next| next.max(now));
        let wait = turn - now;
        if wait > WAIT_MAX {
            return None;
        }
        if slot.failures >= FREE_FAILURES {
            slot.next = Some(turn + delay(slot.failures));
        }
        Some(wait)
    }

    fn failed_at(&self, address: Option<IpAddr>, user: &str, now: Instant) {
        let index = self.index(address, user);
        if let Some(slot) = self.slots.lock().get_mut(index) {
            slot.failures = slot.failures.saturating_add(1);
            let next = now + delay(slot.failures);
            slot.next = Some(slot.next.map_or(next, |planned| planned.max(next)));
        }
    }

    fn index(&self, address: Option<IpAddr>, user: &str) -> usize {
        let hash = self.hasher.hash_one((address.map(network), user));
        (hash % SLOTS as u64) as usize
    }
}

/// Nothing for the first failures, then twice as long for each further one.
fn delay(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None => Duration::ZERO,
        Some(further) => FIRST_DELAY.saturating_mul(1 << further.min(8)).min(DELAY_MAX),
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network too.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    #[test]
    fn the_first_five_failures_cost_nothing() {
        let backoff = Backoff::new();
        let now = Instant::now();
        for _ in 0..4 {
            assert_eq!(backoff.turn_at(HERE, "ada", now), Some(Duration::ZERO));
            backoff.failed_at(HERE, "ada", now);
        }
        assert_eq!(backoff.turn_at(HERE, "ada", now), Some(Duration::ZERO));
    }

    #[test]
    fn later_attempts_wait_in_a_row_and_are_refused_when_the_row_is_long() {
        let backoff = Backoff::new();
        let now = Instant::now();
        for _ in 0..5 {
            backoff.failed_at(HERE, "ada", now);
        }
        let first = backoff.turn_at(HERE, "ada", now).unwrap();
        let second = backoff.turn_at(HERE, "ada", now).unwrap();
        assert_eq!(first, FIRST_DELAY);
        assert!(second > first);
        assert!((0..100).any(|_| backoff.turn_at(HERE, "ada", now).is_none()));
    }

    #[test]
    fn a_success_and_time_forget_failures() {
        let backoff = Backoff::new();
        let now = Instant::now();
        for _ in 0..20 {
            backoff.failed_at(HERE, "ada", now);
        }
        assert!(backoff.turn_at(HERE, "ada", now) > Some(Duration::ZERO));
        assert_eq!(backoff.turn_at(HERE, "ada", now + Duration::from_secs(3600)), Some(Duration::ZERO));
        for _ in 0..20 {
            backoff.failed_at(HERE, "ada", now);
        }
        backoff.succeeded(HERE, "ada");
        assert_eq!(backoff.turn_at(HERE, "ada", now), Some(Duration::ZERO));
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_guesser() {
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let two: IpAddr = "2001:db8::ffff:2".parse().unwrap();
        assert_eq!(network(one), network(two));
    }
}
