//! The state machine of a session: which events change it, which come too late, and which effects the app has to run.
//!
//! Here `current` is the refresh token of the session, and `other` is any other one.
//!
//! | state | event | new state | effects |
//! |---|---|---|---|
//! | Restoring | Restored(none / an end reason / tokens) | SignedOut / SignedIn | – / schedule the refresh, verify |
//! | Restoring | Restored(only a refresh token) | Recovering, request sent | recover |
//! | Recovering | RefreshDue, if no request is under way | Recovering, request sent | recover |
//! | Recovering | RefreshFinished(current, tokens / refused / invalid) | SignedIn / SignedOut | as in Refreshing |
//! | Recovering | RefreshFinished(current, no answer) | Recovering, no request under way | schedule a retry |
//! | SignedOut | SignedIn(tokens) | SignedIn | save, schedule the refresh |
//! | Recovering | SignedIn(tokens) | SignedIn | revoke `current`, save, schedule the refresh |
//! | SignedIn, Refreshing | SignedIn(tokens) | SignedIn, new tokens | revoke `current`, save, schedule the refresh |
//! | SignedIn, not due yet | RefreshDue | unchanged | schedule the refresh |
//! | SignedIn | RefreshDue, or TokensRejected(the tokens in use) | Refreshing (the old tokens stay in use) | refresh |
//! | SignedIn without a refresh token | RefreshDue | SignedOut(Expired) | save the reason |
//! | Refreshing | RefreshFinished(current, tokens) | SignedIn | save, schedule the refresh |
//! | Refreshing | RefreshFinished(current, refused) | SignedOut(Expired) | save the reason |
//! | Refreshing | RefreshFinished(current, invalid) | SignedOut(TokensInvalid) | save the reason, revoke `current` |
//! | Refreshing | RefreshFinished(current, no answer) | SignedIn | schedule a retry |
//! | any | RefreshFinished(other, tokens with a third refresh token) | unchanged | revoke the third |
//! | SignedOut, Recovering | StorageChanged(tokens) | SignedIn | schedule the refresh, verify |
//! | SignedIn, Refreshing | StorageChanged(other tokens) | SignedIn with those | schedule the refresh, verify |
//! | SignedIn, Refreshing | StorageChanged(only current) | unchanged | save |
//! | any but Restoring | StorageChanged(only a refresh token), unless it is current | Recovering, request sent | recover |
//! | SignedIn, Refreshing, Recovering | StorageChanged(none / an end reason) | SignedOut(StorageCleared / that reason) | – |
//! | SignedIn, Refreshing | SignaturesInvalid(the tokens in use) | SignedOut(TokensInvalid) | save the reason, revoke `current` |
//! | SignedIn, Refreshing | SignOutRequested | SignedOut(UserRequested) | clear the record, end the session on the server |
//! | SignedIn, Refreshing, Recovering | PageUnloaded | SignedOut(PageUnloaded) | revoke `current` |
//! | any | any other event | unchanged | none, because late and repeated events change nothing |

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::jwt::ExpectedClaims;
use crate::secret::RefreshToken;
use crate::time::UnixTime;
use crate::tokens::{RecordError, RefreshGrant, StoredTokens, Tokens};
use crate::wire::{self, Version};

/// The state of the session in this tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// The stored record has not been read yet.
    Restoring,
    /// The stored record holds no usable tokens, but it has a refresh token with which new tokens can be requested.
    Recovering {
        /// The refresh token and how it was obtained.
        grant: RefreshGrant,
        /// True while the request for new tokens is under way. If false, the next [`Event::RefreshDue`] sends one.
        is_request_sent: bool,
    },
    /// No user is signed in.
    SignedOut(SignOutReason),
    /// A user is signed in with these tokens.
    SignedIn(Tokens),
    /// A user is signed in, and new tokens have been requested. The old tokens stay in use until the answer comes.
    Refreshing(Tokens),
}

/// The reason why no user is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutReason {
    /// No user has signed in yet.
    NeverSignedIn,
    /// The service refused the refresh, or the session expired and has no refresh token.
    Expired,
    /// The tokens failed a check, either after a refresh or when their signatures were verified.
    TokensInvalid,
    /// The user signed out.
    UserRequested,
    /// The stored record is gone: the user signed out in another tab, or cleared the site's data.
    StorageCleared,
    /// The user left the page, and the session was stored nowhere else.
    PageUnloaded,
}

