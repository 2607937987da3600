//! A minimal browser for the hosted pages: cookies and forms, without following redirects.

use std::cell::RefCell;
use std::collections::BTreeMap;

use local_pool::LocalPool;
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::Value;

use crate::http::{Answer, Request};
use crate::users::PASSWORD;

pub(crate) const REDIRECT_URI: &str = "http://localhost:8000/login/";
/// The code verifier of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Encodes parameters as a form or query.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The query of a valid authorization request, with some parameters replaced or added. The value `-` removes a
/// parameter.
pub(crate) fn query(changed: &[(&str, &str)]) -> String {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", DEV_CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid email"),
        ("state", "st-1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changed {
        pairs.retain(|(known, _)| known != name);
        if *value != "-" {
            pairs.push((name, value));
        }
    }
    encoded(&pairs)
}

/// The location of a response, which must be a redirect as in RFC 9700 §4.12.
pub(crate) fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a location").to_owned()
}

/// The parameters after `mark` in a URL, by name.
pub(crate) fn parameters(location: &str, mark: char) -> BTreeMap<String, String> {
    let (_, query) = location.split_once(mark).expect("parameters");
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// The value of the first field with this name on a page.
pub(crate) fn field(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).expect("the field");
    rest.split('"').next().expect("its value").to_owned()
}

/// A browser with its cookies.
pub(crate) struct Browser<'a> {
    pub(crate) pool: &'a LocalPool,
    pub(crate) cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub(crate) fn of(pool: &'a LocalPool) -> Self {
        Self {
            pool,
            cookies: RefCell::default(),
        }
    }

    fn send(&self, request: Request<'_>) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request.header("cookie", cookies.join("; ")).send();
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                let pair = value.split(';').next().expect("a cookie");
                let (name, value) = pair.split_once('=').expect("name and value");
                if value.is_empty() {
                    self.cookies.borrow_mut().remove(name);
                } else {
                    self.cookies
                        .borrow_mut()
                        .insert(name.to_owned(), value.to_owned());
                }
            }
        }
        answer
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Request::new(self.pool.address(), "GET", path))
    }

    /// Posts a form without further fields.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(
            Request::new(self.pool.address(), "POST", path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", self.pool.url())
                .body(encoded(fields)),
        )
    }

    /// Opens a page, and posts its form with these fields and its form token.
    pub(crate) fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page);
        assert_eq!(shown.status, 200, "{shown:?}");
        let token = field(&shown.body, "_csrf");
        let mut all = vec![("_csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// Signs in on the login page of an authorization request.
    pub(crate) fn log_in(&self, query: &str, username: &str) -> Answer {
        let page = format!("/login?{query}");
        self.fill(
            &page,
            &page,
            &[("username", username), ("password", PASSWORD)],
        )
    }

    /// Signs in, and returns the authorization code.
    pub(crate) fn code(&self, query: &str, username: &str) -> String {
        parameters(&location(&self.log_in(query, username)), '?')["code"].clone()
    }

    /// Signs in, and returns the response of the token endpoint.
    pub(crate) fn tokens(&self, query: &str, username: &str) -> Value {
        let code = self.code(query, username);
        let answer = redeem(self.pool, &code, &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

/// Posts to an OAuth endpoint, as an app does.
pub(crate) fn post(pool: &LocalPool, path: &str, fields: &[(&str, &str)]) -> Answer {
    Request::new(pool.address(), "POST", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(fields))
        .send()
}

/// Redeems a code, with some parameters replaced. The value `-` removes a parameter.
pub(crate) fn redeem(pool: &LocalPool, code: &str, changed: &[(&str, &str)]) -> Answer {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", DEV_CLIENT_ID),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changed {
        pairs.retain(|(known, _)| known != name);
        if *value != "-" {
            pairs.push((name, value));
        }
    }
    post(pool, "/oauth2/token", &pairs)
}

/// The claims of a token, without verification.
pub(crate) fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let token = token.as_str().expect("a token");
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}
