//! A browser window for tests, with methods that act as a user does.
//!
//! Elements are found as a user finds them: fields by their labels, buttons and links by their names, messages by
//! their ARIA role.

mod actions;
mod devtools;
mod driver;
mod queries;
mod tabs;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::{CapabilitiesHelper as _, ChromiumLikeCapabilities as _};
use thirtyfour::{LoggingPrefsLogLevel, WebDriver};

pub use self::tabs::Tab;
use crate::wait::{self, POLL_INTERVAL, TIMEOUT};
use crate::{Result, paths};

/// An open browser with one window and an empty profile.
#[derive(Clone, Debug)]
pub struct Browser {
    driver: WebDriver,
    /// The URL at which the browser opens the app.
    url: String,
}

/// An entry of the browser's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// The level of the entry: `SEVERE`, `WARNING`, `INFO` …
    pub level: String,
    /// The text of the entry, with the file that it comes from.
    pub message: String,
}

impl Browser {
    /// Opens a browser for the app at `url`.
    ///
    /// # Errors
    /// The driver or Chromium is missing.
    pub async fn start(url: &str) -> Result<Self> {
        let mut capabilities = thirtyfour::DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-GB",
            "--window-size=900,720",
        ] {
            capabilities.add_arg(argument)?;
        }
        // The driver finds Chromium by itself if no path is given.
        let chromium = paths::program_path("POOLGATE_CHROMIUM", "");
        if !chromium.as_os_str().is_empty() {
            capabilities.set_binary(&chromium.to_string_lossy())?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        // A page whose WebAssembly the host holds back never finishes loading. The tests wait for the content that
        // they need.
        capabilities.set("pageLoadStrategy", json!("eager"))?;
        let driver = WebDriver::builder(driver::webdriver_url()?, capabilities)
            .poller(Arc::new(ElementPollerWithTimeout::new(
                TIMEOUT,
                POLL_INTERVAL,
            )))
            .await?;
        Ok(Self {
            driver,
            url: url.to_owned(),
        })
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// The browser has already ended.
    pub async fn quit(self) -> Result {
        Ok(self.driver.quit().await?)
    }

    /// Returns the WebDriver session, for the commands that this type has no method for.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    // Navigation.

    /// Loads a page of the app, as if the user typed its path into the address bar. This loads a new document.
    pub async fn open(&self, path: &str) -> Result {
        Ok(self.driver.goto(format!("{}{path}", self.url)).await?)
    }

    /// Reloads the current page.
    pub async fn reload(&self) -> Result {
        Ok(self.driver.refresh().await?)
    }

    /// Returns the path, query and fragment of the current address. For an address outside the app, returns the whole
    /// address.
    pub async fn address(&self) -> Result<String> {
        let url = self.driver.current_url().await?.to_string();
        Ok(url
            .strip_prefix(&self.url)
            .map(str::to_owned)
            .unwrap_or(url))
    }

    /// Waits until the browser shows this address.
    pub async fn expect_address(&self, address: &str) -> Result {
        self.wait_until(&format!("the address {address}"), async || {
            Ok(self.address().await? == address)
        })
        .await
    }

    /// Waits until the app shows the page with this heading. The heading in `index.html`, before the app has started,
    /// does not count.
    pub async fn expect_heading(&self, title: &str) -> Result {
        self.wait_until(&format!("the page “{title}”"), async || {
            Ok(self.visible_texts("main h1").await? == [title]
                && self.visible_texts("#start").await?.is_empty())
        })
        .await
    }

    // Waiting.

    /// Waits until `check` returns true. If that takes longer than [`TIMEOUT`], the error names the `condition` and
    /// contains the text of the page.
    pub async fn wait_until(
        &self,
        condition: &str,
        mut check: impl AsyncFnMut() -> Result<bool>,
    ) -> Result {
        self.wait_for(condition, async || Ok(check().await?.then_some(())))
            .await
    }

    /// Waits like [`Browser::wait_until`], with another time limit than [`TIMEOUT`].
    pub async fn wait_until_within(
        &self,
        limit: Duration,
        condition: &str,
        mut check: impl AsyncFnMut() -> Result<bool>,
    ) -> Result {
        let check = async || Ok(check().await?.then_some(()));
        match wait::wait_until_within(limit, condition, check).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.timeout_error(condition, error).await),
        }
    }

    /// Waits until `check` returns a value, and returns it. If that takes longer than [`TIMEOUT`], the error names the
    /// `condition` and contains the text of the page.
    pub async fn wait_for<T>(
        &self,
        condition: &str,
        check: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        match wait::wait_until(condition, check).await {
            Ok(found) => Ok(found),
            Err(error) => Err(self.timeout_error(condition, error).await),
        }
    }

    async fn timeout_error(&self, condition: &str, error: impl core::fmt::Display) -> crate::Error {
        let address = self
            .address()
            .await
            .unwrap_or_else(|error| error.to_string());
        let shown = self
            .page_text()
            .await
            .unwrap_or_else(|error| error.to_string());
        format!("{condition} not found: {error}\nthe page at {address} shows:\n{shown}").into()
    }
}
