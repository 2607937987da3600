//! The settings of the hosted pages in `config.js`.

use super::error::ConfigErrorKind;
use super::parser::{ConfigParser, truncated, type_name};
use crate::ids::{IdentityProvider, RedirectUri, Scopes, SecureUrl};
use crate::json::Json;

const DOMAIN: &str = "it looks like https://todousers.auth.eu-west-1.amazoncognito.com";

/// The settings of sign-in through the pool's hosted pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedUiConfig {
    /// `cognito.domain`: the URL of the hosted pages. If `None`, it is read from the pool's discovery document.
    pub domain: Option<SecureUrl>,
    /// `cognito.redirectSignIn`: the callback URL after signing in. `None` means this origin with `/login/`.
    pub redirect_sign_in: Option<RedirectUri>,
    /// `cognito.redirectSignOut`: the URL after signing out. `None` means this origin.
    pub redirect_sign_out: Option<RedirectUri>,
    /// `cognito.scopes`, with `openid` among them.
    pub scopes: Scopes,
    /// `cognito.identityProviders`: the identity providers that get their own button, in this order.
    pub identity_providers: Vec<IdentityProvider>,
    /// Optional parameters of the authorization request.
    pub hints: AuthorizationHints,
    /// `cognito.responseType`.
    pub grant_type: GrantType,
}

/// Optional parameters of the authorization request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationHints {
    /// `cognito.loginHint`: the username to fill in.
    pub login_hint: Option<String>,
    /// `cognito.lang`: the language of the hosted pages.
    pub lang: Option<String>,
    /// `cognito.prompt`: `none`, or some of `login`, `select_account` and `consent`.
    pub prompt: Option<String>,
}

/// `cognito.responseType`: the grant type by which the hosted pages return tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// `code`, the default: the authorization code grant with PKCE.
    Code,
    /// `token`: the implicit grant, which puts tokens in the URL. It is meant for old pools only (RFC 9700 §2.1.2).
    Implicit,
}

impl ConfigParser {
    pub(super) fn hosted_ui(&mut self, cognito: &Json) -> Option<HostedUiConfig> {
        let grant = |text: &str| match text {
            "code" => Some(GrantType::Code),
            "token" => Some(GrantType::Implicit),
            _ => None,
        };
        let domain = self.optional(cognito, "domain", "cognito.domain", domain, DOMAIN);
        let redirect_sign_in = self.optional(
            cognito,
            "redirectSignIn",
            "cognito.redirectSignIn",
            RedirectUri::parse,
            "it is the app client's callback URL to the letter, such as http://localhost:8000/login/",
        );
        let redirect_sign_out = self.optional(
            cognito,
            "redirectSignOut",
            "cognito.redirectSignOut",
            RedirectUri::parse,
            "it is the app client's sign-out URL to the letter, such as http://localhost:8000",
        );
        let scopes = self.scopes(cognito);
        let identity_providers = self.identity_providers(cognito);
        let login_hint = self.optional(
            cognito,
            "loginHint",
            "cognito.loginHint",
            |text| (!text.chars().any(char::is_control)).then(|| text.to_owned()),
            "it is the name to fill in, such as 'ann@example.com'",
        );
        let lang = self.optional(
            cognito,
            "lang",
            "cognito.lang",
            |text| {
                let formed = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                formed.then(|| text.to_owned())
            },
            "it is a language of the hosted pages, such as 'de' or 'pt-BR'",
        );
        let prompt = self.optional(
            cognito,
            "prompt",
            "cognito.prompt",
            |text| is_prompt(text).then(|| text.to_owned()),
            "it is 'none', or some of login, select_account and consent with spaces between",
        );
        let grant = self.optional(
            cognito,
            "responseType",
            "cognito.responseType",
            grant,
            "it is 'code', or 'token' for the implicit grant",
        );
        Some(HostedUiConfig {
            domain: domain?,
            redirect_sign_in: redirect_sign_in?,
            redirect_sign_out: redirect_sign_out?,
            scopes: scopes?,
            identity_providers: identity_providers?,
            hints: AuthorizationHints {
                login_hint: login_hint?,
                lang: lang?,
                prompt: prompt?,
            },
            grant_type: grant?.unwrap_or(GrantType::Code),
        })
    }

