//! Passkeys, by the browser's own means (Web Authentication, level 3). Options and answers are JSON, as the user pool
//! sends and takes them; the browser reads and writes it (`parseCreationOptionsFromJSON`, `toJSON`).

use core::cell::RefCell;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::Task;

/// No passkey came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyError {
    /// The browser knows no passkeys, or is too old to speak of them in JSON.
    Unsupported,
    /// The person declined, took too long, or has no passkey here. Browsers do not say which, so that no page can
    /// find out.
    Declined,
    /// It was offered for as long as the pool's challenge lives, and nobody chose it.
    TooLate,
    /// This authenticator holds one for this person already.
    KnownAlready,
    /// The pool's passkeys belong to another site than this one (`RelyingPartyId`).
    OtherSite,
    /// The browser could make nothing of the options.
    Failed,
}

/// Whether this browser can make and use passkeys here.
pub fn is_available() -> bool {
    container().is_some() && parser("parseRequestOptionsFromJSON").is_some()
}

/// Whether passkeys can be offered among the suggestions of a field.
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

/// Makes a passkey: `CredentialCreationOptions` in, `RegistrationResponseJSON` out, both as JSON text.
pub fn create(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("create", "parseCreationOptionsFromJSON", options, false)
}

/// Signs with a passkey that the person chooses from a dialog of the browser's: `CREDENTIAL_REQUEST_OPTIONS` in,
/// `AuthenticationResponseJSON` out, both as JSON text.
pub fn get(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("get", "parseRequestOptionsFromJSON", options, false)
}

/// The same among the suggestions of a field with `autocomplete="… webauthn"`, for as long as nobody drops it: a
/// browser asks one such thing at a time.
pub fn get_from_field(options: &str) -> Task<Result<String, PasskeyError>> {
    ask("get", "parseRequestOptionsFromJSON", options, true)
}

thread_local! {
    /// What is being offered in a field: a browser asks one thing at a time.
    static IN_FIELD: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Takes back what is being offered in a field.
pub fn withdraw() {
    if let Some(offer) = IN_FIELD.take() {
        offer.abort();
    }
}

/// Takes the request back when nobody waits for it any more.
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

/// What a `DOMException` means (Web Authentication §5.1.3, §5.1.4).
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

/// Calls a method, if there is one.
fn call(
    object: &JsValue,
    method: &str,
    argument: Option<&JsValue>,
) -> Option<Result<JsValue, JsValue>> {
    let function: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    Some(function.apply(object, &argument.map_or_else(Array::new, Array::of1)))
}

/// `PublicKeyCredential`, where there is one: not in old browsers, nor outside secure contexts.
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
