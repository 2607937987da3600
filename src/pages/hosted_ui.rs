//! The buttons that start a sign-in on the hosted pages.

use cognito_proto::config::GrantType;
use cognito_proto::ids::IdentityProvider;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::{AuthContext, AuthorizationOptions, use_auth};
use ui_texts::{hosted as texts, labels};

use super::submission::{Submission, SubmissionResult, SubmitTask};
use crate::components::{ErrorNotice, SecondaryButton};
use crate::engine::{EngineLoader, use_engine};
use crate::messages;

/// The buttons that start a hosted sign-in. They are shown only if the pool has hosted pages.
///
/// During the search for the domain, the buttons are shown only if `config.js` names identity providers, and a press
/// waits for the result. The section must be the last one of its page, so that its late appearance moves nothing else
/// (Cumulative Layout Shift).
#[component]
pub(super) fn HostedUiButtons(
    /// True if this tab has started a hosted sign-in without a callback so far.
    has_pending: bool,
    /// The function that returns the parameters of the sign-in except for the provider. It is called on each press.
    options: Callback<(), AuthorizationOptions>,
) -> impl IntoView {
    let auth = use_auth();
    let has_providers = !auth.config().hosted_ui.identity_providers.is_empty();
    let is_discovering = RwSignal::new(has_providers);
    let engine = use_engine();
    engine.when_loaded(move |engine| {
        let searched = engine.discover_hosted_domain(auth);
        spawn_local(async move {
            searched.await;
            let _ = is_discovering.try_set(false);
        });
    });
    // With a memo, the buttons are not rendered again, and keep the focus, when the domain becomes known.
    let is_offered =
        Memo::new(move |_| auth.hosted_domain().with(Option::is_some) || is_discovering.get());
    let submission = Submission::new();
    view! {
        {move || {
            if is_offered.get() {
                view! { <ProviderButtons submission has_pending options/> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

/// The section with one button for each identity provider, and one for the hosted pages themselves.
#[component]
fn ProviderButtons(
    submission: Submission,
    has_pending: bool,
    options: Callback<(), AuthorizationOptions>,
) -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let config = auth.config();
    let button = |provider: Option<&IdentityProvider>| {
        let chosen = provider.cloned();
        let on_click = redirect_handler(engine, auth, submission, move || AuthorizationOptions {
            identity_provider: chosen.clone(),
            ..options.run(())
        });
        let label = messages::hosted_button(provider.map(|provider| provider.as_str()));
        view! { <SecondaryButton on_click label busy=submission.is_busy()/> }
    };
    let providers = config.hosted_ui.identity_providers.iter();
    let buttons = providers.map(Some).chain([None]).map(button).collect_view();
    let implicit =
        (config.hosted_ui.grant_type == GrantType::Implicit).then(|| texts::IMPLICIT_GRANT.clone());
    view! {
        <section class="alternative" aria-label=texts::SECTION>
            <p class="divider">{labels::OR}</p>
            <ErrorNotice message=Signal::stored(implicit)/>
            <ErrorNotice message=submission.error()/>
            {buttons}
            {has_pending.then(|| view! { <RedirectHelp summary=texts::HELP/> })}
        </section>
    }
}

/// Returns the handler of a button that navigates to the hosted pages, or shows the reason why that is not possible.
pub(super) fn redirect_handler(
    engine: EngineLoader,
    auth: AuthContext,
    submission: Submission,
    options: impl Fn() -> AuthorizationOptions + Send + Sync + 'static,
) -> Callback<()> {
    submission.on_submit(move || {
        let options = options();
        engine.submit(move |engine| engine.redirect_to_hosted_ui(auth, submission, options))
    })
}

/// Returns the submission that navigates to the hosted pages. Its result is the reason why that is not possible.
pub(crate) fn redirect_to_hosted_ui(
    auth: AuthContext,
    submission: Submission,
    options: AuthorizationOptions,
) -> SubmitTask {
    Box::pin(async move {
        // The user can have opened another page while the engine was fetched.
        if !submission.is_mounted() {
            return SubmissionResult::Done;
        }
        let result = match auth.hosted_ui().resolve_domain().await {
            // The search for the domain can take a while. If the user has opened another page, the app must not
            // navigate away from it.
            Ok(_) if !submission.is_mounted() => return SubmissionResult::Done,
            Ok(domain) => auth.hosted_ui().redirect(&domain, options).await,
            Err(error) => Err(error),
        };
        match result {
            // The user has come back to this page (bfcache). Render it again, so that it shows the unfinished sign-in.
            Ok(true) => SubmissionResult::RenderAgain,
            // The hosted page can still load. Until then, the user's input on this page stays.
            Ok(false) => SubmissionResult::Done,
            Err(error) => SubmissionResult::FormError(messages::redirect_error(&error)),
        }
    })
}

/// The callback URL, folded, which the administrator has to register if the pool does not know it. An error on the hosted
/// pages, such as an unknown `redirect_uri`, causes no callback, so the sign-in page shows the URL too.
#[component]
pub(super) fn RedirectHelp(
    /// The text of the folded section.
    summary: &'static str,
) -> impl IntoView {
    let uri = use_auth().hosted_ui().redirect_sign_in();
    let uri = uri.map_or_else(String::new, |uri| uri.as_str().to_owned());
    view! {
        <details class="help">
            <summary>{summary}</summary>
            <p>{texts::CALLBACK_URL_HELP}</p>
            <p><code>{uri}</code></p>
        </details>
    }
}
