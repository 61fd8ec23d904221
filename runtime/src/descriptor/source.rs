//! Positions and comments.

/// Where the elements of a file stand in its text.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SourceCodeInfo {
    /// One for each element.
    #[prost(message, repeated, tag = "1")]
    pub location: Vec<Location>,
}

/// Where one element stands, and the comments around it.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Location {
    /// Field numbers and indexes that lead from the file's descriptor to the element.
    #[prost(int32, repeated, packed = "true", tag = "1")]
    pub path: Vec<i32>,
    /// Line, column, end line (left out when it is the same) and end column, all from zero.
    #[prost(int32, repeated, packed = "true", tag = "2")]
    pub span: Vec<i32>,
    /// Comment before the element.
    #[prost(string, optional, tag = "3")]
    pub leading_comments: Option<String>,
    /// Comment after the element.
    #[prost(string, optional, tag = "4")]
    pub trailing_comments: Option<String>,
    /// Comments before the leading one, each followed by an empty line.
    #[prost(string, repeated, tag = "6")]
    pub leading_detached_comments: Vec<String>,
}
