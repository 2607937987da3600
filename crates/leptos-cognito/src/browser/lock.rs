//! Locks between tabs (Web Locks API). web-sys has the API only behind an unstable flag, so this calls it by name.

use core::time::Duration;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::timer;

/// A lock that this tab holds until the value is dropped.
#[derive(Debug)]
pub struct Lock {
    release: Function,
    was_contended: bool,
}

impl Lock {
    /// Returns true if this tab had to wait because another tab held the lock.
    pub fn was_contended(&self) -> bool {
        self.was_contended
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// Acquires the lock with this name. Waits at most `timeout`, because a tab may be frozen while it holds the lock.
/// Returns `None` if the browser did not grant the lock or has no locks.
pub async fn acquire(name: &str, timeout: Duration) -> Option<Lock> {
    let immediate = request_lock(name, None).await;
    if immediate.is_some() {
        return immediate;
    }
    request_lock(name, Some(timeout)).await
}

/// Requests the lock with this name. Without `timeout` the request fails at once if another tab holds the lock.
async fn request_lock(name: &str, timeout: Option<Duration>) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let abort = AbortController::new().ok()?;
    let options = Object::new();
    // The Web Locks API does not allow `signal` together with `ifAvailable`.
    match timeout {
        Some(_) => Reflect::set(&options, &"signal".into(), &abort.signal()),
        None => Reflect::set(&options, &"ifAvailable".into(), &true.into()),
    }
    .ok()?;

    // The browser holds the lock until the promise that the callback returns is settled.
    let mut release = None;
    let released = Promise::new(&mut |resolve, _| release = Some(resolve));
    let lock = Lock {
        release: release?,
        was_contended: timeout.is_some(),
    };
    let acquired = Promise::new(&mut |resolve, reject| {
        let released = released.clone();
        let refuse = reject.clone();
        let on_granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                let _ = refuse.call0(&JsValue::NULL);
                return JsValue::NULL;
            }
            let _ = resolve.call0(&JsValue::NULL);
            released.into()
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
    let deadline = timeout.map(|timeout| timer::set_timeout(timeout, move || abort.abort()));
    let result = JsFuture::from(acquired).await;
    drop(deadline);
    result.is_ok().then_some(lock)
}
