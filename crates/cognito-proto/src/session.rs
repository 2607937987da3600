//! The session as a table: what is news, what is late, and what the shell is asked to do.
//!
//! | in | on | to | asks the shell to |
//! |---|---|---|---|
//! | Restoring | Restored(none / tokens) | SignedOut / SignedIn | – / wake before expiry |
//! | SignedOut | Granted(tokens) | SignedIn | keep, wake |
//! | SignedIn, Refreshing | Granted(tokens) | SignedIn as the new one | forget, revoke the old, keep, wake |
//! | SignedIn | RefreshDue | Refreshing (old tokens stay in use) | refresh |
//! | SignedIn without a refresh token | RefreshDue | SignedOut(Expired) | forget |
//! | Refreshing | Refreshed(spent, ok), if we still hold `spent` | SignedIn | keep, wake |
//! | Refreshing | Refreshed(spent, refused), likewise | SignedOut(Expired) | forget |
//! | Refreshing | Refreshed(spent, unreachable), likewise | SignedIn | wake soon |
//! | SignedIn, Refreshing | SignOutAsked | SignedOut(Asked) | forget, revoke |
//! | any | anything else | itself | nothing: late or repeated news changes nothing |

use core::time::Duration;

use crate::secret::RefreshToken;
use crate::time::UnixTime;
use crate::tokens::Tokens;

/// How long to wait before trying again what the network or the service could not do.
const SOON: Duration = Duration::from_secs(15);

/// Who is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The stored record has not been read yet.
    Restoring,
    /// Nobody.
    SignedOut(Why),
    /// Somebody, with tokens in use.
    SignedIn(Tokens),
    /// Somebody, whose tokens are being renewed; the old ones stay in use meanwhile.
    Refreshing(Tokens),
}

/// Why nobody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody signed in yet.
    NotSignedIn,
    /// The service refused to renew the session.
    Expired,
    /// The person signed out.
    Asked,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The stored record was read.
    Restored(Option<Tokens>),
    /// A sign-in succeeded.
    Granted(Tokens),
    /// The moment asked for by [`Effect::WakeAt`] has come.
    RefreshDue,
    /// A renewal came back.
    Refreshed {
        /// The refresh token it was asked with.
        spent: RefreshToken,
        /// What came of it.
        renewal: Renewal,
    },
    /// The person signs out.
    SignOutAsked,
}

/// What a renewal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Renewal {
    /// New tokens, checked.
    Granted(Tokens),
    /// A definite no.
    Refused,
    /// No answer, or one that says to try later: offline is not signed out.
    Unreachable,
}

/// What the shell is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write the record.
    Keep(Tokens),
    /// Remove the record.
    Forget,
    /// Send [`Event::RefreshDue`] at this moment, or at once if it is past.
    WakeAt(UnixTime),
    /// Renew these tokens, then send [`Event::Refreshed`].
    Refresh(Tokens),
    /// Tell the service that this token is done with.
    Revoke(RefreshToken),
}

