//! Who one is: attributes, the codes for addresses, and the password.

use cognito_proto::action::{
    Action, ChangePassword, CodeDelivery, GetUser, GetUserAttributeVerificationCode,
    GetUserAuthFactors, UpdateUserAttributes, User, VerifyUserAttribute, target,
};
use cognito_proto::error::ErrorKind;
use cognito_proto::factor::AuthFactor;
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::{AccessToken, ConfirmationCode, Password};

use super::errors::Unanswered;
use super::{
    AccountError, AttributeCodeError, Auth, ChangeAttributeError, ChangePasswordError, read,
};

impl Auth {
    /// `GetUser`: what the pool lets this app read of the person.
    pub async fn user(self) -> Result<User, AccountError> {
        let body = |access_token: &AccessToken| GetUser { access_token }.body();
        let answer = self.account().ask(target::<GetUser<'_>>(), &body).await?;
        read::<GetUser<'_>>(&answer)
    }

    /// `UpdateUserAttributes`; an empty value takes the attribute away. Where a code went out for it, tells where to.
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
            .body()
        };
        let account = self.account();
        let answer = account
            .ask(target::<UpdateUserAttributes<'_>>(), &body)
            .await
            .map_err(Unanswered::into_error::<ChangeAttributeError>)?;
        let mut deliveries = read::<UpdateUserAttributes<'_>>(&answer)?;
        Ok(deliveries.pop())
    }

    /// `GetUserAttributeVerificationCode`: a new code for an e-mail address or phone number.
    pub async fn send_attribute_code(
        self,
        attribute: &AttributeName,
    ) -> Result<Option<CodeDelivery>, AccountError> {
        let body = |access_token: &AccessToken| {
            GetUserAttributeVerificationCode {
                access_token,
                attribute,
            }
            .body()
        };
        let account = self.account();
        let answer = account
            .ask(target::<GetUserAttributeVerificationCode<'_>>(), &body)
            .await?;
        read::<GetUserAttributeVerificationCode<'_>>(&answer)
    }

    /// `VerifyUserAttribute`.
    pub async fn verify_attribute(
        self,
        attribute: &AttributeName,
        code: &ConfirmationCode,
    ) -> Result<(), AttributeCodeError> {
        let body = |access_token: &AccessToken| {
            VerifyUserAttribute {
                access_token,
                attribute,
                code,
            }
            .body()
        };
        self.account()
            .tell(target::<VerifyUserAttribute<'_>>(), &body)
            .await
    }

    /// Whether there is a password to be changed (`GetUserAuthFactors`). Who signed up without one has none yet; a
    /// service that does not know the question knows nobody like that.
    pub async fn has_password(self) -> Result<bool, AccountError> {
        let body = |access_token: &AccessToken| GetUserAuthFactors { access_token }.body();
        let account = self.account();
        match account.ask(target::<GetUserAuthFactors<'_>>(), &body).await {
            Ok(answer) => Ok(read::<GetUserAuthFactors<'_>>(&answer)?
                .configured
                .contains(&AuthFactor::Password)),
            Err(unanswered)
                if unanswered.is(ErrorKind::UnknownOperation)
                    || unanswered.is(ErrorKind::FeatureUnavailableInTier) =>
            {
                Ok(true)
            }
            Err(unanswered) => Err(unanswered.into()),
        }
    }

    /// `ChangePassword`. It ends no session.
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
            .body()
        };
        self.account()
            .tell(target::<ChangePassword<'_>>(), &body)
            .await
    }
}
