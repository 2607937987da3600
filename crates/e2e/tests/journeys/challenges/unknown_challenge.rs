//! A challenge that the app does not know.

use e2e::pages::SignInPage;
use e2e::{TestUser, run_journey, texts};
use serde_json::json;

use crate::hosted_sign_in::with_ann;
use crate::network_stub::{StubResponse, stub_response};

#[test]
fn sign_in_page_shows_an_error_for_an_unsupported_challenge() {
    run_journey(with_ann(), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        let unusual = StubResponse {
            status: 200,
            content_type: "application/x-amz-json-1.1",
            body: r#"{"ChallengeName":"IRIS_SCAN","ChallengeParameters":{},"Session":"AYABeOpaqueSessionText"}"#,
        };
        stub_response(&ctx, "RespondToAuthChallenge", unusual).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        let message = texts::sign_in::challenge_not_supported("IRIS_SCAN");
        ctx.browser.expect_error(&message).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}
