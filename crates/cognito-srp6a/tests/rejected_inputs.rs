//! Rejected inputs: wrong passwords, public values that would reveal the key, and malformed parameters.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp6a::group::GroupElement;
use cognito_srp6a::server::{self, ServerEphemeral};
use cognito_srp6a::{
    ClientEphemeral, PasswordClaim, SrpChallenge, SrpError, SrpIdentity, Verifier,
};

const N: &str = "\
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
    15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
    abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c\
    bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";

const SALT: [u8; 16] = *b"\x7d\x3a\x0f\x55\xc1\xe2\x44\x9b\x8a\x6b\x0c\x1d\x2e\x3f\x4a\x5b";
const SECRET_BLOCK: &str = "I7E6SkjLCo6nUMGQ";
const TIMESTAMP: &str = "Sat Sep 5 01:02:03 UTC 2026";

/// Returns 2·N, which has 3,073 bits, in hexadecimal.
fn two_n_hex() -> String {
    // Doubles the digits of N from right to left.
    let mut carry = 0;
    let mut digits: Vec<char> = Vec::new();
    for digit in N.chars().rev() {
        let double = 2 * digit.to_digit(16).expect("N is hexadecimal") + carry;
        digits.push(char::from_digit(double % 16, 16).expect("below 16"));
        carry = double / 16;
    }
    digits.push('1');
    digits.iter().rev().collect()
}

/// Returns true if a server with `verifier` accepts a proof of `client_password`. `seed` stands for the random bytes of
/// both sides.
fn is_accepted(
    seed: u8,
    verifier: &Verifier,
    registered_identity: SrpIdentity<'_>,
    client_identity: SrpIdentity<'_>,
    client_password: &str,
) -> bool {
    let b = ServerEphemeral::new(&[seed ^ 0x5a; 32], verifier).expect("B is not zero");
    let a = ClientEphemeral::from_bytes([seed; 32]).expect("a is not zero");
    let public = server::parse_srp_a(&a.srp_a()).expect("A is valid");
    let challenge = SrpChallenge::parse(&b.srp_b(), &verifier.salt_hex(), SECRET_BLOCK)
        .expect("the challenge is valid");
    let claim = a
        .prove_password(client_identity, client_password, &challenge, TIMESTAMP)
        .expect("u is not zero");
    let block = BASE64_STANDARD.decode(SECRET_BLOCK).expect("Base64");
    let expected = server::expected_signature(
        registered_identity,
        verifier,
        &public,
        &b,
        &block,
        TIMESTAMP,
    )
    .expect("u is not zero");
    BASE64_STANDARD.decode(claim.signature).expect("Base64") == expected
}

#[test]
fn srp_server_rejects_every_wrong_password() {
    let ann = SrpIdentity::user("Poolgate1", "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11");
    let right = "Pässw0rd! 9";
    let verifier = Verifier::new(ann, right, &SALT);
    let near = [
        "",
        "pässw0rd! 9",
        "Pässw0rd! 9 ",
        " Pässw0rd! 9",
        "Pässw0rd! ",
        "Passw0rd! 9",
        "Pa\u{308}ssw0rd! 9",
        "Pässw0rd! 9\0",
        ":Pässw0rd! 9",
    ];
    for seed in 1..=20 {
        assert!(is_accepted(seed, &verifier, ann, ann, right));
        for wrong in near {
            assert!(
                !is_accepted(seed, &verifier, ann, ann, wrong),
                "seed {seed} accepted {wrong:?}"
            );
        }
        let random = format!("Pässw0rd! {}", 9 + u32::from(seed));
        assert!(
            !is_accepted(seed, &verifier, ann, ann, &random),
            "seed {seed} accepted {random}"
        );
    }
}

