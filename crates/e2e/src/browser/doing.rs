//! What can be done: fields are found by their labels, buttons and links by what stands on them.

use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::{By, Key, TypingData, WebElement};

use super::Browser;
use crate::Outcome;

impl Browser {
    /// The field with this label, beside it or in it, once it is shown.
    pub async fn field(&self, label: &str) -> Outcome<WebElement> {
        let label = quoted(label);
        let path = format!(
            "//*[@id=//label[normalize-space()={label}]/@for] | //label[normalize-space()={label}]//input"
        );
        self.shown(path, &format!("the field {label}")).await
    }

    /// Types into the field with this label, in place of what it holds.
    pub async fn fill(&self, label: &str, text: &str) -> Outcome {
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

    /// What the field with this label holds.
    pub async fn value(&self, label: &str) -> Outcome<String> {
        Ok(self
            .field(label)
            .await?
            .prop("value")
            .await?
            .unwrap_or_default())
    }

    /// The button with this name, once it is shown.
    pub async fn button(&self, name: &str) -> Outcome<WebElement> {
        let name = quoted(name);
        let path = format!(
            "//button[normalize-space()={name} or @aria-label={name} or span[normalize-space()={name}]]"
        );
        self.shown(path, &format!("the button {name}")).await
    }

    /// Presses the button with this name.
    pub async fn press(&self, name: &str) -> Outcome {
        Ok(self.button(name).await?.click().await?)
    }

    /// Opens what is folded up under these words.
    pub async fn unfold(&self, words: &str) -> Outcome {
        let words = quoted(words);
        let path = format!("//details[not(@open)]/summary[normalize-space()={words}]");
        let summary = self
            .shown(path, &format!("the folded part {words}"))
            .await?;
        Ok(summary.click().await?)
    }

    /// Follows the link with this name, wherever it stands.
    pub async fn follow(&self, name: &str) -> Outcome {
        self.follow_below("", name).await
    }

    /// Follows the link with this name that belongs to the page rather than to the bar above it.
    pub async fn follow_on_page(&self, name: &str) -> Outcome {
        self.follow_below("//main", name).await
    }

    async fn follow_below(&self, place: &str, name: &str) -> Outcome {
        let name = quoted(name);
        let path = format!("{place}//a[normalize-space()={name}]");
        let link = self.shown(path, &format!("the link {name}")).await?;
        Ok(link.click().await?)
    }

    /// Types keys to whatever has the focus.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) -> Outcome {
        let keys: TypingData = keys.into();
        Ok(self
            .driver
            .action_chain()
            .send_keys(keys.to_string())
            .perform()
            .await?)
    }

    async fn shown(&self, path: String, what: &str) -> Outcome<WebElement> {
        match self
            .driver
            .query(By::XPath(path))
            .and_displayed()
            .first()
            .await
        {
            Ok(element) => Ok(element),
            Err(fault) => Err(self.not_seen(what, fault).await),
        }
    }
}

/// A text as XPath writes it. XPath 1.0 has no escapes; no label of ours has double quotes.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
