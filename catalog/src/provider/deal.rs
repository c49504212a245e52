//! Files dealt out to the partitions of a scan, large ones in pieces.
//!
//! Rows arrive in the order of time, so a filter on time leaves one stretch of a large file. Halves of the file
//! would give that stretch to one thread; small pieces dealt out in turn give every thread a part of it.

use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileGroup;

/// Length of a piece: about a row group, which is the least that can be read alone.
const PIECE_BYTES: u64 = 16 << 20;

/// Pieces of a file for each partition, at most: every piece opens the file anew.
const PIECES_A_PARTITION: u64 = 16;

/// Gives every partition a like share of the files, and of each part of a large file.
pub(super) fn deal(mut files: Vec<PartitionedFile>, partitions: usize) -> Vec<FileGroup> {
    let partitions = partitions.max(1);
    // Large files first: partitions end at about the same time.
    files.sort_by_key(|file| std::cmp::Reverse(file.object_meta.size));
    let pieces: Vec<PartitionedFile> = files.into_iter().flat_map(|file| pieces(file, partitions)).collect();
    let mut hands: Vec<Vec<PartitionedFile>> = vec![Vec::new(); partitions.min(pieces.len()).max(1)];
    let count = hands.len();
    for (turn, piece) in pieces.into_iter().enumerate() {
        hands[turn % count].push(piece);
    }
    hands.into_iter().map(FileGroup::new).collect()
}

/// A file in pieces of equal length that leave nothing out; a small file as it is.
fn pieces(file: PartitionedFile, partitions: usize) -> Vec<PartitionedFile> {
    let bytes = file.object_meta.size;
    let count = (bytes / PIECE_BYTES).min(PIECES_A_PARTITION * partitions as u64);
    if count < 2 {
        return vec![file];
    }
    let boundary = |piece: u64| (u128::from(bytes) * u128::from(piece) / u128::from(count)) as i64;
    (0..count).map(|piece| file.clone().with_range(boundary(piece), boundary(piece + 1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: u64) -> PartitionedFile {
        PartitionedFile::new("data.parquet", bytes)
    }

    #[test]
    fn pieces_of_a_large_file_cover_it_once() {
        let bytes = 10 * PIECE_BYTES + 7;
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for group in deal(vec![file(bytes)], 2) {
            ranges.extend(group.files().iter().filter_map(|piece| piece.range.as_ref()).map(|of| (of.start, of.end)));
        }
        ranges.sort_unstable();
        assert_eq!((ranges[0].0, ranges[9].1), (0, bytes as i64));
        assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }

    #[test]
    fn every_partition_gets_a_part_of_each_stretch() {
        let groups = deal(vec![file(8 * PIECE_BYTES)], 2);
        assert_eq!(groups.iter().map(FileGroup::len).collect::<Vec<_>>(), [4, 4]);
        let starts = |group: &FileGroup| group.files().iter().map(|piece| piece.range.as_ref().unwrap().start).min();
        assert!(starts(&groups[0]).unwrap() < PIECE_BYTES as i64 && starts(&groups[1]).unwrap() <= PIECE_BYTES as i64);
    }

    #[test]
    fn small_files_stay_whole() {
        let groups = deal(vec![file(10), file(20), file(30)], 2);
        assert!(groups.iter().flat_map(FileGroup::files).all(|file| file.range.is_none()));
    }

    #[test]
    fn no_files_make_one_empty_partition() {
        assert_eq!(deal(Vec::new(), 2).len(), 1);
    }
}
