//! Control of the responses that the page gets from its services. A test holds responses back until it releases
//! them, as if the service were slow, or replaces them, as captive portals and proxies do.
//!
//! A response is named by its action (`SignUp`), by its method and path (`GET /api/todos`), or by a prefix of these.

use e2e::{Result, TestContext};
use serde_json::{Value, json};

/// The script that wraps the page's `fetch`, so that a test can hold responses back or replace them. A response counts
/// as read when the page has read its body to the end or has cancelled it, and two animation frames have passed since,
/// so that all its effects have happened.
const FETCH_STUB: &str = "if (!window.networkStub) {
    const rules = {};
    const fetch = window.fetch;
    const nextFrames = () => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    // Calls back when a reader has come to the end of the stream.
    const watchEnd = (stream, onEnd) => {
        const getReader = stream.getReader.bind(stream);
        stream.getReader = (...options) => {
            const reader = getReader(...options);
            const read = reader.read.bind(reader);
            reader.read = async () => {
                const chunk = await read();
                if (chunk.done) onEnd();
                return chunk;
            };
            return reader;
        };
    };
    window.networkStub = {
        set: (name, changes) => Object.assign(rules[name] ??= { received: 0, read: 0, held: [] }, changes),
        release: (name) => {
            rules[name].holds = false;
            rules[name].held.splice(0).forEach((go) => go());
        },
        rules,
    };
    window.fetch = async (request, ...more) => {
        if (!(request instanceof Request)) return fetch(request, ...more);
        const action = request.headers.get('x-amz-target')?.split('.').pop();
        const name = action ?? `${request.method} ${new URL(request.url).pathname}`;
        const rule = rules[Object.keys(rules).find((start) => name.startsWith(start))];
        if (!rule) return fetch(request, ...more);
        const { stub } = rule;
        const response = stub
            ? new Response(stub.body, { status: stub.status, headers: { 'content-type': stub.contentType } })
            : await fetch(request, ...more);
        rule.received += 1;
        let isRead = false;
        const markRead = async () => {
            if (isRead) return;
            isRead = true;
            await nextFrames();
            rule.read += 1;
        };
        request.signal.addEventListener('abort', markRead);
        if (rule.holds) await new Promise((go) => rule.held.push(go));
        if (!response.body) markRead();
        else watchEnd(response.body, markRead);
        return response;
    };
}";

/// A response that the page gets in place of the service's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StubResponse {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The value of the header `content-type`.
    pub(crate) content_type: &'static str,
    /// The response body.
    pub(crate) body: &'static str,
}

impl StubResponse {
    /// Returns a response with an exception in the format of the user-pool API.
    pub(crate) const fn api_error(body: &'static str) -> Self {
        Self {
            status: 400,
            content_type: "application/x-amz-json-1.1",
            body,
        }
    }

    fn rule(self) -> Value {
        json!({ "stub": { "status": self.status, "contentType": self.content_type, "body": self.body } })
    }
}

async fn set_rule(ctx: &TestContext, name: &str, rule: Value) -> Result {
    let script = format!("{FETCH_STUB} window.networkStub.set(...arguments);");
    ctx.browser
        .run_script(&script, vec![json!(name), rule])
        .await?;
    Ok(())
}

/// Holds the responses with this name back in the current document.
pub(crate) async fn hold_responses(ctx: &TestContext, name: &str) -> Result {
    set_rule(ctx, name, json!({ "holds": true })).await
}

/// Replaces the responses with this name in the current document.
pub(crate) async fn stub_response(ctx: &TestContext, name: &str, stub: StubResponse) -> Result {
    set_rule(ctx, name, stub.rule()).await
}

/// Stops replacing the responses with this name.
pub(crate) async fn remove_stub(ctx: &TestContext, name: &str) -> Result {
    set_rule(ctx, name, json!({ "stub": null })).await
}

async fn set_rule_in_new_documents(ctx: &TestContext, name: &str, rule: &Value) -> Result<Value> {
    let source = format!(
        "{FETCH_STUB} window.networkStub.set({}, {rule});",
        json!(name)
    );
    let parameters = json!({ "source": source });
    ctx.browser
        .send_devtools_command("Page.addScriptToEvaluateOnNewDocument", parameters)
        .await
}

/// Replaces the responses with this name in every later document, from its start. Returns the script that
/// [`remove_init_script`] removes.
pub(crate) async fn stub_response_in_new_documents(
    ctx: &TestContext,
    name: &str,
    stub: StubResponse,
) -> Result<Value> {
    set_rule_in_new_documents(ctx, name, &stub.rule()).await
}

/// Holds the responses with this name back in every later document, from its start. Returns the script that
/// [`remove_init_script`] removes.
pub(crate) async fn hold_in_new_documents(ctx: &TestContext, name: &str) -> Result<Value> {
    set_rule_in_new_documents(ctx, name, &json!({ "holds": true })).await
}

/// Counts the responses with this name in every later document, so that a test can wait until the page has read them.
pub(crate) async fn count_in_new_documents(ctx: &TestContext, name: &str) -> Result<Value> {
    set_rule_in_new_documents(ctx, name, &json!({})).await
}

/// Removes a script of [`stub_response_in_new_documents`] or [`hold_in_new_documents`] for later documents.
pub(crate) async fn remove_init_script(ctx: &TestContext, script: Value) -> Result {
    ctx.browser
        .send_devtools_command("Page.removeScriptToEvaluateOnNewDocument", script)
        .await?;
    Ok(())
}

async fn rule_counter(ctx: &TestContext, name: &str, what: &str) -> Result<Value> {
    ctx.browser
        .run_script(
            "return window.networkStub?.rules[arguments[0]]?.[arguments[1]] ?? 0",
            vec![json!(name), json!(what)],
        )
        .await
}

/// Waits until this many responses with this name have arrived. The page does not see those that are held back.
pub(crate) async fn expect_responses(ctx: &TestContext, name: &str, times: u32) -> Result {
    let all = async || Ok(rule_counter(ctx, name, "received").await? == json!(times));
    let what = format!("{times} responses to {name}");
    ctx.browser.wait_until(&what, all).await
}

/// Lets later responses with this name pass. Responses that are held back stay held back.
pub(crate) async fn stop_holding(ctx: &TestContext, name: &str) -> Result {
    set_rule(ctx, name, json!({ "holds": false })).await
}

/// Releases the responses that are held back, and waits until the page has read all responses and shows their effects.
pub(crate) async fn release_held(ctx: &TestContext, name: &str) -> Result {
    let script = "window.networkStub.release(arguments[0])";
    ctx.browser.run_script(script, vec![json!(name)]).await?;
    wait_until_read(ctx, name).await
}

/// Waits until at least one response with this name has arrived, and the page has read all of them and shows their
/// effects.
pub(crate) async fn wait_until_read(ctx: &TestContext, name: &str) -> Result {
    let all = async || {
        let (received, read) = (
            rule_counter(ctx, name, "received").await?,
            rule_counter(ctx, name, "read").await?,
        );
        Ok(received != json!(0) && received == read)
    };
    let what = format!("the page to read the responses to {name}");
    ctx.browser.wait_until(&what, all).await
}
