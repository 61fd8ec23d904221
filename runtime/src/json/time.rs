//! The texts of `google.protobuf.Timestamp` and `google.protobuf.Duration`.

use super::digits;
use super::sink::Sink;

/// Seconds and nanoseconds of either type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanos: i32,
}

/// The first second of year 1 and the last one of year 9999, counted from 1970.
const TIMESTAMPS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// About ten thousand years; a fraction of a second may come on top.
const MAX_DURATION: i64 = 315_576_000_000;

const SECONDS_A_DAY: i64 = 86_400;

const NOT_A_TIMESTAMP: &str =
    "expected a timestamp such as \"2006-01-02T15:04:05.123Z\" between the years 1 and 9999";
const NOT_A_DURATION: &str =
    "expected a duration such as \"1.5s\" of at most 315576000000 whole seconds";

/// A number of exactly so many digits at the start, and what follows.
fn fixed(text: &[u8], count: usize) -> Option<(i64, &[u8])> {
    let digits = text.get(..count)?;
    let value = digits.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + i64::from(byte - b'0'))
    })?;
    Some((value, &text[count..]))
}

/// A point and up to nine digits as nanoseconds, and what follows; no point is no nanoseconds.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let [b'.', digits @ ..] = text else {
        return Some((0, text));
    };
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if !(1..=9).contains(&count) {
        return None;
    }
    let (value, rest) = fixed(digits, count)?;
    Some((value as i32 * 10i32.pow(9 - count as u32), rest))
}

/// Reads a timestamp as RFC 3339 has it: `T` and `Z` are capitals, and any offset may stand in place of `Z`.
pub(super) fn parse_timestamp(text: &[u8]) -> Result<Time, &'static str> {
    timestamp(text).ok_or(NOT_A_TIMESTAMP)
}

fn timestamp(text: &[u8]) -> Option<Time> {
    let separator = |text: &'_ [u8], byte: u8| (text.first() == Some(&byte)).then_some(());
    let (year, text) = fixed(text, 4)?;
    separator(text, b'-')?;
    let (month, text) = fixed(&text[1..], 2)?;
    separator(text, b'-')?;
    let (day, text) = fixed(&text[1..], 2)?;
    separator(text, b'T')?;
    let (hour, text) = fixed(&text[1..], 2)?;
    separator(text, b':')?;
    let (minute, text) = fixed(&text[1..], 2)?;
    separator(text, b':')?;
    let (second, text) = fixed(&text[1..], 2)?;
    let (nanos, text) = fraction(text)?;
    let offset = match text {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = fixed(rest, 2)?;
            separator(rest, b':')?;
            let (minutes, rest) = fixed(&rest[1..], 2)?;
            if hours > 23 || minutes > 59 || !rest.is_empty() {
                return None;
            }
            let size = hours * 3_600 + minutes * 60;
            if *sign == b'-' { -size } else { size }
        }
        _ => return None,
    };
    let valid = (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !valid {
        return None;
    }
    let seconds =
        days_from_date(year, month, day) * SECONDS_A_DAY + hour * 3_600 + minute * 60 + second
            - offset;
    TIMESTAMPS
        .contains(&seconds)
        .then_some(Time { seconds, nanos })
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970. Years are taken to start in March, so that the leap day is the last one.
fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// Year, month and day of a number of days since 1970.
fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// Appends a timestamp in quotation marks, or says why there is none.
pub(super) fn print_timestamp(time: Time, out: &mut Sink) -> Result<(), &'static str> {
    if !TIMESTAMPS.contains(&time.seconds) {
        return Err("the timestamp is not between the years 1 and 9999");
    }
    if !(0..1_000_000_000).contains(&time.nanos) {
        return Err("the timestamp's nanoseconds are not between 0 and 999999999");
    }
    let (year, month, day) = date_from_days(time.seconds.div_euclid(SECONDS_A_DAY));
    let second = time.seconds.rem_euclid(SECONDS_A_DAY);
    let two = |value: i64| [b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8];
    let ([c, e], [a, r]) = (two(year / 100), two(year));
    let ([m, o], [d, y]) = (two(month), two(day));
    let ([h, i], [n, u], [s, t]) = (two(second / 3_600), two(second / 60 % 60), two(second % 60));
    out.extend_from_slice(&[
        b'"', c, e, a, r, b'-', m, o, b'-', d, y, b'T', h, i, b':', n, u, b':', s, t,
    ]);
    print_fraction(time.nanos.unsigned_abs(), out);
    out.extend_from_slice(b"Z\"");
    Ok(())
}

/// Appends a point with three, six or nine digits, or nothing.
fn print_fraction(nanos: u32, out: &mut Sink) {
    let (mut value, count) = match nanos {
        0 => return,
        _ if nanos.is_multiple_of(1_000_000) => (nanos / 1_000_000, 3),
        _ if nanos.is_multiple_of(1_000) => (nanos / 1_000, 6),
        _ => (nanos, 9),
    };
    let mut digits = [b'.'; 10];
    for place in digits[1..=count].iter_mut().rev() {
        *place = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&digits[..=count]);
}

