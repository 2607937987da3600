//! What is too large is refused in so many words.

use local_pool::BODY_LIMIT;

use crate::http::Request;
use crate::people::pool;

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_read_as_anything() {
    let pool = pool();
    let send = |length: usize| {
        Request::new(pool.address(), "POST", "/")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.SignUp")
            .body(vec![b'x'; length])
            .send()
    };
    let refused = send(BODY_LIMIT + 1);
    assert_eq!(
        (
            refused.status,
            refused.header("x-amzn-errortype"),
            refused.body.as_str()
        ),
        (
            413,
            Some("RequestEntityTooLargeException:"),
            r#"{"__type":"RequestEntityTooLargeException","message":"The request body is larger than 262144 bytes."}"#
        )
    );
    let read = send(BODY_LIMIT);
    assert_eq!(
        (read.status, read.json()["__type"].as_str()),
        (400, Some("SerializationException"))
    );
}

#[test]
fn a_body_of_many_megabytes_still_hears_the_answer() {
    let pool = pool();
    let answer = Request::new(pool.address(), "POST", "/")
        .body(vec![b'x'; 8 * 1024 * 1024])
        .send();
    assert_eq!(answer.status, 413);
}
