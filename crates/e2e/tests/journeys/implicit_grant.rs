//! The implicit grant (RFC 6749 §4.2): off by default. If config.js turns it on, there is a warning, and every check
//! is made.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::texts::Message;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::callback::{ExpectedMessage, INCOMPLETE_RESPONSE, expect_message};
use crate::hosted_sign_in::{
    TOKEN, authorization_request, history_urls, open_hosted_page, sign_in_hosted, with_ann,
};
use crate::session::end_record;
use crate::tokens::{claims, stored_member};
use crate::url_parameters::Parameters;

/// Starts a pool and a `config.js` that both allow the implicit grant.
fn with_implicit_grant() -> TestEnv {
    let env = with_ann();
    env.update_workshop_client(json!({ "AllowedOAuthFlows": ["code", "implicit"] }));
    env.with_config(enable_implicit)
}

fn enable_implicit(config: &mut Value) {
    config["cognito"]["responseType"] = json!("token");
}

/// The sign-in works with a warning, and no token stays in the URL.
#[test]
fn implicit_grant_shows_a_warning_and_removes_tokens_from_url() {
    run_journey(with_implicit_grant(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .expect_error(&texts::hosted::IMPLICIT_GRANT)
            .await?;
        let form = open_hosted_page(&ctx).await?;
        let requested = Parameters::from_query(&authorization_request(&ctx.env));
        assert_eq!(
            requested.names(),
            [
                "response_type",
                "client_id",
                "redirect_uri",
                "scope",
                "state",
                "nonce"
            ]
        );
        assert_eq!(requested.get("response_type"), "token");
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.expect_address("/").await?;
        let history = history_urls(&ctx).await?;
        assert!(!history.contains("_token="), "{history}");
        assert_eq!(ctx.env.requests_to(TOKEN), []);

        let stored = ctx.browser.stored_items().await?;
        let keys: Vec<&String> = stored
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
            .collect();
        assert_eq!(keys, ["poolgate.session"]);
        let id = stored_member(&stored, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["nonce"], requested.get("nonce"));
        assert_eq!(stored_member(&stored, "refreshToken"), None);
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The implicit grant is off by default, and then there is no warning.
#[test]
fn app_shows_no_warning_if_the_implicit_grant_is_off() {
    run_journey(with_ann(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
        Ok(())
    });
}

/// The implicit grant has no refresh token, so the session ends when its tokens expire.
#[test]
fn session_by_implicit_grant_ends_when_its_tokens_expire() {
    run_journey(with_implicit_grant(), async |ctx| {
        sign_in_hosted(&ctx).await?;
        let before = Duration::from_secs(59 * 60);
        ctx.env.advance_clocks(before);
        ctx.browser.advance_clock(before).await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let after = Duration::from_secs(2 * 60);
        ctx.env.advance_clocks(after);
        ctx.browser.advance_clock(after).await?;
        ctx.browser.reload().await?;
        HomePage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.status_text().await?, texts::session::EXPIRED);
        assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        assert_eq!(ctx.env.actions(), [""; 0]);
        Ok(())
    });
}

/// Returns a script that changes the authorization response in the URL before the app reads it. `change` is a
/// JavaScript statement about `answer`, a `URLSearchParams`.
fn tamper_script(change: &str) -> String {
    format!(
        "if (location.hash.includes('id_token=')) {{
            const answer = new URLSearchParams(location.hash.slice(1));
            let mark = '#';
            {change};
            history.replaceState(null, '', location.pathname + mark + answer);
        }}"
    )
}

const fn rejection(message: &'static Message) -> ExpectedMessage {
    ExpectedMessage {
        title: texts::hosted::FAILED_TITLE,
        message,
    }
}

