use super::*;
use crate::jwt::tests::{NOW, expected};
use crate::tokens::SignInMethod;
use crate::tokens::tests::{from_storage, tokens as tokens_until};

const REFRESH_AT: UnixTime = UnixTime::from_secs(1_795_075_569);

const ALL_REASONS: [SignOutReason; 6] = [
    SignOutReason::NeverSignedIn,
    SignOutReason::Expired,
    SignOutReason::TokensInvalid,
    SignOutReason::UserRequested,
    SignOutReason::StorageCleared,
    SignOutReason::PageUnloaded,
];

fn tokens(refresh: &str) -> Tokens {
    tokens_until(Some(refresh), 1_795_075_689)
}

fn stored(refresh: &str) -> StoredTokens {
    from_storage(tokens(refresh))
}

fn without_refresh() -> Tokens {
    tokens_until(None, 1_795_075_689)
}

fn refreshed(used_token: &str, result: RefreshResult) -> Event {
    Event::RefreshFinished {
        used_token: RefreshToken::new(used_token),
        result,
    }
}

#[track_caller]
fn check(before: Session, event: Event, after: Session, effects: Vec<Effect>) {
    check_at(NOW, before, event, after, effects);
}

#[track_caller]
fn check_at(now: UnixTime, before: Session, event: Event, after: Session, effects: Vec<Effect>) {
    assert_eq!(before.apply(event, now), (after, effects));
}

/// The states in which a user is signed in.
fn signed_in_states() -> [Session; 2] {
    [
        Session::SignedIn(tokens("r1")),
        Session::Refreshing(tokens("r1")),
    ]
}

#[test]
fn app_start_restores_the_stored_session() {
    check(
        Session::Restoring,
        Event::Restored(StoredSession::None),
        Session::SignedOut(SignOutReason::NeverSignedIn),
        vec![],
    );
    check(
        Session::Restoring,
        Event::Restored(StoredSession::Tokens(stored("r1"))),
        Session::SignedIn(tokens("r1")),
        vec![
            Effect::ScheduleRefresh(REFRESH_AT),
            Effect::Verify(stored("r1")),
        ],
    );
}

fn grant(refresh: &str) -> RefreshGrant {
    RefreshGrant {
        refresh_token: RefreshToken::new(refresh),
        method: SignInMethod::Direct,
        issuer: tokens(refresh).issuer().clone(),
    }
}

fn recovering(refresh: &str, is_request_sent: bool) -> Session {
    Session::Recovering {
        grant: grant(refresh),
        is_request_sent,
    }
}

