//! The pool's own certificate: self-signed, for the names by which the pool may be addressed, kept in the data with
//! its key. Beside the data file lies a copy to be trusted.

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

use crate::actions::{keep_setting, setting};
use crate::error::ApiError;
use crate::settings::Data;
use crate::store::Store;

/// Two years: systems of Apple's take no longer ones (825 days).
const LIFE: Duration = Duration::from_secs(730 * 86_400);
/// A new one is made when so little is left.
const LEAST_LEFT: Duration = Duration::from_secs(30 * 86_400);
/// Clocks of those who check it may be behind.
const BEGUN_BEFORE: Duration = Duration::from_secs(86_400);

/// Its name in the data.
const SETTING: &str = "tls_certificate";

/// Why there is no certificate.
#[derive(Debug)]
pub enum CertificateError {
    /// It cannot be made or used.
    Make(String),
    /// It cannot be kept in the data, or read there.
    Keep(ApiError),
    /// It cannot be written to this file.
    File(PathBuf, std::io::Error),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make(why) => write!(f, "the certificate for https cannot be made: {why}"),
            Self::Keep(error) => match &error.cause {
                Some(cause) => write!(f, "the certificate for https cannot be kept: {cause}"),
                None => write!(f, "the certificate for https cannot be kept: {error}"),
            },
            Self::File(file, error) => write!(
                f,
                "the certificate for https cannot be written to {}: {error}",
                file.display()
            ),
        }
    }
}

impl std::error::Error for CertificateError {}

impl From<ApiError> for CertificateError {
    fn from(error: ApiError) -> Self {
        Self::Keep(error)
    }
}

impl From<rcgen::Error> for CertificateError {
    fn from(error: rcgen::Error) -> Self {
        Self::Make(error.to_string())
    }
}

impl From<rustls::Error> for CertificateError {
    fn from(error: rustls::Error) -> Self {
        Self::Make(error.to_string())
    }
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    names: Vec<String>,
    expires_at: u64,
    /// DER in Base64.
    certificate: String,
    /// PKCS #8 in Base64.
    key: Zeroizing<String>,
}

impl Kept {
    fn make(names: Vec<String>, now: UnixTime) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let expires_at = now.plus(LIFE);
        let moment = |at: UnixTime| date_time_ymd(1970, 1, 1) + Duration::from_secs(at.as_secs());
        let mut params = CertificateParams::new(names.clone())?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Poolgate local pool");
        params.not_before = moment(now.minus(BEGUN_BEFORE));
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

    fn serves(&self, names: &[String], now: UnixTime) -> bool {
        self.names == names && now.plus(LEAST_LEFT).as_secs() < self.expires_at
    }
}

/// The pool's certificate, and what serves with it. `Debug` shows no key.
pub(crate) struct Certificate {
    pub(crate) config: Arc<ServerConfig>,
    /// RFC 7468.
    pub(crate) pem: String,
    /// Where the copy to be trusted is; none for data in memory.
    pub(crate) file: Option<PathBuf>,
}

impl Certificate {
    /// The certificate in the data, if it is for these names and not about to expire; else a new one.
    ///
    /// `now` is the time of whoever checks it, which is not the pool's own clock.
    pub(crate) fn open(
        store: &Store,
        data: &Data,
        names: Vec<String>,
        now: UnixTime,
    ) -> Result<Self, CertificateError> {
        let stored = store
            .with(|connection| setting(connection, SETTING))
            .map_err(ApiError::from)?
            .and_then(|stored| serde_json::from_slice::<Kept>(&stored).ok())
            .filter(|kept| kept.serves(&names, now));
        let kept = match stored {
            Some(kept) => kept,
            None => {
                let made = Kept::make(names, now)?;
                let written = Zeroizing::new(serde_json::to_vec(&made).map_err(ApiError::from)?);
                store
                    .write(|tx| keep_setting(tx, SETTING, &written))
                    .map_err(ApiError::from)?;
                made
            }
        };
        let broken = |_| CertificateError::Make("what the data holds is no Base64".to_owned());
        let certificate = STANDARD.decode(&kept.certificate).map_err(broken)?;
        let key = STANDARD.decode(&*kept.key).map_err(broken)?;
        let pem = pem(&kept.certificate);
        let file = match data {
            Data::InMemory => None,
            Data::File(data) => Some(copy(data, &pem)?),
        };
        Ok(Self {
            config: Arc::new(config(certificate, key)?),
            pem,
            file,
        })
    }
}

/// Lines of 64 letters (RFC 7468 §2).
fn pem(base64: &str) -> String {
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

/// Puts the copy beside the data file, unless it is there.
fn copy(data: &Path, pem: &str) -> Result<PathBuf, CertificateError> {
    let file = data.with_extension("cert.pem");
    if std::fs::read_to_string(&file).is_ok_and(|there| there == pem) {
        return Ok(file);
    }
    match std::fs::write(&file, pem) {
        Ok(()) => Ok(file),
        Err(error) => Err(CertificateError::File(file, error)),
    }
}

/// TLS 1.2 and 1.3, with HTTP/1.1 inside.
fn config(certificate: Vec<u8>, key: Vec<u8>) -> Result<ServerConfig, rustls::Error> {
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

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn opened(store: &Store, of: &[&str], now: UnixTime) -> String {
        let opened = Certificate::open(store, &Data::InMemory, names(of), now);
        opened.expect("a certificate").pem
    }

    #[test]
    fn a_certificate_stays_until_a_month_before_its_end_or_for_other_names() {
        let store = Store::in_memory().expect("memory");
        let first = opened(&store, &["localhost"], NOW);
        let days = |days: u64| NOW.plus(Duration::from_secs(days * 86_400));
        assert_eq!(opened(&store, &["localhost"], days(699)), first);
        let second = opened(&store, &["localhost"], days(700));
        assert_ne!(second, first);
        let third = opened(&store, &["localhost", "pool.example.com"], days(700));
        assert_ne!(third, second);
    }

    #[test]
    fn a_text_of_any_length_is_written_in_lines_of_64_letters() {
        let written = pem(&"A".repeat(130));
        let lines: Vec<usize> = written.lines().map(str::len).collect();
        assert_eq!(lines, [27, 64, 64, 2, 25]);
    }
}
