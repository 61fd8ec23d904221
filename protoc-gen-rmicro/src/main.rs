//! The plugin `protoc-gen-rmicro`: the only place that touches standard input, standard output and the arguments.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("protoc-gen-rmicro: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    if let Some(argument) = std::env::args().nth(1) {
        let text = match argument.as_str() {
            "--help" | "-h" => protoc_gen_rmicro::help(),
            "--version" | "-V" => format!("protoc-gen-rmicro {}\n", env!("CARGO_PKG_VERSION")),
            _ => {
                return Err(format!(
                    "unknown argument `{argument}`; known are `--help` and `--version`"
                ));
            }
        };
        return write(text.as_bytes());
    }
    if std::io::stdin().is_terminal() {
        return Err("it is a plugin that protoc and buf call; `--help` tells more".to_owned());
    }
    let mut request = Vec::new();
    std::io::stdin()
        .read_to_end(&mut request)
        .map_err(|error| format!("cannot read standard input: {error}"))?;
    let answer = protoc_gen_rmicro::answer(&request)?;
    eprint!("{}", answer.warnings);
    write(&answer.response)
}

fn write(bytes: &[u8]) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to standard output: {error}"))
}
