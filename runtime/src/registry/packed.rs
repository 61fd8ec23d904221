//! Text as go-micro packs it into tags and TXT records: zlib, written in lower-case hexadecimal digits.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// The longest text that is unpacked: a short tag may unfold to more memory than there is.
const LONGEST: u64 = 4 * 1024 * 1024;

pub(super) fn pack(text: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let packed = encoder.write_all(text).and_then(|()| encoder.finish());
    let packed = packed.unwrap_or_default();
    packed.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text, if `packed` is one.
pub(super) fn unpack(packed: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = packed
        .bytes()
        .map(|digit| char::from(digit).to_digit(16).map(|digit| digit as u8))
        .collect();
    let digits = digits?;
    if digits.len() % 2 != 0 {
        return None;
    }
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let mut text = Vec::new();
    let length = ZlibDecoder::new(&*bytes)
        .take(LONGEST + 1)
        .read_to_end(&mut text)
        .ok()?;
    (length as u64 <= LONGEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_unpacks() {
        assert_eq!(
            unpack(&pack("d\u{e9}j\u{e0} vu".as_bytes())).unwrap(),
            "d\u{e9}j\u{e0} vu".as_bytes()
        );
        // The version `latest` as Go's zlib packs it.
        assert_eq!(
            unpack("789cca492c492d2e01040000ffff08cc028e").unwrap(),
            b"latest"
        );
        for bad in ["7", "zz", "7800", "\u{e9}\u{e9}"] {
            assert_eq!(unpack(bad), None, "{bad}");
        }
        assert_eq!(unpack(&pack(&vec![0; LONGEST as usize + 1])), None);
    }
}
