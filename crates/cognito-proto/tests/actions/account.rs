use cognito_proto::action::{
    ChangePassword, CodeDelivery, DeleteUser, GetUserAttributeVerificationCode, SignUp,
    SignUpResult, UpdateUserAttributes, VerifyUserAttribute, parse_http_response,
};
use cognito_proto::action::{ConfirmSignUp, ResponseError};
use cognito_proto::secret::{ChallengeSession, Password};
use serde_json::json;

use crate::recorded::client;
use crate::{access_token, ann, answer, attribute, by_mail, code, sent, targeted};

#[test]
fn attributes_are_changed_by_a_list_of_names_and_values() {
    let changed = |name: &str, value: &str| {
        sent(&UpdateUserAttributes {
            access_token: &access_token(),
            attributes: &[(attribute(name), value.to_owned())],
        })
    };
    assert_eq!(
        changed("email", "ann@new.example"),
        targeted(
            "UpdateUserAttributes",
            json!({"AccessToken":"eyJraWQ","UserAttributes":[{"Name":"email","Value":"ann@new.example"}]})
        )
    );
    // An empty value deletes the attribute, so the request must contain it.
    assert_eq!(
        changed("nickname", "").1["UserAttributes"],
        json!([{"Name":"nickname","Value":""}])
    );
}

#[test]
fn where_the_codes_of_a_change_went_is_read_for_each() {
    let read = |body| answer::<UpdateUserAttributes<'_>>(&body);
    assert_eq!(
        read(json!({"CodeDeliveryDetailsList":[
            {"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"},
            {"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+********4114"}]})),
        Ok(vec![
            by_mail(),
            CodeDelivery {
                destination: "+********4114".to_owned(),
                is_sms: true,
                attribute: Some(attribute("phone_number")),
            }
        ])
    );
    for nothing in [
        json!({}),
        json!({"CodeDeliveryDetailsList":[]}),
        json!({"CodeDeliveryDetailsList":null}),
    ] {
        assert_eq!(read(nothing), Ok(Vec::new()));
    }
}

#[test]
fn a_code_for_an_attribute_is_asked_for_and_handed_in_by_its_name() {
    let (access_token, email) = (&access_token(), &attribute("email"));
    assert_eq!(
        sent(&GetUserAttributeVerificationCode {
            access_token,
            attribute: email
        }),
        targeted(
            "GetUserAttributeVerificationCode",
            json!({"AccessToken":"eyJraWQ","AttributeName":"email"})
        )
    );
    assert_eq!(
        answer::<GetUserAttributeVerificationCode<'_>>(
            &json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}})
        ),
        Ok(Some(by_mail()))
    );
    assert_eq!(
        sent(&VerifyUserAttribute {
            access_token,
            attribute: email,
            code: &code()
        }),
        targeted(
            "VerifyUserAttribute",
            json!({"AccessToken":"eyJraWQ","AttributeName":"email","Code":"123456"})
        )
    );
    assert_eq!(answer::<VerifyUserAttribute<'_>>(&json!({})), Ok(()));
}

#[test]
fn a_password_is_changed_by_the_old_one_where_there_is_one() {
    let (previous, proposed) = (Password::new("Passw0rd!"), Password::new("N3wPassw0rd!"));
    let changed = |previous| {
        sent(&ChangePassword {
            access_token: &access_token(),
            previous,
            proposed: &proposed,
        })
    };
    assert_eq!(
        changed(Some(&previous)),
        targeted(
            "ChangePassword",
            json!({"AccessToken":"eyJraWQ","PreviousPassword":"Passw0rd!","ProposedPassword":"N3wPassw0rd!"})
        )
    );
    assert_eq!(
        changed(None).1,
        json!({"AccessToken":"eyJraWQ","ProposedPassword":"N3wPassw0rd!"})
    );
    assert_eq!(answer::<ChangePassword<'_>>(&json!({})), Ok(()));
}

/// The service responds to the deletion with an empty body.
#[test]
fn a_user_is_deleted_by_their_own_token() {
    assert_eq!(
        sent(&DeleteUser {
            access_token: &access_token()
        }),
        targeted("DeleteUser", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(parse_http_response::<DeleteUser<'_>>(200, None, ""), Ok(()));
}

/// A registration without a password, up to the session for the sign-in: each request contains the session of the
/// previous response.
#[test]
fn a_registration_without_a_password_carries_its_session_to_the_confirmation() {
    assert_eq!(
        sent(&SignUp {
            client: &client(),
            username: &ann(),
            password: None,
            attributes: &[(attribute("email"), "ann@example.com".to_owned())],
        }),
        targeted(
            "SignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com",
                "UserAttributes":[{"Name":"email","Value":"ann@example.com"}]})
        )
    );
    let signed_up: Result<SignUpResult, ResponseError> = answer::<SignUp<'_>>(
        &json!({"UserConfirmed":false,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","Session":"AYAB-1"}),
    );
    let session = signed_up.expect("registered").session;
    assert_eq!(session, Some(ChallengeSession::new("AYAB-1")));
    assert_eq!(
        sent(&ConfirmSignUp {
            client: &client(),
            username: &ann(),
            code: &code(),
            session: session.as_ref(),
        }),
        targeted(
            "ConfirmSignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456","Session":"AYAB-1"})
        )
    );
    assert_eq!(
        answer::<ConfirmSignUp<'_>>(&json!({"Session":"AYAB-2"})),
        Ok(Some(ChallengeSession::new("AYAB-2")))
    );
}
