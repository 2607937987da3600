//! What can be seen.

use serde_json::json;

use super::Browser;
use crate::Outcome;

/// The texts of those elements that are shown and say something.
const SHOWN_TEXTS: &str = "return [...document.querySelectorAll(arguments[0])]
    .filter((element) => element.checkVisibility())
    .map((element) => element.innerText.trim())
    .filter((text) => text !== '')";

/// What somebody would read who looks at the page, fields and ticks included.
const ALL_THAT_IS_SHOWN: &str = "return document.body.innerText";

impl Browser {
    /// The shown texts of the elements that match a selector.
    pub async fn texts(&self, selector: &str) -> Outcome<Vec<String>> {
        Ok(self
            .driver
            .execute(SHOWN_TEXTS, vec![json!(selector)])
            .await?
            .convert()?)
    }

    /// All that is shown.
    pub async fn text(&self) -> Outcome<String> {
        Ok(self
            .driver
            .execute(ALL_THAT_IS_SHOWN, vec![])
            .await?
            .convert()?)
    }

    /// Waits for something to be announced as an alert, and gives it.
    pub async fn alert(&self) -> Outcome<String> {
        self.announced("[role=alert]", "an alert").await
    }

    /// Waits for something to be announced calmly, and gives it.
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

    /// Waits until this is among what is shown.
    pub async fn says(&self, words: &str) -> Outcome {
        self.until(&format!("“{words}”"), async || {
            Ok(self.text().await?.contains(words))
        })
        .await
    }

    /// Waits for a complaint beside the field, tied to it and marking it as invalid, and gives it.
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

    /// The label of the field that has the focus; of anything else, its text.
    pub async fn focused(&self) -> Outcome<String> {
        const FOCUSED: &str = "const element = document.activeElement;
            return element.labels?.[0]?.innerText ?? element.innerText.trim()";
        Ok(self.driver.execute(FOCUSED, vec![]).await?.convert()?)
    }
}
