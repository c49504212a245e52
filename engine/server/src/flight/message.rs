//! Messages of rows as they go over the wire: a header, and the columns' own buffers for a body.
//!
//! arrow-flight's `FlightData` has the columns of a batch copied into one body, which is then copied into what gRPC
//! sends. Here they are copied once, by [`RowsCodec`], straight into what is sent.

use std::collections::VecDeque;

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::root_as_message;
use arrow::ipc::writer::StreamEncoder;
use arrow_flight::Ticket;
use bellwether::{Error, Result};
use bytes::{BufMut, Bytes};
use prost::Message as _;
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// Fields of `FlightData`.
const DATA_HEADER: u32 = 2;
const DATA_BODY: u32 = 1000;
/// What stands before the header of a message in a stream: a mark, and the header's length.
const PREFIX_BYTES: usize = 8;

/// A message of a stream of batches.
#[derive(Debug, Default)]
pub(super) struct Message {
    header: Bytes,
    body: Vec<Buffer>,
}

impl Message {
    /// The bytes of each field that is sent.
    fn fields(&self) -> [(u32, usize); 2] {
        [(DATA_HEADER, self.header.len()), (DATA_BODY, self.body.iter().map(Buffer::len).sum())]
    }

    fn wire_bytes(&self) -> usize {
        let bytes = |(tag, length): (u32, usize)| key_len(tag) + encoded_len_varint(length as u64) + length;
        self.fields().into_iter().map(bytes).sum()
    }
}

/// Makes messages of batches.
pub(super) struct BatchEncoder(StreamEncoder);

impl BatchEncoder {
    /// An encoder of batches with these columns, and the message that tells of the columns.
    pub(super) fn new(schema: SchemaRef) -> Result<(Self, Message)> {
        let mut encoder = Self(StreamEncoder::try_new(&schema).map_err(unsendable)?);
        // The columns come before the first batch, here before one without rows, which is not sent.
        let columns = encoder.messages(&RecordBatch::new_empty(schema))?.pop_front();
        Ok((encoder, columns.unwrap_or_default()))
    }

    /// The message of a batch.
    pub(super) fn encode(&mut self, batch: &RecordBatch) -> Result<Message> {
        // Batches have no dictionaries that would come before them.
        self.messages(batch)?.pop_back().ok_or_else(|| Error::internal("a batch was encoded as nothing"))
    }

    fn messages(&mut self, batch: &RecordBatch) -> Result<VecDeque<Message>> {
        let encoded = self.0.encode(batch).map_err(unsendable)?;
        let mut encoded = Encoded(encoded.into_iter().filter(|part| !part.is_empty()).collect());
        let mut messages = VecDeque::new();
        while !encoded.0.is_empty() {
            let prefix = together(&encoded.take(PREFIX_BYTES));
            let length = prefix.last_chunk().map(|length| i32::from_le_bytes(*length));
            let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            let header = together(&encoded.take(length));
            let length = root_as_message(&header)
                .map_err(|error| Error::internal("rows cannot be encoded").with_detail(error.to_string()))?
                .bodyLength();
            let body = encoded.take(usize::try_from(length).unwrap_or(0));
            messages.push_back(Message { header, body });
        }
        Ok(messages)
    }
}

/// What a stream of messages consists of, one after the other.
struct Encoded(VecDeque<Buffer>);

impl Encoded {
    /// The next bytes, without copying them.
    fn take(&mut self, mut bytes: usize) -> Vec<Buffer> {
        let mut taken = Vec::new();
        while bytes > 0 {
            let Some(mut next) = self.0.pop_front() else { break };
            if next.len() > bytes {
                self.0.push_front(next.slice(bytes));
                next = next.slice_with_length(0, bytes);
            }
            bytes -= next.len();
            taken.push(next);
        }
        taken
    }
}

fn together(parts: &[Buffer]) -> Bytes {
    parts.iter().map(Buffer::as_slice).collect::<Vec<_>>().concat().into()
}

fn unsendable(error: ArrowError) -> Error {
    Error::internal("rows cannot be encoded").with_source(error)
}

/// gRPC's view of DoGet: tickets in, messages of rows out.
#[derive(Debug, Default)]
pub(super) struct RowsCodec;

impl Codec for RowsCodec {
    type Encode = Message;
    type Decode = Ticket;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RowsCodec {
    type Item = Message;
    type Error = Status;

    fn encode(&mut self, message: Message, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.reserve(message.wire_bytes());
        let [header, body] = message.fields();
        begin(header, target);
        target.put_slice(&message.header);
        begin(body, target);
        for part in &message.body {
            target.put_slice(part);
        }
        Ok(())
    }
}

fn begin((tag, length): (u32, usize), target: &mut EncodeBuf<'_>) {
    encode_key(tag, WireType::LengthDelimited, target);
    encode_varint(length as u64, target);
}

impl Decoder for RowsCodec {
    type Item = Ticket;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Ticket>, Status> {
        Ticket::decode(source).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use arrow_flight::FlightData;
    use arrow_flight::utils::flight_data_to_batches;
    use futures::{StreamExt, stream};
    use http_body::Body as _;
    use tonic::codec::{EncodeBody, SingleMessageCompressionOverride};

    use super::*;

    /// The messages that a client reads, by arrow-flight's own reading of what is sent.
    async fn received(messages: Vec<Message>) -> Vec<FlightData> {
        let messages = stream::iter(messages.into_iter().map(Ok));
        let body = EncodeBody::new_server(RowsCodec, messages, None, SingleMessageCompressionOverride::default(), None);
        let mut body = std::pin::pin!(body);
        let frames = stream::poll_fn(|cx| body.as_mut().poll_frame(cx));
        let sent: Vec<u8> =
            frames.filter_map(async |frame| frame.unwrap().into_data().ok()).collect::<Vec<_>>().await.concat();
        let mut rest = &sent[..];
        let mut received = Vec::new();
        while let Some((head, after)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            received.push(FlightData::decode(&after[..length]).unwrap());
            rest = &after[length..];
        }
        received
    }

    #[tokio::test]
    async fn clients_read_the_batches_that_were_sent() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter((0..1000).map(|n| (n % 7 > 0).then_some(n))));
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..1000).map(|n| "x".repeat(n % 13))));
        let batch = RecordBatch::try_from_iter([("number", numbers), ("text", texts)]).unwrap();
        let batches = [batch.slice(3, 500), batch.slice(0, 0), batch.slice(999, 1)];

        let (mut encoder, columns) = BatchEncoder::new(batch.schema()).unwrap();
        let mut messages = vec![columns];
        messages.extend(batches.iter().map(|batch| encoder.encode(batch).unwrap()));
        let wire_bytes: Vec<usize> = messages.iter().map(Message::wire_bytes).collect();

        let received = received(messages).await;
        assert_eq!(flight_data_to_batches(&received).unwrap(), batches);
        let encoded: Vec<usize> = received[1..].iter().map(prost::Message::encoded_len).collect();
        assert_eq!(encoded, wire_bytes[1..]);
    }

    #[test]
    fn columns_alone_are_a_message() {
        let (_, columns) = BatchEncoder::new(Arc::new(arrow::datatypes::Schema::empty())).unwrap();
        assert!(!columns.header.is_empty() && columns.body.is_empty());
    }
}