/// Reads a duration: seconds with up to nine decimals, and an `s`.
pub(super) fn parse_duration(text: &[u8]) -> Result<Time, &'static str> {
    duration(text).ok_or(NOT_A_DURATION)
}

fn duration(text: &[u8]) -> Option<Time> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // The largest duration has twelve digits; zeros in front are let through.
    let zeros = text[..count]
        .iter()
        .take_while(|byte| **byte == b'0')
        .count();
    if count == 0 || count - zeros > 12 {
        return None;
    }
    let (seconds, rest) = fixed(&text[zeros..], count - zeros)?;
    let (nanos, rest) = fraction(rest)?;
    if rest != b"s" || seconds > MAX_DURATION {
        return None;
    }
    Some(match negative {
        true => Time {
            seconds: -seconds,
            nanos: -nanos,
        },
        false => Time { seconds, nanos },
    })
}

/// Appends a duration in quotation marks, or says why there is none.
pub(super) fn print_duration(time: Time, out: &mut Sink) -> Result<(), &'static str> {
    let Time { seconds, nanos } = time;
    if seconds.unsigned_abs() > MAX_DURATION as u64 {
        return Err("the duration is longer than 315576000000 seconds");
    }
    if nanos.unsigned_abs() > 999_999_999 {
        return Err("the duration's nanoseconds are not between -999999999 and 999999999");
    }
    if (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0) {
        return Err("the duration's seconds and nanoseconds differ in sign");
    }
    out.extend_from_slice(if seconds < 0 || nanos < 0 {
        b"\"-"
    } else {
        b"\""
    });
    digits::unsigned(seconds.unsigned_abs(), out);
    print_fraction(nanos.unsigned_abs(), out);
    out.extend_from_slice(b"s\"");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(time: Time, print: fn(Time, &mut Sink) -> Result<(), &'static str>) -> String {
        let mut out = Sink::new(Vec::new(), 0);
        print(time, &mut out).unwrap();
        String::from_utf8(out.finish())
            .unwrap()
            .trim_matches('"')
            .to_owned()
    }

    #[test]
    fn timestamps_go_there_and_back() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            (
                "9999-12-31T23:59:59.999999999Z",
                253_402_300_799,
                999_999_999,
            ),
            ("2000-02-29T12:34:56.120Z", 951_827_696, 120_000_000),
            ("1969-12-31T23:59:59.000001Z", -1, 1_000),
        ];
        for (text, seconds, nanos) in cases {
            let time = Time { seconds, nanos };
            assert_eq!(parse_timestamp(text.as_bytes()), Ok(time), "{text}");
            assert_eq!(printed(time, print_timestamp), text);
        }
    }

    #[test]
    fn every_day_goes_there_and_back() {
        let mut expected = (1, 1, 1);
        for days in -719_162..=2_932_896 {
            assert_eq!(date_from_days(days), expected);
            let (year, month, day) = expected;
            assert_eq!(days_from_date(year, month, day), days);
            expected = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                _ if day == days_of_month(year, month) => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
        assert_eq!(expected, (10_000, 1, 1));
    }

    #[test]
    fn an_offset_is_taken_off() {
        let time = parse_timestamp(b"1970-01-01T01:30:00+01:30").unwrap();
        assert_eq!(time.seconds, 0);
        let time = parse_timestamp(b"1969-12-31T23:00:00-01:00").unwrap();
        assert_eq!(time.seconds, 0);
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        let cases = [
            "",
            "2000-01-01",
            "2000-01-01t00:00:00Z",
            "2000-01-01T00:00:00z",
            "2000-01-01T00:00:00",
            "2000-02-30T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2000-01-01T24:00:00Z",
            "2000-01-01T00:00:60Z",
            "2000-01-01T00:00:00.Z",
            "2000-01-01T00:00:00.1234567890Z",
            "0000-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2000-01-01T00:00:00+24:00",
            "2000-01-01T00:00:00+1:00",
            "2000-01-01 00:00:00Z",
            "2000-1-01T00:00:00Z",
        ];
        for text in cases {
            assert_eq!(
                parse_timestamp(text.as_bytes()),
                Err(NOT_A_TIMESTAMP),
                "{text}"
            );
        }
    }

    #[test]
    fn durations_go_there_and_back() {
        let cases = [
            ("0s", 0, 0),
            ("1.500s", 1, 500_000_000),
            ("-0.000001s", 0, -1_000),
            ("-315576000000s", -315_576_000_000, 0),
            ("3.000000001s", 3, 1),
            ("315576000000.999999999s", 315_576_000_000, 999_999_999),
        ];
        for (text, seconds, nanos) in cases {
            let time = Time { seconds, nanos };
            assert_eq!(parse_duration(text.as_bytes()), Ok(time), "{text}");
            assert_eq!(printed(time, print_duration), text);
        }
        for text in [
            "",
            "s",
            "1",
            "1.s",
            ".5s",
            "1.0000000000s",
            "315576000001s",
            "+1s",
            "1 s",
            "--1s",
        ] {
            assert_eq!(
                parse_duration(text.as_bytes()),
                Err(NOT_A_DURATION),
                "{text}"
            );
        }
    }
}
