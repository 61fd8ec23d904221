//! Descriptors that every program has: the well-known types and Google's annotations.

/// A serialized `FileDescriptorSet` of the bundled files, without source info; imports come first.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("bundled.binpb");
