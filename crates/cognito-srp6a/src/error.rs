use core::fmt;

/// An invalid SRP parameter.
///
/// The texts inside are the parameter names of Cognito's API, such as `SRP_B`, or the letters `a` and `b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SrpError {
    /// A public value or verifier is a multiple of `N`. An attacker would then know the key (RFC 5054 §2.5.3, §2.5.4).
    ZeroModN,
    /// The hash `u` of both public values is zero (`u`: RFC 5054 §2.6). The key would then not depend on the password.
    ZeroScramblingParameter,
    /// A parameter is missing, empty or zero, or it is not hexadecimal or not Base64 with padding.
    Malformed(&'static str),
    /// A parameter is longer than its maximum.
    Oversized(&'static str),
}

impl fmt::Display for SrpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroModN => f.write_str("The public value or verifier is a multiple of N."),
            Self::ZeroScramblingParameter => {
                f.write_str("The hash of the public values A and B is zero.")
            }
            Self::Malformed(parameter) => write!(f, "{parameter} is missing or malformed."),
            Self::Oversized(parameter) => write!(f, "{parameter} is too long."),
        }
    }
}

impl core::error::Error for SrpError {}
