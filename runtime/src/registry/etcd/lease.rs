//! Leases, which nodes live and die with.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

use super::connection::{Connection, Open};
use super::etcdserverpb::{
    Lease, LeaseGrantRequest, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseRevokeRequest,
};
use crate::registry::backoff::Backoff;
use crate::{Result, Status};

/// A lease that lives for `ttl`, rounded up to whole seconds; etcd makes very short ones longer.
pub(super) async fn grant(connection: &Connection, ttl: Duration) -> Result<i64> {
    let request = LeaseGrantRequest { ttl: seconds(ttl) };
    Ok(connection.unary(&Lease::LEASE_GRANT, request).await?.id)
}

fn seconds(ttl: Duration) -> i64 {
    let whole = ttl
        .as_secs()
        .saturating_add(u64::from(ttl.subsec_nanos() > 0));
    i64::try_from(whole.max(1)).unwrap_or(i64::MAX)
}

/// Ends a lease.
pub(super) async fn revoke(connection: &Connection, id: i64) -> Result<()> {
    let request = LeaseRevokeRequest { id };
    connection
        .unary(&Lease::LEASE_REVOKE, request)
        .await
        .map(|_| ())
}

/// Renews the lease `id` until it is lost. While etcd cannot be reached, nobody can tell whether it is.
pub(super) async fn renew(connection: Arc<Connection>, id: i64, ttl: Duration) {
    let mut backoff = Backoff::new();
    loop {
        match renew_by_stream(&connection, id, ttl, &mut backoff).await {
            Ok(()) => return,
            Err(status) => {
                tracing::debug!(%status, "a lease in etcd cannot be renewed; trying again");
                backoff.wait().await;
            }
        }
    }
}

/// Renews the lease three times within its time; comes back when it is lost.
async fn renew_by_stream(
    connection: &Connection,
    id: i64,
    ttl: Duration,
    backoff: &mut Backoff,
) -> Result<()> {
    let every = (ttl / 3).max(Duration::from_millis(300));
    let request = LeaseKeepAliveRequest { id };
    let (sender, receiver) = mpsc::channel(1);
    let requests = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|request| (request, receiver))
    });
    // The first one goes out with the stream, which answers only then.
    let _ = sender.send(request).await;
    let mut open = connection
        .stream(&Lease::LEASE_KEEP_ALIVE, requests)
        .await?;
    let mut ticks = interval(every);
    ticks.tick().await;
    loop {
        match alive(&mut open, every).await {
            Ok(true) => backoff.reset(),
            Ok(false) => return Ok(()),
            Err(status) => {
                connection.broken(open.turn, &status).await;
                return Err(status);
            }
        }
        ticks.tick().await;
        // An error says that the stream has ended, which the next answer tells.
        let _ = sender.send(request).await;
    }
}

/// Whether the lease is there, by the next answer.
async fn alive(open: &mut Open<LeaseKeepAliveResponse>, within: Duration) -> Result<bool> {
    match timeout(within, open.messages.message()).await {
        Ok(Ok(Some(answer))) => Ok(answer.ttl > 0),
        Ok(Ok(None)) => Err(Status::unavailable("etcd has closed the stream")),
        Ok(Err(status)) => Err(status),
        Err(_) => Err(Status::deadline_exceeded("etcd did not answer in time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_is_rounded_up() {
        let ttls = [0, 1, 1000, 1001, 60_000].map(|ms| seconds(Duration::from_millis(ms)));
        assert_eq!(ttls, [1, 1, 1, 2, 60]);
        assert_eq!(seconds(Duration::MAX), i64::MAX);
    }
}
