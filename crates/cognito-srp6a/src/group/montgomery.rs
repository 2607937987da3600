//! Montgomery multiplication modulo `N`, with `R = 2^3080`.
//!
//! **Limbs.** A limb has 28 bits in a `u32` on 32-bit targets such as WebAssembly, and 56 bits in a `u64` elsewhere.
//! Because a limb is smaller than its integer type, the sum of all products of a column fits into one accumulator of
//! twice the width (2·110 products of 56 bits stay below 2⁶⁴), and carries are propagated once per column. Both widths
//! divide 3,080, so the code and `R` are the same for both. Only [`dot_product`] has a second version, for
//! WebAssembly's simd128.
//!
//! **Lazy reduction.** `R` is 256 times as large as `N`, so inputs below 9·N give an output below 1.32·N.
//! Multiplications therefore need no subtraction of `N` between them; one reduction follows at the end.
//!
//! **This `N`.** The lowest 64 bits of `N` are ones, so `−1/N mod 2^BITS` is 1, and the quotient digit of a column is
//! the low limb of the column itself. Adding `m·N` means adding `m·(N+1)` and subtracting `m`, which clears those
//! limbs.

use core::hint::black_box;

#[cfg(target_pointer_width = "64")]
mod width {
    pub(in super::super) type Limb = u64;
    pub(super) type DoubleLimb = u128;
    pub(in super::super) const BITS: usize = 56;
}
#[cfg(not(target_pointer_width = "64"))]
mod width {
    pub(in super::super) type Limb = u32;
    pub(super) type DoubleLimb = u64;
    pub(in super::super) const BITS: usize = 28;
}
use self::width::DoubleLimb;
pub(super) use self::width::{BITS, Limb};

/// The exponent of the Montgomery radix `R`: `R = 2^R_BITS`.
const R_BITS: usize = 3080;
/// The number of limbs (digits) of a number. The lowest limb is first.
pub(super) const LIMBS: usize = R_BITS / BITS;
/// A mask with ones at the bits that a limb uses.
pub(super) const MASK: Limb = (1 << BITS) - 1;

/// A number below the Montgomery radix `R`. Every limb is at most [`MASK`].
pub(super) type Limbs = [Limb; LIMBS];

/// The prime `N` of RFC 3526 §4 in hexadecimal: 2^3072 − 2^3008 − 1 + 2^64·(⌊2^2942·π⌋ + 1690314).
const N: &[u8; 768] = b"\
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
    15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
    abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c\
    bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";

/// The number `N + 1` with the highest limb first, because [`sum_product_column`] needs one of its factors in this
/// order.
static N_PLUS_1_REVERSED: PaddedLimbs = {
    let mut limbs = [0; LANES - 1 + LIMBS];
    let mut carry = 1;
    let mut i = 0;
    while i < LIMBS {
        let mut limb: Limb = 0;
        let mut digit = BITS / 4;
        while digit > 0 {
            digit -= 1;
            let position = i * (BITS / 4) + digit;
            let value = if position < N.len() {
                N[N.len() - 1 - position]
            } else {
                b'0'
            };
            limb = limb << 4
                | (if value < b'a' {
                    value - b'0'
                } else {
                    value - b'a' + 10
                }) as Limb;
        }
        limb += carry;
        carry = limb >> BITS;
        limbs[LANES - 1 + LIMBS - 1 - i] = limb & MASK;
        i += 1;
    }
    limbs
};

/// The number of limbs that [`dot_product`] processes at a time. A WebAssembly vector register holds four limbs of 32
/// bits.
const LANES: usize = if cfg!(target_pointer_width = "64") {
    1
} else {
    4
};

/// A number with zeros before its first limb, so that [`dot_product`] can process any range in whole groups of
/// [`LANES`].
type PaddedLimbs = [Limb; LANES - 1 + LIMBS];

/// Writes the limbs of a number behind the leading zeros of a [`PaddedLimbs`].
fn pad_front<'a>(limbs: impl Iterator<Item = &'a Limb>) -> PaddedLimbs {
    let mut padded = [0; LANES - 1 + LIMBS];
    for (slot, limb) in padded[LANES - 1..].iter_mut().zip(limbs) {
        *slot = *limb;
    }
    padded
}

/// Multiplies the limbs of `x` and `y` at the same positions and returns the sum of the products.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn dot_product(x: &[Limb], y: &[Limb]) -> DoubleLimb {
    x.iter()
        .zip(y)
        .map(|(&x, &y)| DoubleLimb::from(x) * DoubleLimb::from(y))
        .sum()
}

