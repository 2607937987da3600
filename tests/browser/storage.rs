use crate::stage::{StandIn, js, window};
use poolgate::browser::storage::{NotKept, read_session, remove_session, write_session};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_record_is_kept_replaced_and_removed() {
    remove_session();
    assert_eq!(read_session(), None);
    assert_eq!(write_session(r#"{"version":1,"é":"🔑"}"#), Ok(()));
    assert_eq!(read_session().as_deref(), Some(r#"{"version":1,"é":"🔑"}"#));
    assert_eq!(write_session(""), Ok(()));
    assert_eq!(read_session().as_deref(), Some(""));
    remove_session();
    assert_eq!(read_session(), None);
    remove_session();
}

/// One tab reads what another has written, so the name under which it lies is a promise.
#[wasm_bindgen_test]
fn the_record_lies_in_local_storage_under_its_name_and_nothing_else_does() {
    let storage = window().local_storage().expect("open").expect("there");
    storage.clear().expect("open");
    assert_eq!(write_session("record"), Ok(()));
    assert_eq!(
        (
            storage.length(),
            storage.key(0),
            storage.get_item("poolgate.session")
        ),
        (
            Ok(1),
            Ok(Some("poolgate.session".to_owned())),
            Ok(Some("record".to_owned()))
        )
    );
    storage
        .set_item("someone.elses", "stays")
        .expect("room for it");
    remove_session();
    assert_eq!(
        (storage.length(), storage.get_item("someone.elses")),
        (Ok(1), Ok(Some("stays".to_owned())))
    );
    storage.clear().expect("open");
}

/// HTML standard, `localStorage`: a browser told to keep nothing throws a SecurityError; some say `null`.
#[wasm_bindgen_test]
fn blocked_storage_holds_nothing_keeps_nothing_and_breaks_nothing() {
    assert_eq!(write_session("from before"), Ok(()));
    for blocked in [
        js("() => { throw new DOMException('denied', 'SecurityError'); }"),
        js("() => null"),
        js("() => undefined"),
    ] {
        let _blocked = StandIn::getter(window(), "localStorage", &blocked);
        assert_eq!(read_session(), None);
        assert_eq!(write_session("record"), Err(NotKept));
        remove_session();
    }
    assert_eq!(read_session().as_deref(), Some("from before"));
    remove_session();
}

/// Browsers give an origin some five million characters.
#[wasm_bindgen_test]
fn a_record_that_does_not_fit_leaves_the_one_before_as_it_was() {
    assert_eq!(write_session("small"), Ok(()));
    assert_eq!(write_session(&"x".repeat(20_000_000)), Err(NotKept));
    assert_eq!(read_session().as_deref(), Some("small"));
    remove_session();
}

/// A browser whose file of it is damaged hands out a storage that throws at every touch.
#[wasm_bindgen_test]
fn storage_that_refuses_each_call_breaks_nothing() {
    let refusing = js("new Proxy({}, { get: () => () => { throw new Error('refused'); } })");
    let _refusing = StandIn::value(window(), "localStorage", &refusing);
    assert_eq!(read_session(), None);
    assert_eq!(write_session("record"), Err(NotKept));
    remove_session();
}
