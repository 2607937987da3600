#![doc = include_str!("../README.md")]

mod account;
mod api;
pub mod browser;
pub mod components;
mod context;
mod errors;
mod hosted_ui;
mod jwks;
mod refresh;
mod sign_in;
mod sign_out;
mod sign_up;
mod user_pool;

pub use account::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, FactorChange,
    PasskeyError, SecondFactorError,
};
pub use cognito_proto;

pub use api::{ApiError, ApiRequest, ApiResponse};
pub use browser::config::load_config;
pub use components::{Protected, SignedIn, SignedOut};
pub use context::{AuthContext, provide_auth, use_auth};
pub use errors::{
    CallError, ForgotError, GlobalSignOutError, HostedSignInError, NewPasswordError, RedirectError,
    RegisterError, RequestError, ResendError, SignInError, TokenRejectionError,
    UserInfoRequestError, VerifyError,
};
pub use hosted_ui::{AuthorizationOptions, CallbackResult};
pub use refresh::TokenUnavailableError;
pub use sign_in::{
    PendingChallenge, SignInAttempt, SignInFailure, SignInFuture, SignInProgress, UserChallenge,
};
pub use sign_out::SignOutStatus;
pub use sign_up::{PendingSignUp, SignUpStatus};
