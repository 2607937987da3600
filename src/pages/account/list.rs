//! A list of what a person has, each of which can be removed: passkeys and devices alike.

use leptos::prelude::*;

use super::part::{Held, Loading, go_to, heading_id, row, row_button};
use crate::auth::Auth;
use crate::browser::{Task, page};
use crate::components::{Notice, Tone, dynamic};
use crate::pages::attempt::{Attempt, Outcome, work};

/// One of them.
#[derive(Clone)]
pub(super) struct Thing {
    /// What the pool knows it by.
    pub(super) id: String,
    /// What the person knows it by.
    pub(super) called: String,
    /// What else there is to tell of it.
    pub(super) told: String,
}

/// What there is.
pub(super) enum Things {
    /// These, or none.
    These(Vec<Thing>),
    /// The pool has nothing of the kind, and this is why.
    Never(String),
}

/// A kind of list.
pub(super) struct Kind {
    /// What its part is called.
    pub(super) title: &'static str,
    /// What it is good for.
    pub(super) about: &'static str,
    /// What is said while it is empty.
    pub(super) none: &'static str,
    /// What stands on the button that removes one.
    pub(super) remove: &'static str,
    /// What is asked before one is removed, and what then stands on the two buttons.
    pub(super) question: Option<(&'static str, &'static str, &'static str)>,
    /// Asks for them; else says why there was no answer.
    pub(super) ask: fn(Auth) -> Task<Result<Things, String>>,
    /// Removes the one with this id, and says so; else says why not.
    pub(super) take_away: fn(Auth, String) -> Task<Result<&'static str, String>>,
}

/// A list and its state. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) auth: Auth,
    kind: &'static Kind,
    things: Held,
    loading: Loading,
    pub(super) attempt: Attempt,
    /// The id of the one that is about to be removed.
    asked: RwSignal<Option<String>>,
    news: RwSignal<Option<String>>,
}

/// The id of the button that removes nothing; one row asks at a time.
const KEEP: &str = "keep";

impl List {
    pub(super) fn new(auth: Auth, kind: &'static Kind) -> Self {
        let things = Held::new();
        let loading = Loading::new(move || {
            let asked = (kind.ask)(auth);
            work(async move {
                match asked.await {
                    Ok(told) => {
                        things.set(told);
                        Outcome::Done
                    }
                    Err(words) => Outcome::Refused(words),
                }
            })
        });
        Self {
            auth,
            kind,
            things,
            loading,
            attempt: Attempt::new(),
            asked: RwSignal::new(None),
            news: RwSignal::new(None),
        }
    }

    /// The list; `more` stands beneath it where the pool has the kind at all.
    pub(super) fn view(self, more: Option<fn(Self) -> AnyView>) -> AnyView {
        let rows = self.loading.view(Box::new(move || {
            let things = self.things.get::<Things>()?;
            Some(match &*things {
                Things::Never(words) => said(words.clone()),
                Things::These(things) => {
                    let none = things.is_empty().then(|| said(self.kind.none.to_owned()));
                    let rows = things.iter().cloned().map(|thing| self.row(thing));
                    let rows = rows.collect::<Vec<_>>();
                    view! { {none}{rows}{more.map(|more| more(self))} }.into_any()
                }
            })
        }));
        view! {
            <p>{self.kind.about}</p>
            <Notice tone=Tone::Calm words=self.news.into()/>
            <Notice tone=Tone::Trouble words=self.attempt.trouble()/>
            {rows}
        }
        .into_any()
    }

    fn row(self, thing: Thing) -> AnyView {
        dynamic(move || {
            let is_asked = self
                .asked
                .with(|asked| asked.as_deref() == Some(&*thing.id));
            match self.kind.question {
                Some(question) if is_asked => self.asking(&thing, question),
                _ => self.shown(&thing),
            }
        })
    }

    fn shown(self, thing: &Thing) -> AnyView {
        let told = view! { <span class="quiet-words">{thing.told.clone()}</span> }.into_any();
        let id = thing.id.clone();
        let on_press = if self.kind.question.is_some() {
            Box::new(move || {
                self.news.set(None);
                self.asked.set(Some(id.clone()));
                go_to(KEEP);
            })
        } else {
            self.taking_away(id)
        };
        row(
            thing.called.clone(),
            told,
            self.button(thing, self.kind.remove, on_press),
        )
    }

    /// The second question, in the row itself.
    fn asking(
        self,
        thing: &Thing,
        (question, keep, remove): (&'static str, &'static str, &'static str),
    ) -> AnyView {
        let question = view! { <span>{question}</span> }.into_any();
        let button_id = self.button_id(thing);
        let leave = Box::new(move || {
            self.asked.set(None);
            go_to(button_id.clone());
        });
        let busy = self.attempt.is_busy();
        let keep = row_button(KEEP.to_owned(), keep, &thing.called, busy, leave);
        let remove = self.button(thing, remove, self.taking_away(thing.id.clone()));
        row(
            thing.called.clone(),
            question,
            view! { {keep}{remove} }.into_any(),
        )
    }

    fn button(self, thing: &Thing, words: &'static str, on_press: Box<dyn Fn() + Send>) -> AnyView {
        let id = self.button_id(thing);
        row_button(id, words, &thing.called, self.attempt.is_busy(), on_press)
    }

    fn button_id(self, thing: &Thing) -> String {
        format!("{}-{}", self.kind.remove, thing.id)
    }

    fn taking_away(self, id: String) -> Box<dyn Fn() + Send> {
        self.attempt.on_press(move || {
            self.news.set(None);
            let gone = (self.kind.take_away)(self.auth, id.clone());
            work(async move {
                match gone.await {
                    Ok(news) => self.follow(news),
                    Err(words) => Outcome::Refused(words),
                }
            })
        })
    }

    /// Says what was done, and asks what there is now.
    pub(super) fn follow(self, news: &str) -> Outcome {
        let _ = self.asked.try_set(None);
        let _ = self.news.try_set(Some(news.to_owned()));
        if self.attempt.is_there() {
            // The button that was pressed goes with the list as it was.
            page::focus(&heading_id(self.kind.title));
        }
        self.loading.again();
        Outcome::Done
    }

    /// Begins something else with them: what was said before is no news any more.
    pub(super) fn begin(self) {
        self.news.set(None);
    }
}

fn said(words: String) -> AnyView {
    view! { <p role="status" class="quiet-words">{words}</p> }.into_any()
}
