//! The rules for new passwords, as in a pool's `PasswordPolicy`.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html>

/// A rule for new passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRule {
    /// The password has at least this number of characters. The number is `None` if only an error of the service told
    /// the rule.
    MinimumLength(Option<u16>),
    /// The password has an upper-case ASCII letter.
    Uppercase,
    /// The password has a lower-case ASCII letter.
    Lowercase,
    /// The password has an ASCII digit.
    Number,
    /// The password has one of Cognito's symbols, or a space that is neither first nor last.
    Symbol,
}

impl PasswordRule {
    /// Returns true if `password` satisfies this rule. Returns `None` if the minimum length is unknown.
    pub fn is_satisfied_by(self, password: &str) -> Option<bool> {
        /// The symbols that count for a pool's password rule, from "Adding user pool password requirements" in Amazon's
        /// developer guide: <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>
        const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=";
        let has = |class: fn(&char) -> bool| Some(password.chars().any(|c| class(&c)));
        match self {
            Self::MinimumLength(minimum) => {
                minimum.map(|minimum| password.chars().count() >= usize::from(minimum))
            }
            Self::Uppercase => has(char::is_ascii_uppercase),
            Self::Lowercase => has(char::is_ascii_lowercase),
            Self::Number => has(char::is_ascii_digit),
            Self::Symbol => {
                Some(password.chars().any(|c| SYMBOLS.contains(c)) || password.trim().contains(' '))
            }
        }
    }

    /// Returns the password rule that the text of an `InvalidPasswordException` names. Nothing else in the response
    /// names it.
    ///
    /// Returns `None` for an unknown text, which the caller shows as it is.
    pub fn from_error_message(message: &str) -> Option<Self> {
        let violation = message.strip_prefix("Password did not conform with policy: ")?;
        Some(match violation.trim_end_matches('.') {
            "Password not long enough" => Self::MinimumLength(None),
            "Password must have uppercase characters" => Self::Uppercase,
            "Password must have lowercase characters" => Self::Lowercase,
            "Password must have numeric characters" => Self::Number,
            "Password must have symbol characters" => Self::Symbol,
            _ => return None,
        })
    }

    /// Returns true if both are the same rule, regardless of the minimum length.
    pub fn is_same_kind(self, other: Self) -> bool {
        core::mem::discriminant(&self) == core::mem::discriminant(&other)
    }
}

/// Adds the rule to `rules` that the pool has reported in an error message about `password`. If `rules` has a weaker
/// rule of the same kind, the rule of the pool replaces it. Otherwise the list of rules would mark a refused password
/// as valid.
pub fn learn_rule(rules: &mut Vec<PasswordRule>, password: &str, error_message: &str) {
    let Some(rule) = PasswordRule::from_error_message(error_message) else {
        return;
    };
    let is_weaker = |known: &PasswordRule| {
        known.is_same_kind(rule) && known.is_satisfied_by(password) == Some(true)
    };
    rules.retain(|known| !is_weaker(known));
    if !rules.iter().any(|known| known.is_same_kind(rule)) {
        rules.push(rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOO_SHORT: &str = "Password did not conform with policy: Password not long enough";

    fn learn(known: PasswordRule, password: &str, error_message: &str) -> Vec<PasswordRule> {
        let mut rules = vec![known];
        learn_rule(&mut rules, password, error_message);
        rules
    }

    #[test]
    fn password_rule_named_in_a_pool_error_is_added_to_the_rules() {
        assert_eq!(
            learn(PasswordRule::Number, "short", TOO_SHORT),
            [PasswordRule::Number, PasswordRule::MinimumLength(None)]
        );
    }

    #[test]
    fn pool_error_replaces_a_weaker_configured_password_rule() {
        assert_eq!(
            learn(PasswordRule::MinimumLength(Some(4)), "short", TOO_SHORT),
            [PasswordRule::MinimumLength(None)]
        );
    }

    #[test]
    fn pool_error_does_not_weaken_a_configured_password_rule() {
        let known = PasswordRule::MinimumLength(Some(8));
        assert_eq!(learn(known, "short", TOO_SHORT), [known]);
    }

    #[test]
    fn unknown_error_message_adds_no_password_rule() {
        let known = PasswordRule::Number;
        assert_eq!(learn(known, "short", "Invalid password"), [known]);
    }

    #[test]
    fn only_ascii_signs_and_inner_spaces_count_as_password_symbols() {
        assert_eq!(
            PasswordRule::MinimumLength(Some(3)).is_satisfied_by("éàü"),
            Some(true)
        );
        assert_eq!(
            PasswordRule::MinimumLength(Some(4)).is_satisfied_by("éàü"),
            Some(false)
        );
        assert_eq!(
            PasswordRule::MinimumLength(None).is_satisfied_by("abc"),
            None
        );
        assert_eq!(PasswordRule::Uppercase.is_satisfied_by("É"), Some(false));
        assert_eq!(PasswordRule::Number.is_satisfied_by("٣"), Some(false));
        assert_eq!(PasswordRule::Symbol.is_satisfied_by("a b"), Some(true));
        assert_eq!(PasswordRule::Symbol.is_satisfied_by(" ab "), Some(false));
        assert_eq!(PasswordRule::Symbol.is_satisfied_by("§"), Some(false));
        assert_eq!(PasswordRule::Symbol.is_satisfied_by("a~b"), Some(true));
    }

    /// The five texts of Cognito's `InvalidPasswordException`.
    #[test]
    fn violated_password_rule_is_parsed_from_the_error_message() {
        let rule = |end: &str| {
            PasswordRule::from_error_message(&format!(
                "Password did not conform with policy: {end}"
            ))
        };
        assert_eq!(
            rule("Password not long enough"),
            Some(PasswordRule::MinimumLength(None))
        );
        assert_eq!(
            rule("Password must have uppercase characters"),
            Some(PasswordRule::Uppercase)
        );
        assert_eq!(
            rule("Password must have lowercase characters"),
            Some(PasswordRule::Lowercase)
        );
        assert_eq!(
            rule("Password must have numeric characters"),
            Some(PasswordRule::Number)
        );
        assert_eq!(
            rule("Password must have symbol characters"),
            Some(PasswordRule::Symbol)
        );
        assert_eq!(rule("Password must have runes"), None);
        assert_eq!(
            PasswordRule::from_error_message("Password not long enough"),
            None
        );
    }
}