/// Something that happened to the session: an input of the state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum Event {
    /// The stored record was read at startup.
    Restored(StoredSession),
    /// A sign-in succeeded and returned these tokens.
    SignedIn(Tokens),
    /// The time that [`Effect::ScheduleRefresh`] named has come, or the device woke up.
    RefreshDue,
    /// An API rejected these tokens although they have not expired.
    TokensRejected(Tokens),
    /// The signatures of these tokens, which came from the browser's storage, are invalid.
    SignaturesInvalid(StoredTokens),
    /// A request for new tokens has finished.
    RefreshFinished {
        /// The refresh token that the request used.
        used_token: RefreshToken,
        /// The result of the refresh request.
        result: RefreshResult,
    },
    /// The stored record was read again during the session, because another tab may have changed it.
    StorageChanged(StoredSession),
    /// The user asked to sign out.
    SignOutRequested,
    /// The user left the page, and only that page held the session.
    PageUnloaded,
}

/// The content of the session's record in the browser's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum StoredSession {
    /// The storage holds no record of this app.
    None,
    /// The record holds tokens whose claims passed all checks.
    Tokens(StoredTokens),
    /// The record holds a usable refresh token. The rest of the record is damaged.
    RefreshGrant(RefreshGrant),
    /// The record says that the session ended without the user's doing. Other tabs and later page loads read the reason
    /// from it.
    Ended(SessionEndReason),
}

/// The reason for which a session ended, if the user did not ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionEndReason {
    /// The service refused the refresh, or the session expired and has no refresh token; see
    /// [`SignOutReason::Expired`].
    #[serde(rename = "expired")]
    Expired,
    /// The tokens failed a check; see [`SignOutReason::TokensInvalid`].
    #[serde(rename = "untrusted")]
    TokensInvalid,
}

/// The version of the stored record that holds a [`SessionEndReason`].
const END_RECORD_VERSION: u64 = 1;

/// The JSON record that holds a [`SessionEndReason`]. It is stored in place of the session's record.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndRecord {
    end_version: Version<END_RECORD_VERSION>,
    ended: SessionEndReason,
}

impl SessionEndReason {
    /// Serializes the reason for the end as JSON. The text is stored in place of the session's record.
    pub fn to_json(self) -> String {
        wire::to_json(&EndRecord {
            end_version: Version,
            ended: self,
        })
    }

    fn from_json(record: &str) -> Option<Self> {
        let EndRecord { ended, .. } = wire::parse(record)?;
        Some(ended)
    }
}

impl From<SessionEndReason> for SignOutReason {
    fn from(end: SessionEndReason) -> Self {
        match end {
            SessionEndReason::Expired => Self::Expired,
            SessionEndReason::TokensInvalid => Self::TokensInvalid,
        }
    }
}

impl StoredSession {
    /// Parses the stored record: tokens, or the reason why the session ended. A damaged record can still yield a
    /// refresh token. `record` is `None` if nothing is stored.
    pub fn parse(record: Option<&str>, expected: &ExpectedClaims, now: UnixTime) -> Self {
        let Some(record) = record else {
            return Self::None;
        };
        match StoredTokens::from_json(record, expected, now) {
            Ok(tokens) => Self::Tokens(tokens),
            Err(RecordError::Refreshable(grant)) => Self::RefreshGrant(grant),
            Err(RecordError::Unusable) => {
                SessionEndReason::from_json(record).map_or(Self::None, Self::Ended)
            }
        }
    }
}

/// The result of a request for new tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum RefreshResult {
    /// New tokens that passed the checks.
    Refreshed(Tokens),
    /// The service refused the refresh token.
    Rejected,
    /// The service sent tokens that did not pass the checks.
    Invalid,
    /// The service sent no answer, or asked to try again later. The duration is the time to wait. Being offline does
    /// not sign the user out.
    Unreachable(Duration),
}

/// Something that the app has to do after an event: an output of the state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write these tokens to the session's record, in place of any other record.
    SaveSession(Tokens),
    /// Remove the session's record from the browser's storage.
    ClearSession,
    /// Write the reason for the end ([`SessionEndReason::to_json`]) in place of the session's record.
    SaveEndReason(SessionEndReason),
    /// Send [`Event::RefreshDue`] at this time, or at once if the time has passed.
    ScheduleRefresh(UnixTime),
    /// Request new tokens in place of these, then send [`Event::RefreshFinished`].
    Refresh(Tokens),
    /// Request tokens with the refresh token of a damaged record, then send [`Event::RefreshFinished`].
    Recover(RefreshGrant),
    /// Verify the signatures of these tokens in the background, and send [`Event::SignaturesInvalid`] if one is
    /// invalid.
    Verify(StoredTokens),
    /// Revoke this refresh token on the server.
    Revoke(RefreshToken),
    /// End the session on the server: revoke its tokens, and navigate to `/logout` if the user signed in through the
    /// hosted pages.
    EndRemoteSession(Tokens),
}