    /// Reads `scopes`, which may be a list or a text with spaces.
    fn scopes(&mut self, cognito: &Json) -> Option<Scopes> {
        const KEY: &str = "cognito.scopes";
        let expected = "it is a list of scopes, such as ['openid', 'email']";
        let value = cognito.get("scopes");
        let joined = match value {
            Json::Null => Some(String::new()),
            Json::String(text) => Some(text.clone()),
            Json::Array(items) => items
                .iter()
                .map(Json::as_str)
                .collect::<Option<Vec<_>>>()
                .map(|items| items.join(" ")),
            other => {
                return self.report(KEY, ConfigErrorKind::WrongType(type_name(other)), expected);
            }
        };
        match joined.and_then(|text| Scopes::parse(&text)) {
            Some(scopes) => Some(scopes),
            None => self.report(
                KEY,
                ConfigErrorKind::Malformed(truncated(&value.to_string())),
                expected,
            ),
        }
    }

    fn identity_providers(&mut self, cognito: &Json) -> Option<Vec<IdentityProvider>> {
        self.list(
            cognito,
            "identityProviders",
            "cognito.identityProviders",
            IdentityProvider::parse,
            "it is a list of the pool's providers, such as ['Google', 'SignInWithApple']",
        )
    }
}

/// Parses the origin of the hosted pages. Amazon's console shows it without its scheme, so the scheme is optional.
fn domain(text: &str) -> Option<SecureUrl> {
    let text = text.trim_end_matches('/');
    let url = match text.contains("://") {
        true => SecureUrl::parse(text),
        false => SecureUrl::parse(&format!("https://{text}")),
    }?;
    // The prefix of an Amazon domain is not a complete host name.
    let whole = url.as_str().contains(['.', '[']) || url.as_str().contains("://localhost");
    (url.path().is_empty() && whole).then_some(url)
}

