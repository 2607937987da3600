//! Random codes, IDs and tokens. The source is the operating system's generator, through AWS-LC.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Generates `N` random bytes.
///
/// # Panics
/// If the system's random source fails. No secret can be generated then, so the program must not continue.
pub(crate) fn generate_bytes<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    fill_with_random_bytes(&mut random);
    random
}

/// Fills a slice with random bytes of the operating system's generator.
#[allow(clippy::expect_used, reason = "see `generate_bytes`")]
fn fill_with_random_bytes(random: &mut [u8]) {
    rand::fill(random).expect("the operating system gives random bytes");
}

/// Generates a uniformly distributed number below `bound`.
fn generate_number_below(bound: u32) -> u32 {
    // Numbers at or above the last multiple of `bound` are drawn again, because they would favor small results.
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let random = u32::from_be_bytes(generate_bytes());
        if random < fair {
            return random % bound;
        }
    }
}

/// Generates a text of `length` random characters of `alphabet`.
pub(crate) fn generate_random_text(alphabet: &[u8], length: usize) -> String {
    let bound = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
    (0..length)
        .filter_map(|_| alphabet.get(generate_number_below(bound) as usize))
        .map(|letter| char::from(*letter))
        .collect()
}

/// Generates a code of six digits, possibly with leading zeros.
pub(crate) fn generate_verification_code() -> String {
    generate_digits(6)
}

/// Generates a code of `count` random digits.
pub(crate) fn generate_digits(count: usize) -> String {
    generate_random_text(b"0123456789", count)
}

/// Generates a random UUID (RFC 9562 §5.4).
pub(crate) fn generate_uuid() -> String {
    uuid_from_bits(generate_bytes())
}

/// Returns the random UUID (version 4) with these bits, except for the bits of version and variant.
pub(crate) fn uuid_from_bits(bits: [u8; 16]) -> String {
    format_uuid(u128::from_be_bytes(bits) & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62))
}

/// Returns the text form of a UUID with these bits (RFC 9562 §4).
pub(crate) fn format_uuid(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    let mut written = String::with_capacity(36);
    for (place, digit) in hex.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            written.push('-');
        }
        written.push(digit);
    }
    written
}

/// Generates the ID of a user pool in `region`, e.g. `us-east-1_AbCdEfGhI`.
pub(crate) fn generate_pool_id(region: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    format!("{region}_{}", generate_random_text(LETTERS, 9))
}

/// Generates the ID of an app client: 26 lower-case letters and digits.
pub(crate) fn generate_client_id() -> String {
    generate_random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 26)
}

/// Generates the secret of an app client: 51 lower-case letters and digits, as the service generates it.
pub(crate) fn generate_client_secret() -> String {
    generate_random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 51)
}

/// Generates a temporary password of at least `length` characters that satisfies any password policy with a minimum
/// length of up to 99.
pub(crate) fn generate_temporary_password(length: usize) -> String {
    const ALL: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!@#%&*?";
    let mut password = generate_random_text(b"ABCDEFGHJKLMNPQRSTUVWXYZ", 1);
    password.push_str(&generate_random_text(ALL, length.max(8) - 4));
    password.push_str(&generate_random_text(b"abcdefghijkmnopqrstuvwxyz", 1));
    password.push_str(&generate_random_text(b"23456789", 1));
    password.push_str(&generate_random_text(b"!@#%&*?", 1));
    password
}

/// Generates a refresh token. Like Cognito's encrypted tokens, it is opaque to clients, and has about the same length
/// (RFC 7516 §3.1).
pub(crate) fn generate_refresh_token() -> String {
    /// The encoded header `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`, with which Cognito's refresh tokens begin.
    const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
    format!(
        "{HEADER}.{}.{}.{}.{}",
        URL_SAFE_NO_PAD.encode(generate_bytes::<256>()),
        URL_SAFE_NO_PAD.encode(generate_bytes::<12>()),
        URL_SAFE_NO_PAD.encode(generate_bytes::<896>()),
        URL_SAFE_NO_PAD.encode(generate_bytes::<16>()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_uuid_has_version_4_and_the_rfc_variant() {
        assert_eq!(
            uuid_from_bits([0; 16]),
            "00000000-0000-4000-8000-000000000000"
        );
        assert_eq!(
            uuid_from_bits([0xff; 16]),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }

    #[test]
    fn generated_verification_code_can_start_with_any_digit() {
        let mut first = [false; 10];
        for _ in 0..2_000 {
            let code = generate_verification_code();
            assert_eq!(code.len(), 6);
            first[(code.as_bytes()[0] - b'0') as usize] = true;
        }
        assert_eq!(first, [true; 10]);
    }
}
