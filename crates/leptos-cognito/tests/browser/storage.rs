//! Tests of the stored session: its place, and browsers in which storage is blocked, full or damaged.

use core::cell::Cell;
use std::rc::Rc;

use cognito_proto::config::Storage as StorageArea;
use leptos_cognito::browser::storage::{
    StorageError, on_session_changed, read_session, remove_session, remove_session_elsewhere,
    write_session,
};
use test_page::{OtherDocument, Replacement, js, once_called, window};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

/// The storage areas that outlive a page, with the names of the window's members.
const AREAS: [(StorageArea, &str); 2] = [
    (StorageArea::Local, "localStorage"),
    (StorageArea::Session, "sessionStorage"),
];

/// Returns the browser's localStorage and sessionStorage, both empty.
fn cleared() -> [Storage; 2] {
    let storages = [window().local_storage(), window().session_storage()];
    storages.map(|storage| {
        let storage = storage.expect("allowed storage").expect("storage");
        storage.clear().expect("open");
        storage
    })
}

/// Returns the stored sessions in both storage areas.
fn records() -> [Option<String>; 2] {
    AREAS.map(|(area, _)| read_session(area))
}

fn some(record: &str) -> Option<String> {
    Some(record.to_owned())
}

#[wasm_bindgen_test]
fn browser_storage_writes_replaces_and_removes_a_session() {
    for (area, member) in AREAS {
        cleared();
        assert_eq!(read_session(area), None, "{member}");
        assert_eq!(write_session(area, r#"{"version":1,"é":"🔑"}"#), Ok(()));
        assert_eq!(read_session(area), some(r#"{"version":1,"é":"🔑"}"#));
        assert_eq!(write_session(area, ""), Ok(()));
        assert_eq!(read_session(area), some(""), "{member}");
        remove_session();
        assert_eq!(read_session(area), None, "{member}");
        remove_session();
    }
}

/// Other tabs, also of other releases, read this record, so its key must not change.
#[wasm_bindgen_test]
fn session_is_stored_only_under_the_key_poolgate_session() {
    for (index, (area, member)) in AREAS.into_iter().enumerate() {
        let storages = cleared();
        assert_eq!(write_session(area, "record"), Ok(()));
        let (storage, other) = (&storages[index], &storages[1 - index]);
        assert_eq!(
            (
                storage.length(),
                storage.get_item("poolgate.session"),
                other.length()
            ),
            (Ok(1), Ok(some("record")), Ok(0)),
            "{member}"
        );
    }
    cleared();
}

#[wasm_bindgen_test]
fn storage_setting_memory_writes_nothing_to_browser_storage() {
    let storages = cleared();
    assert_eq!(write_session(StorageArea::Memory, "record"), Ok(()));
    assert_eq!(read_session(StorageArea::Memory), None);
    assert_eq!(storages.map(|storage| storage.length()), [Ok(0), Ok(0)]);
}

/// The record may have been written while the configuration named the other place.
#[wasm_bindgen_test]
fn removing_a_session_keeps_other_keys_of_both_storages() {
    let storages = cleared();
    for ((area, _), storage) in AREAS.into_iter().zip(&storages) {
        assert_eq!(write_session(area, "record"), Ok(()));
        storage
            .set_item("someone.elses", "stays")
            .expect("free storage");
    }
    remove_session();
    assert_eq!(
        storages.map(|storage| (storage.length(), storage.get_item("someone.elses"))),
        [(Ok(1), Ok(some("stays"))), (Ok(1), Ok(some("stays")))]
    );
    cleared();
}

#[wasm_bindgen_test]
fn session_is_removed_from_storage_that_is_not_configured() {
    for (area, left) in [
        (StorageArea::Local, [some("local"), None]),
        (StorageArea::Session, [None, some("session")]),
        (StorageArea::Memory, [None, None]),
    ] {
        cleared();
        assert_eq!(write_session(StorageArea::Local, "local"), Ok(()));
        assert_eq!(write_session(StorageArea::Session, "session"), Ok(()));
        remove_session_elsewhere(area);
        assert_eq!(records(), left, "{area:?}");
    }
    cleared();
}

/// If storage is blocked, `localStorage` throws a `SecurityError` (HTML standard). In some browsers it is `null`.
#[wasm_bindgen_test]
fn blocked_browser_storage_returns_errors() {
    for (area, member) in AREAS {
        cleared();
        assert_eq!(write_session(area, "from before"), Ok(()));
        for blocked in [
            js("() => { throw new DOMException('denied', 'SecurityError'); }"),
            js("() => null"),
            js("() => undefined"),
        ] {
            let _blocked = Replacement::getter(window(), member, &blocked);
            assert_eq!(read_session(area), None, "{member}");
            assert_eq!(write_session(area, "record"), Err(StorageError), "{member}");
            remove_session();
            remove_session_elsewhere(StorageArea::Memory);
        }
        assert_eq!(read_session(area), some("from before"), "{member}");
    }
    cleared();
}

/// Browsers limit the storage of an origin to about five million characters. An older record, possibly of another user,
/// must not remain, because the next start would load it.
#[wasm_bindgen_test]
fn if_a_session_cannot_be_stored_the_stored_one_is_deleted() {
    for (area, member) in AREAS {
        cleared();
        assert_eq!(write_session(area, "older"), Ok(()));
        let large = "x".repeat(20_000_000);
        assert_eq!(write_session(area, &large), Err(StorageError), "{member}");
        assert_eq!(read_session(area), None, "{member}");
    }
}

/// If the storage file is damaged, the browser provides a storage object whose methods all throw.
#[wasm_bindgen_test]
fn session_is_removed_from_one_storage_if_the_other_one_fails() {
    for (index, (area, member)) in AREAS.into_iter().enumerate() {
        cleared();
        let other = AREAS[1 - index].0;
        let refusing = js("new Proxy({}, { get: () => () => { throw new Error('refused'); } })");
        let _refusing = Replacement::value(window(), member, &refusing);
        assert_eq!(read_session(area), None, "{member}");
        assert_eq!(write_session(area, "record"), Err(StorageError), "{member}");
        for remove in [remove_session, || {
            remove_session_elsewhere(StorageArea::Memory);
        }] {
            assert_eq!(write_session(other, "elsewhere"), Ok(()));
            remove();
            assert_eq!(read_session(other), None, "{member}");
        }
    }
}

/// The browser sends `storage` to every other document of the origin, without a key if all was cleared (HTML standard).
#[wasm_bindgen_test]
async fn storage_listener_is_called_only_for_the_stored_session() {
    cleared();
    let calls = Rc::new(Cell::new(0));
    type Call = Box<dyn Fn()>;
    let next = Rc::new(Cell::new(None::<Call>));
    on_session_changed({
        let (calls, next) = (Rc::clone(&calls), Rc::clone(&next));
        move || {
            calls.set(calls.get() + 1);
            if let Some(call) = next.take() {
                call();
            }
        }
    });
    let other = OtherDocument::open();
    for (change, then) in [
        (
            "other.localStorage.setItem('poolgate.session', 'theirs')",
            some("theirs"),
        ),
        (
            "other.localStorage.setItem('poolgate.session', 'theirs again')",
            some("theirs again"),
        ),
        ("other.localStorage.removeItem('poolgate.session')", None),
        ("other.localStorage.clear()", None),
    ] {
        let (call, called) = once_called();
        next.set(Some(Box::new(call)));
        let before = calls.get();
        // If one of these two changes caused a call, it would come before the expected one.
        assert_eq!(write_session(StorageArea::Local, "ours"), Ok(()));
        other.js(&format!("other.localStorage.setItem('else', {before})"));
        other.js(change);
        called.await.expect("a call");
        assert_eq!(
            (calls.get(), read_session(StorageArea::Local)),
            (before + 1, then),
            "{change}"
        );
    }
    cleared();
}
