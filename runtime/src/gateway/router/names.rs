//! Literal texts and the numbers that they lead to.

use crate::template::normalized_bytes;

/// A hash table from percent-normalised texts to numbers. A look-up allocates nothing and takes the text as the client
/// sent it, however it escapes.
///
/// Its keys come from templates alone, so that no client can make it degenerate; hence the plain hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    entries: Vec<Entry>,
    /// A power of two of places, each 0 or the index of an entry plus one; at most half of them taken.
    places: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Entry {
    hash: u32,
    value: u32,
    text: Box<[u8]>,
}

impl Names {
    /// The number of `text`, which is in normal form.
    pub(super) fn get(&self, text: &str) -> Option<u32> {
        self.find_plain(text.as_bytes())
    }

    /// Sets the number of a text that has none yet.
    pub(super) fn insert(&mut self, text: &str, value: u32) {
        self.entries.push(Entry {
            hash: hash(text.bytes()),
            value,
            text: text.as_bytes().into(),
        });
        if self.entries.len() * 2 > self.places.len() {
            self.places = vec![0; (self.entries.len() * 4).next_power_of_two()];
            for index in 0..self.entries.len() {
                self.place(index);
            }
        } else {
            self.place(self.entries.len() - 1);
        }
    }

    /// The number of a segment as it stands in a request.
    #[inline]
    pub(super) fn find(&self, segment: &[u8]) -> Option<u32> {
        if self.entries.is_empty() {
            return None;
        }
        if segment.contains(&b'%') {
            return self.find_escaped(segment);
        }
        self.find_plain(segment)
    }

    fn find_plain(&self, segment: &[u8]) -> Option<u32> {
        self.probe(hash(segment.iter().copied()), |entry| {
            *entry.text == *segment
        })
    }

    #[cold]
    fn find_escaped(&self, segment: &[u8]) -> Option<u32> {
        let normal = normalized_bytes(segment);
        self.probe(hash(normal.clone()), |entry| {
            normal.clone().eq(entry.text.iter().copied())
        })
    }

    fn probe(&self, hash: u32, same: impl Fn(&Entry) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut place = hash as usize & mask;
        loop {
            let index = (*self.places.get(place)? as usize).checked_sub(1)?;
            let entry = self.entries.get(index)?;
            if entry.hash == hash && same(entry) {
                return Some(entry.value);
            }
            place = (place + 1) & mask;
        }
    }

    fn place(&mut self, index: usize) {
        let mask = self.places.len() - 1;
        let mut place = self.entries[index].hash as usize & mask;
        while self.places[place] != 0 {
            place = (place + 1) & mask;
        }
        self.places[place] = index as u32 + 1;
    }
}

/// FNV-1a, mixed so that the low bits depend on all of it.
fn hash(bytes: impl Iterator<Item = u8>) -> u32 {
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_it_is_escaped() {
        let mut names = Names::default();
        assert_eq!(names.find(b"x"), None);
        for value in 0..1000 {
            names.insert(&format!("r{value}"), value);
        }
        names.insert("a%2Fb", 1000);
        assert_eq!(names.find(b"r999"), Some(999));
        assert_eq!(names.find(b"%72%30"), Some(0));
        assert_eq!(names.find(b"a%2fb"), Some(1000));
        assert_eq!(names.find(b"a/b"), None);
        assert_eq!(names.find(b"r1000"), None);
    }
}