/// Whether a value of `prompt` is valid: `none` cannot be combined (OpenID Connect Core §3.1.2.1).
fn is_prompt(text: &str) -> bool {
    text == "none"
        || text
            .split(' ')
            .all(|word| matches!(word, "login" | "select_account" | "consent"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::with;
    use super::*;

    fn hosted(members: &str) -> HostedUiConfig {
        with(members).expect(members).hosted_ui
    }

    #[test]
    fn the_other_door_is_as_the_operator_says() {
        let uri = |text| Some(RedirectUri::parse(text).expect("an address"));
        let provider = |text| IdentityProvider::parse(text).expect("a provider");
        assert_eq!(
            hosted(
                r#""domain":"https://todousers.auth.us-west-2.amazoncognito.com",
                "redirectSignIn":"http://localhost:8000/login/","redirectSignOut":"http://localhost:8000",
                "scopes":["openid","email","todos/read"],"identityProviders":["Google","TodoSAML","Google"],
                "loginHint":"ann@example.com","lang":"pt-BR","prompt":"login consent","responseType":"token""#
            ),
            HostedUiConfig {
                domain: SecureUrl::parse("https://todousers.auth.us-west-2.amazoncognito.com"),
                redirect_sign_in: uri("http://localhost:8000/login/"),
                redirect_sign_out: uri("http://localhost:8000"),
                scopes: Scopes::parse("openid email todos/read").expect("scopes"),
                identity_providers: vec![provider("Google"), provider("TodoSAML")],
                hints: AuthorizationHints {
                    login_hint: Some("ann@example.com".to_owned()),
                    lang: Some("pt-BR".to_owned()),
                    prompt: Some("login consent".to_owned()),
                },
                grant_type: GrantType::Implicit,
            }
        );
        assert_eq!(
            hosted(r#""responseType":"code""#).grant_type,
            GrantType::Code
        );
    }

    #[test]
    fn a_domain_may_be_written_as_the_console_shows_it() {
        for written in [
            "https://todousers.auth.us-west-2.amazoncognito.com",
            "https://todousers.auth.us-west-2.amazoncognito.com/",
            "todousers.auth.us-west-2.amazoncognito.com",
        ] {
            assert_eq!(
                hosted(&format!(r#""domain":"{written}""#)).domain,
                SecureUrl::parse("https://todousers.auth.us-west-2.amazoncognito.com"),
                "{written}"
            );
        }
        for local in ["http://localhost:9229", "http://[::1]:9229"] {
            assert_eq!(
                hosted(&format!(r#""domain":"{local}""#)).domain,
                SecureUrl::parse(local)
            );
        }
    }

    #[test]
    fn scopes_are_a_list_or_a_text_and_always_ask_for_openid_first() {
        for (written, scopes) in [
            (r#"["email"]"#, "openid email"),
            (r#"["email","openid"]"#, "openid email"),
            (r#""profile  email profile""#, "openid profile email"),
            (r#""openid phone""#, "openid phone"),
            ("[]", "openid"),
            (r#""""#, "openid"),
            ("null", "openid"),
        ] {
            let read = hosted(&format!(r#""scopes":{written}"#)).scopes;
            assert_eq!(read.as_str(), scopes, "{written}");
        }
    }

    #[test]
    fn every_fault_of_the_other_door_is_named_with_what_it_should_be() {
        for (members, fault) in [
            (
                r#""domain":"todousers""#,
                "cognito.domain is “todousers”; it looks like https://todousers.auth.eu-west-1.amazoncognito.com",
            ),
            (
                r#""domain":"http://auth.example.com""#,
                "cognito.domain is “http://auth.example.com”; it looks like https://todousers.auth.eu-west-1.amazoncognito.com",
            ),
            (
                r#""domain":"https://auth.example.com/login""#,
                "cognito.domain is “https://auth.example.com/login”; it looks like https://todousers.auth.eu-west-1.amazoncognito.com",
            ),
            (
                r#""domain":"your-prefix.auth.eu-west-1.amazoncognito.com""#,
                "cognito.domain still holds the placeholder “your-prefix.auth.eu-west-1.amazoncognito.com”; it looks like https://todousers.auth.eu-west-1.amazoncognito.com",
            ),
            (
                r#""redirectSignIn":"/login/""#,
                "cognito.redirectSignIn is “/login/”; it is the app client's callback URL to the letter, such as http://localhost:8000/login/",
            ),
            (
                r#""redirectSignIn":"http://app.example.com/login/""#,
                "cognito.redirectSignIn is “http://app.example.com/login/”; it is the app client's callback URL to the letter, such as http://localhost:8000/login/",
            ),
            (
                r#""redirectSignOut":"https://app.example.com/?bye""#,
                "cognito.redirectSignOut is “https://app.example.com/?bye”; it is the app client's sign-out URL to the letter, such as http://localhost:8000",
            ),
            (
                r#""scopes":7"#,
                "cognito.scopes is a number; it is a list of scopes, such as ['openid', 'email']",
            ),
            (
                r#""scopes":["openid",7]"#,
                "cognito.scopes is “[\"openid\",7]”; it is a list of scopes, such as ['openid', 'email']",
            ),
            (
                r#""scopes":"openid \\""#,
                "cognito.scopes is “\"openid \\\\\"”; it is a list of scopes, such as ['openid', 'email']",
            ),
            (
                r#""identityProviders":"Google""#,
                "cognito.identityProviders is a text; it is a list of the pool's providers, such as ['Google', 'SignInWithApple']",
            ),
            (
                r#""identityProviders":["A name of more than 32 characters"]"#,
                "cognito.identityProviders is “[\"A name of more than 32 characters\"]”; it is a list of the pool's providers, such as ['Google', 'SignInWithApple']",
            ),
            (
                r#""loginHint":"a\u0000b""#,
                "cognito.loginHint is “a\0b”; it is the name to fill in, such as 'ann@example.com'",
            ),
            (
                r#""lang":"de&x""#,
                "cognito.lang is “de&x”; it is a language of the hosted pages, such as 'de' or 'pt-BR'",
            ),
            (
                r#""prompt":"none login""#,
                "cognito.prompt is “none login”; it is 'none', or some of login, select_account and consent with spaces between",
            ),
            (
                r#""prompt":["login"]"#,
                "cognito.prompt is a list; it is 'none', or some of login, select_account and consent with spaces between",
            ),
            (
                r#""responseType":"id_token""#,
                "cognito.responseType is “id_token”; it is 'code', or 'token' for the implicit grant",
            ),
        ] {
            assert_eq!(with(members), Err(vec![fault.to_owned()]), "{members}");
        }
    }

    #[test]
    fn prompts_are_those_of_openid_connect() {
        for right in [
            "none",
            "login",
            "select_account",
            "consent",
            "login select_account consent",
        ] {
            let read = hosted(&format!(r#""prompt":"{right}""#)).hints.prompt;
            assert_eq!(read.as_deref(), Some(right));
        }
        for wrong in ["Login", "create", "login none", "login  consent"] {
            assert!(with(&format!(r#""prompt":"{wrong}""#)).is_err(), "{wrong}");
        }
    }
}
