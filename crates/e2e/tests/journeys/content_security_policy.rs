//! The Content-Security-Policy that the built folder asks its host to send.

use e2e::pages::SignInPage;
use e2e::{TestEnv, run_journey};
use serde_json::json;

/// The path of the pool's key set, which every page may read.
const KEYS: &str = "/us-east-1_Poolgate1/.well-known/jwks.json";

/// The page may connect to its pool only.
#[test]
fn csp_lets_the_page_connect_only_to_its_pool() {
    let elsewhere = TestEnv::workshop();
    let pool = elsewhere.pool().url();
    run_journey(TestEnv::workshop(), async move |ctx| {
        const REACHES: &str = "return fetch(arguments[0]).then(() => true, () => false)";
        SignInPage::open(&ctx.browser).await?;
        let own = json!(format!("{}{KEYS}", ctx.env.pool().url()));
        assert_eq!(
            ctx.browser.run_script(REACHES, vec![own]).await?,
            json!(true)
        );
        ctx.expect_console("Content Security Policy");
        let other = json!(format!("{pool}{KEYS}"));
        assert_eq!(
            ctx.browser.run_script(REACHES, vec![other]).await?,
            json!(false)
        );
        assert_eq!(elsewhere.requests(), []);
        Ok(())
    });
}

/// An injected script does not run, and an injected form cannot be sent.
#[test]
fn csp_blocks_inline_scripts() {
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.expect_console("Content Security Policy");
        const INJECT: &str = "const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            const frame = document.createElement('div');
            frame.innerHTML = '<img src=\"/nothing\" onerror=\"window.ran = true\">';
            document.body.append(frame);
            return new Promise((done) => frame.firstChild.addEventListener('error', () => done(window.ran === true)))";
        assert_eq!(ctx.browser.run_script(INJECT, vec![]).await?, json!(false));
        Ok(())
    });
}
