use super::*;

#[test]
fn sign_up_sends_names_and_values_of_user_attributes() {
    let attribute = |name, value: &str| (attribute(name), value.to_owned());
    assert_eq!(
        sent_by(&SignUp {
            client: &client(),
            username: &ann(),
            password: Some(&Password::new("Passw0rd!")),
            attributes: &[
                attribute("email", "ann@example.com"),
                attribute("custom:tier", "free")
            ],
        }),
        request(
            "SignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","Password":"Passw0rd!",
                "UserAttributes":[{"Name":"email","Value":"ann@example.com"},{"Name":"custom:tier","Value":"free"}]})
        )
    );
}

#[test]
fn request_contains_the_password_exactly_as_typed() {
    for typed in [
        "\"}],\"x\":\"",
        "back\\slash",
        "tab\there",
        "pässwörd€🔑Z9!",
        " a b ",
    ] {
        let body = body(&InitiateAuth {
            client: &client(),
            device_key: None,
            flow: AuthFlow::UserPassword {
                username: &username("ann"),
                password: &Password::new(typed),
            },
        });
        assert_eq!(
            body,
            json!({"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"USERNAME":"ann","PASSWORD":typed}})
        );
    }
}

#[test]
fn confirm_sign_up_sends_the_confirmation_code() {
    assert_eq!(
        sent_by(&ConfirmSignUp {
            client: &client(),
            username: &ann(),
            code: &code(),
            session: None,
        }),
        request(
            "ConfirmSignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456"})
        )
    );
}

#[test]
fn resend_code_and_forgot_password_send_only_the_username() {
    let named = json!({"ClientId":"1example23456789012345678","Username":"ann@example.com"});
    assert_eq!(
        sent_by(&ResendConfirmationCode {
            client: &client(),
            username: &ann(),
        }),
        request("ResendConfirmationCode", named.clone())
    );
    assert_eq!(
        sent_by(&ForgotPassword {
            client: &client(),
            username: &ann(),
        }),
        request("ForgotPassword", named)
    );
}

#[test]
fn confirm_forgot_password_sends_code_and_new_password() {
    assert_eq!(
        sent_by(&ConfirmForgotPassword {
            client: &client(),
            username: &ann(),
            code: &code(),
            password: &Password::new("N3wPassw0rd!"),
        }),
        request(
            "ConfirmForgotPassword",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456","Password":"N3wPassw0rd!"})
        )
    );
}

#[test]
fn sign_up_response_is_parsed() {
    assert_eq!(
        parse::<SignUp>(
            &json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"},
                "UserConfirmed":false,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"})
        ),
        Ok(SignUpResult {
            sub: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            confirmed: false,
            delivery: Some(email_delivery()),
            session: None,
        })
    );
}

#[test]
fn sign_up_response_of_an_auto_confirmed_user_has_no_code() {
    let confirmed = || SignUpResult {
        sub: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
        confirmed: true,
        delivery: None,
        session: None,
    };
    for body in [
        json!({"UserConfirmed":true,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}),
        json!({"UserConfirmed":true,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","CodeDeliveryDetails":null,"Session":null}),
    ] {
        assert_eq!(parse::<SignUp>(&body), Ok(confirmed()), "{body}");
    }
}

#[test]
fn sign_up_response_without_required_members_is_malformed() {
    assert_eq!(
        parse::<SignUp>(&json!({"UserConfirmed":false})),
        missing_member("UserSub")
    );
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":null,"UserConfirmed":false})),
        missing_member("UserSub")
    );
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":"6a1f3c52"})),
        missing_member("UserConfirmed")
    );
    // The response has JSON booleans. Only attribute values are strings such as `"true"`.
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":"6a1f3c52","UserConfirmed":"true"})),
        missing_member("UserConfirmed")
    );
}

#[test]
fn code_delivery_is_parsed_for_email_and_sms() {
    let mail = json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}});
    let text = json!({"CodeDeliveryDetails":{"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+********4114"}});
    let by_text = CodeDelivery {
        destination: "+********4114".to_owned(),
        is_sms: true,
        attribute: Some(attribute("phone_number")),
    };
    for (body, delivery) in [
        (mail, Some(email_delivery())),
        (text, Some(by_text)),
        (json!({}), None),
        (json!({"CodeDeliveryDetails":null}), None),
    ] {
        assert_eq!(parse::<ResendConfirmationCode>(&body), Ok(delivery.clone()));
        assert_eq!(parse::<ForgotPassword>(&body), Ok(delivery));
    }
}
