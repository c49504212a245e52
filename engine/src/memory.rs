//! The memory of queries: bounded for all of them together, and for each of them.

mod spill_shares;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, TrackConsumersPool,
};

use self::spill_shares::SpillShares;

/// Consumers named when memory runs out.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::new(3).expect("three is not zero");

/// The memory all queries share, and how much of it is taken.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    limit: usize,
    used: AtomicUsize,
}

impl SharedMemory {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, used: AtomicUsize::new(0) })
    }

    /// Bytes taken by all queries.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Bytes there are.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    fn try_take(&self, bytes: usize) -> bool {
        self.used
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(bytes).filter(|&sum| sum <= self.limit)
            })
            .is_ok()
    }
}

/// The memory of one query: its operators share it fairly, all queries together stay within the machine's.
#[derive(Debug)]
pub(crate) struct QueryMemory {
    own: TrackConsumersPool<SpillShares>,
    shared: Arc<SharedMemory>,
    peak: AtomicUsize,
}

impl QueryMemory {
    pub(crate) fn new(shared: Arc<SharedMemory>, share_percent: usize) -> Arc<Self> {
        let share = shared.limit / 100 * share_percent.clamp(1, 100);
        let own = TrackConsumersPool::new(SpillShares::new(share), NAMED_CONSUMERS);
        Arc::new(Self { own, shared, peak: AtomicUsize::new(0) })
    }

    /// The most the query held at a time.
    pub(crate) fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    fn note_peak(&self) {
        self.peak.fetch_max(self.own.reserved(), Ordering::Relaxed);
    }
}

impl fmt::Display for QueryMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query memory")
    }
}

impl MemoryPool for QueryMemory {
    fn name(&self) -> &str {
        "query"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.own.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.own.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.shared.used.fetch_add(additional, Ordering::Relaxed);
        self.own.grow(reservation, additional);
        self.note_peak();
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.own.shrink(reservation, shrink);
        self.shared.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> datafusion::error::Result<()> {
        if !self.shared.try_take(additional) {
            return Err(datafusion::error::DataFusionError::ResourcesExhausted(format!(
                "all queries together hold {} of {} bytes",
                self.shared.used(),
                self.shared.limit
            )));
        }
        if let Err(error) = self.own.try_grow(reservation, additional) {
            self.shared.used.fetch_sub(additional, Ordering::Relaxed);
            return Err(error);
        }
        self.note_peak();
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.own.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.own.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_queries_together_stay_within_the_shared_memory() {
        let shared = SharedMemory::new(1000);
        let first: Arc<dyn MemoryPool> = QueryMemory::new(Arc::clone(&shared), 100);
        let second: Arc<dyn MemoryPool> = QueryMemory::new(Arc::clone(&shared), 100);
        let one = MemoryConsumer::new("one").register(&first);
        let other = MemoryConsumer::new("other").register(&second);
        one.try_grow(700).unwrap();
        assert!(other.try_grow(400).is_err());
        drop(one);
        other.try_grow(400).unwrap();
        assert_eq!(shared.used(), 400);
    }

    #[test]
    fn one_query_gets_no_more_than_its_share() {
        let shared = SharedMemory::new(1000);
        let pool: Arc<dyn MemoryPool> = QueryMemory::new(Arc::clone(&shared), 50);
        let consumer = MemoryConsumer::new("one").register(&pool);
        assert!(consumer.try_grow(600).is_err());
        assert_eq!(shared.used(), 0);
    }
}
