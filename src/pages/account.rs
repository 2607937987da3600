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

use cognito_proto::action::User;
use cognito_proto::jwt::identity_provider;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::{AuthContext, use_auth};
use ui_texts::account as texts;

use self::delete_account::DeleteAccountSection;
use self::details::DetailsSection;
use self::devices::DevicesSection;
use self::global_sign_out::GlobalSignOutSection;
use self::passkeys::PasskeysSection;
use self::password::PasswordSection;
use self::second_factor::SecondFactorSection;
use self::section::{AccordionSection, SectionData};
use self::token_info::{IdTokenSection, UserInfoSection};
use crate::components::{AdministratorDetails, Page};
use crate::messages;

/// The page `/account`: the user's attributes, password, second factors, passkeys and devices, and the sign-out from
/// all devices.
#[component]
pub fn AccountPage() -> impl IntoView {
    let auth = use_auth();
    let changes = RwSignal::new(0);
    let account = if auth.account().may_change() {
        Either::Left(view! { <AccountSections changes/> })
    } else {
        Either::Right(view! { <MissingScopeNotice/> })
    };
    view! {
        <Page title=texts::TITLE>
            <Greeting/>
            {account}
            <GlobalSignOutSection/>
            <IdTokenSection/>
            <UserInfoSection changes=changes.read_only()/>
        </Page>
    }
}

/// The greeting of the user. If the tokens have no name, the details for the administrator say why. It is updated when
/// the tokens change.
#[component]
fn Greeting() -> impl IntoView {
    let auth = use_auth();
    let greeting = Memo::new(move |_| {
        auth.session().with(|session| {
            let claims = session.tokens().map(|tokens| tokens.claims());
            claims.map(messages::greeting).unwrap_or_default()
        })
    });
    let missing_name = Memo::new(move |_| {
        auth.session().with(|session| {
            let tokens = session.tokens()?;
            match tokens.claims().name {
                Some(_) => None,
                None if tokens.scopes_exclude_name() => Some(texts::NAME_NOT_REQUESTED),
                None => Some(texts::NO_NAME),
            }
        })
    });
    view! {
        <p class="lead">{move || greeting.get()}</p>
        {move || view! { <AdministratorDetails details=missing_name.get().map(Into::into)/> }}
    }
}

/// The message that replaces the sections that need the scope `aws.cognito.signin.user.admin`.
#[component]
fn MissingScopeNotice() -> impl IntoView {
    view! {
        <p class="notice notice-info">{texts::NO_SCOPE.full_text()}</p>
        <AdministratorDetails details=texts::NO_SCOPE.details.clone()/>
    }
}

/// The user's attributes and second factors as the pool reports them. Several sections of the page share them. It is
/// `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
struct AccountContext {
    auth: AuthContext,
    user: SectionData<User>,
    /// The number of the user's changes so far that also affect the tokens and the userInfo response.
    changes: RwSignal<u32>,
}

impl AccountContext {
    fn new(auth: AuthContext, changes: RwSignal<u32>) -> Self {
        let user = SectionData::new(move || async move {
            let result = auth.account().load_user().await;
            result.map_err(|error| messages::account_error(&error))
        });
        Self {
            auth,
            user,
            changes,
        }
    }

    /// Loads the user's data again after a change, and waits for the response.
    async fn reload(self) {
        match self.auth.account().load_user().await {
            Ok(user) => self.user.set(user),
            // The section then shows the error and a button to try again.
            Err(_) => self.user.reload(),
        }
    }

    /// Loads the user's data again, and also refreshes the tokens and the userInfo response. It is for changes of
    /// attributes that tokens contain.
    async fn reload_after_change(self) {
        self.reload().await;
        self.auth.account().refresh_claims();
        let _ = self.changes.try_update(|changes| *changes += 1);
    }
}

/// The sections of the account page that need the scope `aws.cognito.signin.user.admin`.
#[component]
fn AccountSections(changes: RwSignal<u32>) -> impl IntoView {
    let account = AccountContext::new(use_auth(), changes);
    view! {
        <DetailsSection account/>
        <AccordionSection title=texts::PASSWORD>
            <UnlessExternal><PasswordSection/></UnlessExternal>
        </AccordionSection>
        <AccordionSection title=texts::TWO_STEP>
            <UnlessExternal><SecondFactorSection account/></UnlessExternal>
        </AccordionSection>
        <AccordionSection title=texts::PASSKEYS>
            <UnlessExternal><PasskeysSection/></UnlessExternal>
        </AccordionSection>
        <AccordionSection title=texts::DEVICES>
            <DevicesSection/>
        </AccordionSection>
        <AccordionSection title=texts::DELETE_ACCOUNT>
            <DeleteAccountSection/>
        </AccordionSection>
    }
}

/// Renders its children, or a message for a user of an external identity provider, who manages the password and the
/// other credentials there.
#[component]
fn UnlessExternal(children: Children) -> impl IntoView {
    let provider = use_auth().session().with_untracked(|session| {
        let tokens = session.tokens()?;
        identity_provider(tokens.id_token())
    });
    match provider {
        None => Either::Left(children()),
        Some(provider) => {
            Either::Right(view! { <p>{messages::managed_by_provider(&provider)}</p> })
        }
    }
}
