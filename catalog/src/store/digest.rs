//! Length and checksum of a file: what is noted when it is written and compared when it is read.
//!
//! The checksum is XXH3-64. It finds accidents of disks, memory and copying; it is no defence against forgery.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload};
use xxhash_rust::xxh3::Xxh3;

use super::error::from_io;
use crate::{Error, Result};

/// How much of a local file is in memory at once while it is read for its checksum.
const BUFFER_BYTES: usize = 1 << 20;

/// Length and XXH3-64 of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) length: u64,
    pub(super) xxh3: u64,
}

impl Digest {
    /// Reads a whole file for its digest; `found` must not be limited to a range.
    pub(super) async fn of(found: GetResult) -> object_store::Result<Self> {
        let mut stream = match found.payload {
            GetResultPayload::File(file, path) => {
                return tokio::task::spawn_blocking(move || {
                    Self::of_file(file).map_err(|err| from_io("read", &path, err))
                })
                .await?;
            }
            GetResultPayload::Stream(stream) => stream,
        };
        let mut digester = Digester::default();
        while let Some(bytes) = stream.try_next().await? {
            digester.update(&bytes);
        }
        Ok(digester.digest())
    }

    fn of_file(mut file: File) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let mut digester = Digester::default();
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(digester.digest()),
                Ok(count) => digester.update(&buffer[..count]),
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// Compares what was found at `path` with this, which was written.
    pub(super) fn expect(self, path: &Path, found: Self) -> Result<()> {
        self.expect_length(path, found.length)?;
        if found.xxh3 != self.xxh3 {
            let (found, expected) = (found.xxh3, self.xxh3);
            return Err(damaged(path, &format!("checksum {found:016x}, expected {expected:016x}")));
        }
        Ok(())
    }

    /// Compares only the length of what was found at `path`.
    pub(super) fn expect_length(self, path: &Path, found: u64) -> Result<()> {
        if found != self.length {
            return Err(damaged(path, &format!("{found} bytes, expected {}", self.length)));
        }
        Ok(())
    }
}

fn damaged(path: &Path, difference: &str) -> Error {
    Error::corrupt(format!("file {path} is not what was written: {difference}"))
        .with_hint("restore the file from a backup; `bellwether check` names every damaged file")
}

/// Takes a file piece by piece and gives its digest.
#[derive(Default)]
pub(super) struct Digester {
    length: u64,
    hash: Xxh3,
}

impl Digester {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(super) fn digest(&self) -> Digest {
        Digest { length: self.length, xxh3: self.hash.digest() }
    }
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    #[test]
    fn pieces_give_the_digest_of_the_whole() {
        let bytes: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
        let mut digester = Digester::default();
        for piece in bytes.chunks(777) {
            digester.update(piece);
        }
        assert_eq!(digester.digest(), Digest { length: 100_000, xxh3: xxh3_64(&bytes) });
    }

    #[test]
    fn a_difference_is_stated_with_both_values() {
        let written = Digest { length: 3, xxh3: 0xab };
        let path = Path::from("t/a.parquet");
        assert!(written.expect(&path, written).is_ok());
        let shorter = written.expect(&path, Digest { length: 2, ..written }).unwrap_err();
        assert_eq!(shorter.message(), "file t/a.parquet is not what was written: 2 bytes, expected 3");
        let other = written.expect(&path, Digest { xxh3: 0xac, ..written }).unwrap_err();
        assert!(other.message().ends_with("checksum 00000000000000ac, expected 00000000000000ab"), "{other}");
    }
}
