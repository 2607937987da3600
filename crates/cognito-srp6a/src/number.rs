//! Converts numbers to the texts and bytes that Cognito uses, and computes the exponent of the client's `S`.

use super::SrpError;

/// Returns the bytes of a big-endian number without leading zero bytes. The result for zero is empty.
pub(super) fn strip_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    &bytes[zeros..]
}

/// Converts a non-negative number to the form that Cognito hashes, Java's `BigInteger.toByteArray()`.
///
/// This is the shortest two's complement form: a `00` byte is prepended if the highest bit is set. Zero is one `00`
/// byte.
pub(super) fn to_signed_bytes_be(bytes: &[u8]) -> Vec<u8> {
    let minimal = strip_leading_zeros(bytes);
    let mut padded = Vec::with_capacity(minimal.len() + 1);
    if minimal.first().is_none_or(|&first| first >= 0x80) {
        padded.push(0);
    }
    padded.extend_from_slice(minimal);
    padded
}

/// Formats a number in lowercase hexadecimal without leading zeros, as in `SRP_A`, `SRP_B` and `SALT`.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in strip_leading_zeros(bytes) {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    if text.starts_with('0') {
        text.remove(0);
    }
    if text.is_empty() {
        text.push('0');
    }
    text
}

/// Parses hexadecimal digits into big-endian bytes.
///
/// Upper case, odd lengths and leading zeros are valid. Signs, spaces and prefixes are not. `max_digits` counts the
/// digits after the leading zeros.
pub(super) fn from_hex(
    text: &str,
    max_digits: usize,
    parameter: &'static str,
) -> Result<Vec<u8>, SrpError> {
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(SrpError::Malformed(parameter));
    }
    let digits = text.trim_start_matches('0').as_bytes();
    if digits.len() > max_digits {
        return Err(SrpError::Oversized(parameter));
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    };
    let mut bytes: Vec<u8> = digits
        .rchunks(2)
        .map(|pair| pair.iter().fold(0, |byte, &digit| byte << 4 | value(digit)))
        .collect();
    bytes.reverse();
    Ok(bytes)
}

/// Computes `a + u·x`, the exponent with which the client computes the shared secret `S`.
///
/// The length of the result depends on the length of `a` only. If `a` has at most 256 bits, the result fits into 512
/// bits: (2²⁵⁶−1)² + 2²⁵⁶−1 < 2⁵¹².
pub(super) fn multiply_add(a: &[u8], u: &[u8; 32], x: &[u8; 32]) -> Vec<u8> {
    let length = if a.len() <= 32 {
        64
    } else {
        a.len().max(64) + 1
    };
    // The sum is little-endian until the end: `sum[i]` is the digit of 256^i.
    let mut sum = vec![0_u8; length];
    for (digit, &byte) in sum.iter_mut().zip(a.iter().rev()) {
        *digit = byte;
    }
    for (shift, &factor) in u.iter().rev().enumerate() {
        let mut carry = 0_u32;
        for (i, digit) in sum[shift..].iter_mut().enumerate() {
            let other = if i < 32 { x[31 - i] } else { 0 };
            carry += u32::from(*digit) + u32::from(factor) * u32::from(other);
            *digit = carry as u8;
            carry >>= 8;
        }
    }
    sum.reverse();
    sum
}
