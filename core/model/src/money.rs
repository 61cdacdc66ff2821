//! Exact amounts of money: an integer of minor units and an ISO 4217 currency.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The US dollar, which an import falls back on when a file writes `$` and names no currency.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made of ASCII letters only")
    }

    /// Number of decimals of the currency's minor unit (ISO 4217: JPY 0, USD 2, KWD 3).
    pub fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The defect of a text that should be a currency or an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("a currency is three capital letters such as EUR")]
    Currency,
    /// Not a decimal number.
    #[error("an amount is a decimal number such as 1200.50")]
    Amount,
    /// More decimals than the currency has.
    #[error("this currency has {allowed} decimals")]
    TooPrecise {
        /// Number of decimals of the currency's minor unit.
        allowed: u32,
    },
    /// Beyond what 64 bits of minor units hold.
    #[error("the amount is too large")]
    TooLarge,
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(s: &str) -> Result<Self, MoneyError> {
        match s.as_bytes() {
            [a, b, c] if s.bytes().all(|b| b.is_ascii_uppercase()) => Ok(Currency([*a, *b, *c])),
            _ => Err(MoneyError::Currency),
        }
    }
}

/// An exact amount: an integer of minor units (cents) and its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Cents, or whatever the smallest unit of `currency` is.
    pub minor: i64,
    /// The currency of the units.
    pub currency: Currency,
}

impl Money {
    /// Reads a plain decimal (`1200`, `-3.5`, `0.05`) in units of `currency`, exactly.
    ///
    /// # Errors
    /// [`MoneyError`]: not a number, more decimals than the currency has, or too large. Nothing is rounded.
    pub fn parse(decimal: &str, currency: Currency) -> Result<Money, MoneyError> {
        let (negative, digits) = match decimal.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, decimal),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !numeric(whole) || !numeric(fraction) || digits.ends_with('.') {
            return Err(MoneyError::Amount);
        }
        let allowed = currency.exponent() as usize;
        let kept = fraction.trim_end_matches('0');
        if kept.len() > allowed {
            return Err(MoneyError::TooPrecise {
                allowed: currency.exponent(),
            });
        }
        let all = format!("{}{whole}{kept:0<allowed$}", if negative { "-" } else { "" });
        let minor = all.parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(Money { minor, currency })
    }

    /// The amount as a plain decimal without the currency: `1200.50`.
    pub fn decimal(&self) -> String {
        let exponent = self.currency.exponent();
        let scale = 10u64.pow(exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, rest) = (
            self.minor.unsigned_abs() / scale,
            self.minor.unsigned_abs() % scale,
        );
        if exponent == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{rest:0>width$}", width = exponent as usize)
        }
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `1200.50 USD`, the form in which documents hold money.
    fn from_str(s: &str) -> Result<Money, MoneyError> {
        let (decimal, code) = s.split_once(' ').ok_or(MoneyError::Amount)?;
        Money::parse(decimal, code.parse()?)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_exactly_or_refused() {
        let usd = Currency::USD;
        assert_eq!(Money::parse("1200.5", usd).map(|m| m.minor), Ok(120_050));
        assert_eq!(Money::parse("-0.05", usd).map(|m| m.minor), Ok(-5));
        assert_eq!(
            Money::parse("1.234", usd),
            Err(MoneyError::TooPrecise { allowed: 2 })
        );
        assert_eq!(Money::parse("1.2300", usd).map(|m| m.minor), Ok(123));
        for bad in ["", ".", "1.", ".5", "1e3", "1,000", "--1", "NaN", "٣"] {
            assert_eq!(Money::parse(bad, usd), Err(MoneyError::Amount), "{bad}");
        }
        assert_eq!(
            Money::parse("92233720368547758.08", usd),
            Err(MoneyError::TooLarge)
        );
        let yen = "JPY".parse().expect("JPY is a currency");
        assert_eq!(
            Money::parse("500", yen).map(|m| m.decimal()),
            Ok("500".to_owned())
        );
    }

    #[test]
    fn what_is_printed_reads_back() {
        for minor in [0, 1, -1, 99, 100, -12_345, i64::MAX, i64::MIN + 1] {
            for code in ["USD", "JPY", "KWD"] {
                let money = Money {
                    minor,
                    currency: code.parse().expect("a currency"),
                };
                assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
            }
        }
    }
}
