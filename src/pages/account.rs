//! The account page, `/account`. Each section loads its own data, so that a failed request affects one section only.

mod delete_account;
mod details;
mod devices;
mod global_sign_out;
mod passkeys;
mod password;
mod removable_list;
mod second_factor;
mod section;
mod token_info;

use std::sync::Arc;

use cognito_proto::action::User;
use cognito_proto::jwt::identity_provider;
use leptos::prelude::*;
use ui_texts::account as texts;

use self::section::{ErasedSignal, SectionLoader};
use super::protected::protected;
use super::submission::{SubmissionResult, submit_task};
use crate::auth::{AuthContext, use_auth};
use crate::components::{Page, administrator_details, reactive};
use crate::messages;

/// The page `/account`: the user's attributes, password, second factors, passkeys and devices, and the sign-out from
/// all devices.
pub fn account_page() -> AnyView {
    protected(|| {
        let auth = use_auth();
        let changes = RwSignal::new(0);
        let account = if auth.may_change_account() {
            account_sections(auth, changes)
        } else {
            no_account_sections()
        };
        view! {
            <Page title=texts::TITLE>
                {greeting(auth)}
                {account}
                {global_sign_out::global_sign_out(auth)}
                {token_info::claims(auth)}
                {token_info::user_info(auth, changes.read_only())}
            </Page>
        }
        .into_any()
    })
}

/// Renders the greeting. If the tokens have no name, the details say why. It is updated when the tokens change.
fn greeting(auth: AuthContext) -> AnyView {
    reactive(move || {
        let (greeting, details) = auth.session().with(|session| {
            let Some(tokens) = session.tokens() else {
                return (String::new(), None);
            };
            let claims = tokens.claims();
            let details = match claims.name {
                Some(_) => None,
                None if tokens.scopes_exclude_name() => Some(texts::NAME_NOT_REQUESTED.into()),
                None => Some(texts::NO_NAME.into()),
            };
            (messages::greeting(claims), details)
        });
        view! {
            <p class="lead">{greeting}</p>
            {administrator_details(details)}
        }
        .into_any()
    })
}

/// Renders a message in place of the sections that need the scope `aws.cognito.signin.user.admin`.
fn no_account_sections() -> AnyView {
    view! {
        <p class="notice notice-info">{texts::NO_SCOPE.full_text()}</p>
        {administrator_details(texts::NO_SCOPE.details.clone())}
    }
    .into_any()
}

/// The user's attributes and MFA settings as the pool reports them, shared by several sections. It is `Copy`, because
/// it only holds handles.
#[derive(Clone, Copy)]
struct AccountContext {
    auth: AuthContext,
    /// The loaded [`User`].
    user: ErasedSignal,
    loader: SectionLoader,
    /// The number of changes so far that also affect the tokens and the userInfo response.
    changes: RwSignal<u32>,
}

impl AccountContext {
    fn new(auth: AuthContext, changes: RwSignal<u32>) -> Self {
        let user = ErasedSignal::new();
        let load = move || {
            submit_task(async move {
                match auth.load_user().await {
                    Ok(loaded) => {
                        user.set(loaded);
                        SubmissionResult::Done
                    }
                    Err(error) => SubmissionResult::FormError(messages::account_error(&error)),
                }
            })
        };
        Self {
            auth,
            user,
            loader: SectionLoader::new(load),
            changes,
        }
    }

    fn user(self) -> Option<Arc<User>> {
        self.user.get()
    }

    /// Loads the user again after a change. The old data is shown until the response arrives, so that a field that
    /// the user edits in the meantime is not replaced and keeps the focus.
    async fn reload(self) {
        match self.auth.load_user().await {
            Ok(user) => self.user.set(user),
            // The section then shows the error and a button to try again.
            Err(_) => self.loader.reload(),
        }
    }

    /// Loads the user again, and also refreshes the tokens and the userInfo response. It is for changes of attributes
    /// that tokens contain.
    async fn reload_after_change(self) {
        self.reload().await;
        self.auth.refresh_claims();
        let _ = self.changes.try_update(|changes| *changes += 1);
    }
}

/// Renders the sections that need the scope `aws.cognito.signin.user.admin`.
fn account_sections(auth: AuthContext, changes: RwSignal<u32>) -> AnyView {
    let account = AccountContext::new(auth, changes);
    let provider = auth.session().with_untracked(|session| {
        let tokens = session.tokens()?;
        identity_provider(tokens.id_token())
    });
    // For a user of an external identity provider, the password and the other credentials are managed there.
    let unless_external = |render: fn(AccountContext) -> AnyView| {
        let provider = provider.clone();
        Box::new(move || match &provider {
            None => render(account),
            Some(provider) => view! { <p>{messages::managed_by_provider(provider)}</p> }.into_any(),
        })
    };
    view! {
        {details::details(account)}
        {section::accordion_section(texts::PASSWORD, unless_external(|account| password::password(account.auth)))}
        {section::accordion_section(texts::TWO_STEP, unless_external(second_factor::second_factor))}
        {section::accordion_section(passkeys::TITLE, unless_external(|account| passkeys::passkeys(account.auth)))}
        {section::accordion_section(devices::TITLE, Box::new(move || devices::devices(auth)))}
        {section::accordion_section(texts::DELETE_ACCOUNT, Box::new(move || delete_account::delete_account(auth)))}
    }
    .into_any()
}
