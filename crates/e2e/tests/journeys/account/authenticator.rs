//! An authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), reckoned by the browser's own HMAC.

use e2e::{Journey, Outcome};
use serde_json::json;

/// RFC 4648 section 6, then RFC 4226 section 5.3.
const CODE: &str = "const [secret, drift] = arguments;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const bytes = new Uint8Array(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const moment = new DataView(new ArrayBuffer(8));
    moment.setBigUint64(0, BigInt(Math.floor(Date.now() / 30000) + drift));
    const algorithm = { name: 'HMAC', hash: 'SHA-1' };
    return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign'])
        .then((key) => crypto.subtle.sign('HMAC', key, moment.buffer))
        .then((signed) => {
            const hash = new DataView(signed);
            const number = hash.getUint32(hash.getUint8(19) & 15) & 0x7fffffff;
            return String(number % 1000000).padStart(6, '0');
        })";

/// What the app shows, so many steps of thirty seconds from now. A pool that has seen one code takes only later ones.
pub(crate) async fn code(j: &Journey, secret: &str, drift: i64) -> Outcome<String> {
    let code = j
        .browser
        .script(CODE, vec![json!(secret), json!(drift)])
        .await?;
    Ok(code.as_str().ok_or("a code")?.to_owned())
}

/// The secret as the page shows it, in groups of four.
pub(crate) async fn shown_secret(j: &Journey) -> Outcome<String> {
    let groups = j.browser.some("the secret", async || {
        let groups = j.browser.texts(".groups span").await?;
        Ok((!groups.is_empty()).then_some(groups))
    });
    let groups = groups.await?;
    let (last, full) = groups.split_last().ok_or("a group")?;
    assert!(full.iter().all(|group| group.len() == 4), "{groups:?}");
    assert!((1..=4).contains(&last.len()), "{groups:?}");
    let secret = groups.concat();
    // The same for an app that reads the address or its picture, under the site's name.
    const ADDRESS: &str = "return document.querySelector('.authenticator a').href";
    let address = j.browser.script(ADDRESS, vec![]).await?;
    let address = address.as_str().unwrap_or_default();
    assert!(
        address.starts_with("otpauth://totp/localhost:"),
        "no key URI of this site"
    );
    assert!(address.ends_with(&format!("?secret={secret}&issuer=localhost")));
    Ok(secret)
}
