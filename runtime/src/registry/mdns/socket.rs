//! Sockets for multicast DNS.

use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// Where questions and announcements go.
pub(super) const GROUP: SocketAddrV4 = SocketAddrV4::new(ADDRESS, 5353);

const ADDRESS: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);

/// Hears all that goes to the group, beside other programs that do.
pub(super) fn listening(interface: Ipv4Addr) -> Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    // Bound to the group, the socket takes nothing that is meant for others on the port; Windows cannot bind so.
    let address = if cfg!(windows) {
        Ipv4Addr::UNSPECIFIED
    } else {
        ADDRESS
    };
    socket.bind(&SocketAddr::from((address, GROUP.port())).into())?;
    // Programs of this machine are heard on the loopback interface too.
    let joined = socket.join_multicast_v4(&ADDRESS, &interface);
    match socket.join_multicast_v4(&ADDRESS, &Ipv4Addr::LOCALHOST) {
        Ok(()) => {}
        Err(_) if interface == Ipv4Addr::LOCALHOST => {}
        Err(error) => joined.map_err(|_| error)?,
    }
    tokio(socket)
}

/// A port of one's own, to ask from and to be answered at.
pub(super) fn asking(interface: Ipv4Addr) -> Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.bind(&SocketAddr::from((interface, 0)).into())?;
    socket.set_multicast_if_v4(&interface)?;
    socket.set_multicast_loop_v4(true)?;
    tokio(socket)
}

fn tokio(socket: Socket) -> Result<UdpSocket> {
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}
