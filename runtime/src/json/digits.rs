//! Numbers as JSON text.

use super::sink::Sink;

const EIGHT: u64 = 100_000_000;

/// Appends an integer.
#[inline]
pub(super) fn unsigned(value: u64, out: &mut Sink) {
    if value < EIGHT {
        return short(value, out);
    }
    let (high, low) = (value / EIGHT, value % EIGHT);
    if high < EIGHT {
        short(high, out);
    } else {
        short(high / EIGHT, out);
        full(high % EIGHT, out);
    }
    full(low, out);
}

/// Appends eight digits, zeros in front among them.
#[inline(always)]
fn full(value: u64, out: &mut Sink) {
    out.chunk(&(eight_digits(value) | 0x3030_3030_3030_3030).to_le_bytes());
}

/// Appends an integer.
#[inline]
pub(super) fn signed(value: i64, out: &mut Sink) {
    if value < 0 {
        out.push(b'-');
    }
    unsigned(value.unsigned_abs(), out);
}

/// Appends an element of an array with its comma.
#[inline]
pub(super) fn int32_element(value: i32, out: &mut Sink) {
    let size = u64::from(value.unsigned_abs());
    if size >= EIGHT {
        out.push(b',');
        return signed(i64::from(value), out);
    }
    let (text, digits) = shifted(size);
    // The comma and the sign in front, all in one write.
    let minus = usize::from(value < 0);
    let signed = if value < 0 {
        u128::from(text) << 8 | u128::from(b'-')
    } else {
        u128::from(text)
    };
    out.part(
        &(signed << 8 | u128::from(b',')).to_le_bytes(),
        1 + minus + digits,
    );
}

/// Appends an element of an array, a string, with its comma.
#[inline]
pub(super) fn int64_element(value: i64, out: &mut Sink) {
    out.part(b",\"-", 2 + usize::from(value < 0));
    unsigned(value.unsigned_abs(), out);
    out.push(b'"');
}

/// Appends a number of up to eight digits: all of them are made at once in one word, and zeros in front are shifted out.
#[inline(always)]
fn short(value: u64, out: &mut Sink) {
    let (text, digits) = shifted(value);
    out.part(&text.to_le_bytes(), digits);
}

/// The text of a number of up to eight digits, the first one lowest, and how many they are.
#[inline(always)]
const fn shifted(value: u64) -> (u64, usize) {
    let word = eight_digits(value);
    // At least one digit stays.
    let zeros = (word | 1 << 56).trailing_zeros() as usize / 8;
    ((word | 0x3030_3030_3030_3030) >> (8 * zeros), 8 - zeros)
}

