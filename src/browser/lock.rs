//! Locks between tabs (Web Locks API). web-sys has the API only behind an unstable flag, so this calls it by name.

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
    has_waited: bool,
}

impl Lock {
    /// Whether this tab had to wait because another tab held the lock.
    pub fn has_waited(&self) -> bool {
        self.has_waited
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// Acquires the lock of this name. Waits at most `patience`, because a tab may be frozen while it holds the lock.
/// Returns `None` if the lock was not granted or the browser has no locks.
pub async fn acquire(name: &str, patience: Duration) -> Option<Lock> {
    let at_once = request(name, None).await;
    if at_once.is_some() {
        return at_once;
    }
    request(name, Some(patience)).await
}

/// Requests the lock. Without `patience` the request fails at once if another tab holds the lock.
async fn request(name: &str, patience: Option<Duration>) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let abort = AbortController::new().ok()?;
    let options = Object::new();
    // The Web Locks API does not allow `signal` together with `ifAvailable`.
    match patience {
        Some(_) => Reflect::set(&options, &"signal".into(), &abort.signal()),
        None => Reflect::set(&options, &"ifAvailable".into(), &true.into()),
    }
    .ok()?;

    // The browser holds the lock until the promise that the callback returns is settled.
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let lock = Lock {
        release: release?,
        has_waited: patience.is_some(),
    };
    let acquired = Promise::new(&mut |resolve, reject| {
        let held = held.clone();
        let refuse = reject.clone();
        let on_granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                let _ = refuse.call0(&JsValue::NULL);
                return JsValue::NULL;
            }
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
    let deadline = patience.map(|patience| timer::after(patience, move || abort.abort()));
    let outcome = JsFuture::from(acquired).await;
    drop(deadline);
    outcome.is_ok().then_some(lock)
}
