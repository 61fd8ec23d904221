//! Numbers of JSON text, and of the strings that may stand for them.

use super::error::{Fault, Outcome};
use super::text::Text;

/// An integer as sign and size, so that one reader serves all eight types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integer {
    pub(super) negative: bool,
    pub(super) size: u64,
}

impl Integer {
    /// The number in two's complement, if it is in that range; `negatives` is the size of the smallest one.
    #[inline]
    pub(super) fn within(self, negatives: u64, positives: u64) -> Option<u64> {
        if self.negative {
            (self.size <= negatives).then(|| self.size.wrapping_neg())
        } else {
            (self.size <= positives).then_some(self.size)
        }
    }
}

const NOT_A_NUMBER: &str = "expected a number, found a string that is none";
const NOT_AN_INTEGER: &str = "expected an integer, found a number with a fraction";
const OUT_OF_RANGE: &str = "the number is out of the range of its type";

#[cold]
pub(super) fn out_of_range(at: usize) -> Fault {
    Fault::new(at, OUT_OF_RANGE)
}

/// Up to 19 digits from `at` on: their number, and where they end. Nineteen nines are less than 2^64.
#[inline(always)]
fn digits(bytes: &[u8], at: usize) -> (u64, usize) {
    more_digits(bytes, at, 0, at + 19)
}

