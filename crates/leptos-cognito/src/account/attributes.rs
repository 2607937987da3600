//! The operations on the user's attributes, the verification codes for email address and phone number, and the
//! password.

use cognito_proto::action::{
    Action, ChangePassword, CodeDelivery, GetUser, GetUserAttributeVerificationCode,
    GetUserAuthFactors, UpdateUserAttributes, User, VerifyUserAttribute, target_header,
};
use cognito_proto::error::ErrorKind;
use cognito_proto::factor::AuthFactor;
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::{AccessToken, Password, VerificationCode};

use super::errors::AccountRequestError;
use super::{
    Account, AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError,
    parse_response,
};

impl Account {
    /// Loads the attributes of the user that the pool lets this app client read (`GetUser`).
    pub async fn load_user(self) -> Result<User, AccountError> {
        let body = |access_token: &AccessToken| GetUser { access_token }.request_body();
        let response = self
            .client()
            .request(target_header::<GetUser<'_>>(), &body)
            .await?;
        parse_response::<GetUser<'_>>(&response)
    }

    /// Changes an attribute of the user (`UpdateUserAttributes`). An empty value removes it. Returns where the pool
    /// sent a verification code, if it sent one.
    pub async fn change_attribute(
        self,
        name: AttributeName,
        value: String,
    ) -> Result<Option<CodeDelivery>, ChangeAttributeError> {
        let attributes = &[(name, value)];
        let body = |access_token: &AccessToken| {
            UpdateUserAttributes {
                access_token,
                attributes,
            }
            .request_body()
        };
        let account = self.client();
        let response = account
            .request(target_header::<UpdateUserAttributes<'_>>(), &body)
            .await
            .map_err(AccountRequestError::into_error::<ChangeAttributeError>)?;
        let mut deliveries = parse_response::<UpdateUserAttributes<'_>>(&response)?;
        Ok(deliveries.pop())
    }

    /// Requests a new verification code for an email address or phone number (`GetUserAttributeVerificationCode`).
    pub async fn send_attribute_code(
        self,
        attribute: &AttributeName,
    ) -> Result<Option<CodeDelivery>, AccountError> {
        let body = |access_token: &AccessToken| {
            GetUserAttributeVerificationCode {
                access_token,
                attribute,
            }
            .request_body()
        };
        let account = self.client();
        let response = account
            .request(
                target_header::<GetUserAttributeVerificationCode<'_>>(),
                &body,
            )
            .await?;
        parse_response::<GetUserAttributeVerificationCode<'_>>(&response)
    }

    /// Verifies an email address or phone number with a verification code (`VerifyUserAttribute`).
    pub async fn verify_attribute(
        self,
        attribute: &AttributeName,
        code: &VerificationCode,
    ) -> Result<(), AttributeCodeError> {
        let body = |access_token: &AccessToken| {
            VerifyUserAttribute {
                access_token,
                attribute,
                code,
            }
            .request_body()
        };
        self.client()
            .execute(target_header::<VerifyUserAttribute<'_>>(), &body)
            .await
    }

    /// Returns true if the user has a password (`GetUserAuthFactors`). Users of a passwordless registration have none.
    /// If the service lacks this action, the result is true for every user.
    pub async fn has_password(self) -> Result<bool, AccountError> {
        let body = |access_token: &AccessToken| GetUserAuthFactors { access_token }.request_body();
        let account = self.client();
        match account
            .request(target_header::<GetUserAuthFactors<'_>>(), &body)
            .await
        {
            Ok(response) => Ok(parse_response::<GetUserAuthFactors<'_>>(&response)?
                .configured
                .contains(&AuthFactor::Password)),
            Err(error)
                if error.is(ErrorKind::UnknownOperation)
                    || error.is(ErrorKind::FeatureUnavailableInTier) =>
            {
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes the password (`ChangePassword`). The user's sessions stay valid.
    pub async fn change_password(
        self,
        previous: Option<&Password>,
        proposed: &Password,
    ) -> Result<(), ChangePasswordError> {
        let body = |access_token: &AccessToken| {
            ChangePassword {
                access_token,
                previous,
                proposed,
            }
            .request_body()
        };
        self.client()
            .execute(target_header::<ChangePassword<'_>>(), &body)
            .await
    }
}
