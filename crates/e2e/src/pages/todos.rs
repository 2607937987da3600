use thirtyfour::By;
use thirtyfour::extensions::query::ElementQueryable as _;

use crate::{Result, texts};

super::page!(
    /// The page object of `/todos`, which lists the user's to-dos.
    TodosPage, "/todos", texts::todos::TITLE
);

/// A to-do as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TodoRow {
    /// The title of the to-do.
    pub title: String,
    /// True if the to-do is done: its checkbox is checked.
    pub done: bool,
}

impl TodoRow {
    /// Returns a to-do that is not done, as the page shows it.
    pub fn unchecked(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            done: false,
        }
    }

    /// Returns a to-do that is done, as the page shows it.
    pub fn checked(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            done: true,
        }
    }
}

impl TodosPage<'_> {
    /// The label of the field for a new to-do.
    pub const NEW: &'static str = texts::todos::NEW;

    /// Types a title into the field for a new to-do and adds it.
    pub async fn add_todo(&self, title: &str) -> Result {
        self.0.fill(Self::NEW, title).await?;
        self.0.press(texts::labels::ADD).await
    }

    /// Clicks the checkbox of the to-do with this title.
    pub async fn toggle_todo(&self, title: &str) -> Result {
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

    /// Presses the button that deletes the to-do with this title.
    pub async fn delete_todo(&self, title: &str) -> Result {
        self.0.press(&texts::todos::delete_todo(title)).await
    }

    /// Waits until the to-do list has exactly these rows.
    pub async fn expect_rows(&self, rows: &[TodoRow]) -> Result {
        const ROWS: &str = "return [...document.querySelectorAll('main li:has(input[type=checkbox])')]
            .map((row) => [row.querySelector('label').innerText.trim(), row.querySelector('input').checked])";
        self.0
            .wait_until(&format!("the list {rows:?}"), async || {
                let shown: Vec<(String, bool)> =
                    self.0.driver().execute(ROWS, vec![]).await?.convert()?;
                Ok(shown
                    .into_iter()
                    .map(|(title, done)| TodoRow { title, done })
                    .eq(rows.iter().cloned()))
            })
            .await
    }
}
