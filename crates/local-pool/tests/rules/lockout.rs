use serde_json::Value;

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error};

/// Returns the error for a wrong password.
fn wrong_password_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Incorrect username or password.")
}

/// Returns the error during a lockout.
fn locked_out_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Password attempts exceeded")
}

#[test]
fn user_lockout_doubles_with_each_wrong_password_from_the_5th() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    for _ in 0..4 {
        assert_eq!(
            test_pool.sign_in_by_password(&ann, "wrong"),
            wrong_password_error()
        );
    }
    for doublings in 0..4 {
        assert_eq!(
            test_pool.sign_in_by_password(&ann, "wrong"),
            wrong_password_error()
        );
        // During the lockout the right password is refused in both flows, and these attempts do not count.
        test_pool.advance_clock((1 << doublings) - 1);
        assert_eq!(
            test_pool.sign_in_by_password(&ann, PASSWORD),
            locked_out_error()
        );
        assert_eq!(test_pool.sign_in_by_srp(&ann, PASSWORD), locked_out_error());
        test_pool.advance_clock(1);
    }
    test_pool.sign_in_by_srp(&ann, PASSWORD).unwrap();
}

#[test]
fn wrong_srp_proofs_count_as_wrong_passwords_for_the_lockout() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    for _ in 0..5 {
        assert_eq!(
            test_pool.sign_in_by_srp(&ann, "wrong"),
            wrong_password_error()
        );
    }
    assert_eq!(test_pool.sign_in_by_srp(&ann, PASSWORD), locked_out_error());
}

#[test]
fn user_lockout_lasts_at_most_fifteen_minutes() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    // The fifteenth failure would lock for 2^10 seconds.
    for failures in 1..=15_u32 {
        assert_eq!(
            test_pool.sign_in_by_password(&ann, "wrong"),
            wrong_password_error(),
            "failure {failures}"
        );
        if (5..15).contains(&failures) {
            test_pool.advance_clock(1 << (failures - 5));
        }
    }
    test_pool.advance_clock(899);
    assert_eq!(
        test_pool.sign_in_by_password(&ann, PASSWORD),
        locked_out_error()
    );
    test_pool.advance_clock(1);
    test_pool.sign_in_by_password(&ann, PASSWORD).unwrap();
}

#[test]
fn sign_in_or_15_minutes_reset_the_wrong_password_count() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let fail_four_times = || {
        for _ in 0..4 {
            assert_eq!(
                test_pool.sign_in_by_password(&ann, "wrong"),
                wrong_password_error()
            );
        }
    };
    fail_four_times();
    test_pool.sign_in_by_password(&ann, PASSWORD).unwrap();
    fail_four_times();
    test_pool.advance_clock(900);
    fail_four_times();
    test_pool.sign_in_by_password(&ann, PASSWORD).unwrap();
}
