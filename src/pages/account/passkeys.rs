//! The passkeys of the user: a list, a button to add one, and a button to delete each of them.

use leptos::prelude::*;

use super::list::{Kind, List, Thing, Things};
use crate::auth::{AuthContext, PasskeyError};
use crate::browser::{LocalBoxFuture, clock, passkey};
use crate::components::Choice;
use crate::messages;
use crate::pages::attempt::{Outcome, work};

/// The heading of the section.
pub(super) const TITLE: &str = "Passkeys";

/// There is a confirmation, because a passkey can be the only sign-in method of the user.
static PASSKEYS: Kind = Kind {
    title: TITLE,
    about: messages::PASSKEYS,
    none: messages::NO_PASSKEYS,
    remove: "Delete",
    question: Some((messages::DELETE_PASSKEY, "Keep it", "Delete it")),
    ask,
    take_away,
};

pub(super) fn passkeys(auth: AuthContext) -> AnyView {
    List::new(auth, &PASSKEYS).view(Some(add))
}

fn ask(auth: AuthContext) -> LocalBoxFuture<Result<Things, String>> {
    Box::pin(async move {
        let passkeys = match auth.passkeys().await {
            Ok(passkeys) => passkeys,
            Err(fault @ PasskeyError::NotOffered) => {
                return Ok(Things::Never(messages::passkey_error(&fault)));
            }
            Err(fault) => return Err(messages::passkey_error(&fault)),
        };
        let passkeys = passkeys.into_iter().map(|passkey| Thing {
            id: passkey.id,
            called: passkey
                .friendly_name
                .unwrap_or_else(|| "Passkey".to_owned()),
            told: passkey
                .created_at
                .map(|since| format!("Added {}", clock::format_local(since)))
                .unwrap_or_default(),
        });
        Ok(Things::These(passkeys.collect()))
    })
}

fn take_away(auth: AuthContext, id: String) -> LocalBoxFuture<Result<&'static str, String>> {
    Box::pin(async move {
        match auth.delete_passkey(&id).await {
            Ok(()) => Ok(messages::PASSKEY_DELETED),
            Err(fault) => Err(messages::passkey_error(&fault)),
        }
    })
}

fn add(list: List) -> AnyView {
    if !passkey::is_available() {
        return view! { <p>{messages::NO_PASSKEYS_IN_BROWSER}</p> }.into_any();
    }
    let on_press = list.attempt.on_press(move || {
        list.begin();
        work(async move {
            match list.auth.add_passkey().await {
                Ok(()) => list.follow(messages::PASSKEY_ADDED),
                Err(fault) => Outcome::Refused(messages::passkey_error(&fault)),
            }
        })
    });
    view! { <Choice on_press=on_press label="Add a passkey" busy=list.attempt.is_busy()/> }
        .into_any()
}
