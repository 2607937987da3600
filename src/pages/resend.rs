//! Asking for a code once more. The button rests for a while after a code went out, and says for how long.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use leptos::prelude::*;

use super::attempt::Attempt;
use crate::browser::{clock, timer};
use crate::components::LinkButton;
use crate::words;

/// How long the button rests: mail takes a while, and the pool sends only a few codes in an hour.
const REST: Duration = Duration::from_secs(30);

/// A button for a new code.
#[derive(Clone, Copy)]
pub(super) struct Resend {
    pub(super) attempt: Attempt,
    /// Seconds of rest that are left.
    left: RwSignal<u64>,
    tick: StoredValue<Option<timer::Timeout>, LocalStorage>,
}

impl Resend {
    pub(super) fn new() -> Self {
        Self {
            attempt: Attempt::new(),
            left: RwSignal::new(0),
            tick: StoredValue::new_local(None),
        }
    }

    /// A code has just gone out.
    pub(super) fn rest(self) {
        let now = clock::now();
        self.count_down(now, now.plus(REST));
    }

    fn count_down(self, now: UnixTime, end: UnixTime) {
        // A clock that is set back makes nobody wait longer.
        let left = now.until(end).min(REST).as_secs();
        // The page may be gone by now.
        if self.left.try_set(left).is_none() && left > 0 {
            let tick = timer::after(Duration::from_secs(1), move || {
                self.count_down(clock::now(), end);
            });
            let _ = self.tick.try_set_value(Some(tick));
        }
    }

    /// The button; `on_press` is called when it does not rest.
    pub(super) fn button(self, on_press: Box<dyn Fn() + Send>) -> AnyView {
        self.button_beside(Signal::stored(false), on_press)
    }

    /// The button, which rests also while `blocked`: while what stands beside it is under way.
    pub(super) fn button_beside(
        self,
        blocked: Signal<bool>,
        on_press: Box<dyn Fn() + Send>,
    ) -> AnyView {
        let left = self.left;
        let is_busy = self.attempt.is_busy();
        let words = Signal::derive(move || {
            if is_busy.get() {
                words::SENDING.to_owned()
            } else {
                words::send_again(left.get())
            }
        });
        let rests = Signal::derive(move || is_busy.get() || blocked.get() || left.get() > 0);
        let on_press = Box::new(move || {
            if left.get_untracked() == 0 && !blocked.get_untracked() {
                on_press();
            }
        });
        view! { <LinkButton on_press=on_press words=words busy=rests/> }.into_any()
    }
}
