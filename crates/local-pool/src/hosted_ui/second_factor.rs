//! The page `/mfa`, on which a user enters a code of the second factor, chooses a factor, or sets one up.
//!
//! The state is in the session that each page contains, as between two requests of the API.

use axum::response::Response;
use maud::{Markup, html};

use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;
use crate::actions::challenges::{IssuedChallenge, SignInRequest};
use crate::pool::mfa::SecondFactor;
use crate::pool::session::{ChallengeName, SignInSession};
use crate::secret::Secret;

/// The challenges for which the page `/mfa` has a form. Forms identify them by their names in the API.
const SUPPORTED_CHALLENGES: [ChallengeName; 5] = [
    ChallengeName::SmsMfa,
    ChallengeName::EmailOtp,
    ChallengeName::SoftwareTokenMfa,
    ChallengeName::SelectMfaType,
    ChallengeName::MfaSetup,
];

/// What the page of a second factor shows.
enum SecondFactorPageContent {
    /// The form of the challenge.
    Question,
    /// The secret of an authenticator app, and the form for its code.
    Secret(Secret),
    /// The form for the authenticator app's code without the secret, after a wrong code. The app already has the
    /// secret.
    CodeRetry,
}

/// Returns the page for a second-factor challenge that was just issued, or `None` if these pages do not support the
/// challenge.
pub(super) fn render_second_factor_challenge(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    challenge: &IssuedChallenge,
    session: &SignInSession,
) -> Result<Option<Response>, PageRejection> {
    if !SUPPORTED_CHALLENGES.contains(&challenge.name) {
        return Ok(None);
    }
    let page = render_second_factor_page(
        page_request,
        request,
        challenge.name,
        session,
        &SecondFactorPageContent::Question,
        &PageNotice::None,
    )?;
    Ok(Some(page))
}

/// Returns the label of a second factor, as the user reads it.
const fn factor_label(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::Sms => "Text message",
        SecondFactor::SoftwareToken => "Authenticator app",
        SecondFactor::Email => "Email",
    }
}

/// Returns the URI of a new key for authenticator apps: `otpauth://totp/<app>:<user>?secret=…&issuer=<app>`.
/// Amplify uses this form too.
fn build_authenticator_uri(app: &str, user: &str, secret: &Secret) -> String {
    let encoded = |text: &str| -> String {
        form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            // The form encoding of a space, `+`, is not valid in a path.
            .replace('+', "%20")
    };
    let (app, user) = (encoded(app), encoded(user));
    format!(
        "otpauth://totp/{app}:{user}?secret={}&issuer={app}",
        secret.expose_secret()
    )
}

/// Returns the HTML of the field for a verification code.
fn render_code_field() -> Markup {
    FormField {
        name: "code",
        label: "Verification code",
        kind: "text",
        autocomplete: "one-time-code",
        value: "",
    }
    .to_markup()
}

/// Returns the HTML of the buttons with which a user chooses a second factor.
fn render_factor_buttons(factors: &[SecondFactor]) -> Markup {
    html! {
        @for factor in factors {
            button type="submit" name="answer" value=(factor.wire_name()) { (factor_label(*factor)) }
        }
    }
}

