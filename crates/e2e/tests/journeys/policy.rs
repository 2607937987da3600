//! The Content-Security-Policy that the built folder asks its host to send: what the page may not do.

use e2e::pages::SignInPage;
use e2e::{World, journey};
use serde_json::json;

/// What a pool shows to every page that asks.
const KEYS: &str = "/us-east-1_Poolgate1/.well-known/jwks.json";

/// B14
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

/// B14: were somebody to write markup into the page, no script in it would run, and no form would go anywhere.
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
