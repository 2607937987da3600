use crate::{Result, texts};

super::page!(
    /// The page object of the start page `/`, as a user sees it who is not signed in.
    HomePage, "/", texts::session::WELCOME_TITLE
);

impl HomePage<'_> {
    /// Returns the heading that the start page has for a signed-in user.
    pub fn greeting(display_name: &str) -> String {
        texts::session::greeting(display_name)
    }

    /// Follows the link to the registration page.
    pub async fn follow_create_account_link(&self) -> Result {
        self.0
            .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
            .await
    }
}
