//! The section with the passkeys of the user: a list, a button to add one, and a button to delete each of them.

use cognito_proto::action::WebAuthnCredential;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::browser::{clock, passkey};
use leptos_cognito::{AuthContext, PasskeyError, use_auth};
use ui_texts::{Message, account as texts, errors, labels};

use super::removable_list::{Confirmation, Item, Items, ListKind, ListState, RemovableList};
use crate::components::{MessageText, SecondaryButton};
use crate::messages;
use crate::pages::submission::{SubmissionResult, submit_task};

/// The content of the section with the user's passkeys.
#[component]
pub(super) fn PasskeysSection() -> impl IntoView {
    let list = ListState::<PasskeyList>::new(use_auth());
    view! {
        <RemovableList list>
            <AddPasskey list/>
        </RemovableList>
    }
}

struct PasskeyList;

impl ListKind for PasskeyList {
    /// The credential ID of the passkey.
    type Id = String;

    const TITLE: &'static str = texts::PASSKEYS;
    const DESCRIPTION: &'static str = texts::PASSKEYS_INTRO;
    const EMPTY_TEXT: &'static str = texts::NO_PASSKEYS;
    const REMOVE_LABEL: &'static str = labels::DELETE;
    const REMOVED_TEXT: &'static str = texts::PASSKEY_DELETED;
    /// The page asks for a confirmation, because a passkey can be the only sign-in method of the user.
    const CONFIRMATION: Option<Confirmation> = Some(Confirmation {
        question: texts::DELETE_PASSKEY,
        keep_label: labels::CANCEL,
    });

    async fn load(auth: AuthContext) -> Result<Items<String>, Message> {
        match auth.account().list_passkeys().await {
            Ok(passkeys) => Ok(Items::List(passkeys.into_iter().map(list_item).collect())),
            Err(error @ PasskeyError::NotOffered) => {
                Ok(Items::Unsupported(messages::passkey_error(&error)))
            }
            Err(error) => Err(messages::passkey_error(&error)),
        }
    }

    async fn remove(auth: AuthContext, credential_id: String) -> Result<(), Message> {
        let result = auth.account().delete_passkey(&credential_id).await;
        result.map_err(|error| messages::passkey_error(&error))
    }
}

fn list_item(passkey: WebAuthnCredential) -> Item<String> {
    Item {
        id: passkey.id,
        title: passkey
            .friendly_name
            .unwrap_or_else(|| texts::UNNAMED_PASSKEY.to_owned()),
        details: passkey
            .created_at
            .map(|since| texts::passkey_added_on(&clock::format_local(since)))
            .unwrap_or_default(),
    }
}

/// The button that adds a passkey, or the reason why the browser cannot add one.
#[component]
fn AddPasskey(list: ListState<PasskeyList>) -> impl IntoView {
    if !passkey::is_available() {
        return Either::Left(view! { <MessageText message=errors::PASSKEYS_UNSUPPORTED.clone()/> });
    }
    let on_click = list.submission.on_submit(move || {
        list.clear_status();
        submit_task(async move {
            match list.auth.account().add_passkey().await {
                Ok(()) => list.show_status_and_reload(texts::PASSKEY_ADDED),
                Err(error) => SubmissionResult::FormError(messages::passkey_error(&error)),
            }
        })
    });
    Either::Right(view! {
        <SecondaryButton on_click=on_click label=texts::ADD_PASSKEY busy=list.submission.is_busy()/>
    })
}
