//! The messages for the exceptions of the user-pool API. Operations that know more than the exception type have their
//! own messages.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html>

use cognito_proto::error::ErrorKind;
use ui_texts::{Message, errors, sign_in};

/// Returns the message for an exception type.
pub(super) const fn by_kind(kind: ErrorKind) -> &'static Message {
    match kind {
        ErrorKind::AliasExists => &errors::ALIAS_EXISTS,
        ErrorKind::CodeDeliveryFailure => &errors::CODE_NOT_DELIVERED,
        ErrorKind::CodeMismatch => &errors::WRONG_CODE,
        ErrorKind::ConcurrentModification => &errors::CONCURRENT_CHANGE,
        ErrorKind::DeviceKeyExists => &errors::DEVICE_KNOWN,
        ErrorKind::EnableSoftwareTokenMfa => &errors::WRONG_AUTHENTICATOR_CODE,
        ErrorKind::ExpiredCode => &errors::EXPIRED_CODE,
        ErrorKind::FeatureUnavailableInTier => &errors::NOT_IN_PLAN,
        ErrorKind::Forbidden => &errors::FIREWALL,
        ErrorKind::InternalError => &errors::SERVICE_FAILED,
        ErrorKind::InvalidEmailRoleAccessPolicy => &errors::EMAIL_NOT_ALLOWED,
        ErrorKind::InvalidLambdaResponse | ErrorKind::UnexpectedLambda => &errors::TRIGGER_FAILED,
        ErrorKind::InvalidParameter => &errors::INVALID_INPUT,
        ErrorKind::InvalidPassword => &errors::PASSWORD_NOT_ALLOWED,
        ErrorKind::InvalidSmsRoleAccessPolicy | ErrorKind::InvalidSmsRoleTrustRelationship => {
            &errors::SMS_NOT_ALLOWED
        }
        ErrorKind::InvalidUserPoolConfiguration => &errors::POOL_NOT_CONFIGURED,
        ErrorKind::LimitExceeded | ErrorKind::TooManyFailedAttempts => &errors::HOURLY_LIMIT,
        ErrorKind::MfaMethodNotFound | ErrorKind::SoftwareTokenMfaNotFound => {
            &errors::METHOD_NOT_OFFERED
        }
        ErrorKind::NotAuthorized => &errors::NOT_ALLOWED,
        ErrorKind::OperationNotEnabled => &errors::NOT_ENABLED,
        ErrorKind::PasswordHistoryPolicyViolation => &errors::USED_PASSWORD,
        ErrorKind::PasswordResetRequired => &sign_in::RESET_REQUIRED,
        ErrorKind::RefreshTokenReuse => &errors::TOKEN_REUSED,
        ErrorKind::ResourceNotFound => &errors::CLIENT_UNKNOWN,
        ErrorKind::TooManyRequests => &errors::TOO_MANY_REQUESTS,
        ErrorKind::Unauthorized => &errors::CLIENT_NOT_ALLOWED,
        ErrorKind::UnknownOperation | ErrorKind::UnsupportedOperation => &errors::OPERATION_UNKNOWN,
        ErrorKind::UnsupportedTokenType => &errors::NOT_REVOKED,
        ErrorKind::UserLambdaValidation => &errors::TRIGGER_DECLINED,
        ErrorKind::UserNotConfirmed => &sign_in::NOT_CONFIRMED,
        ErrorKind::UserNotFound => &errors::USER_NOT_FOUND,
        ErrorKind::UsernameExists => &errors::ACCOUNT_EXISTS,
        ErrorKind::WebAuthnChallengeNotFound => &errors::PASSKEY_TIMED_OUT,
        ErrorKind::WebAuthnClientMismatch => &errors::PASSKEY_CLIENT_MISMATCH,
        ErrorKind::WebAuthnConfigurationMissing | ErrorKind::WebAuthnNotEnabled => {
            &errors::PASSKEYS_NOT_OFFERED
        }
        ErrorKind::WebAuthnCredentialNotSupported => &errors::PASSKEY_NOT_SUPPORTED,
        ErrorKind::WebAuthnOriginNotAllowed | ErrorKind::WebAuthnRelyingPartyMismatch => {
            &errors::OTHER_RELYING_PARTY
        }
        ErrorKind::Unknown => &errors::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_text_for_users_never_names_the_exception() {
        for (kind, wire) in ErrorKind::ALL {
            let text = by_kind(*kind).full_text();
            assert!(text.ends_with('.'), "{wire}: {text}");
            assert!(!text.contains("Exception"), "{wire}: {text}");
        }
    }

    #[test]
    fn each_known_cognito_exception_has_its_own_message() {
        for (kind, wire) in ErrorKind::ALL {
            assert_ne!(by_kind(*kind), by_kind(ErrorKind::Unknown), "{wire}");
        }
    }
}
