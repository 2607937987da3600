//! A browser window: what can be seen and done in it.
//!
//! Things are found as a person finds them: fields by their labels, buttons and links by what stands on them, sentences
//! by the role in which they are announced.

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

/// What the console says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// `SEVERE`, `WARNING`, `INFO` …
    pub level: String,
    /// What was said, and by which file.
    pub message: String,
}

impl Browser {
    /// Opens one for the app at `url`.
    ///
    /// # Errors
    /// There is no driver or no Chromium.
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
        // Chromium is found by the driver unless a place is given.
        let chromium = place::program("POOLGATE_CHROMIUM", "");
        if !chromium.as_os_str().is_empty() {
            capabilities.set_binary(&chromium.to_string_lossy())?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        // A page whose WebAssembly is held back is never loaded whole; journeys wait for what they need to see.
        capabilities.set("pageLoadStrategy", json!("eager"))?;
        let driver = WebDriver::builder(driver::url()?, capabilities)
            .poller(Arc::new(ElementPollerWithTimeout::new(LIMIT, INTERVAL)))
            .await?;
        Ok(Self {
            driver,
            url: url.to_owned(),
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// It has ended by itself.
    pub async fn quit(self) -> Outcome {
        Ok(self.driver.quit().await?)
    }

    /// The driver's own words, for what no method here says.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    // Going places.

    /// Types an address of the app into the address bar: a whole new document.
    pub async fn open(&self, path: &str) -> Outcome {
        Ok(self.driver.goto(format!("{}{path}", self.url)).await?)
    }

    /// Loads the page anew.
    pub async fn reload(&self) -> Outcome {
        Ok(self.driver.refresh().await?)
    }

    /// Path, query and fragment, as the address bar shows them; the whole address where it is not the app's.
    pub async fn address(&self) -> Outcome<String> {
        let url = self.driver.current_url().await?.to_string();
        Ok(url
            .strip_prefix(&self.url)
            .map(str::to_owned)
            .unwrap_or(url))
    }

    /// Waits until the address bar shows this.
    pub async fn is_at(&self, address: &str) -> Outcome {
        self.until(&format!("the address {address}"), async || {
            Ok(self.address().await? == address)
        })
        .await
    }

    /// Waits until the page with this heading is shown, by the app rather than by the first paint.
    pub async fn shows_page(&self, title: &str) -> Outcome {
        self.until(&format!("the page “{title}”"), async || {
            Ok(self.texts("main h1").await? == [title] && self.texts("#start").await?.is_empty())
        })
        .await
    }

    // Waiting.

    /// Waits until `look` says so; what is shown goes with the complaint.
    pub async fn until(&self, what: &str, mut look: impl AsyncFnMut() -> Outcome<bool>) -> Outcome {
        self.some(what, async || Ok(look().await?.then_some(())))
            .await
    }

    /// The same with another limit than what anything may take.
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

    /// Waits until `look` finds something; what is shown goes with the complaint.
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
