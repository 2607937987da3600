//! Back to a page in the back/forward cache (bfcache).

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use e2e::{Journey, Outcome, World, journey};
use serde_json::Value;

/// Notes before the app's own listeners that the page was restored from the bfcache, and which text was visible then.
const NOTE: &str = "addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.seen = document.body.checkVisibility() ? document.body.innerText : '';
}, true)";

/// The text that was visible when the page was restored, or the reasons for which the page was not cached.
const LOOK: &str =
    "const [{ type, notRestoredReasons }] = performance.getEntriesByType('navigation');
    const reasons = type === 'back_forward' ? notRestoredReasons?.reasons : null;
    return [window.seen ?? null, reasons?.map(({ reason }) => reason) ?? null];";

/// The name that a browser reports for a reason outside the page, such as a busy machine:
/// <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-notrestoredreasons-interface>. A reason inside the
/// page that has no name in the standard is reported by this name too, but in each attempt.
const OWN_REASON: &str = "masked";

/// The number of attempts in which the browser may drop the page.
const TRIES: usize = 4;

/// The browser did not cache the page, for a reason that is not in the page.
#[derive(Debug)]
struct LetGo;

impl fmt::Display for LetGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the browser let go of the page for a reason of its own")
    }
}

impl core::error::Error for LetGo {}

/// Runs a journey that calls [`back_into_the_kept_page`], and repeats it if the browser did not cache the page.
///
/// # Panics
/// The journey fails, or the browser never caches the page.
#[track_caller]
pub(crate) fn journey_with_kept_page<F>(world: impl Fn() -> World, body: F)
where
    F: AsyncFn(Journey) -> Outcome + 'static,
{
    let body = Rc::new(body);
    for _ in 0..TRIES {
        let let_go = Rc::new(Cell::new(false));
        let (body, noted) = (body.clone(), let_go.clone());
        journey(world(), async move |j| {
            j.browser.before_each_document(NOTE).await?;
            match body(j).await {
                Err(fault) if fault.is::<LetGo>() => {
                    noted.set(true);
                    Ok(())
                }
                outcome => outcome,
            }
        });
        if !let_go.get() {
            return;
        }
    }
    panic!("{LetGo}, {TRIES} times");
}

/// Goes back to a page in the bfcache, and returns the text that was visible at first.
pub(crate) async fn back_into_the_kept_page(j: &Journey) -> Outcome<String> {
    j.browser.driver().back().await?;
    let looked = async || match j.browser.script(LOOK, vec![]).await?.as_array() {
        Some(found) => Ok(match &found[..] {
            [Value::String(seen), _] => Some(Ok(seen.clone())),
            [_, Value::Array(reasons)] => Some(Err(reasons.clone())),
            _ => None,
        }),
        None => Ok(None),
    };
    match j.browser.some("the page as it was kept", looked).await? {
        Ok(seen) => Ok(seen),
        Err(reasons) if reasons == [OWN_REASON] => Err(LetGo.into()),
        Err(reasons) => Err(format!("the page was not kept for {reasons:?}").into()),
    }
}
