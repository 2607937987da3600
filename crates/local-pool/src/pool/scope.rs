//! What a hosted sign-in grants (RFC 6749 §3.3), and which attributes that shows.

use core::fmt;

use super::contact::Contact;

/// The scope of every access token that the API itself gives out.
pub(crate) const USER_ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// Scopes in the order in which they were asked for, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope(Vec<String>);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Scope {
    /// Reads a list with spaces between.
    pub(crate) fn parse(text: &str) -> Self {
        let mut scopes: Vec<String> = Vec::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        Self(scopes)
    }

    /// All scopes that a client may have.
    pub(crate) fn all(scopes: &[String]) -> Self {
        Self(scopes.to_vec())
    }

    pub(crate) fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|scope| scope == wanted)
    }

    /// Whether each of these is one of `others`.
    pub(crate) fn is_within(&self, others: &[String]) -> bool {
        self.0.iter().all(|scope| others.contains(scope))
    }

    /// Whether each of these is among `other`.
    pub(crate) fn is_subset_of(&self, other: &Self) -> bool {
        self.is_within(&other.0)
    }

    /// Attributes that the client must be able to read, both of a pair, to be given these scopes (Cognito: `email` with
    /// `email_verified`, `phone_number` with `phone_number_verified`).
    pub(crate) fn required_attributes(&self) -> impl Iterator<Item = &'static str> {
        [("email", Contact::Email), ("phone", Contact::PhoneNumber)]
            .into_iter()
            .filter(|(scope, _)| self.has(scope))
            .flat_map(|(_, contact)| [contact.name(), contact.verified_flag()])
    }

    /// Whether these let an attribute into the ID token and userInfo. `openid` alone shows everything, and so does
    /// `profile`; with `email` or `phone` and neither more nor less, only those are shown.
    pub(crate) fn allows_attribute(&self, attribute: &str) -> bool {
        if attribute == "sub" || self.has("profile") || !(self.has("email") || self.has("phone")) {
            return true;
        }
        let of =
            |contact: Contact| attribute == contact.name() || attribute == contact.verified_flag();
        (self.has("email") && of(Contact::Email)) || (self.has("phone") && of(Contact::PhoneNumber))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_narrow_what_is_shown_only_when_they_name_it() {
        let shown = |scope: &str| {
            [
                "sub",
                "email",
                "email_verified",
                "phone_number",
                "name",
                "custom:tier",
            ]
            .map(|name| Scope::parse(scope).allows_attribute(name))
        };
        assert_eq!(shown("openid"), [true; 6]);
        assert_eq!(shown("openid profile email"), [true; 6]);
        assert_eq!(
            shown("openid email"),
            [true, true, true, false, false, false]
        );
        assert_eq!(
            shown("openid phone aws.cognito.signin.user.admin"),
            [true, false, false, true, false, false]
        );
    }
}
