use crate::Outcome;

super::page!(
    /// `/`, as who is not signed in sees it.
    HomePage, "/", "Welcome"
);

impl HomePage<'_> {
    /// The heading for who is signed in.
    pub fn greeting(name: &str) -> String {
        format!("Greetings {name}!")
    }

    /// Goes on to register.
    pub async fn make_an_account(&self) -> Outcome {
        self.0.follow_on_page("Make an account").await
    }
}
