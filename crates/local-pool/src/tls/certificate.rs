//! The pool's self-signed TLS certificate, for all host names of the pool.
//!
//! The store keeps the certificate and its key. A copy of the certificate is next to the data file, so that developers
//! can add it to their trusted certificates.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_proto::time::UnixTime;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use serde::{Deserialize, Serialize};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use zeroize::Zeroizing;

use crate::actions::{load_setting, save_setting};
use crate::error::ApiError;
use crate::settings::DataLocation;
use crate::store::SqliteStore;

/// The lifetime of a certificate: two years. Apple's systems reject more than 825 days
/// (<https://support.apple.com/103769>).
const LIFETIME: Duration = Duration::from_secs(730 * 86_400);
/// If a certificate expires within this time, the pool makes a new one.
const MIN_REMAINING_LIFETIME: Duration = Duration::from_secs(30 * 86_400);
/// How long before its creation a certificate is valid, for clients whose clock is behind.
const BACKDATED_BY: Duration = Duration::from_secs(86_400);

/// The name under which the database stores the certificate.
const SETTING: &str = "tls_certificate";

/// The reason why the TLS certificate could not be made, loaded or saved.
#[derive(Debug)]
pub enum CertificateError {
    /// The certificate cannot be made or used.
    Generate(String),
    /// The certificate cannot be read from or written to the store.
    Storage(ApiError),
    /// The copy of the certificate cannot be written to this file.
    File(PathBuf, std::io::Error),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Generate(reason) => write!(f, "could not make the TLS certificate: {reason}"),
            Self::Storage(error) => match &error.cause {
                Some(cause) => write!(f, "could not store the TLS certificate: {cause}"),
                None => write!(f, "could not store the TLS certificate: {error}"),
            },
            Self::File(file, error) => write!(
                f,
                "could not write the TLS certificate to {}: {error}",
                file.display()
            ),
        }
    }
}

impl std::error::Error for CertificateError {}

impl From<ApiError> for CertificateError {
    fn from(error: ApiError) -> Self {
        Self::Storage(error)
    }
}

impl From<rcgen::Error> for CertificateError {
    fn from(error: rcgen::Error) -> Self {
        Self::Generate(error.to_string())
    }
}

impl From<rustls::Error> for CertificateError {
    fn from(error: rustls::Error) -> Self {
        Self::Generate(error.to_string())
    }
}

/// The certificate and its private key, as the database stores them.
#[derive(Serialize, Deserialize)]
struct StoredCertificate {
    names: Vec<String>,
    expires_at: u64,
    /// The certificate: DER in Base64.
    certificate: String,
    /// The private key: PKCS #8 in Base64.
    key: Zeroizing<String>,
}

impl StoredCertificate {
    /// Generates a key pair and a self-signed certificate for `names`.
    fn generate(names: Vec<String>, now: UnixTime) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let expires_at = now.plus(LIFETIME);
        let moment = |at: UnixTime| date_time_ymd(1970, 1, 1) + Duration::from_secs(at.as_secs());
        let mut params = CertificateParams::new(names.clone())?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Poolgate local pool");
        params.not_before = moment(now.minus(BACKDATED_BY));
        params.not_after = moment(expires_at);
        params
            .extended_key_usages
            .push(ExtendedKeyUsagePurpose::ServerAuth);
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            names,
            expires_at: expires_at.as_secs(),
            certificate: STANDARD.encode(certificate.der()),
            key: Zeroizing::new(STANDARD.encode(Zeroizing::new(key.serialize_der()))),
        })
    }

    /// Returns true if the certificate is for `names` and does not expire soon.
    fn is_valid_for(&self, names: &[String], now: UnixTime) -> bool {
        self.names == names && now.plus(MIN_REMAINING_LIFETIME).as_secs() < self.expires_at
    }
}

/// The pool's certificate and the TLS configuration that uses it.
pub(crate) struct TlsCertificate {
    pub(crate) config: Arc<ServerConfig>,
    /// The certificate as PEM text (RFC 7468).
    pub(crate) pem: String,
    /// The file with the copy of the certificate, or `None` if the data is in memory.
    pub(crate) file: Option<PathBuf>,
}

