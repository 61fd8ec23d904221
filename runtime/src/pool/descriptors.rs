use std::sync::{Arc, OnceLock};

use super::{Pool, PoolError};

/// The descriptors of one generated file, and where those of its imports are.
///
/// Generated code holds one in a `static` for every `.proto` file; the references between them may run in circles.
#[derive(Debug)]
pub struct Descriptors {
    file_descriptor_set: &'static [u8],
    deps: &'static [&'static Descriptors],
    pool: OnceLock<Result<Arc<Pool>, PoolError>>,
}

impl Descriptors {
    /// Wraps a serialized `google.protobuf.FileDescriptorSet` and what its files import from elsewhere.
    pub const fn new(
        file_descriptor_set: &'static [u8],
        deps: &'static [&'static Descriptors],
    ) -> Descriptors {
        Descriptors {
            file_descriptor_set,
            deps,
            pool: OnceLock::new(),
        }
    }

    /// The pool of these files, of all that they import, and of the bundled ones. The first call builds it, and
    /// every further one returns the same.
    ///
    /// # Errors
    /// The descriptors are not valid or not complete; see [`PoolBuilder::build`](super::PoolBuilder::build).
    pub fn pool(&'static self) -> Result<&'static Arc<Pool>, &'static PoolError> {
        self.pool
            .get_or_init(|| Pool::builder().descriptors(self).build().map(Arc::new))
            .as_ref()
    }

    /// This one and all that it refers to, each once, in a stable order.
    pub(super) fn closure(&'static self) -> Vec<&'static [u8]> {
        let mut found: Vec<&'static Descriptors> = vec![self];
        let mut next = 0;
        while let Some(one) = found.get(next).copied() {
            next += 1;
            for dep in one.deps {
                if !found.iter().any(|other| std::ptr::eq(*other, *dep)) {
                    found.push(dep);
                }
            }
        }
        found.iter().map(|one| one.file_descriptor_set).collect()
    }
}
