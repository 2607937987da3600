mod asking;
mod authenticator;
mod choice;
mod code;
mod credentials;
mod custom;
mod new_password;
mod passkey;
mod password;

use cognito_proto::session::{Session, Why};
use leptos::prelude::*;

use self::asking::Asking;
use crate::auth::{UserChallenge, use_auth};
use crate::browser::{document, location};
use crate::lazy::lazy_page;
use crate::messages;
use crate::navigation::use_navigation;
use crate::routes::{self, LastAction};

/// The page `/signin`: the user signs in by username and password, by the pool's challenges, or through the hosted
/// pages. When the user is signed in, the page navigates to the return address.
pub fn sign_in_page() -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    let pending = auth.take_pending_challenge();
    let hint = auth
        .pending_authorization()
        .and_then(|attempt| attempt.hints.login_hint);
    let known = pending
        .as_ref()
        .map(|pending| pending.username().to_string());
    let username = known
        .or_else(|| navigation.entry_note())
        .or_else(|| location::query_parameter(routes::USERNAME))
        .or(hint)
        .unwrap_or_default();
    let then = routes::return_path(&auth.config());
    let then_parameter = routes::return_to_parameter(&auth.config());
    let asking = Asking::new(RwSignal::new(username), then_parameter, pending);
    document::next_frame(move || auth.prefetch());
    // A user who leaves the page does not want to be signed in by it any more.
    on_cleanup(move || auth.cancel_attempts());

    Effect::new(move |_| {
        if auth.is_signed_in() {
            navigation.replace(then.as_str());
        }
    });
    asking.drawn_by(part)
}

/// Renders the pending challenge, or the form for username and password.
fn part(asking: Asking, is_asked: bool) -> AnyView {
    if is_asked {
        challenge_chunk::view(asking)
    } else {
        credentials::credentials(asking, news(asking))
    }
}

lazy_page! { challenge_chunk(asking: Asking) => asking.asked(|question| challenge(asking, question)) }

/// Renders the pending challenge. It renders nothing if the challenge has been answered in the meantime.
fn challenge(asking: Asking, question: Option<&UserChallenge>) -> AnyView {
    match question {
        None => ().into_any(),
        Some(UserChallenge::NewPassword(asked)) => {
            new_password::new_password(asking, &asked.question)
        }
        Some(UserChallenge::Code(asked)) => code::code(asking, &asked.question),
        Some(UserChallenge::ChooseSecondFactor(asked)) => {
            choice::second_factor(asking, &asked.question)
        }
        Some(UserChallenge::SetUp(asked)) => choice::set_up(asking, &asked.question),
        Some(UserChallenge::Authenticator(asked)) => {
            authenticator::authenticator(asking, &asked.question)
        }
        Some(UserChallenge::ChooseFirstFactor(asked)) => {
            choice::first_factor(asking, &asked.question)
        }
        Some(UserChallenge::Password(asked)) => password::password(asking, &asked.question),
        Some(UserChallenge::Passkey(_)) => passkey::passkey(asking),
        Some(UserChallenge::Custom(asked)) => custom::custom(asking, &asked.question),
    }
}

/// Returns a message about the reason for this sign-in, unless the page already shows an error.
fn news(asking: Asking) -> Option<&'static str> {
    let auth = use_auth();
    let ended = |session: &Session| match session {
        Session::SignedOut(Why::Expired) => Some(messages::SESSION_EXPIRED),
        Session::SignedOut(Why::Untrusted) => Some(messages::SESSION_UNTRUSTED),
        Session::SignedOut(Why::Left) => Some(messages::SESSION_LEFT),
        _ => None,
    };
    if asking.trouble.with_untracked(Option::is_some) {
        return None;
    }
    match LastAction::current() {
        Some(LastAction::Confirmed) => Some(messages::CONFIRMED),
        Some(LastAction::PasswordReset) => Some(messages::PASSWORD_CHANGED),
        _ if auth.pending_authorization().is_some() => Some(messages::UNFINISHED),
        _ => auth.session().with_untracked(ended),
    }
}
