//! The pages `/passkey`, for a sign-in with a passkey, and `/passkeys/add`, on which a signed-in user adds a passkey.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::page::{self, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;
use super::session::{self, HostedSession};
use super::{log_in, response};
use crate::actions::access::AuthorizedUser;
use crate::actions::challenges::first_factor::FirstFactor;
use crate::actions::challenges::{IssuedChallenge, web_authn};
use crate::actions::{complete_web_authn_registration, start_web_authn_registration};
use crate::error::ApiError;
use crate::pool::session::{
    ChallengeName, SignInFlowKind, SignInIdentity, SignInProgress, SignInSession,
};
use crate::router;

/// Handles `GET /passkey.js`: returns the script that calls the browser's WebAuthn functions.
pub(super) fn passkey_script_response(
    _page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    Ok(router::embedded_file_response(
        "text/javascript; charset=utf-8",
        include_str!("passkey.js"),
    ))
}

/// Returns the HTML form that the page's script fills in with the browser's passkey response.
///
/// `ceremony` is `get` or `create`, and `options` are the WebAuthn options for the browser.
fn render_passkey_form(
    page_request: &PageRequest,
    path: &str,
    (ceremony, options): (&str, &str),
    (token, content): (&str, &Markup),
) -> Markup {
    html! {
        p #error .notice.error role="alert" hidden {}
        form.stack method="post" action=(page::page_url(path, &page_request.query)) data-passkey=(ceremony) data-options=(options) {
            input type="hidden" name="_csrf" value=(token);
            input type="hidden" name="credential" value="";
            (content)
        }
        script src="/passkey.js" defer {}
    }
}

/// Starts a sign-in with a passkey, and returns the page that asks for it. A user without a passkey gets the
/// sign-in page with a message.
pub(super) fn start_passkey_sign_in(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
) -> Result<Response, PageRejection> {
    let page_with_message = |text: &str| {
        let notice = PageNotice::Problem(text.to_owned());
        log_in::show_sign_in_page_with_notice(page_request, request, username, &notice)
    };
    if username.is_empty() {
        return Ok(page_with_message("Enter your username to use a passkey."));
    }
    let caller = page_request.caller();
    let sign_in = request.build_sign_in_request(page_request, &caller);
    let challenge = sign_in.find_user_for_sign_in(username).and_then(|user| {
        page_request
            .service()
            .store()
            .run_query(|connection| match user {
                Some(user)
                    if sign_in
                        .load_first_factors(connection, &user)?
                        .contains(&FirstFactor::WebAuthn) =>
                {
                    let progress = SignInProgress {
                        flow: SignInFlowKind::Choice,
                        ..SignInProgress::default()
                    };
                    web_authn::issue_passkey_challenge(
                        &sign_in,
                        connection,
                        &user,
                        SignInIdentity::from_user(&user),
                        progress,
                    )
                }
                _ => Ok(None),
            })
    });
    match challenge {
        Ok(Some(step)) => request.show_sign_in_step(page_request, step),
        Ok(None) => Ok(page_with_message(
            "No passkey found for this account. Use your password.",
        )),
        Err(error) => Ok(log_in::show_sign_in_page_with_notice(
            page_request,
            request,
            username,
            &PageNotice::from_client_error(error)?,
        )),
    }
}

/// Returns the page that asks for the user's passkey.
pub(super) fn render_passkey_challenge(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    challenge: &IssuedChallenge,
    session: &SignInSession,
) -> Result<Response, PageRejection> {
    let sealed = session.seal_session(page_request.service().sealer())?;
    let options = challenge
        .parameters
        .get("CREDENTIAL_REQUEST_OPTIONS")
        .and_then(Value::as_str)
        .ok_or_else(|| ApiError::internal("the passkey challenge has no options"))?;
    let title = "Use your passkey";
    Ok(page::sign_in_page_response_with_script(
        page_request,
        request,
        title,
        &PageNotice::None,
        |token| {
            let content = html! {
                input type="hidden" name="session" value=(sealed);
                button type="submit" { "Continue with a passkey" }
            };
            html! {
                (render_passkey_form(page_request, "/passkey", ("get", options), (token, &content)))
                p { (log_in::render_link(page_request, "/login", "Sign in another way")) }
            }
        },
    ))
}

