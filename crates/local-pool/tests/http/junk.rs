//! No input makes the pool panic, respond with 500, or stop responding.

use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::browser::{Browser, authorization_query, form_field_value};
use crate::http::{Request, call_action};
use crate::users::pool;

/// The number of random requests.
const PIECES: u64 = 1_500;

/// A small generator of reproducible pseudo-random numbers.
struct SplitMix64(u64);

impl SplitMix64 {
    /// Returns the next pseudo-random number.
    fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a pseudo-random number below `end`.
    fn number_below(&mut self, end: usize) -> usize {
        usize::try_from(self.next_number() % end as u64).unwrap_or(0)
    }

    /// Returns one of the choices.
    fn choose_one<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.number_below(choices.len())].clone()
    }
}

const OPERATIONS: [&str; 44] = [
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminGetUser",
    "AdminInitiateAuth",
    "AdminListDevices",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "CreateUserPool",
    "CreateUserPoolClient",
    "CreateUserPoolDomain",
    "DeleteUserPoolClient",
    "DeleteWebAuthnCredential",
    "DescribeUserPool",
    "DescribeUserPoolClient",
    "DescribeUserPoolDomain",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ListUserPoolClients",
    "ListUserPools",
    "ListUsers",
    "ListWebAuthnCredentials",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateDeviceStatus",
    "UpdateUserPoolClient",
];

const MEMBERS: [&str; 39] = [
    "AccessToken",
    "AttributesToGet",
    "AuthFlow",
    "AuthParameters",
    "ChallengeName",
    "ChallengeResponses",
    "ClientId",
    "ClientMetadata",
    "ClientName",
    "ConfirmationCode",
    "Credential",
    "CredentialId",
    "DeviceKey",
    "DeviceSecretVerifierConfig",
    "ExplicitAuthFlows",
    "Filter",
    "Limit",
    "MaxResults",
    "NextToken",
    "PaginationToken",
    "Password",
    "Permanent",
    "Policies",
    "PoolName",
    "PreviousPassword",
    "ProposedPassword",
    "RefreshToken",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "Schema",
    "SecretHash",
    "Session",
    "TemporaryPassword",
    "Token",
    "TokenValidityUnits",
    "UserAttributes",
    "UserPoolId",
    "Username",
    "UsernameAttributes",
];

const KEYS: [&str; 16] = [
    "ANSWER",
    "CREDENTIAL",
    "DEVICE_KEY",
    "PREFERRED_CHALLENGE",
    "USERNAME",
    "PASSWORD",
    "SRP_A",
    "REFRESH_TOKEN",
    "PASSWORD_CLAIM_SECRET_BLOCK",
    "PASSWORD_CLAIM_SIGNATURE",
    "TIMESTAMP",
    "NEW_PASSWORD",
    "Name",
    "Value",
    "PasswordPolicy",
    "MinimumLength",
];

/// Returns a random JSON value. Values that an action reads are more frequent.
fn random_value(rng: &mut SplitMix64, depth: usize) -> Value {
    let texts = [
        json!(DEV_CLIENT_ID),
        json!("us-east-1_Poolgate1"),
        json!("ann@example.com"),
        json!("USER_SRP_AUTH"),
        json!("USER_PASSWORD_AUTH"),
        json!("REFRESH_TOKEN_AUTH"),
        json!("ADMIN_USER_PASSWORD_AUTH"),
        json!("PASSWORD_VERIFIER"),
        json!("NEW_PASSWORD_REQUIRED"),
        json!("Passw0rd!"),
        json!("0"),
        json!("00"),
        json!("ff".repeat(400)),
        json!("email ^= \"a\""),
        json!("email = \"\\\""),
        json!("status"),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("é\u{202e}🦀\n\r\t"),
        json!("A.B.C"),
        json!("x".repeat(5_000)),
        json!("Thu Nov 19 07:08:09 UTC 2026"),
        json!("===="),
    ];
    match rng.number_below(12) {
        0 => Value::Null,
        1 => json!(rng.next_number()),
        2 => json!(-1),
        3 => json!(1.5e300),
        4 => json!(rng.next_number().is_multiple_of(2)),
        5 if depth > 0 => (0..rng.number_below(4))
            .map(|_| random_value(rng, depth - 1))
            .collect(),
        6 | 7 if depth > 0 => {
            let pairs: Vec<(String, Value)> = (0..rng.number_below(6))
                .map(|_| {
                    (
                        rng.choose_one(&KEYS).to_owned(),
                        random_value(rng, depth - 1),
                    )
                })
                .collect();
            Value::Object(pairs.into_iter().collect())
        }
        _ => rng.choose_one(&texts),
    }
}

/// Returns a random request body.
fn random_body(rng: &mut SplitMix64) -> Vec<u8> {
    let members: Vec<(String, Value)> = (0..rng.number_below(8))
        .map(|_| (rng.choose_one(&MEMBERS).to_owned(), random_value(rng, 3)))
        .collect();
    let mut bytes = Value::Object(members.into_iter().collect())
        .to_string()
        .into_bytes();
    match rng.number_below(8) {
        0 => bytes.truncate(bytes.len() / 2),
        1 if !bytes.is_empty() => {
            let place = rng.number_below(bytes.len());
            bytes[place] = u8::try_from(rng.next_number() & 0xff).unwrap_or(0);
        }
        2 => {
            bytes = (0..rng.number_below(200))
                .map(|_| u8::try_from(rng.next_number() & 0xff).unwrap_or(0))
                .collect();
        }
        3 => bytes = [b"[".repeat(20_000), b"{\"a\":".repeat(5_000)].concat(),
        _ => {}
    }
    bytes
}

