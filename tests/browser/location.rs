use crate::test_page::{js, once_called, window};
use core::cell::Cell;
use poolgate::browser::location::{
    current_url, encode_uri_component, go_back, history_state, on_back_or_forward, origin, path,
    push_history_state, push_url, query_and_fragment, query_parameter, redirect, replace_url,
    scroll_to_top, set_history_state,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// The number of history entries of this tab.
fn pages() -> u32 {
    let history = window().history().expect("a history");
    history.length().expect("its length")
}

#[wasm_bindgen_test]
fn current_url_is_path_query_and_fragment() {
    for address in [
        "/",
        "/todos",
        "/signin?then=%2Ftodos",
        "/a/b?c=d&e#f",
        "/#f",
    ] {
        replace_url(address);
        assert_eq!(current_url(), address);
    }
    replace_url("/todos?x=1#y");
    assert_eq!(path(), "/todos");
    replace_url("/");
}

#[wasm_bindgen_test]
fn origin_is_scheme_host_and_port() {
    let written = js("`${location.protocol}//${location.hostname}:${location.port}`");
    for address in ["/", "/todos?x=1#y"] {
        replace_url(address);
        assert_eq!(Some(origin()), written.as_string(), "{address}");
    }
    replace_url("/");
}

/// Other code parses the callback's parameters, so only the two separators are removed.
#[wasm_bindgen_test]
fn query_and_fragment_are_not_decoded() {
    for (address, query, fragment) in [
        ("/login/", "", ""),
        ("/login/?", "", ""),
        ("/login/#", "", ""),
        ("/login/?#", "", ""),
        ("/login/?code=a%20b+c&state=d", "code=a%20b+c&state=d", ""),
        (
            "/login/#id_token=a.b.c&state=d",
            "",
            "id_token=a.b.c&state=d",
        ),
        ("/login/?a=b#c?d=e#f", "a=b", "c?d=e#f"),
        ("/login/??a##b", "?a", "#b"),
    ] {
        replace_url(address);
        let parts = (query.to_owned(), fragment.to_owned());
        assert_eq!(query_and_fragment(), parts, "{address}");
    }
    replace_url("/");
}

/// The URL standard defines the decoding of `application/x-www-form-urlencoded`.
#[wasm_bindgen_test]
fn first_query_parameter_is_decoded() {
    replace_url(
        "/verify?name=ann%40example.com+Lee&caf%C3%A9=%F0%9F%94%91&name=bob&empty=&bare&odd=%E0%A4",
    );
    for (name, value) in [
        ("name", Some("ann@example.com Lee")),
        ("café", Some("🔑")),
        ("empty", Some("")),
        ("bare", Some("")),
        ("odd", Some("\u{fffd}")),
        ("Name", None),
        ("", None),
    ] {
        assert_eq!(query_parameter(name).as_deref(), value, "{name}");
    }
    replace_url("/verify");
    assert_eq!(query_parameter("name"), None);
    replace_url("/");
}

#[wasm_bindgen_test]
fn encoded_value_is_read_back_from_the_query() {
    assert_eq!(
        encode_uri_component("a b&c=d/é?#+"),
        "a%20b%26c%3Dd%2F%C3%A9%3F%23%2B"
    );
    for text in [
        "ann+test@example.com",
        "/todos?a=1&b=2#c",
        "100%",
        "żółw-ユーザー🔑",
        "'\"<>",
    ] {
        replace_url(&format!("/?then={}", encode_uri_component(text)));
        assert_eq!(query_parameter("then").as_deref(), Some(text));
    }
    replace_url("/");
}

#[wasm_bindgen_test]
async fn push_adds_a_history_entry_and_replace_does_not() {
    replace_url("/first");
    let before = pages();
    replace_url("/start");
    assert_eq!(pages(), before);
    push_url("/next?a=b");
    assert_eq!(
        (pages(), current_url()),
        (before + 1, "/next?a=b".to_owned())
    );

    let (call, called) = once_called();
    let calls = std::rc::Rc::new(Cell::new(0));
    on_back_or_forward({
        let calls = calls.clone();
        move || {
            calls.set(calls.get() + 1);
            call();
        }
    });
    window()
        .history()
        .expect("a history")
        .back()
        .expect("a previous entry");
    called.await.expect("a popstate event");
    // The page shows the first address again, and the app's own navigation has caused no call.
    assert_eq!((current_url(), calls.get()), ("/start".to_owned(), 1));
    push_url("/elsewhere");
    replace_url("/");
    assert_eq!(calls.get(), 1);
}

/// The browser keeps the state with the history entry, whatever the address is (HTML standard, "session history
/// entry").
#[wasm_bindgen_test]
async fn history_state_belongs_to_its_history_entry() {
    replace_url("/here?a=b");
    assert_eq!(history_state(), None);
    set_history_state("first");
    let before = pages();
    push_history_state("second");
    assert_eq!(
        (pages(), current_url()),
        (before + 1, "/here?a=b".to_owned())
    );
    assert_eq!(history_state().as_deref(), Some("second"));
    set_history_state("third");
    assert_eq!(pages(), before + 1);
    assert_eq!(history_state().as_deref(), Some("third"));

    let (call, called) = once_called();
    on_back_or_forward(call);
    go_back();
    called.await.expect("a popstate event");
    assert_eq!(current_url(), "/here?a=b");
    assert_eq!(history_state().as_deref(), Some("first"));
    // Another page that replaces this entry has its own note or none.
    replace_url("/");
    assert_eq!(history_state(), None);
}

/// A URL of another origin is a `SecurityError` (HTML standard, "can have its URL rewritten").
#[wasm_bindgen_test]
fn url_of_another_origin_changes_nothing() {
    replace_url("/here");
    let before = pages();
    for address in [
        "https://example.com/",
        "//example.com/x",
        "javascript:void(0)",
        "http://[",
    ] {
        push_url(address);
        replace_url(address);
        assert_eq!(
            (current_url(), pages()),
            ("/here".to_owned(), before),
            "{address}"
        );
    }
    replace_url("/");
}

/// A change of the fragment is the only navigation that does not unload the page.
#[wasm_bindgen_test]
fn redirect_adds_a_history_entry() {
    replace_url("/here");
    let before = pages();
    redirect("/here#there");
    assert_eq!(
        (current_url(), pages()),
        ("/here#there".to_owned(), before + 1)
    );
    // A URL that cannot be parsed is a `SyntaxError` (HTML standard, `location.assign()`).
    redirect("http://[");
    assert_eq!(
        (current_url(), pages()),
        ("/here#there".to_owned(), before + 1)
    );
    replace_url("/");
}

#[wasm_bindgen_test]
fn scroll_to_top_resets_the_position() {
    let tall = crate::test_page::element("div", &[]);
    tall.set_attribute("style", "height: 5000px")
        .expect("a style");
    window().scroll_to_with_x_and_y(0.0, 900.0);
    assert_eq!(window().scroll_y(), Ok(900.0));
    scroll_to_top();
    assert_eq!(window().scroll_y(), Ok(0.0));
    tall.remove();
}
