//! The app's SRP code as two functions on `window`, for a page that measures their time.
//!
//! - `srpA(a: Uint8Array(32)) → string` makes an ephemeral key pair, stores it and returns `SRP_A`.
//! - `srpProof(poolName, user, password, srpB, salt, secretBlock, timestamp) → string` uses the stored pair once and
//!   returns the signature.

#[cfg(target_arch = "wasm32")]
fn main() {
    use cognito_proto::srp::{ClientEphemeral, SrpChallenge, SrpIdentity};
    use std::{cell::RefCell, rc::Rc};
    use wasm_bindgen::{JsValue, closure::Closure};

    let pending_pair: Rc<RefCell<Option<ClientEphemeral>>> = Rc::default();
    let new_pair = Rc::clone(&pending_pair);
    let srp_a =
        Closure::<dyn Fn(js_sys::Uint8Array) -> String>::new(move |a: js_sys::Uint8Array| {
            let a = a.to_vec().try_into().expect("32 bytes");
            let ephemeral = ClientEphemeral::from_bytes(a).expect("the exponent is not zero");
            let text = ephemeral.srp_a();
            new_pair.replace(Some(ephemeral));
            text
        });
    type ProofFunction = dyn Fn(String, String, String, String, String, String, String) -> String;
    let srp_proof = Closure::<ProofFunction>::new(
        move |pool: String,
              user: String,
              password: String,
              b: String,
              salt: String,
              block: String,
              timestamp: String| {
            let ephemeral = pending_pair.take().expect("srpA was called before");
            let challenge = SrpChallenge::parse(&b, &salt, &block).expect("the challenge is valid");
            let identity = SrpIdentity::user(&pool, &user);
            let claim = ephemeral.prove_password(identity, &password, &challenge, &timestamp);
            claim.expect("u is not zero").signature
        },
    );
    for (name, function) in [
        ("srpA", srp_a.into_js_value()),
        ("srpProof", srp_proof.into_js_value()),
    ] {
        js_sys::Reflect::set(&js_sys::global(), &JsValue::from_str(name), &function)
            .expect("window is extensible");
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This program runs in a browser. Use: cargo xtask bench browser");
}
