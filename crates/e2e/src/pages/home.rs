use crate::Result;

super::page!(
    /// The page `/` for a user who is not signed in.
    HomePage, "/", "Welcome"
);

impl HomePage<'_> {
    /// Returns the heading for a signed-in user.
    pub fn greeting(name: &str) -> String {
        format!("Greetings {name}!")
    }

    /// Follows the link to the registration page.
    pub async fn follow_create_account(&self) -> Result {
        self.0.follow_link_in_main("Make an account").await
    }
}
