//! The state machine of a session: which events change it, which come too late, and which effects the app has to run.
//!
//! Here `held` is the refresh token of the session, and `other` is any other one.
//!
//! | state | event | new state | effects |
//! |---|---|---|---|
//! | Restoring | Restored(nothing / an end / tokens) | SignedOut / SignedIn | – / schedule the refresh, verify |
//! | Restoring | Restored(only a refresh token) | Recovering, request sent | recover |
//! | Recovering | RefreshDue, if no request is under way | Recovering, request sent | recover |
//! | Recovering | Refreshed(held, tokens / refused / invalid) | SignedIn / SignedOut | as in Refreshing |
//! | Recovering | Refreshed(held, no answer) | Recovering, no request under way | schedule a retry |
//! | SignedOut | Granted(tokens) | SignedIn | save, schedule the refresh |
//! | Recovering | Granted(tokens) | SignedIn | revoke `held`, save, schedule the refresh |
//! | SignedIn, Refreshing | Granted(tokens) | SignedIn, new tokens | revoke `held`, save, schedule the refresh |
//! | SignedIn, not due yet | RefreshDue | unchanged | schedule the refresh |
//! | SignedIn | RefreshDue, or Doubted(the tokens in use) | Refreshing (the old tokens stay in use) | refresh |
//! | SignedIn without a refresh token | RefreshDue | SignedOut(Expired) | save the end |
//! | Refreshing | Refreshed(held, tokens) | SignedIn | save, schedule the refresh |
//! | Refreshing | Refreshed(held, refused) | SignedOut(Expired) | save the end |
//! | Refreshing | Refreshed(held, invalid) | SignedOut(Untrusted) | save the end, revoke `held` |
//! | Refreshing | Refreshed(held, no answer) | SignedIn | schedule a retry |
//! | any | Refreshed(other, tokens with a third refresh token) | unchanged | revoke the third |
//! | SignedOut, Recovering | Seen(tokens) | SignedIn | schedule the refresh, verify |
//! | SignedIn, Refreshing | Seen(other tokens) | SignedIn with those | schedule the refresh, verify |
//! | SignedIn, Refreshing | Seen(only held) | unchanged | save |
//! | any but Restoring | Seen(only a refresh token), unless it is held | Recovering, request sent | recover |
//! | SignedIn, Refreshing, Recovering | Seen(nothing / an end) | SignedOut(Elsewhere / that reason) | – |
//! | SignedIn, Refreshing | Disproved(the tokens in use) | SignedOut(Untrusted) | save the end, revoke `held` |
//! | SignedIn, Refreshing | SignOutAsked | SignedOut(Asked) | clear the record, end the session on the server |
//! | SignedIn, Refreshing, Recovering | Left | SignedOut(Left) | revoke `held` |
//! | any | any other event | unchanged | none, because late and repeated events change nothing |

use core::time::Duration;

use crate::json::Json;
use crate::jwt::Expected;
use crate::secret::RefreshToken;
use crate::time::UnixTime;
use crate::tokens::{Damaged, RefreshGrant, Tokens};

/// The state of the session in this tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The stored record has not been read yet.
    Restoring,
    /// The stored record holds no usable tokens, but a refresh token with which new ones can be requested.
    Recovering {
        /// The refresh token and how it was obtained.
        grant: RefreshGrant,
        /// True while a request is under way. If false, the next [`Event::RefreshDue`] sends one.
        is_asked: bool,
    },
    /// No user is signed in.
    SignedOut(Why),
    /// A user is signed in with these tokens.
    SignedIn(Tokens),
    /// A user is signed in, and new tokens have been requested. The old tokens stay in use until the answer comes.
    Refreshing(Tokens),
}

/// The reason why no user is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No user has signed in yet.
    NotSignedIn,
    /// The service refused the refresh, or the session expired and has no refresh token.
    Expired,
    /// The tokens failed a check, at a refresh or when their signatures were verified.
    Untrusted,
    /// The user signed out.
    Asked,
    /// The stored record is gone: the user signed out in another tab, or cleared the site's data.
    Elsewhere,
    /// The user left the page, and the session was stored nowhere else.
    Left,
}

