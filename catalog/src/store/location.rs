//! Where a lake is: a folder, a bucket, or this process's memory.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use dashmap::DashMap;
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, RetryConfig};
use url::Url;

use super::error::from_object_store;
use crate::{Error, Result};

/// How long one request to a remote store is repeated before the failure is reported.
const RETRY_FOR: Duration = Duration::from_secs(30);

/// Lakes in memory live as long as the process, so that one can be closed and opened again.
static IN_MEMORY: LazyLock<DashMap<String, Arc<InMemory>>> = LazyLock::new(DashMap::new);

/// A lake's location, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Location {
    Folder(PathBuf),
    Memory(String),
    Bucket(Bucket),
}

/// A bucket, and the lake's place in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    provider: Provider,
    name: String,
    prefix: Path,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    S3,
    GoogleCloud,
    Azure,
}

impl Location {
    /// Reads a location: a path, or a URL with one of our schemes.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else {
            if text.trim().is_empty() {
                return Err(Error::invalid_parameter("the lake's location is empty").with_hint("for example ./lake"));
            }
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let provider = match scheme {
            "file" => return folder(text),
            "memory" => return Ok(Self::Memory(rest.to_owned())),
            "s3" | "s3a" => Provider::S3,
            "gs" => Provider::GoogleCloud,
            "az" => Provider::Azure,
            _ => {
                let message = format!("a lake cannot be at {scheme}://");
                return Err(Error::invalid_parameter(message)
                    .with_hint("a lake is a folder, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"));
            }
        };
        Ok(Self::Bucket(Bucket::parse(provider, rest)?))
    }
}

fn folder(text: &str) -> Result<Location> {
    let not_a_path = || Error::invalid_parameter(format!("{text} is not the URL of a local folder"));
    let url = Url::parse(text).map_err(|err| not_a_path().with_source(err))?;
    let path = url.to_file_path().map_err(|()| not_a_path().with_hint("for example file:///srv/lake"))?;
    Ok(Location::Folder(path))
}

/// The lake in memory that has this name.
pub(super) fn in_memory(name: &str) -> Arc<InMemory> {
    Arc::clone(&IN_MEMORY.entry(name.to_owned()).or_default())
}

impl Bucket {
    fn parse(provider: Provider, rest: &str) -> Result<Self> {
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '$');
        if name.is_empty() || !name.chars().all(is_name) {
            // What stands there may be a secret somebody meant to pass, so it is not repeated.
            return Err(Error::invalid_parameter("the lake's location does not name a bucket")
                .with_hint("write s3://bucket/prefix; credentials and endpoints are read from the environment"));
        }
        if name.ends_with("--x-s3") {
            // Snapshots are found by listing logs in order, which directory buckets do not offer.
            return Err(Error::unsupported(format!("a lake cannot be in the S3 directory bucket {name}"))
                .with_hint("use a general purpose bucket"));
        }
        let prefix = Path::parse(prefix.trim_matches('/')).map_err(|err| {
            Error::invalid_parameter(format!("'{prefix}' is not a path inside a bucket")).with_source(err)
        })?;
        Ok(Self { provider, name: name.to_owned(), prefix })
    }

    /// The bucket as its URL.
    pub(super) fn display(&self) -> String {
        let scheme = match self.provider {
            Provider::S3 => "s3",
            Provider::GoogleCloud => "gs",
            Provider::Azure => "az",
        };
        match self.prefix.as_ref() {
            "" => format!("{scheme}://{}", self.name),
            prefix => format!("{scheme}://{}/{prefix}", self.name),
        }
    }

    /// A store rooted at the lake, configured by the environment variables of its provider.
    pub(super) fn connect(&self) -> Result<Arc<dyn ObjectStore>> {
        let retry = RetryConfig { retry_timeout: RETRY_FOR, ..RetryConfig::default() };
        let store: Arc<dyn ObjectStore> = match self.provider {
            Provider::S3 => Arc::new(
                AmazonS3Builder::from_env()
                    .with_bucket_name(&self.name)
                    .with_conditional_put(S3ConditionalPut::ETagMatch)
                    .with_retry(retry)
                    .build()
                    .map_err(from_object_store)?,
            ),
            Provider::GoogleCloud => Arc::new(
                GoogleCloudStorageBuilder::from_env()
                    .with_bucket_name(&self.name)
                    .with_retry(retry)
                    .build()
                    .map_err(from_object_store)?,
            ),
            Provider::Azure => Arc::new(
                MicrosoftAzureBuilder::from_env()
                    .with_container_name(&self.name)
                    .with_retry(retry)
                    .build()
                    .map_err(from_object_store)?,
            ),
        };
        if self.prefix.as_ref().is_empty() {
            return Ok(store);
        }
        Ok(Arc::new(PrefixStore::new(store, self.prefix.clone())))
    }

    /// What to look at when the bucket cannot be opened.
    pub(super) fn hint(&self) -> &'static str {
        match self.provider {
            Provider::S3 => {
                "check AWS_REGION, AWS_ENDPOINT, AWS_ALLOW_HTTP (for http:// endpoints), AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY"
            }
            Provider::GoogleCloud => "check GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS",
            Provider::Azure => "check AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(text: &str) -> Bucket {
        match Location::parse(text).unwrap() {
            Location::Bucket(bucket) => bucket,
            other => panic!("{other:?} is no bucket"),
        }
    }

    #[test]
    fn plain_paths_and_file_urls_are_folders() {
        assert_eq!(Location::parse("./lake").unwrap(), Location::Folder("./lake".into()));
        assert_eq!(Location::parse("/srv/my lake").unwrap(), Location::Folder("/srv/my lake".into()));
        assert_eq!(Location::parse("file:///srv/my%20lake").unwrap(), Location::Folder("/srv/my lake".into()));
    }

    #[test]
    fn buckets_have_a_name_and_maybe_a_prefix() {
        assert_eq!(bucket("s3://shop").display(), "s3://shop");
        assert_eq!(bucket("s3a://shop/").display(), "s3://shop");
        assert_eq!(bucket("gs://shop/lakes/eu/").display(), "gs://shop/lakes/eu");
        assert_eq!(bucket("az://shop/lake").display(), "az://shop/lake");
    }

    #[test]
    fn other_locations_are_refused_with_a_hint() {
        for text in ["", " ", "ftp://host/lake", "s3://", "s3:///lake", "s3://fast--x-s3", "s3://a/../b"] {
            assert!(Location::parse(text).is_err(), "{text:?}");
        }
        let secret = Location::parse("s3://key:secret@shop").unwrap_err();
        assert!(!secret.to_string().contains("secret@"), "{secret}");
        let err = Location::parse("https://example.com/lake").unwrap_err();
        assert!(err.hint().is_some_and(|hint| hint.contains("s3://bucket/prefix")), "{err}");
    }

    #[test]
    fn a_lake_in_memory_is_found_again_by_its_name() {
        assert!(Arc::ptr_eq(&in_memory("location-test"), &in_memory("location-test")));
        assert!(!Arc::ptr_eq(&in_memory("location-test"), &in_memory("location-test-2")));
    }
}
