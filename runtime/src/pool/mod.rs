//! Stand-in until the pool lands.

/// The descriptors of a package.
#[derive(Debug)]
pub struct Descriptors(&'static [u8], &'static [&'static Descriptors]);

impl Descriptors {
    /// The bytes.
    pub fn bytes(&self) -> (usize, usize) {
        (self.0.len(), self.1.len())
    }

    /// From a serialized `FileDescriptorSet` and what it refers to.
    pub const fn new(files: &'static [u8], deps: &'static [&'static Descriptors]) -> Self {
        Self(files, deps)
    }
}
