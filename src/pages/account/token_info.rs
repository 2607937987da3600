//! The claims of the ID token and of the userInfo response, as tables.

use cognito_proto::jwt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui_texts::{account as texts, labels};

use crate::auth::{AuthContext, UserInfoRequestError};
use crate::components::{message_text, reactive};
use crate::messages;
use crate::pages::retry::retry_when_back_online;

/// Renders the claims of the ID token. The table is updated after each token refresh.
pub(super) fn claims(auth: AuthContext) -> AnyView {
    reactive(move || {
        let claims = auth.session().with(|session| {
            session
                .tokens()
                .map(|tokens| jwt::id_token_claims(tokens.id_token()))
                .unwrap_or_default()
        });
        view! {
            <section class="section">
                <h2>{texts::ID_TOKEN}</h2>
                {claims_table(claims)}
            </section>
        }
        .into_any()
    })
}

/// Renders the userInfo response. It is only available for hosted sign-ins, because the endpoint requires the scope
/// `openid`. It is requested again after each change by the user, and the old response is shown until the new one
/// arrives.
pub(super) fn user_info(auth: AuthContext, changes: ReadSignal<u32>) -> AnyView {
    let response = RwSignal::new(None::<Result<Vec<(String, String)>, UserInfoRequestError>>);
    let request = move || {
        let change_at_request = changes.get_untracked();
        spawn_local(async move {
            let info = auth.user_info().await;
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
    retry_when_back_online(Box::new(move || {
        if response.with_untracked(|response| matches!(response, Some(Err(_)))) {
            request();
        }
    }));
    reactive(move || {
        let content = match response.get() {
            None => view! { <p role="status" class="muted">{labels::LOADING}</p> }.into_any(),
            Some(Ok(claims)) => claims_table(claims),
            Some(Err(error)) => message_text(&messages::user_info_error(&error)),
        };
        view! {
            <section class="section">
                <h2>{texts::USER_INFO}</h2>
                {content}
            </section>
        }
        .into_any()
    })
}

/// Renders a table with the names and values of claims, in the given order.
fn claims_table(claims: Vec<(String, String)>) -> AnyView {
    let row = |(name, value): (String, String)| {
        let meaning = messages::readable_time(&name, &value);
        view! {
            <div>
                <dt><code>{name}</code></dt>
                <dd>{value}{meaning.map(|meaning| view! { <span class="muted">{meaning}</span> })}</dd>
            </div>
        }
        .into_any()
    };
    view! { <dl class="claims">{claims.into_iter().map(row).collect::<Vec<_>>()}</dl> }.into_any()
}
