//! Messages about failed requests: of the network, of the user-pool API and of the to-do API.
#![allow(missing_docs, reason = "a message is its own description")]

use crate::Message;
use crate::NextStep::*;

// The network.

pub static OFFLINE: Message = Message::new("You're offline.", CheckConnection);
pub static UNREACHABLE: Message = Message::new("The service can't be reached.", TryAgainLater);
pub static TIMED_OUT: Message = Message::new("The request timed out.", TryAgainLater);
pub static RESPONSE_TOO_LARGE: Message = Message::with_details(
    UNEXPECTED_RESPONSE,
    ContactAdministrator,
    "The response is larger than this app accepts.",
);

/// The text of every message about a response that the app cannot parse.
pub const UNEXPECTED_RESPONSE: &str = "Unexpected response from the server.";

// The browser.

pub static NO_SECURE_RANDOM: Message = Message::with_details(
    "This browser isn't supported.",
    UpdateBrowser,
    "The browser has no secure random numbers (crypto.getRandomValues).",
);
pub static NO_WEB_CRYPTO: Message = Message::with_details(
    "Sign-in isn't secure in this browser.",
    UseHttpsAndUpdateBrowser,
    "The browser has no crypto.subtle here, so the signatures of tokens can't be verified.",
);

// Every request to the user-pool API.

pub static CLIENT_SECRET: Message = Message::with_details(
    "Sign-in isn't set up correctly.",
    ContactAdministrator,
    "The app client has a secret, which no web page can keep. Create one without a secret and set its ID in config.js: \
     Cognito console, App clients, Create, Single-page application; or aws cognito-idp create-user-pool-client … \
     --no-generate-secret.",
);
pub static NOT_A_USER_POOL: Message = Message::with_details(
    UNEXPECTED_RESPONSE,
    ContactAdministrator,
    "The address that “endpoint” in config.js names does not answer like a user pool.",
);
/// The message for every error that has no message of its own.
pub static UNKNOWN: Message = Message::new("Something went wrong.", TryAgainOrContactAdministrator);
pub static INVALID_INPUT: Message = Message::new(
    "Some of the information you entered isn't valid.",
    CheckForm,
);
pub static SESSION_EXPIRED: Message = Message::new("Your session has expired.", SignIn);
pub static SESSION_NOT_ACCEPTED: Message =
    Message::new("Your session is no longer valid.", SignInAgain);
/// The message if the tokens have expired and the app could not refresh them, so that it sent no request.
pub static NOT_REFRESHED: Message = Message::new(
    "Your session couldn't be refreshed. You're still signed in.",
    TryAgainLater,
);

/// The message if a Lambda trigger of the pool refuses a request. `reason` is the trigger's own text, which the
/// operator wrote for users.
pub fn declined_by_trigger(reason: &str) -> Message {
    Message {
        text: ["Your request was declined: ", reason].concat().into(),
        next_step: CorrectInput,
        details: None,
    }
}

/// The message if the service does not accept the form of a value. `reason` is the service's explanation.
pub fn invalid_value(reason: &str) -> Message {
    Message {
        text: ["Something you entered isn't accepted: ", reason]
            .concat()
            .into(),
        next_step: ChangeInput,
        details: None,
    }
}

/// The message if the service does not accept a new password. `reason` is the service's explanation.
pub fn invalid_password(reason: &str) -> Message {
    Message {
        text: ["This password isn't accepted: ", reason].concat().into(),
        next_step: ChooseAnotherPassword,
        details: None,
    }
}

// Exceptions of the user-pool API.

pub static ALIAS_EXISTS: Message = Message::new(
    "Another account already uses this email or name.",
    UseAnotherValue,
);
pub static CODE_NOT_DELIVERED: Message = Message::with_details(
    "The verification code couldn't be sent.",
    TryAgainOrContactAdministrator,
    "CodeDeliveryFailureException: check the pool's settings for emails and text messages.",
);
pub static WRONG_CODE: Message = Message::new("Incorrect code.", RetryOrRequestCode);
pub static WRONG_AUTHENTICATOR_CODE: Message =
    Message::new("Incorrect code.", SetClockAutomatically);
