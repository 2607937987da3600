use crate::Outcome;

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
    pub async fn make_an_account(&self) -> Outcome {
        self.0.follow_on_page("Make an account").await
    }
}
