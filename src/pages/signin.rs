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
use leptos_cognito::{AuthorizationOptions, UserChallenge, use_auth};
use ui_texts::{forgot, hosted, register, session};

use self::authenticator::AuthenticatorStep;
use self::choice::{FirstFactorStep, MfaSetupStep, SecondFactorStep};
use self::code::CodeStep;
use self::credentials::CredentialsStep;
pub(crate) use self::credentials::offer_passkey;
use self::custom::CustomChallengeStep;
pub(crate) use self::flow::SignInFlow;
use self::new_password::NewPasswordStep;
use self::passkey::PasskeyStep;
use self::password::PasswordStep;
use crate::engine::use_engine;
use crate::lazy::lazy_component;
use crate::routes::{self, LastAction, use_redirect};

/// The page `/signin`: the user signs in by username and password, by the pool's challenges, or through the hosted
/// pages. When the user is signed in, the page navigates to the return address.
#[component]
pub fn SignInPage() -> impl IntoView {
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
    view! {
        {move || {
            if flow.has_challenge() {
                view! { <LazyChallengeStep flow/> }.into_any()
            } else {
                view! { <CredentialsStep flow reason=reason_for_sign_in(flow)/> }.into_any()
            }
        }}
    }
}

lazy_component! {
    mod challenge_chunk;
    fn LazyChallengeStep(flow: SignInFlow) -> impl IntoView {
        view! { <ChallengeStep flow/> }
    }
}

/// The pending challenge. It renders nothing if the challenge has been answered in the meantime.
#[component]
fn ChallengeStep(flow: SignInFlow) -> impl IntoView {
    flow.with_challenge(|challenge| challenge.map(|challenge| challenge_view(flow, challenge)))
}

/// Renders the step of a challenge.
fn challenge_view(flow: SignInFlow, challenge: &UserChallenge) -> AnyView {
    match challenge {
        UserChallenge::NewPassword(open) => {
            let missing = open.challenge.missing.clone();
            view! { <NewPasswordStep flow missing/> }.into_any()
        }
        UserChallenge::Code(open) => {
            let challenge = open.challenge.clone();
            view! { <CodeStep flow challenge/> }.into_any()
        }
        UserChallenge::ChooseSecondFactor(open) => {
            let offered = open.challenge.offered.clone();
            view! { <SecondFactorStep flow offered/> }.into_any()
        }
        UserChallenge::MfaSetup(open) => {
            let offered = open.challenge.offered.clone();
            view! { <MfaSetupStep flow offered/> }.into_any()
        }
        UserChallenge::TotpSetup(open) => {
            let secret = open.challenge.secret.clone();
            view! { <AuthenticatorStep flow secret/> }.into_any()
        }
        UserChallenge::ChooseFirstFactor(open) => {
            let offered = open.challenge.choices().collect();
            view! { <FirstFactorStep flow offered/> }.into_any()
        }
        UserChallenge::Password(_) => view! { <PasswordStep flow/> }.into_any(),
        UserChallenge::Passkey(_) => view! { <PasskeyStep flow/> }.into_any(),
        UserChallenge::Custom(open) => {
            let parameters = open.challenge.parameters.clone();
            view! { <CustomChallengeStep flow parameters/> }.into_any()
        }
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
