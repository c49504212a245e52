//! Compressed files: gzip and zstd, with a guard against files made to fill the disk.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::{Error, ErrorKind, Result};

/// More than this many bytes out of one byte in is no data anybody keeps.
const RATIO_MAX: u64 = 1_000;

/// Below this size the ratio does not matter.
const RATIO_FLOOR_BYTES: u64 = 64 << 20;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// The compression of a file that starts with `head`; a name that promises one is taken at its word.
    pub(super) fn detect(path: &Path, head: &[u8]) -> Self {
        if head.starts_with(&[0x1f, 0x8b]) {
            return Self::Gzip;
        }
        if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            return Self::Zstd;
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz" | "gzip") => Self::Gzip,
            Some("zst" | "zstd") => Self::Zstd,
            _ => Self::None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::None => "uncompressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The decompressed bytes of `inner`, which counts what it gave in `compressed`.
    pub(super) fn decode(
        self,
        inner: impl Read + Send + 'static,
        compressed: Arc<AtomicU64>,
        file: &Arc<str>,
    ) -> Result<Box<dyn Read + Send>> {
        let decoder: Box<dyn Read + Send> = match self {
            Self::None => return Ok(Box::new(inner)),
            Self::Gzip => Box::new(MultiGzDecoder::new(inner)),
            Self::Zstd => {
                let decoder = zstd::stream::read::Decoder::new(inner)
                    .map_err(|error| Error::io(format!("cannot read {file}")).with_source(error))?;
                Box::new(decoder)
            }
        };
        Ok(Box::new(Guarded { decoder, compression: self, compressed, decompressed: 0, file: Arc::clone(file) }))
    }
}

/// A decoder whose errors name the file and whose output stays in proportion.
struct Guarded {
    decoder: Box<dyn Read + Send>,
    compression: Compression,
    compressed: Arc<AtomicU64>,
    decompressed: u64,
    file: Arc<str>,
}

impl Guarded {
    /// What a decoder's error means for the file.
    fn explain(&self, error: io::Error) -> io::Error {
        let Self { file, compression, .. } = self;
        let name = compression.name();
        if error.raw_os_error().is_some() {
            return error;
        }
        let fact = match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("{file} is cut off: its {name} stream ends in the middle"),
            _ => format!("{file} is not valid {name} data"),
        };
        let hint = "copy or download the file again, and compare its size with the original";
        io::Error::other(Error::corrupt(fact).with_hint(hint).with_source(error))
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.decoder.read(buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(self.explain(error)),
        };
        self.decompressed += count as u64;
        let compressed = self.compressed.load(Ordering::Relaxed).max(1);
        if self.decompressed > RATIO_FLOOR_BYTES && self.decompressed / compressed > RATIO_MAX {
            let fact = format!("{} expands to more than {RATIO_MAX} times its size", self.file);
            let hint = "if it is what you expect, decompress it first and load the result";
            return Err(io::Error::other(Error::new(ErrorKind::LimitExceeded, fact).with_hint(hint)));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// Decompresses, with the whole input counted as read.
    fn decode(compression: Compression, data: Vec<u8>) -> io::Result<u64> {
        let compressed = Arc::new(AtomicU64::new(data.len() as u64));
        let mut decoder = compression.decode(Cursor::new(data), compressed, &"a.csv.gz".into()).unwrap();
        io::copy(&mut decoder, &mut io::sink())
    }

    #[test]
    fn both_compressions_are_told_by_content_and_come_back_whole() {
        let data = b"a,b\n1,2\n".repeat(1000);
        for packed in [gzip(&data), zstd::encode_all(&data[..], 3).unwrap()] {
            let compression = Compression::detect(Path::new("a.csv"), &packed);
            assert_ne!(compression, Compression::None);
            assert_eq!(decode(compression, packed).unwrap(), data.len() as u64);
        }
    }

    #[test]
    fn two_gzip_members_are_one_file() {
        let mut packed = gzip(b"a\n");
        packed.extend(gzip(b"1\n"));
        assert_eq!(decode(Compression::Gzip, packed).unwrap(), 4);
    }

    #[test]
    fn a_cut_off_stream_is_named() {
        let mut packed = gzip(&b"some,data\n".repeat(100));
        packed.truncate(packed.len() / 2);
        let error = decode(Compression::Gzip, packed).unwrap_err();
        assert!(error.to_string().starts_with("a.csv.gz is cut off: its gzip stream ends in the middle"), "{error}");

        let mut packed = zstd::encode_all(&b"some,data\n".repeat(100)[..], 3).unwrap();
        packed.truncate(packed.len() - 4);
        let error = decode(Compression::Zstd, packed).unwrap_err();
        assert!(error.to_string().starts_with("a.csv.gz is cut off: its zstd stream ends in the middle"), "{error}");
    }

    #[test]
    fn data_that_is_not_compressed_is_named() {
        let error = decode(Compression::Gzip, b"a,b\n1,2\n3,4\n5,6\n".to_vec()).unwrap_err();
        assert!(error.to_string().starts_with("a.csv.gz is not valid gzip data"), "{error}");
    }

    #[test]
    fn a_bomb_is_stopped() {
        let data = vec![b' '; (RATIO_FLOOR_BYTES + (8 << 20)) as usize];
        let error = decode(Compression::Zstd, zstd::encode_all(&data[..], 3).unwrap()).unwrap_err();
        assert!(error.to_string().starts_with("a.csv.gz expands to more than 1000 times its size"), "{error}");
    }
}
