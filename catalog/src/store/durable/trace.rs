//! What was done to a lake's folder, call by call, and what a loss of power would leave of it.
//!
//! The model is of a disk that keeps no promise but those it was asked for: bytes are there once their file was fsynced,
//! a name once its folder was. Of the rest anything may be there, and [`Loss`] says what: nothing, everything, names
//! without their bytes, or what chance left.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dashmap::DashMap;

/// A call that was done.
#[derive(Debug, Clone)]
pub(in crate::store) enum Call {
    Create(PathBuf),
    Write {
        path: PathBuf,
        offset: u64,
        bytes: Vec<u8>,
    },
    Sync(PathBuf),
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove(PathBuf),
    CreateFolder(PathBuf),
    SyncFolder(PathBuf),
    /// What came before was acknowledged; the number says how far that is.
    Acknowledged(usize),
}

/// What is left of what nobody waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Loss {
    /// Nothing.
    All,
    /// Everything, as when only the process ends.
    Nothing,
    /// The names of files and folders, and no bytes.
    Bytes,
    /// The names, and the first half of the bytes.
    HalfOfBytes,
    /// Some names and not others, without bytes; which ones, the number tells.
    SomeNames(u64),
}

static TRACES: LazyLock<DashMap<PathBuf, Vec<Call>>> = LazyLock::new(DashMap::new);

/// Notes what is done in a folder from now on.
pub(in crate::store) fn start(folder: &Path) {
    TRACES.insert(folder.to_path_buf(), Vec::new());
}

/// What was done in a folder since [`start`].
pub(in crate::store) fn take(folder: &Path) -> Vec<Call> {
    TRACES.remove(folder).map(|(_, calls)| calls).unwrap_or_default()
}

/// Notes that what came before was acknowledged.
pub(in crate::store) fn acknowledge(folder: &Path, how_far: usize) {
    if let Some(mut calls) = TRACES.get_mut(folder) {
        calls.push(Call::Acknowledged(how_far));
    }
}

pub(super) fn note(call: Call) {
    let path = match &call {
        Call::Create(path)
        | Call::Write { path, .. }
        | Call::Sync(path)
        | Call::Link { to: path, .. }
        | Call::Rename { to: path, .. }
        | Call::Remove(path)
        | Call::CreateFolder(path)
        | Call::SyncFolder(path) => path,
        Call::Acknowledged(_) => return,
    };
    for mut trace in TRACES.iter_mut() {
        if path.starts_with(trace.key()) {
            trace.value_mut().push(call.clone());
        }
    }
}

/// A file, apart from its names.
#[derive(Debug, Default, Clone)]
struct Contents {
    written: Vec<u8>,
    synced: Vec<u8>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Folder,
    File(usize),
}

/// A change of names that its folder may not have kept.
#[derive(Debug, Clone)]
struct Change {
    given: Option<(PathBuf, Entry)>,
    taken: Option<PathBuf>,
}

/// A folder as the calls left it: as processes see it, and as the disk has it for sure.
#[derive(Debug, Default)]
pub(in crate::store) struct Disk {
    files: Vec<Contents>,
    seen: BTreeMap<PathBuf, Entry>,
    kept: BTreeMap<PathBuf, Entry>,
    /// By folder, the changes since it was fsynced.
    pending: BTreeMap<PathBuf, Vec<Change>>,
    acknowledged: usize,
}

impl Disk {
    /// Does a call.
    pub(in crate::store) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(path) => {
                self.files.push(Contents::default());
                let entry = Entry::File(self.files.len() - 1);
                self.change(Some((path.as_path(), entry)), None);
            }
            Call::Write { path, offset, bytes } => {
                let (start, contents) = (*offset as usize, self.contents(path));
                let end = contents.written.len().max(start + bytes.len());
                contents.written.resize(end, 0);
                contents.written[start..start + bytes.len()].copy_from_slice(bytes);
            }
            Call::Sync(path) => {
                let contents = self.contents(path);
                contents.synced = contents.written.clone();
            }
            Call::Link { from, to } => self.change(Some((to.as_path(), self.seen[from])), None),
            Call::Rename { from, to } => self.change(Some((to.as_path(), self.seen[from])), Some(from.as_path())),
            Call::Remove(path) => self.change(None, Some(path.as_path())),
            Call::CreateFolder(path) => {
                let missing: Vec<_> = path.ancestors().filter(|above| !self.seen.contains_key(*above)).collect();
                for folder in missing.into_iter().rev() {
                    self.change(Some((folder, Entry::Folder)), None);
                }
            }
            Call::SyncFolder(path) => {
                for change in self.pending.remove(path).unwrap_or_default() {
                    keep(&mut self.kept, &change);
                }
            }
            Call::Acknowledged(how_far) => self.acknowledged = *how_far,
        }
    }

    /// How far was acknowledged.
    pub(in crate::store) fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    fn contents(&mut self, path: &Path) -> &mut Contents {
        let Entry::File(file) = self.seen[path] else { panic!("{} is a folder", path.display()) };
        &mut self.files[file]
    }

    fn change(&mut self, given: Option<(&Path, Entry)>, taken: Option<&Path>) {
        let change = Change {
            given: given.map(|(path, entry)| (path.to_path_buf(), entry)),
            taken: taken.map(Path::to_path_buf),
        };
        keep(&mut self.seen, &change);
        let path = change.given.as_ref().map(|(path, _)| path).or(change.taken.as_ref());
        let folder = path.and_then(|path| path.parent()).unwrap_or(Path::new("/")).to_path_buf();
        self.pending.entry(folder).or_default().push(change);
    }

    /// The files that are there after a loss of power, and the folders (`None`) that are, below `root`.
    pub(in crate::store) fn after(&self, root: &Path, loss: Loss) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut names = self.kept.clone();
        let hash = BuildHasherDefault::<DefaultHasher>::default();
        for (place, change) in self.pending.values().flatten().enumerate() {
            let is_kept = match loss {
                Loss::All => false,
                Loss::Nothing | Loss::Bytes | Loss::HalfOfBytes => true,
                Loss::SomeNames(seed) => hash.hash_one((seed, place)) % 2 == 0,
            };
            if is_kept {
                keep(&mut names, change);
            }
        }
        let mut there = BTreeMap::new();
        for (path, entry) in &names {
            let Ok(below) = path.strip_prefix(root) else { continue };
            // A name in a folder that is lost is lost with it.
            let is_reachable =
                path.ancestors().skip(1).take_while(|above| *above != root).all(|above| names.contains_key(above));
            if !is_reachable || below.as_os_str().is_empty() {
                continue;
            }
            let bytes = match entry {
                Entry::Folder => None,
                Entry::File(file) => {
                    let Contents { written, synced } = &self.files[*file];
                    Some(match loss {
                        Loss::Nothing => written.clone(),
                        Loss::HalfOfBytes if synced.len() < written.len() => written[..written.len() / 2].to_vec(),
                        _ => synced.clone(),
                    })
                }
            };
            there.insert(below.to_path_buf(), bytes);
        }
        there
    }
}

fn keep(names: &mut BTreeMap<PathBuf, Entry>, change: &Change) {
    if let Some(taken) = &change.taken {
        names.remove(taken);
    }
    if let Some((path, entry)) = &change.given {
        names.insert(path.clone(), *entry);
    }
}
