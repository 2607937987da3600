//! Sign-out from the hosted pages.

use super::urlencoded::encode_form;
use crate::ids::{ClientId, RedirectUri, SecureUrl};

/// Returns the URL that ends the session of the hosted pages and sends the browser back to `logout_uri`. The app client
/// must have `logout_uri` as a registered sign-out URL. Tokens stay valid and have to be revoked separately.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>
pub fn logout_url(domain: &SecureUrl, client: &ClientId, logout_uri: &RedirectUri) -> String {
    let parameters = encode_form(&[
        ("client_id", client.as_str()),
        ("logout_uri", logout_uri.as_str()),
    ]);
    domain.join(&format!("/logout?{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logout_url_contains_client_id_and_logout_uri() {
        let url = logout_url(
            &SecureUrl::parse("https://auth.example.com").expect("a URL"),
            &ClientId::parse("1example23456789012345678").expect("a client id"),
            &RedirectUri::parse("http://localhost:4200/oauth/cognito/logout").expect("a URL"),
        );
        assert_eq!(
            url,
            "https://auth.example.com/logout?client_id=1example23456789012345678\
             &logout_uri=http%3A%2F%2Flocalhost%3A4200%2Foauth%2Fcognito%2Flogout"
        );
    }
}
