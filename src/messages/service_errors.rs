//! The texts for the exceptions of the user-pool API: one sentence per exception type, each with a next step.
//! Operations that know more than the exception type have their own texts.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html>

use cognito_proto::error::ErrorKind;

/// The text for an exception type, or `None` for an unknown one.
pub(super) const fn service_error_text(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::AliasExists => {
            "Another account has that address or name already. Use another, or sign in to that account."
        }
        ErrorKind::CodeDeliveryFailure => {
            "The message with the code could not be sent. Try again later, or ask the administrator."
        }
        ErrorKind::CodeMismatch => "That is not the right code. Check it, and enter it again.",
        ErrorKind::ConcurrentModification => {
            "Somebody changed the same thing at the same moment. Try again."
        }
        ErrorKind::DeviceKeyExists => {
            "This device is known to the user pool already. Sign out and in again."
        }
        ErrorKind::EnableSoftwareTokenMfa => {
            "That is not the code that the app shows now. Wait for the next one, and enter that."
        }
        ErrorKind::ExpiredCode => "That code has expired. Have a new one sent.",
        ErrorKind::FeatureUnavailableInTier => {
            "The user pool's plan does not include this. An administrator can change the plan in the Cognito console, under Settings."
        }
        ErrorKind::Forbidden => {
            "A firewall in front of the user pool refused this. Try again from another network, or ask the administrator."
        }
        ErrorKind::InternalError => {
            "The user pool has a problem of its own. Try again in a moment."
        }
        ErrorKind::InvalidEmailRoleAccessPolicy => {
            "The user pool is not allowed to send mail. Ask the administrator to check its e-mail settings."
        }
        ErrorKind::InvalidLambdaResponse | ErrorKind::UnexpectedLambda => {
            "A program behind the user pool failed. Try again in a moment; if it goes on, tell the administrator."
        }
        ErrorKind::InvalidParameter => super::INVALID,
        ErrorKind::InvalidPassword => {
            "This password does not keep the user pool's rules. Choose another."
        }
        ErrorKind::InvalidSmsRoleAccessPolicy | ErrorKind::InvalidSmsRoleTrustRelationship => {
            "The user pool is not allowed to send text messages. Ask the administrator to check its SMS settings."
        }
        ErrorKind::InvalidUserPoolConfiguration => {
            "The user pool is not set up for this. Ask the administrator to check its settings."
        }
        ErrorKind::LimitExceeded => {
            "This was done as often as the user pool allows within an hour. Wait an hour, then try again."
        }
        ErrorKind::MfaMethodNotFound | ErrorKind::SoftwareTokenMfaNotFound => {
            "The user pool does not offer this second step. Choose another, or ask the administrator."
        }
        ErrorKind::NotAuthorized => {
            "The user pool does not allow this. Sign out and in again; if it goes on, ask the administrator."
        }
        ErrorKind::OperationNotEnabled => {
            "This is switched off in the user pool. Ask the administrator."
        }
        ErrorKind::PasswordHistoryPolicyViolation => {
            "You have used that password before. Choose another."
        }
        ErrorKind::PasswordResetRequired => {
            "Your password has to be set anew. Choose “Forgot your password?” on the sign-in page."
        }
        ErrorKind::RefreshTokenReuse => {
            "Your session was ended, because its key was used twice. Sign in again; if you did not do that, sign out everywhere."
        }
        ErrorKind::ResourceNotFound => {
            "The user pool does not know this app client. An administrator should compare userPoolId and userPoolClientId in config.js with the Cognito console."
        }
        ErrorKind::TooManyFailedAttempts => {
            "There were too many wrong tries. Wait an hour, then try again."
        }
        ErrorKind::TooManyRequests => {
            "There have been too many tries. Wait a few minutes, then try again."
        }
        ErrorKind::Unauthorized => {
            "The user pool does not take this app client's request. An administrator should check the client in config.js."
        }
        ErrorKind::UnknownOperation | ErrorKind::UnsupportedOperation => {
            "What answers at “endpoint” does not know this. An administrator should check config.js."
        }
        ErrorKind::UnsupportedTokenType => {
            "The user pool cannot end this kind of session. It ends by itself when it expires; if others use this device, close the browser."
        }
        ErrorKind::UserLambdaValidation => {
            "A program behind the user pool declined this. Ask the administrator for the reason."
        }
        ErrorKind::UserNotConfirmed => {
            "Your account is not confirmed yet. Choose “Enter a confirmation code” on the sign-in page."
        }
        ErrorKind::UserNotFound => {
            "There is no such account any more. Sign in with another, or make one."
        }
        ErrorKind::UsernameExists => {
            "There is an account with that name already. Sign in, or choose another name."
        }
        ErrorKind::WebAuthnChallengeNotFound => "Making the passkey took too long. Begin again.",
        ErrorKind::WebAuthnClientMismatch => {
            "This passkey was begun with another app client. Sign out and in again, then begin anew."
        }
        ErrorKind::WebAuthnConfigurationMissing | ErrorKind::WebAuthnNotEnabled => {
            "The user pool does not offer passkeys. An administrator can switch them on in the Cognito console, under Authentication, Sign-in, Passkey."
        }
        ErrorKind::WebAuthnCredentialNotSupported => {
            "The user pool does not take this kind of passkey. Use another device or password manager."
        }
        ErrorKind::WebAuthnOriginNotAllowed | ErrorKind::WebAuthnRelyingPartyMismatch => {
            "The user pool's passkeys belong to another site than this one. An administrator should set the relying party ID to this site's domain."
        }
        ErrorKind::Unknown => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Phrases of which each text contains at least one, as its next step.
    const NEXT_STEPS: [&str; 21] = [
        "Try again",
        "try again",
        "Use ",
        "Sign ",
        "sign in",
        "Check",
        "Choose",
        "Wait",
        "Have a new",
        "Ask ",
        "ask ",
        "An administrator",
        "Begin",
        "tell the",
        "administrator should",
        "Select",
        "expires",
        "enter that",
        "Change",
        "close the browser",
        "make one",
    ];

    #[test]
    fn every_refusal_has_its_sentence_with_a_next_step_and_none_shows_its_type() {
        for (kind, wire) in ErrorKind::ALL {
            let words = service_error_text(*kind).unwrap_or_default();
            assert!(words.ends_with('.'), "{wire}: {words}");
            assert!(
                NEXT_STEPS.iter().any(|step| words.contains(step)),
                "{wire} leaves people standing: {words}"
            );
            assert!(!words.contains("Exception"), "{wire}: {words}");
        }
        assert_eq!(service_error_text(ErrorKind::Unknown), None);
    }
}
