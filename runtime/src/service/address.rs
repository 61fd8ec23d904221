//! The address that clients are told.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// `listening` as others reach it: in place of an unspecified host, the address that this machine sends from, and the
/// loopback address where it has no other.
pub(super) fn reachable(listening: SocketAddr) -> SocketAddr {
    if !listening.ip().is_unspecified() {
        return listening;
    }
    // Connecting a datagram socket sends nothing; it only asks the kernel for the route. The targets are addresses
    // kept for documentation.
    let v4 = source("0.0.0.0:0", "192.0.2.1:9");
    let v6 = || {
        if listening.is_ipv6() {
            source("[::]:0", "[2001:db8::1]:9")
        } else {
            None
        }
    };
    let loopback = match listening {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(v4.or_else(v6).unwrap_or(loopback), listening.port())
}

fn source(from: &str, to: &str) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_host_stays_and_an_unspecified_one_does_not() {
        let given: SocketAddr = "127.0.0.1:90".parse().unwrap();
        assert_eq!(reachable(given), given);
        for unspecified in ["0.0.0.0:90", "[::]:90"] {
            let reachable = reachable(unspecified.parse().unwrap());
            assert!(!reachable.ip().is_unspecified());
            assert_eq!(reachable.port(), 90);
        }
    }
}
