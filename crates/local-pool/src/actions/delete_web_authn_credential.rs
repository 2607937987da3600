//! The `DeleteWebAuthnCredential` action.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::input::Input;
use super::{Caller, Reply, Service};
use crate::error::{ApiError, ErrorKind};
use crate::pool::passkey::Passkey;

pub(crate) fn delete_web_authn_credential(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.secret("AccessToken");
    let id = input.text("CredentialId");
    input.finish()?;
    let claims = service.access_claims(token.expose_secret(), caller)?;
    service.store().write(|tx| {
        let access = claims.user(tx)?;
        let known = match URL_SAFE_NO_PAD.decode(&id) {
            Ok(id) => Passkey::delete_passkey(tx, &access.user, &id)?,
            Err(_) => false,
        };
        if known {
            Ok(())
        } else {
            Err(ApiError::new(
                ErrorKind::ResourceNotFound,
                "Credential does not exist.",
            ))
        }
    })?;
    Ok(Reply::empty_object())
}
