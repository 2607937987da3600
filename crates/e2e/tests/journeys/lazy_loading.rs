//! Chunks: WebAssembly that is fetched when it is needed, and what the app shows if a chunk cannot be loaded.

use e2e::pages::{HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::static_host::FileResponse;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};

use serde_json::json;

use crate::challenges::{CODE, CONTINUE, ENTER_CODE, PHONE, with_phone};
use crate::hosted_sign_in::open_hosted_page;

/// The heading of a page whose chunk cannot be loaded.
const INCOMPLETE: &str = texts::session::NOT_LOADED_TITLE;

/// The file name of the engine, the chunk with the app's session and protocol code, without its hash.
const ENGINE: &str = "split_engine";

fn with_ann() -> TestEnv {
    TestEnv::workshop().with_user(&TestUser::ann())
}

/// Starts an app that offers an identity provider, so that the buttons of the hosted pages are there at once.
fn with_hosted_provider() -> TestEnv {
    with_ann()
        .with_hosted_pages()
        .with_config(|config| config["cognito"]["identityProviders"] = json!(["Google"]))
}

/// Returns the WebAssembly files that were requested so far.
fn requested_wasm(ctx: &TestContext) -> Vec<String> {
    let mut files = ctx.env.requested_files();
    files.retain(|name| name.ends_with(".wasm"));
    files
}

/// Returns the number of requests for files with this text in their name.
fn request_count(ctx: &TestContext, named: &str) -> usize {
    let files = requested_wasm(ctx);
    files.iter().filter(|name| name.contains(named)).count()
}

/// Waits until the browser has loaded all files of a chunk. The script that loads chunks lists them.
pub(crate) async fn expect_chunk_loaded(ctx: &TestContext, chunk: &str) -> Result {
    const FILES: &str = "const [part] = arguments;
        const script = document.querySelectorAll('link[rel=modulepreload]')[1].href;
        return fetch(script).then((answer) => answer.text()).then((text) => {
            // The build minifies the script: `const d=f(['split_x-1.wasm','sha384-…'],…);export{d as __wasm_split_load_x};`
            const [, name] = text.match(new RegExp(`([\\\\w$]+) as __wasm_split_load_${part}\\\\b`));
            const calls = text.split(/(?:const |,)(?=[\\w$]+=[\\w$]+\\()/);
            const files = calls.find((call) => call.startsWith(`${name}=`));
            const here = performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop());
            return files.match(/[\\w-]+\\.wasm/g).every((file) => here.includes(file));
        })";
    let is_here = async || {
        let all = ctx.browser.run_script(FILES, vec![chunk.into()]).await?;
        Ok(all == true)
    };
    ctx.browser
        .wait_until(&format!("the chunk {chunk}"), is_here)
        .await
}

/// Expects the console errors of the browser and the page about a file that cannot be loaded.
fn expect_missing_file_errors(ctx: &TestContext) {
    ctx.expect_console(".wasm");
    ctx.expect_console("/chunk-loader-");
}

/// A sign-in with a password needs the engine and no other chunk. After it, the app fetches the chunk that the user
/// needs next.
#[test]
fn password_sign_in_loads_only_the_base_wasm_chunk() {
    run_journey(with_ann(), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        expect_chunk_loaded(&ctx, "account_chunk").await?;
        let fetched = requested_wasm(&ctx);
        assert!(fetched[0].starts_with("poolgate-"), "{fetched:?}");
        for chunk in [
            "split_challenge_chunk",
            "split_sign_up_chunk",
            "split_callback_chunk",
        ] {
            assert_eq!(request_count(&ctx, chunk), 0, "{fetched:?}");
        }
        assert_eq!(request_count(&ctx, ENGINE), 1, "{fetched:?}");
        Ok(())
    });
}

