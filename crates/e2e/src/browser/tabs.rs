//! Several tabs of one browser. They share localStorage and cookies, and nothing else.

use thirtyfour::WindowHandle;

use super::Browser;
use crate::Outcome;

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
    /// Returns the current tab.
    pub async fn tab(&self) -> Outcome<Tab> {
        Ok(Tab(self.driver.window().await?))
    }

    /// Opens an empty tab and switches to it. The scripts of [`Browser::before_each_document`] apply to one tab only,
    /// so the new tab has none.
    pub async fn open_tab(&self) -> Outcome<Tab> {
        let tab = Tab(self.driver.new_tab().await?);
        self.look_at(&tab).await?;
        Ok(tab)
    }

    /// Switches to a tab and brings it to the front, so that the other tabs are hidden.
    pub async fn look_at(&self, tab: &Tab) -> Outcome {
        self.driver.switch_to_window(tab.0.clone()).await?;
        self.devtools("Page.bringToFront", serde_json::json!({}))
            .await?;
        Ok(())
    }
}