/// Multiplies the limbs of `x` and `y` at the same positions and returns the sum of the products. Processes four limbs
/// at a time.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn dot_product(x: &[Limb], y: &[Limb]) -> DoubleLimb {
    use core::arch::wasm32::{
        u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_extract_lane,
        u64x2_splat, v128,
    };
    let mut sum = u64x2_splat(0);
    for (x, y) in x
        .as_chunks::<LANES>()
        .0
        .iter()
        .zip(y.as_chunks::<LANES>().0)
    {
        let (x, y): (v128, v128) = (bytemuck::cast(*x), bytemuck::cast(*y));
        sum = u64x2_add(sum, u64x2_extmul_low_u32x4(x, y));
        sum = u64x2_add(sum, u64x2_extmul_high_u32x4(x, y));
    }
    u64x2_extract_lane::<0>(sum) + u64x2_extract_lane::<1>(sum)
}

/// Sums the products `x[i]·y[k−i]` of column `k` for every `i` below `end`. `y_reversed` has its highest limb first.
fn sum_product_column(
    x: &PaddedLimbs,
    y_reversed: &PaddedLimbs,
    k: usize,
    end: usize,
) -> DoubleLimb {
    let length = (end - (k + 1).saturating_sub(LIMBS)).next_multiple_of(LANES);
    // The ranges end exactly at the last product. They may begin too early, where one of the two factors is zero.
    let (x_end, y_end) = (LANES - 1 + end, LANES - 1 + LIMBS - 1 + end - k);
    dot_product(
        &x[x_end - length..x_end],
        &y_reversed[y_end - length..y_end],
    )
}

/// Computes `product / R mod N`, up to a multiple of `N`. `product_column` returns one column of the product.
fn montgomery_reduce(product_column: impl Fn(usize) -> DoubleLimb) -> Limbs {
    let mut quotient = [0; LANES - 1 + LIMBS];
    let mut result = [0; LIMBS];
    let mut sum: DoubleLimb = 0;
    for k in 0..2 * LIMBS - 1 {
        // The lowest limb of N + 1 is zero, so quotient[k], which is not known yet, adds nothing to this column.
        sum += product_column(k)
            + sum_product_column(&quotient, &N_PLUS_1_REVERSED, k, LIMBS.min(k + 1));
        let low = sum as Limb & MASK;
        if k < LIMBS {
            quotient[LANES - 1 + k] = low;
        } else {
            result[k - LIMBS] = low;
        }
        sum >>= BITS;
    }
    result[LIMBS - 1] = sum as Limb;
    result
}

/// Computes `x·y/R mod N`, up to a multiple of `N`.
fn montgomery_multiply(x: &Limbs, y: &Limbs) -> Limbs {
    let (x, y_reversed) = (pad_front(x.iter()), pad_front(y.iter().rev()));
    montgomery_reduce(|k| sum_product_column(&x, &y_reversed, k, LIMBS.min(k + 1)))
}

/// Computes `x²/R mod N`, up to a multiple of `N`. Equal products `x[i]·x[j]` and `x[j]·x[i]` are computed once.
fn montgomery_square(x: &Limbs) -> Limbs {
    let (forwards, reversed) = (pad_front(x.iter()), pad_front(x.iter().rev()));
    montgomery_reduce(|k| {
        let diagonal = if k % 2 == 0 {
            DoubleLimb::from(x[k / 2])
        } else {
            0
        };
        2 * sum_product_column(&forwards, &reversed, k, k.div_ceil(2)) + diagonal * diagonal
    })
}

/// Computes `x·2^bits`, which must be below `R`. `bits` is at most 8.
fn shift_left(x: &Limbs, bits: u8) -> Limbs {
    let mut carry: DoubleLimb = 0;
    x.map(|limb| {
        carry |= DoubleLimb::from(limb) << bits;
        let low = carry as Limb & MASK;
        carry >>= BITS;
        low
    })
}

/// Returns a mask of ones for `true` and of zeros for `false`. `black_box` keeps the compiler from making a branch of
/// it.
fn constant_time_mask(condition: bool) -> Limb {
    black_box(Limb::from(condition)).wrapping_neg()
}