/// The user can fill in and submit the form before the engine has arrived. The press waits for it.
#[test]
fn user_can_submit_sign_in_before_the_base_wasm_chunk_loads() {
    run_journey(with_ann(), async |ctx| {
        ctx.env.set_file_response(ENGINE, FileResponse::FirstHalf);
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.button(texts::labels::SIGNING_IN).await?;
        assert_eq!(ctx.env.actions(), Vec::<String>::new());
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// If the engine cannot be loaded, the form says so and keeps what the user has typed. The next press tries again.
#[test]
fn user_can_retry_sign_in_if_the_base_wasm_chunk_failed() {
    run_journey(with_ann(), async |ctx| {
        expect_missing_file_errors(&ctx);
        ctx.env.set_file_response(ENGINE, FileResponse::NotFound);
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_error(&texts::session::NOT_LOADED)
            .await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The engine is fetched again when the network is back, without a press.
#[test]
fn base_wasm_chunk_is_fetched_again_when_the_network_is_back() {
    run_journey(with_ann(), async |ctx| {
        expect_missing_file_errors(&ctx);
        ctx.env.set_file_response(ENGINE, FileResponse::NotFound);
        SignInPage::open(&ctx.browser).await?;
        let is_requested = async || Ok(request_count(&ctx, ENGINE) > 0);
        ctx.browser
            .wait_until("the request for the engine", is_requested)
            .await?;
        ctx.browser.set_offline(true).await?;
        ctx.browser
            .expect_text(texts::session::OFFLINE_SIGNED_OUT)
            .await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser.set_offline(false).await?;
        expect_chunk_loaded(&ctx, "engine").await
    });
}

/// A user who leaves the page while the engine is fetched is not signed in by the earlier press.
#[test]
fn leaving_before_the_base_wasm_chunk_loads_sends_no_sign_in() {
    run_journey(with_ann(), async |ctx| {
        ctx.env.set_file_response(ENGINE, FileResponse::FirstHalf);
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.button(texts::labels::SIGNING_IN).await?;
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        // The registration page needs the engine, so it is shown after the engine has run.
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.actions(), Vec::<String>::new());
        Ok(())
    });
}

/// With a stored session, the pages wait for the engine, because only the engine knows who is signed in.
#[test]
fn stored_session_opens_after_retry_if_base_wasm_chunk_failed() {
    run_journey(with_ann(), async |ctx| {
        expect_missing_file_errors(&ctx);
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.env.set_file_response(ENGINE, FileResponse::NotFound);
        ctx.browser
            .send_devtools_command("Network.clearBrowserCache", json!({}))
            .await?;
        for path in ["/", "/signin", "/account"] {
            ctx.browser.open(path).await?;
            ctx.browser.expect_heading(INCOMPLETE).await?;
            assert_eq!(
                ctx.browser.visible_texts("nav a").await?,
                Vec::<String>::new()
            );
        }
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser.expect_heading(texts::account::TITLE).await
    });
}

/// The address loses the authorization code before the engine has arrived.
#[test]
fn callback_page_clears_the_url_before_the_base_chunk_loads() {
    run_journey(with_ann().with_hosted_pages(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        let page = open_hosted_page(&ctx).await?;
        ctx.env.set_file_response(ENGINE, FileResponse::FirstHalf);
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(texts::labels::LOADING).await?;
        ctx.browser.expect_address("/login/").await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The button for the hosted pages waits for the engine too.
#[test]
fn user_can_start_hosted_sign_in_before_the_base_chunk_loads() {
    run_journey(with_hosted_provider(), async |ctx| {
        ctx.env.set_file_response(ENGINE, FileResponse::FirstHalf);
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        HostedLoginPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// The start page fetches the chunk for new users before they need it, also if they came from another page.
#[test]
fn home_page_prefetches_the_wasm_chunk_of_the_sign_up_page() {
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        expect_chunk_loaded(&ctx, "engine").await?;
        assert_eq!(request_count(&ctx, "split_sign_up_chunk"), 0);
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        expect_chunk_loaded(&ctx, "sign_up_chunk").await
    });
}

/// A chunk that cannot be loaded has a page that says so, and another attempt loads it. The faults are a missing file,
/// a missing file whose 404 the browser caches, and a file that was changed on the way. In the last case only a file
/// that several chunks share is missing.
#[test]
fn page_with_a_missing_wasm_chunk_shows_an_error_and_a_retry() {
    for (named, response) in [
        (".wasm", FileResponse::NotFound),
        (".wasm", FileResponse::CachedNotFound),
        (".wasm", FileResponse::Corrupted),
        ("chunk_", FileResponse::NotFound),
    ] {
        run_journey(TestEnv::workshop(), async move |ctx| {
            expect_missing_file_errors(&ctx);
            SignInPage::open(&ctx.browser).await?;
            expect_chunk_loaded(&ctx, "engine").await?;
            ctx.env.set_file_response(named, response);
            ctx.browser
                .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
                .await?;
            ctx.browser.expect_heading(INCOMPLETE).await?;
            ctx.browser
                .expect_text(&texts::session::NOT_LOADED.full_text())
                .await?;
            ctx.browser.press(texts::labels::TRY_AGAIN).await?;
            ctx.browser.expect_heading(INCOMPLETE).await?;
            ctx.env.set_wasm_response(FileResponse::Complete);
            ctx.browser.press(texts::labels::TRY_AGAIN).await?;
            RegisterPage::expect(&ctx.browser).await?;
            if named == "chunk_" {
                // The files that were loaded are not fetched again.
                assert_eq!(request_count(&ctx, "split_sign_up_chunk"), 1);
            }
            Ok(())
        });
    }
}

#[test]
fn page_with_a_slow_wasm_chunk_shows_a_loading_message() {
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        expect_chunk_loaded(&ctx, "engine").await?;
        ctx.env.set_wasm_response(FileResponse::FirstHalf);
        ctx.browser
            .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
            .await?;
        ctx.browser
            .expect_text(texts::session::LOADING_PAGE)
            .await?;
        ctx.browser.expect_heading(texts::labels::LOADING).await?;
        // A user who goes to another page stays there when the chunk arrives.
        ctx.browser.follow_link(texts::labels::SIGN_IN).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        expect_chunk_loaded(&ctx, "sign_up_chunk").await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        assert_eq!(request_count(&ctx, "split_sign_up_chunk"), 1);
        Ok(())
    });
}

/// The challenge stays open until its chunk is there.
#[test]
fn user_can_retry_if_the_wasm_chunk_of_a_challenge_is_missing() {
    run_journey(with_phone(), async |ctx| {
        expect_missing_file_errors(&ctx);
        let page = SignInPage::open(&ctx.browser).await?;
        expect_chunk_loaded(&ctx, "engine").await?;
        ctx.env.set_wasm_response(FileResponse::NotFound);
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(INCOMPLETE).await?;
        ctx.env.set_wasm_response(FileResponse::Complete);
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser.fill(CODE, &ctx.env.latest_code(PHONE)).await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let initiate_requests = ctx.env.actions();
        let initiate_requests = initiate_requests
            .iter()
            .filter(|name| *name == "InitiateAuth");
        assert_eq!(initiate_requests.count(), 1);
        Ok(())
    });
}

/// The pages for a signed-in user are fetched before the network is lost.
#[test]
fn pages_of_a_signed_in_user_open_offline() {
    run_journey(with_ann(), async |ctx| {
        ctx.expect_console("ERR_INTERNET_DISCONNECTED");
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        expect_chunk_loaded(&ctx, "account_chunk").await?;
        ctx.browser.set_offline(true).await?;
        ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
        ctx.browser.expect_heading(texts::account::TITLE).await
    });
}
