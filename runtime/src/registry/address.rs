//! Registries by address.

use std::sync::Arc;

use super::{Memory, Registry};
use crate::Error;

/// The registry at `address`:
///
/// | address | registry | feature |
/// | --- | --- | --- |
/// | `memory:` | [`Memory`], one of its own | |
/// | `etcd://[user:password@]host:port,host:port` | etcd v3 | `etcd` |
/// | `etcds://…?ca=FILE&cert=FILE&key=FILE&domain=NAME` | the same over TLS; every part after `?` may be left out | `etcd`, `tls` |
/// | `nats://[user:password@]host:port,…` | NATS | `nats` |
/// | `zookeeper://host:port,…` | ZooKeeper | `zookeeper` |
/// | `mdns:` or `mdns://IP`, the address of an interface | multicast DNS | `mdns` |
/// | `gossip://host:port,…?listen=IP:PORT` | gossip, with the hosts as seeds | `gossip` |
/// | `consul://[token@]host:port,…` | Consul | `consul` |
///
/// Ports may be left out, and so may `//` and the hosts, for the usual port of this machine. Nothing is connected to before
/// the registry is used.
///
/// # Errors
/// An address that is none of these, or whose feature is not compiled in.
pub fn from_address(address: &str) -> Result<Arc<dyn Registry>, Error> {
    let (scheme, rest) = address.split_once(':').unwrap_or((address, ""));
    let place = Place::parse(rest.strip_prefix("//").unwrap_or(rest))?;
    let plain = |registry: Result<Arc<dyn Registry>, Error>| match place.options.first() {
        Some((option, _)) => Err(Error::new(format!(
            "`{option}` is no option of a registry at `{scheme}://`"
        ))),
        None => registry,
    };
    match scheme {
        "memory" => plain(Ok(Arc::new(Memory::new()))),
        "etcd" => plain(etcd(&place, None)),
        "etcds" => etcd(&place, Some(&place.options)),
        "nats" => plain(nats(&place)),
        "zookeeper" => plain(zookeeper(&place)),
        "consul" => plain(consul(&place)),
        "gossip" => gossip(&place),
        "mdns" => plain(mdns(&place)),
        _ => Err(Error::new(format!(
            "`{scheme}` is no kind of registry: `memory`, `etcd`, `etcds`, `nats`, `zookeeper`, `consul`, `mdns` or `gossip` was expected"
        ))),
    }
}

/// What follows the scheme.
#[cfg_attr(
    not(all(feature = "etcd", feature = "nats")),
    allow(
        dead_code,
        reason = "the registries that are compiled in read the fields"
    )
)]
struct Place {
    /// What stands in front of `@`.
    login: Option<String>,
    hosts: Vec<String>,
    options: Vec<(String, String)>,
}

