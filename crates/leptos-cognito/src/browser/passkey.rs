//! Passkeys through the browser's Web Authentication API, level 3. Options and responses are JSON in the form that the
//! user pool uses; the browser converts it (`parseCreationOptionsFromJSON`, `toJSON`).

use core::cell::RefCell;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::LocalBoxFuture;

/// The errors of creating or using a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WebAuthnError {
    /// The browser does not support passkeys, or is too old for their JSON form.
    #[error("the browser does not support passkeys, or is too old for their JSON form")]
    Unsupported,
    /// The user declined, took too long, or has no passkey on this device. Browsers do not tell these cases apart, so
    /// that no page can find out which passkeys exist.
    #[error("the user declined, took too long, or has no passkey here")]
    Declined,
    /// The passkey was offered in a field until the pool's challenge expired, and the user did not choose it.
    #[error(
        "the passkey was offered in a field until the pool's challenge expired, and the user did not choose it"
    )]
    Expired,
    /// This authenticator already has a passkey for this user.
    #[error("this authenticator already has a passkey for this user")]
    AlreadyRegistered,
    /// The pool's relying party (`RelyingPartyId`) is another site than this one.
    #[error("the pool's relying party (`RelyingPartyId`) is another site than this one")]
    RelyingPartyMismatch,
    /// The browser rejected the options from the pool.
    #[error("the browser rejected the options")]
    Failed,
}

/// Returns true if this browser can create and use passkeys on this page.
pub fn is_available() -> bool {
    credentials_container().is_some() && json_parser("parseRequestOptionsFromJSON").is_some()
}

/// Returns true if the browser can offer passkeys among the suggestions of a field (conditional mediation).
pub fn is_conditional_available() -> LocalBoxFuture<bool> {
    let availability = public_key_credential()
        .and_then(|class| call_method(&class, "isConditionalMediationAvailable", None));
    Box::pin(async move {
        match availability {
            Some(Ok(promise)) if is_available() => {
                let result = JsFuture::from(Promise::resolve(&promise)).await;
                result.is_ok_and(|result| result.is_truthy())
            }
            _ => false,
        }
    })
}

/// Creates a passkey. Takes `CredentialCreationOptions` and returns `RegistrationResponseJSON`, both as JSON text.
pub fn create_passkey(options: &str) -> LocalBoxFuture<Result<String, WebAuthnError>> {
    request_credential("create", "parseCreationOptionsFromJSON", options, false)
}

/// Signs with a passkey that the user chooses in the browser's dialog. Takes `CREDENTIAL_REQUEST_OPTIONS` and returns
/// `AuthenticationResponseJSON`, both as JSON text.
pub fn get_assertion(options: &str) -> LocalBoxFuture<Result<String, WebAuthnError>> {
    request_credential("get", "parseRequestOptionsFromJSON", options, false)
}

/// Signs with a passkey that the user chooses among the suggestions of a field with `autocomplete="… webauthn"`. The
/// browser offers the passkey until the future is dropped or another request starts, because a browser runs one request
/// at a time.
pub fn get_conditional_assertion(options: &str) -> LocalBoxFuture<Result<String, WebAuthnError>> {
    request_credential("get", "parseRequestOptionsFromJSON", options, true)
}

thread_local! {
    /// The controller that aborts the current offer of a passkey in a field. A browser runs one request at a time.
    static CONDITIONAL_REQUEST: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Ends the current offer of a passkey in a field.
pub fn abort_conditional() {
    if let Some(offer) = CONDITIONAL_REQUEST.take() {
        offer.abort();
    }
}

/// A guard that aborts a passkey request when it is dropped.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn request_credential(
    method: &'static str,
    parse: &str,
    options: &str,
    is_conditional: bool,
) -> LocalBoxFuture<Result<String, WebAuthnError>> {
    let started = start_request(method, parse, options, is_conditional);
    Box::pin(async move {
        let (promise, _abort_on_drop) = started?;
        let credential = JsFuture::from(promise)
            .await
            .map_err(|exception| from_dom_exception(&exception))?;
        let json = call_method(&credential, "toJSON", None).and_then(Result::ok);
        let text = json.and_then(|json| JSON::stringify(&json).ok());
        text.map(String::from).ok_or(WebAuthnError::Unsupported)
    })
}

fn start_request(
    method: &str,
    parse: &str,
    options: &str,
    is_conditional: bool,
) -> Result<(Promise, AbortOnDrop), WebAuthnError> {
    let container = credentials_container().ok_or(WebAuthnError::Unsupported)?;
    let parser = json_parser(parse).ok_or(WebAuthnError::Unsupported)?;
    let options = JSON::parse(options).map_err(|_| WebAuthnError::Failed)?;
    let public_key = parser
        .call1(&public_key_credential().unwrap_or_default(), &options)
        .map_err(|_| WebAuthnError::Failed)?;
    let abort = AbortController::new().map_err(|_| WebAuthnError::Unsupported)?;
    abort_conditional();
    if is_conditional {
        CONDITIONAL_REQUEST.set(Some(abort.clone()));
    }
    let request = Object::new();
    let mut members = vec![("publicKey", public_key), ("signal", abort.signal().into())];
    if is_conditional {
        members.push(("mediation", "conditional".into()));
    }
    for (name, value) in members {
        Reflect::set(&request, &name.into(), &value).map_err(|_| WebAuthnError::Failed)?;
    }
    match call_method(&container, method, Some(&request)) {
        Some(Ok(promise)) => Ok((Promise::resolve(&promise), AbortOnDrop(abort))),
        Some(Err(exception)) => Err(from_dom_exception(&exception)),
        None => Err(WebAuthnError::Unsupported),
    }
}

/// Converts a `DOMException` of a passkey request into an error (Web Authentication §5.1.3, §5.1.4).
fn from_dom_exception(exception: &JsValue) -> WebAuthnError {
    let name = Reflect::get(exception, &"name".into()).ok();
    match name.and_then(|name| name.as_string()).as_deref() {
        Some("NotAllowedError" | "AbortError") => WebAuthnError::Declined,
        Some("InvalidStateError") => WebAuthnError::AlreadyRegistered,
        Some("SecurityError") => WebAuthnError::RelyingPartyMismatch,
        Some("NotSupportedError") => WebAuthnError::Unsupported,
        _ => WebAuthnError::Failed,
    }
}

/// Calls a method of a JavaScript object. Returns `None` if the object does not have the method.
fn call_method(
    object: &JsValue,
    method: &str,
    argument: Option<&JsValue>,
) -> Option<Result<JsValue, JsValue>> {
    let function: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    Some(function.apply(object, &argument.map_or_else(Array::new, Array::of1)))
}

/// Returns the JavaScript class `PublicKeyCredential`. Old browsers do not have it, and neither do pages outside secure
/// contexts.
fn public_key_credential() -> Option<JsValue> {
    let class = Reflect::get(&web_sys::window()?.into(), &"PublicKeyCredential".into()).ok()?;
    class.is_function().then_some(class)
}

fn json_parser(name: &str) -> Option<Function> {
    Reflect::get(&public_key_credential()?, &name.into())
        .ok()?
        .dyn_into()
        .ok()
}

fn credentials_container() -> Option<JsValue> {
    let container = Reflect::get(
        &web_sys::window()?.navigator().into(),
        &"credentials".into(),
    )
    .ok()?;
    container.is_object().then_some(container)
}