#[test]
fn srp_server_rejects_a_proof_for_another_user_or_pool() {
    let ann = SrpIdentity::user("Poolgate1", "ann");
    let verifier = Verifier::new(ann, "Passw0rd!", &SALT);
    assert!(is_accepted(1, &verifier, ann, ann, "Passw0rd!"));
    for other in [
        SrpIdentity::user("Poolgate1", "bob"),
        SrpIdentity::user("Poolgate2", "ann"),
        SrpIdentity::device("-Abc1", "ann"),
    ] {
        assert!(
            !is_accepted(1, &verifier, ann, other, "Passw0rd!"),
            "{other:?}"
        );
    }
}

#[test]
fn srp_client_rejects_b_of_zero_modulo_n() {
    for b in ["0", "000", N, &N.to_uppercase(), &format!("00{N}")] {
        assert_eq!(
            SrpChallenge::parse(b, "7d3a", SECRET_BLOCK).err(),
            Some(SrpError::ZeroModN),
            "{b}"
        );
    }
    assert_eq!(
        SrpChallenge::parse(&two_n_hex(), "7d3a", SECRET_BLOCK).err(),
        Some(SrpError::Oversized("SRP_B"))
    );
}

#[test]
fn srp_server_rejects_a_of_zero_modulo_n() {
    for a in ["0", "000", N, &N.to_uppercase(), &format!("00{N}")] {
        assert_eq!(server::parse_srp_a(a), Err(SrpError::ZeroModN), "{a}");
    }
    assert_eq!(
        server::parse_srp_a(&two_n_hex()),
        Err(SrpError::Oversized("SRP_A"))
    );
    assert_eq!(server::parse_srp_a(""), Err(SrpError::Malformed("SRP_A")));
    assert_eq!(server::parse_srp_a("-2"), Err(SrpError::Malformed("SRP_A")));
}

#[test]
fn srp_error_names_the_malformed_challenge_parameter() {
    use SrpError::{Malformed, Oversized};
    let (salt_128, salt_129) = ("7".repeat(128), "7".repeat(129));
    let block_8192 = BASE64_STANDARD.encode([7; 8192]);
    let block_8193 = BASE64_STANDARD.encode([7; 8193]);
    let block_9000 = BASE64_STANDARD.encode([7; 9000]);
    let ones = "f".repeat(768);
    let too_long = format!("1{}", "0".repeat(768));
    for (b, salt, block, expected) in [
        ("2", "7d3a", SECRET_BLOCK, None),
        ("abc", "7d3", SECRET_BLOCK, None),
        ("ABC", "0", SECRET_BLOCK, None),
        (&ones, &salt_128, &block_8192, None),
        ("", "7d3a", SECRET_BLOCK, Some(Malformed("SRP_B"))),
        ("0x2", "7d3a", SECRET_BLOCK, Some(Malformed("SRP_B"))),
        ("+2", "7d3a", SECRET_BLOCK, Some(Malformed("SRP_B"))),
        (" 2", "7d3a", SECRET_BLOCK, Some(Malformed("SRP_B"))),
        ("2é", "7d3a", SECRET_BLOCK, Some(Malformed("SRP_B"))),
        (&too_long, "7d3a", SECRET_BLOCK, Some(Oversized("SRP_B"))),
        ("2", "", SECRET_BLOCK, Some(Malformed("SALT"))),
        ("2", "7d3g", SECRET_BLOCK, Some(Malformed("SALT"))),
        ("2", &salt_129, SECRET_BLOCK, Some(Oversized("SALT"))),
        ("2", "7d3a", "", Some(Malformed("SECRET_BLOCK"))),
        (
            "2",
            "7d3a",
            "I7E6SkjLCo6nUMG",
            Some(Malformed("SECRET_BLOCK")),
        ),
        (
            "2",
            "7d3a",
            "I7E6SkjLCo6nUMG-",
            Some(Malformed("SECRET_BLOCK")),
        ),
        (
            "2",
            "7d3a",
            "I7E6SkjLCo6nUM\nGQ",
            Some(Malformed("SECRET_BLOCK")),
        ),
        (
            "2",
            "7d3a",
            "I7E6SkjLCo6nUR==",
            Some(Malformed("SECRET_BLOCK")),
        ),
        ("2", "7d3a", &block_8193, Some(Oversized("SECRET_BLOCK"))),
        ("2", "7d3a", &block_9000, Some(Oversized("SECRET_BLOCK"))),
    ] {
        assert_eq!(
            SrpChallenge::parse(b, salt, block).err(),
            expected,
            "SRP_B {b}, SALT {salt}, SECRET_BLOCK {block}"
        );
    }
}

