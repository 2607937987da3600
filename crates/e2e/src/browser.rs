//! A browser window, with methods that act as a user does.
//!
//! Elements are found as a user finds them: fields by their labels, buttons and links by their names, messages by
//! their ARIA role.

mod around;
mod doing;
mod driver;
mod seeing;
mod tabs;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::{CapabilitiesHelper as _, ChromiumLikeCapabilities as _};
use thirtyfour::{LoggingPrefsLogLevel, WebDriver};

pub use self::tabs::Tab;
use crate::wait::{self, INTERVAL, LIMIT};
use crate::{Outcome, place};

/// An open browser with one window and an empty profile.
#[derive(Clone, Debug)]
pub struct Browser {
    driver: WebDriver,
    /// The app's address.
    url: String,
}

/// An entry of the browser's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// The level: `SEVERE`, `WARNING`, `INFO` …
    pub level: String,
    /// The message, with the file that it comes from.
    pub message: String,
}

impl Browser {
    /// Opens a browser for the app at `url`.
    ///
    /// # Errors
    /// The driver or Chromium is missing.
    pub async fn start(url: &str) -> Outcome<Self> {
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
        let chromium = place::program("POOLGATE_CHROMIUM", "");
        if !chromium.as_os_str().is_empty() {
            capabilities.set_binary(&chromium.to_string_lossy())?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        // A page whose WebAssembly the host holds back never finishes loading. The journeys wait for the content that
        // they need.
        capabilities.set("pageLoadStrategy", json!("eager"))?;
        let driver = WebDriver::builder(driver::url()?, capabilities)
            .poller(Arc::new(ElementPollerWithTimeout::new(LIMIT, INTERVAL)))
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
    pub async fn quit(self) -> Outcome {
        Ok(self.driver.quit().await?)
    }

    /// The WebDriver session, for commands that this type has no method for.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    // Navigation.

    /// Types an address of the app into the address bar. This loads a new document.
    pub async fn open(&self, path: &str) -> Outcome {
        Ok(self.driver.goto(format!("{}{path}", self.url)).await?)
    }

    /// Reloads the page.
    pub async fn reload(&self) -> Outcome {
        Ok(self.driver.refresh().await?)
    }

    /// Returns the path, query and fragment of the address. For an address outside the app, returns the whole
    /// address.
    pub async fn address(&self) -> Outcome<String> {
        let url = self.driver.current_url().await?.to_string();
        Ok(url
            .strip_prefix(&self.url)
            .map(str::to_owned)
            .unwrap_or(url))
    }

    /// Waits until the browser is at this address.
    pub async fn is_at(&self, address: &str) -> Outcome {
        self.until(&format!("the address {address}"), async || {
            Ok(self.address().await? == address)
        })
        .await
    }

    /// Waits until the app shows the page with this heading. The heading in `index.html`, before the app has started,
    /// does not count.
    pub async fn shows_page(&self, title: &str) -> Outcome {
        self.until(&format!("the page “{title}”"), async || {
            Ok(self.texts("main h1").await? == [title] && self.texts("#start").await?.is_empty())
        })
        .await
    }

    // Waiting.

    /// Waits until `look` returns true. The error contains the text that the page shows.
    pub async fn until(&self, what: &str, mut look: impl AsyncFnMut() -> Outcome<bool>) -> Outcome {
        self.some(what, async || Ok(look().await?.then_some(())))
            .await
    }

    /// Waits like [`Browser::until`], with another time limit than [`LIMIT`].
    pub async fn until_within(
        &self,
        limit: Duration,
        what: &str,
        mut look: impl AsyncFnMut() -> Outcome<bool>,
    ) -> Outcome {
        let look = async || Ok(look().await?.then_some(()));
        match wait::until_within(limit, what, look).await {
            Ok(()) => Ok(()),
            Err(fault) => Err(self.not_seen(what, fault).await),
        }
    }

    /// Waits until `look` returns a value. The error contains the text that the page shows.
    pub async fn some<T>(
        &self,
        what: &str,
        look: impl AsyncFnMut() -> Outcome<Option<T>>,
    ) -> Outcome<T> {
        match wait::until(what, look).await {
            Ok(found) => Ok(found),
            Err(fault) => Err(self.not_seen(what, fault).await),
        }
    }

    async fn not_seen(&self, what: &str, fault: impl core::fmt::Display) -> crate::Fault {
        let address = self
            .address()
            .await
            .unwrap_or_else(|fault| fault.to_string());
        let shown = self.text().await.unwrap_or_else(|fault| fault.to_string());
        format!("{what} is not there: {fault}\nat {address} the page shows:\n{shown}").into()
    }
}
