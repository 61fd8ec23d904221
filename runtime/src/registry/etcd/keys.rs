//! Where records are in etcd.

use crate::Error;

/// In front of all records.
pub(super) const PREFIX: &str = "/micro/registry/";

/// The key of a node.
pub(super) fn of_node(service: &str, node: &str) -> Result<String, Error> {
    Ok(of_service(service)? + &part(node, "id of a node")?)
}

/// In front of the nodes of a service.
pub(super) fn of_service(service: &str) -> Result<String, Error> {
    Ok(format!("{PREFIX}{}/", part(service, "name of a service")?))
}

/// As go-micro writes it: `-` for `/`. It joins the parts as a path, so some would not stay where they are.
fn part(name: &str, what: &str) -> Result<String, Error> {
    match name {
        "" | "." | ".." => Err(Error::new(format!(
            "`{name}` cannot be the {what} in a registry"
        ))),
        _ => Ok(name.replace('/', "-")),
    }
}

/// The first key after all that start with `prefix`.
pub(super) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // To etcd, all keys from the prefix on.
    vec![0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_go_micro() {
        assert_eq!(
            of_node("go.x", "go.x-1").unwrap(),
            "/micro/registry/go.x/go.x-1"
        );
        assert_eq!(
            of_node("a/b", "c/\u{e9}").unwrap(),
            "/micro/registry/a-b/c-\u{e9}"
        );
        for bad in ["", ".", ".."] {
            let error = of_service(bad).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{bad}` cannot be the name of a service in a registry")
            );
        }
    }

    #[test]
    fn the_end_of_a_prefix_is_the_next_one() {
        assert_eq!(end_of(b"a/"), b"a0");
        assert_eq!(end_of(b"a\xff"), b"b");
        assert_eq!(end_of(b"\xff"), [0]);
    }
}
