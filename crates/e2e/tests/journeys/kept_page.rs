//! Back to a page that the browser has kept as it was (the back/forward cache).

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use e2e::{Journey, Outcome, World, journey};
use serde_json::Value;

/// Notes, before the app does anything, that the page came out of the back/forward cache, and what could be seen of it
/// then.
const NOTE: &str = "addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.seen = document.body.checkVisibility() ? document.body.innerText : '';
}, true)";

/// What was seen at first of a kept page, or why it was not kept.
const LOOK: &str =
    "const [{ type, notRestoredReasons }] = performance.getEntriesByType('navigation');
    const reasons = type === 'back_forward' ? notRestoredReasons?.reasons : null;
    return [window.seen ?? null, reasons?.map(({ reason }) => reason) ?? null];";

/// What a browser says that let go of a page for a reason of its own, such as a machine too busy to put it away in time:
/// <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-notrestoredreasons-interface>. What a page does or holds
/// that keeps it from being kept is told by its name, where the standard has one; else by this as well, each time.
const OWN_REASON: &str = "masked";

/// How often a browser may let go of a page, when it has to be one that was kept.
const TRIES: usize = 4;

/// The browser did not keep the page, and it was not for anything on it.
#[derive(Debug)]
struct LetGo;

impl fmt::Display for LetGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the browser let go of the page for a reason of its own")
    }
}

impl core::error::Error for LetGo {}

/// Walks a journey with [`back_into_the_kept_page`] in it; from its beginning where the browser did not keep the page.
///
/// # Panics
/// The journey fails, or the browser never keeps the page.
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

/// Goes back to a page that the browser has kept as it was; gives what was seen of it at first.
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
