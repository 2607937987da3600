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
pub(crate) fn encode_form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Returns the query of a valid authorization request, with some parameters replaced or added. The value `-`
/// removes a parameter.
pub(crate) fn authorization_query(changed: &[(&str, &str)]) -> String {
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
    encode_form(&pairs)
}

/// Returns the location of a response, which must be a redirect as in RFC 9700 §4.12.
pub(crate) fn redirect_location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a location").to_owned()
}

/// Returns the parameters after the character `mark` in a URL, by name.
pub(crate) fn parse_parameters_after(location: &str, mark: char) -> BTreeMap<String, String> {
    let (_, query) = location.split_once(mark).expect("parameters");
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Returns the value of the first field with this name on a page.
pub(crate) fn form_field_value(page: &str, name: &str) -> String {
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
    /// Creates a browser without cookies.
    pub(crate) fn new(pool: &'a LocalPool) -> Self {
        Self {
            pool,
            cookies: RefCell::default(),
        }
    }

    /// Sends a request with the cookies of the browser, and keeps the cookies of the response.
    fn send_request(&self, request: Request<'_>) -> Answer {
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

    /// Requests a page and returns the response.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send_request(Request::new(self.pool.address(), "GET", path))
    }

    /// Posts a form with only these fields, and returns the response.
    pub(crate) fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_request(
            Request::new(self.pool.address(), "POST", path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", self.pool.url())
                .body(encode_form(fields)),
        )
    }

    /// Opens a page, and posts its form with these fields and its form token.
    pub(crate) fn submit_form_of_page(
        &self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(page);
        assert_eq!(shown.status, 200, "{shown:?}");
        let token = form_field_value(&shown.body, "_csrf");
        let mut all = vec![("_csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_form(action, &all)
    }

    /// Signs in on the login page of an authorization request, and returns the response.
    pub(crate) fn log_in(&self, query: &str, username: &str) -> Answer {
        let page = format!("/login?{query}");
        self.submit_form_of_page(
            &page,
            &page,
            &[("username", username), ("password", PASSWORD)],
        )
    }

    /// Signs in on the hosted pages, and returns the authorization code.
    pub(crate) fn sign_in_for_code(&self, query: &str, username: &str) -> String {
        parse_parameters_after(&redirect_location(&self.log_in(query, username)), '?')["code"]
            .clone()
    }

    /// Signs in on the hosted pages, and returns the response of the token endpoint.
    pub(crate) fn sign_in_for_tokens(&self, query: &str, username: &str) -> Value {
        let code = self.sign_in_for_code(query, username);
        let answer = redeem_code(self.pool, &code, &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

/// Posts a form to an OAuth endpoint without cookies, as an app does.
pub(crate) fn post_as_app(pool: &LocalPool, path: &str, fields: &[(&str, &str)]) -> Answer {
    Request::new(pool.address(), "POST", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encode_form(fields))
        .send()
}

/// Redeems an authorization code, with some parameters replaced. The value `-` removes a parameter.
pub(crate) fn redeem_code(pool: &LocalPool, code: &str, changed: &[(&str, &str)]) -> Answer {
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
    post_as_app(pool, "/oauth2/token", &pairs)
}

/// Returns the claims of a token, without verification.
pub(crate) fn decode_claims(token: &Value) -> Value {
    use base64::Engine as _;
    let token = token.as_str().expect("a token");
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}
