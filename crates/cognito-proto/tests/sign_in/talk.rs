use cognito_proto::action::{
    Action, AuthReply, AuthenticationResult, ChallengeName, InitiateAuth, read_reply, target,
};
use cognito_proto::secret::{AccessToken, IdToken, RefreshToken};
use cognito_proto::sign_in::{Request, Round, SignInFault, Step};
use serde_json::{Value, json};

use crate::recorded::{body, client};

/// Operation and body of a round's request.
pub(crate) fn said(round: &Round) -> (&'static str, Value) {
    fn told<A: Action>(action: &A) -> (&'static str, Value) {
        assert!(target::<A>().ends_with(A::OPERATION));
        (A::OPERATION, body(action))
    }
    match round.request(&client()) {
        Request::Initiate(action) => told(&action),
        Request::Respond(action) => told(&action),
    }
}

/// The body of an `InitiateAuth` by Amazon's example client.
pub(crate) fn initiation(flow: &str, parameters: Value) -> (&'static str, Value) {
    (
        "InitiateAuth",
        json!({"AuthFlow":flow,"ClientId":"1example23456789012345678","AuthParameters":parameters}),
    )
}

pub(crate) fn read(reply: &Value) -> AuthReply {
    read_reply::<InitiateAuth<'_>>(200, None, &reply.to_string()).expect("a good answer")
}

/// `AuthenticationResult` of the reference.
pub(crate) fn granted() -> Value {
    json!({"AuthenticationResult":{"AccessToken":"eyJraWQi.access","ExpiresIn":3600,"IdToken":"eyJraWQi.id","RefreshToken":"eyJjdHki","TokenType":"Bearer"},
        "ChallengeParameters":{}})
}

pub(crate) fn tokens() -> AuthenticationResult {
    AuthenticationResult {
        id_token: IdToken::new("eyJraWQi.id"),
        access_token: AccessToken::new("eyJraWQi.access"),
        refresh_token: Some(RefreshToken::new("eyJjdHki")),
        new_device: None,
    }
}

/// Whatever came of it, it must be this kind of step.
macro_rules! step {
    ($step:expr, $kind:ident) => {
        match $step {
            Ok(cognito_proto::sign_in::Step::$kind(inside)) => inside,
            other => panic!(concat!("not ", stringify!($kind), ": {:?}"), other),
        }
    };
}
pub(crate) use step;

/// The name of a challenge that is not answered.
pub(crate) fn unknown(step: Result<Step, SignInFault>) -> ChallengeName {
    step!(step, Unknown)
}
