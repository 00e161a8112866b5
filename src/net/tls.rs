//! TLS: trusted certificates and the client's configuration, made once and shared.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use crate::error::{Error, Result, STDB_ERR_TLS};

/// A configuration and the PEM it was made for.
type Made = (Option<Vec<u8>>, Arc<ClientConfig>);

/// The cryptography that every TLS connection and every mask uses.
pub(super) fn provider() -> &'static Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(rustls::crypto::ring::default_provider()))
}

/// The certificates to trust: the platform's, and those of `ca_pem`. Reads files the first time.
pub(super) fn trusted(ca_pem: Option<&[u8]>) -> Result<Vec<CertificateDer<'static>>> {
    static PLATFORM: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    // A certificate of the platform that cannot be read is no reason to refuse the others.
    let mut all = PLATFORM.get_or_init(|| rustls_native_certs::load_native_certs().certs).clone();
    if let Some(pem) = ca_pem {
        all.extend(parse_pem(pem)?);
    }
    Ok(all)
}

/// The last configuration made.
static LAST: Mutex<Option<Made>> = Mutex::new(None);

/// Forgets the configuration that is kept for the next connection.
pub(super) fn forget() {
    *LAST.lock() = None;
}

/// The configuration for the platform's certificates and `ca_pem`. The last one made is kept, so that a thousand
/// connections share one. Blocks on files the first time.
pub(super) fn client_config(ca_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>> {
    let mut last = LAST.lock();
    if let Some((pem, config)) = &*last
        && pem.as_deref() == ca_pem
    {
        return Ok(config.clone());
    }
    let config = Arc::new(make_config(ca_pem)?);
    *last = Some((ca_pem.map(<[u8]>::to_vec), config.clone()));
    Ok(config)
}

/// A host's name or address as TLS wants it.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>> {
    ServerName::try_from(host.to_string())
        .map_err(|_| Error::new(STDB_ERR_TLS, format!("`{host}` is not a name that TLS can check")))
}

fn make_config(ca_pem: Option<&[u8]>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted(ca_pem)?);
    let config = ClientConfig::builder_with_provider(provider().clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(STDB_ERR_TLS, format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn parse_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let bad = |what: String| Error::new(STDB_ERR_TLS, format!("the certificates given (`ca_pem`) {what}"));
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|error| bad(format!("cannot be read: {error}")))?;
    if certificates.is_empty() {
        return Err(bad("hold no certificate".into()));
    }
    for (position, certificate) in certificates.iter().enumerate() {
        let mut store = RootCertStore::empty();
        store
            .add(certificate.clone())
            .map_err(|error| bad(format!("are wrong at number {}: {error}", position + 1)))?;
    }
    Ok(certificates)
}

/// A random number; 0 should the system give none.
pub fn random() -> u64 {
    let mut bytes = [0; 8];
    let random: &dyn rustls::crypto::SecureRandom = provider().secure_random;
    // It spreads clients out and guards nothing.
    let _ = random.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pem_without_a_certificate_is_refused() {
        for bad in [&b""[..], b"no pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let error = client_config(Some(bad)).unwrap_err();
            assert_eq!(error.status, STDB_ERR_TLS);
            assert!(error.message.contains("ca_pem"), "{error}");
        }
    }

    #[test]
    fn one_configuration_is_shared() {
        assert!(Arc::ptr_eq(&client_config(None).unwrap(), &client_config(None).unwrap()));
    }
}
