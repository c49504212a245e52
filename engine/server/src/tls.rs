//! The certificate and key of both doors, read once at start.
//!
//! Any failure is an error that names the file, and the program does not start: a door that was
//! asked to encrypt never falls back to plain text.

use std::path::Path;
use std::sync::Arc;

use bellwether::{Error, Result};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A server's TLS settings from a certificate chain and its private key, both PEM; TLS 1.2 and 1.3.
pub(crate) fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>> {
    let chain = read_chain(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| {
        Error::configuration(format!("the TLS key \"{}\" cannot be read: {error}", key.display()))
            .with_hint("tls_key names a PEM file with one private key")
            .with_source(error)
    })?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private_key))
        .map_err(|error| {
            Error::configuration(format!(
                "the TLS certificate \"{}\" and the key \"{}\" cannot be used together: {error}",
                certificate.display(),
                key.display()
            ))
            .with_hint("the key must be the one the first certificate of the chain was issued for")
            .with_source(error)
        })?;
    Ok(Arc::new(config))
}

fn read_chain(certificate: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let unreadable = |error: rustls::pki_types::pem::Error| {
        Error::configuration(format!("the TLS certificate \"{}\" cannot be read: {error}", certificate.display()))
            .with_hint("tls_certificate names a PEM file with the server's certificate first")
            .with_source(error)
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .map_err(unreadable)?
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    if chain.is_empty() {
        return Err(Error::configuration(format!("the file \"{}\" holds no certificate", certificate.display()))
            .with_hint("tls_certificate names a PEM file with the server's certificate first"));
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_missing_certificate_is_named() {
        let error = load(Path::new("/nowhere/chain.pem"), Path::new("/nowhere/key.pem")).unwrap_err();
        assert!(error.message().contains("/nowhere/chain.pem"), "{error}");
    }

    #[test]
    fn a_file_without_certificates_is_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"not a certificate\n").unwrap();
        let error = load(file.path(), file.path()).unwrap_err();
        assert!(error.message().contains(&*file.path().to_string_lossy()), "{error}");
    }
}
