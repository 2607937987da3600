use cognito_proto::action::{
    CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials,
    RegistrationResponse, StartWebAuthnRegistration, WebAuthnCredential, WebAuthnCredentials,
};
use cognito_proto::time::UnixTime;
use serde_json::{Value, json};

use crate::{access_token, missing_member, parse, request, sent_by};

/// The options go to the browser without changes, because only the browser parses them.
#[test]
fn passkey_creation_options_reach_the_browser_unchanged() {
    assert_eq!(
        sent_by(&StartWebAuthnRegistration {
            access_token: &access_token()
        }),
        request(
            "StartWebAuthnRegistration",
            json!({"AccessToken":"eyJraWQ"})
        )
    );
    let options = json!({"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"preferred"},
        "challenge":"wxvbDicyqQqvF2EXAMPLE","excludeCredentials":[{"id":"8LApgk4-lNUFHbhm2w6Und7-uxcc8coJGsPxiogvHoItc64xWQc3r4CEXAMPLE","type":"public-key"}],
        "pubKeyCredParams":[{"alg":-7,"type":"public-key"},{"alg":-257,"type":"public-key"}],"rp":{"id":"auth.example.com","name":"auth.example.com"},
        "timeout":60000,"user":{"displayName":"ann","id":"ZWFhZDAyMTktMjExNy00MzlmLThkNDYtNGRiMjBlNEXAMPLE","name":"ann"}});
    let read =
        parse::<StartWebAuthnRegistration<'_>>(&json!({"CredentialCreationOptions":options}))
            .expect("options");
    let handed_on: Value = serde_json::from_str(&read).expect("JSON");
    assert_eq!(handed_on, options);
    for wrong in [json!(null), json!("{}"), json!([])] {
        assert_eq!(
            parse::<StartWebAuthnRegistration<'_>>(&json!({"CredentialCreationOptions":wrong})),
            missing_member("CredentialCreationOptions")
        );
    }
}

/// The registration sends an object, while a sign-in sends a string.
#[test]
fn new_passkey_credential_is_sent_as_a_json_object() {
    let credential = json!({"id":"xyz","rawId":"xyz","type":"public-key","clientExtensionResults":{},"authenticatorAttachment":"platform",
        "response":{"clientDataJSON":"e30","attestationObject":"o2M","transports":["internal"],"publicKeyAlgorithm":-7}});
    assert_eq!(
        sent_by(&CompleteWebAuthnRegistration {
            access_token: &access_token(),
            credential: &RegistrationResponse::parse(&credential.to_string()).expect("an object"),
        }),
        request(
            "CompleteWebAuthnRegistration",
            json!({"AccessToken":"eyJraWQ","Credential":credential})
        )
    );
    assert_eq!(
        parse::<CompleteWebAuthnRegistration<'_>>(&json!({})),
        Ok(())
    );
}

#[test]
fn list_web_authn_credentials_parses_items_and_next_token() {
    let listed = |next_token| {
        sent_by(&ListWebAuthnCredentials {
            access_token: &access_token(),
            next_token,
        })
    };
    assert_eq!(
        listed(None),
        request("ListWebAuthnCredentials", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        listed(Some("AYAB-page-2")).1,
        json!({"AccessToken":"eyJraWQ","NextToken":"AYAB-page-2"})
    );
    assert_eq!(
        parse::<ListWebAuthnCredentials<'_>>(
            &json!({"Credentials":[{"CredentialId":"8LApgk4-","FriendlyCredentialName":"iCloud Keychain","RelyingPartyId":"auth.example.com",
                "AuthenticatorAttachment":"platform","AuthenticatorTransports":["internal"],"CreatedAt":1726247595.861},
                {"CredentialId":"xyz"}],"NextToken":"AYAB-page-2"})
        ),
        Ok(WebAuthnCredentials {
            credentials: vec![
                WebAuthnCredential {
                    id: "8LApgk4-".to_owned(),
                    friendly_name: Some("iCloud Keychain".to_owned()),
                    attachment: Some("platform".to_owned()),
                    relying_party: Some("auth.example.com".to_owned()),
                    created_at: Some(UnixTime::from_secs(1_726_247_595)),
                },
                WebAuthnCredential {
                    id: "xyz".to_owned(),
                    friendly_name: None,
                    attachment: None,
                    relying_party: None,
                    created_at: None,
                },
            ],
            next_token: Some("AYAB-page-2".to_owned()),
        })
    );
    assert_eq!(
        parse::<ListWebAuthnCredentials<'_>>(&json!({"Credentials":[{"CreatedAt":1}]})),
        missing_member("CredentialId")
    );
}

#[test]
fn delete_web_authn_credential_sends_the_credential_id() {
    assert_eq!(
        sent_by(&DeleteWebAuthnCredential {
            access_token: &access_token(),
            credential_id: "8LApgk4-",
        }),
        request(
            "DeleteWebAuthnCredential",
            json!({"AccessToken":"eyJraWQ","CredentialId":"8LApgk4-"})
        )
    );
    assert_eq!(parse::<DeleteWebAuthnCredential<'_>>(&json!({})), Ok(()));
}
