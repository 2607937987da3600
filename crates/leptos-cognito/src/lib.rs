#![doc = include_str!("../README.md")]

mod account;
mod api;
mod attempts;
pub mod browser;
pub mod components;
mod context;
mod errors;
mod hosted_endpoints;
mod hosted_ui;
mod key_cache;
mod password_reset;
mod pending_authorizations;
mod pending_sign_up;
mod refresh;
mod remembered_devices;
mod server_clock;
mod session_runner;
mod session_starter;
mod session_store;
mod sign_in;
mod sign_out;
mod sign_up;
mod stored_token_check;
mod user_pool;

pub use account::{
    Account, AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError,
    FactorChange, PasskeyError, SecondFactorError,
};
pub use cognito_proto;

pub use api::{ApiError, ApiRequest, ApiResponse};
pub use attempts::{Attempt, Superseded};
pub use browser::config::load_config;
pub use browser::fetch::Method;
pub use components::{Protected, SignedIn, SignedOut};
pub use context::{AuthContext, provide_auth, use_auth};
pub use errors::{
    CallError, ForgotError, GlobalSignOutError, HostedSignInError, NewPasswordError, RedirectError,
    RegisterError, RequestError, ResendError, SignInError, TokenRejectionError,
    UserInfoRequestError, VerifyError,
};
pub use hosted_ui::{AuthorizationOptions, CallbackResult, HostedUi};
pub use password_reset::PasswordReset;
pub use pending_sign_up::PendingSignUp;
pub use refresh::TokenUnavailableError;
pub use remembered_devices::RememberedDevices;
pub use sign_in::{
    PendingChallenge, SignInAttempt, SignInClient, SignInFailure, SignInFuture, SignInProgress,
    UserChallenge,
};
pub use sign_out::SignOutStatus;
pub use sign_up::{SignUp, SignUpStatus};