#[test]
fn app_start_recovers_the_session_from_a_refresh_token_only() {
    let recover = || vec![Effect::Recover(grant("r1"))];
    let stored = || StoredSession::RefreshGrant(grant("r1"));
    check(
        Session::Restoring,
        Event::Restored(stored()),
        recovering("r1", true),
        recover(),
    );
    for (result, after, effects) in [
        (
            RefreshResult::Refreshed(tokens("r2")),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::SaveSession(tokens("r2")),
                Effect::ScheduleRefresh(REFRESH_AT),
            ],
        ),
        (
            RefreshResult::Rejected,
            Session::SignedOut(SignOutReason::Expired),
            vec![Effect::SaveEndReason(SessionEndReason::Expired)],
        ),
        (
            RefreshResult::Invalid,
            Session::SignedOut(SignOutReason::TokensInvalid),
            vec![
                Effect::SaveEndReason(SessionEndReason::TokensInvalid),
                Effect::Revoke(RefreshToken::new("r1")),
            ],
        ),
        // Being offline does not sign the user out.
        (
            RefreshResult::Unreachable(Duration::from_secs(15)),
            recovering("r1", false),
            vec![Effect::ScheduleRefresh(UnixTime::from_secs(1_795_072_115))],
        ),
    ] {
        check(
            recovering("r1", true),
            refreshed("r1", result),
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
        Event::StorageChanged(stored()),
        Event::SignOutRequested,
        refreshed("r9", RefreshResult::Rejected),
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
fn sign_in_or_storage_change_cancels_a_session_recovery() {
    let revoke = || Effect::Revoke(RefreshToken::new("r1"));
    for is_request_sent in [true, false] {
        for (event, after, effects) in [
            (
                Event::SignedIn(tokens("r2")),
                Session::SignedIn(tokens("r2")),
                vec![
                    revoke(),
                    Effect::SaveSession(tokens("r2")),
                    Effect::ScheduleRefresh(REFRESH_AT),
                ],
            ),
            (
                Event::StorageChanged(StoredSession::Tokens(stored("r2"))),
                Session::SignedIn(tokens("r2")),
                vec![
                    Effect::ScheduleRefresh(REFRESH_AT),
                    Effect::Verify(stored("r2")),
                ],
            ),
            (
                Event::StorageChanged(StoredSession::RefreshGrant(grant("r2"))),
                recovering("r2", true),
                vec![Effect::Recover(grant("r2"))],
            ),
            (
                Event::StorageChanged(StoredSession::None),
                Session::SignedOut(SignOutReason::StorageCleared),
                vec![],
            ),
            (
                Event::StorageChanged(StoredSession::Ended(SessionEndReason::Expired)),
                Session::SignedOut(SignOutReason::Expired),
                vec![],
            ),
            (
                Event::PageUnloaded,
                Session::SignedOut(SignOutReason::PageUnloaded),
                vec![revoke()],
            ),
        ] {
            check(recovering("r1", is_request_sent), event, after, effects);
        }
    }
}

#[test]
fn signed_in_tab_overwrites_its_damaged_stored_session() {
    for before in signed_in_states() {
        check(
            before.clone(),
            Event::StorageChanged(StoredSession::RefreshGrant(grant("r1"))),
            before.clone(),
            vec![Effect::SaveSession(tokens("r1"))],
        );
        check(
            before,
            Event::StorageChanged(StoredSession::RefreshGrant(grant("r2"))),
            recovering("r2", true),
            vec![Effect::Recover(grant("r2"))],
        );
    }
    for reason in ALL_REASONS {
        check(
            Session::SignedOut(reason),
            Event::StorageChanged(StoredSession::RefreshGrant(grant("r2"))),
            recovering("r2", true),
            vec![Effect::Recover(grant("r2"))],
        );
    }
}

#[test]
fn invalid_token_signatures_end_the_session() {
    for before in signed_in_states() {
        check(
            before.clone(),
            Event::SignaturesInvalid(stored("r1")),
            Session::SignedOut(SignOutReason::TokensInvalid),
            vec![
                Effect::SaveEndReason(SessionEndReason::TokensInvalid),
                Effect::Revoke(RefreshToken::new("r1")),
            ],
        );
        // These tokens were replaced by a refresh before the event came.
        check(
            before.clone(),
            Event::SignaturesInvalid(stored("r0")),
            before,
            vec![],
        );
    }
    check(
        Session::SignedIn(without_refresh()),
        Event::SignaturesInvalid(from_storage(without_refresh())),
        Session::SignedOut(SignOutReason::TokensInvalid),
        vec![Effect::SaveEndReason(SessionEndReason::TokensInvalid)],
    );
    let signed_out = Session::SignedOut(SignOutReason::UserRequested);
    check(
        signed_out.clone(),
        Event::SignaturesInvalid(stored("r1")),
        signed_out,
        vec![],
    );
}

#[test]
fn sign_in_saves_the_session_and_schedules_a_refresh() {
    for reason in ALL_REASONS {
        check(
            Session::SignedOut(reason),
            Event::SignedIn(tokens("r1")),
            Session::SignedIn(tokens("r1")),
            vec![
                Effect::SaveSession(tokens("r1")),
                Effect::ScheduleRefresh(REFRESH_AT),
            ],
        );
    }
}

#[test]
fn sign_in_revokes_the_refresh_token_of_the_previous_session() {
    for before in signed_in_states() {
        check(
            before,
            Event::SignedIn(tokens("r2")),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::Revoke(RefreshToken::new("r1")),
                Effect::SaveSession(tokens("r2")),
                Effect::ScheduleRefresh(REFRESH_AT),
            ],
        );
    }
}

#[test]
fn session_keeps_its_tokens_until_the_refresh_has_succeeded() {
    check_at(
        REFRESH_AT,
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
        refreshed("r1", RefreshResult::Refreshed(tokens("r2"))),
        Session::SignedIn(tokens("r2")),
        vec![
            Effect::SaveSession(tokens("r2")),
            Effect::ScheduleRefresh(REFRESH_AT),
        ],
    );
}

#[test]
fn rejected_refresh_ends_session_but_a_failed_request_does_not() {
    check(
        Session::Refreshing(tokens("r1")),
        refreshed("r1", RefreshResult::Rejected),
        Session::SignedOut(SignOutReason::Expired),
        vec![Effect::SaveEndReason(SessionEndReason::Expired)],
    );
    check(
        Session::Refreshing(tokens("r1")),
        refreshed("r1", RefreshResult::Unreachable(Duration::from_secs(15))),
        Session::SignedIn(tokens("r1")),
        vec![Effect::ScheduleRefresh(UnixTime::from_secs(1_795_072_115))],
    );
    check(
        Session::Refreshing(tokens("r1")),
        refreshed("r1", RefreshResult::Invalid),
        Session::SignedOut(SignOutReason::TokensInvalid),
        vec![
            Effect::SaveEndReason(SessionEndReason::TokensInvalid),
            Effect::Revoke(RefreshToken::new("r1")),
        ],
    );
}

#[test]
fn session_without_refresh_token_ends_when_its_tokens_expire() {
    let end = without_refresh().refresh_at();
    check_at(
        end.minus(Duration::from_secs(1)),
        Session::SignedIn(without_refresh()),
        Event::RefreshDue,
        Session::SignedIn(without_refresh()),
        vec![Effect::ScheduleRefresh(end)],
    );
    check_at(
        end,
        Session::SignedIn(without_refresh()),
        Event::RefreshDue,
        Session::SignedOut(SignOutReason::Expired),
        vec![Effect::SaveEndReason(SessionEndReason::Expired)],
    );
}

#[test]
fn refresh_timer_that_fires_too_early_is_scheduled_again() {
    check_at(
        REFRESH_AT.minus(Duration::from_secs(1)),
        Session::SignedIn(tokens("r1")),
        Event::RefreshDue,
        Session::SignedIn(tokens("r1")),
        vec![Effect::ScheduleRefresh(REFRESH_AT)],
    );
}

#[test]
fn rejected_tokens_are_refreshed_unless_newer_ones_exist() {
    check(
        Session::SignedIn(tokens("r1")),
        Event::TokensRejected(tokens("r1")),
        Session::Refreshing(tokens("r1")),
        vec![Effect::Refresh(tokens("r1"))],
    );
    for (unchanged, rejected) in [
        (Session::SignedIn(tokens("r2")), tokens("r1")),
        (Session::Refreshing(tokens("r1")), tokens("r1")),
        (
            Session::SignedOut(SignOutReason::UserRequested),
            tokens("r1"),
        ),
        (Session::SignedIn(without_refresh()), without_refresh()),
    ] {
        check(
            unchanged.clone(),
            Event::TokensRejected(rejected),
            unchanged,
            vec![],
        );
    }
}

#[test]
fn tab_follows_changes_of_the_stored_session_by_another_tab() {
    for reason in ALL_REASONS {
        check(
            Session::SignedOut(reason),
            Event::StorageChanged(StoredSession::Tokens(stored("r2"))),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::ScheduleRefresh(REFRESH_AT),
                Effect::Verify(stored("r2")),
            ],
        );
        check(
            Session::SignedOut(reason),
            Event::StorageChanged(StoredSession::None),
            Session::SignedOut(reason),
            vec![],
        );
    }
    for before in signed_in_states() {
        check(
            before.clone(),
            Event::StorageChanged(StoredSession::Tokens(stored("r2"))),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::ScheduleRefresh(REFRESH_AT),
                Effect::Verify(stored("r2")),
            ],
        );
        check(
            before.clone(),
            Event::StorageChanged(StoredSession::None),
            Session::SignedOut(SignOutReason::StorageCleared),
            vec![],
        );
        check(
            before.clone(),
            Event::StorageChanged(StoredSession::Tokens(stored("r1"))),
            before,
            vec![],
        );
    }
}

