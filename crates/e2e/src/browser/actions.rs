//! User actions. Fields are found by their labels, buttons and links by their names.

use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::{By, Key, TypingData, WebElement};

use super::Browser;
use crate::Result;

impl Browser {
    /// Waits for the field with this label and returns it.
    pub async fn field(&self, label: &str) -> Result<WebElement> {
        let label = quoted(label);
        let path = format!(
            "//*[@id=//label[normalize-space()={label}]/@for] | //label[normalize-space()={label}]//input"
        );
        self.displayed_element(path, &format!("the field {label}"))
            .await
    }

    /// Types into the field with this label. The text replaces the current value.
    pub async fn fill(&self, label: &str, text: &str) -> Result {
        let field = self.field(label).await?;
        if field
            .prop("value")
            .await?
            .is_some_and(|held| !held.is_empty())
        {
            field.send_keys(Key::Control + "a").await?;
            field.send_keys(Key::Delete).await?;
        }
        Ok(field.send_keys(text).await?)
    }

    /// Returns the value of the field with this label.
    pub async fn field_value(&self, label: &str) -> Result<String> {
        Ok(self
            .field(label)
            .await?
            .prop("value")
            .await?
            .unwrap_or_default())
    }

    /// Waits for the button with this name and returns it.
    pub async fn button(&self, name: &str) -> Result<WebElement> {
        let name = quoted(name);
        let path = format!(
            "//button[normalize-space()={name} or @aria-label={name} or span[normalize-space()={name}]]"
        );
        self.displayed_element(path, &format!("the button {name}"))
            .await
    }

    /// Presses the button with this name.
    pub async fn press(&self, name: &str) -> Result {
        Ok(self.button(name).await?.click().await?)
    }

    /// Opens the collapsed `<details>` with this summary.
    pub async fn expand(&self, summary_text: &str) -> Result {
        let summary_text = quoted(summary_text);
        let path = format!("//details[not(@open)]/summary[normalize-space()={summary_text}]");
        let summary = self
            .displayed_element(path, &format!("the collapsed section {summary_text}"))
            .await?;
        Ok(summary.click().await?)
    }

    /// Follows the link with this name, anywhere on the page.
    pub async fn follow_link(&self, name: &str) -> Result {
        self.follow_link_below("", name).await
    }

    /// Follows the link with this name in the main content, not in the navigation bar.
    pub async fn follow_link_in_main(&self, name: &str) -> Result {
        self.follow_link_below("//main", name).await
    }

    async fn follow_link_below(&self, place: &str, name: &str) -> Result {
        let name = quoted(name);
        let path = format!("{place}//a[normalize-space()={name}]");
        let link = self
            .displayed_element(path, &format!("the link {name}"))
            .await?;
        Ok(link.click().await?)
    }

    /// Types keys into the element that has the focus.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) -> Result {
        let keys: TypingData = keys.into();
        Ok(self
            .driver
            .action_chain()
            .send_keys(keys.to_string())
            .perform()
            .await?)
    }

    async fn displayed_element(&self, path: String, what: &str) -> Result<WebElement> {
        match self
            .driver
            .query(By::XPath(path))
            .and_displayed()
            .first()
            .await
        {
            Ok(element) => Ok(element),
            Err(error) => Err(self.timeout_error(what, error).await),
        }
    }
}

/// Quotes a text for XPath. XPath 1.0 has no escape sequences, and no label of the app contains double quotes.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