/// Further digits after those of `value`, up to the place `limit`.
#[inline(always)]
fn more_digits(bytes: &[u8], mut at: usize, mut value: u64, limit: usize) -> (u64, usize) {
    while at + 8 <= limit
        && let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>)
    {
        let word = u64::from_le_bytes(*chunk) ^ 0x3030_3030_3030_3030;
        let others = (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080;
        let count = (others.trailing_zeros() / 8) as usize;
        if count == 0 {
            return (value, at);
        }
        // Digits first: what follows them is shifted out, and zeros come in front.
        let (number, scale) = (eight(word << (64 - 8 * count)), SCALES[count]);
        value = value.wrapping_mul(scale).wrapping_add(number);
        at += count;
        if count < 8 {
            return (value, at);
        }
    }
    while at < limit
        && let Some(byte) = bytes.get(at)
    {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (value, at)
}

/// The powers of ten up to the ninth.
const SCALES: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The number of eight digits, one a byte, the first one lowest. Each step joins two neighbours.
#[inline(always)]
const fn eight(word: u64) -> u64 {
    let word = word.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let word = word.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    word.wrapping_mul(10_000 << 32 | 1) >> 32
}

/// Reads an integer: a number or a string with one, in any form, such as `1e5` or `"-3.0"`.
#[inline]
pub(super) fn integer(text: &mut Text<'_>, scratch: &mut Vec<u8>) -> Outcome<Integer> {
    let quoted = match text.peek() {
        Some(b'"') => true,
        Some(b'-' | b'0'..=b'9') => false,
        _ => return Err(text.expected("a number")),
    };
    // Nearly all integers are digits alone.
    let at = text.at + usize::from(quoted);
    let negative = text.bytes.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (size, end) = digits(text.bytes, start);
    let plain = match text.bytes.get(end) {
        Some(b'"') => quoted,
        Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t') | None => !quoted,
        _ => false,
    };
    let leading_zero = text.bytes.get(start) == Some(&b'0') && end - start > 1;
    if plain && end > start && !leading_zero {
        text.at = end + usize::from(quoted);
        return Ok(Integer { negative, size });
    }
    any_integer(text, quoted, scratch)
}

#[cold]
fn any_integer(text: &mut Text<'_>, quoted: bool, scratch: &mut Vec<u8>) -> Outcome<Integer> {
    let at = text.at;
    let number = if quoted {
        let string = text.string("a number", scratch)?;
        if !is_number(string) {
            return Err(Fault::new(at, NOT_A_NUMBER));
        }
        string
    } else {
        text.number()?
    };
    exact_integer(number, at)
}

/// Whether a string holds a number as JSON has them, and nothing else.
fn is_number(string: &[u8]) -> bool {
    let mut inner = Text::new(string);
    matches!(string.first(), Some(b'-' | b'0'..=b'9'))
        && inner.number().is_ok()
        && inner.at == string.len()
}

/// The integer that a number of JSON's form stands for. Linear in its length, whatever the exponent.
fn exact_integer(number: &[u8], at: usize) -> Outcome<Integer> {
    let negative = number.first() == Some(&b'-');
    let number = &number[usize::from(negative)..];
    let exponent_at = number
        .iter()
        .position(|b| matches!(b, b'e' | b'E'))
        .unwrap_or(number.len());
    let (mantissa, exponent) = number.split_at(exponent_at);
    let point = mantissa
        .iter()
        .position(|b| *b == b'.')
        .unwrap_or(mantissa.len());
    let whole = &mantissa[..point];
    let fraction = mantissa.get(point + 1..).unwrap_or_default();
    // The value is the digits times ten to this power, once zeros at the end are dropped.
    let digits = || whole.iter().chain(fraction);
    let zeros = digits().rev().take_while(|b| **b == b'0').count();
    let kept = whole.len() + fraction.len() - zeros;
    if kept == 0 {
        return Ok(Integer { negative, size: 0 });
    }
    let power = exponent_of(exponent)
        .saturating_add(zeros as i64)
        .saturating_sub(fraction.len() as i64);
    if power < 0 {
        return Err(Fault::new(at, NOT_AN_INTEGER));
    }
    let mut size = 0u64;
    for digit in digits().take(kept) {
        size = size
            .checked_mul(10)
            .and_then(|size| size.checked_add(u64::from(digit - b'0')))
            .ok_or_else(|| out_of_range(at))?;
    }
    let scale = u32::try_from(power)
        .ok()
        .and_then(|power| 10u64.checked_pow(power));
    let size = scale
        .and_then(|scale| size.checked_mul(scale))
        .ok_or_else(|| out_of_range(at))?;
    Ok(Integer { negative, size })
}

/// The number after `e`; one that has too many digits is as good as the largest.
fn exponent_of(exponent: &[u8]) -> i64 {
    let mut digits = exponent.get(1..).unwrap_or_default();
    let negative = digits.first() == Some(&b'-');
    if matches!(digits.first(), Some(b'+' | b'-')) {
        digits = &digits[1..];
    }
    let size = digits.iter().fold(0i64, |size, digit| {
        size.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    if negative { -size } else { size }
}

/// A floating-point type.
pub(super) trait Float: Copy + Default {
    fn parse(text: &str) -> Option<Self>;
    fn is_infinite(self) -> bool;
    fn named(name: &[u8]) -> Option<Self>;
    /// The quotient of an integer and a power of ten, rounded right; `None` if that takes more than it is worth here.
    fn ratio(negative: bool, mantissa: u64, power: usize) -> Option<Self>;
}

macro_rules! float {
    ($float:ident, $bits:literal, $long:expr, [$($power:literal),*]) => {
        impl Float for $float {
            fn parse(text: &str) -> Option<$float> {
                text.parse().ok()
            }

            fn is_infinite(self) -> bool {
                self.is_infinite()
            }

            fn named(name: &[u8]) -> Option<$float> {
                match name {
                    b"NaN" => Some($float::NAN),
                    b"Infinity" => Some($float::INFINITY),
                    b"-Infinity" => Some($float::NEG_INFINITY),
                    _ => None,
                }
            }

            #[inline]
            fn ratio(negative: bool, mantissa: u64, power: usize) -> Option<$float> {
                /// The powers of ten that the type holds exactly.
                const POWERS: &[$float] = &[$($power),*];
                let size = if mantissa >> $bits == 0 {
                    // Both are exact, and a division rounds right.
                    mantissa as $float / POWERS.get(power)?
                } else {
                    $long(mantissa, power)?
                };
                Some(if negative { -size } else { size })
            }
        }
    };
}

float!(
    f64,
    53,
    long_ratio,
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    ]
);
float!(
    f32,
    24,
    |_, _| None,
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
);

/// The quotient of an integer other than zero and a power of ten up to the 19th, rounded right.
fn long_ratio(mantissa: u64, power: usize) -> Option<f64> {
    if power > 19 {
        return None;
    }
    let shift = mantissa.leading_zeros();
    let numerator = u128::from(mantissa << shift) << 64;
    let denominator = 10u128.pow(power as u32);
    // At least 2^127 / 10^19, which is more than 2^63.
    let quotient = numerator / denominator;
    let exact = quotient * denominator == numerator;
    // Its first 64 bits. Whatever is cut off goes into the last of them, which is far below what a double keeps, so that
    // the conversion rounds as the whole would.
    let cut = 64 - quotient.leading_zeros();
    let kept = (quotient >> cut) as u64;
    let lossless = exact && u128::from(kept) << cut == quotient;
    let rounded = (kept | u64::from(!lossless)) as f64;
    let exponent = i64::from(cut) - 64 - i64::from(shift);
    Some(rounded * f64::from_bits(((1023 + exponent) as u64) << 52))
}

/// Reads a floating-point number: a number, a string with one, or the name of one that is not finite.
#[inline]
pub(super) fn float<F: Float>(text: &mut Text<'_>, scratch: &mut Vec<u8>) -> Outcome<F> {
    match text.peek() {
        Some(b'-' | b'0'..=b'9') => match short_float(text) {
            Some(value) => Ok(value),
            None => any_float(text),
        },
        Some(b'"') => {
            let at = text.at;
            let string = text.string("a number", scratch)?;
            if let Some(value) = F::named(string) {
                return Ok(value);
            }
            if !is_number(string) {
                return Err(Fault::new(at, NOT_A_NUMBER));
            }
            finite(string, at)
        }
        _ => Err(text.expected("a number")),
    }
}

/// A number with few digits and without an exponent, which one exact division makes.
#[inline(always)]
fn short_float<F: Float>(text: &mut Text<'_>) -> Option<F> {
    let bytes = text.bytes;
    let negative = bytes.get(text.at) == Some(&b'-');
    let start = text.at + usize::from(negative);
    let (whole, point) = digits(bytes, start);
    if point == start || (bytes.get(start) == Some(&b'0') && point - start > 1) {
        return None;
    }
    let (mut mantissa, mut end, mut power) = (whole, point, 0);
    if bytes.get(point) == Some(&b'.') {
        let at;
        // Nineteen digits, the point not counted.
        (mantissa, at) = more_digits(bytes, point + 1, whole, start + 20);
        power = at - point - 1;
        if power == 0 {
            return None;
        }
        end = at;
    }
    if !matches!(
        bytes.get(end),
        Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t') | None
    ) {
        return None;
    }
    let value = F::ratio(negative, mantissa, power)?;
    text.at = end;
    Some(value)
}

fn any_float<F: Float>(text: &mut Text<'_>) -> Outcome<F> {
    let at = text.at;
    let number = text.number()?;
    finite(number, at)
}

/// The number that is nearest to a text of JSON's form. The standard library rounds right.
fn finite<F: Float>(number: &[u8], at: usize) -> Outcome<F> {
    std::str::from_utf8(number)
        .ok()
        .and_then(F::parse)
        .filter(|value| !value.is_infinite())
        .ok_or_else(|| out_of_range(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> Result<i128, String> {
        let mut cursor = Text::new(text.as_bytes());
        let error = |fault: Fault| fault.in_text(text.as_bytes()).to_string();
        let found = integer(&mut cursor, &mut Vec::new()).map_err(error)?;
        assert_eq!(cursor.at, text.len());
        Ok(i128::from(found.size) * if found.negative { -1 } else { 1 })
    }

    #[test]
    fn an_integer_may_be_written_in_many_ways() {
        let cases = [
            ("0", 0),
            ("-0", 0),
            ("7", 7),
            ("-12", -12),
            ("1e5", 100_000),
            ("1.0", 1),
            ("\"1\"", 1),
            ("\"1.5e1\"", 15),
            ("100000e-5", 1),
            ("0.00e999999999999999999999", 0),
            ("1.2E+1", 12),
            ("18446744073709551615", 18_446_744_073_709_551_615),
            ("\"\\u0031\"", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(int(text), Ok(expected), "{text}");
        }
        let zeros = format!("1{}e-10000", "0".repeat(10_000));
        assert_eq!(int(&zeros), Ok(1));
    }

    #[test]
    fn what_is_no_integer_is_refused_with_the_reason() {
        let cases = [
            ("0.5", "expected an integer, found a number with a fraction"),
            (
                "1e-1",
                "expected an integer, found a number with a fraction",
            ),
            ("\"\"", NOT_A_NUMBER),
            ("\" 1\"", NOT_A_NUMBER),
            ("\"1 \"", NOT_A_NUMBER),
            ("\"0x1\"", NOT_A_NUMBER),
            ("01", "a number must not start with a zero"),
            ("-", "`-` must be followed by a digit"),
            ("1.", "a decimal point must be followed by a digit"),
            ("1e", "an exponent must have a digit"),
            ("18446744073709551616", OUT_OF_RANGE),
            ("1e400", OUT_OF_RANGE),
            ("true", "expected a number, found `true`"),
        ];
        for (text, expected) in cases {
            let error = int(text).unwrap_err();
            let (_, reason) = error.split_once(": ").unwrap();
            assert_eq!(reason, expected, "{text}");
        }
    }

    #[test]
    fn floats_are_those_of_the_standard_library() {
        let mut seed = 1u64;
        let mut texts = vec![
            "-0".to_owned(),
            "0.1".to_owned(),
            "9007199254740993".to_owned(),
            "123456789012345678901".to_owned(),
        ];
        for _ in 0..20_000 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(seed ^ seed >> 29);
            texts.push(format!("0.{}", seed >> 5));
            texts.push(format!("{}.{:010}", seed >> 36, seed & 0xffff_ffff));
            texts.push(format!("-{}.5", seed >> 2));
            if value.is_finite() {
                texts.push(format!("{value:e}"));
                texts.push(format!("{}", (seed >> 20) as f64 / 1e5));
            }
        }
        for text in texts {
            let mut cursor = Text::new(text.as_bytes());
            let found: f64 = float(&mut cursor, &mut Vec::new()).unwrap();
            assert_eq!(
                found.to_bits(),
                text.parse::<f64>().unwrap().to_bits(),
                "{text}"
            );
            let expected = text.parse::<f32>().unwrap();
            if expected.is_finite() {
                let mut cursor = Text::new(text.as_bytes());
                let found: f32 = float(&mut cursor, &mut Vec::new()).unwrap();
                assert_eq!(found.to_bits(), expected.to_bits(), "{text}");
            }
        }
    }
}