impl Place {
    fn parse(text: &str) -> Result<Self, Error> {
        let (text, options) = text.split_once('?').unwrap_or((text, ""));
        let (login, hosts) = match text.trim_end_matches('/').rsplit_once('@') {
            Some((login, hosts)) => (Some(login.to_owned()), hosts),
            None => (None, text.trim_end_matches('/')),
        };
        let hosts = hosts
            .split(',')
            .map(str::trim)
            .filter(|host| !host.is_empty());
        let options = options.split('&').filter(|option| !option.is_empty());
        let options = options.map(|option| {
            let pair = option.split_once('=');
            pair.map(|(name, value)| (name.to_owned(), decoded(value)))
                .ok_or_else(|| {
                    Error::new(format!(
                        "`{option}` is no option: `name=value` was expected"
                    ))
                })
        });
        Ok(Self {
            login,
            hosts: hosts.map(str::to_owned).collect(),
            options: options.collect::<Result<_, _>>()?,
        })
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(not(all(
    feature = "consul",
    feature = "etcd",
    feature = "gossip",
    feature = "mdns",
    feature = "nats",
    feature = "tls",
    feature = "zookeeper"
)))]
fn missing<T>(scheme: &str, feature: &str) -> Result<T, Error> {
    Err(Error::new(format!(
        "a registry at `{scheme}:` needs the feature `{feature}` of rmicro, which is not compiled in"
    )))
}

#[cfg(feature = "etcd")]
fn etcd(place: &Place, tls: Option<&[(String, String)]>) -> Result<Arc<dyn Registry>, Error> {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let hosts: &[String] = match &place.hosts[..] {
        [] => &["127.0.0.1".to_owned()],
        hosts => hosts,
    };
    let mut builder = hosts.iter().fold(super::Etcd::builder(), |builder, host| {
        builder.endpoint(format!("{scheme}://{host}"))
    });
    if let Some(login) = &place.login {
        let (user, password) = login
            .split_once(':')
            .ok_or_else(|| Error::new("who logs in to etcd is written as `user:password@`"))?;
        builder = builder.user(decoded(user), decoded(password));
    }
    if let Some(options) = tls {
        builder = secured(builder, options)?;
    }
    Ok(Arc::new(builder.build()?))
}

#[cfg(all(feature = "etcd", feature = "tls"))]
fn secured(
    mut builder: super::EtcdBuilder,
    options: &[(String, String)],
) -> Result<super::EtcdBuilder, Error> {
    let read = |path: &str| {
        std::fs::read(path)
            .map_err(|error| Error::new(format!("`{path}` cannot be read")).with_source(error))
    };
    let option = |name: &str| {
        options
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    if let Some((unknown, _)) = options
        .iter()
        .find(|(name, _)| !["ca", "cert", "key", "domain"].contains(&&**name))
    {
        return Err(Error::new(format!(
            "`{unknown}` is no option of etcd: `ca`, `cert`, `key` or `domain` was expected"
        )));
    }
    if let Some(path) = option("ca") {
        builder = builder.ca_certificate(read(path)?);
    }
    match (option("cert"), option("key")) {
        (Some(certificate), Some(key)) => {
            builder = builder.client_certificate(read(certificate)?, read(key)?);
        }
        (None, None) => {}
        _ => return Err(Error::new("`cert` and `key` of etcd go together")),
    }
    if let Some(name) = option("domain") {
        builder = builder.domain_name(name);
    }
    Ok(builder)
}

#[cfg(all(feature = "etcd", not(feature = "tls")))]
fn secured(_: super::EtcdBuilder, _: &[(String, String)]) -> Result<super::EtcdBuilder, Error> {
    missing("etcds", "tls")
}

#[cfg(not(feature = "etcd"))]
fn etcd(_: &Place, _: Option<&[(String, String)]>) -> Result<Arc<dyn Registry>, Error> {
    missing("etcd", "etcd")
}

#[cfg(feature = "nats")]
fn nats(place: &Place) -> Result<Arc<dyn Registry>, Error> {
    let login = place.login.as_ref().map(|login| format!("{login}@"));
    let login = login.unwrap_or_default();
    let hosts = place.hosts.iter().map(|host| format!("{login}{host}"));
    Ok(Arc::new(super::Nats::new(hosts)?))
}

#[cfg(not(feature = "nats"))]
fn nats(_: &Place) -> Result<Arc<dyn Registry>, Error> {
    missing("nats", "nats")
}

#[cfg(feature = "zookeeper")]
fn zookeeper(place: &Place) -> Result<Arc<dyn Registry>, Error> {
    Ok(Arc::new(super::ZooKeeper::new(&place.hosts)?))
}

#[cfg(not(feature = "zookeeper"))]
fn zookeeper(_: &Place) -> Result<Arc<dyn Registry>, Error> {
    missing("zookeeper", "zookeeper")
}

#[cfg(feature = "gossip")]
fn gossip(place: &Place) -> Result<Arc<dyn Registry>, Error> {
    let [(option, listen)] = &place.options[..] else {
        return Err(Error::new(
            "gossip needs one option: `listen=IP:PORT`, where others reach this process",
        ));
    };
    let listen = listen
        .parse()
        .ok()
        .filter(|_| option == "listen")
        .ok_or_else(|| {
            Error::new(format!(
                "`{option}={listen}` is no option of gossip: `listen=IP:PORT` was expected"
            ))
        })?;
    Ok(Arc::new(super::Gossip::new(listen, place.hosts.clone())))
}

#[cfg(not(feature = "gossip"))]
fn gossip(_: &Place) -> Result<Arc<dyn Registry>, Error> {
    missing("gossip", "gossip")
}

#[cfg(feature = "mdns")]
fn mdns(place: &Place) -> Result<Arc<dyn Registry>, Error> {
    match &place.hosts[..] {
        [] => Ok(Arc::new(super::Mdns::new())),
        [interface] => match interface.parse() {
            Ok(interface) => Ok(Arc::new(super::Mdns::on(interface))),
            Err(_) => Err(Error::new(format!(
                "`{interface}` is no interface for multicast DNS: its IPv4 address was expected"
            ))),
        },
        _ => Err(Error::new("multicast DNS has one interface")),
    }
}

#[cfg(not(feature = "mdns"))]
fn mdns(_: &Place) -> Result<Arc<dyn Registry>, Error> {
    missing("mdns", "mdns")
}

#[cfg(feature = "consul")]
fn consul(place: &Place) -> Result<Arc<dyn Registry>, Error> {
    Ok(Arc::new(match &place.login {
        Some(token) => super::Consul::with_token(&place.hosts, &decoded(token))?,
        None => super::Consul::new(&place.hosts)?,
    }))
}

#[cfg(not(feature = "consul"))]
fn consul(_: &Place) -> Result<Arc<dyn Registry>, Error> {
    missing("consul", "consul")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: &str) -> Result<&'static str, String> {
        let registry = from_address(address).map_err(|error| error.to_string());
        registry.map(|registry| registry.kind())
    }

