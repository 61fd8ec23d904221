//! The gateway.
mod router;
