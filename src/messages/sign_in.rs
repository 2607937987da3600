//! The texts of the sign-in page.

use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::sign_in::{OtpChallenge, OtpKind};

use super::{
    CONFIRM_FIRST, INVALID, NO_SECURE_RANDOM, RESET_FIRST, rejected_password, request_error,
    sentence, token_rejection,
};
use crate::auth::SignInError;
use crate::browser::passkey::WebAuthnError;

/// Shown if the code of the authenticator app is missing.
pub const CODE_OF_APP_NEEDED: &str = "Enter the code that your authenticator app shows.";
/// Shown if the answer to a custom challenge is missing.
pub const ANSWER_NEEDED: &str = "Enter your answer.";
/// Shown if only an administrator can set up the second factors that the pool accepts.
pub const NOTHING_TO_SET_UP: &str = "What this user pool accepts as a second step cannot be set up here: an administrator has to enter your phone number first.";
/// Asks the user to trust this device.
pub const REMEMBER_DEVICE: &str =
    "Shall this device be remembered? At your next sign-in here no second step is asked for.";

/// The label of a first factor in the list.
pub fn first_factor_label(factor: FirstFactor) -> &'static str {
    match factor {
        FirstFactor::Password | FirstFactor::PasswordSrp => "With your password",
        FirstFactor::EmailOtp => "With a code by e-mail",
        FirstFactor::SmsOtp => "With a code by text message",
        FirstFactor::WebAuthn => "With a passkey",
    }
}

/// The label of a second factor in the list.
pub fn second_factor_label(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::Sms => "With a code by text message",
        SecondFactor::SoftwareToken => "With your authenticator app",
        SecondFactor::Email => "With a code by e-mail",
    }
}

/// Explains where the user finds the code.
pub fn code_prompt(challenge: &OtpChallenge) -> String {
    let destination = challenge.destination.as_deref();
    match (challenge.kind, destination) {
        (OtpKind::SoftwareTokenMfa, _) => match &challenge.device_name {
            Some(name) => {
                format!("Open your authenticator app ({name}) and enter the code it shows.")
            }
            None => "Open your authenticator app and enter the code it shows.".to_owned(),
        },
        (OtpKind::EmailOtp, Some(to)) => {
            format!("We sent a code to {to}. Look in the spam folder too.")
        }
        (OtpKind::EmailOtp, None) => {
            "We sent a code by e-mail. Look in the spam folder too.".to_owned()
        }
        (OtpKind::SmsMfa | OtpKind::SmsOtp, Some(to)) => {
            format!("We sent a code by text message to {to}.")
        }
        (OtpKind::SmsMfa | OtpKind::SmsOtp, None) => "We sent a code by text message.".to_owned(),
    }
}

/// Shown after a new code was sent.
pub fn new_code_sent(challenge: &OtpChallenge) -> String {
    let to = challenge.destination.as_deref();
    let to = to.map_or_else(String::new, |to| format!(" to {to}"));
    match challenge.kind {
        OtpKind::EmailOtp => {
            format!(
                "We sent a new code{to}. Only the newest one counts. Look in the spam folder too."
            )
        }
        _ => format!("We sent a new code by text message{to}. Only the newest one counts."),
    }
}

/// Shown if the code of this challenge is missing.
pub const fn code_needed(challenge: OtpKind) -> &'static str {
    match challenge {
        OtpKind::SoftwareTokenMfa => CODE_OF_APP_NEEDED,
        OtpKind::SmsMfa | OtpKind::SmsOtp | OtpKind::EmailOtp => super::CODE_NEEDED,
    }
}

/// Shown before the link to start over, if a new code needs the password again.
pub const NO_CODE: &str = "No code? A new one is sent when you begin again. ";

