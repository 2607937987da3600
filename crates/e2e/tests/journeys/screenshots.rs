//! Appearance: pages fit wide and narrow windows. This also makes the pictures for the README.

use std::fs;
use std::path::PathBuf;

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, TodoRow, TodosPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::json;

/// Returns the elements that extend beyond the right edge of the page.
async fn overflowing_elements(ctx: &TestContext) -> Result<serde_json::Value> {
    const STICKING_OUT: &str = "const page = document.documentElement;
        if (page.scrollWidth <= page.clientWidth) return [];
        return [...document.querySelectorAll('body *')]
            .filter((element) => element.getBoundingClientRect().right > page.clientWidth)
            .map((element) => element.outerHTML.slice(0, 120))";
    ctx.browser.run_script(STICKING_OUT, vec![]).await
}

async fn expect_no_overflow(ctx: &TestContext, page: &str) -> Result {
    for width in [320, 1440] {
        ctx.browser.resize(width, 700).await?;
        assert_eq!(
            ctx.browser.run_script("return innerWidth", vec![]).await?,
            json!(width)
        );
        assert_eq!(
            overflowing_elements(ctx).await?,
            json!([]),
            "{page} at {width} pixels"
        );
    }
    Ok(())
}

#[test]
fn no_page_scrolls_sideways_at_320_or_1440_pixels() {
    let ann = TestUser {
        name: Some("Annabella-Maximiliana Featherstonehaugh-Wolfeschlegelsteinhausen".to_owned()),
        ..TestUser::ann()
    };
    let env = TestEnv::workshop().with_user(&ann).with_config(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
    });
    run_journey(env, async move |ctx| {
        HomePage::open(&ctx.browser).await?;
        expect_no_overflow(&ctx, "home").await?;
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::EMAIL).await?;
        expect_no_overflow(&ctx, "register").await?;
        VerifyPage::open(&ctx.browser).await?;
        expect_no_overflow(&ctx, "verify").await?;
        ctx.browser.open("/login").await?;
        ctx.browser
            .expect_heading(texts::hosted::NOTHING_TITLE)
            .await?;
        expect_no_overflow(&ctx, "login").await?;
        ctx.browser.open("/nowhere").await?;
        ctx.browser
            .expect_heading(texts::session::NOT_FOUND_TITLE)
            .await?;
        expect_no_overflow(&ctx, "not found").await?;
        let forgot = ForgotPage::open(&ctx.browser).await?;
        expect_no_overflow(&ctx, "forgot").await?;
        forgot.request_code(&ann.email).await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        expect_no_overflow(&ctx, "new password").await?;

        let sign_in = SignInPage::open(&ctx.browser).await?;
        expect_no_overflow(&ctx, "sign-in").await?;
        sign_in.sign_in_as(&ann).await?;
        ctx.browser
            .expect_text(texts::session::UNTIL_SIGN_OUT)
            .await?;
        expect_no_overflow(&ctx, "greeting").await?;
        ctx.expect_console("currentUser");
        ctx.browser.open("/todos").await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        todos.add_todo(&"w".repeat(200)).await?;
        todos
            .expect_rows(&[TodoRow::unchecked(&"w".repeat(200))])
            .await?;
        expect_no_overflow(&ctx, "to-dos").await?;

        let mut config = ctx.env.config();
        config["api"]["invokeUrl"] = json!("");
        ctx.env.set_config(&config);
        ctx.browser.reload().await?;
        ctx.browser.expect_text(texts::todos::NO_API).await?;
        expect_no_overflow(&ctx, "to-dos without an API").await?;
        config["cognito"]["userPoolId"] = json!("o".repeat(300));
        ctx.env.set_config(&config);
        ctx.browser.reload().await?;
        ctx.browser.alert_text().await?;
        expect_no_overflow(&ctx, "configuration problem").await
    });
}

/// Saves a screenshot in `target/pictures/`, with this color scheme.
async fn save_screenshot(ctx: &TestContext, name: &str, scheme: &str) -> Result {
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    ctx.browser
        .send_devtools_command("Emulation.setEmulatedMedia", features)
        .await?;
    let hidden = json!({ "hidden": true });
    ctx.browser
        .send_devtools_command("Emulation.setScrollbarsHidden", hidden)
        .await?;
    let png = ctx.browser.driver().screenshot_as_png().await?;
    // PNG (ISO/IEC 15948 §5.2): the signature at the start of each file.
    assert_eq!(
        png[..8],
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n']
    );
    // The README has to load fast.
    assert!(png.len() < 60_000, "{name}.png has {} bytes", png.len());
    let folder = e2e::screenshots_folder();
    fs::create_dir_all(&folder)?;
    let file: PathBuf = folder.join(format!("{name}.png"));
    fs::write(file, png)?;
    Ok(())
}

/// Takes the README's pictures from the app. To update them:
///
/// ```sh
/// cargo test -p e2e --test journeys screenshots && cp target/pictures/*.png docs/pictures/
/// ```
///
/// (the pictures in the repository are also reduced to 256 colors, which halves their size).
#[test]
fn screenshots_of_all_pages_are_saved() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name"]);
        config["cognito"]["passwordPolicy"] = json!({
            "minimumLength": 8,
            "requireLowercase": true,
            "requireUppercase": true,
            "requireNumbers": true,
            "requireSymbols": true,
        });
    });
    run_journey(env, async |ctx| {
        let ann = TestUser::ann();
        ctx.browser.resize(900, 720).await?;
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.fill(RegisterPage::EMAIL, &ann.email).await?;
        ctx.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        ctx.browser.fill(RegisterPage::PASSWORD, "Correct").await?;
        save_screenshot(&ctx, "register", "light").await?;
        ctx.browser
            .fill(RegisterPage::PASSWORD, &ann.password)
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        let code = ctx.env.latest_code(&ann.email);
        ctx.browser.fill(VerifyPage::CODE, &code).await?;
        save_screenshot(&ctx, "verify", "light").await?;
        verify.confirm_account(&code).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        let titles = [
            "Read the code in the demo inbox",
            "Write the first to-do",
            "Show a friend",
        ];
        for title in titles {
            todos.add_todo(title).await?;
            ctx.browser.expect_text(title).await?;
        }
        todos.toggle_todo(titles[0]).await?;
        todos.toggle_todo(titles[1]).await?;
        todos
            .expect_rows(&[
                TodoRow::checked(titles[0]),
                TodoRow::checked(titles[1]),
                TodoRow::unchecked(titles[2]),
            ])
            .await?;
        save_screenshot(&ctx, "todos", "light").await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;

        SignInPage::open(&ctx.browser).await?;
        ctx.browser.fill(SignInPage::USERNAME, &ann.email).await?;
        ctx.browser
            .fill(SignInPage::PASSWORD, &ann.password)
            .await?;
        save_screenshot(&ctx, "sign-in", "light").await?;
        save_screenshot(&ctx, "sign-in-dark", "dark").await?;

        ctx.browser
            .driver()
            .goto(format!("{}/inbox", ctx.env.pool().url()))
            .await?;
        ctx.browser.expect_text(&code).await?;
        save_screenshot(&ctx, "inbox", "light").await
    });
}
