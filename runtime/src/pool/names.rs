//! Finding one of the names of a message or an enum.

/// A hash table from names to small numbers, built once and never changed.
///
/// The table holds no names: the caller compares, as the names are in tables of its own already.
#[derive(Debug, Default)]
pub(crate) struct NameIndex {
    /// Slots with the upper half of the hash and the number plus one; zero is free. The length is a power of two.
    slots: Box<[(u32, u32)]>,
}

impl NameIndex {
    /// Builds the table. Of equal names the first one stands.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a str, u32)>) -> NameIndex {
        let names: Vec<_> = names.collect();
        let size = (names.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, 0); size].into_boxed_slice();
        let mut placed: Vec<Option<&str>> = vec![None; size];
        for (name, number) in names {
            let (mut slot, check) = place(name.as_bytes(), size);
            while let Some(other) = placed[slot] {
                if other == name {
                    break;
                }
                slot = (slot + 1) & (size - 1);
            }
            if placed[slot].is_none() {
                placed[slot] = Some(name);
                slots[slot] = (check, number + 1);
            }
        }
        NameIndex { slots }
    }

    /// The number of a name, if `is_name` confirms one that has its hash.
    #[inline]
    pub(crate) fn find(&self, name: &[u8], mut is_name: impl FnMut(u32) -> bool) -> Option<u32> {
        let size = self.slots.len();
        if size == 0 {
            return None;
        }
        let (mut slot, check) = place(name, size);
        loop {
            let (found, number) = *self.slots.get(slot)?;
            if number == 0 {
                return None;
            }
            if found == check && is_name(number - 1) {
                return Some(number - 1);
            }
            slot = (slot + 1) & (size - 1);
        }
    }
}

/// The first slot of a name in a table of that size, and what is kept to compare.
#[inline]
fn place(name: &[u8], size: usize) -> (usize, u32) {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = name.len() as u64;
    let mut chunks = name.chunks_exact(8);
    for chunk in &mut chunks {
        let mut bytes = [0u8; 8];
        bytes.copy_from_slice(chunk);
        hash = (hash.rotate_left(29) ^ u64::from_le_bytes(bytes)).wrapping_mul(FACTOR);
    }
    let mut last = 0u64;
    for byte in chunks.remainder() {
        last = last << 8 | u64::from(*byte);
    }
    hash = (hash.rotate_left(29) ^ last).wrapping_mul(FACTOR);
    (
        (hash >> 32) as usize & (size - 1),
        hash as u32 ^ (hash >> 32) as u32,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> = (0..500)
            .map(|i| format!("some_long_prefix_{i}_and_a_suffix"))
            .collect();
        let index = NameIndex::new(names.iter().map(String::as_str).zip(0..));
        for (i, name) in names.iter().enumerate() {
            let found = index.find(name.as_bytes(), |n| names[n as usize] == *name);
            assert_eq!(found, Some(i as u32));
        }
        assert_eq!(
            index.find(b"another", |n| names[n as usize] == "another"),
            None
        );
    }

    #[test]
    fn the_first_of_equal_names_stands() {
        let index = NameIndex::new([("a", 4), ("a", 5)].into_iter());
        assert_eq!(index.find(b"a", |_| true), Some(4));
    }
}
