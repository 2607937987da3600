//! The claims of the ID token and of the userInfo response, as tables.

use cognito_proto::jwt;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::auth::{AuthContext, UserInfoRequestError};
use crate::components::dynamic;
use crate::messages;
use crate::pages::recovery::on_recovery;

/// Renders the claims of the ID token. The table is updated after each token refresh.
pub(super) fn claims(auth: AuthContext) -> AnyView {
    dynamic(move || {
        let members = auth.session().with(|session| {
            session
                .tokens()
                .map(|tokens| jwt::members(tokens.id()))
                .unwrap_or_default()
        });
        view! {
            <section class="section">
                <h2>"Your ID token says"</h2>
                {table(members)}
            </section>
        }
        .into_any()
    })
}

/// Renders the userInfo response. It is only available for hosted sign-ins, because the endpoint requires the scope
/// `openid`. It is requested again after each change by the user, and the old response is shown until the new one
/// arrives.
pub(super) fn user_info(auth: AuthContext, changes: ReadSignal<u32>) -> AnyView {
    let answer = RwSignal::new(None::<Result<Vec<(String, String)>, UserInfoRequestError>>);
    let ask = move || {
        let asked_after = changes.get_untracked();
        spawn_local(async move {
            let info = auth.user_info().await;
            // Ignore a late response to a request that was sent before the last change.
            if changes.try_get_untracked() == Some(asked_after) {
                let _ = answer.try_set(Some(info));
            }
        });
    };
    Effect::new(move |_| {
        changes.track();
        ask();
    });
    on_recovery(Box::new(move || {
        if answer.with_untracked(|answer| matches!(answer, Some(Err(_)))) {
            ask();
        }
    }));
    dynamic(move || {
        let told = match answer.get() {
            None => view! { <p role="status" class="muted">{messages::ASKING}</p> }.into_any(),
            Some(Ok(members)) => table(members),
            Some(Err(fault)) => {
                view! { <p role="status" class="muted">{messages::user_info_error(&fault)}</p> }
                    .into_any()
            }
        };
        view! {
            <section class="section">
                <h2>"The user pool says (userInfo)"</h2>
                {told}
            </section>
        }
        .into_any()
    })
}

/// Renders names and values in the given order.
fn table(members: Vec<(String, String)>) -> AnyView {
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
    view! { <dl class="claims">{members.into_iter().map(row).collect::<Vec<_>>()}</dl> }.into_any()
}
