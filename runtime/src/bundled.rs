//! Files that every program has: the well-known types and Google's annotations.
//!
//! Their texts are in the folder `proto` of this crate: published names, numbers and types, written anew.

/// A serialized `FileDescriptorSet` of [`FILES`], without source info; imports come first.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("bundled.binpb");

/// The file `name`, such as `google/api/http.proto`.
pub fn file(name: &str) -> Option<&'static str> {
    let at = FILES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(FILES[at].1)
}

macro_rules! files {
    ($($name:literal)*) => {
        /// The files as name and text, ordered by name.
        pub const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../proto/", $name)))),*];
    };
}

files! {
    "google/api/annotations.proto"
    "google/api/client.proto"
    "google/api/field_behavior.proto"
    "google/api/field_info.proto"
    "google/api/http.proto"
    "google/api/httpbody.proto"
    "google/api/launch_stage.proto"
    "google/api/resource.proto"
    "google/api/routing.proto"
    "google/api/visibility.proto"
    "google/protobuf/any.proto"
    "google/protobuf/api.proto"
    "google/protobuf/descriptor.proto"
    "google/protobuf/duration.proto"
    "google/protobuf/empty.proto"
    "google/protobuf/field_mask.proto"
    "google/protobuf/source_context.proto"
    "google/protobuf/struct.proto"
    "google/protobuf/timestamp.proto"
    "google/protobuf/type.proto"
    "google/protobuf/wrappers.proto"
    "google/rpc/code.proto"
    "google/rpc/error_details.proto"
    "google/rpc/status.proto"
}
