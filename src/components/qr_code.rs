use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around a code, without which readers do not find it (ISO/IEC 18004 §5.3.8).
const QUIET_ZONE: i32 = 4;

/// A text as a QR code, drawn as one path of unit squares. Nothing is drawn of a text that is too long for one.
#[component]
pub fn QrCodeImage(
    /// What a reader reads.
    text: String,
    /// What it is, for who cannot see it.
    label: &'static str,
) -> AnyView {
    let Ok(code) = QrCode::encode_text(&text, QrCodeEcc::Medium) else {
        return ().into_any();
    };
    let side = code.size() + 2 * QUIET_ZONE;
    let view_box = format!("0 0 {side} {side}");
    view! {
        <svg class="qr-code" viewBox=view_box role="img" aria-label=label shape-rendering="crispEdges">
            <path d=squares(&code)/>
        </svg>
    }
    .into_any()
}

/// The dark modules, row by row, each run of them as one bar.
fn squares(code: &QrCode) -> String {
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
