use cognito_proto::action::{
    AccessTokenOrSession, AssociateSoftwareToken, GetUser, GetUserAuthFactors, MfaPreference,
    MfaSettings, SetUserMfaPreference, SoftwareToken, UserAuthFactors, VerifySoftwareToken,
};
use cognito_proto::factor::{AuthFactor, SecondFactor};
use cognito_proto::secret::{ChallengeSession, TotpSecret};
use serde_json::json;

use crate::{access_token, code, missing_member, parse, request, sent_by};

#[test]
fn totp_setup_requests_contain_an_access_token_or_a_session() {
    let (token, session) = (access_token(), ChallengeSession::new("AYAB-1"));
    assert_eq!(
        sent_by(&AssociateSoftwareToken {
            authorization: AccessTokenOrSession::AccessToken(&token)
        }),
        request("AssociateSoftwareToken", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        sent_by(&AssociateSoftwareToken {
            authorization: AccessTokenOrSession::Session(&session)
        })
        .1,
        json!({"Session":"AYAB-1"})
    );
    let verified = |by, friendly_name| {
        sent_by(&VerifySoftwareToken {
            authorization: by,
            code: &code(),
            friendly_name,
        })
    };
    assert_eq!(
        verified(AccessTokenOrSession::AccessToken(&token), Some("My phone")),
        request(
            "VerifySoftwareToken",
            json!({"AccessToken":"eyJraWQ","UserCode":"123456","FriendlyDeviceName":"My phone"})
        )
    );
    assert_eq!(
        verified(AccessTokenOrSession::Session(&session), None).1,
        json!({"Session":"AYAB-1","UserCode":"123456"})
    );
}

#[test]
fn associate_software_token_parses_secret_and_session() {
    let token = |session: Option<&str>| SoftwareToken {
        secret: TotpSecret::new("JBSWY3DPEHPK3PXP"),
        session: session.map(ChallengeSession::new),
    };
    assert_eq!(
        parse::<AssociateSoftwareToken<'_>>(&json!({"SecretCode":"JBSWY3DPEHPK3PXP"})),
        Ok(token(None))
    );
    assert_eq!(
        parse::<AssociateSoftwareToken<'_>>(
            &json!({"SecretCode":"JBSWY3DPEHPK3PXP","Session":"AYAB-2"})
        ),
        Ok(token(Some("AYAB-2")))
    );
    assert_eq!(
        parse::<AssociateSoftwareToken<'_>>(&json!({"Session":"AYAB-2"})),
        missing_member("SecretCode")
    );
}

/// In Amazon's API model `Status` is `SUCCESS` or `ERROR`. Both come with HTTP status 200.
#[test]
fn verify_software_token_needs_status_success() {
    assert_eq!(
        parse::<VerifySoftwareToken<'_>>(&json!({"Status":"SUCCESS"})),
        Ok(None)
    );
    assert_eq!(
        parse::<VerifySoftwareToken<'_>>(&json!({"Status":"SUCCESS","Session":"AYAB-3"})),
        Ok(Some(ChallengeSession::new("AYAB-3")))
    );
    for body in [
        json!({"Status":"ERROR"}),
        json!({"Status":null,"Session":"AYAB-3"}),
        json!({}),
    ] {
        assert_eq!(
            parse::<VerifySoftwareToken<'_>>(&body),
            missing_member("Status"),
            "{body}"
        );
    }
}

#[test]
fn set_user_mfa_preference_sends_only_changed_factors() {
    let set = |sms, software_token, email, web_authn| {
        sent_by(&SetUserMfaPreference {
            access_token: &access_token(),
            sms,
            software_token,
            email,
            web_authn,
        })
    };
    assert_eq!(
        set(None, Some(MfaPreference::Preferred), None, None),
        request(
            "SetUserMFAPreference",
            json!({"AccessToken":"eyJraWQ","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}})
        )
    );
    assert_eq!(
        set(
            Some(MfaPreference::On),
            Some(MfaPreference::Off),
            Some(MfaPreference::Preferred),
            Some(false)
        )
        .1,
        json!({"AccessToken":"eyJraWQ","SMSMfaSettings":{"Enabled":true,"PreferredMfa":false},
            "SoftwareTokenMfaSettings":{"Enabled":false,"PreferredMfa":false},
            "EmailMfaSettings":{"Enabled":true,"PreferredMfa":true},"WebAuthnMfaSettings":{"Enabled":false}})
    );
}

#[test]
fn get_user_parses_second_factors() {
    let read = |body| parse::<GetUser<'_>>(&body).map(|user| user.mfa);
    assert_eq!(
        read(
            json!({"Username":"ann","UserMFASettingList":["EMAIL_OTP","OF_TOMORROW","SMS_MFA"],"PreferredMfaSetting":"SMS_MFA"})
        ),
        Ok(MfaSettings {
            active: vec![SecondFactor::Email, SecondFactor::Sms],
            preferred: Some(SecondFactor::Sms),
        })
    );
    for body in [
        json!({"Username":"ann"}),
        json!({"Username":"ann","UserMFASettingList":null,"PreferredMfaSetting":"NOMFA"}),
    ] {
        assert_eq!(read(body), Ok(MfaSettings::default()));
    }
}

#[test]
fn get_user_auth_factors_parses_configured_factors() {
    assert_eq!(
        sent_by(&GetUserAuthFactors {
            access_token: &access_token()
        }),
        request("GetUserAuthFactors", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        parse::<GetUserAuthFactors<'_>>(
            &json!({"Username":"ann","PreferredMfaSetting":"SOFTWARE_TOKEN_MFA","UserMFASettingList":["SOFTWARE_TOKEN_MFA"],
                "ConfiguredUserAuthFactors":["PASSWORD","EMAIL_OTP","WEB_AUTHN","FACE","SOFTWARE_TOKEN"]})
        ),
        Ok(UserAuthFactors {
            username: "ann".to_owned(),
            configured: vec![
                AuthFactor::Password,
                AuthFactor::EmailOtp,
                AuthFactor::WebAuthn,
                AuthFactor::SoftwareToken
            ],
            mfa: MfaSettings {
                active: vec![SecondFactor::SoftwareToken],
                preferred: Some(SecondFactor::SoftwareToken),
            },
        })
    );
    assert_eq!(
        parse::<GetUserAuthFactors<'_>>(&json!({"ConfiguredUserAuthFactors":[]})),
        missing_member("Username")
    );
}
