//! What the service model asks of texts: Amazon's API reference, each member's length and pattern.

/// A regular expression of the model: what it matches, and how messages write it.
pub(super) type Pattern = (fn(&str) -> bool, &'static str);

/// What the model asks of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) pattern: Option<Pattern>,
    /// A sensitive value is not repeated in the message.
    pub(super) sensitive: bool,
}

fn word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn all(text: &str, fits: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(fits)
}

/// `[\p{L}\p{M}\p{S}\p{N}\p{P}]`: everything but separators, controls, and what is not assigned.
fn visible(letter: char) -> bool {
    !letter.is_whitespace() && !letter.is_control()
}

fn is_pool_id(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(region, name)| {
        all(region, |letter| word(letter) || letter == '-')
            && all(name, |letter| letter.is_ascii_alphanumeric())
    })
}

fn is_device_key(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(region, id)| {
        all(region, |letter| word(letter) || letter == '-')
            && all(id, |letter| {
                letter.is_ascii_digit() || ('a'..='f').contains(&letter) || letter == '-'
            })
    })
}

/// `^[\S]+.*[\S]+$`; a dot does not match a line's end.
fn is_password(text: &str) -> bool {
    let mut letters = text.chars();
    let (Some(first), Some(last)) = (letters.next(), letters.next_back()) else {
        return false;
    };
    !first.is_whitespace() && !last.is_whitespace() && !text.contains(['\n', '\r'])
}

/// `arn`, partition, service, region (perhaps empty), account, and one to three parts of a resource.
fn is_arn(text: &str) -> bool {
    let part = |text: &str| all(text, |letter| word(letter) || "+=/,.@-".contains(letter));
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        ["arn", partition, service, region, account, resource @ ..] => {
            part(partition)
                && part(service)
                && (region.is_empty() || part(region))
                && all(account, |letter| letter.is_ascii_digit())
                && (1..=3).contains(&resource.len())
                && resource.iter().all(|text| part(text))
        }
        _ => false,
    }
}

