//! `GET /`: the front page, for developers who open the pool's URL in a browser.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::response::Response;
use maud::{DOCTYPE, Markup, html};

use crate::router::{self, BaseUrl, ServerState};
use crate::settings::DEV_POOL_ID;

/// Returns the front page of the local pool, with links and instructions for developers.
pub(crate) async fn show_front_page(
    State(app): State<Arc<ServerState>>,
    Extension(base_url): Extension<BaseUrl>,
) -> Response {
    let service = Arc::clone(&app.service);
    let has_dev_pool = tokio::task::spawn_blocking(move || service.pool_exists(DEV_POOL_ID));
    let issuer = format!("{}/{}", base_url.0, DEV_POOL_ID);
    router::page_response(render_page(
        "Local pool",
        html! {
            main {
                h1 { "Local pool" }
                p.lead {
                    "A small Amazon Cognito user pool on this computer, "
                    strong { "for development and tests only" } "."
                }
                ul.links {
                    li { a href="/inbox" { "Demo inbox" } " – the emails and text messages that a real pool would have sent" }
                    @if matches!(has_dev_pool.await, Ok(Ok(true))) {
                        li { a href=(format!("{issuer}/.well-known/openid-configuration")) { "Discovery document" }
                             " of the pool " code { (DEV_POOL_ID) } }
                        li { a href=(format!("{issuer}/.well-known/jwks.json")) { "Key set" } " (JWKS) of its tokens" }
                    }
                }
                h2 { "Endpoints" }
                dl {
                    dt { "User-pool API" }
                    dd { code { "POST " (base_url.0) "/" } ", as in Cognito: AWS JSON 1.1 with " code { "X-Amz-Target" } }
                    dt { "AWS command line" }
                    dd { code { "aws --endpoint-url " (base_url.0) " cognito-idp list-user-pools --max-results 10" } }
                    dt { "Demo API" }
                    dd { code { (base_url.0) "/api" } ", accepts this pool's tokens" }
                }
            }
        },
    ))
}

/// Returns the style sheet of the front page, the inbox and the hosted pages.
pub(crate) async fn style_sheet_response() -> Response {
    router::embedded_file_response(
        "text/css; charset=utf-8",
        include_str!("front_page/pages.css"),
    )
}

/// Returns the icon of the pool's pages.
pub(crate) async fn icon_response() -> Response {
    router::embedded_file_response("image/svg+xml", include_str!("front_page/icon.svg"))
}

/// Returns a complete HTML page around `content`. All pages of the pool use it.
pub(crate) fn render_page(title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" type="image/svg+xml" href="/icon.svg";
                link rel="stylesheet" href="/pages.css";
            }
            body { (content) }
        }
    }
}
