//! Resending the verification code of a sign-in.
//!
//! Cognito has no operation that sends a sign-in's code again. A new sign-in with the same answers makes Cognito send a
//! new code. The app therefore keeps the answers of a sign-in. It keeps the password too, for as long as the
//! challenge's session is valid.

use core::time::Duration;

use super::context::FlowContext;
use super::first_factor::PasswordChallenge;
use super::open_challenge::OpenChallenge;
use super::otp::{OtpChallenge, OtpKind};
use super::proof::PasswordMethod;
use super::request::{AuthRequest, SentAnswer};
use crate::action::ChallengeName;
use crate::device::RememberedDevice;
use crate::factor::{FirstFactor, SecondFactor};
use crate::ids::EmailAddress;
use crate::secret::Password;
use crate::srp::ClientEphemeral;
use crate::time::UnixTime;

/// How long a challenge's authentication session is valid: the default of `AuthSessionValidity`, which only an
/// administrator can read.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>
const SESSION_LIFETIME: Duration = Duration::from_secs(3 * 60);

/// The answers of one sign-in that another sign-in can give again, so that the service sends a new code.
#[derive(Debug, Default)]
pub(super) struct RepeatableAnswers {
    first: FirstAnswer,
    second_factor: Option<SecondFactor>,
    /// The email address that the user set up for codes.
    email: Option<EmailAddress>,
}

/// The first answer of the sign-in.
#[derive(Debug, Default)]
enum FirstAnswer {
    /// The sign-in began with an answer that is valid once: a code, a passkey's assertion, the session of a
    /// registration or a custom answer.
    #[default]
    NotRepeatable,
    /// The sign-in began with the username and the chosen or preferred first factor.
    Username(Option<FirstFactor>),
    /// The sign-in began with a password.
    Password {
        /// True if the app sent the password, false if it proved the password.
        is_sent: bool,
        retained: Option<RetainedPassword>,
    },
}

/// A password that is kept for a repeated sign-in, and the time at which it must be wiped. [`Password`] wipes its
/// memory when it is dropped.
#[derive(Debug)]
struct RetainedPassword {
    password: Password,
    until: UnixTime,
}

impl RepeatableAnswers {
    /// Records that the sign-in began with the username only, or that the user chose a first factor without a password.
    pub(super) fn record_username(&mut self, factor: Option<FirstFactor>) {
        self.first = FirstAnswer::Username(factor);
    }

    /// Records the password of the sign-in. The service has accepted it or will check the proof that follows.
    pub(super) fn record_password(&mut self, password: Password, is_sent: bool, now: UnixTime) {
        let retained = Some(RetainedPassword {
            password,
            until: now.plus(SESSION_LIFETIME),
        });
        self.first = FirstAnswer::Password { is_sent, retained };
    }

    /// Replaces the recorded temporary password with the new one.
    pub(super) fn record_new_password(&mut self, password: Password, now: UnixTime) {
        if let FirstAnswer::Password { is_sent, .. } = self.first {
            self.record_password(password, is_sent, now);
        }
    }

    /// Records which second factor the user chose.
    pub(super) fn record_second_factor(&mut self, factor: SecondFactor) {
        self.second_factor = Some(factor);
    }

    /// Records the email address that the user set up for codes.
    pub(super) fn record_email(&mut self, address: EmailAddress) {
        self.email = Some(address);
    }

    /// Records that the user gave an answer that is valid only once, such as a code.
    pub(super) fn record_one_time_answer(&mut self) {
        self.first = FirstAnswer::NotRepeatable;
    }

    /// Updates the recorded password when the service sends a challenge with a new session. The password is kept for
    /// this session if the service may send a code next.
    pub(super) fn on_challenge(&mut self, challenge: &ChallengeName, now: UnixTime) {
        let may_send_a_code = matches!(
            challenge,
            ChallengeName::SmsMfa
                | ChallengeName::SmsOtp
                | ChallengeName::EmailOtp
                | ChallengeName::SelectMfaType
                | ChallengeName::MfaSetup
                | ChallengeName::DeviceSrpAuth
                | ChallengeName::DevicePasswordVerifier
        );
        if let FirstAnswer::Password { retained, .. } = &mut self.first {
            match retained {
                Some(retained) if may_send_a_code => retained.until = now.plus(SESSION_LIFETIME),
                _ => *retained = None,
            }
        }
    }

