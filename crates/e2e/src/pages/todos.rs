use thirtyfour::By;
use thirtyfour::extensions::query::ElementQueryable as _;

use crate::Outcome;

super::page!(
    /// `/todos`.
    TodosPage, "/todos", "Your to-dos"
);

/// A row of the list, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is to be done.
    pub title: String,
    /// Whether it is ticked.
    pub done: bool,
}

impl Row {
    /// A row that is not ticked.
    pub fn open(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            done: false,
        }
    }

    /// A row that is ticked.
    pub fn done(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            done: true,
        }
    }
}

impl TodosPage<'_> {
    /// The label of the new one.
    pub const NEW: &'static str = "What is to be done?";

    /// Adds one.
    pub async fn add(&self, title: &str) -> Outcome {
        self.0.fill(Self::NEW, title).await?;
        self.0.press("Add").await
    }

    /// Ticks one, or takes the tick away.
    pub async fn tick(&self, title: &str) -> Outcome {
        let path = format!("//label[normalize-space()=\"{title}\"]//input[@type='checkbox']");
        Ok(self
            .0
            .driver()
            .query(By::XPath(path))
            .and_displayed()
            .first()
            .await?
            .click()
            .await?)
    }

    /// Deletes one.
    pub async fn delete(&self, title: &str) -> Outcome {
        self.0.press(&format!("Delete “{title}”")).await
    }

    /// Waits until the list is exactly this.
    pub async fn lists(&self, rows: &[Row]) -> Outcome {
        const ROWS: &str = "return [...document.querySelectorAll('main li:has(input[type=checkbox])')]
            .map((row) => [row.querySelector('label').innerText.trim(), row.querySelector('input').checked])";
        self.0
            .until(&format!("the list {rows:?}"), async || {
                let shown: Vec<(String, bool)> =
                    self.0.driver().execute(ROWS, vec![]).await?.convert()?;
                Ok(shown
                    .into_iter()
                    .map(|(title, done)| Row { title, done })
                    .eq(rows.iter().cloned()))
            })
            .await
    }
}
