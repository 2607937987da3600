use super::*;
use crate::jwt::tests::{NOW, expected};
use crate::tokens::SignInMethod;
use crate::tokens::tests::tokens as tokens_until;

const RENEW_AT: UnixTime = UnixTime::from_secs(1_795_075_569);

const EVERY_WHY: [SignOutReason; 6] = [
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

fn without_refresh() -> Tokens {
    tokens_until(None, 1_795_075_689)
}

fn refreshed(spent: &str, renewal: RefreshResult) -> Event {
    Event::RefreshFinished {
        used_token: RefreshToken::new(spent),
        result: renewal,
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
        Event::Restored(StoredSession::None),
        Session::SignedOut(SignOutReason::NeverSignedIn),
        vec![],
    );
    check(
        Session::Restoring,
        Event::Restored(StoredSession::Tokens(tokens("r1"))),
        Session::SignedIn(tokens("r1")),
        vec![
            Effect::ScheduleRefresh(RENEW_AT),
            Effect::Verify(tokens("r1")),
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

fn recovering(refresh: &str, is_asked: bool) -> Session {
    Session::Recovering {
        grant: grant(refresh),
        is_request_sent: is_asked,
    }
}

#[test]
fn a_refresh_token_alone_is_asked_for_tokens() {
    let recover = || vec![Effect::Recover(grant("r1"))];
    let kept = || StoredSession::RefreshGrant(grant("r1"));
    check(
        Session::Restoring,
        Event::Restored(kept()),
        recovering("r1", true),
        recover(),
    );
    for (renewal, after, effects) in [
        (
            RefreshResult::Refreshed(tokens("r2")),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::SaveSession(tokens("r2")),
                Effect::ScheduleRefresh(RENEW_AT),
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
        Event::StorageChanged(kept()),
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
fn whatever_happens_while_a_session_is_recovered_counts() {
    let revoke = || Effect::Revoke(RefreshToken::new("r1"));
    for is_asked in [true, false] {
        for (event, after, effects) in [
            (
                Event::SignedIn(tokens("r2")),
                Session::SignedIn(tokens("r2")),
                vec![
                    revoke(),
                    Effect::SaveSession(tokens("r2")),
                    Effect::ScheduleRefresh(RENEW_AT),
                ],
            ),
            (
                Event::StorageChanged(StoredSession::Tokens(tokens("r2"))),
                Session::SignedIn(tokens("r2")),
                vec![
                    Effect::ScheduleRefresh(RENEW_AT),
                    Effect::Verify(tokens("r2")),
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
            check(recovering("r1", is_asked), event, after, effects);
        }
    }
}

#[test]
fn a_record_that_is_damaged_under_a_session_is_written_again() {
    for before in here() {
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
    for why in EVERY_WHY {
        check(
            Session::SignedOut(why),
            Event::StorageChanged(StoredSession::RefreshGrant(grant("r2"))),
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
            Event::SignaturesInvalid(tokens("r1")),
            Session::SignedOut(SignOutReason::TokensInvalid),
            vec![
                Effect::SaveEndReason(SessionEndReason::TokensInvalid),
                Effect::Revoke(RefreshToken::new("r1")),
            ],
        );
        // These tokens were replaced by a refresh before the event came.
        check(
            before.clone(),
            Event::SignaturesInvalid(tokens("r0")),
            before,
            vec![],
        );
    }
    check(
        Session::SignedIn(without_refresh()),
        Event::SignaturesInvalid(without_refresh()),
        Session::SignedOut(SignOutReason::TokensInvalid),
        vec![Effect::SaveEndReason(SessionEndReason::TokensInvalid)],
    );
    let out = Session::SignedOut(SignOutReason::UserRequested);
    check(
        out.clone(),
        Event::SignaturesInvalid(tokens("r1")),
        out,
        vec![],
    );
}

#[test]
fn a_grant_is_kept_and_wakes_before_expiry() {
    for why in EVERY_WHY {
        check(
            Session::SignedOut(why),
            Event::SignedIn(tokens("r1")),
            Session::SignedIn(tokens("r1")),
            vec![
                Effect::SaveSession(tokens("r1")),
                Effect::ScheduleRefresh(RENEW_AT),
            ],
        );
    }
}

#[test]
fn whoever_signs_in_over_somebody_takes_their_place_wholly() {
    for before in here() {
        check(
            before,
            Event::SignedIn(tokens("r2")),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::Revoke(RefreshToken::new("r1")),
                Effect::SaveSession(tokens("r2")),
                Effect::ScheduleRefresh(RENEW_AT),
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
        refreshed("r1", RefreshResult::Refreshed(tokens("r2"))),
        Session::SignedIn(tokens("r2")),
        vec![
            Effect::SaveSession(tokens("r2")),
            Effect::ScheduleRefresh(RENEW_AT),
        ],
    );
}

#[test]
fn a_definite_no_ends_the_session_and_no_answer_does_not() {
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
fn what_cannot_be_renewed_serves_to_its_end_and_no_longer() {
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
fn a_timer_that_comes_early_waits_on() {
    check_at(
        RENEW_AT.minus(Duration::from_secs(1)),
        Session::SignedIn(tokens("r1")),
        Event::RefreshDue,
        Session::SignedIn(tokens("r1")),
        vec![Effect::ScheduleRefresh(RENEW_AT)],
    );
}

#[test]
fn tokens_that_somebody_doubts_are_renewed_once_if_they_are_still_ours() {
    check(
        Session::SignedIn(tokens("r1")),
        Event::TokensRejected(tokens("r1")),
        Session::Refreshing(tokens("r1")),
        vec![Effect::Refresh(tokens("r1"))],
    );
    for (unchanged, doubted) in [
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
            Event::TokensRejected(doubted),
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
            Event::StorageChanged(StoredSession::Tokens(tokens("r2"))),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::ScheduleRefresh(RENEW_AT),
                Effect::Verify(tokens("r2")),
            ],
        );
        check(
            Session::SignedOut(why),
            Event::StorageChanged(StoredSession::None),
            Session::SignedOut(why),
            vec![],
        );
    }
    for before in here() {
        check(
            before.clone(),
            Event::StorageChanged(StoredSession::Tokens(tokens("r2"))),
            Session::SignedIn(tokens("r2")),
            vec![
                Effect::ScheduleRefresh(RENEW_AT),
                Effect::Verify(tokens("r2")),
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
            Event::StorageChanged(StoredSession::Tokens(tokens("r1"))),
            before,
            vec![],
        );
    }
}

#[test]
fn a_session_that_ended_by_itself_says_why_in_every_tab_and_on_the_next_visit() {
    for (end, why) in [
        (SessionEndReason::Expired, SignOutReason::Expired),
        (
            SessionEndReason::TokensInvalid,
            SignOutReason::TokensInvalid,
        ),
    ] {
        let kept = StoredSession::parse(Some(&end.to_json()), &expected(), NOW);
        assert_eq!(kept, StoredSession::Ended(end));
        check(
            Session::Restoring,
            Event::Restored(kept.clone()),
            Session::SignedOut(why),
            vec![],
        );
        for before in here() {
            check(
                before,
                Event::StorageChanged(kept.clone()),
                Session::SignedOut(why),
                vec![],
            );
        }
        check(
            Session::SignedOut(SignOutReason::UserRequested),
            Event::StorageChanged(kept),
            Session::SignedOut(SignOutReason::UserRequested),
            vec![],
        );
    }
}

#[test]
fn what_is_kept_is_tokens_an_end_or_nothing() {
    let record = tokens("r1").to_json(&expected());
    let read = |record: &str| StoredSession::parse(Some(record), &expected(), NOW);
    assert_eq!(read(&record), StoredSession::Tokens(tokens("r1")));
    let damaged = record.replace("accessToken", "access");
    assert_eq!(read(&damaged), StoredSession::RefreshGrant(grant("r1")));
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
        assert_eq!(read(other), StoredSession::None, "{other}");
    }
}

#[test]
fn late_refreshed_tokens_are_revoked() {
    for why in EVERY_WHY {
        check(
            Session::SignedOut(why),
            refreshed("r1", RefreshResult::Refreshed(tokens("r2"))),
            Session::SignedOut(why),
            vec![Effect::Revoke(RefreshToken::new("r2"))],
        );
        // Without rotation the refresh token stays the same, and signing out revokes it.
        check(
            Session::SignedOut(why),
            refreshed("r1", RefreshResult::Refreshed(tokens("r1"))),
            Session::SignedOut(why),
            vec![],
        );
    }
    // Another user has signed in before the answer came.
    for here in here() {
        check(
            here.clone(),
            refreshed("of-the-last-user", RefreshResult::Refreshed(tokens("r2"))),
            here.clone(),
            vec![Effect::Revoke(RefreshToken::new("r2"))],
        );
        // Another tab received the same tokens.
        check(
            here.clone(),
            refreshed("r0", RefreshResult::Refreshed(tokens("r1"))),
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
            Event::PageUnloaded,
            Session::SignedOut(SignOutReason::PageUnloaded),
            vec![Effect::Revoke(RefreshToken::new("r1"))],
        );
    }
    for why in EVERY_WHY {
        let out = Session::SignedOut(why);
        check(out.clone(), Event::PageUnloaded, out, vec![]);
    }
}

#[test]
fn a_renewal_without_an_answer_is_tried_again_less_and_less_often() {
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
            Event::SignOutRequested,
            Session::SignedOut(SignOutReason::UserRequested),
            vec![Effect::ClearSession, Effect::EndRemoteSession(tokens("r1"))],
        );
    }
}

#[test]
fn an_answer_for_the_last_user_is_not_given_to_this_one() {
    let now_here = Session::Refreshing(tokens("of-this-user"));
    for renewal in [
        RefreshResult::Rejected,
        RefreshResult::Invalid,
        RefreshResult::Unreachable(Duration::ZERO),
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
    let out = Session::SignedOut(SignOutReason::UserRequested);
    for renewal in [
        RefreshResult::Rejected,
        RefreshResult::Invalid,
        RefreshResult::Unreachable(Duration::ZERO),
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
                Event::SignedIn(tokens("r9")),
                Event::RefreshDue,
                Event::TokensRejected(tokens("r9")),
                Event::StorageChanged(StoredSession::Tokens(tokens("r9"))),
                Event::StorageChanged(StoredSession::None),
                refreshed("r1", RefreshResult::Rejected),
                Event::SignOutRequested,
            ],
        ),
        (
            Session::SignedOut(SignOutReason::UserRequested),
            vec![
                Event::Restored(StoredSession::Tokens(tokens("r9"))),
                Event::Restored(StoredSession::None),
                Event::RefreshDue,
                Event::SignOutRequested,
            ],
        ),
        (
            Session::SignedIn(tokens("r1")),
            vec![
                Event::Restored(StoredSession::None),
                Event::Restored(StoredSession::Tokens(tokens("r9"))),
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
