use serde_json::json;

use crate::{Result, TestUser};

super::page!(
    /// The page `/account`.
    AccountPage, "/account", "Your account"
);

impl<'a> AccountPage<'a> {
    /// The heading of the collapsible section for the password.
    pub const PASSWORD_SECTION: &'static str = "Password";
    /// The heading of the section for second factors.
    pub const FACTORS: &'static str = "Second factor";
    /// The heading of the section for passkeys.
    pub const PASSKEYS: &'static str = "Passkeys";
    /// The heading of the section for devices.
    pub const DEVICES: &'static str = "Devices";
    /// The heading of the section that deletes the account.
    pub const DELETION: &'static str = "Delete your account";

    /// The label of the field for the current password.
    pub const CURRENT_PASSWORD: &'static str = "Current password";
    /// The label of the field for the new password.
    pub const NEW_PASSWORD: &'static str = "New password";
    /// The label of the field for a code.
    pub const CODE: &'static str = "Code";
    /// The label of the field for the word that confirms the deletion.
    pub const WORD: &'static str = "Type “delete” to confirm";
    /// The label of the button that deletes the account.
    pub const DELETE: &'static str = "Delete my account for good";

    /// Follows the link in the navigation bar.
    pub async fn open_by_link(browser: &'a crate::Browser) -> Result<Self> {
        browser.follow_link("Account").await?;
        Self::expect(browser).await
    }

    /// Opens a collapsible section.
    pub async fn expand(&self, section: &str) -> Result {
        self.0.press(section).await
    }

    /// Returns the text of the row with this name, without its buttons: `Ann Lee`, `ann@example.com · confirmed`.
    pub async fn row_text(&self, name: &str) -> Result<Option<String>> {
        const ROW: &str = "const row = [...document.querySelectorAll('.row-text')]
            .find((row) => row.querySelector('.row-name').innerText === arguments[0]);
            return row ? row.innerText.split('\\n').slice(1).join('\\n').replaceAll('\\u00a0', ' ').trim() : null";
        Ok(self
            .0
            .driver()
            .execute(ROW, vec![json!(name)])
            .await?
            .convert()?)
    }

    /// Waits until the row with this name has this text.
    pub async fn expect_row(&self, name: &str, text: &str) -> Result {
        self.0
            .wait_until(&format!("{text} as {name}"), async || {
                Ok(self.row_text(name).await?.as_deref() == Some(text))
            })
            .await
    }

    /// Changes an attribute. `label` is the label of its field.
    pub async fn change_attribute(&self, name: &str, label: &str, value: &str) -> Result {
        self.0.press(&format!("Change: {name}")).await?;
        self.0.fill(label, value).await?;
        self.0.press("Save").await
    }

    /// Enters the code for a changed email or phone number.
    pub async fn confirm(&self, code: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.press("Confirm").await
    }

    /// Changes the password in the open password section.
    pub async fn change_password(&self, user: &TestUser, new: &str) -> Result {
        self.0.fill(Self::CURRENT_PASSWORD, &user.password).await?;
        self.0.fill(Self::NEW_PASSWORD, new).await?;
        self.0.press("Change the password").await
    }
}
