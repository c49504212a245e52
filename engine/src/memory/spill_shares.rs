//! How the operators of one query share its memory before they spill.
//!
//! DataFusion's `FairSpillPool` gives each operator that can spill an equal part, also those that hold next
//! to nothing: an aggregate over many groups then spills while most of the memory lies idle. Here an operator
//! may go beyond its equal part as long as half of the query's memory is free; from there on equal parts hold.

use std::fmt;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use parking_lot::Mutex;

/// The memory of one query, shared by its operators.
#[derive(Debug)]
pub(super) struct SpillShares {
    limit: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    spillers: usize,
    spillable: usize,
    unspillable: usize,
}

impl SpillShares {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, taken: Mutex::default() }
    }
}

impl Taken {
    fn held(&mut self, reservation: &MemoryReservation) -> &mut usize {
        if reservation.consumer().can_spill() { &mut self.spillable } else { &mut self.unspillable }
    }

    fn total(&self) -> usize {
        self.spillable.saturating_add(self.unspillable)
    }

    /// An equal part of what operators that cannot spill leave over.
    fn equal_part(&self, limit: usize) -> usize {
        limit.saturating_sub(self.unspillable) / self.spillers.max(1)
    }
}

impl fmt::Display for SpillShares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the query's memory of {} bytes", self.limit)
    }
}

impl MemoryPool for SpillShares {
    fn name(&self) -> &str {
        "spill shares"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            self.taken.lock().spillers += 1;
        }
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            let mut taken = self.taken.lock();
            taken.spillers = taken.spillers.saturating_sub(1);
        }
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        *self.taken.lock().held(reservation) += additional;
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        let mut taken = self.taken.lock();
        let held = taken.held(reservation);
        *held = held.saturating_sub(shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let mut taken = self.taken.lock();
        let total = taken.total().saturating_add(additional);
        let wanted = reservation.size().saturating_add(additional);
        let within_part =
            !reservation.consumer().can_spill() || total <= self.limit / 2 || wanted <= taken.equal_part(self.limit);
        if total > self.limit || !within_part {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "{} holds {} bytes and wants {additional} more; the query holds {} of {}",
                reservation.consumer().name(),
                reservation.size(),
                taken.total(),
                self.limit
            )));
        }
        *taken.held(reservation) += additional;
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.taken.lock().total()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn spiller(name: &str, pool: &Arc<dyn MemoryPool>) -> MemoryReservation {
        MemoryConsumer::new(name).with_can_spill(true).register(pool)
    }

    #[test]
    fn idle_operators_leave_their_part_to_a_busy_one() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SpillShares::new(1000));
        let (busy, _idle, _other) = (spiller("busy", &pool), spiller("idle", &pool), spiller("other", &pool));
        busy.try_grow(500).unwrap();
        assert!(busy.try_grow(1).is_err());
    }

    #[test]
    fn with_half_of_the_memory_taken_equal_parts_hold() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SpillShares::new(1000));
        let (first, second) = (spiller("first", &pool), spiller("second", &pool));
        first.try_grow(500).unwrap();
        second.try_grow(500).unwrap();
        assert!(second.try_grow(1).is_err());
        assert_eq!(pool.reserved(), 1000);
    }

    #[test]
    fn an_operator_that_cannot_spill_may_take_what_is_left() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SpillShares::new(1000));
        let fixed = MemoryConsumer::new("fixed").register(&pool);
        fixed.try_grow(900).unwrap();
        let spiller = spiller("spiller", &pool);
        assert!(spiller.try_grow(101).is_err());
        spiller.try_grow(100).unwrap();
    }
}
