//! Learns password rules that the pool reports in errors.

use cognito_proto::password_policy::PasswordRule;

/// Adds the rule to `rules` that the pool has reported in an error message about `password`. If `rules` has a weaker
/// rule of the same kind, the rule of the pool replaces it. Otherwise the list of rules would mark a refused password
/// as valid.
pub(super) fn learn_rule(rules: &mut Vec<PasswordRule>, password: &str, error_message: &str) {
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
    fn password_rule_reported_by_the_pool_is_added() {
        assert_eq!(
            learn(PasswordRule::Number, "short", TOO_SHORT),
            [PasswordRule::Number, PasswordRule::MinimumLength(None)]
        );
    }

    #[test]
    fn password_rule_reported_by_the_pool_replaces_a_weaker_one() {
        assert_eq!(
            learn(PasswordRule::MinimumLength(Some(4)), "short", TOO_SHORT),
            [PasswordRule::MinimumLength(None)]
        );
    }

    #[test]
    fn password_rule_that_the_app_knows_is_not_weakened() {
        let known = PasswordRule::MinimumLength(Some(8));
        assert_eq!(learn(known, "short", TOO_SHORT), [known]);
    }

    #[test]
    fn unknown_error_message_adds_no_password_rule() {
        let known = PasswordRule::Number;
        assert_eq!(learn(known, "short", "Invalid password"), [known]);
    }
}
