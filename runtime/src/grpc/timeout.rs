//! The header `grpc-timeout`: at most eight digits and a unit.

use std::time::Duration;

/// The time that `value` names, as [gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)
/// has it; `None` for anything else.
pub(crate) fn parse_timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// `timeout` in the finest unit that eight digits hold, rounded up so that the server never gives up first.
pub(crate) fn format_timeout(timeout: Duration) -> String {
    let nanos = timeout.as_nanos();
    for (unit, size) in [
        ('n', 1),
        ('u', 1_000),
        ('m', 1_000_000),
        ('S', 1_000_000_000),
        ('M', 60_000_000_000),
    ] {
        let amount = nanos.div_ceil(size);
        if amount < 100_000_000 {
            return format!("{amount}{unit}");
        }
    }
    format!("{}H", nanos.div_ceil(3_600_000_000_000).min(99_999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_eight_digits_and_a_unit_are_a_timeout() {
        let seconds = |value| parse_timeout(value).map(|timeout| timeout.as_secs());
        assert_eq!(seconds("2S"), Some(2));
        assert_eq!(seconds("1500m"), Some(1));
        assert_eq!(seconds("99999999H"), Some(99_999_999 * 3600));
        for wrong in [
            "",
            "S",
            "1",
            "1x",
            "-1S",
            "+1S",
            "999999999S",
            "1 S",
            "1S ",
            "é",
        ] {
            assert_eq!(parse_timeout(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_timeout_is_rounded_up() {
        assert_eq!(format_timeout(Duration::ZERO), "0n");
        assert_eq!(
            format_timeout(Duration::from_nanos(99_999_999)),
            "99999999n"
        );
        assert_eq!(format_timeout(Duration::from_nanos(100_000_001)), "100001u");
        assert_eq!(format_timeout(Duration::from_secs(5)), "5000000u");
        assert_eq!(format_timeout(Duration::MAX), "99999999H");
    }
}
