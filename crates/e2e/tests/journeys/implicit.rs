//! The implicit grant (RFC 6749 §4.2): off by default. If config.js turns it on, there is a warning, and every check
//! is made.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::callback::{NOT_WHOLE, Says, is_told};
use crate::hosted::{TOKEN, asked, go_to_hosted_page, history, sign_in_hosted, with_ann};
use crate::parameters::Parameters;
use crate::session::ended;
use crate::tokens::{claims, member};

const WARNING: &str = "This site uses the implicit grant (responseType: 'token'), which shows tokens in the address and cannot renew a session. Its administrator should change to 'code'.";

/// A pool and a config.js that both allow the implicit grant.
fn implicit() -> World {
    let world = with_ann();
    world.update_client(json!({ "AllowedOAuthFlows": ["code", "implicit"] }));
    world.configured(turned_on)
}

fn turned_on(config: &mut Value) {
    config["cognito"]["responseType"] = json!("token");
}

/// The sign-in works with a warning, and no token stays in the URL.
#[test]
fn it_works_with_a_warning_and_leaves_no_token_in_the_address() {
    journey(implicit(), async |j| {
        SignInPage::open(&j.browser).await?;
        assert_eq!(j.browser.alert().await?, WARNING);
        let form = go_to_hosted_page(&j).await?;
        let asked = Parameters::of_query(&asked(&j.world));
        assert_eq!(
            asked.names(),
            [
                "response_type",
                "client_id",
                "redirect_uri",
                "scope",
                "state",
                "nonce"
            ]
        );
        assert_eq!(asked.one("response_type"), "token");
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.is_at("/").await?;
        let history = history(&j).await?;
        assert!(!history.contains("_token="), "{history}");
        assert_eq!(j.world.requests_to(TOKEN), []);

        let stored = j.browser.stored().await?;
        let keys: Vec<&String> = stored
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
            .collect();
        assert_eq!(keys, ["poolgate.session"]);
        let id = member(&stored, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["nonce"], asked.one("nonce"));
        assert_eq!(member(&stored, "refreshToken"), None);
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The implicit grant is off by default, and then there is no warning.
#[test]
fn there_is_no_warning_where_it_is_off() {
    journey(with_ann(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
        Ok(())
    });
}

/// The implicit grant has no refresh token, so the session ends when its tokens expire.
#[test]
fn its_session_ends_at_the_expiry_of_its_tokens() {
    journey(implicit(), async |j| {
        sign_in_hosted(&j).await?;
        let before = Duration::from_secs(59 * 60);
        j.world.let_time_pass(before);
        j.browser.move_clock(before).await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let after = Duration::from_secs(2 * 60);
        j.world.let_time_pass(after);
        j.browser.move_clock(after).await?;
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(
            j.browser.status().await?,
            "Your session has ended. Sign in to go on."
        );
        assert_eq!(j.browser.stored().await?, ended("expired"));
        assert_eq!(j.world.requests_to(TOKEN), []);
        assert_eq!(j.world.operations(), [""; 0]);
        Ok(())
    });
}

/// Changes the authorization response in the URL before the app reads it. `change` is a JavaScript statement about
/// `answer`, a `URLSearchParams`.
fn tampering(change: &str) -> String {
    format!(
        "if (location.hash.includes('id_token=')) {{
            const answer = new URLSearchParams(location.hash.slice(1));
            let mark = '#';
            {change};
            history.replaceState(null, '', location.pathname + mark + answer);
        }}"
    )
}

const fn refused(text: &'static str) -> Says {
    Says {
        title: "You were not signed in",
        text,
    }
}

/// Tokens in the URL get each check that tokens of the code grant get.
#[test]
fn an_answer_that_was_tampered_with_is_refused() {
    const FORGED: Says = refused(
        "The answer is not signed by this user pool, so it may be forged and you were not signed in. Try again; if it goes on, tell the administrator.",
    );
    const NOT_TOGETHER: Says = refused(
        "The parts of the answer do not belong together, so you were not signed in. Try again; if it goes on, tell the administrator.",
    );
    const NONCE: Says = refused(
        "The answer belongs to another sign-in than the one you began, so you were not signed in. Begin again.",
    );
    const KIND: Says = refused(
        "The answer holds a token of the wrong kind, so you were not signed in. Tell the administrator.",
    );
    const STRAY: Says = Says {
        title: "This sign-in is not under way",
        text: "The address you came by belongs to no sign-in of this tab: it was used already, or began in another tab or browser. Nothing was changed.",
    };
    const REPEATED: Says = Says {
        title: "This address makes no sense",
        text: "It says the same thing twice, so nothing of it was believed and nothing was changed. Begin again from the sign-in page.",
    };
    journey(implicit(), async |j| {
        // Valid tokens of another sign-in of Ann.
        let ann = Person::ann();
        let other = j.world.operate(
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
            (format!("{BEND} bend('access_token', 2)"), NOT_TOGETHER),
            (format!("answer.set('id_token', {other_id})"), NONCE),
            (
                format!("answer.set('access_token', {other_access})"),
                NOT_TOGETHER,
            ),
            (
                "answer.set('access_token', answer.get('id_token'))".to_owned(),
                KIND,
            ),
            (
                "answer.set('state', '8PHy8_T19vf4-fr7_P3-_w')".to_owned(),
                STRAY,
            ),
            ("answer.delete('state')".to_owned(), STRAY),
            (
                "answer.append('state', answer.get('state'))".to_owned(),
                REPEATED,
            ),
            ("answer.delete('id_token')".to_owned(), NOT_WHOLE),
            ("answer.set('token_type', 'MAC')".to_owned(), NOT_WHOLE),
            // In the query, tokens would reach the host and its logs.
            ("mark = '?'".to_owned(), NOT_WHOLE),
        ];
        for (time, (change, says)) in changes.iter().enumerate() {
            let source = json!({ "source": tampering(change) });
            let command = "Page.addScriptToEvaluateOnNewDocument";
            let script = j.browser.devtools(command, source).await?;
            SignInPage::open(&j.browser).await?;
            if time == 0 {
                go_to_hosted_page(&j).await?.sign_in_as(&ann).await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                j.browser.press(SignInPage::HOSTED).await?;
            }
            is_told(&j, says)
                .await
                .map_err(|fault| format!("{change}: {fault}"))?;
            j.browser.is_at("/login/").await?;
            let kept = j
                .browser
                .script("return { ...localStorage }", vec![])
                .await?;
            assert_eq!(kept, json!({}), "{change}");
            let command = "Page.removeScriptToEvaluateOnNewDocument";
            j.browser.devtools(command, script).await?;
        }
        // The unchanged response is accepted.
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Tokens in the URL are accepted only while config.js turns the implicit grant on.
#[test]
fn tokens_that_come_after_it_was_turned_off_are_not_believed() {
    journey(implicit(), async |j| {
        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        j.world.set_config(&j.world.config());
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        is_told(&j, &NOT_WHOLE).await?;
        j.browser.is_at("/login/").await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        // The next attempt requests a code.
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// An error comes in the fragment too (RFC 6749 §4.2.2.1).
#[test]
fn a_pool_that_does_not_allow_it_is_named_with_the_setting() {
    journey(
        with_ann().configured(turned_on),
        async |j: Journey| -> Outcome {
            SignInPage::open(&j.browser).await?;
            j.browser.press(SignInPage::HOSTED).await?;
            is_told(
            &j,
            &Says {
                title: "The hosted page said no",
                text: "The app client does not allow this kind of sign-in. An administrator can switch it on in the Cognito console, under App clients, the client, Login pages, OAuth grant types.",
            },
        )
        .await?;
            j.browser.is_at("/login/").await
        },
    );
}
