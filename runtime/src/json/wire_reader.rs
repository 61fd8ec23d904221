//! Wire bytes, read record by record.

use super::error::{Fault, Outcome};

/// What is left to be read.
#[derive(Clone, Debug)]
pub(super) struct Wire<'w> {
    pub(super) rest: &'w [u8],
}

/// The value of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'w> {
    /// A varint, or the bits of a fixed number.
    Number(u64),
    /// What has a length, or what stands in a group.
    Bytes(&'w [u8]),
}

/// The wire types by number.
pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const LENGTH: u8 = 2;
pub(super) const GROUP: u8 = 3;
const GROUP_END: u8 = 4;
pub(super) const FIXED32: u8 = 5;

const TRUNCATED: &str = "the message ends within a field";

impl<'w> Wire<'w> {
    pub(super) fn new(rest: &'w [u8]) -> Wire<'w> {
        Wire { rest }
    }

    /// An error about what stands here.
    #[cold]
    pub(super) fn fault(&self, text: &'static str) -> Fault {
        Fault::new(self.rest.as_ptr() as usize, text)
    }

    /// A base-128 number.
    #[inline(always)]
    pub(super) fn varint(&mut self) -> Outcome<u64> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            [first, second, rest @ ..] if *second < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*first & 0x7f) | u64::from(*second) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Outcome<u64> {
        // Up to eight bytes at once: the first one without its high bit is the last.
        if let Some(chunk) = self.rest.first_chunk::<8>() {
            let word = u64::from_le_bytes(*chunk);
            let stop = !word & 0x8080_8080_8080_8080;
            if stop != 0 {
                let value = word & (stop ^ (stop - 1)) & 0x7f7f_7f7f_7f7f_7f7f;
                // Groups of seven bits are pushed together, two, four and eight of them.
                let value = value & 0x007f_007f_007f_007f | (value & 0x7f00_7f00_7f00_7f00) >> 1;
                let value = value & 0x0000_3fff_0000_3fff | (value & 0x3fff_0000_3fff_0000) >> 2;
                let value = value & 0x0fff_ffff | (value & 0x0fff_ffff_0000_0000) >> 4;
                self.rest = &self.rest[stop.trailing_zeros() as usize / 8 + 1..];
                return Ok(value);
            }
        }
        let mut value = 0;
        for (i, byte) in self.rest.iter().take(10).enumerate() {
            // The tenth byte has room for one bit.
            if i == 9 && *byte > 1 {
                return Err(self.fault("a number has more than 64 bits"));
            }
            value |= u64::from(byte & 0x7f) << (7 * i);
            if *byte < 0x80 {
                self.rest = &self.rest[i + 1..];
                return Ok(value);
            }
        }
        Err(self.fault(TRUNCATED))
    }

    /// A field number and a wire type.
    #[inline(always)]
    pub(super) fn tag(&mut self) -> Outcome<(u32, u8)> {
        let start = self.rest;
        let tag = self.varint()?;
        let number = tag >> 3;
        if number == 0 || number > u64::from(crate::wire::MAX_FIELD_NUMBER) {
            self.rest = start;
            return Err(self.fault("a field number is not valid"));
        }
        Ok((number as u32, tag as u8 & 7))
    }

    /// What has a length.
    #[inline(always)]
    pub(super) fn bytes(&mut self) -> Outcome<&'w [u8]> {
        let length = self.varint()?;
        match usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length))
        {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.fault("a length goes beyond the end of the message")),
        }
    }

    #[inline(always)]
    pub(super) fn fixed32(&mut self) -> Outcome<u64> {
        match self.rest.split_first_chunk::<4>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(u64::from(u32::from_le_bytes(*bytes)))
            }
            None => Err(self.fault(TRUNCATED)),
        }
    }

    #[inline(always)]
    pub(super) fn fixed64(&mut self) -> Outcome<u64> {
        match self.rest.split_first_chunk::<8>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(u64::from_le_bytes(*bytes))
            }
            None => Err(self.fault(TRUNCATED)),
        }
    }

    /// The value behind a tag. `depth` is how many groups may be open inside one another.
    #[inline(always)]
    pub(super) fn payload(
        &mut self,
        number: u32,
        wire_type: u8,
        depth: u32,
    ) -> Outcome<Payload<'w>> {
        Ok(match wire_type {
            LENGTH => Payload::Bytes(self.bytes()?),
            VARINT => Payload::Number(self.varint()?),
            FIXED64 => Payload::Number(self.fixed64()?),
            FIXED32 => Payload::Number(self.fixed32()?),
            GROUP => Payload::Bytes(self.group(number, depth)?),
            GROUP_END => return Err(self.fault("a group ends that has not begun")),
            _ => return Err(self.fault("a wire type is not valid")),
        })
    }

    /// What stands in a group, behind its start tag. The end tag is taken too.
    fn group(&mut self, number: u32, depth: u32) -> Outcome<&'w [u8]> {
        let start = self.rest;
        // Not recursive: groups inside one another are a list of numbers.
        let mut open = vec![number];
        while let Some(innermost) = open.last().copied() {
            if open.len() > depth as usize + 1 {
                return Err(self.fault("the message is nested deeper than the limit allows"));
            }
            let before = start.len() - self.rest.len();
            if self.rest.is_empty() {
                return Err(self.fault("the message ends within a group"));
            }
            match self.tag()? {
                (number, GROUP) => open.push(number),
                (number, GROUP_END) if number == innermost => {
                    open.pop();
                    if open.is_empty() {
                        return Ok(&start[..before]);
                    }
                }
                (number, wire_type) => {
                    self.payload(number, wire_type, 0)?;
                }
            }
        }
        Ok(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_every_length_are_read() {
        for bits in 0..64 {
            for value in [
                1u64 << bits,
                (1 << bits) - 1,
                u64::MAX >> bits,
                0x5555_5555_5555_5555 >> bits,
            ] {
                let mut bytes = Vec::new();
                crate::wire::varint(&mut bytes, value);
                let length = bytes.len();
                for behind in [&[][..], &[0xff; 10], &[0; 10]] {
                    bytes.truncate(length);
                    bytes.extend_from_slice(behind);
                    let mut wire = Wire::new(&bytes);
                    assert_eq!(wire.varint().ok(), Some(value));
                    assert_eq!(wire.rest, behind);
                }
            }
        }
    }
}
