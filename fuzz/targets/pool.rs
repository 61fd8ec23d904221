//! The rich messages that everything is tried on.

use std::sync::LazyLock;

use rmicro::Pool;
use rmicro::pool::MessageRef;

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let set = include_bytes!("../../testdata/json/test_messages.binpb");
    Pool::builder().file_descriptor_set(set).build().expect("the descriptors are valid")
});

/// One of four messages.
pub fn message(choice: u8) -> MessageRef<'static> {
    let name = match choice {
        0 => "protobuf_test_messages.proto3.TestAllTypesProto3",
        1 => "protobuf_test_messages.proto2.TestAllTypesProto2",
        2 => "protobuf_test_messages.editions.TestAllTypesEdition2023",
        _ => "google.protobuf.Struct",
    };
    POOL.message(name).expect("the descriptors have it")
}
