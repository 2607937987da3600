use cognito_proto::ids::{AttributeName, Username};
use leptos::prelude::*;
use leptos_cognito::{RegisterError, SignUpStatus, use_auth};
use ui_texts::{labels, register as texts, validation};

use super::attribute_fields::{AttributeFields, AttributeInputs};
use super::auto_sign_in::sign_in_after_sign_up;
use super::new_password::{NewPassword, NewPasswordField};
use super::registration_draft::{Draft, use_registration_draft};
use super::submission::{Field, Submission, SubmissionResult, parse_field, submit_task};
use crate::components::{Form, FormLink, FormLinks, Page, TextField};
use crate::messages;
use crate::routes::{self, LastAction, PagePath};

/// The page `/register`: the user creates an account. The email address is the username, unless `config.js`
/// lists `email` as an attribute of its own.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let auth = use_auth();
    let config = auth.config();
    let email_is_name = !config
        .sign_up_attributes
        .iter()
        .any(|name| name.as_str() == "email");
    let draft = use_registration_draft();
    let username = match draft.get() {
        Some(draft) => draft.username.to_string(),
        None => routes::query_parameter(routes::USERNAME).unwrap_or_default(),
    };
    let username = RwSignal::new(username);
    let name_field = Field {
        id: "username",
        error: RwSignal::new(None),
    };
    let password = NewPassword::new();
    let submission = Submission::new();
    let attribute_fields = AttributeFields::new(&config.sign_up_attributes);
    if let Some(draft) = draft.get() {
        attribute_fields.fill(&draft.attributes);
    }
    let fields = attribute_fields.clone();
    request_animation_frame(move || auth.prefetch());

    let on_submit = submission.on_submit(move || {
        let name = if email_is_name {
            parse_field(
                username,
                name_field,
                Username::parse_email,
                &validation::EMAIL,
            )
        } else {
            parse_field(username, name_field, Username::parse, &validation::USERNAME)
        };
        let checked = name
            .and(attribute_fields.validate())
            .and(password.validate());
        let ((name, typed), secret) = checked.value_or_focus()?;
        let mut attributes = typed.clone();
        if email_is_name {
            let email = (AttributeName::parse("email")?, name.as_str().to_owned());
            attributes.insert(0, email);
        }
        let return_to = routes::return_to_parameter(&auth.config());
        let started_attempt = auth.latest_attempt();
        submit_task(async move {
            let registered = match auth
                .sign_up()
                .register(name.clone(), Some(secret), attributes)
                .await
            {
                Ok(registered) => registered,
                Err(RegisterError::UsernameTaken) if draft.has_username(&name) => {
                    let message = texts::JUST_CREATED.clone();
                    return SubmissionResult::FieldError(name_field, message);
                }
                Err(error) => return show_sign_up_error(&error, name_field, password),
            };
            password.clear();
            if submission.is_mounted() {
                draft.set(Draft {
                    username: name.clone(),
                    attributes: typed,
                });
            }
            let (username_parameter, return_to_parameter) = (
                (routes::USERNAME, name.as_str()),
                (routes::RETURN_TO, return_to.as_str()),
            );
            SubmissionResult::Redirect(match registered {
                SignUpStatus::ConfirmationRequired => {
                    PagePath::Verify.with_query(&[username_parameter, return_to_parameter])
                }
                SignUpStatus::Confirmed => {
                    if !sign_in_after_sign_up(
                        auth,
                        auth.sign_up().take_pending(&name),
                        submission,
                        started_attempt,
                    )
                    .await
                    {
                        let after = (routes::LAST_ACTION, LastAction::Confirmed.as_str());
                        PagePath::SignIn.with_query(&[
                            username_parameter,
                            after,
                            return_to_parameter,
                        ])
                    } else if return_to.is_empty() {
                        PagePath::Home.as_str().to_owned()
                    } else {
                        return_to
                    }
                }
            })
        })
    });

    let (label, kind) = if email_is_name {
        (labels::EMAIL, "email")
    } else {
        (labels::USERNAME, "text")
    };
    let return_to = routes::return_to_parameter(&auth.config());
    let parameters = [(routes::RETURN_TO, return_to.as_str())];
    let sign_in = PagePath::SignIn.with_query(&parameters);
    let verify = PagePath::Verify.with_query(&parameters);
    view! {
        <Page title=texts::TITLE>
            <Form
                on_submit
                error=submission.error()
                busy=submission.is_busy()
                label=texts::SUBMIT
                busy_label=texts::BUSY
            >
                <TextField id="username" label kind value=username error=name_field.error autocomplete="username"/>
                <AttributeInputs fields/>
                <NewPasswordField password/>
            </Form>
            <FormLinks>
                <FormLink before=texts::HAVE_ACCOUNT href=sign_in label=labels::SIGN_IN/>
                <FormLink href=verify label=labels::CONFIRM_WITH_CODE/>
            </FormLinks>
        </Page>
    }
}

/// Shows the error of a registration as a message at the username, at the password or for the whole form. If the error
/// names a password rule, adds the rule to the list.
fn show_sign_up_error(
    error: &RegisterError,
    username_field: Field,
    password: NewPassword,
) -> SubmissionResult {
    let message = messages::register_error(error);
    match error {
        RegisterError::InvalidPassword(refusal) => {
            password.add_rule_from_error(refusal);
            SubmissionResult::FieldError(password.field(), message)
        }
        RegisterError::UsernameTaken => SubmissionResult::FieldError(username_field, message),
        _ => SubmissionResult::FormError(message),
    }
}
