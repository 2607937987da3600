//! The other door, as pages offer it: buttons that leave for the pool's hosted pages.

use cognito_proto::config::Grant;
use cognito_proto::ids::IdentityProvider;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::{Attempt, Outcome, work};
use crate::auth::{Again, Auth, use_auth};
use crate::browser::location;
use crate::components::{Choice, Notice, Tone, dynamic};
use crate::words;

/// The buttons, where the pool has hosted pages, and nothing where it has none. While that is being found out, they are
/// drawn where config.js names providers; a press then waits for the answer. It stands last on its page, so that a late
/// answer moves nothing else (Cumulative Layout Shift).
///
/// `wish` says on a press what is wished for, but for the provider; `unfinished` whether this tab began a sign-in there
/// that has not come back.
pub(super) fn hosted_door(
    unfinished: bool,
    wish: impl Fn() -> Again + Send + Sync + 'static,
) -> AnyView {
    let auth = use_auth();
    let attempt = Attempt::new();
    let wish = StoredValue::new(wish);
    let config = auth.config();
    let is_looking = RwSignal::new(!config.hosted.identity_providers.is_empty());
    spawn_local(async move {
        auth.find_domain().await;
        let _ = is_looking.try_set(false);
    });
    // A memo, so that the buttons are not drawn again, and keep the focus, when the domain becomes known.
    let is_offered = Memo::new(move |_| auth.domain().with(Option::is_some) || is_looking.get());
    dynamic(move || {
        if !is_offered.get() {
            return ().into_any();
        }
        let choice = |provider: Option<&IdentityProvider>| {
            let wish_of = provider.cloned();
            let on_press = leave(auth, attempt, move || Again {
                identity_provider: wish_of.clone(),
                ..wish.with_value(|wish| wish())
            });
            let label = words::hosted_button(provider.map(|provider| provider.as_str()));
            view! { <Choice on_press=on_press words=label busy=attempt.is_busy()/> }.into_any()
        };
        let providers = config.hosted.identity_providers.iter();
        let choices: Vec<AnyView> = providers.map(Some).chain([None]).map(choice).collect();
        let implicit = (config.hosted.grant == Grant::Implicit).then(|| words::IMPLICIT.to_owned());
        view! {
            <section class="other-door" aria-label="Other ways to sign in">
                <p class="or">"or"</p>
                <Notice tone=Tone::Trouble words=Signal::stored(implicit)/>
                <Notice tone=Tone::Trouble words=attempt.trouble()/>
                {choices}
                {unfinished.then(|| redirect_help(auth))}
            </section>
        }
        .into_any()
    })
}

/// What a press does: leaves, or says why that does not work.
pub(super) fn leave(
    auth: Auth,
    attempt: Attempt,
    wish: impl Fn() -> Again + Send + 'static,
) -> Box<dyn Fn() + Send> {
    attempt.on_press(move || {
        let wish = wish();
        work(async move {
            let left = match auth.way_to_hosted_pages().await {
                // Finding out may take a while, and nobody is pulled away from another page.
                Ok(_) if !attempt.is_there() => return Outcome::Done,
                Ok(domain) => auth.leave_for_hosted_pages(&domain, wish).await,
                Err(error) => Err(error),
            };
            match left {
                // The person is back: the page is drawn anew and says so.
                Ok(true) => Outcome::Go(location::here()),
                // The hosted page may still come, and what is typed here meanwhile stays.
                Ok(false) => Outcome::Done,
                Err(error) => Outcome::Refused(words::for_leaving(&error)),
            }
        })
    })
}

/// For who comes back from the hosted pages by Back: what may have gone wrong there, which no callback tells.
fn redirect_help(auth: Auth) -> AnyView {
    view! {
        <details class="help">
            <summary>"Did the hosted page show an error?"</summary>
            {redirect_remedy(auth)}
        </details>
    }
    .into_any()
}

/// What an administrator has to register, where the pool does not know this site's address.
pub(super) fn redirect_remedy(auth: Auth) -> AnyView {
    let uri = auth.redirect_sign_in();
    let uri = uri.map_or_else(String::new, |uri| uri.as_str().to_owned());
    view! {
        <p>{words::REDIRECT_MISMATCH}</p>
        <p><code>{uri}</code></p>
    }
    .into_any()
}
