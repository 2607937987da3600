//! The `otpauth://` URI with which a user sets up an authenticator app.

use crate::path_segment::percent_encode;
use crate::secret::{TotpSecret, opaque};

opaque! {
    /// An `otpauth://` URI. It is secret, because it contains the secret from which the codes are computed.
    KeyUri
}

impl KeyUri {
    /// Makes the `otpauth://` URI that authenticator apps read from a QR code.
    ///
    /// The label is `issuer:account`, both percent-encoded. The issuer is repeated as a parameter for the apps that
    /// read it there. Algorithm, digits and period are omitted, because Cognito uses the defaults: SHA-1, 6 and 30
    /// seconds.
    ///
    /// Issuer and account must not contain a colon, encoded or not, so colons are dropped.
    ///
    /// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
    pub fn new(issuer: &str, account: &str, secret: &TotpSecret) -> Self {
        let named = |text: &str| percent_encode(&text.replace(':', ""));
        let (issuer, account) = (named(issuer), named(account));
        let secret = secret.expose_secret();
        Self(format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(issuer: &str, account: &str, secret: &str) -> String {
        KeyUri::new(issuer, account, &TotpSecret::new(secret))
            .expose_secret()
            .to_owned()
    }

    /// The examples of the Key URI Format's page, without the parameters that repeat a default.
    #[test]
    fn totp_uri_has_the_format_of_authenticator_apps() {
        assert_eq!(
            uri("Example", "alice@google.com", "JBSWY3DPEHPK3PXP"),
            "otpauth://totp/Example:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example"
        );
        assert_eq!(
            uri(
                "ACME Co",
                "john.doe@email.com",
                "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ"
            ),
            "otpauth://totp/ACME%20Co:john.doe%40email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co"
        );
    }

    /// “Neither issuer nor account name may themselves contain a colon.” (Key URI Format)
    #[test]
    fn account_and_issuer_names_are_escaped_in_the_totp_uri() {
        assert_eq!(
            uri("A:b&issuer=c", "büro/ann?secret=x#:y", "JBSWY3DPEHPK3PXP"),
            "otpauth://totp/Ab%26issuer%3Dc:b%C3%BCro%2Fann%3Fsecret%3Dx%23y?secret=JBSWY3DPEHPK3PXP&issuer=Ab%26issuer%3Dc"
        );
    }

    #[test]
    fn debug_output_hides_the_totp_uri() {
        let uri = KeyUri::new("A", "ann", &TotpSecret::new("JBSWY3DPEHPK3PXP"));
        assert_eq!(format!("{uri:?}"), "KeyUri(…)");
    }
}
