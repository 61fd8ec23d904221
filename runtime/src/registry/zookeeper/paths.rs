//! Where records are in ZooKeeper.

use crate::Error;

/// In front of all records.
pub(super) const ROOT: &str = "/micro-registry";

pub(super) fn of_node(service: &str, node: &str) -> Result<String, Error> {
    Ok(format!(
        "{}/{}",
        of_service(service)?,
        part(node, "id of a node")?
    ))
}

pub(super) fn of_service(service: &str) -> Result<String, Error> {
    Ok(format!("{ROOT}/{}", part(service, "name of a service")?))
}

/// As go-micro writes it: `-` for `/`. ZooKeeper refuses some names, and some characters.
fn part(name: &str, what: &str) -> Result<String, Error> {
    let refused = |char: char| {
        char.is_control() || matches!(char, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}')
    };
    if matches!(name, "" | "." | "..") || name.contains(refused) {
        return Err(Error::new(format!(
            "`{}` cannot be the {what} in a registry",
            name.escape_debug()
        )));
    }
    Ok(name.replace('/', "-"))
}

/// `host:port`
pub(super) fn server(address: &str) -> Result<String, Error> {
    let wrong = || {
        Error::new(format!(
            "`{address}` is no address of ZooKeeper: `host:port` was expected"
        ))
    };
    let authority: http::uri::Authority = address
        .parse()
        .map_err(|error| wrong().with_source(error))?;
    if authority.host().is_empty() || address.contains('@') {
        return Err(wrong());
    }
    Ok(format!(
        "{}:{}",
        authority.host(),
        authority.port_u16().unwrap_or(2181)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_go_micro() {
        assert_eq!(of_node("a/b", "c/1").unwrap(), "/micro-registry/a-b/c-1");
        for bad in ["", ".", "..", "a\0"] {
            assert!(of_service(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_server_is_a_host_with_or_without_a_port() {
        assert_eq!(server("a").unwrap(), "a:2181");
        assert_eq!(server("[::1]:1").unwrap(), "[::1]:1");
        for bad in ["", ":1", "http://a", "a b"] {
            assert!(server(bad).is_err(), "{bad}");
        }
    }
}
