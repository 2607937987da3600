/// The reason why an SRP parameter is rejected.
///
/// The texts inside are the parameter names of Cognito's API, such as `SRP_B`, or the letters `a` and `b`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SrpError {
    /// A public value or verifier is a multiple of `N`. An attacker would then know the key (RFC 5054 §2.5.3, §2.5.4).
    #[error("the public value or verifier is a multiple of N")]
    ZeroModN,
    /// The hash `u` of both public values is zero (`u`: RFC 5054 §2.6). The key would then not depend on the password.
    #[error("the hash of the public values A and B is zero")]
    ZeroScramblingParameter,
    /// A parameter is missing, empty or zero, or it is not hexadecimal or not Base64 with padding.
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    /// A parameter is longer than its maximum.
    #[error("{0} is too long")]
    Oversized(&'static str),
}
