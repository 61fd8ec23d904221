//! What the servers of the benchmark have in common.

pub mod data;
pub mod listen;
pub mod things;
