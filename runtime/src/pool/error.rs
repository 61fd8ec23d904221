use std::fmt;

/// Why descriptors do not make a pool: a sentence that names the file or the symbol at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolError {
    message: String,
}

impl PoolError {
    pub(super) fn new(message: impl Into<String>) -> PoolError {
        PoolError {
            message: message.into(),
        }
    }
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PoolError {}
