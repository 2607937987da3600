//! What is around the page: its storage, clock and network, its size, and the console.

use core::time::Duration;

use serde_json::{Value, json};

use super::{Browser, ConsoleEntry};
use crate::Outcome;

/// Moves the page's clock; `arguments[0]` is in milliseconds.
const MOVE_CLOCK: &str =
    "(() => { const now = Date.now; Date.now = () => now() + (MILLISECONDS); })()";

/// Makes the page's timers run TIMES as fast.
const HURRY: &str = "(() => { const wait = window.setTimeout;
    window.setTimeout = (then, delay, ...more) => wait(then, (delay ?? 0) / TIMES, ...more); })()";

impl Browser {
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
        self.set_clock(&length.as_millis().to_string()).await
    }

    /// The same, slow by `length`.
    pub async fn move_clock_back(&self, length: Duration) -> Outcome {
        self.set_clock(&format!("-{}", length.as_millis())).await
    }

    async fn set_clock(&self, milliseconds: &str) -> Outcome {
        let script = MOVE_CLOCK.replace("MILLISECONDS", milliseconds);
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

    /// Lets requests to these addresses (`*` is anything) wait for ever: the service has them and does not answer.
    /// The page may give them up.
    pub async fn leave_unanswered(&self, addresses: &str) -> Outcome {
        let patterns = json!({ "patterns": [{ "urlPattern": addresses }] });
        self.devtools("Fetch.enable", patterns).await?;
        Ok(())
    }

    /// Lets all that waits go on.
    pub async fn answer_again(&self) -> Outcome {
        self.devtools("Fetch.disable", json!({})).await?;
        Ok(())
    }

    /// In every later document timers run so many times as fast, or as slowly where that is less than one: what is
    /// bounded ends that much sooner or later, and what is not does not end. What the services take stays as it is.
    pub async fn hurry(&self, times: f64) -> Outcome {
        self.before_each_document(&HURRY.replace("TIMES", &times.to_string()))
            .await
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
}
