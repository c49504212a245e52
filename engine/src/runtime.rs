//! What queries run on: threads of their own, a bounded spill area, the lake's store and no other.

use std::num::NonZeroUsize;
use std::sync::Arc;

use bellwether_catalog::{Error, Lake, Result};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use object_store::ObjectStore;
use url::Url;

use crate::Config;

/// Stack of a computing thread: plans of the largest permitted depth are walked recursively.
const STACK_BYTES: usize = 64 << 20;

/// Footers and page indexes of data files kept in memory.
const METADATA_CACHE_BYTES: usize = 256 << 20;

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
