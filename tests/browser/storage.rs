//! Tests of the stored session: its place, and browsers in which storage is blocked, full or damaged.

use crate::stage::{OtherDocument, StandIn, js, once_called, window};
use cognito_proto::config::Storage as Place;
use core::cell::Cell;
use poolgate::browser::storage::{
    NotKept, on_session_changed, read_session, remove_session, remove_session_elsewhere,
    write_session,
};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

/// The places that outlive a page, with the names of the window's members.
const AREAS: [(Place, &str); 2] = [
    (Place::Local, "localStorage"),
    (Place::Session, "sessionStorage"),
];

/// The browser's localStorage and sessionStorage, both empty.
fn emptied() -> [Storage; 2] {
    let areas = [window().local_storage(), window().session_storage()];
    areas.map(|area| {
        let area = area.expect("open").expect("there");
        area.clear().expect("open");
        area
    })
}

/// The stored sessions in both places.
fn records() -> [Option<String>; 2] {
    AREAS.map(|(place, _)| read_session(place))
}

fn some(record: &str) -> Option<String> {
    Some(record.to_owned())
}

#[wasm_bindgen_test]
fn a_record_is_kept_replaced_and_removed() {
    for (place, member) in AREAS {
        emptied();
        assert_eq!(read_session(place), None, "{member}");
        assert_eq!(write_session(place, r#"{"version":1,"é":"🔑"}"#), Ok(()));
        assert_eq!(read_session(place), some(r#"{"version":1,"é":"🔑"}"#));
        assert_eq!(write_session(place, ""), Ok(()));
        assert_eq!(read_session(place), some(""), "{member}");
        remove_session();
        assert_eq!(read_session(place), None, "{member}");
        remove_session();
    }
}

/// Other tabs, also of other releases, read this record, so its key must not change.
#[wasm_bindgen_test]
fn the_record_lies_under_its_name_in_its_place_and_nothing_else_does() {
    for (index, (place, member)) in AREAS.into_iter().enumerate() {
        let areas = emptied();
        assert_eq!(write_session(place, "record"), Ok(()));
        let (area, other) = (&areas[index], &areas[1 - index]);
        assert_eq!(
            (
                area.length(),
                area.get_item("poolgate.session"),
                other.length()
            ),
            (Ok(1), Ok(some("record")), Ok(0)),
            "{member}"
        );
    }
    emptied();
}

#[wasm_bindgen_test]
fn what_is_kept_in_memory_is_written_nowhere() {
    let areas = emptied();
    assert_eq!(write_session(Place::Memory, "record"), Ok(()));
    assert_eq!(read_session(Place::Memory), None);
    assert_eq!(areas.map(|area| area.length()), [Ok(0), Ok(0)]);
}

/// The record may have been written while the configuration named the other place.
#[wasm_bindgen_test]
fn a_session_that_ends_leaves_its_record_nowhere_and_touches_nothing_else() {
    let areas = emptied();
    for ((place, _), area) in AREAS.into_iter().zip(&areas) {
        assert_eq!(write_session(place, "record"), Ok(()));
        area.set_item("someone.elses", "stays")
            .expect("room for it");
    }
    remove_session();
    assert_eq!(
        areas.map(|area| (area.length(), area.get_item("someone.elses"))),
        [(Ok(1), Ok(some("stays"))), (Ok(1), Ok(some("stays")))]
    );
    emptied();
}

#[wasm_bindgen_test]
fn a_record_stays_only_where_the_configuration_keeps_it() {
    for (place, left) in [
        (Place::Local, [some("local"), None]),
        (Place::Session, [None, some("session")]),
        (Place::Memory, [None, None]),
    ] {
        emptied();
        assert_eq!(write_session(Place::Local, "local"), Ok(()));
        assert_eq!(write_session(Place::Session, "session"), Ok(()));
        remove_session_elsewhere(place);
        assert_eq!(records(), left, "{place:?}");
    }
    emptied();
}

/// If storage is blocked, `localStorage` throws a `SecurityError` (HTML standard). In some browsers it is `null`.
#[wasm_bindgen_test]
fn blocked_storage_holds_nothing_keeps_nothing_and_breaks_nothing() {
    for (place, member) in AREAS {
        emptied();
        assert_eq!(write_session(place, "from before"), Ok(()));
        for blocked in [
            js("() => { throw new DOMException('denied', 'SecurityError'); }"),
            js("() => null"),
            js("() => undefined"),
        ] {
            let _blocked = StandIn::getter(window(), member, &blocked);
            assert_eq!(read_session(place), None, "{member}");
            assert_eq!(write_session(place, "record"), Err(NotKept), "{member}");
            remove_session();
            remove_session_elsewhere(Place::Memory);
        }
        assert_eq!(read_session(place), some("from before"), "{member}");
    }
    emptied();
}

/// Browsers limit the storage of an origin to about five million characters. An older record, possibly of another user,
/// must not remain, because the next start would load it.
#[wasm_bindgen_test]
fn a_record_that_does_not_fit_leaves_nothing_older_behind() {
    for (place, member) in AREAS {
        emptied();
        assert_eq!(write_session(place, "older"), Ok(()));
        let large = "x".repeat(20_000_000);
        assert_eq!(write_session(place, &large), Err(NotKept), "{member}");
        assert_eq!(read_session(place), None, "{member}");
    }
}

/// If the storage file is damaged, the browser provides a storage object whose methods all throw.
#[wasm_bindgen_test]
fn storage_that_refuses_each_call_breaks_nothing_and_keeps_nothing_else_from_being_removed() {
    for (index, (place, member)) in AREAS.into_iter().enumerate() {
        emptied();
        let other = AREAS[1 - index].0;
        let refusing = js("new Proxy({}, { get: () => () => { throw new Error('refused'); } })");
        let _refusing = StandIn::value(window(), member, &refusing);
        assert_eq!(read_session(place), None, "{member}");
        assert_eq!(write_session(place, "record"), Err(NotKept), "{member}");
        for remove in [remove_session, || remove_session_elsewhere(Place::Memory)] {
            assert_eq!(write_session(other, "elsewhere"), Ok(()));
            remove();
            assert_eq!(read_session(other), None, "{member}");
        }
    }
}

/// The browser sends `storage` to every other document of the origin, without a key if all was cleared (HTML standard).
#[wasm_bindgen_test]
async fn a_change_of_the_record_in_another_document_is_news_and_no_other_change_is() {
    emptied();
    let news = Rc::new(Cell::new(0));
    type Call = Box<dyn Fn()>;
    let next = Rc::new(Cell::new(None::<Call>));
    on_session_changed({
        let (news, next) = (Rc::clone(&news), Rc::clone(&next));
        move || {
            news.set(news.get() + 1);
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
        let before = news.get();
        // If one of these two changes caused a call, it would come before the expected one.
        assert_eq!(write_session(Place::Local, "ours"), Ok(()));
        other.js(&format!("other.localStorage.setItem('else', {before})"));
        other.js(change);
        called.await.expect("the news");
        assert_eq!(
            (news.get(), read_session(Place::Local)),
            (before + 1, then),
            "{change}"
        );
    }
    emptied();
}
