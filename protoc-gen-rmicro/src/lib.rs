//! Generates Rust from `.proto` files: messages, services, clients and HTTP gateways, for the crate `rmicro`.
//!
//! The binary of this crate is a plugin of protoc and buf; [`Config`] is the same for `build.rs`.
//!
//! Code flows through a pipe, one way:
//!
//! ```text
//! bytes -> request -> lower -> model -> validate -> render -> response -> bytes
//!                          diagnostics
//! ```

mod config;
mod diagnostic;
mod front;
mod generate;
mod lower;
mod messages;
mod model;
mod names;
mod options;
mod param;
mod plugin;
mod render;
mod request;
mod response;
pub mod service_config;
mod validate;

pub use config::{Config, Error};
pub use plugin::{Answer, answer, help};
