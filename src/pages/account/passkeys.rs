//! Passkeys: those that there are, a new one, and one less.

use cognito_proto::action::WebAuthnCredential;
use leptos::prelude::*;

use super::part::{Loading, go_to, row, row_button};
use crate::auth::{Auth, PasskeyFault};
use crate::browser::{clock, passkey};
use crate::components::{Choice, Notice, Tone, dynamic};
use crate::pages::attempt::{Attempt, Outcome, work};
use crate::words;

/// The part's state. Copied freely.
#[derive(Clone, Copy)]
struct Passkeys {
    auth: Auth,
    loading: Loading,
    attempt: Attempt,
    /// The id of the one that is about to be deleted.
    sure: RwSignal<Option<String>>,
    news: RwSignal<Option<String>>,
}

pub(super) fn passkeys(auth: Auth) -> AnyView {
    // `None` inside where the pool has no passkeys.
    let list = RwSignal::new(None::<Option<Vec<WebAuthnCredential>>>);
    let loading = Loading::new(move || {
        work(async move {
            let listed = match auth.passkeys().await {
                Ok(passkeys) => Some(passkeys),
                Err(PasskeyFault::NotOffered) => None,
                Err(fault) => return Outcome::Refused(words::for_passkey(&fault)),
            };
            let _ = list.try_set(Some(listed));
            Outcome::Done
        })
    });
    let part = Passkeys {
        auth,
        loading,
        attempt: Attempt::new(),
        sure: RwSignal::new(None),
        news: RwSignal::new(None),
    };
    let rows = loading.view(Box::new(move || Some(part.list(list.get()?))));
    view! {
        <p>{words::PASSKEYS}</p>
        <Notice tone=Tone::Calm words=part.news.into()/>
        <Notice tone=Tone::Trouble words=part.attempt.trouble()/>
        {rows}
    }
    .into_any()
}

impl Passkeys {
    fn list(self, listed: Option<Vec<WebAuthnCredential>>) -> AnyView {
        let Some(passkeys) = listed else {
            let words = words::for_passkey(&PasskeyFault::NotOffered);
            return view! { <p role="status">{words}</p> }.into_any();
        };
        let none = passkeys
            .is_empty()
            .then(|| view! { <p class="quiet-words">{words::NO_PASSKEYS}</p> });
        let rows = passkeys
            .into_iter()
            .map(|passkey| self.row(passkey))
            .collect::<Vec<_>>();
        let add = if passkey::is_available() {
            let on_press = self.attempt.on_press(move || {
                self.news.set(None);
                work(async move {
                    match self.auth.add_passkey().await {
                        Ok(()) => self.follow(words::PASSKEY_ADDED),
                        Err(fault) => Outcome::Refused(words::for_passkey(&fault)),
                    }
                })
            });
            view! { <Choice on_press=on_press words="Add a passkey" busy=self.attempt.is_busy()/> }
                .into_any()
        } else {
            view! { <p>{words::NO_PASSKEYS_IN_BROWSER}</p> }.into_any()
        };
        view! { {none}{rows}{add} }.into_any()
    }

    /// Deleting one asks once more, in the row itself.
    fn row(self, passkey: WebAuthnCredential) -> AnyView {
        dynamic(move || {
            let called = passkey.friendly_name.clone();
            let called = called.unwrap_or_else(|| "Passkey".to_owned());
            let is_sure = self.sure.with(|sure| sure.as_deref() == Some(&*passkey.id));
            let since = passkey.created_at.map(clock::written);
            let since = since.map(|since| format!("Added {since}"));
            let id = passkey.id.clone();
            let busy = self.attempt.is_busy();
            if !is_sure {
                let button_id = format!("delete-{id}");
                let on_press = move || {
                    self.news.set(None);
                    self.sure.set(Some(id.clone()));
                    go_to(KEEP);
                };
                let delete = row_button(button_id, "Delete", &called, busy, Box::new(on_press));
                let since = view! { <span class="quiet-words">{since}</span> }.into_any();
                return row(called, since, delete);
            }
            let keep = {
                let button_id = format!("delete-{id}");
                let on_press = move || {
                    self.sure.set(None);
                    go_to(button_id.clone());
                };
                row_button(
                    KEEP.to_owned(),
                    "Keep it",
                    &called,
                    busy,
                    Box::new(on_press),
                )
            };
            let on_press = self.attempt.on_press(move || {
                let id = id.clone();
                work(async move {
                    match self.auth.delete_passkey(&id).await {
                        Ok(()) => {
                            let _ = self.sure.try_set(None);
                            self.follow(words::PASSKEY_DELETED)
                        }
                        Err(fault) => Outcome::Refused(words::for_passkey(&fault)),
                    }
                })
            });
            let delete = row_button("delete-it".to_owned(), "Delete it", &called, busy, on_press);
            let ask = view! { <span>{words::DELETE_PASSKEY}</span> }.into_any();
            row(called, ask, view! { {keep}{delete} }.into_any())
        })
    }

    fn follow(self, news: &str) -> Outcome {
        let _ = self.news.try_set(Some(news.to_owned()));
        self.loading.again();
        Outcome::Done
    }
}

/// The id of the button that deletes nothing; one row asks at a time.
const KEEP: &str = "keep-passkey";
