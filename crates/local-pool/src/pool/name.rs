//! Usernames: the stored name, the aliases that also identify a user, and whether case matters.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::contact::{AliasKind, ContactKind};
use super::contact::{is_email, is_phone_number};
use super::user::{Attributes, COLUMNS, User};
use super::{UserPool, UserStatus};
use crate::error::{ApiError, ErrorKind};
use crate::random;

impl UserPool {
    /// Returns the form in which usernames are compared: lower case if the pool ignores case.
    pub(crate) fn normalize_username(&self, username: &str) -> String {
        if self.settings.is_case_sensitive() {
            username.to_owned()
        } else {
            username.to_lowercase()
        }
    }

    /// Returns the key under which codes and attempts for an unknown username are counted.
    pub(crate) fn rate_limit_subject_of_unknown_user(&self, entered_username: &str) -> String {
        format!("{}?{}", self.id, self.normalize_username(entered_username))
    }

    /// Returns the user with this username, alias, email address or phone number, as the pool allows it. Returns `None`
    /// if there is none. The stored username takes priority.
    pub(crate) fn find_user_by_name(
        &self,
        connection: &Connection,
        entered_username: &str,
    ) -> Result<Option<User>, ApiError> {
        let key = self.normalize_username(entered_username);
        if let Some(user) = User::find_user_by_username_key(connection, &self.id, &key)? {
            return Ok(Some(user));
        }
        for kind in self.alias_kinds() {
            if let Some(user) = self.find_alias_holder(connection, kind, &key)? {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    /// Returns the kinds of attributes that identify users of this pool in addition to the username.
    fn alias_kinds(&self) -> Vec<AliasKind> {
        if self.settings.username_attributes.is_empty() {
            self.settings.alias_attributes.clone()
        } else {
            self.settings
                .username_attributes
                .iter()
                .copied()
                .map(AliasKind::from)
                .collect()
        }
    }

    /// Returns the user who has this alias, or `None` if it belongs to none.
    fn find_alias_holder(
        &self,
        connection: &Connection,
        kind: AliasKind,
        alias_key: &str,
    ) -> Result<Option<User>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM alias JOIN user ON user.id = alias.user_id
                 WHERE alias.pool_id = ?1 AND alias.kind = ?2 AND alias.key = ?3"
            ))?
            .query_row(
                [self.id.as_str(), kind.attribute_name(), alias_key],
                User::from_row,
            )
            .optional()?)
    }

    /// Returns the aliases in a user's attributes: the values that also identify the user.
    ///
    /// A contact that is the username counts immediately. Other aliases count only after they are verified.
    fn collect_aliases(&self, attributes: &Attributes) -> Vec<(AliasKind, String)> {
        let by_contact = !self.settings.username_attributes.is_empty();
        self.alias_kinds()
            .into_iter()
            .filter_map(|kind| {
                let value = attributes
                    .get(kind.attribute_name())
                    .filter(|value| !value.is_empty())?;
                let verified = match ContactKind::from_attribute_name(kind.attribute_name()) {
                    Some(contact) => attributes
                        .get(contact.verified_flag_name())
                        .is_some_and(|flag| flag == "true"),
                    None => true,
                };
                (by_contact || verified).then(|| (kind, self.normalize_username(value)))
            })
            .collect()
    }

    /// Returns the kind of the first alias in these attributes that belongs to another user, or `None` if all are free.
    pub(crate) fn find_taken_alias(
        &self,
        connection: &Connection,
        attributes: &Attributes,
        own_user_id: Option<i64>,
    ) -> Result<Option<AliasKind>, ApiError> {
        for (kind, key) in self.collect_aliases(attributes) {
            let holder = self.find_alias_holder(connection, kind, &key)?;
            if holder.is_some_and(|holder| Some(holder.id) != own_user_id) {
                return Ok(Some(kind));
            }
        }
        Ok(None)
    }

    /// Returns an error if an alias in these attributes belongs to another user.
    pub(crate) fn check_aliases_free(
        &self,
        connection: &Connection,
        attributes: &Attributes,
        own_user_id: Option<i64>,
    ) -> Result<(), ApiError> {
        match self.find_taken_alias(connection, attributes, own_user_id)? {
            Some(kind) => Err(ApiError::new(
                ErrorKind::AliasExists,
                format!(
                    "An account with the given {} already exists.",
                    kind.attribute_name()
                ),
            )),
            None => Ok(()),
        }
    }

    /// Stores the user's aliases. If another user had one of them, that user loses the alias and its
    /// verification.
    pub(crate) fn save_aliases(
        &self,
        connection: &Connection,
        user: &User,
        attributes: &Attributes,
    ) -> Result<(), ApiError> {
        let kinds = self.alias_kinds();
        // A user of an external identity provider is found by the provider's identity only, even if a local
        // user has the same contact.
        if kinds.is_empty() || user.status == UserStatus::ExternalProvider {
            return Ok(());
        }
        connection
            .prepare_cached("DELETE FROM alias WHERE user_id = ?1")?
            .execute([user.id])?;
        for (kind, key) in self.collect_aliases(attributes) {
            let loser = self.find_alias_holder(connection, kind, &key)?;
            if let (Some(loser), Some(contact)) = (
                loser,
                ContactKind::from_attribute_name(kind.attribute_name()),
            ) {
                let unverified = (contact.verified_flag_name().to_owned(), "false".to_owned());
                loser.set_attributes(connection, &Attributes::from([unverified]))?;
            }
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO alias (pool_id, kind, key, user_id) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![self.id, kind.attribute_name(), key, user.id])?;
        }
        Ok(())
    }

    /// Returns a new user with this name, without storing it. It chooses the stored username. If the entered name is an
    /// email address or phone number, it adds this to the attributes.
    ///
    /// # Errors
    /// The name does not have the form that the pool requires.
    pub(crate) fn build_new_user(
        &self,
        entered_username: &str,
        attributes: &mut Attributes,
        status: UserStatus,
        now: UnixTime,
    ) -> Result<User, ApiError> {
        let sub = random::generate_uuid();
        let contacts = &self.settings.username_attributes;
        let username = if contacts.is_empty() {
            self.check_username_is_no_alias(entered_username)?;
            entered_username.to_owned()
        } else {
            let contact = if contacts.contains(&ContactKind::Email) && is_email(entered_username) {
                ContactKind::Email
            } else if contacts.contains(&ContactKind::PhoneNumber)
                && is_phone_number(entered_username)
            {
                ContactKind::PhoneNumber
            } else {
                return Err(ApiError::invalid_parameter(match contacts.as_slice() {
                    [ContactKind::Email] => "Username should be an email.",
                    [ContactKind::PhoneNumber] => "Username should be a phone number.",
                    _ => "Username should be either an email or a phone number.",
                }));
            };
            attributes.insert(
                contact.attribute_name().to_owned(),
                entered_username.to_owned(),
            );
            sub.clone()
        };
        Ok(User {
            id: 0,
            pool_id: self.id.clone(),
            username,
            sub,
            status,
            enabled: true,
            created_at: now,
            modified_at: now,
            verifier: None,
            temporary_since: None,
        })
    }

    /// Returns an error if the username has the form of an email address or phone number that this pool uses as
    /// aliases.
    fn check_username_is_no_alias(&self, entered_username: &str) -> Result<(), ApiError> {
        let aliases = &self.settings.alias_attributes;
        if aliases.contains(&AliasKind::Email) && is_email(entered_username) {
            return Err(ApiError::invalid_parameter(
                "Username cannot be of email format, since user pool is configured for email alias.",
            ));
        }
        if aliases.contains(&AliasKind::PhoneNumber) && is_phone_number(entered_username) {
            return Err(ApiError::invalid_parameter(
                "Username cannot be of phone number format, since user pool is configured for phone number alias.",
            ));
        }
        Ok(())
    }

    /// Returns an error if another user has the username, or an email address or phone number that is the username.
    /// `taken_message` is the error text for the username.
    pub(crate) fn check_username_free(
        &self,
        connection: &Connection,
        user: &User,
        attributes: &Attributes,
        taken_message: &'static str,
    ) -> Result<(), ApiError> {
        if User::find_user_by_username_key(
            connection,
            &self.id,
            &self.normalize_username(&user.username),
        )?
        .is_some()
        {
            return Err(ApiError::new(ErrorKind::UsernameExists, taken_message));
        }
        if self.settings.username_attributes.is_empty() {
            return Ok(());
        }
        match self.find_taken_alias(connection, attributes, None)? {
            Some(kind) => Err(ApiError::new(
                ErrorKind::UsernameExists,
                format!(
                    "An account with the given {} already exists.",
                    kind.attribute_name()
                ),
            )),
            None => Ok(()),
        }
    }
}
