//! What stands between the page and its services: answers are held back until they are let through, so that a slow
//! service is as slow as the journey needs; or others are given in their place, as portals and proxies give them.
//!
//! An answer is named by its action (`SignUp`) or its method and path (`GET /api/todos`), or by how these begin.

use e2e::{Journey, Outcome};
use serde_json::{Value, json};

/// Wraps `fetch`. An answer counts as read once the page has read its body to the end, or has given it up, and has been drawn twice
/// since, so that all that it brings about has happened.
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

/// An answer in place of the service's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instead {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `content-type`.
    pub(crate) kind: &'static str,
    /// The body.
    pub(crate) body: &'static str,
}

impl Instead {
    /// An exception, as the user-pool API words it.
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

/// Holds these answers back, in this document.
pub(crate) async fn hold(j: &Journey, name: &str) -> Outcome {
    set(j, name, json!({ "holds": true })).await
}

/// Gives another answer in place of these, in this document.
pub(crate) async fn answer_instead(j: &Journey, name: &str, instead: Instead) -> Outcome {
    set(j, name, instead.rule()).await
}

/// Lets these answers come as they are again.
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

/// The same as [`answer_instead`] in every later document, from its beginning; gives what [`no_longer`] takes.
pub(crate) async fn answer_instead_from_the_start(
    j: &Journey,
    name: &str,
    instead: Instead,
) -> Outcome<Value> {
    set_from_the_start(j, name, &instead.rule()).await
}

/// The same as [`hold`] in every later document, from its beginning; gives what [`no_longer`] takes.
pub(crate) async fn hold_from_the_start(j: &Journey, name: &str) -> Outcome<Value> {
    set_from_the_start(j, name, &json!({ "holds": true })).await
}

/// Lets these answers pass in every later document, and counts them, so that a journey can wait for their reading.
pub(crate) async fn watch_from_the_start(j: &Journey, name: &str) -> Outcome<Value> {
    set_from_the_start(j, name, &json!({})).await
}

/// Ends what [`answer_instead_from_the_start`] began, for later documents.
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

/// Waits until so many of these answers have come; held ones have not reached the page.
pub(crate) async fn have_come(j: &Journey, name: &str, times: u32) -> Outcome {
    let all = async || Ok(count(j, name, "come").await? == json!(times));
    let what = format!("{times} answers to {name}");
    j.browser.until(&what, all).await
}

/// Lets later answers pass; those that are held stay so.
pub(crate) async fn hold_no_more(j: &Journey, name: &str) -> Outcome {
    set(j, name, json!({ "holds": false })).await
}

/// Lets what is held through, and waits until the page has read all that came and shows what it brought about.
pub(crate) async fn let_through(j: &Journey, name: &str) -> Outcome {
    let script = "window.between.let_through(arguments[0])";
    j.browser.script(script, vec![json!(name)]).await?;
    are_read(j, name).await
}

/// Waits until the page has read every one of these answers, of which there is one at least, and has been drawn since.
pub(crate) async fn are_read(j: &Journey, name: &str) -> Outcome {
    let all = async || {
        let (come, read) = (count(j, name, "come").await?, count(j, name, "read").await?);
        Ok(come != json!(0) && come == read)
    };
    let what = format!("the reading of the answers to {name}");
    j.browser.until(&what, all).await
}