pub(crate) const CLIENT_ID: Rule = Rule {
    least: 1,
    most: 128,
    pattern: Some((
        |text| all(text, |letter| word(letter) || letter == '+'),
        r"[\w+]+",
    )),
    sensitive: true,
};
pub(crate) const CLIENT_SECRET: Rule = Rule {
    least: 24,
    most: 64,
    pattern: Some((
        |text| all(text, |letter| word(letter) || letter == '+'),
        r"[\w+]+",
    )),
    sensitive: true,
};
pub(crate) const SECRET_HASH: Rule = Rule {
    least: 1,
    most: 128,
    pattern: Some((
        |text| all(text, |letter| word(letter) || "+=/".contains(letter)),
        r"[\w+=/]+",
    )),
    sensitive: true,
};
pub(crate) const USERNAME: Rule = Rule {
    least: 1,
    most: 128,
    pattern: Some((|text| all(text, visible), r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")),
    sensitive: true,
};
pub(crate) const PASSWORD: Rule = Rule {
    least: 0,
    most: 256,
    pattern: Some((is_password, r"^[\S]+.*[\S]+$")),
    sensitive: true,
};
/// Where a password may be left out, an empty text is as none.
pub(crate) const PASSWORD_OR_NONE: Rule = Rule {
    pattern: Some((
        |text| text.is_empty() || is_password(text),
        r"^[\S]+.*[\S]+$",
    )),
    ..PASSWORD
};
pub(crate) const CODE: Rule = Rule {
    least: 1,
    most: 2_048,
    pattern: Some((|text| all(text, |letter| !letter.is_whitespace()), r"[\S]+")),
    sensitive: true,
};
pub(crate) const SESSION: Rule = Rule {
    least: 20,
    most: 4_096,
    pattern: None,
    sensitive: true,
};
pub(crate) const TOKEN: Rule = Rule {
    least: 0,
    most: usize::MAX,
    pattern: Some((
        |text| {
            all(text, |letter| {
                letter.is_ascii_alphanumeric() || "-_=.".contains(letter)
            })
        },
        "[A-Za-z0-9-_=.]+",
    )),
    sensitive: true,
};
pub(crate) const USER_POOL_ID: Rule = Rule {
    least: 1,
    most: 55,
    pattern: Some((is_pool_id, r"[\w-]+_[0-9a-zA-Z]+")),
    sensitive: false,
};
pub(crate) const DEVICE_KEY: Rule = Rule {
    least: 1,
    most: 55,
    pattern: Some((is_device_key, r"[\w-]+_[0-9a-f-]+")),
    sensitive: false,
};
/// A device's name, which may be a browser's whole `User-Agent`.
pub(crate) const DEVICE_NAME: Rule = Rule {
    least: 1,
    most: 1_024,
    pattern: None,
    sensitive: false,
};
pub(crate) const CREDENTIAL_ID: Rule = Rule {
    least: 0,
    most: 131_072,
    pattern: None,
    sensitive: false,
};
/// Of user pools and app clients.
pub(crate) const NAME: Rule = Rule {
    least: 1,
    most: 128,
    pattern: Some((
        |text| {
            all(text, |letter| {
                word(letter) || letter.is_ascii_whitespace() || "+=,.@-".contains(letter)
            })
        },
        r"[\w\s+=,.@-]+",
    )),
    sensitive: false,
};
pub(crate) const ATTRIBUTE_NAME: Rule = Rule {
    least: 1,
    most: 32,
    pattern: Some((
        |text| all(text, |letter| visible(letter) || "\t\n\r ".contains(letter)),
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    )),
    sensitive: false,
};
pub(super) const ATTRIBUTE_VALUE: Rule = Rule {
    least: 0,
    most: 2_048,
    pattern: None,
    sensitive: true,
};
pub(crate) const FILTER: Rule = Rule {
    least: 0,
    most: 256,
    pattern: None,
    sensitive: false,
};
pub(crate) const PAGE: Rule = Rule {
    least: 1,
    most: 131_072,
    pattern: Some((|text| all(text, |letter| !letter.is_whitespace()), r"[\S]+")),
    sensitive: false,
};
/// The model's pattern knows prefixes alone; a custom domain, which has dots, is accepted by the service too.
pub(crate) const DOMAIN: Rule = Rule {
    least: 1,
    most: 63,
    pattern: Some((
        |text| {
            !text.starts_with(['-', '.'])
                && !text.ends_with(['-', '.'])
                && all(text, |letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)
                })
        },
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
    )),
    sensitive: false,
};
/// Of an authenticator app.
pub(crate) const USER_CODE: Rule = Rule {
    least: 6,
    most: 6,
    pattern: Some((|text| all(text, |letter| letter.is_ascii_digit()), "[0-9]+")),
    sensitive: true,
};
pub(crate) const STRING: Rule = Rule {
    least: 0,
    most: 131_072,
    pattern: None,
    sensitive: false,
};
pub(crate) const GROUP_NAME: Rule = Rule {
    least: 1,
    most: 128,
    pattern: Some((|text| all(text, visible), r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")),
    sensitive: false,
};
pub(crate) const DESCRIPTION: Rule = Rule {
    least: 0,
    most: 2_048,
    pattern: None,
    sensitive: false,
};
pub(crate) const ARN: Rule = Rule {
    least: 20,
    most: 2_048,
    pattern: Some((
        is_arn,
        r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    )),
    sensitive: false,
};
/// Words for a code by text message.
pub(crate) const SMS_MESSAGE: Rule = Rule {
    least: 6,
    most: 140,
    pattern: Some((|text| text.contains("{####}"), r".*\{####\}.*")),
    sensitive: false,
};
/// Words for a code by mail at sign-in.
pub(crate) const EMAIL_MFA_MESSAGE: Rule = Rule {
    least: 6,
    most: 20_000,
    pattern: Some((
        |text| text.contains("{####}"),
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    )),
    sensitive: false,
};
