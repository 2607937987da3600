//! The session as a table: what is news, what is late, and what the shell is asked to do.
//!
//! | in | on | to | asks the shell to |
//! |---|---|---|---|
//! | Restoring | Restored(nothing / an end / tokens) | SignedOut / SignedIn | – / wake before expiry, verify |
//! | Restoring | Restored(a refresh token alone) | Recovering, asked | recover |
//! | Recovering | RefreshDue, unless it has been asked | Recovering, asked | recover |
//! | Recovering | Refreshed(spent, ok / refused / unbelievable), if `spent` is its own | SignedIn / SignedOut | as on Refreshing |
//! | Recovering | Refreshed(spent, unreachable), likewise | Recovering, to be asked | wake when told |
//! | SignedOut | Granted(tokens) | SignedIn | keep, wake |
//! | SignedIn, Refreshing, Recovering | Granted(tokens) | SignedIn as the new one | revoke the old, keep in its place, wake |
//! | SignedIn, not due yet | RefreshDue | itself | wake before expiry |
//! | SignedIn | RefreshDue, or Doubted(the tokens we hold) | Refreshing (old tokens stay in use) | refresh |
//! | SignedIn without a refresh token | RefreshDue | SignedOut(Expired) | note the end |
//! | Refreshing | Refreshed(spent, ok), if we still hold `spent` | SignedIn | keep, wake |
//! | Refreshing | Refreshed(spent, refused), likewise | SignedOut(Expired) | note the end |
//! | Refreshing | Refreshed(spent, unbelievable), likewise | SignedOut(Untrusted) | note the end, revoke `spent` |
//! | Refreshing | Refreshed(spent, unreachable), likewise | SignedIn | wake when told |
//! | any that does not hold `spent` | Refreshed(spent, ok) with another refresh token, not held either | itself | revoke that |
//! | SignedOut, Recovering | Seen(tokens) | SignedIn | wake, verify |
//! | SignedIn, Refreshing | Seen(other tokens) | SignedIn with those | wake, verify |
//! | SignedIn, Refreshing | Seen(our refresh token alone) | itself | keep |
//! | any other | Seen(a refresh token alone), unless it is recovering by that | Recovering, asked | recover |
//! | SignedIn, Refreshing, Recovering | Seen(nothing / an end) | SignedOut(Elsewhere / for that reason) | – |
//! | SignedIn, Refreshing | Disproved(the tokens we hold) | SignedOut(Untrusted) | note the end, revoke |
//! | SignedIn, Refreshing | SignOutAsked | SignedOut(Asked) | forget, leave |
//! | SignedIn, Refreshing, Recovering | Left | SignedOut(Left) | revoke |
//! | any | anything else | itself | nothing: late or repeated news changes nothing |

use core::time::Duration;

use crate::json::Json;
use crate::jwt::Expected;
use crate::secret::RefreshToken;
use crate::time::UnixTime;
use crate::tokens::{Damaged, RefreshGrant, Tokens};

/// Who is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The stored record has not been read yet.
    Restoring,
    /// The stored record holds no tokens to use, but a refresh token to ask for them with.
    Recovering {
        /// What to ask with.
        grant: RefreshGrant,
        /// Whether the answer is waited for; else it will be asked again.
        is_asked: bool,
    },
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
    /// The service refused to renew the session, or it could not be renewed at all.
    Expired,
    /// What the service gave at a renewal is not to be believed.
    Untrusted,
    /// The person signed out.
    Asked,
    /// What was kept is gone: the person signed out in another tab, or the site's data were cleared.
    Elsewhere,
    /// The page was left, and the session was kept nowhere else.
    Left,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Event {
    /// The stored record was read.
    Restored(Kept),
    /// A sign-in succeeded.
    Granted(Tokens),
    /// The moment asked for by [`Effect::WakeAt`] has come, or the device woke up.
    RefreshDue,
    /// Somebody did not accept these tokens, though their time is not over.
    Doubted(Tokens),
    /// The signatures of these tokens, which came from the browser's storage, are false.
    Disproved(Tokens),
    /// A renewal came back.
    Refreshed {
        /// The refresh token it was asked with.
        spent: RefreshToken,
        /// What came of it.
        renewal: Renewal,
    },
    /// What is kept by now: another tab may have changed it.
    Seen(Kept),
    /// The person signs out.
    SignOutAsked,
    /// The page that alone holds the session was left.
    Left,
}