/// Handles `POST /passkey`: verifies the passkey's assertion and continues the sign-in. If it is rejected,
/// shows the sign-in page with the error.
pub(super) fn submit_passkey(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let (sealer, name) = (page_request.service().sealer(), ChallengeName::WebAuthn);
    let opened = SignInSession::open_sealed_session(
        sealer,
        form.first_value("session"),
        &request.client,
        name,
        page_request.now,
    );
    let Ok(session) = opened else {
        // The session has expired or is invalid, so the sign-in starts again.
        return Ok(log_in::redirect_to_page(page_request, "/login", &[]));
    };
    let caller = page_request.caller();
    let sign_in = request.build_sign_in_request(page_request, &caller);
    match sign_in.verify_passkey(&session, form.first_value("credential")) {
        Ok(step) => request.show_sign_in_step(page_request, step),
        Err(error) => Ok(log_in::show_sign_in_page_with_notice(
            page_request,
            &request,
            "",
            &PageNotice::from_client_error(error)?,
        )),
    }
}

/// Converts the user who is signed in on the hosted pages to the type that the actions of the user-pool API expect. The
/// actions reject users of external identity providers.
fn to_authorized_user(request: &AuthorizationRequest, signed_in: &HostedSession) -> AuthorizedUser {
    AuthorizedUser {
        pool: request.pool.clone(),
        client: request.client.clone(),
        user: signed_in.user.clone(),
    }
}

/// Handles `GET /passkeys/add`: shows the page on which a signed-in user adds a passkey. A user who is not
/// signed in is redirected to the sign-in page.
///
/// The query has the parameters of an authorization request, to whose app the user returns.
pub(super) fn show_add_passkey_page(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    match session::load_hosted_session(page_request, &request.pool)? {
        Some(signed_in) => {
            render_add_passkey_page(page_request, &request, &signed_in, PageNotice::None)
        }
        None => Ok(response::see_other_response(&page::page_url(
            "/login",
            &page_request.query,
        ))),
    }
}

/// Returns the page on which a signed-in user adds a passkey.
fn render_add_passkey_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    signed_in: &HostedSession,
    notice: PageNotice,
) -> Result<Response, PageRejection> {
    let access = to_authorized_user(request, signed_in);
    let options = page_request.service().store().run_transaction(|tx| {
        start_web_authn_registration::start_passkey_registration(
            tx,
            &access,
            &page_request.caller(),
        )
    });
    let (options, notice) = match options {
        Ok(options) => (Some(options.to_string()), notice),
        Err(error) => (None, PageNotice::from_client_error(error)?),
    };
    let title = "Add a passkey";
    Ok(page::sign_in_page_response_with_script(
        page_request,
        request,
        title,
        &notice,
        |token| {
            let content = html! { button type="submit" { "Create passkey" } };
            html! {
                @if let Some(options) = &options {
                    p { "Passkeys let you sign in with your fingerprint, face or screen lock." }
                    (render_passkey_form(page_request, "/passkeys/add", ("create", options), (token, &content)))
                }
                p { (log_in::render_link(page_request, "/login", "Not now")) }
            }
        },
    ))
}

/// Handles `POST /passkeys/add`: stores the new passkey and redirects to the app. If it is rejected, shows the
/// page with the error.
pub(super) fn submit_new_passkey(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let Some(signed_in) = session::load_hosted_session(page_request, &request.pool)? else {
        return Ok(log_in::redirect_to_page(page_request, "/login", &[]));
    };
    let access = to_authorized_user(&request, &signed_in);
    let credential = serde_json::from_str(form.first_value("credential")).unwrap_or_default();
    let registered =
        complete_web_authn_registration::parse_credential(credential).and_then(|given| {
            page_request.service().store().commit_even_if_refused(|tx| {
                complete_web_authn_registration::register_passkey(
                    tx,
                    &access,
                    &given,
                    &page_request.caller(),
                )
            })
        });
    match registered {
        Ok(()) => request.redirect_with_grant(page_request, Some(&signed_in)),
        Err(error) => render_add_passkey_page(
            page_request,
            &request,
            &signed_in,
            PageNotice::from_client_error(error)?,
        ),
    }
}
