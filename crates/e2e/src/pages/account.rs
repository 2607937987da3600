use serde_json::json;

use crate::{Outcome, Person};

super::page!(
    /// `/account`.
    AccountPage, "/account", "Your account"
);

impl<'a> AccountPage<'a> {
    /// The parts that fold up, by their headings.
    pub const PASSWORD_PART: &'static str = "Password";
    /// Second factors.
    pub const FACTORS: &'static str = "Second factor";
    /// Passkeys.
    pub const PASSKEYS: &'static str = "Passkeys";
    /// Devices.
    pub const DEVICES: &'static str = "Devices";
    /// Deleting the account.
    pub const DELETION: &'static str = "Delete your account";

    /// The label of the password so far.
    pub const CURRENT_PASSWORD: &'static str = "Current password";
    /// The label of the password to be.
    pub const NEW_PASSWORD: &'static str = "New password";
    /// The label of a code.
    pub const CODE: &'static str = "Code";
    /// The label of the word that confirms the deletion.
    pub const WORD: &'static str = "Type “delete” to confirm";
    /// What stands on the button that deletes the account.
    pub const DELETE: &'static str = "Delete my account for good";

    /// Comes here from wherever the app is.
    pub async fn follow(browser: &'a crate::Browser) -> Outcome<Self> {
        browser.follow("Account").await?;
        Self::shown(browser).await
    }

    /// Opens a part.
    pub async fn unfold(&self, part: &str) -> Outcome {
        self.0.press(part).await
    }

    /// What stands in the row of this name, but for its buttons: `Ann Lee`, `ann@example.com · confirmed`.
    pub async fn row(&self, name: &str) -> Outcome<Option<String>> {
        const ROW: &str = "const row = [...document.querySelectorAll('.row-words')]
            .find((row) => row.querySelector('.row-name').innerText === arguments[0]);
            return row ? row.innerText.split('\\n').slice(1).join('\\n').replaceAll('\\u00a0', ' ').trim() : null";
        Ok(self
            .0
            .driver()
            .execute(ROW, vec![json!(name)])
            .await?
            .convert()?)
    }

    /// Waits until this stands in the row of this name.
    pub async fn says_of(&self, name: &str, words: &str) -> Outcome {
        self.0
            .until(&format!("{words} as {name}"), async || {
                Ok(self.row(name).await?.as_deref() == Some(words))
            })
            .await
    }

    /// Changes one of the details; `label` is its field's.
    pub async fn change(&self, name: &str, label: &str, value: &str) -> Outcome {
        self.0.press(&format!("Change: {name}")).await?;
        self.0.fill(label, value).await?;
        self.0.press("Save").await
    }

    /// Enters the code that an address was sent.
    pub async fn confirm(&self, code: &str) -> Outcome {
        self.0.fill(Self::CODE, code).await?;
        self.0.press("Confirm").await
    }

    /// Changes the password, in its part.
    pub async fn change_password(&self, person: &Person, new: &str) -> Outcome {
        self.0
            .fill(Self::CURRENT_PASSWORD, &person.password)
            .await?;
        self.0.fill(Self::NEW_PASSWORD, new).await?;
        self.0.press("Change the password").await
    }
}
