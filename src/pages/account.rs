use cognito_proto::jwt;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::{Attempt, Outcome, work};
use super::protected::protected;
use crate::auth::{Auth, UserInfoFault, use_auth};
use crate::components::{Choice, Notice, Page, Tone, dynamic};
use crate::words;

/// `/account`: what is known of the person, and the way out of every session.
pub fn account_page() -> AnyView {
    protected(|| {
        let auth = use_auth();
        view! {
            <Page title="Your account">
                <p class="lead">{greeting(auth)}</p>
                {everywhere(auth)}
                {claims(auth)}
                {user_info(auth)}
            </Page>
        }
        .into_any()
    })
}

/// The greeting, and where there is no name the reason.
fn greeting(auth: Auth) -> String {
    auth.session().with_untracked(|session| {
        let Some(tokens) = session.tokens() else {
            return String::new();
        };
        let claims = tokens.claims();
        let greeting = words::greeting(claims);
        match claims.name {
            Some(_) => greeting,
            None => format!("{greeting} {}", words::NO_NAME),
        }
    })
}

/// What the ID token says. It is read anew after each renewal.
fn claims(auth: Auth) -> AnyView {
    dynamic(move || {
        let members = auth.session().with(|session| {
            session
                .tokens()
                .map(|tokens| jwt::members(tokens.id()))
                .unwrap_or_default()
        });
        view! {
            <section class="part">
                <h2>"Your ID token says"</h2>
                {table(members)}
            </section>
        }
        .into_any()
    })
}

/// What the service says when asked, which it is only for who came by the hosted pages.
fn user_info(auth: Auth) -> AnyView {
    let answer = RwSignal::new(None::<Result<Vec<(String, String)>, UserInfoFault>>);
    spawn_local(async move {
        let info = auth.user_info().await;
        let _ = answer.try_set(Some(info));
    });
    dynamic(move || {
        let told = match answer.get() {
            None => view! { <p role="status" class="quiet-words">{words::ASKING}</p> }.into_any(),
            Some(Ok(members)) => table(members),
            Some(Err(fault)) => {
                view! { <p role="status" class="quiet-words">{words::for_user_info(&fault)}</p> }
                    .into_any()
            }
        };
        view! {
            <section class="part">
                <h2>"The user pool says (userInfo)"</h2>
                {told}
            </section>
        }
        .into_any()
    })
}

fn everywhere(auth: Auth) -> AnyView {
    let attempt = Attempt::new();
    let on_press = attempt.on_press(move || {
        work(async move {
            match auth.sign_out_everywhere().await {
                Ok(()) => Outcome::Done,
                Err(error) => Outcome::Refused(words::for_everywhere(&error)),
            }
        })
    });
    view! {
        <section class="part">
            <h2>"Sign out everywhere"</h2>
            <p>{words::EVERYWHERE}</p>
            <Notice tone=Tone::Trouble words=attempt.trouble()/>
            <Choice on_press=on_press words="Sign out on every device" busy=attempt.is_busy()/>
        </section>
    }
    .into_any()
}

/// Names and values, in their order.
fn table(members: Vec<(String, String)>) -> AnyView {
    let row = |(name, value): (String, String)| {
        let meaning = words::moment(&name, &value);
        view! {
            <div>
                <dt><code>{name}</code></dt>
                <dd>{value}{meaning.map(|meaning| view! { <span class="quiet-words">{meaning}</span> })}</dd>
            </div>
        }
        .into_any()
    };
    view! { <dl class="claims">{members.into_iter().map(row).collect::<Vec<_>>()}</dl> }.into_any()
}
