//! Back to a page in the back/forward cache (bfcache).

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use e2e::{Result, TestContext, TestEnv, run_journey};
use serde_json::Value;

/// The script that records that the page was restored from the bfcache, and which text was visible then. It runs before
/// the app's own listeners.
const RECORD_REQUESTS: &str = "addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.seen = document.body.checkVisibility() ? document.body.innerText : '';
}, true)";

/// The script that returns the text that was visible when the page was restored, or the reasons for which the page was
/// not cached.
const READ_RESULT: &str =
    "const [{ type, notRestoredReasons }] = performance.getEntriesByType('navigation');
    const reasons = type === 'back_forward' ? notRestoredReasons?.reasons : null;
    return [window.seen ?? null, reasons?.map(({ reason }) => reason) ?? null];";

/// The name with which browsers report a reason outside the page, such as a busy machine:
/// <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-notrestoredreasons-interface>. A reason inside the
/// page that has no name in the standard is reported with this name too, but in each attempt.
const MASKED_REASON: &str = "masked";

/// The maximum number of attempts for a test whose page the browser does not cache.
const MAX_ATTEMPTS: usize = 4;

/// The error for a page that the browser did not cache, for a reason that is not in the page.
#[derive(Debug)]
struct NotCached;

impl fmt::Display for NotCached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the browser did not cache the page, for a reason outside the page")
    }
}

impl core::error::Error for NotCached {}

/// Runs a test that calls [`back_from_bfcache`], and repeats it if the browser did not cache the page.
///
/// # Panics
/// The test fails, or the browser never caches the page.
#[track_caller]
pub(crate) fn run_journey_with_bfcache<F>(make_env: impl Fn() -> TestEnv, body: F)
where
    F: AsyncFn(TestContext) -> Result + 'static,
{
    let body = Rc::new(body);
    for _ in 0..MAX_ATTEMPTS {
        let not_cached = Rc::new(Cell::new(false));
        let (body, recorded) = (body.clone(), not_cached.clone());
        run_journey(make_env(), async move |ctx| {
            ctx.browser.add_init_script(RECORD_REQUESTS).await?;
            match body(ctx).await {
                Err(error) if error.is::<NotCached>() => {
                    recorded.set(true);
                    Ok(())
                }
                outcome => outcome,
            }
        });
        if !not_cached.get() {
            return;
        }
    }
    panic!("{NotCached}, {MAX_ATTEMPTS} times");
}

/// Goes back to a page in the bfcache, and returns the text that was visible at first.
pub(crate) async fn back_from_bfcache(ctx: &TestContext) -> Result<String> {
    ctx.browser.driver().back().await?;
    let read_result = async || match ctx
        .browser
        .run_script(READ_RESULT, vec![])
        .await?
        .as_array()
    {
        Some(found) => Ok(match &found[..] {
            [Value::String(seen), _] => Some(Ok(seen.clone())),
            [_, Value::Array(reasons)] => Some(Err(reasons.clone())),
            _ => None,
        }),
        None => Ok(None),
    };
    match ctx
        .browser
        .wait_for("the page from the bfcache", read_result)
        .await?
    {
        Ok(seen) => Ok(seen),
        Err(reasons) if reasons == [MASKED_REASON] => Err(NotCached.into()),
        Err(reasons) => Err(format!("the page was not cached: {reasons:?}").into()),
    }
}
