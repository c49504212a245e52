//! Arrow IPC files and streams: what a message claims is held against the file before the decoder believes it.
//!
//! The decoder reserves memory for the lengths it is told, and a reservation that fails ends the process. So a
//! message must lie within the file, none is read twice, and what it decompresses to is bounded. Both forms are the
//! same messages: a file lists in its footer where they are, in a stream each begins where the one before ends.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use arrow::buffer::{Buffer, MutableBuffer};
use arrow::datatypes::SchemaRef;
use arrow::ipc::convert::fb_to_schema;
use arrow::ipc::reader::{FileDecoder, read_footer_length};
use arrow::ipc::{self, Block, CompressionType, Message, MessageHeader, root_as_footer, root_as_message};
use arrow::record_batch::RecordBatch;
use lz4_flex::frame::FrameDecoder;

use super::super::input::{Input, read_error};
use super::{damaged, unreadable};
use crate::claimed::unbelievable_length;
use crate::{Error, ErrorKind, Result};

/// What a file, and not a stream, starts and ends with.
const MAGIC: &[u8] = b"ARROW1";

/// The footer's length and the magic after it.
const TAIL_BYTES: usize = 10;

/// What the messages of a stream start with; older ones start with their length.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// The largest message, and the most that one may decompress to.
const MESSAGE_BYTES_MAX: u64 = 1 << 30;

/// LZ4 makes at most so many bytes of one.
const LZ4_RATIO_MAX: u64 = 255;

/// What stands before a compressed buffer: its length when it is decompressed.
const LENGTH_BYTES: usize = 8;

/// The batches of a file or stream, from the first to the last.
pub(super) struct Batches<'a> {
    input: &'a Input,
    file: File,
    decoder: FileDecoder,
    pub(super) schema: SchemaRef,
    /// How many there are, 0 where the file does not tell.
    pub(super) all: u64,
    messages: Messages,
}

/// Where the messages are that are not read yet.
enum Messages {
    /// Where the footer says, dictionaries first.
    Listed(VecDeque<Block>),
    /// One after the other from here.
    At(u64),
}

impl<'a> Batches<'a> {
    /// Opens a file or a stream and reads its columns.
    pub(super) fn open(input: &'a Input) -> Result<Self> {
        if input.starts_with(MAGIC)? {
            return Self::of_file(input);
        }
        if !input.starts_with(&CONTINUATION)? {
            return Err(Error::new(
                ErrorKind::InvalidText,
                format!("{} is not an Arrow IPC file or stream", input.name),
            )
            .with_hint("name its format with --format if it is another"));
        }
        Self::of_stream(input)
    }

    fn of_file(input: &'a Input) -> Result<Self> {
        let file = input.file()?;
        let cut_off = || unreadable(input).with_detail("it does not end with a footer");
        let at = input.bytes.checked_sub(TAIL_BYTES as u64).ok_or_else(cut_off)?;
        let mut tail = [0; TAIL_BYTES];
        read_at(input, &file, &mut tail, at)?;
        let length = read_footer_length(tail).map_err(|error| damaged(input, error))? as u64;
        let start = at.checked_sub(length).ok_or_else(cut_off)?;
        let bytes = read(input, &file, start, length)?;
        let footer = root_as_footer(&bytes).map_err(|error| unreadable(input).with_detail(error.to_string()))?;
        let schema = footer.schema().ok_or_else(|| unreadable(input).with_detail("its footer names no columns"))?;
        let schema = columns(input, schema)?;

        let batches = footer.recordBatches().into_iter().flatten();
        let mut listed: VecDeque<Block> = footer.dictionaries().into_iter().flatten().copied().collect();
        let dictionaries = listed.len();
        listed.extend(batches.copied());
        let mut total = 0_u64;
        for block in &listed {
            total = total.saturating_add(extent(input, block)?.1);
        }
        if total > input.bytes {
            return Err(unreadable(input).with_detail("its footer lists messages that overlap"));
        }
        let decoder = FileDecoder::new(Arc::clone(&schema), footer.version());
        let all = (listed.len() - dictionaries) as u64;
        Ok(Self { input, file, decoder, schema, all, messages: Messages::Listed(listed) })
    }