/// An input of the state machine: something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Event {
    /// The stored record was read at startup.
    Restored(Kept),
    /// A sign-in succeeded.
    Granted(Tokens),
    /// The time set by [`Effect::WakeAt`] has come, or the device woke up.
    RefreshDue,
    /// An API rejected these tokens although they have not expired.
    Doubted(Tokens),
    /// These tokens came from the browser's storage, and their signatures turned out to be invalid.
    Disproved(Tokens),
    /// A refresh has finished.
    Refreshed {
        /// The refresh token that the request used.
        spent: RefreshToken,
        /// The result of the request.
        renewal: Renewal,
    },
    /// The stored record was read again, because another tab may have changed it.
    Seen(Kept),
    /// The user asked to sign out.
    SignOutAsked,
    /// The user left the page, and only that page held the session.
    Left,
}

/// The session record found in the browser's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Kept {
    /// No record of this app.
    Nothing,
    /// Tokens that passed all checks except the one of their signatures.
    Tokens(Tokens),
    /// A refresh token. The rest of the record is damaged.
    RefreshGrant(RefreshGrant),
    /// A note that the session ended without the user's doing. Other tabs and later page loads read the reason from
    /// it.
    End(End),
}

/// The reason for a session's end that the user did not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// See [`Why::Expired`].
    Expired,
    /// See [`Why::Untrusted`].
    Untrusted,
}

/// The version of the record in which [`End`] is stored.
const END_VERSION: u64 = 1;

impl End {
    const ALL: [Self; 2] = [Self::Expired, Self::Untrusted];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Untrusted => "untrusted",
        }
    }

    /// Serializes the reason. The text is stored in place of the session's record.
    pub fn to_record(self) -> String {
        let members = [
            ("endVersion", END_VERSION.into()),
            ("ended", self.as_str().into()),
        ];
        Json::object(members).to_string()
    }

    fn from_record(record: &str) -> Option<Self> {
        let note = Json::parse(record).ok()?;
        let reason = note.get("ended").as_text()?;
        let is_known = note.get("endVersion").as_whole() == Some(END_VERSION);
        let end = Self::ALL.into_iter().find(|end| end.as_str() == reason);
        end.filter(|_| is_known)
    }
}

impl From<End> for Why {
    fn from(end: End) -> Self {
        match end {
            End::Expired => Self::Expired,
            End::Untrusted => Self::Untrusted,
        }
    }
}

impl Kept {
    /// Parses what was stored: the record of a session, or the reason for its end.
    pub fn read(record: Option<&str>, expected: &Expected, now: UnixTime) -> Self {
        let Some(record) = record else {
            return Self::Nothing;
        };
        match Tokens::from_record(record, expected, now) {
            Ok(tokens) => Self::Tokens(tokens),
            Err(Damaged::Renewable(grant)) => Self::RefreshGrant(grant),
            Err(Damaged::Lost) => End::from_record(record).map_or(Self::Nothing, Self::End),
        }
    }
}

/// The result of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Renewal {
    /// New tokens that passed the checks.
    Granted(Tokens),
    /// The service refused the refresh token.
    Refused,
    /// Tokens that did not pass the checks.
    Unbelievable,
    /// No answer, or an answer that asks to try again later. The duration is the time to wait. Being offline does not
    /// sign the user out.
    Unreachable(Duration),
}

/// An output of the state machine: something that the app has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write the session's record, in place of any other.
    Keep(Tokens),
    /// Remove the record.
    Forget,
    /// Write the reason for the end ([`End::to_record`]) in place of the session's record.
    NoteEnd(End),
    /// Send [`Event::RefreshDue`] at this time, or at once if it has passed.
    WakeAt(UnixTime),
    /// Request new tokens for these, then send [`Event::Refreshed`].
    Refresh(Tokens),
    /// Request tokens with the refresh token of a damaged record, then send [`Event::Refreshed`].
    Recover(RefreshGrant),
    /// Verify the signatures of these tokens in the background, and send [`Event::Disproved`] if one is invalid.
    Verify(Tokens),
    /// Revoke this refresh token.
    Revoke(RefreshToken),
    /// End the session on the server: revoke its tokens, and visit `/logout` if the user signed in through the hosted
    /// pages.
    Leave(Tokens),
}

