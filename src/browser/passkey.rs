//! Passkeys through the browser's Web Authentication API, level 3. Options and responses are JSON in the form that the
//! user pool uses; the browser converts it (`parseCreationOptionsFromJSON`, `toJSON`).

use core::cell::RefCell;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::Task;

/// The errors of creating or using a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyError {
    /// The browser does not support passkeys, or is too old for their JSON form.
    Unsupported,
    /// The user declined, took too long, or has no passkey here. Browsers do not tell these cases apart, so that no
    /// page can find out which passkeys exist.
    Declined,
    /// The passkey was offered in a field until the pool's challenge expired, and the user did not choose it.
    TooLate,
    /// This authenticator already has a passkey for this user.
    KnownAlready,
    /// The pool's relying party (`RelyingPartyId`) is another site than this one.
    OtherSite,
    /// The browser rejected the options.
    Failed,
}

/// Whether this browser can create and use passkeys on this page.
pub fn is_available() -> bool {
    container().is_some() && parser("parseRequestOptionsFromJSON").is_some()
}

/// Whether the browser can offer passkeys among the suggestions of a field (conditional mediation).
pub fn is_offered_in_fields() -> Task<bool> {
    let asked = class().and_then(|class| call(&class, "isConditionalMediationAvailable", None));
    Box::pin(async move {
        match asked {
            Some(Ok(promise)) if is_available() => {
                let answer = JsFuture::from(Promise::resolve(&promise)).await;
                answer.is_ok_and(|answer| answer.is_truthy())
            }
            _ => false,
        }
    })
}

/// Creates a passkey. Takes `CredentialCreationOptions` and returns `RegistrationResponseJSON`, both as JSON text.
pub fn create(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("create", "parseCreationOptionsFromJSON", options, false)
}

/// Signs with a passkey that the user chooses in the browser's dialog. Takes `CREDENTIAL_REQUEST_OPTIONS` and returns
/// `AuthenticationResponseJSON`, both as JSON text.
pub fn get(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("get", "parseRequestOptionsFromJSON", options, false)
}

/// Signs with a passkey that the user chooses among the suggestions of a field with `autocomplete="… webauthn"`. The
/// offer ends when the future is dropped or another request starts, because a browser runs one request at a time.
pub fn get_from_field(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("get", "parseRequestOptionsFromJSON", options, true)
}

thread_local! {
    /// Aborts the current offer in a field. A browser runs one request at a time.
    static IN_FIELD: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Ends the current offer in a field.
pub fn withdraw() {
    if let Some(offer) = IN_FIELD.take() {
        offer.abort();
    }
}

/// Aborts the request when it is dropped.
struct Withdrawing(AbortController);

impl Drop for Withdrawing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn ask(
    method: &'static str,
    parse: &str,
    options: &str,
    in_field: bool,
) -> Task<Result<String, PasskeyError>> {
    let begun = begin(method, parse, options, in_field);
    Box::pin(async move {
        let (promise, _withdrawing) = begun?;
        let credential = JsFuture::from(promise).await.map_err(|why| told(&why))?;
        let json = call(&credential, "toJSON", None).and_then(Result::ok);
        let text = json.and_then(|json| JSON::stringify(&json).ok());
        text.map(String::from).ok_or(PasskeyError::Unsupported)
    })
}

fn begin(
    method: &str,
    parse: &str,
    options: &str,
    in_field: bool,
) -> Result<(Promise, Withdrawing), PasskeyError> {
    let container = container().ok_or(PasskeyError::Unsupported)?;
    let parser = parser(parse).ok_or(PasskeyError::Unsupported)?;
    let options = JSON::parse(options).map_err(|_| PasskeyError::Failed)?;
    let public_key = parser
        .call1(&class().unwrap_or_default(), &options)
        .map_err(|_| PasskeyError::Failed)?;
    let abort = AbortController::new().map_err(|_| PasskeyError::Unsupported)?;
    withdraw();
    if in_field {
        IN_FIELD.set(Some(abort.clone()));
    }
    let request = Object::new();
    let mut members = vec![("publicKey", public_key), ("signal", abort.signal().into())];
    if in_field {
        members.push(("mediation", "conditional".into()));
    }
    for (name, value) in members {
        Reflect::set(&request, &name.into(), &value).map_err(|_| PasskeyError::Failed)?;
    }
    match call(&container, method, Some(&request)) {
        Some(Ok(promise)) => Ok((Promise::resolve(&promise), Withdrawing(abort))),
        Some(Err(why)) => Err(told(&why)),
        None => Err(PasskeyError::Unsupported),
    }
}

/// Converts a `DOMException` into an error (Web Authentication §5.1.3, §5.1.4).
fn told(why: &JsValue) -> PasskeyError {
    let name = Reflect::get(why, &"name".into()).ok();
    match name.and_then(|name| name.as_string()).as_deref() {
        Some("NotAllowedError" | "AbortError") => PasskeyError::Declined,
        Some("InvalidStateError") => PasskeyError::KnownAlready,
        Some("SecurityError") => PasskeyError::OtherSite,
        Some("NotSupportedError") => PasskeyError::Unsupported,
        _ => PasskeyError::Failed,
    }
}

/// Calls a method, if the object has it.
fn call(
    object: &JsValue,
    method: &str,
    argument: Option<&JsValue>,
) -> Option<Result<JsValue, JsValue>> {
    let function: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    Some(function.apply(object, &argument.map_or_else(Array::new, Array::of1)))
}

/// The class `PublicKeyCredential`. Old browsers do not have it, and neither do pages outside secure contexts.
fn class() -> Option<JsValue> {
    let class = Reflect::get(&web_sys::window()?.into(), &"PublicKeyCredential".into()).ok()?;
    class.is_function().then_some(class)
}

fn parser(name: &str) -> Option<Function> {
    Reflect::get(&class()?, &name.into()).ok()?.dyn_into().ok()
}

fn container() -> Option<JsValue> {
    let container = Reflect::get(
        &web_sys::window()?.navigator().into(),
        &"credentials".into(),
    )
    .ok()?;
    container.is_object().then_some(container)
}
