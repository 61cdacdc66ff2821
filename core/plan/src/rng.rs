//! Reproducible random numbers: the same numbers from the same seed on every machine, and the logarithm that
//! annealing needs, in integers only.

/// `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// A separate stream for each seed.
    pub(super) fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// The next 64 bits.
    pub(super) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A uniform number below `n`, which must not be 0 and must be below 2^32.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let high = self.next_u64() >> 32;
        usize::try_from((high * n as u64) >> 32).expect("it is below n")
    }

    /// `true` with a probability of `chances` in 1,024.
    pub(super) fn one_of_1024(&mut self, chances: u64) -> bool {
        (self.next_u64() >> 54) < chances
    }

    /// An exponential variate, `-ln(u) * 2^16` of a uniform `u` in (0, 1): the increase in cost that
    /// annealing accepts at temperature 1.
    pub(super) fn exponential(&mut self) -> i64 {
        NEG_LN[usize::try_from(self.next_u64() >> 54).unwrap_or(0)]
    }
}

const STEPS: usize = 1024;

/// `-ln((2i + 1) / 2048) * 2^16`, computed in integers so that every machine rounds alike.
static NEG_LN: [i64; STEPS] = neg_ln_table();

const fn neg_ln_table() -> [i64; STEPS] {
    let mut table = [0; STEPS];
    let mut i = 0;
    while i < STEPS {
        table[i] = neg_ln(2 * i as u64 + 1);
        i += 1;
    }
    table
}

/// `-ln(x / 2048) * 2^16`: the binary logarithm by repeated squaring, times ln 2.
const fn neg_ln(x: u64) -> i64 {
    const LN_2: u64 = 45_426; // ln 2 * 2^16
    let exponent = x.ilog2();
    // The mantissa in [1, 2), with 31 fraction bits.
    let mut mantissa = (x << 31) >> exponent;
    let mut log2 = (exponent as u64) << 16;
    let mut bit = 1 << 15;
    while bit > 0 {
        mantissa = (mantissa * mantissa) >> 31;
        if mantissa >= 2 << 31 {
            mantissa >>= 1;
            log2 |= bit;
        }
        bit >>= 1;
    }
    ((((11_u64 << 16) - log2) * LN_2) >> 16).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integer_logarithm_is_the_logarithm() {
        for (odd, found) in (1_u32..).step_by(2).zip(NEG_LN) {
            let exact = -(f64::from(odd) / 2048.0).ln() * 65536.0;
            let found = f64::from(i32::try_from(found).unwrap());
            assert!((found - exact).abs() < 8.0, "{odd}: {found} for {exact}");
        }
    }

    #[test]
    fn a_number_below_n_is_below_n_and_every_one_comes() {
        let mut rng = Rng::new(1);
        let mut seen = [0; 7];
        (0..700).for_each(|_| seen[rng.below(7)] += 1);
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
    }
}