    /// Removes and returns the recorded second factor, so that it is chosen once. Returns `None` if none was recorded,
    /// or if it is not in `offered`.
    pub(super) fn take_second_factor(&mut self, offered: &[SecondFactor]) -> Option<SecondFactor> {
        self.second_factor
            .take()
            .filter(|factor| offered.contains(factor))
    }

    /// Removes and returns the recorded email address, so that it is set up once. Returns `None` if none was recorded.
    pub(super) fn take_email(&mut self) -> Option<EmailAddress> {
        self.email.take()
    }

    fn retained_password(&self) -> Option<&RetainedPassword> {
        match &self.first {
            FirstAnswer::Password { retained, .. } => retained.as_ref(),
            FirstAnswer::NotRepeatable | FirstAnswer::Username(_) => None,
        }
    }

    pub(super) fn wipe_password(&mut self) {
        if let FirstAnswer::Password { retained, .. } = &mut self.first {
            *retained = None;
        }
    }

    /// Returns a copy of the answers that come after the first one.
    fn without_first_answer(&self) -> Self {
        Self {
            first: FirstAnswer::NotRepeatable,
            second_factor: self.second_factor,
            email: self.email.clone(),
        }
    }
}

impl<C> OpenChallenge<C> {
    /// Returns the time until which the sign-in keeps the password for [`OpenChallenge::resend`], or `None` if it keeps
    /// none. The caller must wipe the password at that time.
    pub fn password_retained_until(&self) -> Option<UnixTime> {
        Some(self.context.answers.retained_password()?.until)
    }

    /// Wipes the password that was kept for [`OpenChallenge::resend`]. After that, the user gets a new code only by
    /// starting a new sign-in.
    pub fn wipe_password(&mut self) {
        self.context.answers.wipe_password();
    }
}

impl OpenChallenge<OtpChallenge> {
    /// Returns true if the app can make the service send a new code without asking the user for anything.
    pub fn can_resend(&self, now: UnixTime) -> bool {
        let is_sent = self.challenge.kind != OtpKind::SoftwareTokenMfa;
        is_sent
            && match &self.context.answers.first {
                FirstAnswer::NotRepeatable => false,
                FirstAnswer::Username(_) => true,
                FirstAnswer::Password { retained, .. } => retained
                    .as_ref()
                    .is_some_and(|retained| now < retained.until),
            }
    }

    /// Creates a new sign-in with the same answers and returns its first request, or `None` if
    /// [`OpenChallenge::can_resend`] is false. This challenge stays open until the new sign-in asks for the new code.
    /// `device` is the remembered device that this browser has, if there is one. `ephemeral` must be unused.
    pub fn resend(
        &self,
        device: Option<RememberedDevice>,
        ephemeral: ClientEphemeral,
        now: UnixTime,
    ) -> Option<AuthRequest> {
        if !self.can_resend(now) {
            return None;
        }
        let FlowContext {
            flow,
            pool,
            entered_username,
            answers,
            ..
        } = &*self.context;
        let mut context = FlowContext::new(*flow, pool, entered_username.clone(), device);
        context.answers_to_repeat = answers.without_first_answer();
        match &answers.first {
            FirstAnswer::NotRepeatable => None,
            FirstAnswer::Username(factor) => Some(AuthRequest::new(
                context,
                SentAnswer::Start(*factor, PasswordMethod::None),
            )),
            FirstAnswer::Password { is_sent, retained } => {
                let password = Password::new(retained.as_ref()?.password.expose_secret());
                let challenge = PasswordChallenge::at_flow_start(*is_sent);
                Some(OpenChallenge::new(context, challenge).answer(password, ephemeral))
            }
        }
    }
}
