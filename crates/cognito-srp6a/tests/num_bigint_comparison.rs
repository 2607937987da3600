//! Comparison of the arithmetic and the protocol with num-bigint, which computes the formulas directly.
//!
//! The inputs are pseudorandom numbers with a fixed seed, and edge cases where limbs carry. The tests also run as
//! WebAssembly, where the limbs have half the width.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp6a::group::GroupElement;
use cognito_srp6a::server::{self, ServerEphemeral};
use cognito_srp6a::{ClientEphemeral, SrpChallenge, SrpIdentity, Verifier};
use hmac::{Hmac, Mac};
use num_bigint::{BigInt, BigUint};
use sha2::{Digest, Sha256};
use wasm_bindgen_test::wasm_bindgen_test;

/// A pseudorandom generator that gives the same bytes in every run: SHA-256 of a name and a counter.
struct SeededRandom {
    name: &'static str,
    count: u64,
}

impl SeededRandom {
    fn new(name: &'static str) -> Self {
        Self { name, count: 0 }
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            self.count += 1;
            bytes.extend(
                Sha256::new()
                    .chain_update(self.name)
                    .chain_update(self.count.to_be_bytes())
                    .finalize(),
            );
        }
        bytes.truncate(length);
        bytes
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(u16::from_be_bytes(
            self.bytes(2).try_into().expect("two bytes"),
        )) % limit
    }

    fn text(&mut self) -> String {
        const LETTERS: [char; 12] = [
            'a', 'Z', '0', ' ', ':', '-', '@', 'ä', 'ż', 'ユ', '🔑', '\u{301}',
        ];
        (0..=self.below(24))
            .map(|_| LETTERS[self.below(LETTERS.len())])
            .collect()
    }
}

/// Loads `N` from the vector file, not from the code under test.
fn load_modulus() -> BigUint {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("data/srp-vectors.json")).expect("the vectors are JSON");
    let digits = vectors["constants"]["N_hex"].as_str().expect("N is text");
    BigUint::parse_bytes(digits.as_bytes(), 16).expect("N is hexadecimal")
}

fn to_element(number: &BigUint) -> GroupElement {
    GroupElement::from_bytes(&number.to_bytes_be(), "number")
        .expect("the number has at most 3,072 bits")
}

fn to_number(element: &GroupElement) -> BigUint {
    BigUint::from_bytes_be(&element.to_be_bytes())
}

/// Lists numbers at which carries happen: zero, one, both ends of the range, and the numbers next to 2^28, 2^56, ….
///
/// Limbs have 28 or 56 bits, so a limb begins at each of these powers.
fn list_edge_cases(n: &BigUint) -> Vec<BigUint> {
    let one = BigUint::from(1_u8);
    let mut edge_cases = vec![
        BigUint::ZERO,
        one.clone(),
        BigUint::from(2_u8),
        n - 2_u8,
        n - &one,
        n.clone(),
        n + &one,
        n / 2_u8,
        n / 2_u8 + &one,
        (&one << 3072_u32) - &one,
        (&one << 3072_u32) - 2_u8,
        (&one << 3072_u32) - n,
    ];
    for place in (28..3072_u32).step_by(28) {
        let power = &one << place;
        edge_cases.extend([&power - &one, power.clone(), &power + &one, n - &power]);
    }
    // All limbs full, and alternately full and empty limbs.
    let repeated = |fill: [u8; 14]| BigUint::from_bytes_be(&fill.repeat(28)[8..]);
    edge_cases.extend([
        repeated([0xff; 14]),
        repeated([
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0,
        ]),
    ]);
    edge_cases
}