/// What a browser keeps of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Kept {
    /// Nothing that is ours.
    Nothing,
    /// Tokens, checked again but for their signatures.
    Tokens(Tokens),
    /// A refresh token; all else is damaged.
    RefreshGrant(RefreshGrant),
    /// That a session ended by itself: other tabs, and the next visit, can say why.
    End(End),
}

/// Why a session ended that nobody ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// See [`Why::Expired`].
    Expired,
    /// See [`Why::Untrusted`].
    Untrusted,
}

/// The version of [`End`]'s record.
const END_VERSION: u64 = 1;

impl End {
    const ALL: [Self; 2] = [Self::Expired, Self::Untrusted];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Untrusted => "untrusted",
        }
    }

    /// The note to keep in the record's place.
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
    /// Reads what was kept: a session's record or the note of its end.
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
    /// Tokens that did not pass the checks.
    Unbelievable,
    /// No answer, or one that says to try later, after so long: offline is not signed out.
    Unreachable(Duration),
}

/// What the shell is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write the record, in the place of any other.
    Keep(Tokens),
    /// Remove the record.
    Forget,
    /// Put a note of the reason in the record's place ([`End::to_record`]).
    NoteEnd(End),
    /// Send [`Event::RefreshDue`] at this moment, or at once if it is past.
    WakeAt(UnixTime),
    /// Renew these tokens, then send [`Event::Refreshed`].
    Refresh(Tokens),
    /// Ask for tokens with what a damaged record still holds, then send [`Event::Refreshed`].
    Recover(RefreshGrant),
    /// Check the signatures of these tokens without haste; send [`Event::Disproved`] where they are false.
    Verify(Tokens),
    /// Tell the service that this token is done with.
    Revoke(RefreshToken),
    /// Tell the service that the person has left: revoke, and where they came by the hosted pages, visit `/logout`.
    Leave(Tokens),
}

/// How long to wait before a renewal is tried again that got no answer, the `failures`th in a row: a quarter of
/// a minute at first, twice as long each time, five minutes at most; longer where the service said so in
/// `Retry-After`, but an hour at most. `jitter` spreads the tabs and devices of an outage over half as long again.
pub fn patience(failures: u32, retry_after: Option<Duration>, jitter: u8) -> Duration {
    let wait = Duration::from_secs(15 << failures.clamp(1, 6).saturating_sub(1))
        .min(Duration::from_secs(300))
        .max(retry_after.unwrap_or_default())
        .min(Duration::from_secs(3_600));
    wait + wait * u32::from(jitter) / 512
}

impl Session {
    /// The tokens in use, if somebody is here.
    pub fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::SignedIn(tokens) | Self::Refreshing(tokens) => Some(tokens),
            Self::Restoring | Self::Recovering { .. } | Self::SignedOut(_) => None,
        }
    }

    /// The table.
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
                // The one record holds all there is of the former user, and is replaced in one step.
                let revoke = old.refresh().cloned().map(Effect::Revoke);
                let (session, kept) = Self::signed_in(tokens);
                (session, revoke.into_iter().chain(kept).collect())
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if now < tokens.renew_at() => {
                // Timers come early where a delay is longer than they can count.
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
            // Nobody is there for these any more, and rotation has given them a life of their own.
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

    /// Signed in with tokens that are kept already.
    fn taken_up(tokens: Tokens) -> (Self, Vec<Effect>) {
        let wake = Effect::WakeAt(tokens.renew_at());
        (Self::SignedIn(tokens), vec![wake])
    }

    /// Signed in with tokens that were found in the browser's storage: they are used at once, and their signatures are
    /// checked meanwhile.
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

    /// Over, though nobody asked for it.
    fn ended(end: End) -> (Self, Vec<Effect>) {
        (Self::SignedOut(end.into()), vec![Effect::NoteEnd(end)])
    }

    /// Over, because tokens were not what they should be: their refresh token is taken out of use.
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

    /// Every state in which somebody is here.
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
            // Offline is not signed out.
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
        // It is asked once at a time.
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
            // They were renewed meanwhile.
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
            // Without rotation it is the token that signing out revokes.
            check(
                Session::SignedOut(why),
                refreshed("r1", Renewal::Granted(tokens("r1"))),
                Session::SignedOut(why),
                vec![],
            );
        }
        // Somebody else has come in meanwhile.
        for here in here() {
            check(
                here.clone(),
                refreshed("of-the-last-user", Renewal::Granted(tokens("r2"))),
                here.clone(),
                vec![Effect::Revoke(RefreshToken::new("r2"))],
            );
            // Another tab had the same answer.
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
        // Whatever a header says.
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
