mod authenticator;
mod choice;
mod code;
mod credentials;
mod custom;
mod flow;
mod history_step;
mod new_password;
mod passkey;
mod password;

use cognito_proto::session::{Session, SignOutReason};
use leptos::prelude::*;
use ui_texts::{forgot, hosted, register, session};

pub(crate) use self::credentials::offer_passkey;
pub(crate) use self::flow::SignInFlow;
use crate::engine::use_engine;
use crate::lazy::lazy_page;
use crate::routes::{self, LastAction, use_redirect};
use leptos_cognito::{AuthorizationOptions, UserChallenge, use_auth};

/// Renders the page `/signin`: the user signs in by username and password, by the pool's challenges, or through the
/// hosted pages. When the user is signed in, the page navigates to the return address.
pub fn sign_in_page() -> AnyView {
    let auth = use_auth();
    let redirect = use_redirect();
    let engine = use_engine();
    let hint = pending_authorization_options().and_then(|options| options.hints.login_hint);
    let username = history_step::entry_note()
        .or_else(|| routes::query_parameter(routes::USERNAME))
        .or(hint)
        .unwrap_or_default();
    let return_to = routes::return_to(&auth.config());
    let return_to_parameter = routes::return_to_parameter(&auth.config());
    let flow = SignInFlow::new(RwSignal::new(username), return_to_parameter);
    if let Some(engine) = engine.get() {
        engine.resume_sign_in(flow);
    }
    request_animation_frame(move || engine.when_loaded(move |engine| engine.prefetch(auth)));
    // A user who leaves the page does not want to be signed in by it any more.
    on_cleanup(move || auth.cancel_attempts());

    Effect::new(move |_| {
        if auth.is_signed_in() {
            flow.finish(return_to.as_str().to_owned(), redirect);
        }
    });
    flow.view(step_view)
}

/// Renders the current step of the sign-in: the pending challenge, or the form for username and password.
fn step_view(flow: SignInFlow, has_challenge: bool) -> AnyView {
    if has_challenge {
        challenge_chunk::view(flow)
    } else {
        credentials::credentials(flow, reason_for_sign_in(flow))
    }
}

lazy_page! { challenge_chunk(flow: SignInFlow) => flow.with_challenge(|challenge| challenge_view(flow, challenge)) }

/// Renders the pending challenge. It renders nothing if the challenge has been answered in the meantime.
fn challenge_view(flow: SignInFlow, challenge: Option<&UserChallenge>) -> AnyView {
    match challenge {
        None => ().into_any(),
        Some(UserChallenge::NewPassword(open)) => new_password::new_password(flow, &open.challenge),
        Some(UserChallenge::Code(open)) => code::code(flow, &open.challenge),
        Some(UserChallenge::ChooseSecondFactor(open)) => {
            choice::second_factor(flow, &open.challenge)
        }
        Some(UserChallenge::MfaSetup(open)) => choice::set_up(flow, &open.challenge),
        Some(UserChallenge::TotpSetup(open)) => authenticator::authenticator(flow, &open.challenge),
        Some(UserChallenge::ChooseFirstFactor(open)) => choice::first_factor(flow, &open.challenge),
        Some(UserChallenge::Password(open)) => password::password(flow, &open.challenge),
        Some(UserChallenge::Passkey(_)) => passkey::passkey(flow),
        Some(UserChallenge::Custom(open)) => custom::custom(flow, &open.challenge),
    }
}

/// Returns the options of the hosted sign-in that this tab started and that has had no response, or `None` if there is
/// none. While the engine is not loaded, there is none, because the app loads the engine first if there may be one.
fn pending_authorization_options() -> Option<AuthorizationOptions> {
    use_engine()
        .get()?
        .pending_authorization_options(use_auth())
}

/// Returns the text that says why the user has to sign in. It is empty if there is no such reason, or if the page
/// already shows an error.
fn reason_for_sign_in(flow: SignInFlow) -> &'static str {
    let auth = use_auth();
    let ended = |session: &Session| match session {
        Session::SignedOut(SignOutReason::Expired) => session::EXPIRED,
        Session::SignedOut(SignOutReason::TokensInvalid) => session::NOT_VERIFIED,
        Session::SignedOut(SignOutReason::PageUnloaded) => session::PAGE_LEFT,
        _ => "",
    };
    if flow.error.with_untracked(Option::is_some) {
        return "";
    }
    match LastAction::current() {
        Some(LastAction::Confirmed) => register::CONFIRMED,
        Some(LastAction::PasswordReset) => forgot::PASSWORD_CHANGED,
        _ if pending_authorization_options().is_some() => hosted::NOT_COMPLETED,
        _ => auth.session().with_untracked(ended),
    }
}
