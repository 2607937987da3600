//! The scopes of a hosted sign-in (RFC 6749 §3.3), and the attributes that an app can read with them.

use core::fmt;

use super::contact::ContactKind;

/// The scope of every access token that the user-pool API issues.
pub(crate) const USER_ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// A list of scopes in the order of the request, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope(Vec<String>);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Scope {
    /// Parses a space-separated list of scopes. Duplicates are dropped.
    pub(crate) fn parse(text: &str) -> Self {
        let mut scopes: Vec<String> = Vec::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        Self(scopes)
    }

    /// Returns a list of scopes from their names.
    pub(crate) fn from_names(scopes: &[String]) -> Self {
        Self(scopes.to_vec())
    }

    /// Returns true if the list contains this scope.
    pub(crate) fn contains_scope(&self, scope: &str) -> bool {
        self.0.iter().any(|contained| contained == scope)
    }

    /// Returns true if each scope in the list is one of `allowed_scopes`.
    pub(crate) fn is_within_list(&self, allowed_scopes: &[String]) -> bool {
        self.0.iter().all(|scope| allowed_scopes.contains(scope))
    }

    /// Returns true if each scope in the list is also in `other_scope`.
    pub(crate) fn is_subset_of(&self, other_scope: &Self) -> bool {
        self.is_within_list(&other_scope.0)
    }

    /// Returns the attributes that a client must be allowed to read to be granted these scopes. Cognito requires
    /// `email` with `email_verified`, and `phone_number` with `phone_number_verified`.
    pub(crate) fn required_attributes(&self) -> impl Iterator<Item = &'static str> {
        [
            ("email", ContactKind::Email),
            ("phone", ContactKind::PhoneNumber),
        ]
        .into_iter()
        .filter(|(scope, _)| self.contains_scope(scope))
        .flat_map(|(_, contact)| [contact.attribute_name(), contact.verified_flag_name()])
    }

    /// Returns true if the ID token and the userInfo response contain this attribute with these scopes. Without `email`
    /// and `phone`, or with `profile`, they contain all attributes. Otherwise they contain only those of `email` and
    /// `phone`.
    pub(crate) fn reveals_attribute(&self, attribute: &str) -> bool {
        if attribute == "sub"
            || self.contains_scope("profile")
            || !(self.contains_scope("email") || self.contains_scope("phone"))
        {
            return true;
        }
        let of = |contact: ContactKind| {
            attribute == contact.attribute_name() || attribute == contact.verified_flag_name()
        };
        (self.contains_scope("email") && of(ContactKind::Email))
            || (self.contains_scope("phone") && of(ContactKind::PhoneNumber))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oauth_scopes_limit_the_user_attributes_in_tokens() {
        let shown = |scope: &str| {
            [
                "sub",
                "email",
                "email_verified",
                "phone_number",
                "name",
                "custom:tier",
            ]
            .map(|name| Scope::parse(scope).reveals_attribute(name))
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
