//! Tests of link clicks: which links the app handles itself, and which it leaves to the browser.

use crate::test_page::{element, window};
use core::cell::RefCell;
use poolgate::browser::location::on_internal_link;
use std::rc::Rc;
use std::sync::Once;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, MouseEvent, MouseEventInit};

thread_local! {
    static FOLLOWED: Rc<RefCell<Vec<String>>> = Rc::default();
    /// Whether the app prevented the browser's navigation, for each event.
    static PREVENTED: Rc<RefCell<Vec<bool>>> = Rc::default();
}

/// Installs the app's listener, and another one behind it that prevents every link from leaving the tests' page.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let followed = FOLLOWED.with(Rc::clone);
        on_internal_link(move |address| followed.borrow_mut().push(address));
        let prevented = PREVENTED.with(Rc::clone);
        let last = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            prevented.borrow_mut().push(event.default_prevented());
            event.prevent_default();
        });
        window()
            .add_event_listener_with_callback("click", last.as_ref().unchecked_ref())
            .expect("a listener");
        last.forget();
    });
}

/// Clicks a link. Returns the address that the app navigated to, and whether it prevented the browser's navigation.
fn click(target: &Element, with: impl FnOnce(&MouseEventInit)) -> (Option<String>, bool) {
    listen();
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    with(&init);
    let event =
        MouseEvent::new_with_mouse_event_init_dict("click", &init).expect("a click can be made");
    target.dispatch_event(&event).expect("a click can be sent");
    let followed = FOLLOWED.with(|followed| followed.take());
    let prevented = PREVENTED.with(|prevented| prevented.take());
    assert!(followed.len() <= 1 && prevented.len() == 1);
    (followed.into_iter().next(), prevented[0])
}

fn unmodified(_: &MouseEventInit) {}

fn followed_by_app(address: &str) -> (Option<String>, bool) {
    (Some(address.to_owned()), true)
}

const LEFT_TO_BROWSER: (Option<String>, bool) = (None, false);

#[wasm_bindgen_test]
fn internal_link_is_followed_by_the_app() {
    let origin = window().location().origin().expect("an origin");
    for (href, address) in [
        ("/todos", "/todos"),
        (
            "/verify?name=ann%40example.com#code",
            "/verify?name=ann%40example.com#code",
        ),
        ("signin", "/signin"),
        (&format!("{origin}/register?x=y"), "/register?x=y"),
    ] {
        let link = element("a", &[("href", href)]);
        assert_eq!(click(&link, unmodified), followed_by_app(address), "{href}");
        link.remove();
    }
}

#[wasm_bindgen_test]
fn click_on_a_child_element_follows_the_link() {
    let link = element("a", &[("href", "/todos")]);
    link.set_inner_html("<svg><path d='M0 0'/></svg><b><i>To-dos</i></b>");
    for inside in ["path", "i"] {
        let inside = link.query_selector(inside).expect("a selector");
        let inside = inside.expect("the inner element");
        assert_eq!(click(&inside, unmodified), followed_by_app("/todos"));
    }
    link.remove();
}

/// With a modifier key or another button the user asks for a new tab, a new window or a download.
#[wasm_bindgen_test]
fn click_with_a_modifier_is_left_to_the_browser() {
    let link = element("a", &[("href", "/todos")]);
    assert_eq!(
        click(&link, |init| init.set_ctrl_key(true)),
        LEFT_TO_BROWSER
    );
    assert_eq!(
        click(&link, |init| init.set_meta_key(true)),
        LEFT_TO_BROWSER
    );
    assert_eq!(
        click(&link, |init| init.set_shift_key(true)),
        LEFT_TO_BROWSER
    );
    assert_eq!(click(&link, |init| init.set_alt_key(true)), LEFT_TO_BROWSER);
    assert_eq!(click(&link, |init| init.set_button(1)), LEFT_TO_BROWSER);
    assert_eq!(click(&link, unmodified), followed_by_app("/todos"));
    link.remove();
}

#[wasm_bindgen_test]
fn external_link_is_left_to_the_browser() {
    let origin = window().location().origin().expect("an origin");
    for attributes in [
        &[("href", "https://example.com/todos")][..],
        &[("href", "//example.com/todos")],
        &[("href", &format!("{origin}0/todos"))],
        &[("href", "mailto:ann@example.com")],
        &[("href", "javascript:void(0)")],
        &[("href", "/todos"), ("target", "_blank")],
        &[("href", "/todos"), ("target", "aside")],
        &[("href", "/todos.csv"), ("download", "")],
        &[("name", "no-link")],
    ] {
        let link = element("a", attributes);
        assert_eq!(click(&link, unmodified), LEFT_TO_BROWSER, "{attributes:?}");
        link.remove();
    }
    let button = element("button", &[("type", "button")]);
    assert_eq!(click(&button, unmodified), LEFT_TO_BROWSER);
    button.remove();
}

#[wasm_bindgen_test]
fn click_prevented_by_the_page_is_not_followed() {
    let link = element("a", &[("href", "/todos")]);
    let taking = Closure::<dyn Fn(MouseEvent)>::new(|event: MouseEvent| event.prevent_default());
    link.add_event_listener_with_callback("click", taking.as_ref().unchecked_ref())
        .expect("a listener");
    assert_eq!(click(&link, unmodified), (None, true));
    link.remove();
}
