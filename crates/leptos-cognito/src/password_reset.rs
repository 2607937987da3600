//! Password reset: requests a code and sets a new password with it.

use cognito_proto::action::{ConfirmForgotPassword, ForgotPassword};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::ids::Username;
use cognito_proto::secret::{Password, VerificationCode};
use leptos::prelude::*;

use crate::context::SharedConfig;
use crate::errors::{CallError, ForgotError, NewPasswordError};
use crate::user_pool;

/// The operations of a password reset. [`AuthContext::password_reset`](crate::AuthContext::password_reset) returns it.
#[derive(Clone, Copy, Debug)]
pub struct PasswordReset {
    config: SharedConfig,
}

impl PasswordReset {
    pub(crate) fn new(config: SharedConfig) -> Self {
        Self { config }
    }

    /// Requests a verification code for a new password (`ForgotPassword`). The result is the same for an unknown user.
    pub async fn request_code(self, username: &Username) -> Result<(), ForgotError> {
        let config = self.config.get_value();
        let forgot = ForgotPassword {
            client: &config.client,
            username,
        };
        match user_pool::send_action(&config, &forgot).await {
            // An account without a verified address gets the same result as an unknown user.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::InvalidParameter,
                ..
            })) => Ok(()),
            Err(error) if error.is_unknown_user() => Ok(()),
            response => Ok(response.map(drop)?),
        }
    }

    /// Sets a new password with a verification code (`ConfirmForgotPassword`).
    pub async fn confirm(
        self,
        username: &Username,
        code: &VerificationCode,
        password: &Password,
    ) -> Result<(), NewPasswordError> {
        let config = self.config.get_value();
        let confirm = ConfirmForgotPassword {
            client: &config.client,
            username,
            code,
            password,
        };
        Ok(user_pool::send_action(&config, &confirm).await?)
    }
}
