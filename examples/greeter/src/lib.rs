//! The code generated from `hello.proto`.

#![allow(missing_docs, reason = "the file has no comments to carry over")]

rmicro::include_proto!("hello");