#[test]
fn saved_sign_out_reason_reaches_other_tabs_and_reloads() {
    for (end, reason) in [
        (SessionEndReason::Expired, SignOutReason::Expired),
        (
            SessionEndReason::TokensInvalid,
            SignOutReason::TokensInvalid,
        ),
    ] {
        let stored = StoredSession::parse(Some(&end.to_json()), &expected(), NOW);
        assert_eq!(stored, StoredSession::Ended(end));
        check(
            Session::Restoring,
            Event::Restored(stored.clone()),
            Session::SignedOut(reason),
            vec![],
        );
        for before in signed_in_states() {
            check(
                before,
                Event::StorageChanged(stored.clone()),
                Session::SignedOut(reason),
                vec![],
            );
        }
        check(
            Session::SignedOut(SignOutReason::UserRequested),
            Event::StorageChanged(stored),
            Session::SignedOut(SignOutReason::UserRequested),
            vec![],
        );
    }
}

#[test]
fn stored_sign_out_reason_has_a_fixed_json_format() {
    for (end, record) in [
        (
            SessionEndReason::Expired,
            r#"{"endVersion":1,"ended":"expired"}"#,
        ),
        (
            SessionEndReason::TokensInvalid,
            r#"{"endVersion":1,"ended":"untrusted"}"#,
        ),
    ] {
        assert_eq!(end.to_json(), record);
    }
}