#[test]
fn srp_private_values_that_are_zero_or_too_long_are_rejected() {
    let verifier = Verifier::new(SrpIdentity::user("Poolgate1", "ann"), "Passw0rd!", &SALT);
    assert_eq!(
        ClientEphemeral::from_bytes([0; 32]).err(),
        Some(SrpError::Malformed("a"))
    );
    assert_eq!(
        ClientEphemeral::from_exponent(&[]).err(),
        Some(SrpError::Malformed("a"))
    );
    assert_eq!(
        ClientEphemeral::from_exponent(&[1; 385]).err(),
        Some(SrpError::Oversized("a"))
    );
    assert_eq!(
        ServerEphemeral::new(&[0; 32], &verifier).err(),
        Some(SrpError::Malformed("b"))
    );
    assert_eq!(
        ServerEphemeral::new(&[1; 385], &verifier).err(),
        Some(SrpError::Oversized("b"))
    );
}

#[test]
fn srp_verifier_of_zero_modulo_n_is_rejected() {
    let n = GroupElement::from_hex(N, "N").expect("N has 768 digits");
    assert!(n.is_zero());
    let all_of_n: Vec<u8> = (0..384)
        .map(|i| u8::from_str_radix(&N[2 * i..2 * i + 2], 16).expect("hexadecimal"))
        .collect();
    let signed = [vec![0], all_of_n.clone()].concat();
    for zero in [vec![0], all_of_n, signed] {
        assert_eq!(
            Verifier::from_parts(&SALT, &zero).err(),
            Some(SrpError::ZeroModN)
        );
    }
    assert_eq!(
        Verifier::from_parts(&SALT, &[]).err(),
        Some(SrpError::Malformed("PasswordVerifier"))
    );
    assert_eq!(
        Verifier::from_parts(&SALT, &[1; 385]).err(),
        Some(SrpError::Oversized("PasswordVerifier"))
    );
    assert_eq!(
        Verifier::from_parts(&[], &[1]).err(),
        Some(SrpError::Malformed("Salt"))
    );
}

#[test]
fn srp_proof_repeats_the_secret_block_unchanged() {
    let ann = SrpIdentity::user("Poolgate1", "ann");
    let a = ClientEphemeral::from_bytes([7; 32]).expect("a is not zero");
    let challenge = SrpChallenge::parse("2", "7d3a", SECRET_BLOCK).expect("the challenge is valid");
    let claim = a
        .prove_password(ann, "Passw0rd!", &challenge, TIMESTAMP)
        .expect("u is not zero");
    assert_eq!(
        (claim.secret_block.as_str(), claim.timestamp.as_str()),
        (SECRET_BLOCK, TIMESTAMP)
    );
}

#[test]
fn debug_output_of_srp_types_contains_no_secrets() {
    let ann = SrpIdentity::user("Poolgate1", "ann");
    let verifier = Verifier::new(ann, "Passw0rd!", &SALT);
    let b = ServerEphemeral::new(&[9; 32], &verifier).expect("B is not zero");
    let challenge = SrpChallenge::parse(&b.srp_b(), &verifier.salt_hex(), SECRET_BLOCK)
        .expect("the challenge is valid");
    let a = ClientEphemeral::from_bytes([7; 32]).expect("a is not zero");
    let element = GroupElement::generator_pow(&[9]);
    let claim = PasswordClaim {
        secret_block: "block".into(),
        signature: "signature".into(),
        timestamp: TIMESTAMP.into(),
    };
    assert_eq!(
        format!("{a:?} {b:?} {verifier:?} {challenge:?} {element:?} {claim:?}"),
        "ClientEphemeral(…) ServerEphemeral(…) Verifier(…) SrpChallenge(…) GroupElement(…) PasswordClaim(…)"
    );
}
