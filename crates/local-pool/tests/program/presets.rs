//! The reference pools as the program starts them: what an operator's tools see, and what survives a restart.

use local_pool::presets::PoolPreset;
use serde_json::{Value, json};

use crate::http::{Request, call};
use crate::process::{Folder, Program};
use crate::smoke::run;

fn asked(program: &Program, operation: &str, request: &Value) -> Value {
    let answer = call(program.address, operation, request);
    assert_eq!(answer.status, 200, "{operation}: {answer:?}");
    answer.json()
}

fn pool_of(program: &Program, preset: PoolPreset) -> Value {
    let request = json!({ "UserPoolId": preset.pool_id() });
    asked(program, "DescribeUserPool", &request)["UserPool"].clone()
}

fn client_of(program: &Program, preset: PoolPreset) -> Value {
    let request = json!({ "UserPoolId": preset.pool_id(), "ClientId": preset.client_id() });
    asked(program, "DescribeUserPoolClient", &request)["UserPoolClient"].clone()
}

/// The sorted names of the attributes whose `member` is `is`.
fn attributes(pool: &Value, member: &str, is: bool) -> Vec<String> {
    let schema = pool["SchemaAttributes"].as_array().expect("a schema");
    let mut names: Vec<String> = schema
        .iter()
        .filter(|attribute| attribute[member] == json!(is) && attribute["Name"] != "sub")
        .filter_map(|attribute| Some(attribute["Name"].as_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// The members of `whole` that `part` also has.
fn only(whole: &Value, part: &Value) -> Value {
    let names = part.as_object().expect("an object").keys();
    names
        .map(|name| (name.clone(), whole[name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn is(whole: &Value, part: &Value) {
    assert_eq!(only(whole, part), *part);
}

#[test]
fn workshop_is_the_default_preset() {
    let program = Program::start(&["--ephemeral"]);
    let listed = asked(&program, "ListUserPools", &json!({ "MaxResults": 10 }));
    let ids: Vec<&Value> = listed["UserPools"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|pool| &pool["Id"])
        .collect();
    assert_eq!(ids, ["us-east-1_Poolgate1"]);
    let pool = pool_of(&program, PoolPreset::Workshop);
    is(
        &pool,
        &json!({
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": { "CaseSensitive": false },
            "MfaConfiguration": "OFF",
        }),
    );
    // Amazon's default policy.
    is(
        &pool["Policies"]["PasswordPolicy"],
        &json!({
            "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
            "RequireSymbols": true,
        }),
    );
    assert_eq!(
        client_of(&program, PoolPreset::Workshop)["ClientSecret"],
        json!(null)
    );
}

#[test]
fn redirect_preset_has_an_email_alias_and_one_callback_url() {
    let program = Program::start(&["--ephemeral", "--pool", "redirect"]);
    let pool = pool_of(&program, PoolPreset::Redirect);
    is(
        &pool,
        &json!({
            "AliasAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": { "CaseSensitive": false },
            "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
        }),
    );
    assert_eq!(
        pool["VerificationMessageTemplate"]["EmailSubject"],
        "Verify your email for our awesome app!"
    );
    assert_eq!(attributes(&pool, "Required", true), ["email", "name"]);
    assert_eq!(attributes(&pool, "Mutable", false), ["email"]);
    is(
        &client_of(&program, PoolPreset::Redirect),
        &json!({
            "CallbackURLs": ["http://localhost:8000/login/"],
            "LogoutURLs": ["http://localhost:8000"],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"],
        }),
    );
}

#[test]
fn playground_preset_has_three_flows_and_both_grants() {
    let program = Program::start(&["--ephemeral", "--pool", "playground"]);
    let pool = pool_of(&program, PoolPreset::Playground);
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    is(
        &pool["Policies"]["PasswordPolicy"],
        &json!({
            "MinimumLength": 6, "RequireUppercase": false, "RequireLowercase": false, "RequireNumbers": false,
            "RequireSymbols": false,
        }),
    );
    is(
        &client_of(&program, PoolPreset::Playground),
        &json!({
            "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "AllowedOAuthFlows": ["code", "implicit"],
            "AllowedOAuthScopes": ["email", "openid"],
            "CallbackURLs": ["http://localhost:4200/oauth/cognito"],
            "LogoutURLs": ["http://localhost:4200/oauth/cognito/logout"],
            "RefreshTokenValidity": 30,
            "AccessTokenValidity": 60,
            "IdTokenValidity": 60,
            "TokenValidityUnits": { "RefreshToken": "days", "AccessToken": "minutes", "IdToken": "minutes" },
            "PreventUserExistenceErrors": "ENABLED",
        }),
    );
}

#[test]
fn quickstart_preset_sends_no_code_and_has_no_password_flow() {
    let program = Program::start(&["--ephemeral", "--pool", "quickstart"]);
    let pool = pool_of(&program, PoolPreset::Quickstart);
    assert_eq!(attributes(&pool, "Required", true), ["email"]);
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["AutoVerifiedAttributes"], json!(null));
    is(
        &client_of(&program, PoolPreset::Quickstart),
        &json!({
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "AllowedOAuthScopes": ["openid", "phone"],
            "CallbackURLs": ["http://localhost"],
            "LogoutURLs": ["http://localhost"],
        }),
    );
}

#[test]
fn enterprise_preset_has_no_sign_up_and_one_invited_user() {
    let folder = Folder::new();
    let file = folder.file("pool.sqlite");
    let arguments = ["--data", &file, "--pool", "enterprise"];
    let program = Program::start(&arguments);
    let pool = pool_of(&program, PoolPreset::Enterprise);
    is(
        &pool,
        &json!({
            "AliasAttributes": ["preferred_username"],
            "AutoVerifiedAttributes": null,
            "MfaConfiguration": "OPTIONAL",
            "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] },
        }),
    );
    assert_eq!(
        pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        true
    );
    assert_eq!(attributes(&pool, "Required", true), ["email", "name"]);
    let mail = || {
        let answer = Request::new(program.address, "GET", "/inbox.json").send();
        answer.json()
    };
    let invitations = mail();
    let code = invitations[0]["code"].as_str().expect("a password");
    assert_eq!(
        invitations[0]["text"],
        format!("Your username is e1001 and temporary password is {code}.")
    );
    assert_eq!(invitations[0]["to"], "ann@example.com");

    // An operator's changes survive, and no user is invited again.
    let user = json!({ "UserPoolId": PoolPreset::Enterprise.pool_id(), "Username": "e1001" });
    assert_eq!(call(program.address, "AdminDeleteUser", &user).status, 200);
    program.kill();
    let program = Program::start(&arguments);
    let users = asked(
        &program,
        "ListUsers",
        &json!({ "UserPoolId": PoolPreset::Enterprise.pool_id() }),
    );
    assert_eq!(users, json!({ "Users": [] }));
}

#[test]
fn one_file_holds_several_reference_pools() {
    let folder = Folder::new();
    let file = folder.file("pool.sqlite");
    Program::start(&["--data", &file]).kill();
    let program = Program::start(&["--data", &file, "--pool=redirect"]);
    for preset in [PoolPreset::Workshop, PoolPreset::Redirect] {
        assert_eq!(pool_of(&program, preset)["Id"], preset.pool_id());
    }
}

#[test]
fn app_url_is_registered_in_addition_to_the_presets_urls() {
    let folder = Folder::new();
    let file = folder.file("pool.sqlite");
    let elsewhere = ["--app-url", "http://localhost:8000"];
    let arguments = [&["--data", &file, "--pool", "quickstart"], &elsewhere[..]].concat();
    for _ in 0..2 {
        let program = Program::start(&arguments);
        is(
            &client_of(&program, PoolPreset::Quickstart),
            &json!({
                "CallbackURLs": ["http://localhost", "http://localhost:8000"],
                "LogoutURLs": ["http://localhost", "http://localhost:8000"],
            }),
        );
        program.kill();
    }
}

#[test]
fn app_url_does_not_restore_urls_that_were_removed() {
    let folder = Folder::new();
    let file = folder.file("pool.sqlite");
    let preset = PoolPreset::Quickstart;
    let program = Program::start(&["--data", &file, "--pool", "quickstart"]);
    let mut request = client_of(&program, preset);
    request["CallbackURLs"] = json!(["https://app.example.com"]);
    request["LogoutURLs"] = json!(["https://app.example.com"]);
    for read_only in ["CreationDate", "LastModifiedDate", "ClientSecret"] {
        request.as_object_mut().expect("a client").remove(read_only);
    }
    assert_eq!(
        call(program.address, "UpdateUserPoolClient", &request).status,
        200
    );
    program.kill();

    let elsewhere = ["--app-url", "http://localhost:8000"];
    let arguments = [&["--data", &file, "--pool", "quickstart"], &elsewhere[..]].concat();
    let program = Program::start(&arguments);
    is(
        &client_of(&program, preset),
        &json!({
            "CallbackURLs": ["https://app.example.com", "http://localhost:8000"],
            "LogoutURLs": ["https://app.example.com", "http://localhost:8000"],
        }),
    );
}

/// The printed configuration is the one that the app gets.
#[test]
fn the_printed_config_has_the_urls_of_pool_and_app() {
    let printed = run(&["--pool", "quickstart", "--print-config"]);
    assert!(printed.status.success());
    let wanted =
        PoolPreset::Quickstart.config_js("http://localhost:9229", None, "http://localhost");
    assert_eq!(String::from_utf8_lossy(&printed.stdout), wanted);
    assert!(
        wanted.contains("\"redirectSignIn\": \"http://localhost\""),
        "{wanted}"
    );

    let printed = run(&[
        "--print-config",
        "--pool=quickstart",
        "--app-url=http://localhost:8000",
        "--listen=localhost:9000",
    ]);
    let wanted =
        PoolPreset::Quickstart.config_js("http://localhost:9000", None, "http://localhost:8000");
    assert_eq!(String::from_utf8_lossy(&printed.stdout), wanted);
    assert!(
        wanted.contains("\"redirectSignIn\": \"http://localhost:8000\""),
        "{wanted}"
    );
}

#[test]
fn printed_config_contains_a_separate_issuer_url() {
    for (preset, key, endpoint) in [
        (
            "workshop",
            "\"issuer\": ",
            "\"endpoint\": \"http://localhost:9000\"",
        ),
        (
            "enterprise",
            "\"OIDC_URL\": ",
            "\"endpoint\": \"http://localhost:9000\"",
        ),
    ] {
        let printed = run(&[
            "--print-config",
            "--pool",
            preset,
            "--listen=localhost:9000",
            "--issuer-url=http://127.0.0.1:0",
        ]);
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        let preset: PoolPreset = preset.parse().expect("a preset");
        let issuer = format!("{key}\"http://127.0.0.1:9000/{}\"", preset.pool_id());
        assert!(printed.contains(&issuer), "{printed}");
        assert!(printed.contains(endpoint), "{printed}");
    }
}

#[test]
fn error_for_an_unknown_preset_lists_the_known_presets() {
    let refused = run(&["--pool", "nonsense"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "local-pool: \"nonsense\" is not a reference pool. The reference pools are workshop, redirect, playground, \
         quickstart, enterprise.\nRun local-pool --help for the options.\n"
    );
}
