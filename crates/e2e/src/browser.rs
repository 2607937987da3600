//! A browser window: what can be seen and done in it.
//!
//! Things are found as a person finds them: fields by their labels, buttons and links by what stands on them, sentences
//! by the role in which they are announced.

mod driver;

use core::time::Duration;
use std::sync::Arc;

use serde_json::{Value, json};
use thirtyfour::extensions::query::{ElementPollerWithTimeout, ElementQueryable as _};
use thirtyfour::{By, Key, LoggingPrefsLogLevel, TypingData, WebDriver, WebElement};
use thirtyfour::{CapabilitiesHelper as _, ChromiumLikeCapabilities as _};

use crate::wait::{self, INTERVAL, LIMIT};
use crate::{Outcome, place};

/// The texts of those elements that are shown and say something.
const SHOWN_TEXTS: &str = "return [...document.querySelectorAll(arguments[0])]
    .filter((element) => element.checkVisibility())
    .map((element) => element.innerText.trim())
    .filter((text) => text !== '')";

/// What somebody would read who looks at the page, fields and ticks included.
const ALL_THAT_IS_SHOWN: &str = "return document.body.innerText";

/// Moves the page's clock; `arguments[0]` is in milliseconds.
const MOVE_CLOCK: &str =
    "(() => { const now = Date.now; Date.now = () => now() + MILLISECONDS; })()";

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

    // Seeing.

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

    // Doing.

    /// The field with this label, once it is shown.
    pub async fn field(&self, label: &str) -> Outcome<WebElement> {
        let label = quoted(label);
        let path = format!("//*[@id=//label[normalize-space()={label}]/@for]");
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

    // Around the page.

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// All that localStorage and sessionStorage hold, as one object.
    pub async fn stored(&self) -> Outcome<Value> {
        self.script("return { ...localStorage, ...sessionStorage }", vec![])
            .await
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Outcome<Value> {
        Ok(self.driver.cdp().send_raw(command, parameters).await?)
    }

    /// Runs a script in every later document, before the page's own.
    pub async fn before_each_document(&self, script: &str) -> Outcome {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// Makes the page's clock fast by `length`, in this document and in later ones. Timers that run already keep theirs.
    pub async fn move_clock(&self, length: Duration) -> Outcome {
        let script = MOVE_CLOCK.replace("MILLISECONDS", &length.as_millis().to_string());
        self.before_each_document(&script).await?;
        self.devtools("Runtime.evaluate", json!({ "expression": script }))
            .await?;
        Ok(())
    }

    /// Takes the network away, or gives it back.
    pub async fn set_offline(&self, offline: bool) -> Outcome {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }

    /// Lets requests to these addresses reach nobody, although there is a network.
    pub async fn block(&self, addresses: &str) -> Outcome {
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.setBlockedURLs", json!({ "urls": [addresses] }))
            .await?;
        Ok(())
    }

    /// Makes the page so many CSS pixels wide and high.
    pub async fn resize(&self, width: u32, height: u32) -> Outcome {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        Ok(())
    }

    /// What was said on the console since this was last asked.
    pub async fn console(&self) -> Outcome<Vec<ConsoleEntry>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .map(|entry| ConsoleEntry {
                level: entry.level,
                message: entry.message,
            })
            .collect())
    }

    // Waiting.

    /// Waits until `look` says so; what is shown goes with the complaint.
    pub async fn until(&self, what: &str, mut look: impl AsyncFnMut() -> Outcome<bool>) -> Outcome {
        self.some(what, async || Ok(look().await?.then_some(())))
            .await
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

/// A text as XPath writes it. XPath 1.0 has no escapes; no label of ours has double quotes.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
