//! The secret for an authenticator app, as a QR code and as text.

use cognito_proto::secret::TotpSecret;
use cognito_proto::totp::KeyUri;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui_texts::sign_in;

use crate::browser::{clipboard, location};
use crate::components::{Notice, QrCodeImage};

/// The secret for an authenticator app: the QR code, the text, a button that copies it, and a link that opens an app.
#[component]
pub(super) fn AuthenticatorSecret(
    /// The name that the authenticator app will show.
    account: String,
    secret: TotpSecret,
) -> impl IntoView {
    // Authenticator apps show the issuer next to the code. The issuer is the host of this app, because the user knows
    // it.
    let uri = KeyUri::new(&location::host(), &account, &secret);
    // The text is shown in groups of four, which are easier to type. The groups are elements, so that a copied text
    // has no spaces.
    let letters: Vec<char> = secret.expose_secret().chars().collect();
    let group = |letters: &[char]| {
        let letters = letters.iter().collect::<String>();
        view! { <span>{letters}</span> }
    };
    let groups = letters.chunks(4).map(group).collect_view();
    let copy_status = RwSignal::new(String::new());
    let copy = move |_| {
        let secret = secret.clone();
        spawn_local(async move {
            let text = if clipboard::copy(secret.expose_secret()).await {
                sign_in::KEY_COPIED
            } else {
                sign_in::NOT_COPIED
            };
            let _ = copy_status.try_set(text.to_owned());
        });
    };
    let qr_code = uri.expose_secret().to_owned();
    let address = qr_code.clone();
    view! {
        <p>{sign_in::AUTHENTICATOR_KEY}</p>
        <div class="authenticator">
            <QrCodeImage text=qr_code label=sign_in::QR_CODE/>
            <p class="key-groups"><code>{groups}</code></p>
            <p class="actions">
                <button type="button" on:click=copy>{sign_in::COPY_KEY}</button>
                <a class="button" href=address>{sign_in::OPEN_APP}</a>
            </p>
        </div>
        <Notice text=copy_status/>
    }
}