/// Computes `x mod N` for an `x` below `2·N`.
pub(super) fn subtract_n_once(x: &Limbs) -> Limbs {
    // x − N = x + (R − 1 − (N + 1)) + 2 − R: a carry out of the highest limb means that x is at least N.
    let mut carry = 2;
    let mut difference = *x;
    for (limb, n) in difference.iter_mut().zip(N_PLUS_1_REVERSED.iter().rev()) {
        carry += *limb + (MASK ^ n);
        *limb = carry & MASK;
        carry >>= BITS;
    }
    let at_least_n = constant_time_mask(carry == 1);
    for (difference, limb) in difference.iter_mut().zip(x) {
        *difference = (*difference & at_least_n) | (limb & !at_least_n);
    }
    difference
}

/// Computes `x + y mod N`.
pub(super) fn add_mod_n(x: &Limbs, y: &Limbs) -> Limbs {
    let mut carry = 0;
    let mut sum = *x;
    for (limb, y) in sum.iter_mut().zip(y) {
        carry += *limb + y;
        *limb = carry & MASK;
        carry >>= BITS;
    }
    subtract_n_once(&sum)
}

/// Computes `x − y mod N`.
pub(super) fn subtract_mod_n(x: &Limbs, y: &Limbs) -> Limbs {
    // x − y + N = x + (R − 1 − y) + (N + 1) − R: the last carry is this R and is dropped.
    let mut carry = 0;
    let mut difference = *x;
    for ((limb, y), n) in difference
        .iter_mut()
        .zip(y)
        .zip(N_PLUS_1_REVERSED.iter().rev())
    {
        carry += *limb + (MASK ^ y) + n;
        *limb = carry & MASK;
        carry >>= BITS;
    }
    subtract_n_once(&difference)
}

/// Returns the Montgomery form of 1: `R mod N`. It is 2^8·(2^3072 − N), because the highest 64 bits of `N` are set.
fn montgomery_one() -> Limbs {
    let mut power = [0; LIMBS];
    power[3072 / BITS] = 1 << (3072 % BITS);
    shift_left(&subtract_n_once(&power), 8)
}

/// Computes the Montgomery form of a power of two: `2^exponent·R mod N`. Every two bits of the exponent take two
/// squarings and one shift.
fn generator_pow_montgomery(exponent: &[u8]) -> Limbs {
    let mut power = montgomery_one();
    for byte in exponent {
        for shift in [6, 4, 2, 0] {
            power = shift_left(
                &montgomery_square(&montgomery_square(&power)),
                byte >> shift & 3,
            );
        }
    }
    power
}

/// Converts `x` to Montgomery form: `x·R mod N`.
fn to_montgomery(x: &Limbs) -> Limbs {
    // R² = 2^3080·R, the Montgomery form of 2^3080.
    montgomery_multiply(x, &generator_pow_montgomery(&(R_BITS as u16).to_be_bytes()))
}

/// Converts `x` from Montgomery form: returns `x/R mod N`, reduced.
fn from_montgomery(x: &Limbs) -> Limbs {
    let mut unit = [0; LIMBS];
    unit[0] = 1;
    subtract_n_once(&montgomery_multiply(x, &unit))
}

/// Computes `x·y mod N`.
pub(super) fn multiply_mod_n(x: &Limbs, y: &Limbs) -> Limbs {
    from_montgomery(&montgomery_multiply(&to_montgomery(x), &to_montgomery(y)))
}

/// Computes `2^exponent mod N`. The exponent is big-endian.
pub(super) fn generator_pow_mod_n(exponent: &[u8]) -> Limbs {
    from_montgomery(&generator_pow_montgomery(exponent))
}

/// Computes `base^exponent mod N`. The exponent is big-endian.
///
/// Every four bits of the exponent take four squarings and one multiplication, also if the bits are zero.
pub(super) fn pow_mod_n(base: &Limbs, exponent: &[u8]) -> Limbs {
    let base = to_montgomery(base);
    let mut powers = [montgomery_one(); 16];
    for i in 1..16 {
        powers[i] = montgomery_multiply(&powers[i - 1], &base);
    }
    let mut power = powers[0];
    for byte in exponent {
        for digit in [byte >> 4, byte & 15] {
            for _ in 0..4 {
                power = montgomery_square(&power);
            }
            power = montgomery_multiply(&power, &select_power(&powers, digit));
        }
    }
    from_montgomery(&power)
}

/// Returns `powers[digit]`. It reads all powers, because the address of a single read would reveal the secret digit to
/// another program that shares the CPU cache.
fn select_power(powers: &[Limbs; 16], digit: u8) -> Limbs {
    let mut result = [0; LIMBS];
    for (i, power) in (0..).zip(powers) {
        let selected = constant_time_mask(i == digit);
        for (limb, candidate) in result.iter_mut().zip(power) {
            *limb |= candidate & selected;
        }
    }
    result
}
