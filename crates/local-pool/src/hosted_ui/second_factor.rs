//! `/mfa`: a second factor on the hosted pages: asked for, chosen, or set up.
//!
//! The state of it all is in the session that each page holds, as between two rounds of the API.

use axum::response::Response;
use maud::{Markup, html};

use super::page::{self, Field, Notice};
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;
use crate::actions::challenges::{Posed, Turn};
use crate::pool::mfa::Factor;
use crate::pool::session::{ChallengeName, Session};
use crate::secret::Secret;

/// The challenges that these pages can ask, as their forms name them.
const ASKED: [ChallengeName; 5] = [
    ChallengeName::SmsMfa,
    ChallengeName::EmailOtp,
    ChallengeName::SoftwareTokenMfa,
    ChallengeName::SelectMfaType,
    ChallengeName::MfaSetup,
];

/// What a page shows besides its form.
enum Shown {
    /// The question alone.
    Question,
    /// An app's secret, to be typed there.
    Secret(Secret),
    /// The app has its secret; its code was a wrong one.
    AppAgain,
}

/// The page of a challenge that was just posed; none when it is not one of these.
pub(super) fn ask(
    visit: &Visit,
    request: &AuthorizationRequest,
    posed: &Posed,
    session: &Session,
) -> Result<Option<Response>, Stop> {
    if !ASKED.contains(&posed.name) {
        return Ok(None);
    }
    let page = draw(
        visit,
        request,
        posed.name,
        session,
        &Shown::Question,
        &Notice::None,
    )?;
    Ok(Some(page))
}

/// How people call a factor.
const fn label(factor: Factor) -> &'static str {
    match factor {
        Factor::Sms => "A text message",
        Factor::SoftwareToken => "An authenticator app",
        Factor::Email => "An e-mail",
    }
}

/// The key as apps take it up: `otpauth://totp/<app>:<user>?secret=…&issuer=<app>`, the form that Amplify uses too.
fn key_uri(app: &str, user: &str, secret: &Secret) -> String {
    let encoded = |text: &str| -> String {
        form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            // A form's plus sign is a space in no other part of an address.
            .replace('+', "%20")
    };
    let (app, user) = (encoded(app), encoded(user));
    format!(
        "otpauth://totp/{app}:{user}?secret={}&issuer={app}",
        secret.reveal()
    )
}

fn code_field() -> Markup {
    Field {
        name: "code",
        label: "Code",
        kind: "text",
        autocomplete: "one-time-code",
        value: "",
    }
    .draw()
}

/// A form whose button says which factor is meant.
fn choice(factors: &[Factor]) -> Markup {
    html! {
        @for factor in factors {
            button type="submit" name="answer" value=(factor.wire_name()) { (label(*factor)) }
        }
    }
}

