//! Pages that only somebody may see.

use cognito_proto::session::{Session, Why};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::auth::use_auth;
use crate::browser::location;
use crate::routes;

/// Draws its children for who is signed in. Others are sent to sign in, and come back afterwards.
#[component]
pub(super) fn Protected(children: ChildrenFn) -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let why = Memo::new(move |_| {
        auth.session().with(|session| match session {
            Session::SignedOut(why) => Some(*why),
            _ => None,
        })
    });
    Effect::new(move |_| {
        let address = match why.get() {
            None => return,
            // Who leaves wants to be gone, not asked back in.
            Some(Why::Asked) => routes::HOME.to_owned(),
            Some(Why::NotSignedIn | Why::Expired) => {
                routes::with_query(routes::SIGN_IN, &[(routes::THEN, &location::here())])
            }
        };
        // In place of this page, so that Back does not lead here again.
        navigate(&address, leptos_router::NavigateOptions { replace: true, ..Default::default() });
    });
    let signed_in = Memo::new(move |_| auth.is_signed_in());
    view! { <Show when=move || signed_in.get()>{children()}</Show> }
}
