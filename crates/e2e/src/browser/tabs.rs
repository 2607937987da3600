//! Several tabs of one browser: they share localStorage and cookies, and nothing else.

use thirtyfour::WindowHandle;

use super::Browser;
use crate::Outcome;

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
    /// The tab that is looked at.
    pub async fn tab(&self) -> Outcome<Tab> {
        Ok(Tab(self.driver.window().await?))
    }

    /// Opens an empty tab and looks at it. What was said for each document of another tab is not said for its own.
    pub async fn open_tab(&self) -> Outcome<Tab> {
        let tab = Tab(self.driver.new_tab().await?);
        self.look_at(&tab).await?;
        Ok(tab)
    }

    /// Brings a tab to the front, so that the others are hidden.
    pub async fn look_at(&self, tab: &Tab) -> Outcome {
        self.driver.switch_to_window(tab.0.clone()).await?;
        self.devtools("Page.bringToFront", serde_json::json!({}))
            .await?;
        Ok(())
    }
}
