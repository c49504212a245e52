//! Batches from a client: decoded with every claim of theirs checked first.
//!
//! The Arrow IPC decoder checks offsets and UTF-8, but still panics on some broken messages and believes
//! the lengths it is told. Here lengths are bounded before it sees them, compressed bodies (whose size
//! is a claim too) are refused, and a panic counts as the error that it should have been.

use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc;
use arrow_flight::FlightData;
use arrow_flight::decode::{DecodedPayload, FlightDataDecoder};
use arrow_flight::error::FlightError;
use bellwether::{Error, ErrorKind, LENGTH_MAX, Result, contained, unbelievable_length};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use tonic::Status;

use super::plain;

/// What a client sends: batches of one schema, with plain types.
pub(super) struct Upload {
    /// The columns of every batch.
    pub(super) schema: SchemaRef,
    /// The batches, as they come.
    pub(super) batches: BoxStream<'static, Result<RecordBatch>>,
}

/// Reads up to the schema; `None` when the client sends none.
pub(super) async fn receive(
    messages: impl Stream<Item = Result<FlightData, Status>> + Send + 'static,
) -> Result<Option<Upload>> {
    let mut decoder = Decoder::new(messages);
    while let Some(payload) = decoder.try_next().await? {
        match payload {
            DecodedPayload::None => {}
            DecodedPayload::Schema(schema) => {
                let schema = plain::schema(&schema);
                let batches = batches(decoder, schema.clone());
                return Ok(Some(Upload { schema, batches }));
            }
            DecodedPayload::RecordBatch(_) => return Err(broken("a batch came before its schema")),
        }
    }
    Ok(None)
}

fn batches(decoder: Decoder, schema: SchemaRef) -> BoxStream<'static, Result<RecordBatch>> {
    decoder
        .try_filter_map(move |payload| {
            let batch = match payload {
                DecodedPayload::None => Ok(None),
                DecodedPayload::Schema(_) => Err(broken("a second schema came in the middle of the batches")),
                DecodedPayload::RecordBatch(batch) => plain::batch(&batch, &schema).map(Some),
            };
            std::future::ready(batch)
        })
        .boxed()
}

/// The library's decoder behind the checks.
struct Decoder {
    inner: FlightDataDecoder,
    ended: bool,
}

impl Decoder {
    fn new(messages: impl Stream<Item = Result<FlightData, Status>> + Send + 'static) -> Self {
        let checked = messages.try_filter_map(|message| {
            // A message without a header carries a descriptor or metadata alone.
            let empty = message.data_header.is_empty();
            let checked = if empty { Ok(None) } else { check(&message.data_header).map(|()| Some(message)) };
            std::future::ready(checked)
        });
        Self { inner: FlightDataDecoder::new(checked.map_err(FlightError::from)), ended: false }
    }
}

impl Stream for Decoder {
    type Item = Result<DecodedPayload>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        // After a panic the decoder is never asked again, so what state it is in does not matter.
        let next = match contained(|| self.inner.poll_next_unpin(cx)) {
            Some(Poll::Pending) => return Poll::Pending,
            Some(Poll::Ready(next)) => next.map(|decoded| decoded.map(|data| data.payload).map_err(decode_error)),
            None => Some(Err(broken("the Arrow data is not well formed"))),
        };
        self.ended = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }
}

/// Refuses what the decoder would believe.
fn check(header: &[u8]) -> Result<(), Status> {
    let refused = |reason: String| Status::invalid_argument(reason);
    let message =
        ipc::root_as_message(header).map_err(|error| refused(format!("the Arrow message cannot be read: {error}")))?;
    let batch = match message.header_type() {
        ipc::MessageHeader::RecordBatch => message.header_as_record_batch(),
        ipc::MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => return Ok(()),
    };
    let batch = batch.ok_or_else(|| refused("the Arrow message has no batch".into()))?;
    if batch.compression().is_some() {
        return Err(refused("compressed batches are not taken: send them uncompressed".into()));
    }
    match unbelievable_length(batch) {
        Some(length) => Err(refused(format!("a batch claims {length} rows, at most {LENGTH_MAX} are taken"))),
        None => Ok(()),
    }
}

