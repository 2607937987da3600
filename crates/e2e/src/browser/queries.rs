//! Reads the content of the page.

use serde_json::json;

use super::Browser;
use crate::texts::Message;
use crate::{Result, texts};

/// The script that returns the texts of all visible elements for a CSS selector, without empty ones.
const VISIBLE_TEXTS: &str = "return [...document.querySelectorAll(arguments[0])]
    .filter((element) => element.checkVisibility())
    .map((element) => element.innerText.trim())
    .filter((text) => text !== '')";

/// The script that returns the visible text of the page.
const VISIBLE_TEXT_OF_PAGE: &str = "return document.body.innerText";

impl Browser {
    /// Returns the texts of the visible elements that match a CSS selector.
    pub async fn visible_texts(&self, selector: &str) -> Result<Vec<String>> {
        Ok(self
            .driver
            .execute(VISIBLE_TEXTS, vec![json!(selector)])
            .await?
            .convert()?)
    }

    /// Returns the visible text of the page.
    pub async fn page_text(&self) -> Result<String> {
        Ok(self
            .driver
            .execute(VISIBLE_TEXT_OF_PAGE, vec![])
            .await?
            .convert()?)
    }

    /// Waits until the page shows an error (an element with the role `alert`), and returns its text.
    pub async fn alert_text(&self) -> Result<String> {
        self.wait_for_role("[role=alert]", "an alert").await
    }

    /// Waits until the page shows a notice (an element with the role `status`), and returns its text.
    pub async fn status_text(&self) -> Result<String> {
        self.wait_for_role("[role=status]", "a status message")
            .await
    }

    /// Waits until the page shows an error, and checks that its text and its details for the administrator are those of
    /// `message`.
    pub async fn expect_error(&self, message: &Message) -> Result {
        let alert = self.alert_text().await?;
        let expected = message.full_text();
        if alert != expected {
            return Err(format!("the alert is “{alert}”, not “{expected}”").into());
        }
        let details = self.administrator_details().await?;
        match message.details.as_deref() {
            Some(expected) if !details.iter().any(|shown| shown == expected) => {
                Err(format!("the details are {details:?}, without “{expected}”").into())
            }
            _ => Ok(()),
        }
    }

    /// Returns the details for the administrator that the page contains, also while they are folded.
    pub async fn administrator_details(&self) -> Result<Vec<String>> {
        const DETAILS: &str = "return [...document.querySelectorAll('details')]
            .filter((details) => details.querySelector('summary').textContent === arguments[0])
            .map((details) => [...details.querySelectorAll('p')].map((line) => line.textContent).join('\\n'))";
        let summary = json!(texts::labels::ADMINISTRATOR_DETAILS);
        Ok(self
            .driver
            .execute(DETAILS, vec![summary])
            .await?
            .convert()?)
    }

    /// Waits for a visible element that matches the CSS selector and has a text, and returns the text.
    async fn wait_for_role(&self, selector: &str, description: &str) -> Result<String> {
        let texts = self.wait_for(description, async || {
            let texts = self.visible_texts(selector).await?;
            Ok((!texts.is_empty()).then_some(texts))
        });
        Ok(texts.await?.join("\n"))
    }

    /// Waits until the page contains this text.
    pub async fn expect_text(&self, text: &str) -> Result {
        self.wait_until(&format!("“{text}”"), async || {
            Ok(self.page_text().await?.contains(text))
        })
        .await
    }

    /// Waits for an error message at the field with this label and returns it. The field must be marked as invalid and
    /// refer to the message.
    pub async fn field_error(&self, field_label: &str) -> Result<String> {
        let field = self.field(field_label).await?;
        self.wait_for(
            &format!("an error at the field “{field_label}”"),
            async || {
                if field.attr("aria-invalid").await?.as_deref() != Some("true") {
                    return Ok(None);
                }
                let described_by = field.attr("aria-describedby").await?.unwrap_or_default();
                for id in described_by.split(' ').filter(|id| id.ends_with("-error")) {
                    let texts = self.visible_texts(&format!("[id=\"{id}\"]")).await?;
                    if let Some(text) = texts.first() {
                        return Ok(Some(text.clone()));
                    }
                }
                Ok(None)
            },
        )
        .await
    }

    /// Returns the label of the field that has the focus. If the focus is on another element, returns its text.
    pub async fn focused_label(&self) -> Result<String> {
        const FOCUSED: &str = "const element = document.activeElement;
            return element.labels?.[0]?.innerText ?? element.innerText.trim()";
        Ok(self.driver.execute(FOCUSED, vec![]).await?.convert()?)
    }
}
