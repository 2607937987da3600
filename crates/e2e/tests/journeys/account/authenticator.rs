//! An authenticator app (RFC 6238 with SHA-1, six digits, 30 seconds), computed by the browser's HMAC.

use e2e::{Result, TestContext};
use serde_json::json;

/// The script that computes a code of an authenticator app: Base32 decoding (RFC 4648 §6), then HOTP (RFC 4226 §5.3).
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

/// Returns the code that the authenticator app shows `drift` steps of 30 seconds from now. After a pool has accepted a
/// code, it accepts only later ones.
pub(crate) async fn code(ctx: &TestContext, secret: &str, drift: i64) -> Result<String> {
    let code = ctx
        .browser
        .run_script(CODE, vec![json!(secret), json!(drift)])
        .await?;
    Ok(code.as_str().ok_or("a code")?.to_owned())
}

/// Returns the secret that the page shows in groups of four characters.
pub(crate) async fn displayed_secret(ctx: &TestContext) -> Result<String> {
    let groups = ctx.browser.wait_for("the secret", async || {
        let groups = ctx.browser.visible_texts(".key-groups span").await?;
        Ok((!groups.is_empty()).then_some(groups))
    });
    let groups = groups.await?;
    let (last, full) = groups.split_last().ok_or("a group")?;
    assert!(full.iter().all(|group| group.len() == 4), "{groups:?}");
    assert!((1..=4).contains(&last.len()), "{groups:?}");
    let secret = groups.concat();
    // The page's link for authenticator apps contains the same secret, and the app's host as the issuer.
    const ADDRESS: &str = "return document.querySelector('.authenticator a').href";
    let address = ctx.browser.run_script(ADDRESS, vec![]).await?;
    let address = address.as_str().unwrap_or_default();
    assert!(
        address.starts_with("otpauth://totp/localhost:"),
        "no key URI of this site"
    );
    assert!(address.ends_with(&format!("?secret={secret}&issuer=localhost")));
    Ok(secret)
}