pub static USED_CODE: Message = Message::new("This code was already used.", WaitForNextCode);
pub static EXPIRED_CODE: Message = Message::new("This code has expired.", RequestNewCode);
pub static CONCURRENT_CHANGE: Message = Message::new(
    "Your account was changed somewhere else at the same time.",
    TryAgain,
);
pub static DEVICE_KNOWN: Message = Message::new(
    "This device is already registered for your account.",
    SignInAgain,
);
pub static NOT_IN_PLAN: Message = Message::with_details(
    "This feature isn't available.",
    ContactAdministrator,
    "The pool's plan does not include this feature. Cognito console: Settings.",
);
pub static FIREWALL: Message = Message::with_details(
    "A firewall blocked your request.",
    TryAgainOrContactAdministrator,
    "A firewall (AWS WAF) in front of the user pool refused the request.",
);
pub static SERVICE_FAILED: Message =
    Message::new("The service isn't available right now.", TryAgainLater);
pub static EMAIL_NOT_ALLOWED: Message = Message::with_details(
    "The verification code couldn't be sent.",
    ContactAdministrator,
    "The user pool has no permission to send emails. Check its email settings.",
);
pub static SMS_NOT_ALLOWED: Message = Message::with_details(
    "The verification code couldn't be sent.",
    ContactAdministrator,
    "The user pool has no permission to send text messages. Check its SMS settings.",
);
pub static TRIGGER_FAILED: Message = Message::with_details(
    "Something went wrong.",
    TryAgainOrContactAdministrator,
    "A Lambda trigger of the user pool failed.",
);
pub static TRIGGER_DECLINED: Message = Message::with_details(
    "A rule of this app doesn't allow this sign-in or change.",
    ContactAdministrator,
    "A Lambda trigger of the user pool declined the request.",
);
pub static PASSWORD_NOT_ALLOWED: Message = Message::new(
    "Password does not meet all requirements.",
    ChooseAnotherPassword,
);
pub static USED_PASSWORD: Message =
    Message::new("You've used this password before.", ChooseAnotherPassword);
pub static POOL_NOT_CONFIGURED: Message = Message::with_details(
    "This feature isn't available.",
    ContactAdministrator,
    "InvalidUserPoolConfigurationException: check the user pool's settings.",
);
pub static HOURLY_LIMIT: Message = Message::new("Too many attempts.", WaitHour);
pub static TOO_MANY_REQUESTS: Message = Message::new("Too many attempts.", WaitMinutes);
pub static METHOD_NOT_OFFERED: Message = Message::with_details(
    "This method isn't available.",
    ContactAdministrator,
    "The user pool does not offer this second factor. Cognito console: Sign-in, Multi-factor authentication.",
);
pub static NOT_ALLOWED: Message = Message::with_details(
    "You don't have permission to do this.",
    SignInAgain,
    "NotAuthorizedException",
);
pub static NOT_ENABLED: Message = Message::with_details(
    "This feature isn't available.",
    ContactAdministrator,
    "OperationNotEnabledException: the feature is off in the user pool.",
);
pub static TOKEN_REUSED: Message = Message::with_details(
    "Your session has ended for security reasons.",
    SignIn,
    "RefreshTokenReuseException: the refresh token was used twice.",
);
pub static CLIENT_UNKNOWN: Message = Message::with_details(
    "Sign-in isn't set up correctly.",
    ContactAdministrator,
    "The user pool does not know the app client. Compare userPoolId and userPoolClientId in config.js with the Cognito \
     console.",
);
pub static CLIENT_NOT_ALLOWED: Message = Message::with_details(
    "Sign-in isn't set up correctly.",
    ContactAdministrator,
    "The user pool refuses requests of this app client. Check the client that config.js names.",
);
pub static OPERATION_UNKNOWN: Message = Message::with_details(
    "This feature isn't available.",
    ContactAdministrator,
    "The service at “endpoint” in config.js does not know this operation.",
);
pub static NOT_REVOKED: Message = Message::with_details(
    "Your session on the server couldn't be ended.",
    CloseBrowser,
    "The service refused to revoke the tokens (UnsupportedTokenTypeException). The session ends when they expire.",
);
pub static USER_NOT_FOUND: Message = Message::new("This account doesn't exist anymore.", SignOut);
pub static ACCOUNT_EXISTS: Message = Message::new(
    "An account with this email or username already exists.",
    SignInInstead,
);

// Passkeys.

pub static PASSKEY_TIMED_OUT: Message = Message::new("The passkey request timed out.", TryAgain);
pub static PASSKEY_CLIENT_MISMATCH: Message = Message::with_details(
    "The passkey couldn't be added.",
    SignInAgain,
    "The registration was started with another app client.",
);
pub static PASSKEYS_NOT_OFFERED: Message = Message::with_details(
    "Passkeys aren't available.",
    ContactAdministrator,
    "Turn on passkeys with this site's domain as the relying party ID. Cognito console: Authentication, Sign-in, \
     Passkey.",
);
pub static PASSKEY_NOT_SUPPORTED: Message =
    Message::new("This kind of passkey isn't supported.", UseAnotherDevice);
