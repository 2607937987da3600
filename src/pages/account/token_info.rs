//! The sections that show the claims of the ID token and of the userInfo response, as tables.

use cognito_proto::jwt;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::{UserInfoRequestError, use_auth};
use ui_texts::{account as texts, labels};

use crate::components::MessageText;
use crate::messages;
use crate::pages::retry::retry_when_back_online;

/// The name and value of each claim, in the order in which they are shown.
type Claims = Vec<(String, String)>;

/// The section with the claims of the ID token. The table is updated after each token refresh.
#[component]
pub(super) fn IdTokenSection() -> impl IntoView {
    let auth = use_auth();
    let claims = Memo::new(move |_| {
        auth.session().with(|session| {
            session
                .tokens()
                .map(|tokens| jwt::id_token_claims(tokens.id_token()))
                .unwrap_or_default()
        })
    });
    view! {
        <section class="section">
            <h2>{texts::ID_TOKEN}</h2>
            {move || view! { <ClaimsTable claims=claims.get()/> }}
        </section>
    }
}

/// The section with the userInfo response. It is only available for hosted sign-ins, because the endpoint requires the
/// scope `openid`. It is requested again after each change by the user, and the old response is shown until the new one
/// arrives.
#[component]
pub(super) fn UserInfoSection(
    /// The number of changes by the user so far.
    changes: ReadSignal<u32>,
) -> impl IntoView {
    let auth = use_auth();
    let response = RwSignal::new(None::<Result<Claims, UserInfoRequestError>>);
    let request = move || {
        let change_at_request = changes.get_untracked();
        spawn_local(async move {
            let info = auth.hosted_ui().user_info().await;
            // Ignore a late response to a request that was sent before the last change.
            if changes.try_get_untracked() == Some(change_at_request) {
                let _ = response.try_set(Some(info));
            }
        });
    };
    Effect::new(move |_| {
        changes.track();
        request();
    });
    retry_when_back_online(Callback::new(move |()| {
        if response.with_untracked(|response| matches!(response, Some(Err(_)))) {
            request();
        }
    }));
    let content = move || match response.get() {
        None => EitherOf3::A(view! { <p role="status" class="muted">{labels::LOADING}</p> }),
        Some(Ok(claims)) => EitherOf3::B(view! { <ClaimsTable claims/> }),
        Some(Err(error)) => {
            EitherOf3::C(view! { <MessageText message=messages::user_info_error(&error)/> })
        }
    };
    view! {
        <section class="section">
            <h2>{texts::USER_INFO}</h2>
            {content}
        </section>
    }
}

/// A table with the names and values of claims.
#[component]
fn ClaimsTable(claims: Claims) -> impl IntoView {
    let row = |(name, value): (String, String)| {
        let meaning = messages::readable_time(&name, &value);
        view! {
            <div>
                <dt><code>{name}</code></dt>
                <dd>{value}{meaning.map(|meaning| view! { <span class="muted">{meaning}</span> })}</dd>
            </div>
        }
    };
    view! { <dl class="claims">{claims.into_iter().map(row).collect_view()}</dl> }
}
