//! Signatures, by the browser's own means (Web Cryptography API, `SubtleCrypto`).

use cognito_proto::jwks::RsaKey;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// The name in the Web Cryptography API of what JOSE calls RS256 (RFC 7518 §3.3).
const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// The browser offers no `SubtleCrypto`: it is too old, or the page came over plain http.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoWebCrypto;

/// Whether signatures can be verified here at all.
pub fn is_available() -> bool {
    subtle().is_some()
}

/// Whether `signature` is `key`'s over `input`. A key that the browser does not take fits nothing.
pub async fn verify_rs256(
    key: &RsaKey,
    input: &str,
    signature: &[u8],
) -> Result<bool, NoWebCrypto> {
    let subtle = subtle().ok_or(NoWebCrypto)?;
    Ok(verify(&subtle, key, input, signature)
        .await
        .unwrap_or(false))
}

async fn verify(
    subtle: &SubtleCrypto,
    key: &RsaKey,
    input: &str,
    signature: &[u8],
) -> Result<bool, JsValue> {
    let jwk = object(&[
        ("kty", "RSA"),
        ("alg", "RS256"),
        ("n", &key.n),
        ("e", &key.e),
    ])?;
    let algorithm = object(&[("name", ALGORITHM), ("hash", "SHA-256")])?;
    let usages = Array::of1(&"verify".into());
    let imported = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages)?;
    let key: CryptoKey = JsFuture::from(imported).await?.dyn_into()?;
    let verdict = subtle.verify_with_str_and_u8_array_and_u8_array(
        ALGORITHM,
        &key,
        signature,
        input.as_bytes(),
    )?;
    Ok(JsFuture::from(verdict).await?.is_truthy())
}

fn object(members: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}

/// Outside secure contexts there is none, whatever the bindings say.
fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    subtle.is_object().then(|| subtle.unchecked_into())
}
