//! The reference pools as the program starts them: what an operator's tools see, and what survives a restart.

use local_pool::presets::PoolPreset;
use serde_json::{Value, json};

use crate::http::{Request, call_action};
use crate::process::{Folder, Program};
use crate::smoke::run_program;

/// Calls an action that must succeed, and returns the response.
fn call_action_successfully(program: &Program, operation: &str, request: &Value) -> Value {
    let answer = call_action(program.address, operation, request);
    assert_eq!(answer.status, 200, "{operation}: {answer:?}");
    answer.json()
}

/// Returns the description of the pool of a preset.
fn describe_pool(program: &Program, preset: PoolPreset) -> Value {
    let request = json!({ "UserPoolId": preset.pool_id() });
    call_action_successfully(program, "DescribeUserPool", &request)["UserPool"].clone()
}

/// Returns the description of the app client of a preset.
fn describe_client(program: &Program, preset: PoolPreset) -> Value {
    let request = json!({ "UserPoolId": preset.pool_id(), "ClientId": preset.client_id() });
    call_action_successfully(program, "DescribeUserPoolClient", &request)["UserPoolClient"].clone()
}

/// Returns the sorted names of the attributes whose member `member` equals `flag`.
fn attributes_with_flag(pool: &Value, member: &str, flag: bool) -> Vec<String> {
    let schema = pool["SchemaAttributes"].as_array().expect("a schema");
    let mut names: Vec<String> = schema
        .iter()
        .filter(|attribute| attribute[member] == json!(flag) && attribute["Name"] != "sub")
        .filter_map(|attribute| Some(attribute["Name"].as_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Returns the members of `whole` that `part` also has.
fn select_members_of(whole: &Value, part: &Value) -> Value {
    let names = part.as_object().expect("an object").keys();
    names
        .map(|name| (name.clone(), whole[name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Fails the test unless `whole` contains the members of `part` with the same values.
fn assert_members_equal(whole: &Value, part: &Value) {
    assert_eq!(select_members_of(whole, part), *part);
}

#[test]
fn local_pool_starts_with_the_workshop_pool_by_default() {
    let program = Program::start(&["--ephemeral"]);
    let listed = call_action_successfully(&program, "ListUserPools", &json!({ "MaxResults": 10 }));
    let ids: Vec<&Value> = listed["UserPools"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|pool| &pool["Id"])
        .collect();
    assert_eq!(ids, ["us-east-1_Poolgate1"]);
    let pool = describe_pool(&program, PoolPreset::Workshop);
    assert_members_equal(
        &pool,
        &json!({
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": { "CaseSensitive": false },
            "MfaConfiguration": "OFF",
        }),
    );
    // Amazon's default policy.
    assert_members_equal(
        &pool["Policies"]["PasswordPolicy"],
        &json!({
            "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
            "RequireSymbols": true,
        }),
    );
    assert_eq!(
        describe_client(&program, PoolPreset::Workshop)["ClientSecret"],
        json!(null)
    );
}

#[test]
fn pool_named_redirect_has_an_email_alias_and_one_callback_url() {
    let program = Program::start(&["--ephemeral", "--pool", "redirect"]);
    let pool = describe_pool(&program, PoolPreset::Redirect);
    assert_members_equal(
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
    assert_eq!(
        attributes_with_flag(&pool, "Required", true),
        ["email", "name"]
    );
    assert_eq!(attributes_with_flag(&pool, "Mutable", false), ["email"]);
    assert_members_equal(
        &describe_client(&program, PoolPreset::Redirect),
        &json!({
            "CallbackURLs": ["http://localhost:8000/login/"],
            "LogoutURLs": ["http://localhost:8000"],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"],
        }),
    );
}

#[test]
fn playground_pool_has_three_auth_flows_and_two_oauth_grants() {
    let program = Program::start(&["--ephemeral", "--pool", "playground"]);
    let pool = describe_pool(&program, PoolPreset::Playground);
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_members_equal(
        &pool["Policies"]["PasswordPolicy"],
        &json!({
            "MinimumLength": 6, "RequireUppercase": false, "RequireLowercase": false, "RequireNumbers": false,
            "RequireSymbols": false,
        }),
    );
    assert_members_equal(
        &describe_client(&program, PoolPreset::Playground),
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
fn quickstart_pool_sends_no_code_and_has_no_password_flow() {
    let program = Program::start(&["--ephemeral", "--pool", "quickstart"]);
    let pool = describe_pool(&program, PoolPreset::Quickstart);
    assert_eq!(attributes_with_flag(&pool, "Required", true), ["email"]);
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["AutoVerifiedAttributes"], json!(null));
    assert_members_equal(
        &describe_client(&program, PoolPreset::Quickstart),
        &json!({
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "AllowedOAuthScopes": ["openid", "phone"],
            "CallbackURLs": ["http://localhost"],
            "LogoutURLs": ["http://localhost"],
        }),
    );
}

#[test]
fn enterprise_pool_has_no_sign_up_and_one_invited_user() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let arguments = ["--data", &file, "--pool", "enterprise"];
    let program = Program::start(&arguments);
    let pool = describe_pool(&program, PoolPreset::Enterprise);
    assert_members_equal(
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
    assert_eq!(
        attributes_with_flag(&pool, "Required", true),
        ["email", "name"]
    );
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
    assert_eq!(
        call_action(program.address, "AdminDeleteUser", &user).status,
        200
    );
    program.kill();
    let program = Program::start(&arguments);
    let users = call_action_successfully(
        &program,
        "ListUsers",
        &json!({ "UserPoolId": PoolPreset::Enterprise.pool_id() }),
    );
    assert_eq!(users, json!({ "Users": [] }));
}

#[test]
fn one_data_file_can_contain_several_reference_pools() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    Program::start(&["--data", &file]).kill();
    let program = Program::start(&["--data", &file, "--pool=redirect"]);
    for preset in [PoolPreset::Workshop, PoolPreset::Redirect] {
        assert_eq!(describe_pool(&program, preset)["Id"], preset.pool_id());
    }
}

#[test]
fn app_url_option_adds_a_callback_url_to_the_reference_pool() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let elsewhere = ["--app-url", "http://localhost:8000"];
    let arguments = [&["--data", &file, "--pool", "quickstart"], &elsewhere[..]].concat();
    for _ in 0..2 {
        let program = Program::start(&arguments);
        assert_members_equal(
            &describe_client(&program, PoolPreset::Quickstart),
            &json!({
                "CallbackURLs": ["http://localhost", "http://localhost:8000"],
                "LogoutURLs": ["http://localhost", "http://localhost:8000"],
            }),
        );
        program.kill();
    }
}

#[test]
fn app_url_option_does_not_add_back_a_removed_callback_url() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let preset = PoolPreset::Quickstart;
    let program = Program::start(&["--data", &file, "--pool", "quickstart"]);
    let mut request = describe_client(&program, preset);
    request["CallbackURLs"] = json!(["https://app.example.com"]);
    request["LogoutURLs"] = json!(["https://app.example.com"]);
    for read_only in ["CreationDate", "LastModifiedDate", "ClientSecret"] {
        request.as_object_mut().expect("a client").remove(read_only);
    }
    assert_eq!(
        call_action(program.address, "UpdateUserPoolClient", &request).status,
        200
    );
    program.kill();

    let elsewhere = ["--app-url", "http://localhost:8000"];
    let arguments = [&["--data", &file, "--pool", "quickstart"], &elsewhere[..]].concat();
    let program = Program::start(&arguments);
    assert_members_equal(
        &describe_client(&program, preset),
        &json!({
            "CallbackURLs": ["https://app.example.com", "http://localhost:8000"],
            "LogoutURLs": ["https://app.example.com", "http://localhost:8000"],
        }),
    );
}

/// The printed configuration is the one that the app gets.
#[test]
fn printed_config_js_has_the_urls_of_pool_and_app() {
    let printed = run_program(&["--pool", "quickstart", "--print-config"]);
    assert!(printed.status.success());
    let wanted =
        PoolPreset::Quickstart.config_js("http://localhost:9229", None, "http://localhost");
    assert_eq!(String::from_utf8_lossy(&printed.stdout), wanted);
    assert!(
        wanted.contains("\"redirectSignIn\": \"http://localhost\""),
        "{wanted}"
    );

    let printed = run_program(&[
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
fn printed_config_js_contains_a_separate_issuer_url() {
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
        let printed = run_program(&[
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
fn local_pool_option_error_lists_the_valid_pool_names() {
    let refused = run_program(&["--pool", "nonsense"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "local-pool: \"nonsense\" is not a reference pool. The reference pools are workshop, redirect, playground, \
         quickstart, enterprise.\nRun local-pool --help for the options.\n"
    );
}
