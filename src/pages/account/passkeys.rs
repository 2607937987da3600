//! The passkeys of the user: a list, a button to add one, and a button to delete each of them.

use leptos::prelude::*;
use ui_texts::{Message, account as texts, errors, labels};

use super::removable_list::{Item, Items, ListConfig, RemovableList};
use crate::auth::{AuthContext, PasskeyError};
use crate::browser::{LocalBoxFuture, clock, passkey};
use crate::components::{SecondaryButton, message_text};
use crate::messages;
use crate::pages::submission::{SubmissionResult, submit_task};

/// The heading of the section.
pub(super) const TITLE: &str = texts::PASSKEYS;

/// The texts and operations of the list of passkeys. There is a confirmation, because a passkey can be the only sign-in
/// method of the user.
static PASSKEYS: ListConfig = ListConfig {
    title: TITLE,
    description: texts::PASSKEYS_INTRO,
    empty_text: texts::NO_PASSKEYS,
    remove_label: labels::DELETE,
    confirmation: Some((texts::DELETE_PASSKEY, labels::CANCEL, labels::DELETE)),
    load: load_passkeys,
    remove: remove_passkey,
};

pub(super) fn passkeys(auth: AuthContext) -> AnyView {
    RemovableList::new(auth, &PASSKEYS).view(Some(add_passkey_button))
}

fn load_passkeys(auth: AuthContext) -> LocalBoxFuture<Result<Items, Message>> {
    Box::pin(async move {
        let passkeys = match auth.list_passkeys().await {
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
                .unwrap_or_else(|| texts::UNNAMED_PASSKEY.to_owned()),
            details: passkey
                .created_at
                .map(|since| texts::passkey_added_on(&clock::format_local(since)))
                .unwrap_or_default(),
        });
        Ok(Items::List(passkeys.collect()))
    })
}

fn remove_passkey(
    auth: AuthContext,
    credential_id: String,
) -> LocalBoxFuture<Result<&'static str, Message>> {
    Box::pin(async move {
        match auth.delete_passkey(&credential_id).await {
            Ok(()) => Ok(texts::PASSKEY_DELETED),
            Err(error) => Err(messages::passkey_error(&error)),
        }
    })
}

fn add_passkey_button(list: RemovableList) -> AnyView {
    if !passkey::is_available() {
        return message_text(&errors::PASSKEYS_UNSUPPORTED);
    }
    let on_click = list.submission.on_submit(move || {
        list.clear_status();
        submit_task(async move {
            match list.auth.add_passkey().await {
                Ok(()) => list.show_status_and_reload(texts::PASSKEY_ADDED),
                Err(error) => SubmissionResult::FormError(messages::passkey_error(&error)),
            }
        })
    });
    view! { <SecondaryButton on_click=on_click label=texts::ADD_PASSKEY busy=list.submission.is_busy()/> }
        .into_any()
}
