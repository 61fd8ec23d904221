//! What a peer may take up.

use std::time::Duration;

/// Limits of a server; every one is on by default.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at a time; further ones wait in the listener's queue. 10,000 unless set.
    pub max_connections: usize,
    /// Calls at a time on one HTTP/2 connection. 250 unless set.
    pub max_concurrent_streams: u32,
    /// Bytes of a request's line and headers; more is answered with 431. 64 KiB unless set; HTTP/1 needs 8 KiB at least.
    pub max_header_bytes: u32,
    /// How long an HTTP/1 peer may take to send its headers. 10 s unless set.
    pub header_read_timeout: Duration,
    /// How often an HTTP/2 peer is asked whether it is still there. 60 s unless set.
    pub keep_alive_interval: Duration,
    /// How long an HTTP/2 peer may take to answer that. 20 s unless set.
    pub keep_alive_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_concurrent_streams: 250,
            max_header_bytes: 64 * 1024,
            header_read_timeout: Duration::from_secs(10),
            keep_alive_interval: Duration::from_secs(60),
            keep_alive_timeout: Duration::from_secs(20),
        }
    }
}