pub static OTHER_RELYING_PARTY: Message = Message::with_details(
    "Passkeys aren't available on this site.",
    ContactAdministrator,
    "Set the relying party ID to this site's domain. Cognito console: Authentication, Sign-in, Passkey.",
);
pub static PASSKEYS_UNSUPPORTED: Message = Message::new(
    "This browser doesn't support passkeys here.",
    UseHttpsAndUpdateBrowser,
);

// The check of tokens.

/// The text of every message about a sign-in response that fails a check.
pub const NOT_VERIFIED: &str = "We couldn't verify the sign-in response.";

/// Declares messages for sign-in responses that fail a check. All have the same text, and only the details for the
/// administrator differ.
macro_rules! not_verified {
    ($($name:ident = $details:literal;)*) => {
        $(pub static $name: Message =
            Message::with_details(NOT_VERIFIED, TryAgainOrContactAdministrator, $details);)*
    };
}

not_verified! {
    TOKEN_ISSUER = "The token's issuer (iss) is not the user pool that config.js names.";
    TOKEN_AUDIENCE = "The token was issued for another app client (aud, client_id) than config.js names.";
    TOKEN_SIGNATURE = "The token's signature is not valid.";
    TOKEN_UNKNOWN_KEY = "The token is signed with a key that is not in the user pool's key set.";
    TOKEN_ALGORITHM = "The token is not signed with RS256.";
    TOKEN_NONCE = "The ID token's nonce belongs to another sign-in.";
    TOKENS_OF_TWO_SIGN_INS = "The ID token and the access token do not belong together (sub, at_hash).";
    TOKEN_USE = "A token is of the wrong kind (token_use).";
    TOKEN_MALFORMED = "A token is malformed, or a claim is missing.";
    NO_KEYS = "The user pool's key set contains no usable keys.";
    SRP_CHALLENGE = "The user pool's challenge failed a check, so no proof of the password was sent.";
    RESPONSE_ISSUER = "The response comes from another issuer (iss) than the user pool that config.js names.";
    RESPONSE_INCOMPLETE = "The response lacks the authorization code or tokens, or is malformed.";
}

pub static KEYS_NOT_FETCHED: Message = Message::with_details(
    NOT_VERIFIED,
    TryAgainLater,
    "The user pool's key set (jwks.json) could not be fetched.",
);
pub static TOKEN_EXPIRED: Message =
    Message::new("The sign-in response had already expired.", SetClock);
pub static TOKEN_NOT_YET_VALID: Message =
    Message::new("The sign-in response is dated in the future.", SetClock);
pub static SUPERSEDED: Message =
    Message::new("You started another sign-in after this one.", ContinueThere);

// The to-do API.

pub static NO_API: Message = Message::with_details(
    "To-dos aren't available.",
    ContactAdministrator,
    "Set api.invokeUrl in config.js.",
);
pub static API_UNAUTHORIZED: Message = Message::with_details(
    "Your session is no longer valid.",
    SignInAgain,
    "The API refused the token (401). api.token in config.js may name the wrong one.",
);
pub static API_FORBIDDEN: Message = Message::new(
    "You don't have permission to do this.",
    ContactAdministrator,
);
pub static API_NOT_FOUND: Message = Message::new(
    "This to-do wasn't found. It may have been deleted.",
    ReloadPage,
);
pub static API_MALFORMED: Message = Message::with_details(
    UNEXPECTED_RESPONSE,
    ContactAdministrator,
    "The API's response is not what this app expects. Check api.invokeUrl in config.js.",
);
pub static API_UNREACHABLE: Message = Message::with_details(
    "The service can't be reached.",
    TryAgainLater,
    "The API can't be reached, or its CORS settings do not allow this page.",
);

/// The message for an error response of the to-do API. `reason` is the API's own message, or an empty text.
pub fn api_refused(status: u16, reason: &str) -> Message {
    let is_temporary = matches!(status, 429 | 500..);
    let text = if is_temporary {
        format!("The service has a problem ({status}).")
    } else if reason.is_empty() {
        format!("The request was refused ({status}).")
    } else {
        format!("The request was refused ({status}): {reason}")
    };
    // A client error repeats unless the user changes the input.
    Message {
        text: text.into(),
        next_step: if is_temporary {
            TryAgainLater
        } else {
            ChangeInput
        },
        details: (is_temporary && !reason.is_empty()).then(|| reason.to_owned().into()),
    }
}
