//! Reading records off the wire without their types.

use bytes::Bytes;

/// The length-delimited values of the field `number`, in their order; reading stops where the bytes are malformed.
pub(super) fn values(message: &Bytes, number: u32) -> impl Iterator<Item = Bytes> + use<> {
    let mut rest = message.clone();
    let mut groups = 0_usize;
    std::iter::from_fn(move || {
        loop {
            match next(&mut rest)? {
                (_, Value::GroupStart) => groups += 1,
                (_, Value::GroupEnd) => groups = groups.checked_sub(1)?,
                (found, Value::Length(value)) if found == number && groups == 0 => {
                    return Some(value);
                }
                _ => {}
            }
        }
    })
}

/// Whether there is a length-delimited value of the field `number`.
pub(super) fn has(message: &[u8], number: u32) -> bool {
    values(&Bytes::copy_from_slice(message), number)
        .next()
        .is_some()
}

/// Whether the bytes are records to the last one, with every group closed.
pub(super) fn are_whole(message: &[u8]) -> bool {
    let mut rest = Bytes::copy_from_slice(message);
    let mut groups = Vec::new();
    while !rest.is_empty() {
        match next(&mut rest) {
            Some((number, Value::GroupStart)) if groups.len() < MAX_GROUPS => groups.push(number),
            Some((number, Value::GroupEnd)) if groups.last() == Some(&number) => {
                groups.pop();
            }
            Some((_, Value::Length(_) | Value::Other)) => {}
            _ => return false,
        }
    }
    groups.is_empty()
}

/// How deep groups may be inside one another, as in the protobuf libraries.
const MAX_GROUPS: usize = 100;

/// The value of a record, as far as it matters here.
enum Value {
    Length(Bytes),
    GroupStart,
    GroupEnd,
    Other,
}

/// Takes the next record: its number and its value.
fn next(rest: &mut Bytes) -> Option<(u32, Value)> {
    let tag = varint(rest)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
    let value = match tag & 7 {
        0 => {
            varint(rest)?;
            Value::Other
        }
        1 => {
            take(rest, 8)?;
            Value::Other
        }
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Value::Length(take(rest, length)?)
        }
        3 => Value::GroupStart,
        4 => Value::GroupEnd,
        5 => {
            take(rest, 4)?;
            Value::Other
        }
        _ => return None,
    };
    Some((number, value))
}

fn take(rest: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= rest.len()).then(|| rest.split_to(length))
}

fn varint(rest: &mut Bytes) -> Option<u64> {
    let mut value = 0;
    for (at, byte) in rest.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            let _ = rest.split_to(at + 1);
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_not_whole() {
        for (bytes, whole) in [
            (&b""[..], true),
            (b"\x08\x01\x12\x01a", true),
            (b"\x12\x05a", false),
            (b"\x08\x80", false),
            (b"\x0d\0\0\0", false),
            (b"\x0b\x08\x01\x0c", true),
            (b"\x0b\x08\x01", false),
            (b"\x0b\x14", false),
            (b"\x0c", false),
            (b"\0\0", false),
            (b"\x0f", false),
        ] {
            assert_eq!(are_whole(bytes), whole, "{bytes:?}");
        }
    }

    #[test]
    fn the_values_of_one_field_are_found_among_others() {
        let message = Bytes::from_static(
            b"\x08\x96\x01\x12\x01a\x1d\0\0\0\0\x21\0\0\0\0\0\0\0\0\x12\x02bc\x12\x09x",
        );
        let found: Vec<Bytes> = values(&message, 2).collect();
        assert_eq!(found, [&b"a"[..], b"bc"]);
        assert_eq!(
            values(
                &Bytes::from_static(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
                2
            )
            .count(),
            0
        );
    }
}
