//! The texts for sign-in with the hosted pages: the redirect and the callback.

use cognito_proto::oauth::{CallbackError, OAuthError, OAuthErrorCode, TokenResponseError};

use super::{NO_SECURE_RANDOM, NO_WEB_CRYPTO, fetch_error, sentence, token_rejection};
use crate::auth::{HostedSignInError, RedirectError};

/// Shown if this tab started a sign-in with the hosted pages that has had no response.
pub const UNFINISHED: &str =
    "Your sign-in on the hosted page was not finished. Begin again, or sign in here.";
/// Shown if `config.js` turns on the implicit grant.
pub const IMPLICIT: &str = "This site uses the implicit grant (responseType: 'token'), which shows tokens in the address and cannot renew a session. Its administrator should change to 'code'.";
/// Shown if the pool may not have this site's callback URL registered.
pub const REDIRECT_MISMATCH: &str = "Where it says redirect_mismatch, the user pool does not know this site's address. An administrator can add it in the Cognito console, under App clients, the client, Login pages, Allowed callback URLs. It must stand there to the letter:";

/// The label of a button that opens the hosted pages, or an identity provider directly.
pub fn hosted_button(provider: Option<&str>) -> String {
    match provider {
        None => "Sign in on the hosted page".to_owned(),
        Some("COGNITO") => "Continue with user name and password".to_owned(),
        Some(provider) => format!("Continue with {}", provider_name(provider)),
    }
}

/// The common name of an identity provider.
pub(super) fn provider_name(provider: &str) -> &str {
    match provider {
        "LoginWithAmazon" => "Amazon",
        "SignInWithApple" => "Apple",
        name => name,
    }
}

/// The text for a failed redirect to the hosted pages.
pub fn redirect_error(error: &RedirectError) -> String {
    match error {
        RedirectError::NoDomain => {
            "The hosted page could not be found just now. Try again in a moment, or sign in above."
        }
        RedirectError::NoWebCrypto => NO_WEB_CRYPTO,
        RedirectError::NoSecureRandom => NO_SECURE_RANDOM,
        RedirectError::StorageFailed => {
            "This browser does not let us keep what a sign-in on the hosted page needs. Allow site data for this page, or sign in above."
        }
        RedirectError::InsecureOrigin => {
            "The hosted page only sends people back to https. Open this page over https, or sign in above."
        }
        RedirectError::OtherOrigin(uri) => {
            return format!(
                "The hosted page would send you back to another address than this one. Open this site at {} and sign in there, or have redirectSignIn in config.js changed.",
                uri.origin()
            );
        }
    }
    .to_owned()
}

/// A heading with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMessage {
    /// The heading.
    pub title: &'static str,
    /// Sentences, the last one with a next step.
    pub text: String,
}

/// The text for a sign-in that failed on the callback page.
pub fn callback_error(fault: &HostedSignInError) -> PageMessage {
    let (title, text) = match fault {
        HostedSignInError::NoParameters => (
            "No sign-in under way",
            "There is nothing to finish at this address: no sign-in is under way in this tab.",
        ),
        HostedSignInError::NotFinished => (
            "Your sign-in is not finished",
            "It was begun on the hosted page, and has not come back from there. Begin again, or go to sign-in.",
        ),
        HostedSignInError::Interrupted => (
            "Your sign-in was interrupted",
            "This page was reloaded while your sign-in was being checked. Try again, or go to sign-in.",
        ),
        HostedSignInError::DuplicateParameter => (
            "This address makes no sense",
            "It says the same thing twice, so nothing of it was believed and nothing was changed. Begin again from the sign-in page.",
        ),
        HostedSignInError::NoDomain => (
            "The sign-in could not be finished",
            "The user pool's hosted pages could not be found any more. Try again in a moment.",
        ),
        HostedSignInError::Fetch(error) => {
            ("The sign-in could not be finished", fetch_error(*error))
        }
        HostedSignInError::TokensRejected(why) => ("You were not signed in", token_rejection(why)),
        HostedSignInError::Response(CallbackError::UnknownState) => (
            "This sign-in is not under way",
            "The address you came by belongs to no sign-in of this tab: it was used already, or began in another tab or browser. Nothing was changed.",
        ),
        HostedSignInError::Response(CallbackError::Expired) => (
            "That took too long",
            "A sign-in on the hosted page must be finished within ten minutes. Begin again.",
        ),
        HostedSignInError::Response(CallbackError::ConfigChanged) => (
            "The set-up has changed",
            "This sign-in was begun with another user pool or app client than config.js names now. Begin again.",
        ),
        HostedSignInError::Response(CallbackError::IssuerMismatch) => (
            "That answer came from elsewhere",
            "It came from another user pool than this site's, so nothing of it was believed. Begin again; if it goes on, tell the administrator.",
        ),
        HostedSignInError::Response(CallbackError::MissingCode | CallbackError::Malformed(_))
        | HostedSignInError::Token(TokenResponseError::Malformed(_)) => (
            "That answer was not whole",
            "The hosted page sent you back without what a sign-in needs. Try again; if it goes on, tell the administrator.",
        ),
        HostedSignInError::Token(TokenResponseError::Throttled) => (
            "The sign-in could not be finished",
            "There have been too many tries. Wait a few minutes, then try again.",
        ),
        HostedSignInError::Token(TokenResponseError::ServiceUnavailable) => (
            "The sign-in could not be finished",
            "The user pool has a problem of its own. Try again in a moment.",
        ),
        HostedSignInError::Response(CallbackError::Refused(error))
        | HostedSignInError::Token(TokenResponseError::Refused(error)) => {
            return oauth_error(error);
        }
    };
    PageMessage {
        title,
        text: text.to_owned(),
    }
}

