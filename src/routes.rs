//! Every address of the app, once.

use cognito_proto::return_path::ReturnPath;

/// The start page.
pub const HOME: &str = "/";
/// Registration.
pub const REGISTER: &str = "/register";
/// The code that confirms a registration.
pub const VERIFY: &str = "/verify";
/// Signing in by name and password.
pub const SIGN_IN: &str = "/signin";
/// Where the pool's hosted pages come back to.
pub const LOGIN: &str = "/login";
/// A new password by code.
pub const FORGOT: &str = "/forgot";
/// The person's to-dos: protected.
pub const TODOS: &str = "/todos";

/// The query parameter that carries a user name from page to page.
pub const USERNAME: &str = "username";
/// The query parameter of [`SIGN_IN`] that says where one was headed.
pub const THEN: &str = "then";

/// The pages nobody returns to after signing in: they are the way there.
const WAYS_IN: [&str; 5] = [REGISTER, VERIFY, SIGN_IN, LOGIN, FORGOT];

/// Where to go after signing in, by what the address says.
pub fn return_path(then: Option<String>) -> ReturnPath {
    then.map_or_else(ReturnPath::start, |then| ReturnPath::parse(&then, &WAYS_IN))
}

/// `path` with these parameters; those without a value stay out.
pub fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&crate::browser::location::encode(value));
    }
    address
}