/// Tokens in the URL get each check that tokens of the code grant get.
#[test]
fn app_rejects_a_tampered_implicit_grant_response() {
    const FORGED: ExpectedMessage = rejection(&texts::errors::TOKEN_SIGNATURE);
    const MISMATCHED_TOKENS: ExpectedMessage = rejection(&texts::errors::TOKENS_OF_TWO_SIGN_INS);
    const NONCE: ExpectedMessage = rejection(&texts::errors::TOKEN_NONCE);
    const KIND: ExpectedMessage = rejection(&texts::errors::TOKEN_USE);
    const UNKNOWN_STATE: ExpectedMessage = ExpectedMessage {
        title: texts::hosted::USED_LINK_TITLE,
        message: &texts::hosted::USED_LINK,
    };
    const DUPLICATE_PARAMETER: ExpectedMessage = ExpectedMessage {
        title: texts::hosted::INVALID_LINK_TITLE,
        message: &texts::hosted::INVALID_LINK,
    };
    run_journey(with_implicit_grant(), async |ctx| {
        // Valid tokens of another sign-in of Ann.
        let ann = TestUser::ann();
        let other = ctx.env.call_as_operator(
            "InitiateAuth",
            &json!({
                "ClientId": DEV_CLIENT_ID,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": ann.username, "PASSWORD": ann.password },
            }),
        );
        let other = &other["AuthenticationResult"];
        let (other_id, other_access) = (&other["IdToken"], &other["AccessToken"]);
        const BEND: &str = "const bend = (name, part) => {
            const parts = answer.get(name).split('.');
            const middle = parts[part].length >> 1;
            const letter = parts[part][middle] === 'A' ? 'B' : 'A';
            parts[part] = parts[part].slice(0, middle) + letter + parts[part].slice(middle + 1);
            answer.set(name, parts.join('.'));
        };";
        let changes = [
            (format!("{BEND} bend('id_token', 2)"), FORGED),
            // `at_hash` covers the whole access token (OIDC Core §3.2.2.9).
            (format!("{BEND} bend('access_token', 2)"), MISMATCHED_TOKENS),
            (format!("answer.set('id_token', {other_id})"), NONCE),
            (
                format!("answer.set('access_token', {other_access})"),
                MISMATCHED_TOKENS,
            ),
            (
                "answer.set('access_token', answer.get('id_token'))".to_owned(),
                KIND,
            ),
            (
                "answer.set('state', '8PHy8_T19vf4-fr7_P3-_w')".to_owned(),
                UNKNOWN_STATE,
            ),
            ("answer.delete('state')".to_owned(), UNKNOWN_STATE),
            (
                "answer.append('state', answer.get('state'))".to_owned(),
                DUPLICATE_PARAMETER,
            ),
            ("answer.delete('id_token')".to_owned(), INCOMPLETE_RESPONSE),
            (
                "answer.set('token_type', 'MAC')".to_owned(),
                INCOMPLETE_RESPONSE,
            ),
            // In the query, tokens would reach the host and its logs.
            ("mark = '?'".to_owned(), INCOMPLETE_RESPONSE),
        ];
        for (time, (change, expected)) in changes.iter().enumerate() {
            let source = json!({ "source": tamper_script(change) });
            let command = "Page.addScriptToEvaluateOnNewDocument";
            let script = ctx.browser.send_devtools_command(command, source).await?;
            SignInPage::open(&ctx.browser).await?;
            if time == 0 {
                open_hosted_page(&ctx).await?.sign_in_as(&ann).await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                ctx.browser.press(SignInPage::HOSTED).await?;
            }
            expect_message(&ctx, expected)
                .await
                .map_err(|error| format!("{change}: {error}"))?;
            ctx.browser.expect_address("/login/").await?;
            let saved = ctx
                .browser
                .run_script("return { ...localStorage }", vec![])
                .await?;
            assert_eq!(saved, json!({}), "{change}");
            let command = "Page.removeScriptToEvaluateOnNewDocument";
            ctx.browser.send_devtools_command(command, script).await?;
        }
        // The unchanged response is accepted.
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Tokens in the URL are accepted only while config.js turns the implicit grant on.
#[test]
fn app_rejects_tokens_in_url_if_config_js_has_no_implicit_grant() {
    run_journey(with_implicit_grant(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        ctx.env.set_config(&ctx.env.config());
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_message(&ctx, &INCOMPLETE_RESPONSE).await?;
        ctx.browser.expect_address("/login/").await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        // The next attempt requests a code.
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// An error comes in the fragment too (RFC 6749 §4.2.2.1).
#[test]
fn message_for_a_disallowed_implicit_grant_names_the_setting() {
    run_journey(
        with_ann().with_config(enable_implicit),
        async |ctx: TestContext| -> Result {
            SignInPage::open(&ctx.browser).await?;
            ctx.browser.press(SignInPage::HOSTED).await?;
            expect_message(
                &ctx,
                &ExpectedMessage {
                    title: texts::hosted::DECLINED_TITLE,
                    message: &texts::hosted::GRANT_NOT_ALLOWED,
                },
            )
            .await?;
            ctx.browser.expect_address("/login/").await
        },
    );
}