/// The text for an OAuth error, by its code. It quotes the service only if the code says little.
fn oauth_error(error: &OAuthError) -> PageMessage {
    let title = match error.code {
        OAuthErrorCode::AccessDenied => "Sign-in cancelled",
        _ => "The hosted page said no",
    };
    let text = match error.code {
        OAuthErrorCode::AccessDenied => {
            "You left the hosted page without signing in, or were not allowed in. Nothing was changed."
        }
        OAuthErrorCode::AccountSelectionRequired
        | OAuthErrorCode::ConsentRequired
        | OAuthErrorCode::InteractionRequired
        | OAuthErrorCode::LoginRequired => {
            "Nobody is signed in on the hosted page, and it was told not to ask (prompt: 'none' in config.js). Sign in with your password here."
        }
        OAuthErrorCode::RedirectMismatch | OAuthErrorCode::InvalidRedirect => {
            "The user pool does not know this site's address, so it did not let you in here. Tell the administrator what stands below."
        }
        OAuthErrorCode::InvalidScope => {
            "The app client does not allow all the scopes that config.js asks for. An administrator can allow them in the Cognito console, under App clients, the client, Login pages, OpenID Connect scopes; or shorten “scopes” in config.js."
        }
        OAuthErrorCode::UnauthorizedClient | OAuthErrorCode::UnsupportedResponseType => {
            "The app client does not allow this kind of sign-in. An administrator can switch it on in the Cognito console, under App clients, the client, Login pages, OAuth grant types."
        }
        OAuthErrorCode::InvalidClientSecret | OAuthErrorCode::InvalidClient => {
            "The app client is unknown, or has a secret, which no web page can keep. An administrator should make an app client without a secret and put its id into config.js."
        }
        OAuthErrorCode::InvalidGrant => {
            "That sign-in was used already, or took too long. Begin again."
        }
        OAuthErrorCode::ServerError | OAuthErrorCode::TemporarilyUnavailable => {
            "The hosted page has a problem of its own. Try again in a moment."
        }
        OAuthErrorCode::InvalidRequest
        | OAuthErrorCode::UnsupportedGrantType
        | OAuthErrorCode::UnsupportedTokenType
        | OAuthErrorCode::Unknown => {
            let says = match error.description.as_str() {
                "" => String::new(),
                description => format!(" It says: {}", sentence(description)),
            };
            return PageMessage {
                title,
                text: format!(
                    "You were not signed in.{says} Try again; if it goes on, tell the administrator."
                ),
            };
        }
    };
    PageMessage {
        title,
        text: text.to_owned(),
    }
}

/// Whether the page should show the redirect URI that the operator has to register.
pub fn needs_redirect_help(fault: &HostedSignInError) -> bool {
    let (HostedSignInError::Response(CallbackError::Refused(error))
    | HostedSignInError::Token(TokenResponseError::Refused(error))) = fault
    else {
        return false;
    };
    matches!(
        error.code,
        OAuthErrorCode::RedirectMismatch | OAuthErrorCode::InvalidRedirect
    )
}
