//! Writing protobuf wire bytes, one record at a time.
//!
//! A record is a tag and a value; bytes of several records that are put one after the other are a message, and a record
//! that follows another one of the same field wins or adds to it. So a value from a path or from a query is appended to
//! the bytes that came from the body, and nothing has to be taken apart.
//!
//! See <https://protobuf.dev/programming-guides/encoding/>.

/// How the value of a record stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum WireType {
    /// A base-128 number: `int32` to `uint64`, `sint32`, `sint64`, `bool` and enums.
    Varint = 0,
    /// Eight bytes, little-endian: `fixed64`, `sfixed64` and `double`.
    Fixed64 = 1,
    /// A length and that many bytes: `string`, `bytes`, messages and packed arrays.
    Length = 2,
    /// The start of a group.
    GroupStart = 3,
    /// The end of a group.
    GroupEnd = 4,
    /// Four bytes, little-endian: `fixed32`, `sfixed32` and `float`.
    Fixed32 = 5,
}

/// The largest field number that an ordinary field may have.
pub const MAX_FIELD_NUMBER: u32 = (1 << 29) - 1;

/// The tag of a record as the number that [`varint`] writes.
pub const fn tag_value(number: u32, wire_type: WireType) -> u32 {
    number << 3 | wire_type as u32
}

/// Appends the tag of a record.
pub fn tag(out: &mut Vec<u8>, number: u32, wire_type: WireType) {
    varint(out, u64::from(tag_value(number, wire_type)));
}

/// Appends a base-128 number. A negative `int32` or enum is to be widened to 64 bits with its sign first.
#[inline]
pub fn varint(out: &mut Vec<u8>, mut value: u64) {
    if value < 0x80 {
        out.push(value as u8);
        return;
    }
    let mut buffer = [0u8; 10];
    let mut length = 0;
    while value >= 0x80 {
        buffer[length] = value as u8 | 0x80;
        value >>= 7;
        length += 1;
    }
    buffer[length] = value as u8;
    out.extend_from_slice(&buffer[..=length]);
}

/// The number that stands for an `sint32` on the wire.
pub const fn zigzag32(value: i32) -> u32 {
    (value << 1 ^ value >> 31) as u32
}

/// The number that stands for an `sint64` on the wire.
pub const fn zigzag64(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// Appends four bytes: a `fixed32`, or the bits of an `sfixed32` or a `float`.
pub fn fixed32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends eight bytes: a `fixed64`, or the bits of an `sfixed64` or a `double`.
pub fn fixed64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a length and the bytes: the value of a `string`, of `bytes`, of a message or of a packed array.
pub fn length_delimited(out: &mut Vec<u8>, bytes: &[u8]) {
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The place of a length that is not known yet; see [`open`].
#[derive(Debug)]
#[must_use = "a length that is opened must be closed"]
pub struct OpenLength(usize);

/// Leaves room for a length, to be filled in by [`close`] when what follows has been written.
#[inline]
pub fn open(out: &mut Vec<u8>) -> OpenLength {
    out.push(0);
    OpenLength(out.len())
}

/// Fills in the length of everything that was appended since [`open`].
///
/// Contents of 128 bytes and more are moved up by the one to four bytes that their length needs beyond the first.
#[inline]
pub fn close(out: &mut Vec<u8>, open: OpenLength) {
    let start = open.0;
    let length = out.len().saturating_sub(start);
    if length < 0x80 {
        if let Some(place) = out.get_mut(start.wrapping_sub(1)) {
            *place = length as u8;
        }
        return;
    }
    close_long(out, start, length);
}

#[cold]
fn close_long(out: &mut Vec<u8>, start: usize, length: usize) {
    let mut buffer = [0u8; 10];
    let mut rest = length as u64;
    let mut size = 0;
    while rest >= 0x80 {
        buffer[size] = rest as u8 | 0x80;
        rest >>= 7;
        size += 1;
    }
    buffer[size] = rest as u8;
    size += 1;
    let extra = size - 1;
    out.extend_from_slice(&[0u8; 10][..extra]);
    out.copy_within(start..start + length, start + extra);
    out[start - 1..start + extra].copy_from_slice(&buffer[..size]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_base_128() {
        let cases: [(u64, &[u8]); 5] = [
            (0, &[0]),
            (127, &[127]),
            (128, &[0x80, 1]),
            (300, &[0xac, 2]),
            (
                u64::MAX,
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            ),
        ];
        for (value, expected) in cases {
            let mut out = Vec::new();
            varint(&mut out, value);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn a_length_of_any_size_can_be_filled_in_afterwards() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 3_000_000] {
            let contents = vec![7u8; length];
            let mut late = vec![1, 2, 3];
            let mut early = late.clone();
            let place = open(&mut late);
            late.extend_from_slice(&contents);
            close(&mut late, place);
            length_delimited(&mut early, &contents);
            assert!(late == early, "length {length}");
        }
    }

    #[test]
    fn signed_numbers_alternate() {
        assert_eq!([0, -1, 1, -2].map(zigzag32), [0, 1, 2, 3]);
        assert_eq!([0, -1, i64::MIN].map(zigzag64), [0, 1, u64::MAX]);
    }
}
