//! The devices that the pool remembers, and forgetting one.

use cognito_proto::action::Device;
use leptos::prelude::*;

use super::part::{Loading, row, row_button};
use crate::auth::Auth;
use crate::browser::clock;
use crate::components::{Notice, Tone};
use crate::pages::attempt::{Attempt, Outcome, work};
use crate::words;

pub(super) fn devices(auth: Auth) -> AnyView {
    // `None` inside where the pool keeps none.
    let list = RwSignal::new(None::<Option<Vec<Device>>>);
    let loading = Loading::new(move || {
        work(async move {
            match auth.devices().await {
                Ok(devices) => {
                    let _ = list.try_set(Some(devices));
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_account(&error)),
            }
        })
    });
    let attempt = Attempt::new();
    let news = RwSignal::new(None::<String>);
    let draw = move |device: Device| device_row(auth, device, attempt, loading, news);
    let rows = loading.view(Box::new(move || {
        Some(match list.get()? {
            None => said(words::NO_DEVICE_TRACKING),
            Some(devices) if devices.is_empty() => said(words::NO_DEVICES),
            Some(devices) => devices.into_iter().map(draw).collect::<Vec<_>>().into_any(),
        })
    }));
    view! {
        <p>{words::DEVICES}</p>
        <Notice tone=Tone::Calm words=news.into()/>
        <Notice tone=Tone::Trouble words=attempt.trouble()/>
        {rows}
    }
    .into_any()
}

fn said(words: &'static str) -> AnyView {
    view! { <p role="status" class="quiet-words">{words}</p> }.into_any()
}

fn device_row(
    auth: Auth,
    device: Device,
    attempt: Attempt,
    loading: Loading,
    news: RwSignal<Option<String>>,
) -> AnyView {
    let is_this = auth.device_key().as_ref() == Some(&device.key);
    let called = device.name.clone();
    let called = called.unwrap_or_else(|| "A device without a name".to_owned());
    let used = device.last_authenticated_at.or(device.created_at);
    let told = words::device(
        is_this,
        device.remembered == Some(true),
        used.map(clock::written).as_deref(),
        device.last_ip.as_deref(),
    );
    let id = format!("forget-{}", device.key);
    let on_press = attempt.on_press(move || {
        news.set(None);
        let key = device.key.clone();
        work(async move {
            match auth.forget_device(&key).await {
                Ok(()) => {
                    let _ = news.try_set(Some(words::device_forgotten(is_this).to_owned()));
                    loading.again();
                    Outcome::Done
                }
                Err(error) => Outcome::Refused(words::for_account(&error)),
            }
        })
    });
    let forget = row_button(id, "Forget", &called, attempt.is_busy(), on_press);
    let told = view! { <span class="quiet-words">{told}</span> }.into_any();
    row(called, told, forget)
}
