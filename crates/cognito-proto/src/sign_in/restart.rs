//! Resending the verification code of a sign-in.
//!
//! Cognito has no operation that sends a sign-in's code again. A new sign-in with the same answers makes Cognito send a
//! new code. The app therefore keeps the answers of a sign-in. It keeps the password too, for as long as the
//! challenge's session is valid.

use core::time::Duration;

use super::asked::Asked;
use super::code::{CodeAsked, CodeChallenge};
use super::conversation::Conversation;
use super::first_factor::PasswordAsked;
use super::proof::Knowledge;
use super::round::{Round, Said};
use crate::action::ChallengeName;
use crate::device::RememberedDevice;
use crate::factor::{FirstFactor, SecondFactor};
use crate::secret::Password;
use crate::srp::Ephemeral;
use crate::time::UnixTime;

/// The lifetime of a challenge's session: the default of `AuthSessionValidity`, which only an administrator can read.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>
const SESSION_LIFE: Duration = Duration::from_secs(3 * 60);

/// The answers of one sign-in that a new sign-in can give again.
#[derive(Debug, Default)]
pub(super) struct Answers {
    first: FirstAnswer,
    second_factor: Option<SecondFactor>,
    /// The email address that the user set up for codes.
    email: Option<String>,
}

/// The first answer of the sign-in.
#[derive(Debug, Default)]
enum FirstAnswer {
    /// The sign-in began with an answer that is valid once: a code, a passkey's assertion, the session of a
    /// registration or a custom answer.
    #[default]
    NotRepeatable,
    /// The sign-in began with the username and the chosen or preferred first factor.
    Name(Option<FirstFactor>),
    /// The sign-in began with the password.
    Password {
        /// True if the app sent the password, false if it proved the password.
        is_sent: bool,
        held: Option<HeldPassword>,
    },
}

/// The password and the time at which it must be wiped. [`Password`] wipes its memory when it is dropped.
#[derive(Debug)]
struct HeldPassword {
    password: Password,
    until: UnixTime,
}

impl Answers {
    /// Records that the sign-in began with the username only, or that the user chose a first factor without a password.
    pub(super) fn name(&mut self, factor: Option<FirstFactor>) {
        self.first = FirstAnswer::Name(factor);
    }

    /// Records the password. The service has accepted it or will check the proof that follows.
    pub(super) fn password(&mut self, password: Password, is_sent: bool, now: UnixTime) {
        let held = Some(HeldPassword {
            password,
            until: now.plus(SESSION_LIFE),
        });
        self.first = FirstAnswer::Password { is_sent, held };
    }

    /// Replaces the temporary password with the new one.
    pub(super) fn new_password(&mut self, password: Password, now: UnixTime) {
        if let FirstAnswer::Password { is_sent, .. } = self.first {
            self.password(password, is_sent, now);
        }
    }

    /// Records the chosen second factor.
    pub(super) fn second_factor(&mut self, factor: SecondFactor) {
        self.second_factor = Some(factor);
    }

    /// Records the email address that the user set up for codes.
    pub(super) fn email(&mut self, address: String) {
        self.email = Some(address);
    }

    /// Records that the user gave an answer that is valid once.
    pub(super) fn not_repeatable(&mut self) {
        self.first = FirstAnswer::NotRepeatable;
    }

    /// Handles a challenge with a new session. The password is kept for this session if the service may send a code
    /// next.
    pub(super) fn challenged(&mut self, challenge: &ChallengeName, now: UnixTime) {
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
        if let FirstAnswer::Password { held, .. } = &mut self.first {
            match held {
                Some(held) if may_send_a_code => held.until = now.plus(SESSION_LIFE),
                _ => *held = None,
            }
        }
    }

    /// Returns the second factor to choose again, once.
    pub(super) fn take_second_factor(&mut self, offered: &[SecondFactor]) -> Option<SecondFactor> {
        self.second_factor
            .take()
            .filter(|factor| offered.contains(factor))
    }

    /// Returns the email address to set up again, once.
    pub(super) fn take_email(&mut self) -> Option<String> {
        self.email.take()
    }

    fn held(&self) -> Option<&HeldPassword> {
        match &self.first {
            FirstAnswer::Password { held, .. } => held.as_ref(),
            FirstAnswer::NotRepeatable | FirstAnswer::Name(_) => None,
        }
    }

    pub(super) fn forget_password(&mut self) {
        if let FirstAnswer::Password { held, .. } = &mut self.first {
            *held = None;
        }
    }

    /// Returns the answers after the first one.
    fn later_ones(&self) -> Self {
        Self {
            first: FirstAnswer::NotRepeatable,
            second_factor: self.second_factor,
            email: self.email.clone(),
        }
    }
}

impl<Q> Asked<Q> {
    /// Returns the time until which the sign-in keeps the password for [`Asked::resend`], if it does. The caller must
    /// wipe the password at that time.
    pub fn password_held_until(&self) -> Option<UnixTime> {
        Some(self.conversation.answers.held()?.until)
    }

    /// Wipes the password. A new code then needs a new sign-in.
    pub fn forget_password(&mut self) {
        self.conversation.answers.forget_password();
    }
}

impl Asked<CodeAsked> {
    /// Returns true if the app can make the service send a new code without asking the user for anything.
    pub fn can_resend(&self, now: UnixTime) -> bool {
        let is_sent = self.question.challenge != CodeChallenge::SoftwareTokenMfa;
        is_sent
            && match &self.conversation.answers.first {
                FirstAnswer::NotRepeatable => false,
                FirstAnswer::Name(_) => true,
                FirstAnswer::Password { held, .. } => {
                    held.as_ref().is_some_and(|held| now < held.until)
                }
            }
    }

    /// Creates a new sign-in with the same answers. This question stays open until the new sign-in asks for the new
    /// code. `device` is the remembered device that this browser has, if there is one. `ephemeral` must be unused.
    pub fn resend(
        &self,
        device: Option<RememberedDevice>,
        ephemeral: Ephemeral,
        now: UnixTime,
    ) -> Option<Round> {
        if !self.can_resend(now) {
            return None;
        }
        let Conversation {
            flow,
            pool,
            typed,
            answers,
            ..
        } = &*self.conversation;
        let mut conversation = Conversation::new(*flow, pool, typed.clone(), device);
        conversation.repeated = answers.later_ones();
        match &answers.first {
            FirstAnswer::NotRepeatable => None,
            FirstAnswer::Name(factor) => Some(Round::new(
                conversation,
                Said::Start(*factor, Knowledge::Nothing),
            )),
            FirstAnswer::Password { is_sent, held } => {
                let password = Password::new(held.as_ref()?.password.reveal());
                let question = PasswordAsked::first(*is_sent);
                Some(Asked::new(conversation, question).answer(password, ephemeral))
            }
        }
    }
}