/// Eight decimal digits, one a byte, the first one lowest.
#[inline(always)]
const fn eight_digits(value: u64) -> u64 {
    // Four digits a half, then two a quarter, then one an eighth; each step divides all parts by one multiplication.
    let value = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = ((value * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let value = hundreds | (value - hundreds * 100) << 16;
    let tens = ((value * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (value - tens * 10) << 8
}

/// Appends a number; those that are not finite are strings.
#[inline]
pub(super) fn double(value: f64, out: &mut Sink) {
    if !decimal(value, out) {
        any_double(value, out);
    }
}

/// Six decimals: enough for amounts and coordinates.
const SCALE: f64 = 1e6;

/// Appends a number that has up to six decimals and at most 15 digits, or says that it is another one.
///
/// Decimals of up to 15 digits and doubles do not run into each other, so what gives the number back when it is read is the
/// shortest text that does.
#[inline(always)]
fn decimal(value: f64, out: &mut Sink) -> bool {
    let size = value.abs();
    // Also false for what is not a number. A negative zero is left to others.
    if !(size < 1e8 && (size >= 1e-3 || value.to_bits() == 0)) {
        return false;
    }
    let scaled = (size * SCALE + 0.5) as u64;
    if scaled as f64 / SCALE != size {
        return false;
    }
    if value < 0.0 {
        out.push(b'-');
    }
    short(scaled / 1_000_000, out);
    let fraction = scaled % 1_000_000;
    if fraction != 0 {
        // A point and six digits, without zeros at the end.
        // The first two of the eight digits are zeros, and the second makes room for the point.
        let digits = eight_digits(fraction) >> 8;
        let zeros = (digits.leading_zeros() / 8 - 1) as usize;
        let text = digits | 0x0030_3030_3030_302e;
        out.part(&text.to_le_bytes(), 7 - zeros);
    }
    true
}

fn any_double(value: f64, out: &mut Sink) {
    if value.is_finite() {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else {
        out.extend_from_slice(special(value.is_nan(), value > 0.0));
    }
}

/// Appends a number; those that are not finite are strings.
pub(super) fn float(value: f32, out: &mut Sink) {
    if value.is_finite() {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else {
        out.extend_from_slice(special(value.is_nan(), value > 0.0));
    }
}

const fn special(nan: bool, positive: bool) -> &'static [u8] {
    match (nan, positive) {
        (true, _) => b"\"NaN\"",
        (_, true) => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<T>(value: T, print: fn(T, &mut Sink)) -> String {
        let mut out = Sink::new(Vec::new(), 0);
        print(value, &mut out);
        String::from_utf8(out.finish()).unwrap()
    }

    #[test]
    fn integers_are_printed_in_full() {
        let mut value = 1u64;
        for _ in 0..20 {
            for near in [
                value - 1,
                value,
                value + 1,
                value.wrapping_mul(7),
                value.wrapping_mul(123),
            ] {
                assert_eq!(text(near, unsigned), near.to_string());
                let signed_value = (near as i64).wrapping_neg();
                assert_eq!(text(signed_value, signed), signed_value.to_string());
            }
            value = value.wrapping_mul(10);
        }
        for value in [i64::MIN, i64::MAX] {
            assert_eq!(text(value, signed), value.to_string());
        }
        for value in (0..100_000_000).step_by(997) {
            assert_eq!(text(value, unsigned), value.to_string());
        }
    }

    #[test]
    fn a_double_is_printed_in_the_fewest_digits() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.001, "0.001"),
            (123_456.789, "123456.789"),
            (0.000_001, "0.000001"),
            (1e21, "1e21"),
            (99_999_999.5, "99999999.5"),
            (12.000_001, "12.000001"),
            (0.3, "0.3"),
            (1.0 / 3.0, "0.3333333333333333"),
            (f64::NAN, "\"NaN\""),
            (f64::NEG_INFINITY, "\"-Infinity\""),
        ];
        for (value, expected) in cases {
            let found = text(value, double);
            if found.contains('e') || expected.len() > 7 {
                assert_eq!(
                    found.trim_matches('"').parse::<f64>().unwrap().to_bits(),
                    value.to_bits(),
                    "{found}"
                );
            } else {
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn every_double_comes_back() {
        let mut seed = 7u64;
        for i in 0..200_000u64 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            for value in [
                f64::from_bits(seed ^ seed >> 31),
                (seed >> 40) as f64 / 1e6,
                (seed >> 30) as f64 / 1e3,
                (seed >> 33) as f64 / 1e4 - i as f64,
                (seed >> 36) as f64 / 1e7,
            ] {
                let found = text(value, double);
                if value.is_finite() {
                    assert_eq!(found.parse::<f64>().unwrap().to_bits(), value.to_bits());
                    let mut buffer = zmij::Buffer::new();
                    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
                    let shortest = buffer.format_finite(value).trim_end_matches(".0");
                    if !found.contains('e') && !shortest.contains('e') {
                        assert!(digits(&found) <= digits(shortest), "{found} {shortest}");
                    }
                }
            }
        }
    }

    #[test]
    fn floats_have_the_digits_of_their_own_type() {
        assert_eq!(text(0.1, float), "0.1");
        assert_eq!(text(3.0, float), "3");
        assert_eq!(text(f32::INFINITY, float), "\"Infinity\"");
        assert_eq!(text(f32::MAX, float).parse::<f32>().unwrap(), f32::MAX);
    }
}