/// Returns the page of a second-factor challenge.
fn render_second_factor_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    name: ChallengeName,
    session: &SignInSession,
    content: &SecondFactorPageContent,
    notice: &PageNotice,
) -> Result<Response, PageRejection> {
    let sealed = session.seal_session(page_request.service().sealer())?;
    let progress = &session.progress;
    let destination = progress
        .sent_code
        .as_ref()
        .map(|sent| sent.destination().masked_address());
    let title = match name {
        ChallengeName::SelectMfaType => "Choose how to verify it's you",
        ChallengeName::MfaSetup => "Set up two-step verification",
        _ => "Enter your verification code",
    };
    // The factors that the user can set up here. Only an administrator can set the phone number.
    let can_set_up: Vec<SecondFactor> = progress
        .factors
        .iter()
        .copied()
        .filter(|factor| *factor != SecondFactor::Sms)
        .collect();
    Ok(page::sign_in_page_response(
        page_request,
        request,
        title,
        notice,
        |token| {
            let form = |content: &Markup| {
                page::render_form(
                    page_request,
                    "/mfa",
                    token,
                    &html! {
                        input type="hidden" name="session" value=(sealed);
                        input type="hidden" name="challenge" value=(name.wire_name());
                        (content)
                    },
                )
            };
            let code = html! { (render_code_field()) button type="submit" { "Continue" } };
            match (name, content) {
                (ChallengeName::SelectMfaType, _) => html! {
                    (form(&render_factor_buttons(&progress.factors)))
                },
                (ChallengeName::MfaSetup, SecondFactorPageContent::Secret(secret)) => html! {
                    p { "Enter this key in your authenticator app, then the code." }
                    p { code.secret { (secret.expose_secret()) } }
                    p { a href=(build_authenticator_uri(&request.client.settings.client_name, &session.identity.user_id_for_srp, secret)) { "Open in an app on this device" } }
                    (form(&code))
                },
                (ChallengeName::MfaSetup, SecondFactorPageContent::CodeRetry) => html! {
                    p { "Enter the current code of the app, or start again with a new key." }
                    (form(&code))
                    (form(&html! {
                        button type="submit" name="answer" value=(SecondFactor::SoftwareToken.wire_name()) { "Generate new key" }
                    }))
                },
                (ChallengeName::MfaSetup, SecondFactorPageContent::Question) => html! {
                    p { "Two-step verification is required." }
                    @if can_set_up.contains(&SecondFactor::SoftwareToken) {
                        (form(&html! {
                            button type="submit" name="answer" value=(SecondFactor::SoftwareToken.wire_name()) { "Set up an authenticator app" }
                        }))
                    }
                    @if can_set_up.len() > 1 { p.divider { "or" } }
                    @if can_set_up.contains(&SecondFactor::Email) {
                        (form(&html! {
                            (FormField { name: "email", label: "Email", kind: "email", autocomplete: "email", value: "" }.to_markup())
                            button type="submit" { "Send code" }
                        }))
                    }
                    @if can_set_up.is_empty() {
                        p { "Contact your administrator to add a phone number to your account." }
                    }
                },
                _ => html! {
                    @match &destination {
                        Some(destination) => p { "We sent a code to " strong { (destination) } "." },
                        None => p { "Enter the code from your authenticator app." },
                    }
                    (form(&code))
                },
            }
        },
    ))
}

/// Verifies the answer to a second-factor challenge and continues the sign-in. If the answer is rejected, shows
/// the page with the error.
pub(super) fn submit_second_factor(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let challenge = SUPPORTED_CHALLENGES
        .into_iter()
        .find(|name| name.wire_name() == form.first_value("challenge"));
    let opened = challenge.and_then(|name| {
        let (sealer, sealed) = (page_request.service().sealer(), form.first_value("session"));
        let session = SignInSession::open_sealed_session(
            sealer,
            sealed,
            &request.client,
            name,
            page_request.now,
        );
        Some((name, session.ok()?))
    });
    let Some((name, session)) = opened else {
        // The session has expired or is invalid, so the sign-in starts again.
        return Ok(super::log_in::redirect_to_page(page_request, "/login", &[]));
    };
    let caller = page_request.caller();
    let sign_in = request.build_sign_in_request(page_request, &caller);
    let code = Secret::new(form.first_value("code").trim());
    let step = match name {
        ChallengeName::SelectMfaType => {
            sign_in.select_second_factor(&session, form.first_value("answer"))
        }
        ChallengeName::SoftwareTokenMfa => sign_in.verify_software_token_code(&session, &code),
        ChallengeName::MfaSetup if !form.first_value("answer").is_empty() => {
            return show_authenticator_key(page_request, &request, &sign_in, &session);
        }
        ChallengeName::MfaSetup if !form.first_value("email").is_empty() => {
            sign_in.start_email_mfa_setup(&session, form.first_value("email").trim())
        }
        ChallengeName::MfaSetup => sign_in
            .verify_software_token(&session, &code, None)
            .and_then(|next| sign_in.complete_software_token_setup(&next)),
        _ => sign_in.verify_sent_code(&session, &code),
    };
    match step {
        Ok(step) => request.show_sign_in_step(page_request, step),
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            let content = match name {
                ChallengeName::MfaSetup if !code.expose_secret().is_empty() => {
                    SecondFactorPageContent::CodeRetry
                }
                _ => SecondFactorPageContent::Question,
            };
            render_second_factor_page(page_request, &request, name, &session, &content, &notice)
        }
    }
}

/// Creates the secret of a new authenticator app, and returns the page that shows it.
fn show_authenticator_key(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    sign_in: &SignInRequest<'_>,
    session: &SignInSession,
) -> Result<Response, PageRejection> {
    match sign_in.associate_software_token(session) {
        Ok((secret, next)) => {
            let content = SecondFactorPageContent::Secret(secret);
            render_second_factor_page(
                page_request,
                request,
                ChallengeName::MfaSetup,
                &next,
                &content,
                &PageNotice::None,
            )
        }
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            let name = ChallengeName::MfaSetup;
            render_second_factor_page(
                page_request,
                request,
                name,
                session,
                &SecondFactorPageContent::Question,
                &notice,
            )
        }
    }
}
