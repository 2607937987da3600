//! Control of the answers that the page gets from its services. A journey holds answers back until it lets them
//! through, as if the service were slow, or replaces them, as captive portals and proxies do.
//!
//! An answer is named by its action (`SignUp`), by its method and path (`GET /api/todos`), or by a prefix of these.

use e2e::{Journey, Outcome};
use serde_json::{Value, json};

/// Wraps `fetch`. An answer counts as read when the page has read its body to the end or has cancelled it, and two
/// animation frames have passed since, so that all its effects have happened.
const BETWEEN: &str = "if (!window.between) {
    const rules = {};
    const fetch = window.fetch;
    const drawn = () => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    // Calls back when a reader has come to the end of the stream.
    const watch_end = (stream, on_end) => {
        const get_reader = stream.getReader.bind(stream);
        stream.getReader = (...options) => {
            const reader = get_reader(...options);
            const read = reader.read.bind(reader);
            reader.read = async () => {
                const chunk = await read();
                if (chunk.done) on_end();
                return chunk;
            };
            return reader;
        };
    };
    window.between = {
        set: (name, changes) => Object.assign(rules[name] ??= { come: 0, read: 0, held: [] }, changes),
        let_through: (name) => {
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
        const { instead } = rule;
        const answer = instead
            ? new Response(instead.body, { status: instead.status, headers: { 'content-type': instead.kind } })
            : await fetch(request, ...more);
        rule.come += 1;
        let is_read = false;
        const settle = async () => {
            if (is_read) return;
            is_read = true;
            await drawn();
            rule.read += 1;
        };
        request.signal.addEventListener('abort', settle);
        if (rule.holds) await new Promise((go) => rule.held.push(go));
        if (!answer.body) settle();
        else watch_end(answer.body, settle);
        return answer;
    };
}";

/// A response in place of the service's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instead {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `content-type`.
    pub(crate) kind: &'static str,
    /// The response body.
    pub(crate) body: &'static str,
}

impl Instead {
    /// An exception in the format of the user-pool API.
    pub(crate) const fn refusal(body: &'static str) -> Self {
        Self {
            status: 400,
            kind: "application/x-amz-json-1.1",
            body,
        }
    }

    fn rule(self) -> Value {
        json!({ "instead": { "status": self.status, "kind": self.kind, "body": self.body } })
    }
}

async fn set(j: &Journey, name: &str, rule: Value) -> Outcome {
    let script = format!("{BETWEEN} window.between.set(...arguments);");
    j.browser.script(&script, vec![json!(name), rule]).await?;
    Ok(())
}

/// Holds these answers back in the current document.
pub(crate) async fn hold(j: &Journey, name: &str) -> Outcome {
    set(j, name, json!({ "holds": true })).await
}

/// Replaces these answers in the current document.
pub(crate) async fn answer_instead(j: &Journey, name: &str, instead: Instead) -> Outcome {
    set(j, name, instead.rule()).await
}

/// Ends the replacement of these answers.
pub(crate) async fn answer_as_ever(j: &Journey, name: &str) -> Outcome {
    set(j, name, json!({ "instead": null })).await
}

async fn set_from_the_start(j: &Journey, name: &str, rule: &Value) -> Outcome<Value> {
    let source = format!("{BETWEEN} window.between.set({}, {rule});", json!(name));
    let parameters = json!({ "source": source });
    j.browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
        .await
}

/// Replaces these answers in every later document, from its start. Returns the script that [`no_longer`] removes.
pub(crate) async fn answer_instead_from_the_start(
    j: &Journey,
    name: &str,
    instead: Instead,
) -> Outcome<Value> {
    set_from_the_start(j, name, &instead.rule()).await
}

/// Holds these answers back in every later document, from its start. Returns the script that [`no_longer`] removes.
pub(crate) async fn hold_from_the_start(j: &Journey, name: &str) -> Outcome<Value> {
    set_from_the_start(j, name, &json!({ "holds": true })).await
}

/// Counts these answers in every later document, so that a journey can wait until the page has read them.
pub(crate) async fn watch_from_the_start(j: &Journey, name: &str) -> Outcome<Value> {
    set_from_the_start(j, name, &json!({})).await
}

/// Removes a script of [`answer_instead_from_the_start`] or [`hold_from_the_start`] for later documents.
pub(crate) async fn no_longer(j: &Journey, script: Value) -> Outcome {
    j.browser
        .devtools("Page.removeScriptToEvaluateOnNewDocument", script)
        .await?;
    Ok(())
}

async fn count(j: &Journey, name: &str, what: &str) -> Outcome<Value> {
    j.browser
        .script(
            "return window.between?.rules[arguments[0]]?.[arguments[1]] ?? 0",
            vec![json!(name), json!(what)],
        )
        .await
}

/// Waits until this many of these answers have arrived. The page does not see those that are held.
pub(crate) async fn have_come(j: &Journey, name: &str, times: u32) -> Outcome {
    let all = async || Ok(count(j, name, "come").await? == json!(times));
    let what = format!("{times} answers to {name}");
    j.browser.until(&what, all).await
}

/// Lets later answers pass. Answers that are held stay held.
pub(crate) async fn hold_no_more(j: &Journey, name: &str) -> Outcome {
    set(j, name, json!({ "holds": false })).await
}

/// Releases the held answers, and waits until the page has read all answers and shows their effects.
pub(crate) async fn let_through(j: &Journey, name: &str) -> Outcome {
    let script = "window.between.let_through(arguments[0])";
    j.browser.script(script, vec![json!(name)]).await?;
    are_read(j, name).await
}

/// Waits until at least one of these answers has arrived, and the page has read them all and shows their effects.
pub(crate) async fn are_read(j: &Journey, name: &str) -> Outcome {
    let all = async || {
        let (come, read) = (count(j, name, "come").await?, count(j, name, "read").await?);
        Ok(come != json!(0) && come == read)
    };
    let what = format!("the reading of the answers to {name}");
    j.browser.until(&what, all).await
}
