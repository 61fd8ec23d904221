//! The keys of a map that were there already.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use super::escape::short_word;

/// A set of keys that are kept elsewhere.
///
/// Keys come from outside, so the hash has a seed that nobody outside can know, and in no case does a key cost more than a
/// bounded number of looks: whoever finds keys that clash all the same gets the set sorted instead.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    seed: u64,
    /// Each key's place and, once there are more than a few, its hash.
    keys: Vec<(u64, Range<usize>)>,
    /// Indices plus one, zero for free. Not in use for a few keys.
    slots: Vec<u32>,
    /// Keys by hash, once there were too many clashes.
    sorted: Option<std::collections::BTreeSet<Vec<u8>>>,
}

/// Up to so many keys are compared one by one.
const FEW: usize = 8;

/// After so many occupied slots the keys are taken to clash on purpose.
const MAX_LOOKS: usize = 128;

impl KeySet {
    /// Forgets all keys, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.slots.clear();
        self.sorted = None;
    }

    /// Adds the key that stands in `bytes` at `range`, and says whether it is a new one. Earlier ones must stand there still.
    #[inline]
    pub(super) fn insert(&mut self, bytes: &[u8], range: Range<usize>) -> bool {
        let key = bytes.get(range.clone()).unwrap_or_default();
        if let Some(sorted) = &mut self.sorted {
            return sorted.insert(key.to_vec());
        }
        let count = self.keys.len();
        if count < FEW {
            let found = self
                .keys
                .iter()
                .any(|(_, range)| bytes.get(range.clone()) == Some(key));
            self.keys.push((0, range));
            return !found;
        }
        if (count + 1) * 2 > self.slots.len() && !self.grow(bytes) {
            return self.sort(bytes, key);
        }
        let hash = hash(self.seed, key);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        for _ in 0..MAX_LOOKS {
            let number = self.slots[slot];
            if number == 0 {
                self.keys.push((hash, range));
                self.slots[slot] = count as u32 + 1;
                return true;
            }
            let (other, range) = &self.keys[number as usize - 1];
            if *other == hash && bytes.get(range.clone()) == Some(key) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        self.sort(bytes, key)
    }

    /// Makes room, or says that the keys clash too much.
    fn grow(&mut self, bytes: &[u8]) -> bool {
        if self.slots.is_empty() {
            if self.seed == 0 {
                self.seed = *SEED;
            }
            for (known, range) in &mut self.keys {
                *known = hash(self.seed, bytes.get(range.clone()).unwrap_or_default());
            }
        }
        let size = (self.slots.len() * 4).max(FEW * 8);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (i, (hash, _)) in self.keys.iter().enumerate() {
            let mut slot = *hash as usize & (size - 1);
            let mut looks = 0;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
                looks += 1;
                if looks > MAX_LOOKS {
                    return false;
                }
            }
            self.slots[slot] = i as u32 + 1;
        }
        true
    }

    #[cold]
    fn sort(&mut self, bytes: &[u8], key: &[u8]) -> bool {
        let keys = self
            .keys
            .iter()
            .filter_map(|(_, range)| bytes.get(range.clone()));
        let mut sorted: std::collections::BTreeSet<_> = keys.map(<[u8]>::to_vec).collect();
        let new = sorted.insert(key.to_vec());
        self.sorted = Some(sorted);
        new
    }
}

/// What nobody outside can know.
static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0u8) | 1);

/// The hashes of keys. It forgets no key, and once in a very long while takes a new one for one that was there.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    seed: u64,
    count: usize,
    /// Zero for free. A power of two, of which no more than two thirds are taken.
    slots: Vec<u64>,
}

impl Hashes {
    /// Forgets all keys, and makes room for so many.
    pub(super) fn clear(&mut self, expected: usize) {
        // What is expected comes from outside; for more than this there is room when they are there.
        let size = (expected.min(1 << 16) * 2 + 2).next_power_of_two();
        self.seed = *SEED;
        self.count = 0;
        self.slots.clear();
        self.slots.resize(size, 0);
    }

    /// Adds a key, a number or a text, and says whether it is certain to be a new one.
    #[inline]
    pub(super) fn insert(&mut self, number: u64, text: &[u8]) -> bool {
        if self.count * 3 >= self.slots.len() * 2 && !self.grow() {
            return false;
        }
        self.count += 1;
        let hash = match text {
            [] => fold(self.seed ^ number, factor(self.seed)),
            text => hash(self.seed, text),
        };
        self.add(hash | 1)
    }

    #[inline(always)]
    fn add(&mut self, hash: u64) -> bool {
        let mask = self.slots.len() - 1;
        // The lowest bit is always set.
        let mut slot = (hash >> 1) as usize & mask;
        for _ in 0..MAX_LOOKS {
            match self.slots.get_mut(slot) {
                Some(free @ 0) => {
                    *free = hash;
                    return true;
                }
                Some(other) if *other == hash => return false,
                _ => slot = (slot + 1) & mask,
            }
        }
        false
    }

    #[cold]
    fn grow(&mut self) -> bool {
        let hashes = std::mem::take(&mut self.slots);
        self.slots.resize((hashes.len() * 4).max(8), 0);
        hashes.into_iter().all(|hash| hash == 0 || self.add(hash))
    }
}

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]
fn factor(seed: u64) -> u64 {
    FACTOR ^ seed.rotate_left(32)
}

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline]
fn hash(seed: u64, key: &[u8]) -> u64 {
    let factor = factor(seed);
    let mut hash = seed ^ (key.len() as u64).wrapping_mul(FACTOR);
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        hash = fold(hash ^ u64::from_le_bytes(*word), factor);
    }
    // The length is in the hash already, so that zeros in front do not matter.
    fold(hash ^ short_word(rest), factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_new_once() {
        let mut bytes = Vec::new();
        let mut set = KeySet::default();
        set.clear();
        for round in 0..2 {
            for i in 0..5_000 {
                let start = bytes.len();
                bytes.extend_from_slice(format!("key-{i}").as_bytes());
                assert_eq!(set.insert(&bytes, start..bytes.len()), round == 0, "{i}");
            }
        }
    }

    #[test]
    fn a_key_that_was_there_is_never_taken_for_new() {
        let mut hashes = Hashes::default();
        for expected in [0, 3, 100_000] {
            hashes.clear(expected);
            for round in 0..2 {
                for i in 0..5_000 {
                    let key = format!("key-{i}");
                    assert_eq!(hashes.insert(0, key.as_bytes()), round == 0, "{i}");
                }
            }
        }
    }

    #[test]
    fn keys_that_clash_are_told_apart() {
        let bytes: Vec<u8> = (0..200).collect();
        let mut set = KeySet::default();
        set.clear();
        for i in 0..100 {
            assert!(set.insert(&bytes, i..i + 1));
        }
        assert!(set.sort(&bytes, &[100]));
        assert!(!set.insert(&bytes, 100..101));
        assert!(!set.insert(&bytes, 7..8));
        assert!(set.insert(&bytes, 150..151));
    }
}