/// Returns how long to wait before a refresh without an answer is tried again. `failures` is the number of failures
/// in a row.
///
/// The wait starts at 15 seconds, doubles with each failure and is limited to five minutes. It is longer if the
/// service asked for more in `Retry-After`, but at most an hour. `jitter` adds up to half of the wait, so that the
/// tabs and devices do not all retry at the same time after an outage.
pub fn refresh_backoff(failures: u32, retry_after: Option<Duration>, jitter: u8) -> Duration {
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
    pub fn apply(self, event: Event, now: UnixTime) -> (Self, Vec<Effect>) {
        match (self, event) {
            (Self::Restoring, Event::Restored(StoredSession::None)) => {
                (Self::SignedOut(SignOutReason::NeverSignedIn), vec![])
            }
            (Self::Restoring, Event::Restored(StoredSession::Ended(end))) => {
                (Self::SignedOut(end.into()), vec![])
            }
            (Self::Restoring, Event::Restored(StoredSession::Tokens(tokens))) => {
                Self::resume_stored(tokens)
            }
            (Self::Restoring, Event::Restored(StoredSession::RefreshGrant(grant))) => {
                Self::start_recovery(grant)
            }
            (
                Self::Recovering {
                    grant,
                    is_request_sent: false,
                },
                Event::RefreshDue,
            ) => Self::start_recovery(grant),
            (Self::SignedOut(_), Event::SignedIn(tokens)) => Self::start_session(tokens),
            (Self::Recovering { grant, .. }, Event::SignedIn(tokens)) => {
                let (session, mut effects) = Self::start_session(tokens);
                effects.insert(0, Effect::Revoke(grant.refresh_token));
                (session, effects)
            }
            (Self::SignedIn(old) | Self::Refreshing(old), Event::SignedIn(tokens)) => {
                // No effect clears the record: `SaveSession` replaces the former user's record in one write.
                let revoke = old.refresh_token().cloned().map(Effect::Revoke);
                let (session, effects) = Self::start_session(tokens);
                (session, revoke.into_iter().chain(effects).collect())
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if now < tokens.refresh_at() => {
                // Timers fire early if the delay is longer than they can count.
                Self::resume(tokens)
            }
            (Self::SignedIn(tokens), Event::RefreshDue) if tokens.refresh_token().is_none() => {
                Self::end_session(SessionEndReason::Expired)
            }
            (Self::SignedIn(tokens), Event::RefreshDue) => Self::start_refresh(tokens),
            (Self::SignedIn(tokens), Event::TokensRejected(rejected))
                if tokens == rejected && tokens.refresh_token().is_some() =>
            {
                Self::start_refresh(tokens)
            }
            (Self::Refreshing(current), Event::RefreshFinished { used_token, result })
                if current.refresh_token() == Some(&used_token) =>
            {
                match result {
                    RefreshResult::Refreshed(tokens) => Self::start_session(tokens),
                    RefreshResult::Rejected => Self::end_session(SessionEndReason::Expired),
                    RefreshResult::Invalid => Self::reject_tokens(Some(used_token)),
                    RefreshResult::Unreachable(wait) => (
                        Self::SignedIn(current),
                        vec![Effect::ScheduleRefresh(now.plus(wait))],
                    ),
                }
            }
            (Self::Recovering { grant, .. }, Event::RefreshFinished { used_token, result })
                if grant.refresh_token == used_token =>
            {
                match result {
                    RefreshResult::Refreshed(tokens) => Self::start_session(tokens),
                    RefreshResult::Rejected => Self::end_session(SessionEndReason::Expired),
                    RefreshResult::Invalid => Self::reject_tokens(Some(used_token)),
                    RefreshResult::Unreachable(wait) => {
                        let session = Self::Recovering {
                            grant,
                            is_request_sent: false,
                        };
                        (session, vec![Effect::ScheduleRefresh(now.plus(wait))])
                    }
                }
            }
            // No session uses these tokens any more, and with refresh token rotation the new refresh token would stay
            // valid.
            (
                session,
                Event::RefreshFinished {
                    used_token,
                    result: RefreshResult::Refreshed(tokens),
                },
            ) => {
                let current = session.tokens().and_then(Tokens::refresh_token);
                let known = [Some(&used_token), current];
                let is_unused = |new_token: &&RefreshToken| {
                    current != Some(&used_token) && !known.contains(&Some(new_token))
                };
                let revoke = tokens.refresh_token().filter(is_unused).cloned();
                (session, revoke.map(Effect::Revoke).into_iter().collect())
            }
            (
                Self::SignedOut(_) | Self::Recovering { .. },
                Event::StorageChanged(StoredSession::Tokens(tokens)),
            ) => Self::resume_stored(tokens),
            (
                Self::SignedIn(current) | Self::Refreshing(current),
                Event::StorageChanged(StoredSession::Tokens(tokens)),
            ) if !tokens.is_same(&current) => Self::resume_stored(tokens),
            (
                session @ (Self::SignedIn(_) | Self::Refreshing(_)),
                Event::StorageChanged(StoredSession::RefreshGrant(grant)),
            ) if session.tokens().and_then(Tokens::refresh_token) == Some(&grant.refresh_token) => {
                let save = session.tokens().cloned().map(Effect::SaveSession);
                (session, save.into_iter().collect())
            }
            (
                Self::Recovering {
                    grant,
                    is_request_sent: is_asked,
                },
                Event::StorageChanged(StoredSession::RefreshGrant(stored)),
            ) if grant == stored => (
                Self::Recovering {
                    grant,
                    is_request_sent: is_asked,
                },
                vec![],
            ),
            (
                Self::SignedOut(_)
                | Self::Recovering { .. }
                | Self::SignedIn(_)
                | Self::Refreshing(_),
                Event::StorageChanged(StoredSession::RefreshGrant(grant)),
            ) => Self::start_recovery(grant),
            (
                Self::SignedIn(_) | Self::Refreshing(_) | Self::Recovering { .. },
                Event::StorageChanged(StoredSession::None),
            ) => (Self::SignedOut(SignOutReason::StorageCleared), vec![]),
            (
                Self::SignedIn(_) | Self::Refreshing(_) | Self::Recovering { .. },
                Event::StorageChanged(StoredSession::Ended(end)),
            ) => (Self::SignedOut(end.into()), vec![]),
            (
                Self::SignedIn(current) | Self::Refreshing(current),
                Event::SignaturesInvalid(tokens),
            ) if tokens.is_same(&current) => Self::reject_tokens(current.refresh_token().cloned()),
            (Self::SignedIn(tokens) | Self::Refreshing(tokens), Event::SignOutRequested) => (
                Self::SignedOut(SignOutReason::UserRequested),
                vec![Effect::ClearSession, Effect::EndRemoteSession(tokens)],
            ),
            (Self::SignedIn(tokens) | Self::Refreshing(tokens), Event::PageUnloaded) => {
                let revoke = tokens.refresh_token().cloned().map(Effect::Revoke);
                (
                    Self::SignedOut(SignOutReason::PageUnloaded),
                    revoke.into_iter().collect(),
                )
            }
            (Self::Recovering { grant, .. }, Event::PageUnloaded) => (
                Self::SignedOut(SignOutReason::PageUnloaded),
                vec![Effect::Revoke(grant.refresh_token)],
            ),
            (unchanged, _) => (unchanged, vec![]),
        }
    }

    /// Returns the state and the effects for tokens that are stored already: the user is signed in, and the refresh is
    /// scheduled.
    fn resume(tokens: Tokens) -> (Self, Vec<Effect>) {
        let schedule = Effect::ScheduleRefresh(tokens.refresh_at());
        (Self::SignedIn(tokens), vec![schedule])
    }

    /// Returns the state and the effects for tokens that were found in the browser's storage. They are used at once,
    /// while their signatures are verified in the background.
    fn resume_stored(tokens: StoredTokens) -> (Self, Vec<Effect>) {
        let (session, mut effects) = Self::resume(tokens.trust_storage());
        effects.push(Effect::Verify(tokens));
        (session, effects)
    }

    /// Returns the state and the effects for a damaged record: new tokens are requested with its refresh token.
    fn start_recovery(grant: RefreshGrant) -> (Self, Vec<Effect>) {
        let effects = vec![Effect::Recover(grant.clone())];
        let session = Self::Recovering {
            grant,
            is_request_sent: true,
        };
        (session, effects)
    }

    /// Returns the state and the effects for new tokens: the user is signed in, the tokens are saved, and the refresh
    /// is scheduled.
    fn start_session(tokens: Tokens) -> (Self, Vec<Effect>) {
        let save = Effect::SaveSession(tokens.clone());
        let (session, schedule) = Self::resume(tokens);
        (session, [save].into_iter().chain(schedule).collect())
    }

    /// Returns the state and the effects for a session that ends without the user's doing: the user is signed out, and
    /// the reason is saved.
    fn end_session(end: SessionEndReason) -> (Self, Vec<Effect>) {
        (
            Self::SignedOut(end.into()),
            vec![Effect::SaveEndReason(end)],
        )
    }

    /// Returns the state and the effects for tokens that failed a check: the user is signed out, and the refresh token
    /// is revoked.
    fn reject_tokens(refresh: Option<RefreshToken>) -> (Self, Vec<Effect>) {
        let (session, mut effects) = Self::end_session(SessionEndReason::TokensInvalid);
        effects.extend(refresh.map(Effect::Revoke));
        (session, effects)
    }

    /// Returns the state and the effects for a refresh: new tokens are requested. `tokens` stay in use until the
    /// response comes.
    fn start_refresh(tokens: Tokens) -> (Self, Vec<Effect>) {
        let effects = vec![Effect::Refresh(tokens.clone())];
        (Self::Refreshing(tokens), effects)
    }
}

#[cfg(test)]
mod tests;
