//! The button that requests another code. After each code it is disabled for a while, and shows the remaining
//! seconds.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use leptos::prelude::*;

use super::attempt::Attempt;
use crate::browser::{clock, timer};
use crate::components::LinkButton;
use crate::messages;

/// The time for which the button is disabled. Email takes a while, and the pool sends only a few codes per hour.
const REST: Duration = Duration::from_secs(30);

/// The state of the button. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct Resend {
    pub(super) attempt: Attempt,
    /// The remaining seconds for which the button is disabled.
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

    /// Disables the button for a while, because a code has just been sent.
    pub(super) fn rest(self) {
        let now = clock::now();
        self.count_down(now, now.plus(REST));
    }

    fn count_down(self, now: UnixTime, end: UnixTime) {
        // If the device's clock is set back, the user does not wait longer than `REST`.
        let left = now.until(end).min(REST).as_secs();
        // The page can be gone by now.
        if self.left.try_set(left).is_none() && left > 0 {
            let tick = timer::set_timeout(Duration::from_secs(1), move || {
                self.count_down(clock::now(), end);
            });
            let _ = self.tick.try_set_value(Some(tick));
        }
    }

    /// Renders the button. `on_press` is called only while the button is enabled.
    pub(super) fn button(self, on_press: Box<dyn Fn() + Send>) -> AnyView {
        self.button_beside(Signal::stored(false), on_press)
    }

    /// Renders the button. It is also disabled while `blocked` is true, which means that a related submission is
    /// running.
    pub(super) fn button_beside(
        self,
        blocked: Signal<bool>,
        on_press: Box<dyn Fn() + Send>,
    ) -> AnyView {
        let left = self.left;
        let is_busy = self.attempt.is_busy();
        let label = Signal::derive(move || {
            if is_busy.get() {
                messages::SENDING.to_owned()
            } else {
                messages::resend_code(left.get())
            }
        });
        let rests = Signal::derive(move || is_busy.get() || blocked.get() || left.get() > 0);
        let on_press = Box::new(move || {
            if left.get_untracked() == 0 && !blocked.get_untracked() {
                on_press();
            }
        });
        view! { <LinkButton on_press=on_press label=label busy=rests/> }.into_any()
    }
}
