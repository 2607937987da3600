//! `/passkey`: sign-in with a passkey. `/passkeys/add`: a further passkey for a user who is signed in.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::page::{self, Notice};
use super::page_request::{PageRequest, Rejection};
use super::request::AuthorizationRequest;
use super::session::{self, HostedSession};
use super::{log_in, response};
use crate::actions::access::Access;
use crate::actions::challenges::first_factor::FirstFactor;
use crate::actions::challenges::{IssuedChallenge, web_authn};
use crate::actions::{complete_web_authn_registration, start_web_authn_registration};
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, FlowKind, Identity, Progress, Session};
use crate::router;

/// `GET /passkey.js`.
pub(super) fn script(_visit: &PageRequest) -> Result<Response, Rejection> {
    Ok(router::document(
        "text/javascript; charset=utf-8",
        include_str!("passkey.js"),
    ))
}

/// A form that the script fills in. `what` is `get` or `create`, and `options` are the WebAuthn options for the
/// browser.
fn form(
    page_request: &PageRequest,
    path: &str,
    (what, options): (&str, &str),
    (token, content): (&str, &Markup),
) -> Markup {
    html! {
        p #error .notice.error role="alert" hidden {}
        form.stack method="post" action=(page::address(path, &page_request.query)) data-passkey=(what) data-options=(options) {
            input type="hidden" name="_csrf" value=(token);
            input type="hidden" name="credential" value="";
            (content)
        }
        script src="/passkey.js" defer {}
    }
}

/// Starts a sign-in with a passkey.
pub(super) fn start(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
) -> Result<Response, Rejection> {
    let again = |text: &str| {
        let notice = Notice::Problem(text.to_owned());
        log_in::show_with_notice(page_request, request, username, &notice)
    };
    if username.is_empty() {
        return Ok(again("Enter your username to use a passkey."));
    }
    let caller = page_request.caller();
    let sign_in = request.sign_in_request(page_request, &caller);
    let challenge = sign_in.find_candidate(username).and_then(|user| {
        page_request
            .service()
            .store()
            .read(|connection| match user {
                Some(user)
                    if sign_in
                        .first_factors(connection, &user)?
                        .contains(&FirstFactor::WebAuthn) =>
                {
                    let progress = Progress {
                        flow: FlowKind::Choice,
                        ..Progress::default()
                    };
                    web_authn::issue_challenge(
                        &sign_in,
                        connection,
                        &user,
                        Identity::user(&user),
                        progress,
                    )
                }
                _ => Ok(None),
            })
    });
    match challenge {
        Ok(Some(step)) => request.show_next_step(page_request, step),
        Ok(None) => Ok(again(
            "No passkey found for this account. Use your password.",
        )),
        Err(error) => Ok(log_in::show_with_notice(
            page_request,
            request,
            username,
            &Notice::refusal(error)?,
        )),
    }
}

/// The page that asks for the passkey.
pub(super) fn render_challenge(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    challenge: &IssuedChallenge,
    session: &Session,
) -> Result<Response, Rejection> {
    let sealed = session.seal(page_request.service().sealer())?;
    let options = challenge
        .parameters
        .get("CREDENTIAL_REQUEST_OPTIONS")
        .and_then(Value::as_str)
        .ok_or_else(|| ApiError::internal("the passkey challenge has no options"))?;
    let title = "Use your passkey";
    Ok(page::show_with_script(
        page_request,
        request,
        title,
        &Notice::None,
        |token| {
            let content = html! {
                input type="hidden" name="session" value=(sealed);
                button type="submit" { "Continue with a passkey" }
            };
            html! {
                (form(page_request, "/passkey", ("get", options), (token, &content)))
                p { (log_in::link(page_request, "/login", "Sign in another way")) }
            }
        },
    ))
}

/// `POST /passkey` with the passkey's assertion.
pub(super) fn submit(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let (sealer, name) = (page_request.service().sealer(), ChallengeName::WebAuthn);
    let opened = Session::open(
        sealer,
        form.field("session"),
        &request.client,
        name,
        page_request.now,
    );
    let Ok(session) = opened else {
        // The session has expired or is invalid, so the sign-in starts again.
        return Ok(log_in::redirect_to_page(page_request, "/login", &[]));
    };
    let caller = page_request.caller();
    let sign_in = request.sign_in_request(page_request, &caller);
    match sign_in.verify_passkey(&session, form.field("credential")) {
        Ok(step) => request.show_next_step(page_request, step),
        Err(error) => Ok(log_in::show_with_notice(
            page_request,
            &request,
            "",
            &Notice::refusal(error)?,
        )),
    }
}

/// The signed-in user in the form that the API's actions expect. The actions reject users of external identity
/// providers.
fn access(request: &AuthorizationRequest, signed_in: &HostedSession) -> Access {
    Access {
        pool: request.pool.clone(),
        client: request.client.clone(),
        user: signed_in.user.clone(),
    }
}

/// `GET /passkeys/add` with the parameters of an authorization request, to whose app the user returns.
pub(super) fn show_add(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    match session::current(page_request, &request.pool)? {
        Some(signed_in) => render_add(page_request, &request, &signed_in, Notice::None),
        None => Ok(response::see_other(&page::address(
            "/login",
            &page_request.query,
        ))),
    }
}

fn render_add(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    signed_in: &HostedSession,
    notice: Notice,
) -> Result<Response, Rejection> {
    let access = access(request, signed_in);
    let options = page_request.service().store().write(|tx| {
        start_web_authn_registration::creation_options(tx, &access, &page_request.caller())
    });
    let (options, notice) = match options {
        Ok(options) => (Some(options.to_string()), notice),
        Err(error) => (None, Notice::refusal(error)?),
    };
    let title = "Add a passkey";
    Ok(page::show_with_script(
        page_request,
        request,
        title,
        &notice,
        |token| {
            let content = html! { button type="submit" { "Create passkey" } };
            html! {
                @if let Some(options) = &options {
                    p { "Passkeys let you sign in with your fingerprint, face or screen lock." }
                    (form(page_request, "/passkeys/add", ("create", options), (token, &content)))
                }
                p { (log_in::link(page_request, "/login", "Not now")) }
            }
        },
    ))
}

/// `POST /passkeys/add` with the new passkey. Redirects to the app.
pub(super) fn submit_add(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let Some(signed_in) = session::current(page_request, &request.pool)? else {
        return Ok(log_in::redirect_to_page(page_request, "/login", &[]));
    };
    let access = access(&request, &signed_in);
    let credential = serde_json::from_str(form.field("credential")).unwrap_or_default();
    let registered =
        complete_web_authn_registration::parse_credential(credential).and_then(|given| {
            page_request.service().store().write_even_if_refused(|tx| {
                complete_web_authn_registration::register_passkey(
                    tx,
                    &access,
                    &given,
                    &page_request.caller(),
                )
            })
        });
    match registered {
        Ok(()) => request.grant(page_request, Some(&signed_in)),
        Err(error) => render_add(page_request, &request, &signed_in, Notice::refusal(error)?),
    }
}
