//! Invalid tokens, checked in the way that OpenID Connect Core §3.1.3.7 and §3.1.3.6 and Amazon's "Verifying JSON web
//! tokens" require of a client.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_pool::LocalPool;
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::browser::{Browser, authorization_query, decode_claims, post_as_app};
use crate::http::{Request, call_action};
use crate::users::{pool, register, sign_in};

/// The usernames, and the failed checks of the ID token and of the access token.
const SENTINELS: [(&str, &[&str], &[&str]); 9] = [
    ("token-forged", &["signature"], &["signature"]),
    ("token-unknown-key", &["key"], &["key"]),
    ("token-unsigned", &["algorithm"], &["algorithm"]),
    ("token-issuer", &["issuer"], &["issuer"]),
    ("token-audience", &["audience"], &["audience"]),
    ("token-use", &["use"], &[]),
    ("token-expired", &["expired"], &["expired"]),
    ("token-future", &["early"], &["early"]),
    ("token-subject", &[], &["subject"]),
];

/// The clock skew that a client may tolerate, in seconds. The defects are two hours off.
const LEEWAY: u64 = 60;

/// Returns the names of the checks that a token fails.
fn failed_checks_of_token(pool: &LocalPool, token: &Value, token_use: &str) -> Vec<&'static str> {
    let text = token.as_str().expect("a token");
    let parts: Vec<&str> = text.split('.').collect();
    let part = |number: usize| URL_SAFE_NO_PAD.decode(parts[number]).expect("base64url");
    let header: Value = serde_json::from_slice(&part(0)).expect("a header");
    let mut faults = Vec::new();
    if header["alg"] == "RS256" {
        let path = format!("/{DEV_POOL_ID}/.well-known/jwks.json");
        let jwks = Request::new(pool.address(), "GET", &path).send().json();
        let keys = jwks["keys"].as_array().expect("a key set");
        match keys.iter().find(|key| key["kid"] == header["kid"]) {
            None => faults.push("key"),
            Some(key) => {
                let number = |name: &str| {
                    let text = key[name].as_str().expect("text");
                    URL_SAFE_NO_PAD.decode(text).expect("base64url")
                };
                let public = PublicKeyComponents {
                    n: number("n"),
                    e: number("e"),
                };
                let signed = format!("{}.{}", parts[0], parts[1]);
                let proved =
                    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &part(2));
                if proved.is_err() {
                    faults.push("signature");
                }
            }
        }
    } else {
        faults.push("algorithm");
    }
    let said = decode_claims(token);
    let now = pool.clock().now().as_secs();
    let audience = if said["aud"].is_null() {
        &said["client_id"]
    } else {
        &said["aud"]
    };
    let moment = |name: &str| said[name].as_u64().expect("seconds");
    for (wrong, fault) in [
        (
            said["iss"] != format!("{}/{DEV_POOL_ID}", pool.url()),
            "issuer",
        ),
        (audience != DEV_CLIENT_ID, "audience"),
        (said["token_use"] != token_use, "use"),
        (moment("exp") + LEEWAY <= now, "expired"),
        (moment("iat") > now + LEEWAY, "early"),
    ] {
        if wrong {
            faults.push(fault);
        }
    }
    faults
}

/// Returns the names of the checks that an ID token and an access token fail, including the checks of both
/// together.
fn failed_checks_of_both_tokens(
    pool: &LocalPool,
    id: &Value,
    access: &Value,
    nonce: Option<&str>,
) -> (Vec<&'static str>, Vec<&'static str>) {
    let mut of_id = failed_checks_of_token(pool, id, "id");
    let mut of_access = failed_checks_of_token(pool, access, "access");
    let said = decode_claims(id);
    if said["sub"] != decode_claims(access)["sub"] {
        of_access.push("subject");
    }
    if nonce.is_some_and(|nonce| said["nonce"] != nonce) {
        of_id.push("nonce");
    }
    if let Some(at_hash) = said["at_hash"].as_str() {
        let digest = Sha256::digest(access.as_str().expect("a token"));
        if at_hash != URL_SAFE_NO_PAD.encode(&digest[..16]) {
            of_id.push("at_hash");
        }
    }
    (of_id, of_access)
}

/// Returns the names of the checks that the tokens of an API sign-in fail.
fn failed_checks_of_api_tokens(
    pool: &LocalPool,
    tokens: &Value,
) -> (Vec<&'static str>, Vec<&'static str>) {
    failed_checks_of_both_tokens(pool, &tokens["IdToken"], &tokens["AccessToken"], None)
}

/// Refreshes tokens by `InitiateAuth`, and returns the new tokens.
fn refresh_by_api(pool: &LocalPool, refresh_token: &Value) -> Value {
    let renewed = call_action(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "ClientId": DEV_CLIENT_ID,
            "AuthParameters": { "REFRESH_TOKEN": refresh_token },
        }),
    );
    assert_eq!(renewed.status, 200, "{renewed:?}");
    renewed.json()["AuthenticationResult"].clone()
}

