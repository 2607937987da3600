//! An authenticator app that implements RFC 4226 and RFC 6238 independently of the pool.
//!
//! The pool's own implementation is tested with the vectors of RFC 6238 in its module.

use aws_lc_rs::hmac;

/// The code that the app shows for this secret, `steps` steps of 30 seconds from `now`.
pub(crate) fn shown(secret: &str, now: u64, steps: i64) -> String {
    let step = (now / 30)
        .checked_add_signed(steps)
        .expect("a time after 1970");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &from_base32(secret));
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 0xf);
    let four: [u8; 4] = tag[offset..offset + 4].try_into().expect("four bytes");
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Decodes Base32 (RFC 4648 §6) without padding.
fn from_base32(text: &str) -> Vec<u8> {
    let bits: String = text
        .bytes()
        .map(|letter| match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            other => panic!("{other} is no letter of Base32"),
        })
        .map(|value| format!("{value:05b}"))
        .collect();
    bits.as_bytes()
        .chunks_exact(8)
        .map(|byte| {
            let byte = std::str::from_utf8(byte).expect("ASCII");
            u8::from_str_radix(byte, 2).expect("bits")
        })
        .collect()
}