fn draw(
    visit: &Visit,
    request: &AuthorizationRequest,
    name: ChallengeName,
    session: &Session,
    shown: &Shown,
    notice: &Notice,
) -> Result<Response, Stop> {
    let sealed = session.seal(visit.service().sealer())?;
    let progress = &session.progress;
    let destination = progress
        .sent_code
        .as_ref()
        .map(|sent| sent.destination().masked());
    let title = match name {
        ChallengeName::SelectMfaType => "How do you want to prove it is you?",
        ChallengeName::MfaSetup => "Set up a second step",
        _ => "Type your code",
    };
    // Those that can be set up here; a phone number is the operator's to give.
    let can_set_up: Vec<Factor> = progress
        .factors
        .iter()
        .copied()
        .filter(|factor| *factor != Factor::Sms)
        .collect();
    Ok(page::show(visit, request, title, notice, |token| {
        let form = |content: &Markup| {
            page::form(
                visit,
                "/mfa",
                token,
                &html! {
                    input type="hidden" name="session" value=(sealed);
                    input type="hidden" name="challenge" value=(name.wire_name());
                    (content)
                },
            )
        };
        let code = html! { (code_field()) button type="submit" { "Go on" } };
        match (name, shown) {
            (ChallengeName::SelectMfaType, _) => html! {
                p { "Choose how." }
                (form(&choice(&progress.factors)))
            },
            (ChallengeName::MfaSetup, Shown::Secret(secret)) => html! {
                p { "Type this key into an authenticator app, then the code that it shows." }
                p { code.secret { (secret.reveal()) } }
                p { a href=(key_uri(&request.client.settings.client_name, &session.who.name, secret)) { "Open it in an app on this device" } }
                (form(&code))
            },
            (ChallengeName::MfaSetup, Shown::AppAgain) => html! {
                p { "Type the code that the app shows now, or begin with a new key." }
                (form(&code))
                (form(&html! {
                    button type="submit" name="answer" value=(Factor::SoftwareToken.wire_name()) { "A new key" }
                }))
            },
            (ChallengeName::MfaSetup, Shown::Question) => html! {
                p { "Signing in here takes a second step after the password." }
                @if can_set_up.contains(&Factor::SoftwareToken) {
                    (form(&html! {
                        button type="submit" name="answer" value=(Factor::SoftwareToken.wire_name()) { "Set up an authenticator app" }
                    }))
                }
                @if can_set_up.len() > 1 { p.or { "or" } }
                @if can_set_up.contains(&Factor::Email) {
                    (form(&html! {
                        (Field { name: "email", label: "E-mail address", kind: "email", autocomplete: "email", value: "" }.draw())
                        button type="submit" { "Send me a code" }
                    }))
                }
                @if can_set_up.is_empty() {
                    p { "An administrator has to give you a phone number for it first." }
                }
            },
            _ => html! {
                @match &destination {
                    Some(destination) => p { "We sent a code to " strong { (destination) } "." },
                    None => p { "Open your authenticator app." },
                }
                (form(&code))
            },
        }
    }))
}

/// Judges what was typed or chosen, and goes on.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let asked = ASKED
        .into_iter()
        .find(|name| name.wire_name() == form.field("challenge"));
    let opened = asked.and_then(|name| {
        let (sealer, sealed) = (visit.service().sealer(), form.field("session"));
        let session = Session::open(sealer, sealed, &request.client, name, visit.now);
        Some((name, session.ok()?))
    });
    let Some((name, session)) = opened else {
        // Too late, or not ours: from the beginning.
        return Ok(super::log_in::onward(visit, "/login", &[]));
    };
    let caller = visit.caller();
    let turn = request.turn(visit, &caller);
    let code = Secret::new(form.field("code").trim());
    let step = match name {
        ChallengeName::SelectMfaType => turn.with_choice(&session, form.field("answer")),
        ChallengeName::SoftwareTokenMfa => turn.with_software_token(&session, &code),
        ChallengeName::MfaSetup if !form.field("answer").is_empty() => {
            return show_secret(visit, &request, &turn, &session);
        }
        ChallengeName::MfaSetup if !form.field("email").is_empty() => {
            turn.with_new_factor_by_mail(&session, form.field("email").trim())
        }
        ChallengeName::MfaSetup => turn
            .verify_software_token(&session, &code, None)
            .and_then(|next| turn.with_verified_software_token(&next)),
        _ => turn.with_sent_code(&session, &code),
    };
    match step {
        Ok(step) => request.go_on(visit, step),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            let shown = match name {
                ChallengeName::MfaSetup if !code.reveal().is_empty() => Shown::AppAgain,
                _ => Shown::Question,
            };
            draw(visit, &request, name, &session, &shown, &notice)
        }
    }
}

/// The page with the key of a new app.
fn show_secret(
    visit: &Visit,
    request: &AuthorizationRequest,
    turn: &Turn<'_>,
    session: &Session,
) -> Result<Response, Stop> {
    match turn.associate_software_token(session) {
        Ok((secret, next)) => {
            let shown = Shown::Secret(secret);
            draw(
                visit,
                request,
                ChallengeName::MfaSetup,
                &next,
                &shown,
                &Notice::None,
            )
        }
        Err(error) => {
            let notice = Notice::refusal(error)?;
            let name = ChallengeName::MfaSetup;
            draw(visit, request, name, session, &Shown::Question, &notice)
        }
    }
}