/// Refreshes tokens by the token endpoint, and returns the new tokens.
fn refresh_by_token_endpoint(pool: &LocalPool, tokens: &Value) -> Value {
    let answer = post_as_app(
        pool,
        "/oauth2/token",
        &[
            ("grant_type", "refresh_token"),
            ("client_id", DEV_CLIENT_ID),
            (
                "refresh_token",
                tokens["refresh_token"].as_str().expect("one"),
            ),
        ],
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[test]
fn each_injected_token_defect_changes_one_claim_or_signature() {
    let pool = pool();
    for (word, of_id, of_access) in SENTINELS {
        let email = format!("sentinel-{word}@example.com");
        register(&pool, &email);
        let wanted = (of_id.to_vec(), of_access.to_vec());
        let direct = sign_in(&pool, &email);
        assert_eq!(
            failed_checks_of_api_tokens(&pool, &direct),
            wanted,
            "{word}, direct"
        );
        let renewed = refresh_by_api(&pool, &direct["RefreshToken"]);
        assert_eq!(
            failed_checks_of_api_tokens(&pool, &renewed),
            wanted,
            "{word}, renewed"
        );
        let hosted = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), &email);
        let judged = failed_checks_of_both_tokens(
            &pool,
            &hosted["id_token"],
            &hosted["access_token"],
            Some("n-1"),
        );
        assert_eq!(judged, wanted, "{word}, hosted");
    }
}

#[test]
fn only_hosted_sign_in_gets_an_injected_nonce_defect() {
    let pool = pool();
    for (word, fault) in [("token-nonce", "nonce"), ("token-at-hash", "at_hash")] {
        let email = format!("sentinel-{word}@example.com");
        register(&pool, &email);
        let hosted = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), &email);
        assert_eq!(
            failed_checks_of_both_tokens(
                &pool,
                &hosted["id_token"],
                &hosted["access_token"],
                Some("n-1")
            ),
            (vec![fault], vec![]),
            "{word}, hosted"
        );
        let direct = sign_in(&pool, &email);
        assert_eq!(
            failed_checks_of_api_tokens(&pool, &direct),
            (vec![], vec![]),
            "{word}, direct"
        );
    }
}

/// Only a client that knows which user has signed in can detect this defect.
#[test]
fn fault_injection_can_return_tokens_of_another_user() {
    let pool = pool();
    let email = "sentinel-token-user@example.com";
    register(&pool, email);
    let direct = sign_in(&pool, email);
    assert_eq!(
        failed_checks_of_api_tokens(&pool, &direct),
        (vec![], vec![])
    );
    let [id, access] = ["IdToken", "AccessToken"].map(|token| decode_claims(&direct[token]));
    let told = [
        &id["sub"],
        &id["cognito:username"],
        &access["sub"],
        &access["username"],
    ];
    let found = json!({ "UserPoolId": DEV_POOL_ID, "Username": email });
    let user = call_action(pool.address(), "AdminGetUser", &found).json();
    assert!(user["Username"].is_string(), "{user}");
    for name in told {
        assert_eq!(name, told[0]);
        assert_ne!(*name, user["Username"]);
    }
}

#[test]
fn fault_injection_can_make_only_refreshed_tokens_invalid() {
    let pool = pool();
    let email = "sentinel-token-subject-on-renewal@example.com";
    register(&pool, email);
    let good = (vec![], vec![]);
    let odd = (vec![], vec!["subject"]);
    let direct = sign_in(&pool, email);
    assert_eq!(failed_checks_of_api_tokens(&pool, &direct), good);
    let renewed = refresh_by_api(&pool, &direct["RefreshToken"]);
    assert_eq!(failed_checks_of_api_tokens(&pool, &renewed), odd);
    let hosted = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), email);
    let judge = |tokens: &Value| {
        failed_checks_of_both_tokens(&pool, &tokens["id_token"], &tokens["access_token"], None)
    };
    assert_eq!(judge(&hosted), good);
    assert_eq!(judge(&refresh_by_token_endpoint(&pool, &hosted)), odd);
}

#[test]
fn fault_injection_can_shorten_tokens_to_one_minute() {
    let pool = pool();
    let email = "sentinel-short-tokens@example.com";
    register(&pool, email);
    let lives = |token: &Value| {
        let said = decode_claims(token);
        said["exp"]
            .as_u64()
            .zip(said["iat"].as_u64())
            .map(|(exp, iat)| exp - iat)
    };
    let direct = sign_in(&pool, email);
    assert_eq!(
        failed_checks_of_api_tokens(&pool, &direct),
        (vec![], vec![])
    );
    let renewed = refresh_by_api(&pool, &direct["RefreshToken"]);
    for tokens in [&direct, &renewed] {
        assert_eq!(
            (
                lives(&tokens["IdToken"]),
                lives(&tokens["AccessToken"]),
                &tokens["ExpiresIn"]
            ),
            (Some(60), Some(60), &json!(60))
        );
    }
    let hosted = Browser::new(&pool).sign_in_for_tokens(&authorization_query(&[]), email);
    assert_eq!(
        (
            lives(&hosted["id_token"]),
            lives(&hosted["access_token"]),
            &hosted["expires_in"]
        ),
        (Some(60), Some(60), &json!(60))
    );
    pool.clock().advance(std::time::Duration::from_secs(60));
    let refused = call_action(
        pool.address(),
        "GetUser",
        &json!({ "AccessToken": direct["AccessToken"] }),
    );
    assert_eq!(refused.json()["message"], "Access Token has expired");
}
