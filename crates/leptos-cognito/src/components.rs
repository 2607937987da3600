//! Components that depend on whether a user is signed in. They render nothing but their children.

use leptos::prelude::*;

use crate::use_auth;

/// Renders its children while a user is signed in, and renders them again for another user.
///
/// ```
/// # use leptos::prelude::*;
/// # use leptos_cognito::SignedIn;
/// # #[component]
/// # fn Account() -> impl IntoView {
/// view! {
///     <SignedIn>
///         <p>"You are signed in."</p>
///     </SignedIn>
/// }
/// # }
/// ```
#[component]
pub fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let auth = use_auth();
    move || auth.is_signed_in().then(|| children())
}

/// Renders its children while no user is signed in. It renders nothing while a damaged stored session is being
/// recovered, because it is not known yet whether a user is signed in.
#[component]
pub fn SignedOut(children: ChildrenFn) -> impl IntoView {
    let auth = use_auth();
    move || (!auth.is_signed_in() && !auth.is_recovering()).then(|| children())
}

/// Renders its children while a user is signed in, and renders them again for another user. Otherwise it renders
/// `fallback`, and while a damaged stored session is being recovered it renders `recovering`.
///
/// It protects what the page shows, not data: the API has to check the token of every request.
#[component]
pub fn Protected(
    children: ChildrenFn,
    /// The content for a signed-out user, for example a link to the sign-in page.
    #[prop(into)]
    fallback: ViewFn,
    /// The content until it is known whether a user is signed in. It is empty by default.
    #[prop(optional, into)]
    recovering: ViewFn,
) -> impl IntoView {
    let auth = use_auth();
    move || {
        if auth.is_signed_in() {
            children()
        } else if auth.is_recovering() {
            recovering.run()
        } else {
            fallback.run()
        }
    }
}
