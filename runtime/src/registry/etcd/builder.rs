//! What a registry in etcd is set up with.

use std::time::Duration;

use super::Etcd;
use super::connection::Connection;
use crate::Error;

/// How long a connection attempt may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A peer that says nothing is asked whether it is there. etcd allows that every 5 s.
const PING: Duration = Duration::from_secs(10);

/// Sets a registry in [`Etcd`] up; the order of the calls does not matter.
#[derive(Clone)]
pub struct EtcdBuilder {
    endpoints: Vec<String>,
    user: Option<(String, String)>,
    timeout: Duration,
    #[cfg(feature = "tls")]
    tls: Option<tonic::transport::ClientTlsConfig>,
}

impl EtcdBuilder {
    pub(super) fn new() -> Self {
        Self {
            endpoints: Vec::new(),
            user: None,
            timeout: Duration::from_secs(5),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Adds a member of the cluster: `host:port`, `host` for port 2379, or with `http://` or `https://` in front. The
    /// members are tried in turn until one answers. `127.0.0.1:2379` unless set.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoints.push(endpoint.into());
        self
    }

    /// Logs in by name and password; the token is fetched when it is needed and again when it has expired.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.user = Some((name.into(), password.into()));
        self
    }

    /// How long one member may take for an answer: 5 s unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Speaks TLS with every member and trusts the certificates that `pem` signs. Without it, the certificates of the
    /// operating system are trusted where an endpoint starts with `https://`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn ca_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        let certificate = tonic::transport::Certificate::from_pem(pem);
        self.tls = Some(self.tls.unwrap_or_default().ca_certificate(certificate));
        self
    }

    /// Speaks TLS with every member and shows this certificate to it.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificate_pem: impl AsRef<[u8]>,
        key_pem: impl AsRef<[u8]>,
    ) -> Self {
        let identity = tonic::transport::Identity::from_pem(certificate_pem, key_pem);
        self.tls = Some(self.tls.unwrap_or_default().identity(identity));
        self
    }

    /// The name that the members' certificates are for, where it is not the host that is connected to.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn domain_name(mut self, name: impl Into<String>) -> Self {
        self.tls = Some(self.tls.unwrap_or_default().domain_name(name));
        self
    }

    /// The registry. It connects when it is used, and can be built while etcd is down.
    ///
    /// # Errors
    /// An endpoint that is no address, and `https://` without the feature `tls`.
    pub fn build(mut self) -> Result<Etcd, Error> {
        if self.endpoints.is_empty() {
            self.endpoints.push("127.0.0.1:2379".into());
        }
        let endpoints = self
            .endpoints
            .iter()
            .map(|endpoint| self.endpoint_of(endpoint));
        let endpoints = endpoints.collect::<Result<_, _>>()?;
        Ok(Etcd::new(Connection::new(
            endpoints,
            self.user,
            self.timeout,
        )))
    }

    fn endpoint_of(&self, address: &str) -> Result<tonic::transport::Endpoint, Error> {
        let wrong = || {
            Error::new(format!(
                "`{address}` is no endpoint of etcd: `host:port` was expected"
            ))
        };
        let (scheme, authority) = match address.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => (Some(scheme), rest.trim_end_matches('/')),
            Some(_) => return Err(wrong()),
            None => (None, address),
        };
        let authority: http::uri::Authority = authority
            .parse()
            .map_err(|error| wrong().with_source(error))?;
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(wrong());
        }
        let port: u16 = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => 2379,
            Some(port) => {
                let port = port.strip_prefix(':').and_then(|port| port.parse().ok());
                port.ok_or_else(wrong)?
            }
            None => return Err(wrong()),
        };
        let secure = scheme == Some("https") || (scheme.is_none() && self.has_tls());
        let scheme = if secure { "https" } else { "http" };
        let uri = format!("{scheme}://{}:{port}", authority.host());
        let endpoint = tonic::transport::Endpoint::from_shared(uri)
            .map_err(|error| wrong().with_source(error))?
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(PING)
            .keep_alive_timeout(CONNECT_TIMEOUT);
        if secure {
            self.secured(endpoint)
        } else {
            Ok(endpoint)
        }
    }

    #[cfg(feature = "tls")]
    fn has_tls(&self) -> bool {
        self.tls.is_some()
    }

    #[cfg(feature = "tls")]
    fn secured(
        &self,
        endpoint: tonic::transport::Endpoint,
    ) -> Result<tonic::transport::Endpoint, Error> {
        let tls = self.tls.clone();
        let tls =
            tls.unwrap_or_else(|| tonic::transport::ClientTlsConfig::new().with_native_roots());
        endpoint.tls_config(tls).map_err(|error| {
            Error::new("the certificates for etcd cannot be used").with_source(error)
        })
    }

    #[cfg(not(feature = "tls"))]
    fn has_tls(&self) -> bool {
        false
    }

    #[cfg(not(feature = "tls"))]
    fn secured(
        &self,
        endpoint: tonic::transport::Endpoint,
    ) -> Result<tonic::transport::Endpoint, Error> {
        Err(Error::new(format!(
            "`{}` needs the feature `tls` of rmicro, which is not compiled in",
            endpoint.uri()
        )))
    }
}

/// Without the password.
impl std::fmt::Debug for EtcdBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EtcdBuilder")
            .field("endpoints", &self.endpoints)
            .field("user", &self.user.as_ref().map(|(name, _)| name))
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_with_or_without_a_port() {
        let uri = |address: &str| {
            let endpoint = EtcdBuilder::new().endpoint_of(address);
            endpoint.map(|endpoint| endpoint.uri().to_string())
        };
        for (address, expected) in [
            ("a", "http://a:2379/"),
            ("a:1", "http://a:1/"),
            ("[::1]:1", "http://[::1]:1/"),
            ("http://a:1/", "http://a:1/"),
        ] {
            assert_eq!(uri(address).unwrap(), expected);
        }
        for bad in ["", ":1", "a:", "a:x", "ftp://a", "a b", "u:p@a:1"] {
            let expected = format!("`{bad}` is no endpoint of etcd: `host:port` was expected");
            assert_eq!(uri(bad).unwrap_err().to_string(), expected);
        }
    }
}
