//! Where text is written.

/// So many bytes are filled with zeros at a time: few enough to stay in the nearest cache until they are written over.
const STEP: usize = 4096;

/// A growing text whose memory is filled with zeros some way ahead, so that writing a few bytes is one comparison and one store.
#[derive(Debug)]
pub(super) struct Sink {
    bytes: Vec<u8>,
    length: usize,
}

impl Sink {
    /// Goes on behind what a vector holds, with room for `more` bytes at first.
    pub(super) fn new(mut bytes: Vec<u8>, more: usize) -> Sink {
        let length = bytes.len();
        if bytes.capacity() == 0 {
            // Faster than to let nothing grow.
            bytes = Vec::with_capacity(more);
        } else {
            bytes.reserve(more);
        }
        bytes.resize(length + more.min(STEP), 0);
        Sink { bytes, length }
    }

    /// Everything that was written.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.length);
        self.bytes
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Room for some bytes behind what was written; how many of them are kept is said to `keep`.
    #[inline(always)]
    pub(super) fn room<const N: usize>(&mut self) -> Option<&mut [u8; N]> {
        if self.bytes.len() - self.length < N {
            self.grow(N);
        }
        self.bytes.get_mut(self.length..)?.first_chunk_mut()
    }

    /// Takes bytes as written that stand in the room behind the others.
    #[inline(always)]
    pub(super) fn keep(&mut self, more: usize) {
        self.length += more;
    }

    /// Forgets what is behind that length.
    #[inline(always)]
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = length;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.chunk(&[byte]);
    }

    /// Appends some bytes, of which there are as many every time.
    #[inline(always)]
    pub(super) fn chunk<const N: usize>(&mut self, chunk: &[u8; N]) {
        let end = self.length + N;
        if end > self.bytes.len() {
            self.grow(N);
        }
        if let Some(place) = self.bytes.get_mut(self.length..end) {
            place.copy_from_slice(chunk);
        }
        self.length = end;
    }

    /// Appends a chunk, of which only some bytes are kept.
    #[inline(always)]
    pub(super) fn part<const N: usize>(&mut self, chunk: &[u8; N], kept: usize) {
        let start = self.length;
        self.chunk(chunk);
        self.length = start + kept;
    }

    pub(super) fn extend_from_slice(&mut self, slice: &[u8]) {
        let end = self.length + slice.len();
        if end > self.bytes.len() {
            self.grow(slice.len());
        }
        if let Some(place) = self.bytes.get_mut(self.length..end) {
            place.copy_from_slice(slice);
        }
        self.length = end;
    }

    /// Replaces a byte that was written.
    #[inline(always)]
    pub(super) fn replace(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.bytes.get_mut(at) {
            *place = byte;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let needed = self.length + more;
        if needed > self.bytes.capacity() {
            // Twice the size each time, so that a long text is not copied often.
            self.bytes
                .reserve(needed - self.bytes.len() + self.length + 64);
        }
        let filled = self.bytes.capacity().min(needed + STEP);
        self.bytes.resize(filled, 0);
    }
}
