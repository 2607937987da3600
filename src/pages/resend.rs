//! The button that requests another verification code. After each code it is disabled for a while, and shows the
//! remaining seconds.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use leptos::prelude::*;
use leptos_cognito::browser::{clock, timer};
use ui_texts::labels;

use super::submission::Submission;
use crate::components::LinkButton;

/// How long the button that requests another code is disabled. Email takes a while, and the pool sends only a few codes
/// per hour.
const COOLDOWN: Duration = Duration::from_secs(30);

/// The state of the button that requests another verification code. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct Resend {
    pub(super) submission: Submission,
    /// The remaining seconds for which the button is disabled.
    seconds_left: RwSignal<u64>,
    tick: StoredValue<Option<timer::Timeout>, LocalStorage>,
}

impl Resend {
    pub(super) fn new() -> Self {
        Self {
            submission: Submission::new(),
            seconds_left: RwSignal::new(0),
            tick: StoredValue::new_local(None),
        }
    }

    /// Disables the button for a while, because a code has just been sent.
    pub(super) fn start_cooldown(self) {
        let now = clock::now();
        self.count_down(now, now.plus(COOLDOWN));
    }

    fn count_down(self, now: UnixTime, end: UnixTime) {
        // If the device's clock is set back, the user does not wait longer than `COOLDOWN`.
        let seconds_left = now.until(end).min(COOLDOWN).as_secs();
        // The page can be gone by now.
        if self.seconds_left.try_set(seconds_left).is_none() && seconds_left > 0 {
            let tick = timer::set_timeout(Duration::from_secs(1), move || {
                self.count_down(clock::now(), end);
            });
            let _ = self.tick.try_set_value(Some(tick));
        }
    }
}

/// The button that requests another verification code. It is disabled for a while after each code, and while a code is
/// being requested.
#[component]
pub(super) fn ResendButton(
    resend: Resend,
    /// Requests another code. It is called only while the button is enabled.
    on_click: Callback<()>,
    /// True while a related submission is running. The button is disabled then, too.
    #[prop(optional)]
    blocked: Signal<bool>,
) -> impl IntoView {
    let seconds_left = resend.seconds_left;
    let is_busy = resend.submission.is_busy();
    let label = Signal::derive(move || {
        if is_busy.get() {
            labels::SENDING.to_owned()
        } else {
            labels::resend_code(seconds_left.get())
        }
    });
    let is_disabled =
        Signal::derive(move || is_busy.get() || blocked.get() || seconds_left.get() > 0);
    let click_if_enabled = move || {
        if seconds_left.get_untracked() == 0 && !blocked.get_untracked() {
            on_click.run(());
        }
    };
    view! { <LinkButton on_click=click_if_enabled label busy=is_disabled/> }
}
