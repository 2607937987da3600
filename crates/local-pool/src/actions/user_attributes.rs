//! The steps that the actions on a user's attributes have in common.

use rusqlite::Connection;

use super::ActionCaller;
use crate::error::ApiError;
use crate::pool::code::{self, CodePurpose};
use crate::pool::contact::ContactKind;
use crate::pool::delivery::{self, MessageDestination};
use crate::pool::{Attributes, User, UserPool};

/// Changes attributes of a user, and returns the destinations of the codes that were sent. A changed email address or
/// phone number is no longer verified. If the pool verifies it automatically, a code is sent.
///
/// If the pool requires verification before an update, the contact stays unchanged until the user enters the
/// code. `changed_attributes` may contain the verification flags that an operator sets in the same request.
///
/// # Errors
/// Another user already has the contact.
pub(crate) fn change_attributes(
    connection: &Connection,
    pool: &UserPool,
    user: &mut User,
    changed_attributes: &Attributes,
    caller: &ActionCaller<'_>,
) -> Result<Vec<MessageDestination>, ApiError> {
    let before = user.load_attributes(connection)?;
    let mut at_once = changed_attributes.clone();
    let mut to_verify = Vec::new();
    for contact in [ContactKind::Email, ContactKind::PhoneNumber] {
        let Some(address) = changed_attributes.get(contact.attribute_name()) else {
            continue;
        };
        let same = before.get(contact.attribute_name()) == Some(address);
        let vouched_for = changed_attributes
            .get(contact.verified_flag_name())
            .is_some_and(|flag| flag == "true");
        if same {
            continue;
        }
        // A code that was sent to the previous address must not verify the new one.
        code::delete_verification_code(
            connection,
            &user.codes_and_attempts_key(),
            CodePurpose::Verify(contact),
        )?;
        if vouched_for {
            continue;
        }
        if address.is_empty() {
            at_once.insert(contact.verified_flag_name().to_owned(), String::new());
            continue;
        }
        let destination = MessageDestination {
            contact,
            address: address.clone(),
        };
        if pool.settings.verifies_contact_before_update(contact) {
            at_once.remove(contact.attribute_name());
            at_once.remove(contact.verified_flag_name());
            to_verify.push((destination, Some(address.as_str())));
        } else {
            at_once.insert(contact.verified_flag_name().to_owned(), "false".to_owned());
            if pool.settings.auto_verified_attributes.contains(&contact) {
                to_verify.push((destination, None));
            }
        }
    }

    // A value that waits for its code is also checked here, so that the user gets the error before entering the code.
    let mut updated = before.clone();
    updated.extend(changed_attributes.clone());
    for (destination, pending) in &to_verify {
        if pending.is_some() {
            updated.insert(
                destination.contact.verified_flag_name().to_owned(),
                "true".to_owned(),
            );
        }
    }
    pool.check_aliases_free(connection, &updated, Some(user.id))?;

    let mut after = before;
    after.extend(at_once.clone());
    after.retain(|_, value| !value.is_empty());
    user.set_attributes(connection, &at_once)?;
    pool.save_aliases(connection, user, &after)?;
    user.update_user(connection, caller.now)?;
    let mut destinations = Vec::new();
    for (destination, pending) in to_verify {
        send_verification_code(connection, pool, user, &destination, pending, caller)?;
        destinations.push(destination);
    }
    Ok(destinations)
}

/// Sends a code that verifies an email address or phone number of the user. `pending_value` is the new value, if the
/// pool stores it only after the verification.
pub(crate) fn send_verification_code(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    destination: &MessageDestination,
    pending_value: Option<&str>,
    caller: &ActionCaller<'_>,
) -> Result<(), ApiError> {
    let purpose = CodePurpose::Verify(destination.contact);
    let subject = user.codes_and_attempts_key();
    let code = code::issue_verification_code(
        connection,
        &subject,
        purpose,
        destination.contact,
        pending_value,
        caller.now,
    )?;
    delivery::send_code_message(connection, pool, destination, &code, caller.now)
}

/// Deletes attributes of a user.
///
/// # Errors
/// One of the attributes is `sub`, or is required.
pub(crate) fn delete_attributes(
    connection: &Connection,
    pool: &UserPool,
    user: &mut User,
    names: &[String],
    caller: &ActionCaller<'_>,
) -> Result<(), ApiError> {
    let mut removed = Attributes::new();
    for name in names {
        if pool
            .settings
            .find_schema_attribute(name)
            .is_some_and(|known| known.required)
        {
            return Err(ApiError::invalid_parameter(format!(
                "user.{name}: Attribute is required and cannot be deleted.\n"
            )));
        }
        removed.insert(name.clone(), String::new());
        if let Some(contact) = ContactKind::from_attribute_name(name) {
            code::delete_verification_code(
                connection,
                &user.codes_and_attempts_key(),
                CodePurpose::Verify(contact),
            )?;
            removed.insert(contact.verified_flag_name().to_owned(), String::new());
        }
    }
    pool.settings.check_attribute_changes(&mut removed)?;
    let mut after = user.load_attributes(connection)?;
    after.retain(|name, _| !removed.contains_key(name));
    user.set_attributes(connection, &removed)?;
    pool.save_aliases(connection, user, &after)?;
    user.update_user(connection, caller.now)
}
