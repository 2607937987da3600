//! Verifies signatures with the browser's Web Cryptography API (`SubtleCrypto`).

use cognito_proto::jwks::RsaKey;
use cognito_proto::signature::SignatureVerifier;
use js_sys::{Array, Object, Reflect};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// The name that the Web Cryptography API uses for the algorithm RS256 of tokens (RFC 7518 §3.3).
const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// The error for a browser without `SubtleCrypto`, because it is too old or the page was loaded over plain http.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the browser cannot verify signatures")]
pub struct WebCryptoError;

/// Returns true if this browser can verify signatures on this page.
pub fn is_available() -> bool {
    subtle_crypto().is_some()
}

/// Verifies signatures with `SubtleCrypto`. A key that the browser rejects has signed nothing.
#[derive(Clone, Copy, Debug)]
pub struct WebCrypto;

impl SignatureVerifier for WebCrypto {
    type Error = WebCryptoError;

    async fn verify_rs256(
        &self,
        key: &RsaKey,
        input: &[u8],
        signature: &[u8],
    ) -> Result<bool, WebCryptoError> {
        let subtle = subtle_crypto().ok_or(WebCryptoError)?;
        Ok(verify_with_subtle_crypto(&subtle, key, input, signature)
            .await
            .unwrap_or(false))
    }
}

async fn verify_with_subtle_crypto(
    subtle: &SubtleCrypto,
    key: &RsaKey,
    input: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    let jwk = js_object(&[
        ("kty", "RSA"),
        ("alg", "RS256"),
        ("n", &key.n),
        ("e", &key.e),
    ])?;
    let algorithm = js_object(&[("name", ALGORITHM), ("hash", "SHA-256")])?;
    let usages = Array::of1(&"verify".into());
    let imported = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?;
    let key: CryptoKey = JsFuture::from(imported).await?.dyn_into()?;
    let verified =
        subtle.verify_with_str_and_u8_array_and_u8_array(ALGORITHM, &key, signature, input)?;
    Ok(JsFuture::from(verified).await?.is_truthy())
}

fn js_object(members: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}

/// Returns `crypto.subtle`, which is undefined outside secure contexts although the bindings declare it.
fn subtle_crypto() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    subtle.is_object().then(|| subtle.unchecked_into())
}
