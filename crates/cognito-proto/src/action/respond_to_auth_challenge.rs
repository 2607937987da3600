use super::{Action, AuthReply, ChallengeName, Malformed};
use crate::ids::ClientId;
use crate::json::Json;
use crate::secret::ChallengeSession;
use crate::srp::Claim;

/// Answers the challenge of a sign-in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[derive(Debug)]
pub struct RespondToAuthChallenge<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The name to answer under: the one the challenge gave, not what the person typed.
    pub username: String,
    /// The session the challenge came with; `PASSWORD_VERIFIER` of `USER_SRP_AUTH` has none.
    pub session: Option<ChallengeSession>,
    /// The answer.
    pub answer: ChallengeAnswer,
}

/// `ChallengeName` and its `ChallengeResponses`.
#[derive(Debug)]
pub enum ChallengeAnswer {
    /// `PASSWORD_VERIFIER`: the proof that we know the password.
    PasswordVerifier(Claim),
}

impl ChallengeAnswer {
    fn name(&self) -> ChallengeName {
        match self {
            Self::PasswordVerifier(_) => ChallengeName::PasswordVerifier,
        }
    }
}

impl Action for RespondToAuthChallenge<'_> {
    const OPERATION: &'static str = "RespondToAuthChallenge";
    type Answer = AuthReply;

    fn body(&self) -> Json {
        let responses = match &self.answer {
            ChallengeAnswer::PasswordVerifier(claim) => Json::object([
                ("USERNAME", self.username.as_str().into()),
                (
                    "PASSWORD_CLAIM_SECRET_BLOCK",
                    claim.secret_block.as_str().into(),
                ),
                ("PASSWORD_CLAIM_SIGNATURE", claim.signature.as_str().into()),
                ("TIMESTAMP", claim.timestamp.as_str().into()),
            ]),
        };
        Json::object([
            ("ChallengeName", self.answer.name().as_str().into()),
            ("ClientId", self.client.as_str().into()),
            (
                "Session",
                self.session
                    .as_ref()
                    .map_or(Json::Null, |session| session.reveal().into()),
            ),
            ("ChallengeResponses", responses),
        ])
    }

    fn read(answer: &Json) -> Result<AuthReply, Malformed> {
        AuthReply::read(answer)
    }
}
