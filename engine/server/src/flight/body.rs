//! Request bodies that end only where the client ended them.
//!
//! A client that goes away in the middle of an upload resets its stream. tonic reads a reset for the reason
//! "cancel" as the end of the request, and hyper one without a reason: half an upload would look like a whole
//! one and be committed. Here everything but the client's own end of the stream is an error.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::Request;

/// Makes a request whose body is cut off fail where it is read.
pub(super) fn ends_in_full(request: Request<Body>) -> Request<Body> {
    request.map(|body| Body::new(Whole(body)))
}

struct Whole<B>(B);

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Whole<B> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let inner = &mut self.0;
        Poll::Ready(match ready!(Pin::new(&mut *inner).poll_frame(cx)) {
            Some(Ok(frame)) => Some(Ok(frame)),
            None if inner.is_end_stream() => None,
            Some(Err(_)) | None => Some(Err(Status::aborted("the client went away"))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::poll_fn;

    use super::*;

    /// A body of prepared frames that knows whether the client ended it.
    struct Scripted {
        frames: VecDeque<Result<Frame<Bytes>, Status>>,
        is_ended: bool,
    }

    impl HttpBody for Scripted {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            Poll::Ready(self.frames.pop_front())
        }

        fn is_end_stream(&self) -> bool {
            self.frames.is_empty() && self.is_ended
        }
    }

    fn data() -> Result<Frame<Bytes>, Status> {
        Ok(Frame::data(Bytes::from_static(b"rows")))
    }

    async fn read(frames: Vec<Result<Frame<Bytes>, Status>>, is_ended: bool) -> Result<usize, tonic::Code> {
        let mut body = Whole(Scripted { frames: frames.into(), is_ended });
        let mut count = 0;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            frame.map_err(|status| status.code())?;
            count += 1;
        }
        Ok(count)
    }

    #[tokio::test]
    async fn a_body_that_the_client_ended_is_read_to_its_end() {
        assert_eq!(read(vec![data(), data()], true).await, Ok(2));
        assert_eq!(read(vec![], true).await, Ok(0));
    }

    #[tokio::test]
    async fn a_body_that_is_cut_off_is_an_error_whatever_cut_it() {
        let reset = Err(Status::cancelled("stream reset"));
        assert_eq!(read(vec![data(), reset], false).await, Err(tonic::Code::Aborted));
        assert_eq!(read(vec![data()], false).await, Err(tonic::Code::Aborted));
    }
}
