//! Appearance: pages fit wide and narrow windows. This also makes the pictures for the README.

use std::fs;
use std::path::PathBuf;

use e2e::pages::{ForgotPage, HomePage, RegisterPage, Row, SignInPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;

/// The elements that extend beyond the right edge of the page.
async fn sticks_out(j: &Journey) -> Outcome<serde_json::Value> {
    const STICKING_OUT: &str = "const page = document.documentElement;
        if (page.scrollWidth <= page.clientWidth) return [];
        return [...document.querySelectorAll('body *')]
            .filter((element) => element.getBoundingClientRect().right > page.clientWidth)
            .map((element) => element.outerHTML.slice(0, 120))";
    j.browser.script(STICKING_OUT, vec![]).await
}

async fn fits(j: &Journey, page: &str) -> Outcome {
    for width in [320, 1440] {
        j.browser.resize(width, 700).await?;
        assert_eq!(
            j.browser.script("return innerWidth", vec![]).await?,
            json!(width)
        );
        assert_eq!(sticks_out(j).await?, json!([]), "{page} at {width} pixels");
    }
    Ok(())
}

#[test]
fn no_page_scrolls_sideways_at_320_pixels_or_1440() {
    let ann = Person {
        name: Some("Annabella-Maximiliana Featherstonehaugh-Wolfeschlegelsteinhausen".to_owned()),
        ..Person::ann()
    };
    let world = World::workshop().with(&ann).configured(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
    });
    journey(world, async move |j| {
        HomePage::open(&j.browser).await?;
        fits(&j, "home").await?;
        RegisterPage::open(&j.browser).await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::EMAIL).await?;
        fits(&j, "register").await?;
        VerifyPage::open(&j.browser).await?;
        fits(&j, "verify").await?;
        j.browser.open("/login").await?;
        j.browser.shows_page("No sign-in under way").await?;
        fits(&j, "login").await?;
        j.browser.open("/nowhere").await?;
        j.browser.shows_page("There is nothing here").await?;
        fits(&j, "not found").await?;
        let forgot = ForgotPage::open(&j.browser).await?;
        fits(&j, "forgot").await?;
        forgot.ask(&ann.email).await?;
        j.browser.field(ForgotPage::CODE).await?;
        fits(&j, "new password").await?;

        let sign_in = SignInPage::open(&j.browser).await?;
        fits(&j, "sign-in").await?;
        sign_in.sign_in_as(&ann).await?;
        j.browser.says("Greetings").await?;
        fits(&j, "greeting").await?;
        j.expect_console("currentUser");
        j.browser.open("/todos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add(&"w".repeat(200)).await?;
        todos.lists(&[Row::open(&"w".repeat(200))]).await?;
        fits(&j, "to-dos").await?;

        let mut config = j.world.config();
        config["api"]["invokeUrl"] = json!("");
        j.world.set_config(&config);
        j.browser.reload().await?;
        j.browser.says("not configured yet").await?;
        fits(&j, "to-dos without an API").await?;
        config["cognito"]["userPoolId"] = json!("o".repeat(300));
        j.world.set_config(&config);
        j.browser.reload().await?;
        j.browser.alert().await?;
        fits(&j, "configuration problem").await
    });
}

/// Saves a screenshot in `target/pictures/`, with this color scheme.
async fn picture(j: &Journey, name: &str, scheme: &str) -> Outcome {
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    j.browser
        .devtools("Emulation.setEmulatedMedia", features)
        .await?;
    let hidden = json!({ "hidden": true });
    j.browser
        .devtools("Emulation.setScrollbarsHidden", hidden)
        .await?;
    let png = j.browser.driver().screenshot_as_png().await?;
    // PNG (ISO/IEC 15948 §5.2): the signature at the start of each file.
    assert_eq!(
        png[..8],
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n']
    );
    // The README has to load fast.
    assert!(png.len() < 60_000, "{name}.png has {} bytes", png.len());
    let folder = e2e::pictures();
    fs::create_dir_all(&folder)?;
    let file: PathBuf = folder.join(format!("{name}.png"));
    fs::write(file, png)?;
    Ok(())
}

/// Takes the README's pictures from the app. To update them:
///
/// ```sh
/// cargo test -p e2e --test journeys pictured && cp target/pictures/*.png docs/pictures/
/// ```
///
/// (the pictures in the repository are also reduced to 256 colors, which halves their size).
#[test]
fn the_pages_let_themselves_be_pictured() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name"]);
        config["cognito"]["passwordPolicy"] = json!({
            "minimumLength": 8,
            "requireLowercase": true,
            "requireUppercase": true,
            "requireNumbers": true,
            "requireSymbols": true,
        });
    });
    journey(world, async |j| {
        let ann = Person::ann();
        j.browser.resize(900, 720).await?;
        RegisterPage::open(&j.browser).await?;
        j.browser.fill(RegisterPage::EMAIL, &ann.email).await?;
        j.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        j.browser.fill(RegisterPage::PASSWORD, "Correct").await?;
        picture(&j, "register", "light").await?;
        j.browser
            .fill(RegisterPage::PASSWORD, &ann.password)
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        let code = j.world.code_for(&ann.email);
        j.browser.fill(VerifyPage::CODE, &code).await?;
        picture(&j, "verify", "light").await?;
        verify.confirm(&code).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        let titles = [
            "Read the code in the demo inbox",
            "Write the first to-do",
            "Show a friend",
        ];
        for title in titles {
            todos.add(title).await?;
            j.browser.says(title).await?;
        }
        todos.tick(titles[0]).await?;
        todos.tick(titles[1]).await?;
        todos
            .lists(&[
                Row::done(titles[0]),
                Row::done(titles[1]),
                Row::open(titles[2]),
            ])
            .await?;
        picture(&j, "todos", "light").await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;

        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, &ann.email).await?;
        j.browser.fill(SignInPage::PASSWORD, &ann.password).await?;
        picture(&j, "sign-in", "light").await?;
        picture(&j, "sign-in-dark", "dark").await?;

        j.browser
            .driver()
            .goto(format!("{}/inbox", j.world.pool().url()))
            .await?;
        j.browser.says(&code).await?;
        picture(&j, "inbox", "light").await
    });
}
