//! A new code for a sign-in that waits for one.
//!
//! Cognito has no operation that sends a sign-in's code again. A new conversation that gives the same answers makes it
//! send a new code, so a conversation remembers its answers, among them the password for as long as the challenge's
//! session lives.

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

/// How long the session of a challenge lives: the default of `AuthSessionValidity`, which only an administrator can read.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>
const SESSION_LIFE: Duration = Duration::from_secs(3 * 60);

/// The answers of one conversation, as far as a new conversation can give them again.
#[derive(Debug, Default)]
pub(super) struct Answers {
    first: FirstAnswer,
    second_factor: Option<SecondFactor>,
    /// The address that was set up for codes by mail.
    email: Option<String>,
}

/// How the conversation began.
#[derive(Debug, Default)]
enum FirstAnswer {
    /// By an answer that counts once: a code, a passkey's signature, a registration's session, a custom answer.
    #[default]
    NotRepeatable,
    /// By the name, with the first factor that was chosen or preferred.
    Name(Option<FirstFactor>),
    /// By the password.
    Password {
        /// Whether it was sent; else it was proved.
        is_sent: bool,
        held: Option<HeldPassword>,
    },
}

/// The password. It wipes its memory when it is dropped.
#[derive(Debug)]
struct HeldPassword {
    password: Password,
    until: UnixTime,
}

impl Answers {
    /// The conversation began by the name alone, or a first factor was chosen that needs no password.
    pub(super) fn name(&mut self, factor: Option<FirstFactor>) {
        self.first = FirstAnswer::Name(factor);
    }

    /// The password was accepted, or will be with the proof that follows.
    pub(super) fn password(&mut self, password: Password, is_sent: bool, now: UnixTime) {
        let held = Some(HeldPassword {
            password,
            until: now.plus(SESSION_LIFE),
        });
        self.first = FirstAnswer::Password { is_sent, held };
    }

    /// A new password replaces the temporary one.
    pub(super) fn new_password(&mut self, password: Password, now: UnixTime) {
        if let FirstAnswer::Password { is_sent, .. } = self.first {
            self.password(password, is_sent, now);
        }
    }

    /// A second factor was chosen.
    pub(super) fn second_factor(&mut self, factor: SecondFactor) {
        self.second_factor = Some(factor);
    }

    /// An address for codes by mail was set up.
    pub(super) fn email(&mut self, address: String) {
        self.email = Some(address);
    }

    /// An answer was given that counts once.
    pub(super) fn not_repeatable(&mut self) {
        self.first = FirstAnswer::NotRepeatable;
    }

    /// This challenge came with a new session. The password is held for it, if a code may be sent next.
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

    /// The second factor to choose again; given once.
    pub(super) fn take_second_factor(&mut self, offered: &[SecondFactor]) -> Option<SecondFactor> {
        self.second_factor
            .take()
            .filter(|factor| offered.contains(factor))
    }

    /// The address to set up again; given once.
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

    /// Those that follow the first one.
    fn later_ones(&self) -> Self {
        Self {
            first: FirstAnswer::NotRepeatable,
            second_factor: self.second_factor,
            email: self.email.clone(),
        }
    }
}

impl<Q> Asked<Q> {
    /// Until when the conversation holds the password for [`Asked::resend`], if it does. It must be forgotten then.
    pub fn password_held_until(&self) -> Option<UnixTime> {
        Some(self.conversation.answers.held()?.until)
    }

    /// Wipes the password. A new code then takes a new sign-in.
    pub fn forget_password(&mut self) {
        self.conversation.answers.forget_password();
    }
}

impl Asked<CodeAsked> {
    /// Whether the service can be made to send a new code without asking the user for anything.
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

    /// A new conversation that gives the same answers. This question stays open until the new code is asked for.
    /// `device` is what this browser is remembered as, if it is; `ephemeral` must not have been used before.
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
