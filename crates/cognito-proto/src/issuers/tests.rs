use super::*;

const POOL: &str = "us-west-2_uXboG5pAb";
const ORIGINAL: &str = "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb";
const UPDATED: &str = "https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb";
const LOCAL: &str = "http://localhost:9229/us-west-2_uXboG5pAb";
const PROXY: &str = "https://auth.example.com/cognito/us-west-2_uXboG5pAb";
const OTHER: &str = "http://127.0.0.1:9000/us-west-2_uXboG5pAb";

fn issuers(endpoint: &str, configured: &str) -> Issuers {
    Issuers::for_pool(
        &UserPoolId::parse(POOL).expect("a pool id"),
        &SecureUrl::parse(endpoint).expect("a URL"),
        (!configured.is_empty()).then(|| Issuer::parse(configured).expect("an issuer")),
    )
}

const REGIONAL: &str = "https://cognito-idp.us-west-2.amazonaws.com";

/// The API reference names Amazon's two forms in `IssuerConfigurationType`.
#[test]
fn both_amazon_issuers_are_valid_unless_one_is_configured() {
    for (endpoint, configured, accepted) in [
        (REGIONAL, "", &[ORIGINAL, UPDATED][..]),
        (REGIONAL, ORIGINAL, &[ORIGINAL, UPDATED]),
        (REGIONAL, UPDATED, &[UPDATED, ORIGINAL]),
        (REGIONAL, OTHER, &[OTHER]),
        // AWS General Reference: https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
        (
            "https://cognito-idp-fips.us-west-2.amazonaws.com",
            "",
            &[ORIGINAL, UPDATED],
        ),
        (
            "https://cognito-idp.us-west-2.api.aws",
            "",
            &[ORIGINAL, UPDATED],
        ),
        (
            "https://auth.example.com/cognito",
            "",
            &[PROXY, ORIGINAL, UPDATED],
        ),
        (
            "https://auth.example.com/cognito",
            UPDATED,
            &[UPDATED, ORIGINAL],
        ),
        ("http://localhost:9229", "", &[LOCAL, ORIGINAL, UPDATED]),
        ("http://localhost:9229", OTHER, &[OTHER]),
        ("http://localhost:9229/", LOCAL, &[LOCAL]),
    ] {
        let issuers = issuers(endpoint, configured);
        let listed: Vec<&str> = issuers.iter().map(Issuer::as_str).collect();
        assert_eq!(listed, accepted, "{endpoint} {configured}");
        assert_eq!(issuers.preferred().as_str(), accepted[0]);
    }
}

#[test]
fn issuer_of_a_token_must_equal_an_accepted_issuer_exactly() {
    let issuers = issuers(REGIONAL, "");
    for right in [ORIGINAL, UPDATED] {
        assert_eq!(issuers.find(right).map(Issuer::as_str), Some(right));
    }
    for wrong in [
        "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb/",
        "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAc",
        "https://cognito-idp.us-west-1.amazonaws.com/us-west-2_uXboG5pAb",
        "https://issuer-cognito-idp.us-west-2.amazonaws.com.example.com/us-west-2_uXboG5pAb",
        "http://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb",
        LOCAL,
        "",
    ] {
        assert_eq!(issuers.find(wrong), None, "{wrong}");
    }
}

#[test]
fn oidc_discovery_is_requested_from_each_accepted_issuer() {
    let of = |endpoint: &str, configured: &str| -> Vec<(String, Vec<String>)> {
        let issuers = issuers(endpoint, configured);
        let sources = issuers.document_sources();
        let text = |issuer: &Issuer| issuer.as_str().to_owned();
        sources
            .iter()
            .map(|source| {
                (
                    text(source.base),
                    source.accepted_issuers.iter().map(|of| text(of)).collect(),
                )
            })
            .collect()
    };
    let source = |base: &str, of: &[&str]| {
        (
            base.to_owned(),
            of.iter().map(|&of| of.to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        of(REGIONAL, ""),
        [source(ORIGINAL, &[ORIGINAL]), source(UPDATED, &[UPDATED])]
    );
    assert_eq!(of(REGIONAL, OTHER), [source(OTHER, &[OTHER])]);
    assert_eq!(
        of("https://auth.example.com/cognito", ""),
        [
            source(PROXY, &[PROXY]),
            source(ORIGINAL, &[ORIGINAL]),
            source(UPDATED, &[UPDATED])
        ]
    );
    // No other host knows a pool on this machine.
    assert_eq!(
        of("http://localhost:9229", ""),
        [source(LOCAL, &[LOCAL, ORIGINAL, UPDATED])]
    );
    assert_eq!(
        of("http://localhost:9229", UPDATED),
        [
            source(LOCAL, &[UPDATED, ORIGINAL]),
            source(UPDATED, &[UPDATED]),
            source(ORIGINAL, &[ORIGINAL])
        ]
    );
    assert_eq!(
        of("http://localhost:9229", OTHER),
        [source(OTHER, &[OTHER])]
    );
}
