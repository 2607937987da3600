//! Reading the content of the page.

use serde_json::json;

use super::Browser;
use crate::Outcome;

/// The script that returns the texts of the visible elements, without empty ones.
const SHOWN_TEXTS: &str = "return [...document.querySelectorAll(arguments[0])]
    .filter((element) => element.checkVisibility())
    .map((element) => element.innerText.trim())
    .filter((text) => text !== '')";

/// The script that returns the visible text of the page.
const ALL_THAT_IS_SHOWN: &str = "return document.body.innerText";

impl Browser {
    /// Returns the texts of the visible elements that match a CSS selector.
    pub async fn texts(&self, selector: &str) -> Outcome<Vec<String>> {
        Ok(self
            .driver
            .execute(SHOWN_TEXTS, vec![json!(selector)])
            .await?
            .convert()?)
    }

    /// Returns the visible text of the page.
    pub async fn text(&self) -> Outcome<String> {
        Ok(self
            .driver
            .execute(ALL_THAT_IS_SHOWN, vec![])
            .await?
            .convert()?)
    }

    /// Waits for an alert and returns its text.
    pub async fn alert(&self) -> Outcome<String> {
        self.announced("[role=alert]", "an alert").await
    }

    /// Waits for a status message and returns its text.
    pub async fn status(&self) -> Outcome<String> {
        self.announced("[role=status]", "a status message").await
    }

    async fn announced(&self, selector: &str, what: &str) -> Outcome<String> {
        let texts = self.some(what, async || {
            let texts = self.texts(selector).await?;
            Ok((!texts.is_empty()).then_some(texts))
        });
        Ok(texts.await?.join("\n"))
    }

    /// Waits until the page shows this text.
    pub async fn says(&self, words: &str) -> Outcome {
        self.until(&format!("“{words}”"), async || {
            Ok(self.text().await?.contains(words))
        })
        .await
    }

    /// Waits for an error message at the field and returns it. The field must be marked as invalid and refer to the
    /// message.
    pub async fn complaint(&self, label: &str) -> Outcome<String> {
        let field = self.field(label).await?;
        self.some(&format!("a complaint beside “{label}”"), async || {
            if field.attr("aria-invalid").await?.as_deref() != Some("true") {
                return Ok(None);
            }
            let described_by = field.attr("aria-describedby").await?.unwrap_or_default();
            for id in described_by.split(' ').filter(|id| id.ends_with("-error")) {
                let texts = self.texts(&format!("[id=\"{id}\"]")).await?;
                if let Some(text) = texts.first() {
                    return Ok(Some(text.clone()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Returns the label of the field that has the focus. For another element, returns its text.
    pub async fn focused(&self) -> Outcome<String> {
        const FOCUSED: &str = "const element = document.activeElement;
            return element.labels?.[0]?.innerText ?? element.innerText.trim()";
        Ok(self.driver.execute(FOCUSED, vec![]).await?.convert()?)
    }
}