#[test]
fn unreadable_stored_session_counts_as_no_session() {
    let record = tokens("r1").to_json(&expected());
    let parse = |record: &str| StoredSession::parse(Some(record), &expected(), NOW);
    assert_eq!(parse(&record), StoredSession::Tokens(stored("r1")));
    let damaged = record.replace("accessToken", "access");
    assert_eq!(parse(&damaged), StoredSession::RefreshGrant(grant("r1")));
    assert_eq!(
        StoredSession::parse(None, &expected(), NOW),
        StoredSession::None
    );
    for other in [
        "",
        "{}",
        r#"{"endVersion":2,"ended":"expired"}"#,
        r#"{"endVersion":1,"ended":"otherwise"}"#,
    ] {
        assert_eq!(parse(other), StoredSession::None, "{other}");
    }
}

#[test]
fn tokens_that_arrive_after_sign_out_are_revoked() {
    for reason in ALL_REASONS {
        check(
            Session::SignedOut(reason),
            refreshed("r1", RefreshResult::Refreshed(tokens("r2"))),
            Session::SignedOut(reason),
            vec![Effect::Revoke(RefreshToken::new("r2"))],
        );
        // Without rotation the refresh token stays the same, and signing out revokes it.
        check(
            Session::SignedOut(reason),
            refreshed("r1", RefreshResult::Refreshed(tokens("r1"))),
            Session::SignedOut(reason),
            vec![],
        );
    }
    // Another user has signed in before the answer came.
    for state in signed_in_states() {
        check(
            state.clone(),
            refreshed("of-another-user", RefreshResult::Refreshed(tokens("r2"))),
            state.clone(),
            vec![Effect::Revoke(RefreshToken::new("r2"))],
        );
        // Another tab received the same tokens.
        check(
            state.clone(),
            refreshed("r0", RefreshResult::Refreshed(tokens("r1"))),
            state,
            vec![],
        );
    }
}

