//! `/provider`: a stand-in for Google and the like, with one page: sign in as …
//!
//! Whoever is named there becomes a user of the pool with the status `EXTERNAL_PROVIDER`; the same e-mail address is
//! the same person again.

use axum::response::Response;
use maud::html;
use rusqlite::Connection;
use serde_json::json;

use super::page::{self, Field, Notice};
use super::page_request::{Stop, Visit};
use super::request::{AuthorizationRequest, Provider};
use crate::error::ApiError;
use crate::pool::contact::is_email;
use crate::pool::schema::IDENTITIES;
use crate::pool::{Attributes, Status, User, UserPool};
use crate::random;

/// How many people who were here before are offered.
const OFFERED: usize = 8;

/// Identity providers whose type is their name; others are of the type `OIDC`.
const SOCIAL: [&str; 4] = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"];

fn named(request: &AuthorizationRequest) -> Result<&str, Stop> {
    match &request.provider {
        Provider::Named(name) => Ok(name),
        Provider::Any | Provider::UserPool => Err(request
            .refuse("invalid_request", Some("identity_provider is missing"))
            .into()),
    }
}

/// The page.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    draw(visit, &request, &Notice::None)
}

/// Signs in as somebody, or cancels.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let provider = named(&request)?;
    if !form.field("cancel").is_empty() {
        let description = format!("{provider} Error - 403 access_denied");
        return Ok(request.refuse("invalid_request", Some(&description)));
    }
    let email = form.field("email").trim();
    if !is_email(email) {
        let text = "Type an e-mail address: it is who you are there.".to_owned();
        return draw(visit, &request, &Notice::Problem(text));
    }
    let user = visit.service().store().write(|tx| {
        let name = form.field("name").trim();
        person(tx, visit, &request.pool, provider, email, name)
    })?;
    if !user.enabled {
        return Ok(request.refuse("invalid_request", Some("User is not enabled")));
    }
    request.sign_in(visit, user, Some(provider))
}

/// The user who is this person at the provider, made or brought up to date.
fn person(
    connection: &Connection,
    visit: &Visit,
    pool: &UserPool,
    provider: &str,
    email: &str,
    name: &str,
) -> Result<User, ApiError> {
    let id = id_there(visit, provider, email);
    let username = format!("{provider}_{id}");
    let mut attributes = Attributes::from([
        ("email".to_owned(), email.to_owned()),
        ("email_verified".to_owned(), "true".to_owned()),
    ]);
    if !name.is_empty() {
        attributes.insert("name".to_owned(), name.to_owned());
    }
    let found = User::by_username_key(connection, &pool.id, &pool.fold(&username))?;
    let user = match found {
        Some(user) => user,
        None => {
            let mut user = User {
                id: 0,
                pool_id: pool.id.clone(),
                username,
                sub: random::uuid(),
                status: Status::ExternalProvider,
                enabled: true,
                created_at: visit.now,
                modified_at: visit.now,
                verifier: None,
                temporary_since: None,
            };
            user.insert(connection, pool)?;
            let kind = if SOCIAL.contains(&provider) {
                provider
            } else {
                "OIDC"
            };
            let identities = json!([{
                "userId": id, "providerName": provider, "providerType": kind, "issuer": null,
                "primary": "true", "dateCreated": (visit.now.as_secs() * 1_000).to_string(),
            }]);
            attributes.insert(IDENTITIES.to_owned(), identities.to_string());
            user
        }
    };
    user.set_attributes(connection, &attributes)?;
    Ok(user)
}

/// The id that a person has at the provider: figures, the same ones for an e-mail address in any case.
fn id_there(visit: &Visit, provider: &str, email: &str) -> String {
    let drawn = visit
        .service()
        .sealer()
        .derive("provider", &[provider, &email.to_lowercase()]);
    drawn
        .iter()
        .take(21)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}

/// E-mail addresses of people who signed in through this provider before, newest first.
fn known(
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
        if here && known.len() < OFFERED {
            known.push(email);
        }
    }
    Ok(known)
}

fn draw(visit: &Visit, request: &AuthorizationRequest, notice: &Notice) -> Result<Response, Stop> {
    let provider = named(request)?;
    let known = visit
        .service()
        .store()
        .with(|connection| known(connection, &request.pool, provider))?;
    let hint = request.login_hint.as_deref().unwrap_or_default();
    let title = format!("Sign in with {provider}");
    Ok(page::show(visit, request, &title, notice, |token| {
        let fields = html! {
            (Field { name: "email", label: "E-mail address", kind: "email", autocomplete: "email", value: hint }.draw())
            label {
                "Name (may be left out)"
                input name="name" type="text" autocomplete="name";
            }
            button type="submit" { "Sign in as this person" }
        };
        html! {
            p { "This stands in for " strong { (provider) } ": no password, nothing leaves this computer. Be whoever you like." }
            @for email in known {
                (page::form(visit, "/provider", token, &html! {
                    input type="hidden" name="email" value=(email);
                    button.quiet type="submit" { "Sign in as " (email) }
                }))
            }
            (page::form(visit, "/provider", token, &fields))
            (page::form(visit, "/provider", token, &html! {
                button.quiet type="submit" name="cancel" value="1" { "Cancel, as somebody who changes their mind" }
            }))
        }
    }))
}
