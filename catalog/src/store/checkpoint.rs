//! Checkpoints of a table's log, and what each must be.
//!
//! A checkpoint stands for all entries of the log before it. It is Parquet, of which a flipped bit gives other contents
//! as often as an error: files of the table would be missing without a word. So its length and checksum are kept in a
//! file beside it, `<checkpoint>.xxh3`, which other readers of Delta pass over, and are compared as those of data
//! files are.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, PutResult, Result, UploadPart};

use super::digest::{Digest, Digester};
use super::verify::Checksums;
use crate::Error;

/// How many digits the version has in the name of a checkpoint.
const VERSION_DIGITS: usize = 20;

/// Where the digest of the file at `path` is kept, if the file is a checkpoint.
pub(super) fn digest_path(path: &Path) -> Option<Path> {
    let (folder, name) = path.as_ref().rsplit_once('/')?;
    let (version, kind) = name.split_once('.')?;
    let is_numbered = version.len() == VERSION_DIGITS && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_checkpoint = kind.starts_with("checkpoint.") && kind.ends_with("parquet");
    if !folder.ends_with("_delta_log") || !is_numbered || !is_checkpoint {
        return None;
    }
    Path::parse(format!("{path}.xxh3")).ok()
}

/// The digest that is kept at `path`.
pub(super) fn parse(path: &Path, kept: &[u8]) -> Result<Digest, Error> {
    let parsed = std::str::from_utf8(kept).ok().and_then(|text| {
        let (length, xxh3) = text.trim_end().split_once(' ')?;
        Some(Digest { length: length.parse().ok()?, xxh3: u64::from_str_radix(xxh3, 16).ok()? })
    });
    parsed.ok_or_else(|| {
        Error::corrupt(format!("file {path} is not what was written"))
            .with_hint("restore the file from a backup, or remove it if the checkpoint beside it is known to be sound")
    })
}

/// Where the digest of a checkpoint that is being written goes.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) checksums: Arc<Checksums>,
    pub(super) checkpoint: Path,
    pub(super) path: Path,
}

impl Keeper {
    /// Keeps the digest of the checkpoint, which is written by now.
    pub(super) async fn keep(&self, digest: Digest) -> Result<()> {
        self.checksums.expect(&self.checkpoint, digest);
        let text = format!("{} {:016x}\n", digest.length, digest.xxh3);
        self.store.put(&self.path, text.into()).await.map(drop)
    }

    /// The digest of a checkpoint that is written at once.
    pub(super) fn digest(payload: &PutPayload) -> Digest {
        let mut digester = Digester::default();
        for bytes in payload {
            digester.update(bytes);
        }
        digester.digest()
    }
}

/// A checkpoint that is written in parts.
pub(super) struct Upload {
    inner: Box<dyn MultipartUpload>,
    digester: Digester,
    keeper: Keeper,
}

impl Upload {
    pub(super) fn new(inner: Box<dyn MultipartUpload>, keeper: Keeper) -> Self {
        Self { inner, digester: Digester::default(), keeper }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("keeper", &self.keeper).finish_non_exhaustive()
    }
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        for bytes in &data {
            self.digester.update(bytes);
        }
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let written = self.inner.complete().await?;
        self.keeper.keep(self.digester.digest()).await?;
        Ok(written)
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_a_checkpoint_is_kept_beside_it() {
        let log = "tables/t/_delta_log";
        for name in ["00000000000000000010.checkpoint.parquet", "00000000000000000010.checkpoint.0001.0002.parquet"] {
            let path = digest_path(&Path::from(format!("{log}/{name}"))).unwrap();
            assert_eq!(path.as_ref(), format!("{log}/{name}.xxh3"));
            assert_eq!(digest_path(&path), None);
        }
        for other in ["00000000000000000010.json", "_last_checkpoint", "part-0.parquet", "10.checkpoint.parquet"] {
            assert_eq!(digest_path(&Path::from(format!("{log}/{other}"))), None, "{other}");
        }
        assert_eq!(digest_path(&Path::from("tables/t/00000000000000000010.checkpoint.parquet")), None);
    }

    #[test]
    fn what_is_kept_is_read_again_and_anything_else_is_refused() {
        let path = Path::from("a.xxh3");
        assert_eq!(parse(&path, b"17 00000000000000ab\n").unwrap(), Digest { length: 17, xxh3: 0xab });
        for other in [&b""[..], b"17", b"x ab", b"17 xy", b"\xff"] {
            parse(&path, other).unwrap_err();
        }
    }
}