fn decode_error(error: FlightError) -> Error {
    match error {
        FlightError::Tonic(status) => match status.code() {
            tonic::Code::InvalidArgument => broken(status.message()),
            tonic::Code::OutOfRange | tonic::Code::ResourceExhausted => {
                Error::new(ErrorKind::LimitExceeded, "a message is larger than the door takes")
                    .with_detail(status.message())
                    .with_hint("send smaller batches")
            }
            _ => Error::new(ErrorKind::Cancelled, "the client broke off the upload").with_detail(status.message()),
        },
        other => broken("the Arrow data is not well formed").with_detail(other.to_string()),
    }
}

fn broken(message: &str) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array, NullArray, StringArray};
    use arrow::ipc::CompressionType;
    use arrow::ipc::writer::IpcWriteOptions;
    use arrow_flight::encode::FlightDataEncoderBuilder;
    use bytes::Bytes;
    use futures::stream;

    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
        let names: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
        RecordBatch::try_from_iter([("number", numbers), ("name", names)]).unwrap()
    }

    async fn encoded(batch: RecordBatch, options: IpcWriteOptions) -> Vec<FlightData> {
        let encoder = FlightDataEncoderBuilder::new().with_options(options).build(stream::iter([Ok(batch)]));
        encoder.try_collect().await.unwrap()
    }

    async fn decoded(messages: Vec<FlightData>) -> Result<Vec<RecordBatch>> {
        match receive(stream::iter(messages.into_iter().map(Ok))).await? {
            Some(upload) => upload.batches.try_collect().await,
            None => Ok(Vec::new()),
        }
    }

    #[tokio::test]
    async fn what_a_client_sends_arrives() {
        let messages = encoded(batch(), IpcWriteOptions::default()).await;
        assert_eq!(decoded(messages).await.unwrap(), [batch()]);
    }

    #[tokio::test]
    async fn messages_without_data_are_passed_over() {
        let mut messages = encoded(batch(), IpcWriteOptions::default()).await;
        messages.insert(0, FlightData::default());
        messages.push(FlightData::default());
        assert_eq!(decoded(messages).await.unwrap(), [batch()]);
        assert!(decoded(vec![FlightData::default()]).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_compressed_body_is_refused() {
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
        let error = decoded(encoded(batch(), options).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.message().contains("uncompressed"), "{error}");
    }

    #[tokio::test]
    async fn a_batch_that_claims_too_many_rows_is_refused() {
        let nothing: ArrayRef = Arc::new(NullArray::new(LENGTH_MAX as usize + 1));
        let claim = RecordBatch::try_from_iter([("nothing", nothing)]).unwrap();
        let messages = encoded(claim, IpcWriteOptions::default()).await;
        let error = decoded(messages).await.unwrap_err();
        assert!(error.message().contains("67108865 rows"), "{error}");
    }

    #[tokio::test]
    async fn every_cut_and_every_flipped_byte_is_an_answer_and_never_a_panic() {
        let messages = encoded(batch(), IpcWriteOptions::default()).await;
        for (index, message) in messages.iter().enumerate() {
            for byte in 0..message.data_header.len() {
                let mut flipped = message.data_header.to_vec();
                flipped[byte] ^= 0x55;
                for header in [Bytes::from(flipped), message.data_header.slice(..byte)] {
                    let mut broken = messages.clone();
                    broken[index].data_header = header;
                    if let Ok(batches) = decoded(broken).await {
                        assert!(batches.iter().all(|batch| batch.num_rows() <= LENGTH_MAX as usize));
                    }
                }
            }
            let mut cut = messages.clone();
            cut[index].data_body = message.data_body.slice(..message.data_body.len() / 2);
            let _ = decoded(cut).await;
        }
    }

    #[tokio::test]
    async fn dictionaries_arrive_as_their_values() {
        use arrow::array::DictionaryArray;
        use arrow::datatypes::Int32Type;
        use arrow_flight::encode::DictionaryHandling;

        let channels: DictionaryArray<Int32Type> = vec!["email", "search", "email"].into_iter().collect();
        let given = RecordBatch::try_from_iter([("channel", Arc::new(channels) as ArrayRef)]).unwrap();
        let encoder = FlightDataEncoderBuilder::new()
            .with_dictionary_handling(DictionaryHandling::Resend)
            .build(stream::iter([Ok(given)]));
        let batches = decoded(encoder.try_collect().await.unwrap()).await.unwrap();
        assert_eq!(batches[0].column(0).as_string::<i32>().value(2), "email");
    }
}
