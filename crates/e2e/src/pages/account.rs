use serde_json::json;

use crate::{Result, TestUser, texts};

super::page!(
    /// The page object of `/account`, on which users change their account.
    AccountPage, "/account", texts::account::TITLE
);

impl<'a> AccountPage<'a> {
    /// The heading of the collapsible section for the password.
    pub const PASSWORD_SECTION: &'static str = texts::account::PASSWORD;
    /// The heading of the section for two-step verification.
    pub const FACTORS: &'static str = texts::account::TWO_STEP;
    /// The heading of the section for passkeys.
    pub const PASSKEYS: &'static str = texts::account::PASSKEYS;
    /// The heading of the section for devices.
    pub const DEVICES: &'static str = texts::account::DEVICES;
    /// The heading of the section that deletes the account.
    pub const DELETION: &'static str = texts::account::DELETE_ACCOUNT;

    /// The label of the field for the current password.
    pub const CURRENT_PASSWORD: &'static str = texts::labels::CURRENT_PASSWORD;
    /// The label of the field for the new password.
    pub const NEW_PASSWORD: &'static str = texts::labels::NEW_PASSWORD;
    /// The label of the field for a verification code.
    pub const CODE: &'static str = texts::labels::VERIFICATION_CODE;
    /// The label of the field in which the user types a word to confirm the deletion.
    pub const WORD: &'static str = texts::account::TYPE_DELETION_WORD;
    /// The label of the button that deletes the account.
    pub const DELETE: &'static str = texts::account::DELETE_PERMANENTLY;

    /// Opens the account page by the link in the navigation bar.
    pub async fn open_by_link(browser: &'a crate::Browser) -> Result<Self> {
        browser.follow_link(texts::labels::ACCOUNT).await?;
        Self::expect(browser).await
    }

    /// Opens the collapsible section with this heading.
    pub async fn expand_section(&self, heading: &str) -> Result {
        self.0.press(heading).await
    }

    /// Returns the text of the row with this name, or `None` if there is no such row. The text has neither the row's
    /// name nor its buttons: `Ann Lee`, `ann@example.com · Verified`.
    pub async fn row_text(&self, row_name: &str) -> Result<Option<String>> {
        const ROW: &str = "const row = [...document.querySelectorAll('.row-text')]
            .find((row) => row.querySelector('.row-name').innerText === arguments[0]);
            return row ? row.innerText.split('\\n').slice(1).join('\\n').replaceAll('\\u00a0', ' ').trim() : null";
        Ok(self
            .0
            .driver()
            .execute(ROW, vec![json!(row_name)])
            .await?
            .convert()?)
    }

    /// Waits until the row with this name has this text.
    pub async fn expect_row(&self, row_name: &str, text: &str) -> Result {
        self.0
            .wait_until(&format!("{text} as {row_name}"), async || {
                Ok(self.row_text(row_name).await?.as_deref() == Some(text))
            })
            .await
    }

    /// Changes an attribute: presses Edit in its row, fills in the field with this label and saves.
    pub async fn change_attribute(&self, row_name: &str, field_label: &str, value: &str) -> Result {
        let edit = texts::labels::label_in_row(texts::labels::EDIT, row_name);
        self.0.press(&edit).await?;
        self.0.fill(field_label, value).await?;
        self.0.press(texts::labels::SAVE).await
    }

    /// Enters the verification code for a new email address or phone number, and submits it.
    pub async fn enter_code(&self, code: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.press(texts::account::VERIFY).await
    }

    /// Changes the password in the open password section.
    pub async fn change_password(&self, user: &TestUser, new_password: &str) -> Result {
        self.0.fill(Self::CURRENT_PASSWORD, &user.password).await?;
        self.0.fill(Self::NEW_PASSWORD, new_password).await?;
        self.0.press(texts::account::CHANGE_PASSWORD).await
    }
}
