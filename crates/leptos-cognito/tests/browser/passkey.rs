//! Tests of passkeys: the request to the browser, and the meaning of each of its responses.

use leptos_cognito::browser::passkey::{
    WebAuthnError, abort_conditional, create_passkey, get_assertion, get_conditional_assertion,
    is_available,
};
use test_page::{Replacement, is_waiting, js, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const OPTIONS: &str = r#"{"challenge":"Zk1-_w","rpId":"localhost","allowCredentials":[]}"#;

/// Replaces `navigator.credentials` with an object that has this `get`.
fn replace_get(by: &str) -> Replacement {
    let credentials = js(&format!("({{ get: {by} }})"));
    Replacement::value(window().navigator(), "credentials", &credentials)
}

const PENDING_REQUEST: &str = "(request) => new Promise((_, refuse) => {
    window.request = request;
    request.signal.addEventListener('abort', () => refuse(request.signal.reason));
})";

#[wasm_bindgen_test]
async fn passkey_options_and_response_are_passed_as_json() {
    assert!(is_available());
    let _replacement = replace_get(
        "async (request) => {
        window.request = request;
        return { toJSON: () => ({ id: 'one', type: 'public-key' }) };
    }",
    );
    assert_eq!(
        get_assertion(OPTIONS).await,
        Ok(r#"{"id":"one","type":"public-key"}"#.to_owned())
    );
    // In base64url, `Zk1-_w` is four bytes (RFC 4648 §5).
    let bytes = js("[...new Uint8Array(window.request.publicKey.challenge)].join()");
    assert_eq!(bytes, JsValue::from("102,77,126,255"));
    assert_eq!(js("window.request.mediation"), JsValue::UNDEFINED);
    assert!(get_conditional_assertion(OPTIONS).await.is_ok());
    assert_eq!(js("window.request.mediation"), JsValue::from("conditional"));
    js("delete window.request");
}

/// The errors are those of Web Authentication level 3, §5.1.3 and §5.1.4.
#[wasm_bindgen_test]
async fn each_dom_exception_of_a_passkey_request_becomes_an_app_error() {
    for (name, meaning) in [
        ("NotAllowedError", WebAuthnError::Declined),
        ("AbortError", WebAuthnError::Declined),
        ("InvalidStateError", WebAuthnError::AlreadyRegistered),
        ("SecurityError", WebAuthnError::RelyingPartyMismatch),
        ("NotSupportedError", WebAuthnError::Unsupported),
        ("UnknownError", WebAuthnError::Failed),
    ] {
        let by = format!("async () => {{ throw new DOMException('', '{name}'); }}");
        let _replacement = replace_get(&by);
        assert_eq!(get_assertion(OPTIONS).await, Err(meaning), "{name}");
    }
}

#[wasm_bindgen_test]
async fn missing_passkey_support_and_invalid_options_are_two_errors() {
    for options in ["", "no JSON", "{}"] {
        assert_eq!(
            get_assertion(options).await,
            Err(WebAuthnError::Failed),
            "{options}"
        );
        assert_eq!(
            create_passkey(options).await,
            Err(WebAuthnError::Failed),
            "{options}"
        );
    }
    let _without = Replacement::value(window(), "PublicKeyCredential", &JsValue::UNDEFINED);
    assert!(!is_available());
    assert_eq!(
        get_assertion(OPTIONS).await,
        Err(WebAuthnError::Unsupported)
    );
}

/// A browser runs one request at a time, so a request with a dialog must end the offer in the field.
#[wasm_bindgen_test]
async fn new_passkey_request_or_abort_ends_conditional_passkey_ui() {
    let waiting = replace_get(PENDING_REQUEST);
    let mut offer = get_conditional_assertion(OPTIONS);
    assert!(is_waiting(&mut offer).await);
    abort_conditional();
    assert_eq!(offer.await, Err(WebAuthnError::Declined));

    let mut offer = get_conditional_assertion(OPTIONS);
    assert!(is_waiting(&mut offer).await);
    let mut dialog = get_assertion(OPTIONS);
    assert!(is_waiting(&mut dialog).await);
    assert_eq!(offer.await, Err(WebAuthnError::Declined));
    assert!(is_waiting(&mut dialog).await);
    drop(dialog);
    assert_eq!(js("window.request.signal.aborted"), JsValue::TRUE);
    drop(waiting);
    js("delete window.request");
}
