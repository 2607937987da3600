//! The check that a user is signed in, for the pages that require it.

use cognito_proto::session::{Session, SignOutReason};
use leptos::prelude::*;
use leptos_cognito::{Protected, use_auth};
use leptos_router::hooks::use_url;
use ui_texts::{labels, session};

use crate::components::Page;
use crate::routes::{self, PagePath, use_redirect};

/// A page that only a signed-in user can see. For another user, the app navigates to the sign-in page, which leads back
/// here afterwards.
#[component]
pub fn ProtectedPage(children: ChildrenFn) -> impl IntoView {
    let auth = use_auth();
    let redirect = use_redirect();
    let url = use_url();
    Effect::new(move |_| {
        if auth.is_signed_in() || auth.is_recovering() {
            return;
        }
        let reason = auth.session().with_untracked(|session| match session {
            Session::SignedOut(reason) => Some(*reason),
            _ => None,
        });
        match reason {
            // The user has signed out, here or in another tab, so the app shows the home page and not the sign-in page.
            Some(SignOutReason::UserRequested | SignOutReason::StorageCleared) => {
                redirect.run(PagePath::Home.as_str().to_owned());
            }
            Some(
                SignOutReason::NeverSignedIn
                | SignOutReason::Expired
                | SignOutReason::TokensInvalid
                | SignOutReason::PageUnloaded,
            ) => {
                let current = url.with_untracked(routes::full_path);
                redirect.run(PagePath::SignIn.with_query(&[(routes::RETURN_TO, &current)]));
            }
            None => {}
        }
    });
    view! {
        <Protected recovering=RecoveringPage fallback=|| ()>
            {children()}
        </Protected>
    }
}

/// The placeholder that is shown while the app does not know yet whether a user is signed in.
#[component]
fn RecoveringPage() -> impl IntoView {
    view! {
        <Page title=labels::LOADING>
            <p role="status">{session::RESTORING}</p>
        </Page>
    }
}