/// Returns how long to wait before a refresh without an answer is tried again. `failures` is the number of failures
/// in a row.
///
/// The wait starts at 15 seconds, doubles with each failure and is limited to five minutes. It is longer if the
/// service asked for more in `Retry-After`, but at most an hour. `jitter` adds up to half of the wait, so that the
/// tabs and devices do not all retry at the same time after an outage.
pub fn patience(failures: u32, retry_after: Option<Duration>, jitter: u8) -> Duration {
    let wait = Duration::from_secs(15 << failures.clamp(1, 6).saturating_sub(1))
        .min(Duration::from_secs(300))
        .max(retry_after.unwrap_or_default())
        .min(Duration::from_secs(3_600));
    wait + wait * u32::from(jitter) / 512
}

impl Session {
    /// Returns the tokens in use, if a user is signed in.
    pub fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::SignedIn(tokens) | Self::Refreshing(tokens) => Some(tokens),
            Self::Restoring | Self::Recovering { .. } | Self::SignedOut(_) => None,
        }
    }

    /// Applies an event. Returns the new session and the effects to run, by the table in the module's documentation.
    #[must_use]
    pub fn step(self, event: Event, now: UnixTime) -> (Self, Vec<Effect>) {
        match (self, event) {
            (Self::Restoring, Event::Restored(Kept::Nothing)) => {
                (Self::SignedOut(Why::NotSignedIn), vec![])
            }
            (Self::Restoring, Event::Restored(Kept::End(end))) => {
                (Self::SignedOut(end.into()), vec![])
            }
            (Self::Restoring, Event::Restored(Kept::Tokens(tokens))) => Self::found(tokens),
            (Self::Restoring, Event::Restored(Kept::RefreshGrant(grant))) => {
                Self::recovering(grant)
            }
            (
                Self::Recovering {
                    grant,
                    is_asked: false,
                },
                Event::RefreshDue,
            ) => Self::recovering(grant),
            (Self::SignedOut(_), Event::Granted(tokens)) => Self::signed_in(tokens),
            (Self::Recovering { grant, .. }, Event::Granted(tokens)) => {
                let (session, mut effects) = Self::signed_in(tokens);
                effects.insert(0, Effect::Revoke(grant.refresh_token));
                (session, effects)
            }
            (Self::SignedIn(old) | Self::Refreshing(old), Event::Granted(tokens)) => {
                // No effect clears the record: `Keep` replaces the former user's record in one write.
                let revoke = old.refresh().cloned().map(Effect::Revoke);
                let (session, kept) = Self::signed_in(tokens);
                (session, revoke.into_iter().chain(kept).collect())
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if now < tokens.renew_at() => {
                // Timers fire early if the delay is longer than they can count.
                Self::taken_up(tokens)
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if tokens.refresh().is_none() => {
                Self::ended(End::Expired)
            }
            (Self::SignedIn(tokens), Event::RefreshDue) => Self::refreshing(tokens),
            (Self::SignedIn(tokens), Event::Doubted(doubted))
                if tokens == doubted && tokens.refresh().is_some() =>
            {
                Self::refreshing(tokens)
            }
            (Self::Refreshing(held), Event::Refreshed { spent, renewal })
                if held.refresh() == Some(&spent) =>
            {
                match renewal {
                    Renewal::Granted(tokens) => Self::signed_in(tokens),
                    Renewal::Refused => Self::ended(End::Expired),
                    Renewal::Unbelievable => Self::untrusted(Some(spent)),
                    Renewal::Unreachable(wait) => {
                        (Self::SignedIn(held), vec![Effect::WakeAt(now.plus(wait))])
                    }
                }
            }
            (Self::Recovering { grant, .. }, Event::Refreshed { spent, renewal })
                if grant.refresh_token == spent =>
            {
                match renewal {
                    Renewal::Granted(tokens) => Self::signed_in(tokens),
                    Renewal::Refused => Self::ended(End::Expired),
                    Renewal::Unbelievable => Self::untrusted(Some(spent)),
                    Renewal::Unreachable(wait) => {
                        let session = Self::Recovering {
                            grant,
                            is_asked: false,
                        };
                        (session, vec![Effect::WakeAt(now.plus(wait))])
                    }
                }
            }
            // No session uses these tokens any more, and with refresh token rotation the new refresh token would stay
            // valid.
            (
                session,
                Event::Refreshed {
                    spent,
                    renewal: Renewal::Granted(tokens),
                },
            ) => {
                let held = session.tokens().and_then(Tokens::refresh);
                let ours = [Some(&spent), held];
                let is_lost =
                    |fresh: &&RefreshToken| held != Some(&spent) && !ours.contains(&Some(fresh));
                let revoke = tokens.refresh().filter(is_lost).cloned();
                (session, revoke.map(Effect::Revoke).into_iter().collect())
            }
            (Self::SignedOut(_) | Self::Recovering { .. }, Event::Seen(Kept::Tokens(tokens))) => {
                Self::found(tokens)
            }
            (Self::SignedIn(held) | Self::Refreshing(held), Event::Seen(Kept::Tokens(tokens)))
                if held != tokens =>
            {
                Self::found(tokens)
            }
            (
                session @ (Self::SignedIn(_) | Self::Refreshing(_)),
                Event::Seen(Kept::RefreshGrant(grant)),
            ) if session.tokens().and_then(Tokens::refresh) == Some(&grant.refresh_token) => {
                let keep = session.tokens().cloned().map(Effect::Keep);
                (session, keep.into_iter().collect())
            }
            (Self::Recovering { grant, is_asked }, Event::Seen(Kept::RefreshGrant(seen)))
                if grant == seen =>
            {
                (Self::Recovering { grant, is_asked }, vec![])
            }
            (
                Self::SignedOut(_)
                | Self::Recovering { .. }
                | Self::SignedIn(_)
                | Self::Refreshing(_),
                Event::Seen(Kept::RefreshGrant(grant)),
            ) => Self::recovering(grant),
            (
                Self::SignedIn(_) | Self::Refreshing(_) | Self::Recovering { .. },
                Event::Seen(Kept::Nothing),
            ) => (Self::SignedOut(Why::Elsewhere), vec![]),
            (
                Self::SignedIn(_) | Self::Refreshing(_) | Self::Recovering { .. },
                Event::Seen(Kept::End(end)),
            ) => (Self::SignedOut(end.into()), vec![]),
            (Self::SignedIn(held) | Self::Refreshing(held), Event::Disproved(tokens))
                if held == tokens =>
            {
                Self::untrusted(held.refresh().cloned())
            }
            (Self::SignedIn(tokens) | Self::Refreshing(tokens), Event::SignOutAsked) => (
                Self::SignedOut(Why::Asked),
                vec![Effect::Forget, Effect::Leave(tokens)],
            ),
            (Self::SignedIn(tokens) | Self::Refreshing(tokens), Event::Left) => {
                let revoke = tokens.refresh().cloned().map(Effect::Revoke);
                (Self::SignedOut(Why::Left), revoke.into_iter().collect())
            }
            (Self::Recovering { grant, .. }, Event::Left) => (
                Self::SignedOut(Why::Left),
                vec![Effect::Revoke(grant.refresh_token)],
            ),
            (unchanged, _) => (unchanged, vec![]),
        }
    }

    /// Signs in with tokens that are stored already.
    fn taken_up(tokens: Tokens) -> (Self, Vec<Effect>) {
        let wake = Effect::WakeAt(tokens.renew_at());
        (Self::SignedIn(tokens), vec![wake])
    }

    /// Signs in with tokens that were found in the browser's storage. They are used at once, while their signatures
    /// are verified in the background.
    fn found(tokens: Tokens) -> (Self, Vec<Effect>) {
        let verify = Effect::Verify(tokens.clone());
        let (session, mut effects) = Self::taken_up(tokens);
        effects.push(verify);
        (session, effects)
    }

    fn recovering(grant: RefreshGrant) -> (Self, Vec<Effect>) {
        let effects = vec![Effect::Recover(grant.clone())];
        let session = Self::Recovering {
            grant,
            is_asked: true,
        };
        (session, effects)
    }

    fn signed_in(tokens: Tokens) -> (Self, Vec<Effect>) {
        let keep = Effect::Keep(tokens.clone());
        let (session, wake) = Self::taken_up(tokens);
        (session, [keep].into_iter().chain(wake).collect())
    }

    /// Signs out for a reason that the user did not ask for.
    fn ended(end: End) -> (Self, Vec<Effect>) {
        (Self::SignedOut(end.into()), vec![Effect::NoteEnd(end)])
    }

    /// Signs out because tokens failed a check, and revokes their refresh token.
    fn untrusted(refresh: Option<RefreshToken>) -> (Self, Vec<Effect>) {
        let (session, mut effects) = Self::ended(End::Untrusted);
        effects.extend(refresh.map(Effect::Revoke));
        (session, effects)
    }

    fn refreshing(tokens: Tokens) -> (Self, Vec<Effect>) {
        let effects = vec![Effect::Refresh(tokens.clone())];
        (Self::Refreshing(tokens), effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::tests::{NOW, expected};
    use crate::tokens::Door;
    use crate::tokens::tests::tokens as tokens_until;

    const RENEW_AT: UnixTime = UnixTime::from_secs(1_795_075_569);

    const EVERY_WHY: [Why; 6] = [
        Why::NotSignedIn,
        Why::Expired,
        Why::Untrusted,
        Why::Asked,
        Why::Elsewhere,
        Why::Left,
    ];

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
        check_at(NOW, before, event, after, effects);
    }

    #[track_caller]
    fn check_at(
        now: UnixTime,
        before: Session,
        event: Event,
        after: Session,
        effects: Vec<Effect>,
    ) {
        assert_eq!(before.step(event, now), (after, effects));
    }

    /// The states in which a user is signed in.
    fn here() -> [Session; 2] {
        [
            Session::SignedIn(tokens("r1")),
            Session::Refreshing(tokens("r1")),
        ]
    }

    #[test]
    fn what_was_kept_is_taken_up_again() {
        check(
            Session::Restoring,
            Event::Restored(Kept::Nothing),
            Session::SignedOut(Why::NotSignedIn),
            vec![],
        );
        check(
            Session::Restoring,
            Event::Restored(Kept::Tokens(tokens("r1"))),
            Session::SignedIn(tokens("r1")),
            vec![Effect::WakeAt(RENEW_AT), Effect::Verify(tokens("r1"))],
        );
    }

    fn grant(refresh: &str) -> RefreshGrant {
        RefreshGrant {
            refresh_token: RefreshToken::new(refresh),
            door: Door::Direct,
            issuer: tokens(refresh).issuer().clone(),
        }
    }

    fn recovering(refresh: &str, is_asked: bool) -> Session {
        Session::Recovering {
            grant: grant(refresh),
            is_asked,
        }
    }

    #[test]
    fn a_refresh_token_alone_is_asked_for_tokens() {
        let recover = || vec![Effect::Recover(grant("r1"))];
        let kept = || Kept::RefreshGrant(grant("r1"));
        check(
            Session::Restoring,
            Event::Restored(kept()),
            recovering("r1", true),
            recover(),
        );
        for (renewal, after, effects) in [
            (
                Renewal::Granted(tokens("r2")),
                Session::SignedIn(tokens("r2")),
                vec![Effect::Keep(tokens("r2")), Effect::WakeAt(RENEW_AT)],
            ),
            (
                Renewal::Refused,
                Session::SignedOut(Why::Expired),
                vec![Effect::NoteEnd(End::Expired)],
            ),
            (
                Renewal::Unbelievable,
                Session::SignedOut(Why::Untrusted),
                vec![
                    Effect::NoteEnd(End::Untrusted),
                    Effect::Revoke(RefreshToken::new("r1")),
                ],
            ),
            // Being offline does not sign the user out.
            (
                Renewal::Unreachable(Duration::from_secs(15)),
                recovering("r1", false),
                vec![Effect::WakeAt(UnixTime::from_secs(1_795_072_115))],
            ),
        ] {
            check(
                recovering("r1", true),
                refreshed("r1", renewal),
                after,
                effects,
            );
        }
        // Only one request is under way at a time.
        check(
            recovering("r1", false),
            Event::RefreshDue,
            recovering("r1", true),
            recover(),
        );
        for event in [
            Event::RefreshDue,
            Event::Seen(kept()),
            Event::SignOutAsked,
            refreshed("r9", Renewal::Refused),
        ] {
            check(
                recovering("r1", true),
                event,
                recovering("r1", true),
                vec![],
            );
        }
    }

    #[test]
    fn whatever_happens_while_a_session_is_recovered_counts() {
        let revoke = || Effect::Revoke(RefreshToken::new("r1"));
        for is_asked in [true, false] {
            for (event, after, effects) in [
                (
                    Event::Granted(tokens("r2")),
                    Session::SignedIn(tokens("r2")),
                    vec![
                        revoke(),
                        Effect::Keep(tokens("r2")),
                        Effect::WakeAt(RENEW_AT),
                    ],
                ),
                (
                    Event::Seen(Kept::Tokens(tokens("r2"))),
                    Session::SignedIn(tokens("r2")),
                    vec![Effect::WakeAt(RENEW_AT), Effect::Verify(tokens("r2"))],
                ),
                (
                    Event::Seen(Kept::RefreshGrant(grant("r2"))),
                    recovering("r2", true),
                    vec![Effect::Recover(grant("r2"))],
                ),
                (
                    Event::Seen(Kept::Nothing),
                    Session::SignedOut(Why::Elsewhere),
                    vec![],
                ),
                (
                    Event::Seen(Kept::End(End::Expired)),
                    Session::SignedOut(Why::Expired),
                    vec![],
                ),
                (Event::Left, Session::SignedOut(Why::Left), vec![revoke()]),
            ] {
                check(recovering("r1", is_asked), event, after, effects);
            }
        }
    }

    #[test]
    fn a_record_that_is_damaged_under_a_session_is_written_again() {
        for before in here() {
            check(
                before.clone(),
                Event::Seen(Kept::RefreshGrant(grant("r1"))),
                before.clone(),
                vec![Effect::Keep(tokens("r1"))],
            );
            check(
                before,
                Event::Seen(Kept::RefreshGrant(grant("r2"))),
                recovering("r2", true),
                vec![Effect::Recover(grant("r2"))],
            );
        }
        for why in EVERY_WHY {
            check(
                Session::SignedOut(why),
                Event::Seen(Kept::RefreshGrant(grant("r2"))),
                recovering("r2", true),
                vec![Effect::Recover(grant("r2"))],
            );
        }
    }

    #[test]
    fn false_signatures_end_the_session_that_uses_them() {
        for before in here() {
            check(
                before.clone(),
                Event::Disproved(tokens("r1")),
                Session::SignedOut(Why::Untrusted),
                vec![
                    Effect::NoteEnd(End::Untrusted),
                    Effect::Revoke(RefreshToken::new("r1")),
                ],
            );
            // These tokens were replaced by a refresh before the event came.
            check(
                before.clone(),
                Event::Disproved(tokens("r0")),
                before,
                vec![],
            );
        }
        check(
            Session::SignedIn(without_refresh()),
            Event::Disproved(without_refresh()),
            Session::SignedOut(Why::Untrusted),
            vec![Effect::NoteEnd(End::Untrusted)],
        );
        let out = Session::SignedOut(Why::Asked);
        check(out.clone(), Event::Disproved(tokens("r1")), out, vec![]);
    }

    #[test]
    fn a_grant_is_kept_and_wakes_before_expiry() {
        for why in EVERY_WHY {
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
        for before in here() {
            check(
                before,
                Event::Granted(tokens("r2")),
                Session::SignedIn(tokens("r2")),
                vec![
                    Effect::Revoke(RefreshToken::new("r1")),
                    Effect::Keep(tokens("r2")),
                    Effect::WakeAt(RENEW_AT),
                ],
            );
        }
    }

    #[test]
    fn a_renewal_keeps_the_old_tokens_in_use_until_the_new_are_there() {
        check_at(
            RENEW_AT,
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
            vec![Effect::NoteEnd(End::Expired)],
        );
        check(
            Session::Refreshing(tokens("r1")),
            refreshed("r1", Renewal::Unreachable(Duration::from_secs(15))),
            Session::SignedIn(tokens("r1")),
            vec![Effect::WakeAt(UnixTime::from_secs(1_795_072_115))],
        );
        check(
            Session::Refreshing(tokens("r1")),
            refreshed("r1", Renewal::Unbelievable),
            Session::SignedOut(Why::Untrusted),
            vec![
                Effect::NoteEnd(End::Untrusted),
                Effect::Revoke(RefreshToken::new("r1")),
            ],
        );
    }

    #[test]
    fn what_cannot_be_renewed_serves_to_its_end_and_no_longer() {
        let end = without_refresh().renew_at();
        check_at(
            end.minus(Duration::from_secs(1)),
            Session::SignedIn(without_refresh()),
            Event::RefreshDue,
            Session::SignedIn(without_refresh()),
            vec![Effect::WakeAt(end)],
        );
        check_at(
            end,
            Session::SignedIn(without_refresh()),
            Event::RefreshDue,
            Session::SignedOut(Why::Expired),
            vec![Effect::NoteEnd(End::Expired)],
        );
    }

    #[test]
    fn a_timer_that_comes_early_waits_on() {
        check_at(
            RENEW_AT.minus(Duration::from_secs(1)),
            Session::SignedIn(tokens("r1")),
            Event::RefreshDue,
            Session::SignedIn(tokens("r1")),
            vec![Effect::WakeAt(RENEW_AT)],
        );
    }

    #[test]
    fn tokens_that_somebody_doubts_are_renewed_once_if_they_are_still_ours() {
        check(
            Session::SignedIn(tokens("r1")),
            Event::Doubted(tokens("r1")),
            Session::Refreshing(tokens("r1")),
            vec![Effect::Refresh(tokens("r1"))],
        );
        for (unchanged, doubted) in [
            (Session::SignedIn(tokens("r2")), tokens("r1")),
            (Session::Refreshing(tokens("r1")), tokens("r1")),
            (Session::SignedOut(Why::Asked), tokens("r1")),
            (Session::SignedIn(without_refresh()), without_refresh()),
        ] {
            check(
                unchanged.clone(),
                Event::Doubted(doubted),
                unchanged,
                vec![],
            );
        }
    }

    #[test]
    fn what_another_tab_did_is_followed() {
        for why in EVERY_WHY {
            check(
                Session::SignedOut(why),
                Event::Seen(Kept::Tokens(tokens("r2"))),
                Session::SignedIn(tokens("r2")),
                vec![Effect::WakeAt(RENEW_AT), Effect::Verify(tokens("r2"))],
            );
            check(
                Session::SignedOut(why),
                Event::Seen(Kept::Nothing),
                Session::SignedOut(why),
                vec![],
            );
        }
        for before in here() {
            check(
                before.clone(),
                Event::Seen(Kept::Tokens(tokens("r2"))),
                Session::SignedIn(tokens("r2")),
                vec![Effect::WakeAt(RENEW_AT), Effect::Verify(tokens("r2"))],
            );
            check(
                before.clone(),
                Event::Seen(Kept::Nothing),
                Session::SignedOut(Why::Elsewhere),
                vec![],
            );
            check(
                before.clone(),
                Event::Seen(Kept::Tokens(tokens("r1"))),
                before,
                vec![],
            );
        }
    }

    #[test]
    fn a_session_that_ended_by_itself_says_why_in_every_tab_and_on_the_next_visit() {
        for (end, why) in [
            (End::Expired, Why::Expired),
            (End::Untrusted, Why::Untrusted),
        ] {
            let kept = Kept::read(Some(&end.to_record()), &expected(), NOW);
            assert_eq!(kept, Kept::End(end));
            check(
                Session::Restoring,
                Event::Restored(kept.clone()),
                Session::SignedOut(why),
                vec![],
            );
            for before in here() {
                check(
                    before,
                    Event::Seen(kept.clone()),
                    Session::SignedOut(why),
                    vec![],
                );
            }
            check(
                Session::SignedOut(Why::Asked),
                Event::Seen(kept),
                Session::SignedOut(Why::Asked),
                vec![],
            );
        }
    }

    #[test]
    fn what_is_kept_is_tokens_an_end_or_nothing() {
        let record = tokens("r1").to_record(&expected());
        let read = |record: &str| Kept::read(Some(record), &expected(), NOW);
        assert_eq!(read(&record), Kept::Tokens(tokens("r1")));
        let damaged = record.replace("accessToken", "access");
        assert_eq!(read(&damaged), Kept::RefreshGrant(grant("r1")));
        assert_eq!(Kept::read(None, &expected(), NOW), Kept::Nothing);
        for other in [
            "",
            "{}",
            r#"{"endVersion":2,"ended":"expired"}"#,
            r#"{"endVersion":1,"ended":"otherwise"}"#,
        ] {
            assert_eq!(read(other), Kept::Nothing, "{other}");
        }
    }

    #[test]
    fn tokens_that_nobody_is_there_for_are_given_back() {
        for why in EVERY_WHY {
            check(
                Session::SignedOut(why),
                refreshed("r1", Renewal::Granted(tokens("r2"))),
                Session::SignedOut(why),
                vec![Effect::Revoke(RefreshToken::new("r2"))],
            );
            // Without rotation the refresh token stays the same, and signing out revokes it.
            check(
                Session::SignedOut(why),
                refreshed("r1", Renewal::Granted(tokens("r1"))),
                Session::SignedOut(why),
                vec![],
            );
        }
        // Another user has signed in before the answer came.
        for here in here() {
            check(
                here.clone(),
                refreshed("of-the-last-user", Renewal::Granted(tokens("r2"))),
                here.clone(),
                vec![Effect::Revoke(RefreshToken::new("r2"))],
            );
            // Another tab received the same tokens.
            check(
                here.clone(),
                refreshed("r0", Renewal::Granted(tokens("r1"))),
                here,
                vec![],
            );
        }
    }

    #[test]
    fn who_leaves_a_page_that_alone_holds_the_session_is_out() {
        for before in here() {
            check(
                before,
                Event::Left,
                Session::SignedOut(Why::Left),
                vec![Effect::Revoke(RefreshToken::new("r1"))],
            );
        }
        for why in EVERY_WHY {
            let out = Session::SignedOut(why);
            check(out.clone(), Event::Left, out, vec![]);
        }
    }

    #[test]
    fn a_renewal_without_an_answer_is_tried_again_less_and_less_often() {
        let seconds = |failures, retry_after: Option<u64>, jitter| {
            patience(failures, retry_after.map(Duration::from_secs), jitter).as_secs()
        };
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|failures| seconds(failures, None, 0)),
            [15, 30, 60, 120, 240, 300, 300, 300]
        );
        assert_eq!(seconds(1, Some(90), 0), 90);
        assert_eq!(seconds(3, Some(1), 0), 60);
        assert_eq!(seconds(1, None, 255), 22);
        // The wait stays below these limits with any value of the header.
        for odd in [u64::MAX, u64::MAX / 255, 31_536_000] {
            assert_eq!(seconds(1, Some(odd), 0), 3_600);
            assert_eq!(seconds(u32::MAX, Some(odd), 255), 5_392);
        }
    }

    #[test]
    fn signing_out_forgets_first_and_then_tells_the_service() {
        for before in here() {
            check(
                before,
                Event::SignOutAsked,
                Session::SignedOut(Why::Asked),
                vec![Effect::Forget, Effect::Leave(tokens("r1"))],
            );
        }
    }

    #[test]
    fn an_answer_for_the_last_user_is_not_given_to_this_one() {
        let now_here = Session::Refreshing(tokens("of-this-user"));
        for renewal in [
            Renewal::Refused,
            Renewal::Unbelievable,
            Renewal::Unreachable(Duration::ZERO),
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
            Renewal::Refused,
            Renewal::Unbelievable,
            Renewal::Unreachable(Duration::ZERO),
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
                    Event::Doubted(tokens("r9")),
                    Event::Seen(Kept::Tokens(tokens("r9"))),
                    Event::Seen(Kept::Nothing),
                    refreshed("r1", Renewal::Refused),
                    Event::SignOutAsked,
                ],
            ),
            (
                Session::SignedOut(Why::Asked),
                vec![
                    Event::Restored(Kept::Tokens(tokens("r9"))),
                    Event::Restored(Kept::Nothing),
                    Event::RefreshDue,
                    Event::SignOutAsked,
                ],
            ),
            (
                Session::SignedIn(tokens("r1")),
                vec![
                    Event::Restored(Kept::Nothing),
                    Event::Restored(Kept::Tokens(tokens("r9"))),
                    refreshed("r1", Renewal::Granted(tokens("r9"))),
                    refreshed("r1", Renewal::Refused),
                ],
            ),
            (
                Session::Refreshing(tokens("r1")),
                vec![Event::Restored(Kept::Nothing), Event::RefreshDue],
            ),
        ];
        for (state, events) in rows {
            for event in events {
                check(state.clone(), event, state.clone(), vec![]);
            }
        }
    }
}
