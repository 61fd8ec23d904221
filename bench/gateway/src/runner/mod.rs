//! The runner: what is asked, of whom, and what it cost.

pub(crate) mod client;
pub(crate) mod go;
pub(crate) mod load;
pub(crate) mod measure;
pub(crate) mod options;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod servers;

use std::process::Command;

use crate::Result;

/// Runs a command that must succeed.
fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} failed: {status}").into())
    }
}
