//! How the servers listen: at a free port of this machine only, which they tell the runner.

use std::io::{self, Write as _};

use tokio::net::{TcpListener, TcpStream};

/// Listens at a free port and prints which.
///
/// # Errors
/// The port cannot be had, or nobody reads what is printed.
pub async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    tell(&listener.local_addr()?.to_string())?;
    Ok(listener)
}

/// Prints where a server listens, for the runner.
///
/// # Errors
/// Nobody reads what is printed.
pub fn tell(address: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {address}")?;
    out.flush()
}

/// The next connection.
///
/// # Errors
/// The listener is broken.
pub async fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
