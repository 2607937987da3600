use core::fmt;

/// Why no proof can be made of what came over the wire.
///
/// The names inside are the parameters' own, as they stand on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SrpError {
    /// The other side's public value is a multiple of `N`, which would give the key away (RFC 5054 §2.5.3, §2.5.4).
    ZeroModN,
    /// `u`, the hash of both public values, is zero, which would leave the password out of the key (RFC 5054 §2.6).
    ZeroScramblingParameter,
    /// A parameter is missing, empty, or not in its form: hexadecimal digits, or Base64 with padding.
    Malformed(&'static str),
    /// A parameter is longer than it can honestly be.
    Oversized(&'static str),
}

impl fmt::Display for SrpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroModN => f.write_str("The other side's public value is zero modulo N."),
            Self::ZeroScramblingParameter => f.write_str("The hash of both public values is zero."),
            Self::Malformed(parameter) => write!(f, "{parameter} is missing or not in its form."),
            Self::Oversized(parameter) => write!(f, "{parameter} is longer than it can be."),
        }
    }
}

impl core::error::Error for SrpError {}
