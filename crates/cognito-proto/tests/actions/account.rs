use cognito_proto::action::{
    ChangePassword, CodeDelivery, DeleteUser, GetUserAttributeVerificationCode, SignUp,
    SignUpResult, UpdateUserAttributes, VerifyUserAttribute, parse_http_response,
};
use cognito_proto::action::{ConfirmSignUp, ResponseError};
use cognito_proto::secret::{ChallengeSession, Password};
use serde_json::json;

use crate::recorded::client;
use crate::{access_token, ann, attribute, code, email_delivery, parse, request, sent_by};

#[test]
fn update_user_attributes_sends_names_and_values() {
    let changed = |name: &str, value: &str| {
        sent_by(&UpdateUserAttributes {
            access_token: &access_token(),
            attributes: &[(attribute(name), value.to_owned())],
        })
    };
    assert_eq!(
        changed("email", "ann@new.example"),
        request(
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
fn update_user_attributes_parses_all_code_deliveries() {
    let read = |body| parse::<UpdateUserAttributes<'_>>(&body);
    assert_eq!(
        read(json!({"CodeDeliveryDetailsList":[
            {"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"},
            {"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+********4114"}]})),
        Ok(vec![
            email_delivery(),
            CodeDelivery {
                destination: "+********4114".to_owned(),
                is_sms: true,
                attribute: Some(attribute("phone_number")),
            }
        ])
    );
    for none in [
        json!({}),
        json!({"CodeDeliveryDetailsList":[]}),
        json!({"CodeDeliveryDetailsList":null}),
    ] {
        assert_eq!(read(none), Ok(Vec::new()));
    }
}

#[test]
fn attribute_verification_requests_name_the_attribute() {
    let (access_token, email) = (&access_token(), &attribute("email"));
    assert_eq!(
        sent_by(&GetUserAttributeVerificationCode {
            access_token,
            attribute: email
        }),
        request(
            "GetUserAttributeVerificationCode",
            json!({"AccessToken":"eyJraWQ","AttributeName":"email"})
        )
    );
    assert_eq!(
        parse::<GetUserAttributeVerificationCode<'_>>(
            &json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}})
        ),
        Ok(Some(email_delivery()))
    );
    assert_eq!(
        sent_by(&VerifyUserAttribute {
            access_token,
            attribute: email,
            code: &code()
        }),
        request(
            "VerifyUserAttribute",
            json!({"AccessToken":"eyJraWQ","AttributeName":"email","Code":"123456"})
        )
    );
    assert_eq!(parse::<VerifyUserAttribute<'_>>(&json!({})), Ok(()));
}

#[test]
fn change_password_sends_the_previous_password_if_any() {
    let (previous, proposed) = (Password::new("Passw0rd!"), Password::new("N3wPassw0rd!"));
    let changed = |previous| {
        sent_by(&ChangePassword {
            access_token: &access_token(),
            previous,
            proposed: &proposed,
        })
    };
    assert_eq!(
        changed(Some(&previous)),
        request(
            "ChangePassword",
            json!({"AccessToken":"eyJraWQ","PreviousPassword":"Passw0rd!","ProposedPassword":"N3wPassw0rd!"})
        )
    );
    assert_eq!(
        changed(None).1,
        json!({"AccessToken":"eyJraWQ","ProposedPassword":"N3wPassw0rd!"})
    );
    assert_eq!(parse::<ChangePassword<'_>>(&json!({})), Ok(()));
}

/// The service responds to the deletion with an empty body.
#[test]
fn delete_user_sends_the_access_token() {
    assert_eq!(
        sent_by(&DeleteUser {
            access_token: &access_token()
        }),
        request("DeleteUser", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(parse_http_response::<DeleteUser<'_>>(200, None, ""), Ok(()));
}

/// A registration without a password, up to the session for the sign-in: each request contains the session of the
/// previous response.
#[test]
fn each_sign_up_request_has_the_session_of_the_last_response() {
    assert_eq!(
        sent_by(&SignUp {
            client: &client(),
            username: &ann(),
            password: None,
            attributes: &[(attribute("email"), "ann@example.com".to_owned())],
        }),
        request(
            "SignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com",
                "UserAttributes":[{"Name":"email","Value":"ann@example.com"}]})
        )
    );
    let signed_up: Result<SignUpResult, ResponseError> = parse::<SignUp<'_>>(
        &json!({"UserConfirmed":false,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","Session":"AYAB-1"}),
    );
    let session = signed_up.expect("registered").session;
    assert_eq!(session, Some(ChallengeSession::new("AYAB-1")));
    assert_eq!(
        sent_by(&ConfirmSignUp {
            client: &client(),
            username: &ann(),
            code: &code(),
            session: session.as_ref(),
        }),
        request(
            "ConfirmSignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456","Session":"AYAB-1"})
        )
    );
    assert_eq!(
        parse::<ConfirmSignUp<'_>>(&json!({"Session":"AYAB-2"})),
        Ok(Some(ChallengeSession::new("AYAB-2")))
    );
}
