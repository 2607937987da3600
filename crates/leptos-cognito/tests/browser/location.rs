use leptos_cognito::browser::location::{origin, redirect};
use test_page::{js, window};
use wasm_bindgen_test::wasm_bindgen_test;

fn set_address(address: &str) {
    js(&format!("history.replaceState(null, '', '{address}')"));
}

/// Returns the address without its origin, and the number of history entries of this tab.
fn address_and_entries() -> (Option<String>, u32) {
    let history = window().history().expect("a history");
    let address = js("location.pathname + location.search + location.hash").as_string();
    (address, history.length().expect("its length"))
}

#[wasm_bindgen_test]
fn page_origin_is_scheme_host_and_port() {
    let written = js("`${location.protocol}//${location.hostname}:${location.port}`");
    for address in ["/", "/todos?x=1#y"] {
        set_address(address);
        assert_eq!(Some(origin()), written.as_string(), "{address}");
    }
    set_address("/");
}

/// A change of the fragment is the only navigation that does not unload the page.
#[wasm_bindgen_test]
fn redirect_to_a_url_adds_a_history_entry() {
    set_address("/here");
    let (_, before) = address_and_entries();
    redirect("/here#there");
    let after = (Some("/here#there".to_owned()), before + 1);
    assert_eq!(address_and_entries(), after);
    // A URL that cannot be parsed is a `SyntaxError` (HTML standard, `location.assign()`).
    redirect("http://[");
    assert_eq!(address_and_entries(), after);
    set_address("/");
}