    fn of_stream(input: &'a Input) -> Result<Self> {
        let file = input.file()?;
        let first = next_message(input, &file, 0)?.ok_or_else(|| unreadable(input).with_detail("it has no columns"))?;
        let (start, length) = extent(input, &first)?;
        let bytes = read(input, &file, start, length)?;
        let message = parse(input, &bytes)?;
        let schema = message.header_as_schema();
        let schema = schema.ok_or_else(|| unreadable(input).with_detail("it does not start with its columns"))?;
        let schema = columns(input, schema)?;
        let decoder = FileDecoder::new(Arc::clone(&schema), message.version());
        Ok(Self { input, file, decoder, schema, all: 0, messages: Messages::At(start + length) })
    }

    fn next_block(&mut self) -> Result<Option<Block>> {
        match &mut self.messages {
            Messages::Listed(blocks) => Ok(blocks.pop_front()),
            Messages::At(at) => {
                let Some(block) = next_message(self.input, &self.file, *at)? else { return Ok(None) };
                *at += extent(self.input, &block)?.1;
                Ok(Some(block))
            }
        }
    }

    /// The next batch, `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(block) = self.next_block()? {
            let (start, length) = extent(self.input, &block)?;
            let bytes = read(self.input, &self.file, start, length)?;
            let damaged = |error| damaged(self.input, error);
            match check(self.input, &block, &bytes)? {
                MessageHeader::DictionaryBatch => self.decoder.read_dictionary(&block, &bytes).map_err(damaged)?,
                _ => {
                    if let Some(batch) = self.decoder.read_record_batch(&block, &bytes).map_err(damaged)? {
                        return Ok(Some(batch));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn columns(input: &Input, schema: ipc::Schema<'_>) -> Result<SchemaRef> {
    match schema.endianness() {
        ipc::Endianness::Little => Ok(Arc::new(fb_to_schema(schema))),
        _ => Err(Error::unsupported(format!("{} was written with big-endian numbers", input.name))
            .with_hint("write it again on another machine, or as Parquet")),
    }
}

/// Where a message starts and how long it is: within the file.
fn extent(input: &Input, block: &Block) -> Result<(u64, u64)> {
    let outside = || unreadable(input).with_detail("a message lies outside of the file");
    let start = u64::try_from(block.offset()).map_err(|_| outside())?;
    let metadata = u64::try_from(block.metaDataLength()).map_err(|_| outside())?;
    let body = u64::try_from(block.bodyLength()).map_err(|_| outside())?;
    let length = metadata.checked_add(body).ok_or_else(outside)?;
    let end = start.checked_add(length).ok_or_else(outside)?;
    if end > input.bytes || metadata < CONTINUATION.len() as u64 {
        return Err(outside());
    }
    Ok((start, length))
}

/// The message of a stream that starts at `at`, `None` at its end.
fn next_message(input: &Input, file: &File, at: u64) -> Result<Option<Block>> {
    let cut_off = || unreadable(input).with_detail("its stream ends in the middle of a message");
    let mut head = [0; 8];
    let there = input.bytes.saturating_sub(at).min(8) as usize;
    if there == 0 {
        return Ok(None);
    }
    read_at(input, file, &mut head[..there], at)?;
    let [a, b, c, d, e, f, g, h] = head;
    let (prefix, length) = match [a, b, c, d] {
        CONTINUATION => (8, [e, f, g, h]),
        length => (4, length),
    };
    if there < prefix {
        return Err(cut_off());
    }
    let length = i32::from_le_bytes(length);
    if length == 0 {
        return Ok(None);
    }
    let metadata = length.checked_add(prefix as i32).filter(|_| length > 0).ok_or_else(cut_off)?;
    let (start, metadata_length) = extent(input, &Block::new(at as i64, metadata, 0))?;
    let bytes = read(input, file, start, metadata_length)?;
    let body = parse(input, &bytes)?.bodyLength();
    Ok(Some(Block::new(at as i64, metadata, body)))
}

fn parse<'a>(input: &Input, bytes: &'a [u8]) -> Result<Message<'a>> {
    let prefix = if bytes.starts_with(&CONTINUATION) { 8 } else { 4 };
    let message = bytes.get(prefix..).ok_or_else(|| unreadable(input).with_detail("a message has no header"))?;
    root_as_message(message).map_err(|error| unreadable(input).with_detail(error.to_string()))
}

/// Refuses a message whose claims the decoder must not believe, and tells what it is.
fn check(input: &Input, block: &Block, bytes: &[u8]) -> Result<MessageHeader> {
    let message = parse(input, bytes)?;
    let claims = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        kind => return Ok(kind),
    };
    let claims = claims.ok_or_else(|| unreadable(input).with_detail("a message has no batch"))?;
    if let Some(length) = unbelievable_length(claims) {
        return Err(unreadable(input).with_detail(format!("a batch claims {length} rows")));
    }
    let body = usize::try_from(block.metaDataLength()).ok().and_then(|metadata| bytes.get(metadata..));
    let body = body.unwrap_or_default();
    let mut decompressed = 0_u64;
    for buffer in claims.buffers().into_iter().flatten() {
        let outside = || unreadable(input).with_detail("a column lies outside of its message");
        let start = usize::try_from(buffer.offset()).map_err(|_| outside())?;
        let length = usize::try_from(buffer.length()).map_err(|_| outside())?;
        let buffer = start.checked_add(length).and_then(|end| body.get(start..end)).ok_or_else(outside)?;
        let Some(compression) = claims.compression() else { continue };
        decompressed = decompressed.saturating_add(decompressed_length(input, buffer, compression.codec())?);
        if decompressed > MESSAGE_BYTES_MAX {
            return Err(too_large(input, decompressed));
        }
    }
    Ok(message.header_type())
}

/// What a buffer decompresses to, as it says. What the decoder does not hold it to is counted here.
fn decompressed_length(input: &Input, buffer: &[u8], codec: CompressionType) -> Result<u64> {
    let Some((length, compressed)) = buffer.split_first_chunk::<LENGTH_BYTES>() else { return Ok(0) };
    // -1 says that the buffer is not compressed.
    let Ok(length) = u64::try_from(i64::from_le_bytes(*length)) else { return Ok(0) };
    let is_bounded = codec != CompressionType::LZ4_FRAME
        || (compressed.len() as u64).saturating_mul(LZ4_RATIO_MAX) <= MESSAGE_BYTES_MAX;
    if is_bounded || length > MESSAGE_BYTES_MAX {
        return Ok(length);
    }
    let found = io::copy(&mut FrameDecoder::new(compressed).take(length + 1), &mut io::sink());
    match found {
        Ok(found) if found <= length => Ok(length),
        Ok(_) => Err(unreadable(input).with_detail("a column decompresses to more than it claims")),
        Err(error) => Err(damaged(input, error)),
    }
}

fn too_large(input: &Input, bytes: u64) -> Error {
    let fact =
        format!("{}: a batch takes {bytes} bytes of memory, and at most {MESSAGE_BYTES_MAX} are taken", input.name);
    Error::new(ErrorKind::LimitExceeded, fact).with_hint("write the file again with fewer rows in each batch")
}

/// A part of the file that lies within it.
fn read(input: &Input, file: &File, at: u64, length: u64) -> Result<Buffer> {
    if length > MESSAGE_BYTES_MAX {
        return Err(too_large(input, length));
    }
    let length = usize::try_from(length).map_err(|_| too_large(input, length))?;
    // Aligned as the decoder wants it, so that it need not copy.
    let mut bytes = MutableBuffer::from_len_zeroed(length);
    read_at(input, file, &mut bytes, at)?;
    Ok(bytes.into())
}

fn read_at(input: &Input, file: &File, bytes: &mut [u8], at: u64) -> Result<()> {
    file.read_exact_at(bytes, at).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(input, error),
        _ => read_error(&input.name, error),
    })
}