#[test]
fn pool_api_survives_random_requests() {
    let pool = pool();
    let mut rng = SplitMix64(0x706f_6f6c_6761_7465);
    for piece in 0..PIECES {
        let operation = rng.choose_one(&OPERATIONS);
        let body = random_body(&mut rng);
        let answer = Request::new(pool.address(), "POST", "/")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .body(body.clone())
            .send();
        let shown = String::from_utf8_lossy(&body[..body.len().min(600)]).into_owned();
        assert!(
            answer.status == 200 || answer.status == 400,
            "piece {piece}, {operation} {shown}: {answer:?}"
        );
        assert!(
            answer.status == 200 || answer.json()["__type"].is_string(),
            "piece {piece}, {operation} {shown}: {answer:?}"
        );
    }
    let alive = call_action(pool.address(), "ListUserPools", &json!({ "MaxResults": 1 }));
    assert_eq!(alive.status, 200);
}

#[test]
fn demo_api_inbox_and_oauth_urls_survive_random_requests() {
    let pool = pool();
    let mut rng = SplitMix64(7);
    let paths = [
        "/",
        "/inbox",
        "/inbox.json",
        "/inbox/messages",
        "/api/todos",
        "/api/todos/1",
        "/api/user",
        "/api/",
        "/api",
        "/api/currentUser",
        "/us-east-1_Poolgate1/.well-known/jwks.json",
        "/oauth2/authorize",
        "/oauth2/token",
        "/oauth2/userInfo",
        "/oauth2/revoke",
        "/login",
        "/signup",
        "/confirmUser",
        "/resendcode",
        "/forgotPassword",
        "/confirmForgotPassword",
        "/changePassword",
        "/mfa",
        "/provider",
        "/logout",
        "/error",
        "/%00/.well-known/openid-configuration",
        "/%ff%fe/.well-known/jwks.json",
        "/api/todos/%2e%2e",
        "//",
        "/../inbox",
        "/api/%ff",
    ];
    let queries = [
        "",
        "?to=%",
        "?client_id=1poolgate23456789012345678&redirect_uri=http://localhost:8000/login/&max_age=99999999999999999999",
        "?client_id=1poolgate23456789012345678&redirect_uri=http://localhost:8000/login/&response_type=code&prompt=%ff",
        "?client_id=%00&redirect_uri=%00&logout_uri=%00",
        "?to=%ff",
        "?to",
        "?&&==",
        "?to=a&to=b",
        "?to=%00",
        "?to=%22%3E%3Cscript%3E",
    ];
    let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CAT",
    ];
    let tokens = [
        "",
        "Bearer",
        "Bearer ",
        "a.b.c",
        "Bearer e30.e30.e30",
        "Basic YTpi",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
    ];
    for piece in 0..PIECES {
        let path = format!("{}{}", rng.choose_one(&paths), rng.choose_one(&queries));
        let method = rng.choose_one(&methods);
        let answer = Request::new(pool.address(), method, &path)
            .header("authorization", rng.choose_one(&tokens))
            .header("accept-language", "\u{fc}")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(
                "cookie",
                "XSRF-TOKEN=; cognito-us-east-1_Poolgate1=\u{fc}; =;;",
            )
            .body(random_body(&mut rng))
            .send();
        assert!(
            answer.status < 500,
            "piece {piece}: {method} {path}: {answer:?}"
        );
    }
    assert_eq!(
        Request::new(pool.address(), "GET", "/inbox.json")
            .send()
            .json(),
        json!([])
    );
}

#[test]
fn hosted_pages_survive_random_form_input() {
    let pool = pool();
    let browser = Browser::new(&pool);
    let good = authorization_query(&[]);
    let token = form_field_value(&browser.get(&format!("/login?{good}")).body, "_csrf");
    let mut rng = SplitMix64(11);
    let paths = [
        "/login",
        "/signup",
        "/confirmUser",
        "/resendcode",
        "/forgotPassword",
        "/confirmForgotPassword",
        "/changePassword",
        "/mfa",
        "/provider",
    ];
    let names = [
        "username",
        "password",
        "code",
        "session",
        "challenge",
        "answer",
        "email",
        "name",
        "continue",
        "cancel",
        "requiredAttributes[name]",
        "requiredAttributes[]",
        "requiredAttributes[email]",
    ];
    let texts = [
        String::new(),
        " ".to_owned(),
        "\u{0}".to_owned(),
        "é\u{202e}🦀\n\r\t".to_owned(),
        "ann@example.com".to_owned(),
        "Passw0rd!".to_owned(),
        "x".repeat(5_000),
        "AYABeA==".to_owned(),
        "MFA_SETUP".to_owned(),
        "-1".to_owned(),
        "'\"<script>&".to_owned(),
    ];
    let queries = [
        good.clone(),
        authorization_query(&[("identity_provider", "Google")]),
        authorization_query(&[("login_hint", "\u{0}")]),
        format!("{good}&user_name=%00"),
        format!("{good}&user_name=ann%40example.com&confirmation_code=%f0"),
    ];
    for piece in 0..PIECES / 3 {
        let action = format!("{}?{}", rng.choose_one(&paths), rng.choose_one(&queries));
        let pairs: Vec<(&str, String)> = (0..rng.number_below(5))
            .map(|_| (rng.choose_one(&names), rng.choose_one(&texts)))
            .collect();
        let mut fields = vec![("_csrf", token.as_str())];
        fields.extend(pairs.iter().map(|(name, text)| (*name, text.as_str())));
        let answer = browser.post_form(&action, &fields);
        assert!(
            [200, 303].contains(&answer.status),
            "piece {piece}: {action} {pairs:?}: {answer:?}"
        );
    }
}
