//! A file that arrives in parts: each is written at its place, and the whole appears when all are there.

use std::sync::Arc;

use async_trait::async_trait;
use object_store::{MultipartUpload, PutPayload, PutResult, Result, UploadPart};

use super::blocking;
use super::staged::{Publish, Staged};
use crate::Error;
use crate::store::error::into_object_store;

/// An upload under way.
#[derive(Debug)]
pub(super) struct Upload {
    /// Gone once the upload is completed or aborted.
    staged: Option<Arc<Staged>>,
    length: u64,
}

impl Upload {
    pub(super) fn new(staged: Staged) -> Self {
        Self { staged: Some(Arc::new(staged)), length: 0 }
    }
}

fn ended() -> object_store::Error {
    into_object_store(Error::internal("an upload was continued after its end"))
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let Some(staged) = self.staged.clone() else {
            return Box::pin(async { Err(ended()) });
        };
        let offset = self.length;
        self.length += data.content_length() as u64;
        Box::pin(blocking(move || {
            staged.write_at(&data, offset)?;
            staged.sync_parts()
        }))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let staged = self.staged.take().ok_or_else(ended)?;
        let length = self.length;
        blocking(move || staged.publish(length, Publish::Replace)).await
    }

    async fn abort(&mut self) -> Result<()> {
        let staged = self.staged.take().ok_or_else(ended)?;
        // Dropping the last hold on the file removes it, after any part still being written.
        blocking(move || {
            drop(staged);
            Ok(())
        })
        .await
    }
}
