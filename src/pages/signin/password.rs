//! The password step, for flows that do not begin with the password.

use cognito_proto::sign_in::PasswordAsked;
use leptos::prelude::*;

use super::super::attempt::{Attempt, Field, parsed, typed_password};
use super::asking::Asking;
use crate::auth::{UserChallenge, use_auth};
use crate::components::{
    Form, HiddenUsername, Notice, Page, PasswordField, PasswordUse, Tone, Way, Ways, link_button,
};
use crate::messages;
use crate::routes::Route;

/// Renders the form.
pub(super) fn password(asking: Asking, _: &PasswordAsked) -> AnyView {
    let auth = use_auth();
    let password = RwSignal::new(String::new());
    let field = Field {
        id: "password",
        error: RwSignal::new(None),
    };
    let attempt = Attempt::new();
    let on_submit = attempt.on_press(move || {
        let secret = parsed(password, field, typed_password, messages::PASSWORD_NEEDED).get()?;
        let (UserChallenge::Password(asked), talk) = asking.take()? else {
            return None;
        };
        asking.answer_with_password(password, auth.submit_password(talk, asked, secret))
    });
    let other_way = Box::new(move || {
        let Some((UserChallenge::Password(asked), talk)) = asking.take() else {
            return;
        };
        // If the password is the only choice, the user can only start over with another username.
        let choice = asked
            .back()
            .filter(|asked| asked.question.only_choice().is_none());
        let question = choice.map(UserChallenge::ChooseFirstFactor);
        asking.show(question.map(|question| talk.with_challenge(question)));
    });
    let ways = vec![
        Way::Button(link_button("Sign in another way", other_way)),
        Way::Link("", asking.way_to(Route::Forgot), "Forgot your password?"),
    ];
    view! {
        <Page title="Enter your password">
            <Notice tone=Tone::Trouble text=asking.trouble.into()/>
            <Form on_submit=on_submit trouble=attempt.trouble() busy=attempt.is_busy() label="Sign in" busy_label="Signing in…">
                <HiddenUsername value=asking.username/>
                <PasswordField usage=PasswordUse::Current value=password error=field.error/>
            </Form>
            <Ways ways=ways/>
        </Page>
    }
    .into_any()
}