impl Session {
    /// The tokens in use, if somebody is here.
    pub fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::SignedIn(tokens) | Self::Refreshing(tokens) => Some(tokens),
            Self::Restoring | Self::SignedOut(_) => None,
        }
    }

    /// The table.
    #[must_use]
    pub fn step(self, event: Event, now: UnixTime) -> (Self, Vec<Effect>) {
        match (self, event) {
            (Self::Restoring, Event::Restored(None)) => (Self::SignedOut(Why::NotSignedIn), vec![]),
            (Self::Restoring, Event::Restored(Some(tokens))) => {
                let wake = Effect::WakeAt(tokens.renew_at());
                (Self::SignedIn(tokens), vec![wake])
            }
            (Self::SignedOut(_), Event::Granted(tokens)) => Self::signed_in(tokens),
            (Self::SignedIn(old) | Self::Refreshing(old), Event::Granted(tokens)) => {
                // Everything of the former user goes first.
                let revoke = old.refresh().cloned().map(Effect::Revoke);
                let (session, kept) = Self::signed_in(tokens);
                let effects = [Effect::Forget].into_iter().chain(revoke).chain(kept);
                (session, effects.collect())
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if tokens.refresh().is_some() => (
                Self::Refreshing(tokens.clone()),
                vec![Effect::Refresh(tokens)],
            ),
            (Self::SignedIn(_), Event::RefreshDue) => {
                (Self::SignedOut(Why::Expired), vec![Effect::Forget])
            }
            (Self::Refreshing(held), Event::Refreshed { spent, renewal })
                if held.refresh() == Some(&spent) =>
            {
                match renewal {
                    Renewal::Granted(tokens) => Self::signed_in(tokens),
                    Renewal::Refused => (Self::SignedOut(Why::Expired), vec![Effect::Forget]),
                    Renewal::Unreachable => {
                        (Self::SignedIn(held), vec![Effect::WakeAt(now.plus(SOON))])
                    }
                }
            }
            (Self::SignedIn(tokens) | Self::Refreshing(tokens), Event::SignOutAsked) => {
                let revoke = tokens.refresh().cloned().map(Effect::Revoke);
                let effects = [Effect::Forget].into_iter().chain(revoke).collect();
                (Self::SignedOut(Why::Asked), effects)
            }
            (unchanged, _) => (unchanged, vec![]),
        }
    }

    fn signed_in(tokens: Tokens) -> (Self, Vec<Effect>) {
        let wake = Effect::WakeAt(tokens.renew_at());
        (
            Self::SignedIn(tokens.clone()),
            vec![Effect::Keep(tokens), wake],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::tests::NOW;
    use crate::tokens::tests::tokens as tokens_until;

    const RENEW_AT: UnixTime = UnixTime::from_secs(1_795_075_580);

    fn tokens(refresh: &str) -> Tokens {
        tokens_until(Some(refresh), 1_795_075_689)
    }

    fn without_refresh() -> Tokens {
        tokens_until(None, 1_795_075_689)
    }

    fn refreshed(spent: &str, renewal: Renewal) -> Event {
        Event::Refreshed {
            spent: RefreshToken::new(spent),
            renewal,
        }
    }

    #[track_caller]
    fn check(before: Session, event: Event, after: Session, effects: Vec<Effect>) {
        assert_eq!(before.step(event, NOW), (after, effects));
    }

    #[test]
    fn what_was_kept_is_taken_up_again() {
        check(
            Session::Restoring,
            Event::Restored(None),
            Session::SignedOut(Why::NotSignedIn),
            vec![],
        );
        check(
            Session::Restoring,
            Event::Restored(Some(tokens("r1"))),
            Session::SignedIn(tokens("r1")),
            vec![Effect::WakeAt(RENEW_AT)],
        );
    }

    #[test]
    fn a_grant_is_kept_and_wakes_before_expiry() {
        for why in [Why::NotSignedIn, Why::Expired, Why::Asked] {
            check(
                Session::SignedOut(why),
                Event::Granted(tokens("r1")),
                Session::SignedIn(tokens("r1")),
                vec![Effect::Keep(tokens("r1")), Effect::WakeAt(RENEW_AT)],
            );
        }
    }

    #[test]
    fn whoever_signs_in_over_somebody_takes_their_place_wholly() {
        for before in [
            Session::SignedIn(tokens("r1")),
            Session::Refreshing(tokens("r1")),
        ] {
            check(
                before,
                Event::Granted(tokens("r2")),
                Session::SignedIn(tokens("r2")),
                vec![
                    Effect::Forget,
                    Effect::Revoke(RefreshToken::new("r1")),
                    Effect::Keep(tokens("r2")),
                    Effect::WakeAt(RENEW_AT),
                ],
            );
        }
    }

    #[test]
    fn a_renewal_keeps_the_old_tokens_in_use_until_the_new_are_there() {
        check(
            Session::SignedIn(tokens("r1")),
            Event::RefreshDue,
            Session::Refreshing(tokens("r1")),
            vec![Effect::Refresh(tokens("r1"))],
        );
        assert_eq!(
            Session::Refreshing(tokens("r1")).tokens(),
            Some(&tokens("r1"))
        );
        check(
            Session::Refreshing(tokens("r1")),
            refreshed("r1", Renewal::Granted(tokens("r2"))),
            Session::SignedIn(tokens("r2")),
            vec![Effect::Keep(tokens("r2")), Effect::WakeAt(RENEW_AT)],
        );
    }

    #[test]
    fn a_definite_no_ends_the_session_and_no_answer_does_not() {
        check(
            Session::Refreshing(tokens("r1")),
            refreshed("r1", Renewal::Refused),
            Session::SignedOut(Why::Expired),
            vec![Effect::Forget],
        );
        check(
            Session::Refreshing(tokens("r1")),
            refreshed("r1", Renewal::Unreachable),
            Session::SignedIn(tokens("r1")),
            vec![Effect::WakeAt(UnixTime::from_secs(1_795_072_115))],
        );
        check(
            Session::SignedIn(without_refresh()),
            Event::RefreshDue,
            Session::SignedOut(Why::Expired),
            vec![Effect::Forget],
        );
    }

    #[test]
    fn signing_out_forgets_first_and_then_revokes() {
        for before in [
            Session::SignedIn(tokens("r1")),
            Session::Refreshing(tokens("r1")),
        ] {
            check(
                before,
                Event::SignOutAsked,
                Session::SignedOut(Why::Asked),
                vec![Effect::Forget, Effect::Revoke(RefreshToken::new("r1"))],
            );
        }
        check(
            Session::SignedIn(without_refresh()),
            Event::SignOutAsked,
            Session::SignedOut(Why::Asked),
            vec![Effect::Forget],
        );
    }

    #[test]
    fn an_answer_for_the_last_user_is_not_given_to_this_one() {
        let now_here = Session::Refreshing(tokens("of-this-user"));
        for renewal in [
            Renewal::Granted(tokens("r2")),
            Renewal::Refused,
            Renewal::Unreachable,
        ] {
            check(
                now_here.clone(),
                refreshed("of-the-last-user", renewal),
                now_here.clone(),
                vec![],
            );
        }
    }

    #[test]
    fn a_renewal_that_comes_after_signing_out_is_dropped() {
        let out = Session::SignedOut(Why::Asked);
        for renewal in [
            Renewal::Granted(tokens("r2")),
            Renewal::Refused,
            Renewal::Unreachable,
        ] {
            check(out.clone(), refreshed("r1", renewal), out.clone(), vec![]);
        }
    }

    #[test]
    fn late_and_repeated_news_changes_nothing() {
        let rows = [
            (
                Session::Restoring,
                vec![
                    Event::Granted(tokens("r9")),
                    Event::RefreshDue,
                    refreshed("r1", Renewal::Refused),
                    Event::SignOutAsked,
                ],
            ),
            (
                Session::SignedOut(Why::Asked),
                vec![
                    Event::Restored(Some(tokens("r9"))),
                    Event::Restored(None),
                    Event::RefreshDue,
                    Event::SignOutAsked,
                ],
            ),
            (
                Session::SignedIn(tokens("r1")),
                vec![
                    Event::Restored(None),
                    Event::Restored(Some(tokens("r9"))),
                    refreshed("r1", Renewal::Granted(tokens("r9"))),
                    refreshed("r1", Renewal::Refused),
                ],
            ),
            (
                Session::Refreshing(tokens("r1")),
                vec![Event::Restored(None), Event::RefreshDue],
            ),
        ];
        for (state, events) in rows {
            for event in events {
                check(state.clone(), event, state.clone(), vec![]);
            }
        }
    }
}