#[wasm_bindgen_test(unsupported = test)]
fn modular_sums_and_products_agree_with_num_bigint() {
    let n = load_modulus();
    let edge_cases = list_edge_cases(&n);
    let mut random = SeededRandom::new("sums");
    let mut pairs = Vec::new();
    for x in &edge_cases[..12] {
        pairs.extend(edge_cases.iter().map(|y| (x.clone(), y.clone())));
    }
    for _ in 0..2000 {
        let x = BigUint::from_bytes_be(&random.bytes(384));
        let y = if random.below(2) == 0 {
            edge_cases[random.below(edge_cases.len())].clone()
        } else {
            BigUint::from_bytes_be(&random.bytes(384))
        };
        pairs.push((x, y));
    }
    assert!(pairs.len() > 7000);
    for (x, y) in pairs {
        let (a, b) = (to_element(&x), to_element(&y));
        assert_eq!(
            (to_number(&a), a.is_zero()),
            (&x % &n, &x % &n == BigUint::ZERO),
            "{x:x}"
        );
        assert_eq!(to_number(&a.add(&b)), (&x + &y) % &n, "{x:x} + {y:x}");
        assert_eq!(
            to_number(&a.subtract(&b)),
            (&x + &n + &n - &y) % &n,
            "{x:x} - {y:x}"
        );
        assert_eq!(to_number(&a.multiply(&b)), &x * &y % &n, "{x:x} * {y:x}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn modular_exponentiation_agrees_with_num_bigint() {
    let n = load_modulus();
    let edge_cases = list_edge_cases(&n);
    let mut random = SeededRandom::new("powers");
    let mut exponents: Vec<Vec<u8>> = vec![
        vec![],
        vec![0],
        vec![1],
        vec![2],
        vec![15],
        vec![16],
        vec![0, 0, 3],
    ];
    exponents.extend([
        vec![0xff; 32],
        vec![0xff; 64],
        vec![0xaa; 33],
        vec![0x01; 65],
        vec![0xf0; 16],
    ]);
    exponents.push([vec![1], vec![0; 63]].concat());
    exponents.push([vec![0; 20], vec![0xff; 12]].concat());
    for length in [1, 2, 31, 32, 63, 64, 65, 128] {
        exponents.push(random.bytes(length));
    }
    for (i, exponent) in exponents.iter().enumerate() {
        let power = BigUint::from_bytes_be(exponent);
        assert_eq!(
            to_number(&GroupElement::generator_pow(exponent)),
            BigUint::from(2_u8).modpow(&power, &n),
            "2 to {power:x}"
        );
        let mut bases = vec![
            BigUint::from_bytes_be(&random.bytes(384)),
            edge_cases[i % 12].clone(),
        ];
        bases.extend((0..4).map(|_| edge_cases[random.below(edge_cases.len())].clone()));
        for base in bases {
            assert_eq!(
                to_number(&to_element(&base).pow(exponent)),
                base.modpow(&power, &n),
                "{base:x} to {power:x}"
            );
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn hexadecimal_and_byte_formats_agree_with_num_bigint() {
    let n = load_modulus();
    let mut random = SeededRandom::new("writing");
    let mut numbers = list_edge_cases(&n);
    numbers.extend((0..=384).map(|length| BigUint::from_bytes_be(&random.bytes(length))));
    for x in numbers {
        let reduced = &x % &n;
        let signed = BigInt::from(reduced.clone()).to_signed_bytes_be();
        let written = to_element(&x);
        assert_eq!(
            (written.to_hex(), written.to_signed_bytes_be()),
            (format!("{reduced:x}"), signed)
        );
        for text in [format!("{x:x}"), format!("{x:X}"), format!("{x:0>800x}")] {
            assert_eq!(
                GroupElement::from_hex(&text, "number"),
                Ok(written.clone()),
                "{text}"
            );
        }
    }
}

/// The public values and the signature of one exchange, computed with num-bigint.
struct ExpectedExchange {
    srp_a: String,
    srp_b: String,
    signature: String,
}

/// The secrets and names of one exchange.
struct ExchangeInput<'a> {
    realm: &'a str,
    name: &'a str,
    password: &'a str,
    salt: &'a [u8],
    a: &'a [u8],
    b: &'a [u8],
    secret_block: &'a [u8],
    timestamp: &'a str,
}

/// Computes one exchange from the formulas. Client and server have different formulas for the same `S`.
fn compute_expected(
    n: &BigUint,
    input: &ExchangeInput<'_>,
    use_server_formula: bool,
) -> ExpectedExchange {
    let uint = BigUint::from_bytes_be;
    let pad = |x: &BigUint| BigInt::from(x.clone()).to_signed_bytes_be();
    let hash = |parts: &[&[u8]]| Sha256::digest(parts.concat()).to_vec();
    let hmac = |key: &[u8], message: &[u8]| {
        Hmac::<Sha256>::new_from_slice(key)
            .expect("HMAC accepts keys of every length")
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec()
    };
    let g = BigUint::from(2_u8);
    let k = uint(&hash(&[&pad(n), &pad(&g)]));
    let inner = hash(&[format!("{}{}:{}", input.realm, input.name, input.password).as_bytes()]);
    let x = uint(&hash(&[&pad(&uint(input.salt)), &inner]));
    let (a, b) = (uint(input.a), uint(input.b));
    let v = g.modpow(&x, n);
    let public_a = g.modpow(&a, n);
    let public_b = (&k * &v + g.modpow(&b, n)) % n;
    let u = uint(&hash(&[&pad(&public_a), &pad(&public_b)]));
    let s = if use_server_formula {
        (&public_a * v.modpow(&u, n)).modpow(&b, n)
    } else {
        (&public_b + n - &k * &v % n).modpow(&(&a + &u * &x), n)
    };
    let prk = hmac(&pad(&u), &pad(&s));
    let key = hmac(&prk, b"Caldera Derived Key\x01");
    let message = [
        input.realm.as_bytes(),
        input.name.as_bytes(),
        input.secret_block,
        input.timestamp.as_bytes(),
    ];
    ExpectedExchange {
        srp_a: format!("{public_a:x}"),
        srp_b: format!("{public_b:x}"),
        signature: BASE64_STANDARD.encode(hmac(&key[..16], &message.concat())),
    }
}

/// Checks that client, server and num-bigint agree in `count` exchanges with pseudorandom names and secrets.
fn assert_sides_agree(name: &'static str, count: usize) {
    let n = load_modulus();
    let mut random = SeededRandom::new(name);
    for case in 0..count {
        let (realm, user, password) = (random.text(), random.text(), random.text());
        let salt_length = 1 + random.below(32);
        let salt = random.bytes(salt_length);
        let (a, b) = (random.bytes(32), random.bytes(32));
        let block_length = 1 + random.below(1500);
        let secret_block = random.bytes(block_length);
        let timestamp = "Sat Sep 5 01:02:03 UTC 2026";
        let input = ExchangeInput {
            realm: &realm,
            name: &user,
            password: &password,
            salt: &salt,
            a: &a,
            b: &b,
            secret_block: &secret_block,
            timestamp,
        };
        let expected = compute_expected(&n, &input, case % 2 == 0);

        let identity = SrpIdentity::user(&realm, &user);
        let verifier = Verifier::new(identity, &password, &salt);
        let server_pair = ServerEphemeral::new(&b, &verifier).expect("B is not zero");
        let client_pair = ClientEphemeral::from_bytes(a.clone().try_into().expect("32 bytes"))
            .expect("a is not zero");
        let srp_a = client_pair.srp_a();
        let parsed_a = server::parse_srp_a(&srp_a).expect("A is valid");
        let block_text = BASE64_STANDARD.encode(&secret_block);
        let challenge =
            SrpChallenge::parse(&server_pair.srp_b(), &verifier.salt_hex(), &block_text)
                .expect("the challenge is valid");
        let claim = client_pair
            .prove_password(identity, &password, &challenge, timestamp)
            .expect("u is not zero");
        let server_signature = server::expected_signature(
            identity,
            &verifier,
            &parsed_a,
            &server_pair,
            &secret_block,
            timestamp,
        )
        .map(|signature| BASE64_STANDARD.encode(signature));

        assert_eq!(
            (
                srp_a,
                server_pair.srp_b(),
                claim.signature,
                server_signature
            ),
            (
                expected.srp_a,
                expected.srp_b,
                expected.signature.clone(),
                Ok(expected.signature)
            ),
            "case {case} of {name}",
        );
    }
}

// The exchanges are split over two tests, so that two cores can run them. In WebAssembly only the arithmetic differs,
// which the tests above cover, so a few exchanges are enough there.
const EXCHANGES_PER_TEST: usize = if cfg!(target_arch = "wasm32") {
    20
} else {
    500
};

#[wasm_bindgen_test(unsupported = test)]
fn random_srp_exchanges_agree_with_num_bigint_part_1() {
    assert_sides_agree("first half", EXCHANGES_PER_TEST);
}

#[wasm_bindgen_test(unsupported = test)]
fn random_srp_exchanges_agree_with_num_bigint_part_2() {
    assert_sides_agree("second half", EXCHANGES_PER_TEST);
}
