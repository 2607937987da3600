//! `/account`: all that one can do with one's own account, one part beneath the other. Each part loads by itself, and
//! one that fails takes no other along.

mod deletion;
mod details;
mod devices;
mod everywhere;
mod list;
mod part;
mod passkeys;
mod password;
mod says;
mod second_factor;

use std::sync::Arc;

use cognito_proto::action::User;
use cognito_proto::jwt::identity_provider;
use leptos::prelude::*;

use self::part::{Held, Loading};
use super::attempt::{Outcome, work};
use super::protected::protected;
use crate::auth::{Auth, use_auth};
use crate::components::Page;
use crate::words;

/// `/account`: who one is, what one may change, and the way out of every session.
pub fn account_page() -> AnyView {
    protected(|| {
        let auth = use_auth();
        let changes = RwSignal::new(0);
        let own = if auth.may_change_account() {
            own_account(auth, changes)
        } else {
            view! { <p class="notice notice-calm">{words::NO_ADMIN_SCOPE}</p> }.into_any()
        };
        view! {
            <Page title="Your account">
                <p class="lead">{greeting(auth)}</p>
                {own}
                {everywhere::everywhere(auth)}
                {says::claims(auth)}
                {says::user_info(auth, changes.read_only())}
            </Page>
        }
        .into_any()
    })
}

/// The greeting, and where there is no name the reason; both follow the tokens.
fn greeting(auth: Auth) -> Signal<String> {
    Signal::derive(move || {
        auth.session().with(|session| {
            let Some(tokens) = session.tokens() else {
                return String::new();
            };
            let claims = tokens.claims();
            let greeting = words::greeting(claims);
            match claims.name {
                Some(_) => greeting,
                None if tokens.leave_out_name() => {
                    format!("{greeting} {}", words::NAME_NOT_ASKED_FOR)
                }
                None => format!("{greeting} {}", words::NO_NAME),
            }
        })
    })
}

/// What the pool says of the person, which several parts draw. Copied freely.
#[derive(Clone, Copy)]
struct Own {
    auth: Auth,
    /// A [`User`].
    user: Held,
    loading: Loading,
    /// How often something was changed that the tokens and userInfo say as well.
    changes: RwSignal<u32>,
}

impl Own {
    fn new(auth: Auth, changes: RwSignal<u32>) -> Self {
        let user = Held::new();
        let load = move || {
            work(async move {
                match auth.user().await {
                    Ok(loaded) => {
                        user.set(loaded);
                        Outcome::Done
                    }
                    Err(error) => Outcome::Refused(words::for_account(&error)),
                }
            })
        };
        Self {
            auth,
            user,
            loading: Loading::new(load),
            changes,
        }
    }

    fn user(self) -> Option<Arc<User>> {
        self.user.get()
    }

    /// Asks again after a change. What is drawn changes when the answer is there, so that nobody loses the field they
    /// have gone on to.
    async fn refresh(self) {
        match self.auth.user().await {
            Ok(user) => self.user.set(user),
            // The part says so, and can be told to try again.
            Err(_) => self.loading.again(),
        }
    }

    /// The same, where the tokens say what was changed as well.
    async fn follow_change(self) {
        self.refresh().await;
        self.auth.renew_claims();
        let _ = self.changes.try_update(|changes| *changes += 1);
    }
}

/// What only a token with the scope for it can do.
fn own_account(auth: Auth, changes: RwSignal<u32>) -> AnyView {
    let own = Own::new(auth, changes);
    let provider = auth.session().with_untracked(|session| {
        let tokens = session.tokens()?;
        identity_provider(tokens.id())
    });
    // What somebody signs in with is kept where they do so.
    let local = |draw: fn(Own) -> AnyView| {
        let provider = provider.clone();
        Box::new(move || match &provider {
            None => draw(own),
            Some(provider) => view! { <p>{words::kept_by(provider)}</p> }.into_any(),
        })
    };
    view! {
        {details::details(own)}
        {part::fold("Password", local(|own| password::password(own.auth)))}
        {part::fold("Second factor", local(second_factor::second_factor))}
        {part::fold(passkeys::TITLE, local(|own| passkeys::passkeys(own.auth)))}
        {part::fold(devices::TITLE, Box::new(move || devices::devices(auth)))}
        {part::fold("Delete your account", Box::new(move || deletion::deletion(auth)))}
    }
    .into_any()
}
