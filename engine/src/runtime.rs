//! What queries run on: threads of their own, a bounded memory, a bounded spill area, the lake's store and no other.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellwether_catalog::{Error, Lake, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, TrackConsumersPool,
};
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use object_store::ObjectStore;
use url::Url;

use crate::Config;

/// Stack of a computing thread: plans of the largest permitted depth are walked recursively.
const STACK_BYTES: usize = 64 << 20;

/// Footers and page indexes of data files kept in memory.
const METADATA_CACHE_BYTES: usize = 256 << 20;

/// Consumers named when memory runs out.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::new(3).expect("three is not zero");

/// The threads queries are planned and computed on, apart from those that serve sockets.
pub(crate) fn compute(config: &Config) -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads(config))
        .thread_name("compute")
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .map_err(|source| Error::io("the computing threads could not be started").with_source(source))
}

/// The number of threads that compute.
pub(crate) fn threads(config: &Config) -> usize {
    match config.threads {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        threads => threads,
    }
}

/// The memory all queries share.
pub(crate) fn memory_bytes(config: &Config) -> usize {
    match config.memory_bytes {
        0 => available_memory_bytes() / 100 * 60,
        bytes => bytes,
    }
}

/// Memory of the container or the machine, whichever is smaller.
fn available_memory_bytes() -> usize {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let container = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse::<usize>().ok());
    let machine = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib * 1024)
    });
    match (container, machine) {
        (Some(container), Some(machine)) => container.min(machine),
        (Some(bytes), None) | (None, Some(bytes)) => bytes,
        (None, None) => 2 << 30,
    }
}

/// The environment all queries share, except for their memory.
pub(crate) fn environment(config: &Config, lake: &Lake) -> Result<Arc<RuntimeEnv>> {
    let mode = match &config.spill_folder {
        Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    let disk = DiskManagerBuilder::default().with_mode(mode).with_max_temp_directory_size(config.spill_bytes);
    RuntimeEnvBuilder::new()
        .with_disk_manager_builder(disk)
        .with_metadata_cache_limit(METADATA_CACHE_BYTES)
        .with_object_store_registry(Arc::new(LakeOnly {
            url: lake.store().url().clone(),
            store: lake.store().object_store(),
        }))
        .build_arc()
        .map_err(|source| Error::configuration("the spill area cannot be used").with_detail(source.strip_backtrace()))
}

/// A registry with the lake's store in it, which statements cannot add to: no `file://`, no `http://`.
#[derive(Debug)]
struct LakeOnly {
    url: Url,
    store: Arc<dyn ObjectStore>,
}

impl ObjectStoreRegistry for LakeOnly {
    fn register_store(&self, _url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        Some(store)
    }

    fn get_store(&self, url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
        if url.scheme() == self.url.scheme() && url.host_str() == self.url.host_str() {
            return Ok(Arc::clone(&self.store));
        }
        datafusion::common::plan_err!("{url} is outside the lake")
    }
}

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
    own: TrackConsumersPool<FairSpillPool>,
    shared: Arc<SharedMemory>,
    peak: AtomicUsize,
}

impl QueryMemory {
    pub(crate) fn new(shared: Arc<SharedMemory>, share_percent: usize) -> Arc<Self> {
        let share = shared.limit / 100 * share_percent.clamp(1, 100);
        let own = TrackConsumersPool::new(FairSpillPool::new(share), NAMED_CONSUMERS);
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
