//! The runner's messages, by their published field numbers.

/// What the runner asks.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Request {
    /// The message in binary.
    #[prost(bytes = "vec", optional, tag = "1")]
    pub protobuf_payload: Option<Vec<u8>>,
    /// The message in JSON.
    #[prost(string, optional, tag = "2")]
    pub json_payload: Option<String>,
    /// The form of the answer.
    #[prost(enumeration = "WireFormat", tag = "3")]
    pub requested_output_format: i32,
    /// The full name of the message's type.
    #[prost(string, tag = "4")]
    pub message_type: String,
    /// What the test is about.
    #[prost(int32, tag = "5")]
    pub test_category: i32,
}

impl Request {
    pub(crate) fn wants(&self, format: WireFormat) -> bool {
        self.requested_output_format == format as i32
    }
}

/// A form of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum WireFormat {
    /// None.
    Unspecified = 0,
    /// Binary.
    Protobuf = 1,
    /// JSON.
    Json = 2,
    /// That of a certain JavaScript library.
    Jspb = 3,
    /// Text.
    Text = 4,
}

/// What the testee answers.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Response {
    /// One of several things.
    #[prost(oneof = "Result", tags = "1, 2, 3, 4, 5, 6")]
    pub result: Option<Result>,
}

/// How a request came out.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
pub enum Result {
    /// The message could not be read.
    #[prost(string, tag = "1")]
    ParseError(String),
    /// The testee is at fault.
    #[prost(string, tag = "2")]
    RuntimeError(String),
    /// The message in binary.
    #[prost(bytes, tag = "3")]
    ProtobufPayload(Vec<u8>),
    /// The message in JSON.
    #[prost(string, tag = "4")]
    JsonPayload(String),
    /// Not supported.
    #[prost(string, tag = "5")]
    Skipped(String),
    /// The message could not be written.
    #[prost(string, tag = "6")]
    SerializeError(String),
}