#[test]
fn page_unload_ends_a_session_kept_only_in_memory() {
    for before in signed_in_states() {
        check(
            before,
            Event::PageUnloaded,
            Session::SignedOut(SignOutReason::PageUnloaded),
            vec![Effect::Revoke(RefreshToken::new("r1"))],
        );
    }
    for reason in ALL_REASONS {
        let signed_out = Session::SignedOut(reason);
        check(signed_out.clone(), Event::PageUnloaded, signed_out, vec![]);
    }
}

#[test]
fn refresh_retry_delay_doubles_up_to_a_limit() {
    let seconds = |failures, retry_after: Option<u64>, jitter| {
        refresh_backoff(failures, retry_after.map(Duration::from_secs), jitter).as_secs()
    };
    assert_eq!(
        [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|failures| seconds(failures, None, 0)),
        [15, 30, 60, 120, 240, 300, 300, 300]
    );
    assert_eq!(seconds(1, Some(90), 0), 90);
    assert_eq!(seconds(3, Some(1), 0), 60);
    assert_eq!(seconds(1, None, 255), 22);
    // The wait stays below these limits with any value of the header.
    for huge in [u64::MAX, u64::MAX / 255, 31_536_000] {
        assert_eq!(seconds(1, Some(huge), 0), 3_600);
        assert_eq!(seconds(u32::MAX, Some(huge), 255), 5_392);
    }
}

#[test]
fn sign_out_clears_storage_before_it_ends_the_pool_session() {
    for before in signed_in_states() {
        check(
            before,
            Event::SignOutRequested,
            Session::SignedOut(SignOutReason::UserRequested),
            vec![Effect::ClearSession, Effect::EndRemoteSession(tokens("r1"))],
        );
    }
}

#[test]
fn token_refresh_result_for_the_previous_user_is_ignored() {
    let current = Session::Refreshing(tokens("of-this-user"));
    for result in [
        RefreshResult::Rejected,
        RefreshResult::Invalid,
        RefreshResult::Unreachable(Duration::ZERO),
    ] {
        check(
            current.clone(),
            refreshed("of-another-user", result),
            current.clone(),
            vec![],
        );
    }
}

#[test]
fn token_refresh_result_after_sign_out_is_ignored() {
    let signed_out = Session::SignedOut(SignOutReason::UserRequested);
    for result in [
        RefreshResult::Rejected,
        RefreshResult::Invalid,
        RefreshResult::Unreachable(Duration::ZERO),
    ] {
        check(
            signed_out.clone(),
            refreshed("r1", result),
            signed_out.clone(),
            vec![],
        );
    }
}

#[test]
fn session_ignores_events_that_its_state_does_not_expect() {
    let rows = [
        (
            Session::Restoring,
            vec![
                Event::SignedIn(tokens("r9")),
                Event::RefreshDue,
                Event::TokensRejected(tokens("r9")),
                Event::StorageChanged(StoredSession::Tokens(stored("r9"))),
                Event::StorageChanged(StoredSession::None),
                refreshed("r1", RefreshResult::Rejected),
                Event::SignOutRequested,
            ],
        ),
        (
            Session::SignedOut(SignOutReason::UserRequested),
            vec![
                Event::Restored(StoredSession::Tokens(stored("r9"))),
                Event::Restored(StoredSession::None),
                Event::RefreshDue,
                Event::SignOutRequested,
            ],
        ),
        (
            Session::SignedIn(tokens("r1")),
            vec![
                Event::Restored(StoredSession::None),
                Event::Restored(StoredSession::Tokens(stored("r9"))),
                refreshed("r1", RefreshResult::Refreshed(tokens("r9"))),
                refreshed("r1", RefreshResult::Rejected),
            ],
        ),
        (
            Session::Refreshing(tokens("r1")),
            vec![Event::Restored(StoredSession::None), Event::RefreshDue],
        ),
    ];
    for (state, events) in rows {
        for event in events {
            check(state.clone(), event, state.clone(), vec![]);
        }
    }
}
