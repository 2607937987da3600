//! One tab at a time (Web Locks API). web-sys has it only behind an unstable switch, so it is reached by name.

use core::time::Duration;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::timer;

/// A lock that this tab holds until it is dropped.
#[derive(Debug)]
pub struct Lock {
    release: Function,
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// Waits for the lock of this name, but no longer than `patience`: another tab may be frozen with it.
/// `None` means that it is not to be had, or that the browser has no locks.
pub async fn acquire(name: &str, patience: Duration) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let abort = AbortController::new().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &abort.signal()).ok()?;

    // The lock is held for as long as the promise is open that the callback returns.
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let lock = Lock { release: release? };
    let acquired = Promise::new(&mut |resolve, reject| {
        let held = held.clone();
        let on_granted = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let _ = resolve.call0(&JsValue::NULL);
            held.into()
        });
        let requested = request.call3(&locks, &name.into(), &options, &on_granted);
        spawn_local(async move {
            let failed = match requested.map(JsCast::dyn_into::<Promise>) {
                Ok(Ok(promise)) => JsFuture::from(promise).await.is_err(),
                _ => true,
            };
            if failed {
                let _ = reject.call0(&JsValue::NULL);
            }
        });
    });
    let deadline = timer::after(patience, move || abort.abort());
    let outcome = JsFuture::from(acquired).await;
    drop(deadline);
    outcome.is_ok().then_some(lock)
}
