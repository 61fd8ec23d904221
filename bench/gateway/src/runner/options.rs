//! What the runner is told on its command line.

use std::time::Duration;

use crate::Result;

/// How the servers are measured.
pub(crate) struct Options {
    /// How often every server takes every load.
    pub(crate) rounds: usize,
    /// How long each time, after a warm-up of a quarter of that.
    pub(crate) time: Duration,
    /// How many connections are asked over at once.
    pub(crate) connections: usize,
    /// Parts of the names of the servers that take part; all do if there are none.
    servers: Vec<String>,
    /// Parts of the names of the loads that are run; all are if there are none.
    loads: Vec<String>,
}

impl Options {
    pub(crate) const HELP: &str = "\
cargo run --release -- [--rounds N] [--seconds S] [--connections N] [--server NAME]... [--load NAME]...

  --rounds N       how often every server takes every load (5)
  --seconds S      how long each time (2)
  --connections N  how many connections are asked over at once (32)
  --server NAME    only servers with NAME in their names; may come again
  --load NAME      only loads with NAME in their names; may come again";

    /// What the arguments say; `None` if they ask for help.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            rounds: 5,
            time: Duration::from_secs(2),
            connections: 32,
            servers: Vec::new(),
            loads: Vec::new(),
        };
        while let Some(flag) = args.next() {
            if flag == "--help" || flag == "-h" {
                return Ok(None);
            }
            let value = args
                .next()
                .ok_or_else(|| format!("`{flag}` needs a value"))?;
            match flag.as_str() {
                "--rounds" => options.rounds = value.parse::<usize>()?.max(1),
                "--seconds" => options.time = Duration::try_from_secs_f64(value.parse()?)?,
                "--connections" => options.connections = value.parse::<usize>()?.max(1),
                "--server" => options.servers.push(value),
                "--load" => options.loads.push(value),
                _ => {
                    return Err(
                        format!("there is no `{flag}`; `--help` tells what there is").into(),
                    );
                }
            }
        }
        Ok(Some(options))
    }

    /// Whether some server with that in its name takes part.
    pub(crate) fn wants(&self, server: &str) -> bool {
        self.servers.is_empty()
            || self
                .servers
                .iter()
                .any(|part| server.contains(part.as_str()) || part.contains(server))
    }

    /// Whether the server takes part.
    pub(crate) fn has_server(&self, name: &str) -> bool {
        self.servers.is_empty() || self.servers.iter().any(|part| name.contains(part.as_str()))
    }

    /// Whether the load is run.
    pub(crate) fn has_load(&self, name: &str) -> bool {
        self.loads.is_empty() || self.loads.iter().any(|part| name.contains(part.as_str()))
    }
}
