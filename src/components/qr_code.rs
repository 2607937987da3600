use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// The width of the empty border of a QR code, in modules (squares). Readers do not find a code without it (ISO/IEC
/// 18004 §5.3.8).
const QUIET_ZONE: i32 = 4;

/// A QR code that contains a text, drawn as one SVG path of unit squares. It renders nothing if the text is too long
/// for a QR code.
#[component]
pub fn QrCodeImage(
    /// The text that a QR code reader returns.
    text: String,
    /// The accessible name of the QR code's image.
    label: &'static str,
) -> impl IntoView {
    let code = QrCode::encode_text(&text, QrCodeEcc::Medium).ok();
    code.map(|code| {
        let side = code.size() + 2 * QUIET_ZONE;
        let view_box = format!("0 0 {side} {side}");
        view! {
            <svg class="qr-code" viewBox=view_box role="img" aria-label=label shape-rendering="crispEdges">
                <path d=dark_modules_path(&code)/>
            </svg>
        }
    })
}

/// Returns the SVG path that draws the dark modules (squares) of a QR code. Each horizontal run of dark modules is one
/// rectangle.
fn dark_modules_path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size())
                .take_while(|x| code.get_module(*x, y))
                .count() as i32;
            if run > 0 {
                let (left, top) = (x + QUIET_ZONE, y + QUIET_ZONE);
                path.push_str(&format!("M{left} {top}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    path
}
