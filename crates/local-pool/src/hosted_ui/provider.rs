//! The page `/provider`: a stand-in for external identity providers such as Google, with one page on which any user can
//! sign in.
//!
//! The user is created in the pool with the status `EXTERNAL_PROVIDER`. The same email address is the same user
//! at the next sign-in.

use axum::response::Response;
use maud::html;
use rusqlite::Connection;
use serde_json::json;

use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::{AuthorizationRequest, IdentityProvider};
use crate::error::ApiError;
use crate::pool::contact::is_email;
use crate::pool::schema::IDENTITIES;
use crate::pool::{Attributes, User, UserPool, UserStatus};
use crate::random;

/// The maximum number of earlier email addresses that the page offers.
const MAX_OFFERED_EMAILS: usize = 8;

/// The identity providers whose type is their name. Others have the type `OIDC`.
const SOCIAL_PROVIDERS: [&str; 4] = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"];

/// Returns the name of the external identity provider in an authorization request, or an error redirect if the request
/// names none.
fn required_provider_name(request: &AuthorizationRequest) -> Result<&str, PageRejection> {
    match &request.provider {
        IdentityProvider::Named(name) => Ok(name),
        IdentityProvider::Any | IdentityProvider::UserPool => Err(request
            .error_redirect_response("invalid_request", Some("identity_provider is missing"))
            .into()),
    }
}

/// Shows the page on which a test user signs in, in place of a page of an external identity provider.
pub(super) fn show_provider_page(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    render_provider_page(page_request, &request, &PageNotice::None)
}

/// Signs in the test user with the email address in the form. If the user canceled, redirects to the app with an error.
pub(super) fn submit_provider_form(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let provider = required_provider_name(&request)?;
    if !form.first_value("cancel").is_empty() {
        let description = format!("{provider} Error - 403 access_denied");
        return Ok(request.error_redirect_response("invalid_request", Some(&description)));
    }
    let email = form.first_value("email").trim();
    if !is_email(email) {
        let text = "Enter a valid email address.".to_owned();
        return render_provider_page(page_request, &request, &PageNotice::Problem(text));
    }
    let user = page_request.service().store().run_transaction(|tx| {
        let name = form.first_value("name").trim();
        find_or_create_provider_user(tx, page_request, &request.pool, provider, email, name)
    })?;
    if !user.enabled {
        return Ok(request.error_redirect_response("invalid_request", Some("User is not enabled")));
    }
    request.complete_sign_in(page_request, user, Some(provider))
}

/// Finds the pool's user for a user of an external identity provider, or creates it. Sets the user's attributes.
fn find_or_create_provider_user(
    connection: &Connection,
    page_request: &PageRequest,
    pool: &UserPool,
    provider: &str,
    email: &str,
    name: &str,
) -> Result<User, ApiError> {
    let id = derive_provider_user_id(page_request, provider, email);
    let username = format!("{provider}_{id}");
    let mut attributes = Attributes::from([
        ("email".to_owned(), email.to_owned()),
        ("email_verified".to_owned(), "true".to_owned()),
    ]);
    if !name.is_empty() {
        attributes.insert("name".to_owned(), name.to_owned());
    }
    let found =
        User::find_user_by_username_key(connection, &pool.id, &pool.normalize_username(&username))?;
    let user = match found {
        Some(user) => user,
        None => {
            let mut user = User {
                id: 0,
                pool_id: pool.id.clone(),
                username,
                sub: random::generate_uuid(),
                status: UserStatus::ExternalProvider,
                enabled: true,
                created_at: page_request.now,
                modified_at: page_request.now,
                verifier: None,
                temporary_since: None,
            };
            user.insert_user(connection, pool)?;
            let kind = if SOCIAL_PROVIDERS.contains(&provider) {
                provider
            } else {
                "OIDC"
            };
            let identities = json!([{
                "userId": id, "providerName": provider, "providerType": kind, "issuer": null,
                "primary": "true", "dateCreated": (page_request.now.as_secs() * 1_000).to_string(),
            }]);
            attributes.insert(IDENTITIES.to_owned(), identities.to_string());
            user
        }
    };
    user.set_attributes(connection, &attributes)?;
    Ok(user)
}

/// Returns the user's ID at the provider: digits that depend only on the provider and the lower-case email
/// address.
fn derive_provider_user_id(page_request: &PageRequest, provider: &str, email: &str) -> String {
    let drawn = page_request
        .service()
        .sealer()
        .derive_bytes("provider", &[provider, &email.to_lowercase()]);
    drawn
        .iter()
        .take(21)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}

/// Loads the email addresses of users who have signed in through this provider before, newest first.
fn load_provider_emails(
    connection: &Connection,
    pool: &UserPool,
    provider: &str,
) -> Result<Vec<String>, ApiError> {
    let mut users = connection.prepare_cached(
        "SELECT user.username, user_attribute.value FROM user
         JOIN user_attribute ON user_attribute.user_id = user.id AND user_attribute.name = 'email'
         WHERE user.pool_id = ?1 AND user.status = 'EXTERNAL_PROVIDER' ORDER BY user.id DESC",
    )?;
    let rows = users.query_map([&pool.id], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut known = Vec::new();
    for row in rows {
        let (username, email) = row?;
        let here = username
            .rsplit_once('_')
            .is_some_and(|(name, _)| name == provider);
        if here && known.len() < MAX_OFFERED_EMAILS {
            known.push(email);
        }
    }
    Ok(known)
}

/// Returns the HTML of the page on which a test user signs in, in place of a page of an external identity provider.
fn render_provider_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    notice: &PageNotice,
) -> Result<Response, PageRejection> {
    let provider = required_provider_name(request)?;
    let known = page_request
        .service()
        .store()
        .run_query(|connection| load_provider_emails(connection, &request.pool, provider))?;
    let hint = request.login_hint.as_deref().unwrap_or_default();
    let title = format!("Sign in with {provider}");
    Ok(page::sign_in_page_response(
        page_request,
        request,
        &title,
        notice,
        |token| {
            let fields = html! {
                (FormField { name: "email", label: "Email", kind: "email", autocomplete: "email", value: hint }.to_markup())
                label {
                    "Name (optional)"
                    input name="name" type="text" autocomplete="name";
                }
                button type="submit" { "Sign in" }
            };
            html! {
                p { "Test page instead of " strong { (provider) } ". Sign in as any test user, without a password." }
                @for email in known {
                    (page::render_form(page_request, "/provider", token, &html! {
                        input type="hidden" name="email" value=(email);
                        button.ghost type="submit" { "Sign in as " (email) }
                    }))
                }
                (page::render_form(page_request, "/provider", token, &fields))
                (page::render_form(page_request, "/provider", token, &html! {
                    button.ghost type="submit" name="cancel" value="1" { "Cancel" }
                }))
            }
        },
    ))
}
