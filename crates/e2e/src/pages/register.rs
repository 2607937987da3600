use crate::{Result, TestUser, texts};

super::page!(
    /// The page object of `/register`, on which users create an account.
    RegisterPage, "/register", texts::register::TITLE
);

impl RegisterPage<'_> {
    /// The label of the username field in a pool whose usernames are email addresses.
    pub const EMAIL: &'static str = texts::labels::EMAIL;
    /// The label of the field for the attribute `name`.
    pub const NAME: &'static str = texts::labels::NAME;
    /// The label of the password field.
    pub const PASSWORD: &'static str = texts::labels::NEW_PASSWORD;
    /// The label of the submit button.
    pub const BUTTON: &'static str = texts::register::SUBMIT;

    /// Fills in the form for a pool whose usernames are email addresses, and submits it.
    pub async fn register(&self, user: &TestUser) -> Result {
        self.0.fill(Self::EMAIL, &user.email).await?;
        if let Some(name) = &user.name {
            self.0.fill(Self::NAME, name).await?;
        }
        self.0.fill(Self::PASSWORD, &user.password).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Returns the password rules that the page shows for the password field. The Boolean is true if the page announces
    /// the rule as satisfied.
    pub async fn password_rules(&self) -> Result<Vec<(String, bool)>> {
        const RULES: &str = "return arguments[0].getAttribute('aria-describedby').split(' ')
            .flatMap((id) => [...document.querySelectorAll(`#${id} li`)])
            .map((rule) => rule.textContent)";
        let field = self.0.field(Self::PASSWORD).await?.to_json()?;
        let shown: Vec<String> =
            serde_json::from_value(self.0.run_script(RULES, vec![field]).await?)?;
        shown
            .into_iter()
            .map(|rule| {
                let met = rule.strip_suffix(texts::validation::RULE_MET);
                let not_met = rule.strip_suffix(texts::validation::RULE_NOT_MET);
                match (met, not_met) {
                    (Some(rule), _) => Ok((rule.to_owned(), true)),
                    (None, Some(rule)) => Ok((rule.to_owned(), false)),
                    (None, None) => Err(format!("“{rule}” does not say whether it is met").into()),
                }
            })
            .collect()
    }
}
