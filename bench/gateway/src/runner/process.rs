//! A server as a process: started, watched through `/proc`, and ended.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use std::io::{BufRead as _, BufReader};

use crate::Result;

/// A server that runs.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
}

impl Process {
    /// Starts a server and waits until it says where it listens.
    pub(crate) fn start(program: &Path, args: &[String]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let stdout = child.stdout.take().ok_or("a server has no output")?;
        let mut process = Self {
            child,
            address: String::new(),
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ");
        process.address = address
            .ok_or_else(|| format!("{} did not say where it listens", program.display()))?
            .to_owned();
        Ok(process)
    }

    /// The processor time that it has used.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Fields 14 and 15, in ticks of 10 ms; the name in field 2 may hold spaces.
        let rest = stat.rsplit_once(')').ok_or("/proc is not as expected")?.1;
        let ticks = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>);
        let mut sum = 0;
        for count in ticks {
            sum += count?;
        }
        Ok(Duration::from_millis(sum * 10))
    }

    /// The memory that it has in use, in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("/proc is not as expected")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
