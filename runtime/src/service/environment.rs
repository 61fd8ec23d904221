//! What the environment sets: go-micro's variables.

use std::sync::Arc;
use std::time::Duration;

use super::Options;
use crate::Error;
use crate::registry::{Registry, from_address};

/// Settings from `MICRO_*` variables, which win over those of the program.
#[derive(Default)]
pub(super) struct Environment {
    name: Option<String>,
    id: Option<String>,
    version: Option<String>,
    address: Option<String>,
    advertise: Option<String>,
    metadata: Vec<(String, String)>,
    registry: Option<Arc<dyn Registry>>,
    register_ttl: Option<Duration>,
    register_interval: Option<Duration>,
}

impl Environment {
    /// Takes in what `variable` says of each name. A variable that is empty is as good as none.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let seconds = |name: &str| match variable(name) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
                Err(_) => Err(wrong(name, &text, "a number of seconds")),
            },
        };
        let metadata = match variable("MICRO_SERVER_METADATA") {
            None => Vec::new(),
            Some(text) => text
                .split(',')
                .map(|pair| match pair.split_once('=') {
                    Some((key, value)) => Ok((key.trim().to_owned(), value.to_owned())),
                    None => Err(wrong(
                        "MICRO_SERVER_METADATA",
                        &text,
                        "`key=value,key=value`",
                    )),
                })
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            name: variable("MICRO_SERVER_NAME"),
            id: variable("MICRO_SERVER_ID"),
            version: variable("MICRO_SERVER_VERSION"),
            address: variable("MICRO_SERVER_ADDRESS"),
            advertise: variable("MICRO_SERVER_ADVERTISE"),
            metadata,
            registry: registry(
                variable("MICRO_REGISTRY"),
                variable("MICRO_REGISTRY_ADDRESS"),
            )?,
            register_ttl: seconds("MICRO_REGISTER_TTL")?,
            register_interval: seconds("MICRO_REGISTER_INTERVAL")?,
        })
    }

    /// `options` with what the environment sets.
    pub(super) fn apply(self, options: &mut Options) {
        fn set<T>(option: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *option = value;
            }
        }
        set(&mut options.name, self.name);
        set(&mut options.id, self.id);
        set(&mut options.version, self.version);
        set(&mut options.address, self.address);
        set(&mut options.advertise, self.advertise.map(Some));
        options.metadata.extend(self.metadata);
        set(&mut options.registry, self.registry);
        set(&mut options.register_ttl, self.register_ttl);
        set(&mut options.register_interval, self.register_interval);
    }
}

/// go-micro keeps kind and hosts apart; an address may hold both.
fn registry(
    kind: Option<String>,
    address: Option<String>,
) -> Result<Option<Arc<dyn Registry>>, Error> {
    let address = match (kind, address) {
        (None, None) => return Ok(None),
        (_, Some(address)) if address.contains("://") => address,
        (Some(kind), address) if kind.contains(':') && address.is_none() => kind,
        (Some(kind), address) => format!("{kind}://{}", address.unwrap_or_default()),
        (None, Some(address)) => {
            return Err(Error::new(format!(
                "MICRO_REGISTRY_ADDRESS is `{address}` without MICRO_REGISTRY: `etcd` or another kind of registry was expected"
            )));
        }
    };
    from_address(&address).map(Some)
}

fn wrong(name: &str, value: &str, expected: &str) -> Error {
    Error::new(format!("{name} is `{value}`: {expected} was expected"))
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServiceBuilder;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        let environment =
            Environment::read(|name| find(name).map(|(_, value)| (*value).to_owned()));
        environment.map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_wins_whatever_the_order_of_the_calls() {
        let variables = [
            ("MICRO_SERVER_NAME", "env"),
            ("MICRO_SERVER_ID", "7"),
            ("MICRO_SERVER_VERSION", ""),
            ("MICRO_SERVER_ADDRESS", ":7"),
            ("MICRO_SERVER_ADVERTISE", "a:7"),
            ("MICRO_SERVER_METADATA", "zone=a,b=c=d"),
            ("MICRO_REGISTRY", "memory"),
            ("MICRO_REGISTER_TTL", "5"),
            ("MICRO_REGISTER_INTERVAL", "2"),
        ];
        let builder = ServiceBuilder::new().environment(read(&variables).unwrap());
        let service = builder.name("code").version("2").build();
        let options = service.options;
        assert_eq!(
            (
                &*options.name,
                &*options.id,
                &*options.version,
                &*options.address
            ),
            ("env", "7", "2", ":7")
        );
        assert_eq!(options.advertise.as_deref(), Some("a:7"));
        let metadata = [("zone", "a"), ("b", "c=d")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(options.metadata, metadata);
        assert_eq!(options.register_ttl, Duration::from_secs(5));
        assert_eq!(options.register_interval, Duration::from_secs(2));
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (name, value, problem) in [
            (
                "MICRO_REGISTER_TTL",
                "1m",
                "MICRO_REGISTER_TTL is `1m`: a number of seconds was expected",
            ),
            (
                "MICRO_SERVER_METADATA",
                "a",
                "MICRO_SERVER_METADATA is `a`: `key=value,key=value` was expected",
            ),
            (
                "MICRO_REGISTRY_ADDRESS",
                "a:1",
                "MICRO_REGISTRY_ADDRESS is `a:1` without MICRO_REGISTRY: `etcd` or another kind of registry was expected",
            ),
            (
                "MICRO_REGISTRY",
                "memory://x?a=b",
                "`a` is no option of a registry at `memory://`",
            ),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err(), problem);
        }
    }
}
