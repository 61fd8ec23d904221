//! The code generated from `hello.proto`.

rmicro::include_proto!("hello");
