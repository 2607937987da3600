//! `/passkey`: a passkey in place of a password; `/passkeys/add`: a further one, for somebody who is signed in.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::page::{self, Notice};
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;
use super::session::{self, SignedIn};
use super::{log_in, response};
use crate::actions::access::Access;
use crate::actions::challenges::first_factor::FirstFactor;
use crate::actions::challenges::{Posed, web_authn};
use crate::actions::{complete_web_authn_registration, start_web_authn_registration};
use crate::error::ApiError;
use crate::pool::session::{Began, ChallengeName, Progress, Session, Who};
use crate::router;

/// `GET /passkey.js`
pub(super) fn script(_visit: &Visit) -> Result<Response, Stop> {
    Ok(router::document(
        "text/javascript; charset=utf-8",
        include_str!("passkey.js"),
    ))
}

/// A form that the script fills: `what` is `get` or `create`, `options` what the browser is asked.
fn form(
    visit: &Visit,
    path: &str,
    (what, options): (&str, &str),
    (token, content): (&str, &Markup),
) -> Markup {
    html! {
        p #problem .notice.problem role="alert" hidden {}
        form.stack method="post" action=(page::address(path, &visit.query)) data-passkey=(what) data-options=(options) {
            input type="hidden" name="_csrf" value=(token);
            input type="hidden" name="credential" value="";
            (content)
        }
        script src="/passkey.js" defer {}
    }
}

/// Somebody wants to sign in with a passkey.
pub(super) fn begin(
    visit: &Visit,
    request: &AuthorizationRequest,
    username: &str,
) -> Result<Response, Stop> {
    let again = |text: &str| {
        let notice = Notice::Problem(text.to_owned());
        log_in::instead(visit, request, username, &notice)
    };
    if username.is_empty() {
        return Ok(again("Fill in your name to use a passkey."));
    }
    let caller = visit.caller();
    let turn = request.turn(visit, &caller);
    let posed = turn.candidate(username).and_then(|user| {
        visit.service().store().with(|connection| match user {
            Some(user)
                if turn
                    .first_factors(connection, &user)?
                    .contains(&FirstFactor::WebAuthn) =>
            {
                let progress = Progress {
                    began: Began::Choice,
                    ..Progress::default()
                };
                web_authn::pose(&turn, connection, &user, Who::user(&user), progress)
            }
            _ => Ok(None),
        })
    });
    match posed {
        Ok(Some(step)) => request.go_on(visit, step),
        Ok(None) => Ok(again(
            "There is no passkey to sign in with here. Use your password.",
        )),
        Err(error) => Ok(log_in::instead(
            visit,
            request,
            username,
            &Notice::refusal(error)?,
        )),
    }
}

/// The page that asks for the passkey.
pub(super) fn ask(
    visit: &Visit,
    request: &AuthorizationRequest,
    posed: &Posed,
    session: &Session,
) -> Result<Response, Stop> {
    let sealed = session.seal(visit.service().sealer())?;
    let options = posed
        .parameters
        .get("CREDENTIAL_REQUEST_OPTIONS")
        .and_then(Value::as_str)
        .ok_or_else(|| ApiError::internal("a passkey is asked for without options"))?;
    let title = "Use your passkey";
    Ok(page::show_with_script(
        visit,
        request,
        title,
        &Notice::None,
        |token| {
            let content = html! {
                input type="hidden" name="session" value=(sealed);
                button type="submit" { "Go on with a passkey" }
            };
            html! {
                (form(visit, "/passkey", ("get", options), (token, &content)))
                p { (log_in::link(visit, "/login", "Sign in another way")) }
            }
        },
    ))
}

/// `POST /passkey`: what the passkey signed.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let (sealer, name) = (visit.service().sealer(), ChallengeName::WebAuthn);
    let opened = Session::open(
        sealer,
        form.field("session"),
        &request.client,
        name,
        visit.now,
    );
    let Ok(session) = opened else {
        // Too late, or not ours: from the beginning.
        return Ok(log_in::onward(visit, "/login", &[]));
    };
    let caller = visit.caller();
    let turn = request.turn(visit, &caller);
    match turn.with_passkey(&session, form.field("credential")) {
        Ok(step) => request.go_on(visit, step),
        Err(error) => Ok(log_in::instead(
            visit,
            &request,
            "",
            &Notice::refusal(error)?,
        )),
    }
}

/// Who adds a passkey, as the API's own actions know them; those whom another identity provider signed in cannot.
fn access(request: &AuthorizationRequest, signed_in: &SignedIn) -> Access {
    Access {
        pool: request.pool.clone(),
        client: request.client.clone(),
        user: signed_in.user.clone(),
    }
}

/// `GET /passkeys/add`: with the parameters of an authorization request, whose app one comes back to.
pub(super) fn show_add(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    match session::current(visit, &request.pool)? {
        Some(signed_in) => draw_add(visit, &request, &signed_in, Notice::None),
        None => Ok(response::see_other(&page::address("/login", &visit.query))),
    }
}

fn draw_add(
    visit: &Visit,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
    notice: Notice,
) -> Result<Response, Stop> {
    let who = access(request, signed_in);
    let options = visit
        .service()
        .store()
        .write(|tx| start_web_authn_registration::options(tx, &who, &visit.caller()));
    let (options, notice) = match options {
        Ok(options) => (Some(options.to_string()), notice),
        Err(error) => (None, Notice::refusal(error)?),
    };
    let title = "Add a passkey";
    Ok(page::show_with_script(
        visit,
        request,
        title,
        &notice,
        |token| {
            let content = html! { button type="submit" { "Make a passkey" } };
            html! {
                @if let Some(options) = &options {
                    p { "Next time you sign in with your fingerprint, face or screen lock." }
                    (form(visit, "/passkeys/add", ("create", options), (token, &content)))
                }
                p { (log_in::link(visit, "/login", "Not now")) }
            }
        },
    ))
}

/// `POST /passkeys/add`: the new passkey; then back to the app.
pub(super) fn submit_add(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let Some(signed_in) = session::current(visit, &request.pool)? else {
        return Ok(log_in::onward(visit, "/login", &[]));
    };
    let who = access(&request, &signed_in);
    let credential = serde_json::from_str(form.field("credential")).unwrap_or_default();
    let kept = complete_web_authn_registration::read(credential).and_then(|given| {
        visit
            .service()
            .store()
            .decide(|tx| complete_web_authn_registration::keep(tx, &who, &given, &visit.caller()))
    });
    match kept {
        Ok(()) => request.grant(visit, Some(&signed_in)),
        Err(error) => draw_add(visit, &request, &signed_in, Notice::refusal(error)?),
    }
}
