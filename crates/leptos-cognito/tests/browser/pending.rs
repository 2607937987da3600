//! Tests of the records of hosted sign-ins, and of the note for the page after sign-out.

use leptos_cognito::browser::storage::{
    StorageError, load_pending_authorizations, read_redeeming, remove_redeeming,
    set_sign_out_marker, store_pending_authorization, take_pending_authorization,
    take_sign_out_marker, write_redeeming,
};
use test_page::{Replacement, js, window};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

/// Returns this tab's sessionStorage, empty.
fn cleared() -> Storage {
    let area = window()
        .session_storage()
        .expect("allowed storage")
        .expect("storage");
    area.clear().expect("open");
    area
}

fn some(record: &str) -> Option<String> {
    Some(record.to_owned())
}

/// A `state` belongs to one authorization request and is used once (RFC 9700 §4.7).
#[wasm_bindgen_test]
fn pending_authorization_is_deleted_when_it_is_read() {
    cleared();
    assert_eq!(store_pending_authorization("one", r#"{"é":"🔑"}"#), Ok(()));
    assert_eq!(store_pending_authorization("two", "second"), Ok(()));
    for other in ["", "on", "one ", "ONE", "three"] {
        assert_eq!(take_pending_authorization(other), None, "{other}");
    }
    assert_eq!(take_pending_authorization("one"), some(r#"{"é":"🔑"}"#));
    assert_eq!(take_pending_authorization("one"), None);
    assert_eq!(take_pending_authorization("two"), some("second"));
}

/// The page that reads the record is loaded later and may be a newer release, so the key must not change. Other tabs
/// must not see the record.
#[wasm_bindgen_test]
fn pending_authorization_is_stored_per_tab_and_state() {
    let area = cleared();
    let shared = window()
        .local_storage()
        .expect("allowed storage")
        .expect("storage");
    shared.clear().expect("open");
    assert_eq!(store_pending_authorization("a-B_c", "record"), Ok(()));
    assert_eq!(
        (
            area.length(),
            area.get_item("poolgate.pending.a-B_c"),
            shared.length()
        ),
        (Ok(1), Ok(some("record")), Ok(0))
    );
    cleared();
}

/// The record must survive a reload, and other tabs must not see it.
#[wasm_bindgen_test]
fn unfinished_code_exchange_is_not_visible_to_other_tabs() {
    let area = cleared();
    let shared = window()
        .local_storage()
        .expect("allowed storage")
        .expect("storage");
    shared.clear().expect("open");
    assert_eq!(read_redeeming(), None);
    write_redeeming("record");
    assert_eq!(area.get_item("poolgate.redeeming"), Ok(some("record")));
    assert_eq!(shared.length(), Ok(0));
    assert_eq!(load_pending_authorizations(), []);
    for _ in 0..2 {
        assert_eq!(read_redeeming(), some("record"));
    }
    remove_redeeming();
    assert_eq!(read_redeeming(), None);
    assert_eq!(area.length(), Ok(0));
}

#[wasm_bindgen_test]
fn listing_pending_authorizations_ignores_other_storage_keys() {
    let area = cleared();
    assert_eq!(load_pending_authorizations(), []);
    for other in [
        "poolgate.session",
        "poolgate.left",
        "poolgate.pending",
        "a.poolgate.pending.b",
    ] {
        area.set_item(other, "no sign-in").expect("free storage");
    }
    for (state, record) in [("one", "first"), ("two", "second"), ("three", "")] {
        assert_eq!(store_pending_authorization(state, record), Ok(()));
    }
    // The order of the records depends on the browser.
    let mut all = load_pending_authorizations();
    all.sort();
    let pair = |state: &str, record: &str| (state.to_owned(), record.to_owned());
    assert_eq!(
        all,
        [
            pair("one", "first"),
            pair("three", ""),
            pair("two", "second")
        ]
    );
    assert_eq!(take_pending_authorization("three"), some(""));
    assert_eq!(
        (load_pending_authorizations().len(), area.length()),
        (2, Ok(6))
    );
    cleared();
}

#[wasm_bindgen_test]
fn pending_authorization_that_cannot_be_removed_is_not_used() {
    let sticking = js("({
        getItem: () => 'record',
        removeItem: () => { throw new Error('refused'); },
    })");
    let _sticking = Replacement::value(window(), "sessionStorage", &sticking);
    assert_eq!(take_pending_authorization("state"), None);
}

/// Browsers limit the storage of an origin to about five million characters.
#[wasm_bindgen_test]
fn storing_an_oversized_pending_authorization_is_an_error() {
    let area = cleared();
    let large = "x".repeat(20_000_000);
    assert_eq!(
        store_pending_authorization("state", &large),
        Err(StorageError)
    );
    assert_eq!(area.length(), Ok(0));
}

#[wasm_bindgen_test]
fn blocked_browser_storage_lists_no_pending_authorizations() {
    cleared();
    assert_eq!(store_pending_authorization("state", "from before"), Ok(()));
    set_sign_out_marker("from before");
    for getter in [
        js("() => { throw new DOMException('denied', 'SecurityError'); }"),
        js("() => null"),
        js("() => new Proxy({}, { get: () => () => { throw new Error('refused'); } })"),
        // This storage counts two records but returns no keys.
        js(
            "() => ({ length: 2, key: () => null, setItem() { throw new Error('refused'); }, getItem: () => null, removeItem() {} })",
        ),
    ] {
        let _blocked = Replacement::getter(window(), "sessionStorage", &getter);
        assert_eq!(
            store_pending_authorization("state", "record"),
            Err(StorageError)
        );
        assert_eq!(take_pending_authorization("state"), None);
        assert_eq!(load_pending_authorizations(), []);
        set_sign_out_marker("elsewhere");
        assert_eq!(take_sign_out_marker(), None);
    }
    assert_eq!(take_pending_authorization("state"), some("from before"));
    assert_eq!(take_sign_out_marker(), some("from before"));
}

#[wasm_bindgen_test]
fn stored_sign_out_marker_is_deleted_when_it_is_read() {
    let area = cleared();
    assert_eq!(take_sign_out_marker(), None);
    set_sign_out_marker("first");
    set_sign_out_marker("last");
    assert_eq!(area.length(), Ok(1));
    assert_eq!(take_sign_out_marker(), some("last"));
    assert_eq!(take_sign_out_marker(), None);
    assert_eq!(area.length(), Ok(0));
}