    #[test]
    fn what_is_no_address_says_what_is() {
        for (address, problem) in [
            (
                "redis://a",
                "`redis` is no kind of registry: `memory`, `etcd`, `etcds`, `nats`, `zookeeper`, `consul`, `mdns` or `gossip` was expected",
            ),
            (
                "memory:?a=b",
                "`a` is no option of a registry at `memory://`",
            ),
            ("memory:?a", "`a` is no option: `name=value` was expected"),
        ] {
            assert_eq!(kind(address).unwrap_err(), problem);
        }
        assert_eq!(kind("memory:").unwrap(), "memory");
        assert_eq!(kind("memory").unwrap(), "memory");
    }

    #[test]
    fn an_address_makes_its_registry_or_tells_the_feature() {
        for (address, feature, compiled_in) in [
            ("etcd://u:p@a:2379,b", "etcd", cfg!(feature = "etcd")),
            ("nats://u:p@a,b", "nats", cfg!(feature = "nats")),
            (
                "zookeeper://a,b:1",
                "zookeeper",
                cfg!(feature = "zookeeper"),
            ),
            (
                "gossip://a:1?listen=127.0.0.1:1",
                "gossip",
                cfg!(feature = "gossip"),
            ),
            ("mdns:", "mdns", cfg!(feature = "mdns")),
            ("mdns://127.0.0.1", "mdns", cfg!(feature = "mdns")),
            ("consul://token@a", "consul", cfg!(feature = "consul")),
            ("etcd:", "etcd", cfg!(feature = "etcd")),
        ] {
            let expected = match compiled_in {
                true => Ok(feature),
                false => Err(format!(
                    "a registry at `{feature}:` needs the feature `{feature}` of rmicro, which is not compiled in"
                )),
            };
            assert_eq!(kind(address), expected);
        }
    }

    #[cfg(feature = "etcd")]
    #[test]
    fn mistakes_in_an_address_of_etcd_are_named() {
        for (address, problem) in [
            (
                "etcd://a:x",
                "`http://a:x` is no endpoint of etcd: `host:port` was expected",
            ),
            (
                "etcd://u@a",
                "who logs in to etcd is written as `user:password@`",
            ),
            (
                "etcd://a?ca=b",
                "`ca` is no option of a registry at `etcd://`",
            ),
            #[cfg(feature = "tls")]
            ("etcds://a?ca=nowhere.pem", "`nowhere.pem` cannot be read"),
            #[cfg(feature = "tls")]
            ("etcds://a?cert=a", "`cert` and `key` of etcd go together"),
            #[cfg(not(feature = "tls"))]
            (
                "etcds://a",
                "a registry at `etcds:` needs the feature `tls` of rmicro, which is not compiled in",
            ),
        ] {
            assert_eq!(kind(address).unwrap_err(), problem);
        }
    }
}
