use cognito_proto::action::{
    AccessTokenOrSession, AssociateSoftwareToken, GetUser, GetUserAuthFactors, MfaPreference,
    MfaSettings, SetUserMfaPreference, SoftwareToken, UserAuthFactors, VerifySoftwareToken,
};
use cognito_proto::factor::{AuthFactor, SecondFactor};
use cognito_proto::secret::{ChallengeSession, TotpSecret};
use serde_json::json;

use crate::{access_token, answer, code, lacks, sent, targeted};

#[test]
fn an_authenticator_app_is_set_up_by_a_token_or_by_a_session_and_never_by_both() {
    let (token, session) = (access_token(), ChallengeSession::new("AYAB-1"));
    assert_eq!(
        sent(&AssociateSoftwareToken {
            authorization: AccessTokenOrSession::AccessToken(&token)
        }),
        targeted("AssociateSoftwareToken", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        sent(&AssociateSoftwareToken {
            authorization: AccessTokenOrSession::Session(&session)
        })
        .1,
        json!({"Session":"AYAB-1"})
    );
    let verified = |by, friendly_name| {
        sent(&VerifySoftwareToken {
            authorization: by,
            code: &code(),
            friendly_name,
        })
    };
    assert_eq!(
        verified(AccessTokenOrSession::AccessToken(&token), Some("My phone")),
        targeted(
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
fn the_secret_is_read_with_the_session_where_there_is_one() {
    let token = |session: Option<&str>| SoftwareToken {
        secret: TotpSecret::new("JBSWY3DPEHPK3PXP"),
        session: session.map(ChallengeSession::new),
    };
    assert_eq!(
        answer::<AssociateSoftwareToken<'_>>(&json!({"SecretCode":"JBSWY3DPEHPK3PXP"})),
        Ok(token(None))
    );
    assert_eq!(
        answer::<AssociateSoftwareToken<'_>>(
            &json!({"SecretCode":"JBSWY3DPEHPK3PXP","Session":"AYAB-2"})
        ),
        Ok(token(Some("AYAB-2")))
    );
    assert_eq!(
        answer::<AssociateSoftwareToken<'_>>(&json!({"Session":"AYAB-2"})),
        lacks("SecretCode")
    );
}

/// In Amazon's API model `Status` is `SUCCESS` or `ERROR`. Both come with HTTP status 200.
#[test]
fn a_code_was_right_where_the_status_says_so_and_nowhere_else() {
    assert_eq!(
        answer::<VerifySoftwareToken<'_>>(&json!({"Status":"SUCCESS"})),
        Ok(None)
    );
    assert_eq!(
        answer::<VerifySoftwareToken<'_>>(&json!({"Status":"SUCCESS","Session":"AYAB-3"})),
        Ok(Some(ChallengeSession::new("AYAB-3")))
    );
    for body in [
        json!({"Status":"ERROR"}),
        json!({"Status":null,"Session":"AYAB-3"}),
        json!({}),
    ] {
        assert_eq!(
            answer::<VerifySoftwareToken<'_>>(&body),
            lacks("Status"),
            "{body}"
        );
    }
}

#[test]
fn only_what_changes_of_the_second_factors_is_sent() {
    let set = |sms, software_token, email, web_authn| {
        sent(&SetUserMfaPreference {
            access_token: &access_token(),
            sms,
            software_token,
            email,
            web_authn,
        })
    };
    assert_eq!(
        set(None, Some(MfaPreference::Preferred), None, None),
        targeted(
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
fn a_users_second_factors_are_read_where_they_are_and_none_where_they_are_not() {
    let read = |body| answer::<GetUser<'_>>(&body).map(|user| user.mfa);
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
fn what_a_user_may_begin_with_is_read_as_it_is_set_up() {
    assert_eq!(
        sent(&GetUserAuthFactors {
            access_token: &access_token()
        }),
        targeted("GetUserAuthFactors", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        answer::<GetUserAuthFactors<'_>>(
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
        answer::<GetUserAuthFactors<'_>>(&json!({"ConfiguredUserAuthFactors":[]})),
        lacks("Username")
    );
}
