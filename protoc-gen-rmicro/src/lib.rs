//! Generates Rust from `.proto` files: messages, services, clients and HTTP gateways.
