//! A challenge that the app does not know.

use e2e::pages::SignInPage;
use e2e::{Person, journey};
use serde_json::json;

use crate::between::{Instead, answer_instead};
use crate::hosted::with_ann;

#[test]
fn a_challenge_that_nobody_knows_yet_is_refused_kindly() {
    journey(with_ann(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        let odd = Instead {
            status: 200,
            kind: "application/x-amz-json-1.1",
            body: r#"{"ChallengeName":"IRIS_SCAN","ChallengeParameters":{},"Session":"AYABeOpaqueSessionText"}"#,
        };
        answer_instead(&j, "RespondToAuthChallenge", odd).await?;
        page.sign_in_as(&Person::ann()).await?;
        let alert = j.browser.alert().await?;
        assert!(
            alert.contains("IRIS_SCAN") && alert.contains("administrator"),
            "{alert}"
        );
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        Ok(())
    });
}
