//! Finding a field by its number.

/// A table for numbers that are close together, and a sorted list for the others.
#[derive(Debug, Default)]
pub(crate) struct NumberIndex {
    /// By number: the index plus one, zero for none.
    dense: Box<[u16]>,
    sparse: Box<[(u32, u32)]>,
}

impl NumberIndex {
    /// Builds the index of numbers of which no two are equal.
    pub(super) fn new(numbers: &[u32]) -> NumberIndex {
        let limit = (numbers.len() * 4 + 16).min(usize::from(u16::MAX)) as u32;
        let largest = numbers.iter().filter(|number| **number < limit).max();
        let size = largest.map_or(0, |number| *number as usize + 1);
        let mut dense = vec![
            0u16;
            if numbers.len() < usize::from(u16::MAX) {
                size
            } else {
                0
            }
        ];
        let mut sparse = Vec::new();
        for (number, index) in numbers.iter().zip(0u32..) {
            match dense.get_mut(*number as usize) {
                Some(place) => *place = index as u16 + 1,
                None => sparse.push((*number, index)),
            }
        }
        sparse.sort_unstable();
        NumberIndex {
            dense: dense.into(),
            sparse: sparse.into(),
        }
    }

    #[inline]
    pub(crate) fn find(&self, number: u32) -> Option<u32> {
        match self.dense.get(number as usize) {
            Some(0) => None,
            Some(index) => Some(u32::from(*index) - 1),
            None => {
                let place = self.sparse.binary_search_by_key(&number, |(n, _)| *n);
                Some(self.sparse.get(place.ok()?)?.1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_near_and_far_are_found() {
        let numbers = [5, 1, 536_870_911, 2, 1000];
        let index = NumberIndex::new(&numbers);
        for (number, expected) in numbers.iter().zip(0..) {
            assert_eq!(index.find(*number), Some(expected));
        }
        assert_eq!(
            [0, 3, 4, 6, 999, u32::MAX].map(|n| index.find(n)),
            [None; 6]
        );
        let many: Vec<u32> = (1..=70_000).collect();
        assert_eq!(NumberIndex::new(&many).find(66_000), Some(65_999));
    }
}
