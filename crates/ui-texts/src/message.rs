use std::borrow::Cow;

/// An error message for the user: what happened, and what the user can do next.
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
    /// message. The app hides them until the user unfolds them, and also writes them to the console.
    pub details: Option<Cow<'static, str>>,
}

impl Message {
    /// Creates a message without details for the administrator.
    pub const fn new(text: &'static str, next_step: NextStep) -> Self {
        Self {
            text: Cow::Borrowed(text),
            next_step,
            details: None,
        }
    }

    /// Creates a message with details for the administrator.
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

    /// Returns a copy of the message in which `details` replace the details for the administrator.
    #[must_use]
    pub fn and_details(&self, details: String) -> Self {
        Self {
            details: Some(details.into()),
            ..self.clone()
        }
    }

    /// Returns the text of the message, followed by the sentence that tells the user what to do next.
    pub fn full_text(&self) -> String {
        match self.next_step.sentence() {
            "" => self.text.clone().into_owned(),
            sentence => [&self.text, sentence].join(" "),
        }
    }
}

/// Declares the enum [`NextStep`] from a list of variants with their sentences.
macro_rules! next_steps {
    ($($(#[$doc:meta])* $name:ident => $sentence:literal,)*) => {
        /// What the user can do next after an error. [`Message::full_text`] ends with the sentence for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NextStep {
            $($(#[$doc])* $name,)*
        }

        impl NextStep {
            /// All variants of this enum.
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
    /// The user has to correct a value. The message is shown at the field, or its text names what is wrong.
    CorrectInput => "",
    /// The user has to follow the instruction that is part of the text.
    FollowText => "",
    /// The user need not do anything: the text only says for what reason something is not shown.
    NoneNeeded => "",
    /// Check all fields of the form.
    CheckForm => "Check the form and try again.",
    /// The user has to change the value whose problem the text names.
    ChangeInput => "Change it and try again.",
    /// Choose another password.
    ChooseAnotherPassword => "Choose a different one.",
    /// Enter another value, or sign in to the account that has this value.
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
    /// Wait an hour, until the service accepts requests again.
    WaitHour => "Try again in an hour.",
    /// Wait until the account is no longer locked, or reset the password.
    WaitOrResetPassword => "Try again in 15 minutes, or reset your password.",
    /// Enter the verification code again, or request another one.
    RetryOrRequestCode => "Try again or request a new code.",
    /// Request another verification code.
    RequestNewCode => "Request a new code.",
    /// Enter the verification code that was sent, or request another one.
    EnterOrRequestCode => "Enter the code we sent you, or request a new one.",
    /// Wait for the next code of the authenticator app.
    WaitForNextCode => "Wait for a new code in your app.",
    /// Start the sign-in again.
    StartOver => "Please start over.",
    /// Start the sign-in again, so that the service sends a new code.
    StartOverForNewCode => "Start over to get a new one.",
    /// Continue in the other tab, which has the newer sign-in.
    ContinueThere => "Continue there.",
    /// Sign in.
    SignIn => "Sign in to continue.",
    /// Sign in with the password on the app's own page.
    SignInWithPassword => "Sign in with your password.",
    /// Sign out and sign in again, because the current session cannot be used.
    SignInAgain => "Sign out, then sign in again.",
    /// Sign in to the account that exists, or choose another username for a new account.
    SignInInstead => "Sign in instead, or use a different one.",
    /// Use another sign-in method.
    UseAnotherMethod => "Try another sign-in method.",
    /// Try again or use another sign-in method.
    TryAgainOrUseAnotherMethod => "Try again or use another sign-in method.",
    /// Use another device or security key for the passkey.
    UseAnotherDevice => "Try another device or security key.",
    /// Use the passkey that the device already has.
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
    /// Open the page over https.
    UseHttps => "Open this page over https.",
    /// Open the page over https, in a current browser.
    UseHttpsAndUpdateBrowser => "Open this page over https, in an up-to-date browser.",
    /// Reload the page.
    ReloadPage => "Reload the page.",
    /// Try again or reload the page.
    TryAgainOrReload => "Try again, or reload the page.",
    /// Sign out, because the account does not exist anymore.
    SignOut => "Sign out.",
    /// Close the browser if other people use the device.
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
    fn next_step_of_an_error_message_is_empty_or_a_sentence() {
        for step in NextStep::ALL {
            let sentence = step.sentence();
            assert!(sentence.is_empty() || sentence.ends_with('.'), "{step:?}");
        }
    }
}
