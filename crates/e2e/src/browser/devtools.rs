//! Access to the environment of the page: storage, clock, network, window size and console.

use core::time::Duration;

use serde_json::{Value, json};

use super::{Browser, ConsoleEntry};
use crate::Result;

/// The script that moves the page's clock. The text `MILLISECONDS` in it is replaced by a JavaScript expression.
const MOVE_CLOCK: &str =
    "(() => { const now = Date.now; Date.now = () => now() + (MILLISECONDS); })()";

/// The script that speeds up the page's timers. The text `FACTOR` in it is replaced by a number.
const SPEED_UP_TIMERS: &str = "(() => { const wait = window.setTimeout;
    window.setTimeout = (then, delay, ...more) => wait(then, (delay ?? 0) / FACTOR, ...more); })()";

impl Browser {
    /// Runs a JavaScript function body in the page and returns its result. The script reads the arguments from
    /// `arguments`.
    pub async fn run_script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// Returns the content of localStorage and sessionStorage as one object.
    pub async fn stored_items(&self) -> Result<Value> {
        self.run_script("return { ...localStorage, ...sessionStorage }", vec![])
            .await
    }

    /// Sends a command of the Chrome DevTools Protocol and returns its result.
    pub async fn send_devtools_command(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(command, parameters).await?)
    }

    /// Runs a script in every later document of this tab, before the page's own scripts.
    pub async fn add_init_script(&self, script: &str) -> Result {
        let source = json!({ "source": script });
        self.send_devtools_command("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// Moves the page's clock forward by `length`, in this document and in later ones. It does not affect timers that
    /// are already running.
    pub async fn advance_clock(&self, length: Duration) -> Result {
        self.shift_clock(&length.as_millis().to_string()).await
    }

    /// Moves the page's clock back by `length`, like [`Browser::advance_clock`].
    pub async fn set_clock_back(&self, length: Duration) -> Result {
        self.shift_clock(&format!("-{}", length.as_millis())).await
    }

    /// Adds `milliseconds`, a JavaScript expression, to the page's clock, in this document and in later ones.
    async fn shift_clock(&self, milliseconds: &str) -> Result {
        let script = MOVE_CLOCK.replace("MILLISECONDS", milliseconds);
        self.add_init_script(&script).await?;
        self.send_devtools_command("Runtime.evaluate", json!({ "expression": script }))
            .await?;
        Ok(())
    }

    /// Disconnects the browser from the network, or connects it again.
    pub async fn set_offline(&self, offline: bool) -> Result {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.send_devtools_command("Network.enable", json!({}))
            .await?;
        self.send_devtools_command("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }

    /// Makes all requests to the given addresses fail (`*` matches any text), although the browser is online.
    pub async fn block_requests(&self, url_pattern: &str) -> Result {
        self.send_devtools_command("Network.enable", json!({}))
            .await?;
        self.send_devtools_command("Network.setBlockedURLs", json!({ "urls": [url_pattern] }))
            .await?;
        Ok(())
    }

    /// Makes all requests to the given addresses wait (`*` matches any text), as if the service did not respond. The
    /// page can abort them.
    pub async fn hang_requests(&self, url_pattern: &str) -> Result {
        let patterns = json!({ "patterns": [{ "urlPattern": url_pattern }] });
        self.send_devtools_command("Fetch.enable", patterns).await?;
        Ok(())
    }

    /// Lets all requests continue that [`Browser::hang_requests`] has held back.
    pub async fn release_requests(&self) -> Result {
        self.send_devtools_command("Fetch.disable", json!({}))
            .await?;
        Ok(())
    }

    /// Makes the timers of later documents run `factor` times as fast, so that a test reaches the app's time limits
    /// faster, or slower if `factor` is less than 1. The duration of requests does not change.
    pub async fn speed_up_timers(&self, factor: f64) -> Result {
        self.add_init_script(&SPEED_UP_TIMERS.replace("FACTOR", &factor.to_string()))
            .await
    }

    /// Sets the size of the page in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.send_devtools_command("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        Ok(())
    }

    /// Returns the entries of the browser's console since the last call.
    pub async fn take_console_entries(&self) -> Result<Vec<ConsoleEntry>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .map(|entry| ConsoleEntry {
                level: entry.level,
                message: entry.message,
            })
            .collect())
    }
}