/// The text for a failed sign-in.
pub fn sign_in_error(error: &SignInError) -> String {
    match error {
        SignInError::WrongPassword => {
            "That name and password do not go together. Check both; after several wrong tries, wait a minute."
        }
        SignInError::MethodUnavailable => {
            "Nobody can sign in by that name in this way. Check the name, or choose another way."
        }
        SignInError::LockedOut => {
            "There were too many wrong tries. Wait a quarter of an hour, then try again, or set a new password."
        }
        SignInError::InvitationExpired => {
            "Your temporary password has expired. Ask the administrator to invite you again."
        }
        SignInError::NotConfirmed => CONFIRM_FIRST,
        SignInError::ResetRequired => RESET_FIRST,
        SignInError::ChallengeExpired => "That took too long. Please try again.",
        SignInError::SessionExpired => {
            "That took too long, or there were too many wrong answers. Begin again."
        }
        SignInError::WrongCode => "That is not the right code. Check it, and enter it again.",
        SignInError::CodeAlreadyUsed => "That code was used already. Wait for the next one, then enter that.",
        SignInError::PasswordNotHeld => {
            "A new code takes your password again. Begin again, and a new one is sent."
        }
        SignInError::ExpiredCode => "That code has expired. Begin again, and a new one is sent.",
        SignInError::InvalidPassword(message) => return rejected_password(message),
        SignInError::PasswordReused => "You have used that password before. Choose another.",
        SignInError::InvalidValue(message) if message.contains("validation error") => INVALID,
        SignInError::InvalidValue(message) => {
            return format!(
                "The user pool did not accept this: {} Change it and try again.",
                sentence(message)
            );
        }
        SignInError::Passkey(why) => passkey_sign_in_error(*why),
        SignInError::FlowNotEnabled(flow) => return flow_not_enabled(*flow),
        SignInError::UnsupportedChallenge(challenge) => {
            return format!(
                "This account asks for a further step ({}) that this page does not know. Ask the administrator for another way in.",
                if challenge.as_str().is_empty() { "unknown" } else { challenge.as_str() }
            );
        }
        SignInError::InvalidChallenge(_) => {
            "The user pool's answer could not be trusted, so no proof of your password was sent. Try again; if it goes on, tell the administrator."
        }
        SignInError::TokensRejected(why) => token_rejection(why),
        SignInError::NoSecureRandom => NO_SECURE_RANDOM,
        SignInError::Request(trouble) => return request_error(trouble),
    }
    .to_owned()
}

/// The text for a passkey that could not be used.
pub const fn passkey_sign_in_error(why: WebAuthnError) -> &'static str {
    match why {
        WebAuthnError::Unsupported => {
            "This browser does not offer passkeys here. Use a current browser, or choose another way."
        }
        WebAuthnError::Declined | WebAuthnError::Expired => {
            "No passkey was used: it was cancelled, or there is none on this device. Try again, or choose another way."
        }
        WebAuthnError::AlreadyRegistered => {
            "There is a passkey for this account on this device already. You can sign in with it."
        }
        WebAuthnError::RelyingPartyMismatch => {
            "The user pool's passkeys belong to another site than this one. An administrator should set the relying party ID to this site's domain, in the Cognito console under Authentication, Sign-in, Passkey."
        }
        WebAuthnError::Failed => {
            "The browser could make nothing of what the user pool asked for. Try again; if it goes on, choose another way."
        }
    }
}

fn flow_not_enabled(flow: ConfiguredFlow) -> String {
    let name = match flow {
        ConfiguredFlow::UserSrp => "ALLOW_USER_SRP_AUTH",
        ConfiguredFlow::UserPassword => "ALLOW_USER_PASSWORD_AUTH",
        ConfiguredFlow::UserAuth { .. } => "ALLOW_USER_AUTH",
        ConfiguredFlow::Custom { .. } => "ALLOW_CUSTOM_AUTH",
    };
    format!(
        "The app client does not allow this way of signing in: {name} is off. An administrator can switch it on in the \
         Cognito console, under App clients, the client, Authentication flows; or with \
         “aws cognito-idp update-user-pool-client … --explicit-auth-flows {name} ALLOW_REFRESH_TOKEN_AUTH”."
    )
}
