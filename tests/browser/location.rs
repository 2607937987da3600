use leptos::prelude::window_event_listener;
use poolgate::browser::location::{
    current_url, go_back, history_state, path, push_history_state, query_and_fragment, replace_url,
    set_history_state,
};
use test_page::{once_called, window};
use wasm_bindgen_test::wasm_bindgen_test;

/// The number of history entries of this tab.
fn pages() -> u32 {
    let history = window().history().expect("a history");
    history.length().expect("its length")
}

#[wasm_bindgen_test]
fn current_url_is_the_path_query_and_fragment() {
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

/// Other code parses the callback's parameters, so only the two separators are removed.
#[wasm_bindgen_test]
fn query_and_fragment_of_the_url_are_not_decoded() {
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

#[wasm_bindgen_test]
fn replacing_the_url_adds_no_history_entry() {
    replace_url("/first");
    let before = pages();
    replace_url("/start?a=b");
    assert_eq!((pages(), current_url()), (before, "/start?a=b".to_owned()));
    replace_url("/");
}

/// The browser keeps the state with the history entry, whatever the address is (HTML standard, "session history
/// entry").
#[wasm_bindgen_test]
async fn history_state_belongs_to_one_history_entry() {
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
    let listener = window_event_listener(leptos::ev::popstate, move |_| call());
    go_back();
    called.await.expect("a popstate event");
    listener.remove();
    assert_eq!(current_url(), "/here?a=b");
    assert_eq!(history_state().as_deref(), Some("first"));
    // Another page that replaces this entry has its own note or none.
    replace_url("/");
    assert_eq!(history_state(), None);
}

/// A URL of another origin is a `SecurityError` (HTML standard, "can have its URL rewritten").
#[wasm_bindgen_test]
fn replacing_the_url_by_one_of_another_origin_has_no_effect() {
    replace_url("/here");
    let before = pages();
    for address in [
        "https://example.com/",
        "//example.com/x",
        "javascript:void(0)",
        "http://[",
    ] {
        replace_url(address);
        assert_eq!(
            (current_url(), pages()),
            ("/here".to_owned(), before),
            "{address}"
        );
    }
    replace_url("/");
}
