use std::borrow::Cow;

/// An error message for the user.
///
/// ```
/// use ui_texts::{Message, NextStep};
///
/// static EXPIRED: Message = Message::new("This code has expired.", NextStep::RequestNewCode);
/// assert_eq!(EXPIRED.full_text(), "This code has expired. Request a new code.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One or two sentences that say what happened.
    pub text: Cow<'static, str>,
    /// What the user can do next.
    pub next_step: NextStep,
    /// The cause or the remedy, in words for the administrator: Cognito's terms, keys of `config.js`, the service's own
    /// message. The app shows them folded and writes them to the console.
    pub details: Option<Cow<'static, str>>,
}

impl Message {
    /// A message without details.
    pub const fn new(text: &'static str, next_step: NextStep) -> Self {
        Self {
            text: Cow::Borrowed(text),
            next_step,
            details: None,
        }
    }

    /// A message with details for the administrator.
    pub const fn with_details(
        text: &'static str,
        next_step: NextStep,
        details: &'static str,
    ) -> Self {
        Self {
            text: Cow::Borrowed(text),
            next_step,
            details: Some(Cow::Borrowed(details)),
        }
    }

    /// Returns the same message with other details.
    #[must_use]
    pub fn and_details(&self, details: String) -> Self {
        Self {
            details: Some(details.into()),
            ..self.clone()
        }
    }

    /// Returns the text, followed by the sentence of the next step.
    pub fn full_text(&self) -> String {
        match self.next_step.sentence() {
            "" => self.text.clone().into_owned(),
            sentence => [&self.text, sentence].join(" "),
        }
    }
}

/// Declares the next steps with their sentences.
macro_rules! next_steps {
    ($($(#[$doc:meta])* $name:ident => $sentence:literal,)*) => {
        /// The next step of the user after an error. [`Message::full_text`] ends with its sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NextStep {
            $($(#[$doc])* $name,)*
        }

        impl NextStep {
            /// All next steps.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the sentence that tells the user what to do. It is empty if the text of the message says it
            /// already.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name => $sentence,)*
                }
            }
        }
    };
}

next_steps! {
    /// Correct the value. The text is shown at the field, or names what is wrong.
    CorrectInput => "",
    /// Follow the instruction that is part of the text.
    FollowText => "",
    /// Nothing: the text only says why something is not shown.
    NoneNeeded => "",
    /// Check all fields of the form.
    CheckForm => "Check the form and try again.",
    /// Change the value that the text quotes an objection to.
    ChangeInput => "Change it and try again.",
    /// Choose another password.
    ChooseAnotherPassword => "Choose a different one.",
    /// Enter another value, or use the account that has this one.
    UseAnotherValue => "Use a different one, or sign in to that account.",
    /// Try again at once.
    TryAgain => "Try again.",
    /// Try again after a temporary failure.
    TryAgainLater => "Try again in a moment.",
    /// Try again when the browser is online.
    TryAgainOnline => "Try again when you're back online.",
    /// Check the network connection.
    CheckConnection => "Check your connection and try again.",
    /// Wait until the service accepts requests again.
    WaitMinutes => "Wait a few minutes, then try again.",
    /// Wait until the hourly limit of the service allows another try.
    WaitHour => "Try again in an hour.",
    /// Wait until the account is no longer locked, or reset the password.
    WaitOrResetPassword => "Try again in 15 minutes, or reset your password.",
    /// Enter the code again, or request another one.
    RetryOrRequestCode => "Try again or request a new code.",
    /// Request another code.
    RequestNewCode => "Request a new code.",
    /// Enter the code that has been sent, or request another one.
    EnterOrRequestCode => "Enter the code we sent you, or request a new one.",
    /// Wait for the next code of the authenticator app.
    WaitForNextCode => "Wait for a new code in your app.",
    /// Start the sign-in again.
    StartOver => "Please start over.",
    /// Start the sign-in again, which sends a new code.
    StartOverForNewCode => "Start over to get a new one.",
    /// Continue in the other tab.
    ContinueThere => "Continue there.",
    /// Sign in.
    SignIn => "Sign in to continue.",
    /// Sign in on the app's own page, with the password.
    SignInWithPassword => "Sign in with your password.",
    /// Sign in again, because the current session cannot be used.
    SignInAgain => "Sign out, then sign in again.",
    /// Sign in, because the account exists, or choose another name for a new one.
    SignInInstead => "Sign in instead, or use a different one.",
    /// Use another sign-in method.
    UseAnotherMethod => "Try another sign-in method.",
    /// Try again or use another sign-in method.
    TryAgainOrUseAnotherMethod => "Try again or use another sign-in method.",
    /// Use another device for a passkey.
    UseAnotherDevice => "Try another device or security key.",
    /// Use the passkey that exists.
    UseExistingPasskey => "You can sign in with it.",
    /// Delete a passkey to make room for another one.
    DeletePasskey => "Delete one you don't use.",
    /// Allow the browser to store data for this site.
    AllowSiteData => "Allow site data for this page.",
    /// Set the clock of the device.
    SetClock => "Check your device's date and time, then sign in again.",
    /// Let the network set the clock of the device that shows the codes.
    SetClockAutomatically => "Make sure your device's time is set automatically.",
    /// Use a current browser.
    UpdateBrowser => "Please update it or use another one.",
    /// Use https.
    UseHttps => "Open this page over https.",
    /// Use https and a current browser.
    UseHttpsAndUpdateBrowser => "Open this page over https, in an up-to-date browser.",
    /// Reload the page.
    ReloadPage => "Reload the page.",
    /// Try again or reload the page.
    TryAgainOrReload => "Try again, or reload the page.",
    /// Sign out, because the account is gone.
    SignOut => "Sign out.",
    /// Close the browser on a shared device.
    CloseBrowser => "Close the browser if you share this device.",
    /// Contact the administrator.
    ContactAdministrator => "Contact your administrator.",
    /// Contact the administrator if another try fails too.
    TryAgainOrContactAdministrator => "Try again. If the problem continues, contact your administrator.",
    /// Contact the administrator if another sign-in fails too.
    SignInAgainOrContactAdministrator => "Sign in again. If the problem continues, contact your administrator.",
    /// Ask the administrator for another invitation.
    AskForInvitation => "Ask your administrator for a new one.",
    /// Ask the administrator to confirm the account.
    AskForConfirmation => "Ask your administrator to confirm your account.",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_next_step_text_ends_with_a_period_or_is_empty() {
        for step in NextStep::ALL {
            let sentence = step.sentence();
            assert!(sentence.is_empty() || sentence.ends_with('.'), "{step:?}");
        }
    }
}
