//! Control of several tabs in one browser. The tabs share localStorage and cookies, and nothing else.

use thirtyfour::WindowHandle;

use super::Browser;
use crate::Result;

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
    /// Returns the current tab.
    pub async fn current_tab(&self) -> Result<Tab> {
        Ok(Tab(self.driver.window().await?))
    }

    /// Opens an empty tab and switches to it. The scripts of [`Browser::add_init_script`] apply to one tab only,
    /// so the new tab has none.
    pub async fn open_tab(&self) -> Result<Tab> {
        let tab = Tab(self.driver.new_tab().await?);
        self.switch_to(&tab).await?;
        Ok(tab)
    }

    /// Switches to a tab and brings it to the front, so that the other tabs are hidden.
    pub async fn switch_to(&self, tab: &Tab) -> Result {
        self.driver.switch_to_window(tab.0.clone()).await?;
        self.send_devtools_command("Page.bringToFront", serde_json::json!({}))
            .await?;
        Ok(())
    }
}