impl TlsCertificate {
    /// Loads the certificate from the database. Makes a new one if the host names differ or the certificate expires
    /// soon.
    ///
    /// `now` is the real time, because clients check the certificate against their own clocks. The pool's clock
    /// can be set to another time.
    pub(crate) fn load_or_create_certificate(
        store: &SqliteStore,
        data: &DataLocation,
        names: Vec<String>,
        now: UnixTime,
    ) -> Result<Self, CertificateError> {
        let stored = store
            .run_query(|connection| load_setting(connection, SETTING))
            .map_err(ApiError::from)?
            .and_then(|stored| serde_json::from_slice::<StoredCertificate>(&stored).ok())
            .filter(|current| current.is_valid_for(&names, now));
        let current = match stored {
            Some(current) => current,
            None => {
                let made = StoredCertificate::generate(names, now)?;
                let written = Zeroizing::new(serde_json::to_vec(&made).map_err(ApiError::from)?);
                store
                    .run_transaction(|tx| save_setting(tx, SETTING, &written))
                    .map_err(ApiError::from)?;
                made
            }
        };
        let broken =
            |_| CertificateError::Generate("the stored certificate is not Base64".to_owned());
        let certificate = STANDARD.decode(&current.certificate).map_err(broken)?;
        let key = STANDARD.decode(&*current.key).map_err(broken)?;
        let pem = format_pem(&current.certificate);
        let file = match data {
            DataLocation::InMemory => None,
            DataLocation::File(data) => Some(write_certificate_copy(data, &pem)?),
        };
        Ok(Self {
            config: Arc::new(build_tls_config(certificate, key)?),
            pem,
            file,
        })
    }
}

/// Formats a certificate as PEM text, with lines of 64 characters (RFC 7468 §2).
fn format_pem(base64: &str) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = base64;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

/// Writes a copy of the certificate next to the data file, if the copy does not exist yet, and returns its
/// path.
fn write_certificate_copy(data: &Path, pem: &str) -> Result<PathBuf, CertificateError> {
    let file = data.with_extension("cert.pem");
    if std::fs::read_to_string(&file).is_ok_and(|there| there == pem) {
        return Ok(file);
    }
    match std::fs::write(&file, pem) {
        Ok(()) => Ok(file),
        Err(error) => Err(CertificateError::File(file, error)),
    }
}

/// Makes the TLS configuration for a certificate and its private key: TLS 1.2 and 1.3 with HTTP/1.1.
fn build_tls_config(certificate: Vec<u8>, key: Vec<u8>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)),
        )?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_795_072_089);

    /// Converts texts to the type of the certificate's names.
    fn to_owned_names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Loads or makes the certificate for these names, and returns its PEM text.
    fn load_pem(store: &SqliteStore, host_names: &[&str], now: UnixTime) -> String {
        let opened = TlsCertificate::load_or_create_certificate(
            store,
            &DataLocation::InMemory,
            to_owned_names(host_names),
            now,
        );
        opened.expect("a certificate").pem
    }

    #[test]
    fn tls_certificate_is_renewed_before_expiry_or_for_new_hosts() {
        let store = SqliteStore::open_in_memory().expect("memory");
        let first = load_pem(&store, &["localhost"], NOW);
        let days = |days: u64| NOW.plus(Duration::from_secs(days * 86_400));
        assert_eq!(load_pem(&store, &["localhost"], days(699)), first);
        let second = load_pem(&store, &["localhost"], days(700));
        assert_ne!(second, first);
        let third = load_pem(&store, &["localhost", "pool.example.com"], days(700));
        assert_ne!(third, second);
    }

    #[test]
    fn lines_of_a_pem_file_have_at_most_64_characters() {
        let written = format_pem(&"A".repeat(130));
        let lines: Vec<usize> = written.lines().map(str::len).collect();
        assert_eq!(lines, [27, 64, 64, 2, 25]);
    }
}
