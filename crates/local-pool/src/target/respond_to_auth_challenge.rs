//! `RespondToAuthChallenge` and `AdminRespondToAuthChallenge`.

use rusqlite::Connection;

use super::input::{self, Input, TextMap};
use super::sign_in::{
    check_secret_hash, check_state, granted, next_step, pool_and_client, wrong_password,
};
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, Session};
use crate::pool::{AppClient, Attributes, Status, User, UserPool, attempts};
use crate::secret::Secret;
use crate::srp::{Challenged, Claim, SecretBlock};

pub(crate) fn call(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    respond(service, input, caller, None)
}

pub(crate) fn call_as_operator(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId", &input::USER_POOL_ID);
    respond(service, input, caller, Some(&pool_id))
}

fn respond(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    pool_id: Option<&str>,
) -> Result<Reply, ApiError> {
    let client_id = input.text("ClientId", &input::CLIENT_ID);
    let challenge = input.choice("ChallengeName", &ChallengeName::ALL);
    let session = input.optional_text("Session", &input::SESSION);
    let answers = input.text_map("ChallengeResponses");
    input.finish()?;

    let (pool, client) = service
        .store()
        .with(|connection| pool_and_client(connection, pool_id, &client_id))?;
    let username = answers.required("USERNAME")?;
    check_secret_hash(&client, username, &answers)?;
    match (challenge, session) {
        (Some(ChallengeName::PasswordVerifier), _) => {
            password_verifier(service, &pool, &client, &answers, caller)
        }
        (Some(ChallengeName::NewPasswordRequired), Some(session)) => {
            new_password_required(service, &pool, &client, &session, &answers, caller)
        }
        // Nothing was asked that this could be the answer to.
        (_, Some(_)) => Err(ApiError::not_authorized("Invalid session for the user.")),
        (_, None) => Err(ApiError::missing_parameter("Session")),
    }
}

/// Whether `USERNAME` in the answer names the challenged: by what went out, or by what the user typed.
fn names_challenged(
    service: &Service,
    pool: &UserPool,
    block: &SecretBlock,
    username: &str,
) -> Result<bool, ApiError> {
    if username == block.name() {
        return Ok(true);
    }
    match block.sub() {
        Some(sub) => service.store().with(|connection| {
            Ok(pool
                .user(connection, username)?
                .is_some_and(|user| user.sub == sub))
        }),
        None => Ok(pool.fold(username) == pool.fold(block.typed())),
    }
}

fn password_verifier(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    answers: &TextMap,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let username = answers.required("USERNAME")?;
    let claim = Claim {
        secret_block: answers.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: answers.required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: answers.required("TIMESTAMP")?,
    };
    // From here on every failure looks the same.
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open(service.sealer(), claim.secret_block, client, caller.now)
        .ok_or_else(refused)?;
    if !names_challenged(service, pool, &block, username)? {
        return Err(refused());
    }
    let user = match block.sub() {
        Some(sub) => service
            .store()
            .with(|connection| User::by_sub(connection, sub))?,
        None => None,
    };
    let verifier: StoredVerifier = match &user {
        Some(User {
            verifier: Some(verifier),
            ..
        }) => verifier.clone(),
        _ => Challenged::nobody(service.sealer(), pool, block.typed()).verifier,
    };
    let proved = block.is_proved_by(&claim, service.outstanding(), pool, &verifier, caller.now);
    let step = service.store().decide(|tx| {
        let now_user = match &user {
            Some(user) => User::by_id(tx, user.id)?,
            None => None,
        };
        if let Some(now_user) = &now_user {
            check_state(tx, now_user, caller)?;
        }
        // One challenge, one answer, right or wrong.
        if !attempts::spend(tx, block.id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        match now_user {
            Some(now_user) if proved && now_user.verifier.as_ref() == Some(&verifier) => {
                next_step(tx, pool, client, now_user, caller)
            }
            Some(now_user) => Err(wrong_password(tx, &now_user.subject(), caller)),
            None => Err(wrong_password(
                tx,
                &pool.subject_of_nobody(block.typed()),
                caller,
            )),
        }
    })?;
    Ok(Reply::Json(service.answer(&step, pool, client, caller)?))
}

fn new_password_required(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    session: &str,
    answers: &TextMap,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let username = answers.required("USERNAME")?;
    let session = Session::open(
        service.sealer(),
        session,
        client,
        ChallengeName::NewPasswordRequired,
        caller.now,
    )?;
    service.store().with(|connection| {
        session.check_user(pool.user(connection, username)?.as_ref())?;
        session.check_unspent(connection)
    })?;
    let password = Secret::new(answers.required("NEW_PASSWORD")?);
    let added = answers.with_prefix("userAttributes.");
    let step = service.with_new_password(
        (pool, client),
        &session,
        &password,
        &added,
        caller,
        |tx, user| granted(tx, client, user, caller),
    )?;
    Ok(Reply::Json(service.answer(&step, pool, client, caller)?))
}

impl Service {
    /// Gives the user of a session that waits for one a new password and the attributes that were missing; what is
    /// done then happens in the same transaction.
    pub(crate) fn with_new_password<T>(
        &self,
        (pool, client): (&UserPool, &AppClient),
        session: &Session,
        password: &Secret,
        added: &Attributes,
        caller: &Caller<'_>,
        then: impl FnOnce(&Connection, User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let (user, attributes) = self.store().with(|connection| {
            let user =
                User::by_sub(connection, &session.sub)?.ok_or_else(ApiError::no_such_user)?;
            let attributes = user.attributes(connection)?;
            Ok::<_, ApiError>((user, attributes))
        })?;
        check_added_attributes(pool, client, &attributes, added)?;
        pool.settings.policies.password_policy.check(password)?;
        let verifier = StoredVerifier::new(pool, &user.username, password);
        self.store().decide(|tx| {
            let mut user = User::by_id(tx, user.id)?.ok_or_else(ApiError::no_such_user)?;
            check_state(tx, &user, caller)?;
            let all = merged(&attributes, added);
            pool.refuse_taken_alias(tx, &all, Some(user.id))?;
            session.spend(tx, caller.now)?;
            user.status = Status::Confirmed;
            user.verifier = Some(verifier);
            user.temporary_since = None;
            user.set_attributes(tx, added)?;
            pool.index_aliases(tx, &user, &all)?;
            user.update(tx, caller.now)?;
            then(tx, user)
        })
    }
}

/// The answer's `userAttributes.…`: required ones that were missing must come, required ones that are there may not change.
fn check_added_attributes(
    pool: &UserPool,
    client: &AppClient,
    attributes: &Attributes,
    added: &Attributes,
) -> Result<(), ApiError> {
    for name in added.keys() {
        let required = pool
            .settings
            .schema_of(name)
            .is_some_and(|known| known.required);
        if required && attributes.get(name).is_some_and(|value| !value.is_empty()) {
            return Err(ApiError::not_authorized(format!(
                "Cannot modify an already provided {name}"
            )));
        }
        if !client.settings.writes(name) {
            return Err(ApiError::unauthorized_attribute());
        }
    }
    pool.settings.check_given(added)?;
    match pool
        .settings
        .missing_required(&merged(attributes, added))
        .first()
    {
        Some(name) => Err(ApiError::invalid_parameter(format!(
            "Invalid attributes given, {name} is missing"
        ))),
        None => Ok(()),
    }
}

fn merged(attributes: &Attributes, added: &Attributes) -> Attributes {
    let mut all = attributes.clone();
    all.extend(added.clone());
    all
}
