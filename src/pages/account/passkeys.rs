//! The passkeys of the user: a list, a button to add one, and a button to delete each of them.

use leptos::prelude::*;

use super::removable_list::{Item, Items, ListConfig, RemovableList};
use crate::auth::{AuthContext, PasskeyError};
use crate::browser::{LocalBoxFuture, clock, passkey};
use crate::components::SecondaryButton;
use crate::messages;
use crate::pages::submission::{SubmissionResult, submit_task};

/// The heading of the section.
pub(super) const TITLE: &str = "Passkeys";

/// There is a confirmation, because a passkey can be the only sign-in method of the user.
static PASSKEYS: ListConfig = ListConfig {
    title: TITLE,
    description: messages::PASSKEYS,
    empty_text: messages::NO_PASSKEYS,
    remove_label: "Delete",
    confirmation: Some((messages::DELETE_PASSKEY, "Keep it", "Delete it")),
    load,
    remove,
};

pub(super) fn passkeys(auth: AuthContext) -> AnyView {
    RemovableList::new(auth, &PASSKEYS).view(Some(add))
}

fn load(auth: AuthContext) -> LocalBoxFuture<Result<Items, String>> {
    Box::pin(async move {
        let passkeys = match auth.passkeys().await {
            Ok(passkeys) => passkeys,
            Err(error @ PasskeyError::NotOffered) => {
                return Ok(Items::Unsupported(messages::passkey_error(&error)));
            }
            Err(error) => return Err(messages::passkey_error(&error)),
        };
        let passkeys = passkeys.into_iter().map(|passkey| Item {
            id: passkey.id,
            title: passkey
                .friendly_name
                .unwrap_or_else(|| "Passkey".to_owned()),
            details: passkey
                .created_at
                .map(|since| format!("Added {}", clock::format_local(since)))
                .unwrap_or_default(),
        });
        Ok(Items::List(passkeys.collect()))
    })
}

fn remove(auth: AuthContext, id: String) -> LocalBoxFuture<Result<&'static str, String>> {
    Box::pin(async move {
        match auth.delete_passkey(&id).await {
            Ok(()) => Ok(messages::PASSKEY_DELETED),
            Err(error) => Err(messages::passkey_error(&error)),
        }
    })
}

fn add(list: RemovableList) -> AnyView {
    if !passkey::is_available() {
        return view! { <p>{messages::NO_PASSKEYS_IN_BROWSER}</p> }.into_any();
    }
    let on_click = list.submission.on_submit(move || {
        list.clear_status();
        submit_task(async move {
            match list.auth.add_passkey().await {
                Ok(()) => list.finish(messages::PASSKEY_ADDED),
                Err(error) => SubmissionResult::FormError(messages::passkey_error(&error)),
            }
        })
    });
    view! { <SecondaryButton on_click=on_click label="Add a passkey" busy=list.submission.is_busy()/> }
        .into_any()
}
