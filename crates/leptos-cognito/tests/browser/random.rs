use leptos_cognito::browser::random::{SecureRandomError, bytes};
use test_page::{Replacement, js, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// The probability that two values of 256 bits are equal is 2^-256.
#[wasm_bindgen_test]
fn two_random_values_differ() {
    assert_ne!(
        bytes::<32>().expect("a generator"),
        bytes::<32>().expect("a generator")
    );
}

/// The probability that one of 256 values is missing among 65,536 bytes is below 256 · (255/256)^65536, about 10^-109.
#[wasm_bindgen_test]
fn random_bytes_contain_every_byte_value() {
    let drawn = bytes::<65_536>().expect("a generator");
    let mut seen = [false; 256];
    for byte in drawn {
        seen[usize::from(byte)] = true;
    }
    assert_eq!(seen, [true; 256]);
}

/// `getRandomValues` throws a `QuotaExceededError` for more than 65,536 bytes (Web Cryptography API).
#[wasm_bindgen_test]
fn failing_browser_random_generator_is_an_error() {
    assert_eq!(bytes::<65_537>().err(), Some(SecureRandomError));
}

#[wasm_bindgen_test]
fn missing_browser_random_generator_is_an_error() {
    for absent in [JsValue::UNDEFINED, JsValue::NULL, js("({})")] {
        let _absent = Replacement::value(window(), "crypto", &absent);
        assert_eq!(bytes::<32>(), Err(SecureRandomError), "{absent:?}");
    }
}
