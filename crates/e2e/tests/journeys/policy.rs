//! The Content-Security-Policy that the built folder asks its host to send.

use e2e::pages::SignInPage;
use e2e::{World, journey};
use serde_json::json;

/// The path of the pool's key set, which every page may read.
const KEYS: &str = "/us-east-1_Poolgate1/.well-known/jwks.json";

/// The page may connect to its pool only.
#[test]
fn the_page_may_connect_to_its_pool_and_nowhere_else() {
    let elsewhere = World::workshop();
    let pool = elsewhere.pool().url();
    journey(World::workshop(), async move |j| {
        const REACHES: &str = "return fetch(arguments[0]).then(() => true, () => false)";
        SignInPage::open(&j.browser).await?;
        let own = json!(format!("{}{KEYS}", j.world.pool().url()));
        assert_eq!(j.browser.script(REACHES, vec![own]).await?, json!(true));
        j.expect_console("Content Security Policy");
        let other = json!(format!("{pool}{KEYS}"));
        assert_eq!(j.browser.script(REACHES, vec![other]).await?, json!(false));
        assert_eq!(elsewhere.requests(), []);
        Ok(())
    });
}

/// An injected script does not run, and an injected form cannot be sent.
#[test]
fn a_script_written_into_the_page_does_not_run() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.expect_console("Content Security Policy");
        const INJECT: &str = "const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            const frame = document.createElement('div');
            frame.innerHTML = '<img src=\"/nothing\" onerror=\"window.ran = true\">';
            document.body.append(frame);
            return new Promise((done) => frame.firstChild.addEventListener('error', () => done(window.ran === true)))";
        assert_eq!(j.browser.script(INJECT, vec![]).await?, json!(false));
        Ok(())
    });
}
