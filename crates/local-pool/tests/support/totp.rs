//! An authenticator app that implements RFC 4226 and RFC 6238 independently of the pool.
//!
//! The pool's own implementation is tested with the vectors of RFC 6238 in its module.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;

/// Returns the code that the app shows for this secret, `steps` steps of 30 seconds from `now`.
pub(crate) fn app_code_at(secret: &str, now: u64, steps: i64) -> String {
    let step = (now / 30)
        .checked_add_signed(steps)
        .expect("a time after 1970");
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).expect("Base32");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 0xf);
    let four: [u8; 4] = tag[offset..offset + 4].try_into().expect("four bytes");
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
