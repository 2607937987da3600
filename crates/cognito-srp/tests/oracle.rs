//! The same sums by num-bigint, straight from the formulas, over random numbers (of a fixed seed) and over those at
//! which limbs carry; natively and, since its limbs are half as wide, as WebAssembly too.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp::group::GroupElement;
use cognito_srp::server::{self, ServerEphemeral};
use cognito_srp::{Challenge, Ephemeral, Prover, Verifier};
use hmac::{Hmac, Mac};
use num_bigint::{BigInt, BigUint};
use sha2::{Digest, Sha256};
use wasm_bindgen_test::wasm_bindgen_test;

/// The same numbers in every run: SHA-256 of a name and a count.
struct Draws {
    name: &'static str,
    count: u64,
}

impl Draws {
    fn of(name: &'static str) -> Self {
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

/// `N` from the vector file, not from the code under test.
fn n() -> BigUint {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("data/srp-vectors.json")).expect("the vectors are JSON");
    let digits = vectors["constants"]["N_hex"].as_str().expect("N is text");
    BigUint::parse_bytes(digits.as_bytes(), 16).expect("N is hexadecimal")
}

fn element(number: &BigUint) -> GroupElement {
    GroupElement::from_bytes(&number.to_bytes_be(), "number")
        .expect("the number has at most 3,072 bits")
}

fn number(element: &GroupElement) -> BigUint {
    BigUint::from_bytes_be(&element.to_be_bytes())
}

/// Zero, one, both ends of the range, and the neighbours of every power of two at which a limb of 28 bits begins.
fn edges(n: &BigUint) -> Vec<BigUint> {
    let one = BigUint::from(1_u8);
    let mut edges = vec![
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
        edges.extend([&power - &one, power.clone(), &power + &one, n - &power]);
    }
    // Rows of full and of empty limbs.
    let rows = |fill: [u8; 14]| BigUint::from_bytes_be(&fill.repeat(28)[8..]);
    edges.extend([
        rows([0xff; 14]),
        rows([
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0,
        ]),
    ]);
    edges
}

#[wasm_bindgen_test(unsupported = test)]
fn sums_differences_and_products_are_the_oracles() {
    let n = n();
    let edges = edges(&n);
    let mut draws = Draws::of("sums");
    let mut pairs = Vec::new();
    for x in &edges[..12] {
        pairs.extend(edges.iter().map(|y| (x.clone(), y.clone())));
    }
    for _ in 0..2000 {
        let x = BigUint::from_bytes_be(&draws.bytes(384));
        let y = if draws.below(2) == 0 {
            edges[draws.below(edges.len())].clone()
        } else {
            BigUint::from_bytes_be(&draws.bytes(384))
        };
        pairs.push((x, y));
    }
    assert!(pairs.len() > 7000);
    for (x, y) in pairs {
        let (a, b) = (element(&x), element(&y));
        assert_eq!(
            (number(&a), a.is_zero()),
            (&x % &n, &x % &n == BigUint::ZERO),
            "{x:x}"
        );
        assert_eq!(number(&a.add(&b)), (&x + &y) % &n, "{x:x} + {y:x}");
        assert_eq!(
            number(&a.subtract(&b)),
            (&x + &n + &n - &y) % &n,
            "{x:x} - {y:x}"
        );
        assert_eq!(number(&a.multiply(&b)), &x * &y % &n, "{x:x} * {y:x}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn powers_are_the_oracles() {
    let n = n();
    let edges = edges(&n);
    let mut draws = Draws::of("powers");
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
        exponents.push(draws.bytes(length));
    }
    for (i, exponent) in exponents.iter().enumerate() {
        let power = BigUint::from_bytes_be(exponent);
        assert_eq!(
            number(&GroupElement::generator_power(exponent)),
            BigUint::from(2_u8).modpow(&power, &n),
            "2 to {power:x}"
        );
        let mut bases = vec![
            BigUint::from_bytes_be(&draws.bytes(384)),
            edges[i % 12].clone(),
        ];
        bases.extend((0..4).map(|_| edges[draws.below(edges.len())].clone()));
        for base in bases {
            assert_eq!(
                number(&element(&base).power(exponent)),
                base.modpow(&power, &n),
                "{base:x} to {power:x}"
            );
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn numbers_are_written_as_the_oracle_writes_them() {
    let n = n();
    let mut draws = Draws::of("writing");
    let mut numbers = edges(&n);
    numbers.extend((0..=384).map(|length| BigUint::from_bytes_be(&draws.bytes(length))));
    for x in numbers {
        let reduced = &x % &n;
        let signed = BigInt::from(reduced.clone()).to_signed_bytes_be();
        let written = element(&x);
        assert_eq!(
            (written.to_hex(), written.pad()),
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

/// One exchange by the formulas, on big integers.
struct Exchange {
    srp_a: String,
    srp_b: String,
    signature: String,
}

struct Secrets<'a> {
    realm: &'a str,
    name: &'a str,
    password: &'a str,
    salt: &'a [u8],
    a: &'a [u8],
    b: &'a [u8],
    secret_block: &'a [u8],
    timestamp: &'a str,
}

fn oracle(n: &BigUint, secrets: &Secrets<'_>, by_the_servers_formula: bool) -> Exchange {
    let uint = BigUint::from_bytes_be;
    let pad = |x: &BigUint| BigInt::from(x.clone()).to_signed_bytes_be();
    let hash = |parts: &[&[u8]]| Sha256::digest(parts.concat()).to_vec();
    let hmac = |key: &[u8], message: &[u8]| {
        Hmac::<Sha256>::new_from_slice(key)
            .expect("any key")
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec()
    };
    let g = BigUint::from(2_u8);
    let k = uint(&hash(&[&pad(n), &pad(&g)]));
    let inner =
        hash(&[format!("{}{}:{}", secrets.realm, secrets.name, secrets.password).as_bytes()]);
    let x = uint(&hash(&[&pad(&uint(secrets.salt)), &inner]));
    let (a, b) = (uint(secrets.a), uint(secrets.b));
    let v = g.modpow(&x, n);
    let public_a = g.modpow(&a, n);
    let public_b = (&k * &v + g.modpow(&b, n)) % n;
    let u = uint(&hash(&[&pad(&public_a), &pad(&public_b)]));
    let s = if by_the_servers_formula {
        (&public_a * v.modpow(&u, n)).modpow(&b, n)
    } else {
        (&public_b + n - &k * &v % n).modpow(&(&a + &u * &x), n)
    };
    let prk = hmac(&pad(&u), &pad(&s));
    let key = hmac(&prk, b"Caldera Derived Key\x01");
    let message = [
        secrets.realm.as_bytes(),
        secrets.name.as_bytes(),
        secrets.secret_block,
        secrets.timestamp.as_bytes(),
    ];
    Exchange {
        srp_a: format!("{public_a:x}"),
        srp_b: format!("{public_b:x}"),
        signature: BASE64_STANDARD.encode(hmac(&key[..16], &message.concat())),
    }
}

/// Client, server and oracle, through `count` exchanges of random everything.
fn agree(name: &'static str, count: usize) {
    let n = n();
    let mut draws = Draws::of(name);
    for case in 0..count {
        let (realm, user, password) = (draws.text(), draws.text(), draws.text());
        let salt_length = 1 + draws.below(32);
        let salt = draws.bytes(salt_length);
        let (a, b) = (draws.bytes(32), draws.bytes(32));
        let block_length = 1 + draws.below(1500);
        let secret_block = draws.bytes(block_length);
        let timestamp = "Sat Sep 5 01:02:03 UTC 2026";
        let secrets = Secrets {
            realm: &realm,
            name: &user,
            password: &password,
            salt: &salt,
            a: &a,
            b: &b,
            secret_block: &secret_block,
            timestamp,
        };
        let expected = oracle(&n, &secrets, case % 2 == 0);

        let prover = Prover::user(&realm, &user);
        let verifier = Verifier::new(prover, &password, &salt);
        let ours = ServerEphemeral::new(&b, &verifier).expect("B is not zero");
        let theirs =
            Ephemeral::from_bytes(a.clone().try_into().expect("32 bytes")).expect("a is not zero");
        let srp_a = theirs.srp_a();
        let read = server::parse_srp_a(&srp_a).expect("A is good");
        let block_text = BASE64_STANDARD.encode(&secret_block);
        let challenge = Challenge::parse(&ours.srp_b(), &verifier.salt_hex(), &block_text)
            .expect("a good challenge");
        let claim = theirs
            .prove(prover, &password, &challenge, timestamp)
            .expect("a proof");
        let by_the_server =
            server::expected_signature(prover, &verifier, &read, &ours, &secret_block, timestamp)
                .map(|signature| BASE64_STANDARD.encode(signature));

        assert_eq!(
            (srp_a, ours.srp_b(), claim.signature, by_the_server),
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

// The thousand random exchanges, in two halves so that two cores share them. In WebAssembly only what the
// arithmetic does is different, and that has its own tests above.
const HALF: usize = if cfg!(target_arch = "wasm32") {
    20
} else {
    500
};

#[wasm_bindgen_test(unsupported = test)]
fn client_server_and_oracle_agree_on_random_exchanges() {
    agree("first half", HALF);
}

#[wasm_bindgen_test(unsupported = test)]
fn client_server_and_oracle_agree_on_other_random_exchanges() {
    agree("second half", HALF);
}
