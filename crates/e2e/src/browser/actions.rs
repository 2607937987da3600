//! The actions of a user on a page. Fields are found by their labels, buttons and links by their names.

use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::{By, Key, TypingData, WebElement};

use super::Browser;
use crate::Result;

impl Browser {
    /// Waits for the field with this label and returns it.
    pub async fn field(&self, field_label: &str) -> Result<WebElement> {
        let field_label = quote_for_xpath(field_label);
        let path = format!(
            "//*[@id=//label[normalize-space()={field_label}]/@for] | //label[normalize-space()={field_label}]//input"
        );
        self.find_displayed_element(path, &format!("the field {field_label}"))
            .await
    }

    /// Waits for the field with this label and types `text` into it, in place of its current value.
    pub async fn fill(&self, field_label: &str, text: &str) -> Result {
        let field = self.field(field_label).await?;
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

    /// Waits for the field with this label and returns its value.
    pub async fn field_value(&self, field_label: &str) -> Result<String> {
        Ok(self
            .field(field_label)
            .await?
            .prop("value")
            .await?
            .unwrap_or_default())
    }

    /// Waits for the button with this name and returns it.
    pub async fn button(&self, button_name: &str) -> Result<WebElement> {
        let button_name = quote_for_xpath(button_name);
        let path = format!(
            "//button[normalize-space()={button_name} or @aria-label={button_name} or span[normalize-space()={button_name}]]"
        );
        self.find_displayed_element(path, &format!("the button {button_name}"))
            .await
    }

    /// Waits for the button with this name and presses it.
    pub async fn press(&self, button_name: &str) -> Result {
        Ok(self.button(button_name).await?.click().await?)
    }

    /// Opens the collapsed `<details>` with this summary.
    pub async fn expand(&self, summary_text: &str) -> Result {
        let summary_text = quote_for_xpath(summary_text);
        let path = format!("//details[not(@open)]/summary[normalize-space()={summary_text}]");
        let summary = self
            .find_displayed_element(path, &format!("the collapsed section {summary_text}"))
            .await?;
        Ok(summary.click().await?)
    }

    /// Waits for the link with this name, anywhere on the page, and clicks it.
    pub async fn follow_link(&self, link_name: &str) -> Result {
        self.follow_link_below("", link_name).await
    }

    /// Waits for the link with this name in the main content, not in the navigation bar, and clicks it.
    pub async fn follow_link_in_main(&self, link_name: &str) -> Result {
        self.follow_link_below("//main", link_name).await
    }

    async fn follow_link_below(&self, path_prefix: &str, link_name: &str) -> Result {
        let link_name = quote_for_xpath(link_name);
        let path = format!("{path_prefix}//a[normalize-space()={link_name}]");
        let link = self
            .find_displayed_element(path, &format!("the link {link_name}"))
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

    /// Waits for the first visible element at this XPath. `description` names the element in the error.
    async fn find_displayed_element(&self, xpath: String, description: &str) -> Result<WebElement> {
        match self
            .driver
            .query(By::XPath(xpath))
            .and_displayed()
            .first()
            .await
        {
            Ok(element) => Ok(element),
            Err(error) => Err(self.timeout_error(description, error).await),
        }
    }
}

/// Quotes a text for XPath. XPath 1.0 has no escape sequences, and no label of the app contains double quotes.
fn quote_for_xpath(text: &str) -> String {
    format!("\"{text}\"")
}
