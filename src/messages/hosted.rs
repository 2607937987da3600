//! The texts for sign-in through the hosted pages: the redirect and the callback.

use cognito_proto::oauth::{CallbackError, OAuthError, OAuthErrorCode, TokenResponseError};
use leptos_cognito::{HostedSignInError, RedirectError};
use ui_texts::{Message, errors, hosted as texts};

use super::{fetch_error, short_sentence, token_rejection};

/// Returns the label of a button that opens the hosted pages, or directly the identity provider `provider`.
pub fn hosted_button(provider: Option<&str>) -> String {
    match provider {
        None => texts::SINGLE_SIGN_ON.to_owned(),
        Some("COGNITO") => texts::BY_PASSWORD.to_owned(),
        Some(provider) => texts::continue_with(provider_name(provider)),
    }
}

/// Returns the name under which users know an identity provider, such as `Apple` for `SignInWithApple`.
pub(super) fn provider_name(provider: &str) -> &str {
    match provider {
        "LoginWithAmazon" => "Amazon",
        "SignInWithApple" => "Apple",
        name => name,
    }
}

/// Returns the message for a failed redirect to the hosted pages.
pub fn redirect_error(error: &RedirectError) -> Message {
    match error {
        RedirectError::NoDomain => &texts::NO_DOMAIN,
        RedirectError::NoWebCrypto => &errors::NO_WEB_CRYPTO,
        RedirectError::NoSecureRandom => &errors::NO_SECURE_RANDOM,
        RedirectError::StorageFailed => &texts::STORAGE_BLOCKED,
        RedirectError::InsecureOrigin => &texts::INSECURE_ORIGIN,
        RedirectError::OtherOrigin(uri) => return texts::redirect_to_other_origin(uri.origin()),
    }
    .clone()
}

/// A message that fills a page, with its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMessage {
    /// The heading.
    pub title: &'static str,
    /// The text below the heading: what happened, and what the user can do.
    pub message: Message,
}

/// Returns the message of the callback page for a sign-in that failed.
pub fn callback_error(error: &HostedSignInError) -> PageMessage {
    let (title, message) = match error {
        HostedSignInError::NoParameters => (texts::NOTHING_TITLE, &texts::NOTHING),
        HostedSignInError::NotFinished => (texts::NOT_COMPLETED_TITLE, &texts::LEFT),
        HostedSignInError::Interrupted => (texts::INTERRUPTED_TITLE, &texts::INTERRUPTED),
        HostedSignInError::DuplicateParameter => (texts::INVALID_LINK_TITLE, &texts::INVALID_LINK),
        HostedSignInError::NoDomain => (texts::NOT_FINISHED_TITLE, &texts::NO_DOMAIN),
        HostedSignInError::Fetch(error) => (texts::NOT_FINISHED_TITLE, fetch_error(*error)),
        HostedSignInError::TokensRejected(why) => (texts::FAILED_TITLE, token_rejection(why)),
        HostedSignInError::Response(CallbackError::UnknownState) => {
            (texts::USED_LINK_TITLE, &texts::USED_LINK)
        }
        HostedSignInError::Response(CallbackError::Expired) => {
            (texts::TIMED_OUT_TITLE, &texts::TIMED_OUT)
        }
        HostedSignInError::Response(CallbackError::ConfigChanged) => {
            (texts::CONFIG_CHANGED_TITLE, &texts::CONFIG_CHANGED)
        }
        HostedSignInError::Response(CallbackError::IssuerMismatch) => {
            (texts::FAILED_TITLE, &errors::RESPONSE_ISSUER)
        }
        HostedSignInError::Response(CallbackError::MissingCode | CallbackError::Malformed(_))
        | HostedSignInError::Token(TokenResponseError::Malformed(_)) => {
            (texts::FAILED_TITLE, &errors::RESPONSE_INCOMPLETE)
        }
        HostedSignInError::Token(TokenResponseError::Throttled) => {
            (texts::NOT_FINISHED_TITLE, &errors::TOO_MANY_REQUESTS)
        }
        HostedSignInError::Token(TokenResponseError::ServiceUnavailable) => {
            (texts::NOT_FINISHED_TITLE, &errors::SERVICE_FAILED)
        }
        HostedSignInError::Response(CallbackError::Refused(error))
        | HostedSignInError::Token(TokenResponseError::Refused(error)) => {
            let title = match error.code {
                OAuthErrorCode::AccessDenied => texts::CANCELED_TITLE,
                _ => texts::DECLINED_TITLE,
            };
            let message = oauth_error(error);
            return PageMessage { title, message };
        }
    };
    PageMessage {
        title,
        message: message.clone(),
    }
}

/// Returns the message for an OAuth error, by its code. If the code says little, the service's description is one of
/// the details.
fn oauth_error(error: &OAuthError) -> Message {
    match error.code {
        OAuthErrorCode::AccessDenied => &texts::CANCELED,
        OAuthErrorCode::AccountSelectionRequired
        | OAuthErrorCode::ConsentRequired
        | OAuthErrorCode::InteractionRequired
        | OAuthErrorCode::LoginRequired => &texts::LOGIN_REQUIRED,
        OAuthErrorCode::RedirectMismatch | OAuthErrorCode::InvalidRedirect => {
            &texts::CALLBACK_URL_UNKNOWN
        }
        OAuthErrorCode::InvalidScope => &texts::SCOPE_NOT_ALLOWED,
        OAuthErrorCode::UnauthorizedClient | OAuthErrorCode::UnsupportedResponseType => {
            &texts::GRANT_NOT_ALLOWED
        }
        OAuthErrorCode::InvalidClientSecret | OAuthErrorCode::InvalidClient => {
            &texts::CLIENT_NOT_ACCEPTED
        }
        OAuthErrorCode::InvalidGrant => &texts::USED_CODE,
        OAuthErrorCode::ServerError | OAuthErrorCode::TemporarilyUnavailable => {
            &errors::SERVICE_FAILED
        }
        OAuthErrorCode::InvalidRequest
        | OAuthErrorCode::UnsupportedGrantType
        | OAuthErrorCode::UnsupportedTokenType
        | OAuthErrorCode::Unknown => {
            return match error.description.as_str() {
                "" => texts::DECLINED.clone(),
                description => texts::DECLINED.and_details(short_sentence(description)),
            };
        }
    }
    .clone()
}

/// Returns true if the page should show the redirect URI, because the operator has to register it.
pub fn needs_redirect_help(error: &HostedSignInError) -> bool {
    let (HostedSignInError::Response(CallbackError::Refused(error))
    | HostedSignInError::Token(TokenResponseError::Refused(error))) = error
    else {
        return false;
    };
    matches!(
        error.code,
        OAuthErrorCode::RedirectMismatch | OAuthErrorCode::InvalidRedirect
    )
}
