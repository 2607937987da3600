//! The account page, `/account`. Each section loads its own data, so that a failed request affects one section only.

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
use crate::auth::{AuthContext, use_auth};
use crate::components::Page;
use crate::messages;

/// The page `/account`: the user's attributes, password, second factors, passkeys and devices, and the sign-out from
/// all devices.
pub fn account_page() -> AnyView {
    protected(|| {
        let auth = use_auth();
        let changes = RwSignal::new(0);
        let own = if auth.may_change_account() {
            own_account(auth, changes)
        } else {
            view! { <p class="notice notice-info">{messages::NO_ADMIN_SCOPE}</p> }.into_any()
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

/// The greeting. If the tokens have no name, it also says why. It is updated when the tokens change.
fn greeting(auth: AuthContext) -> Signal<String> {
    Signal::derive(move || {
        auth.session().with(|session| {
            let Some(tokens) = session.tokens() else {
                return String::new();
            };
            let claims = tokens.claims();
            let greeting = messages::greeting(claims);
            match claims.name {
                Some(_) => greeting,
                None if tokens.leave_out_name() => {
                    format!("{greeting} {}", messages::NAME_NOT_ASKED_FOR)
                }
                None => format!("{greeting} {}", messages::NO_NAME),
            }
        })
    })
}

/// The user's attributes and MFA settings as the pool reports them, shared by several sections. It is `Copy`, because
/// it only holds handles.
#[derive(Clone, Copy)]
struct Own {
    auth: AuthContext,
    /// The loaded [`User`].
    user: Held,
    loading: Loading,
    /// The number of changes so far that also affect the tokens and the userInfo response.
    changes: RwSignal<u32>,
}

impl Own {
    fn new(auth: AuthContext, changes: RwSignal<u32>) -> Self {
        let user = Held::new();
        let load = move || {
            work(async move {
                match auth.user().await {
                    Ok(loaded) => {
                        user.set(loaded);
                        Outcome::Done
                    }
                    Err(error) => Outcome::Refused(messages::account_error(&error)),
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

    /// Loads the user again after a change. The old data is shown until the response arrives, so that a field that
    /// the user edits in the meantime is not replaced and keeps the focus.
    async fn refresh(self) {
        match self.auth.user().await {
            Ok(user) => self.user.set(user),
            // The section then shows the error and a button to try again.
            Err(_) => self.loading.again(),
        }
    }

    /// Loads the user again, and also refreshes the tokens and the userInfo response. It is for changes of attributes
    /// that tokens contain.
    async fn follow_change(self) {
        self.refresh().await;
        self.auth.refresh_claims();
        let _ = self.changes.try_update(|changes| *changes += 1);
    }
}

/// Renders the sections that need the scope `aws.cognito.signin.user.admin`.
fn own_account(auth: AuthContext, changes: RwSignal<u32>) -> AnyView {
    let own = Own::new(auth, changes);
    let provider = auth.session().with_untracked(|session| {
        let tokens = session.tokens()?;
        identity_provider(tokens.id())
    });
    // For a user of an external identity provider, the password and the other credentials are managed there.
    let local = |draw: fn(Own) -> AnyView| {
        let provider = provider.clone();
        Box::new(move || match &provider {
            None => draw(own),
            Some(provider) => view! { <p>{messages::managed_by_provider(provider)}</p> }.into_any(),
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
