//! The text protocol of NATS, as far as publishing and subscribing need it.

use std::fmt;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use crate::Error;

/// The longest line that a server may send.
const LONGEST_LINE: usize = 64 * 1024;

/// The longest body that is taken; servers allow 1 MiB unless they are told otherwise.
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// Where a server is, and how to log in.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) address: String,
    login: Login,
}

#[derive(Clone)]
enum Login {
    None,
    Token(String),
    User(String, String),
}

impl Server {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::new("an address of NATS is not `nats://host:port`");
        let rest = match text.split_once("://") {
            Some(("nats", rest)) => rest,
            Some(_) => return Err(wrong()),
            None => text,
        };
        let (login, address) = match rest.trim_end_matches('/').rsplit_once('@') {
            None => (Login::None, rest.trim_end_matches('/')),
            Some((login, address)) => match login.split_once(':') {
                Some((user, password)) => (Login::User(decoded(user), decoded(password)), address),
                None => (Login::Token(decoded(login)), address),
            },
        };
        let authority: http::uri::Authority = address
            .parse()
            .map_err(|error| wrong().with_source(error))?;
        if authority.host().is_empty() {
            return Err(wrong());
        }
        let port = authority.port_u16().unwrap_or(4222);
        let address = format!("{}:{port}", authority.host());
        Ok(Self { address, login })
    }

    /// The first thing to send.
    pub(super) fn connect(&self) -> Vec<u8> {
        let mut options = serde_json::json!({
            "verbose": false,
            "pedantic": false,
            "name": "rmicro",
            "lang": "rust",
            "version": env!("CARGO_PKG_VERSION"),
            "protocol": 1,
            "headers": false,
        });
        match &self.login {
            Login::None => {}
            Login::Token(token) => options["auth_token"] = token.as_str().into(),
            Login::User(user, password) => {
                options["user"] = user.as_str().into();
                options["pass"] = password.as_str().into();
            }
        }
        format!("CONNECT {options}\r\n").into_bytes()
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// Without what it logs in by.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

pub(super) fn publish(subject: &str, reply: Option<&str>, body: &[u8]) -> Vec<u8> {
    let reply = reply.map(|reply| format!(" {reply}")).unwrap_or_default();
    let mut message = format!("PUB {subject}{reply} {}\r\n", body.len()).into_bytes();
    message.extend_from_slice(body);
    message.extend_from_slice(b"\r\n");
    message
}

pub(super) fn to_all(subjects: [&str; 2], body: &str) -> Vec<u8> {
    subjects
        .map(|subject| publish(subject, None, body.as_bytes()))
        .concat()
}

pub(super) fn ask_all(subjects: [&str; 2], reply: &str, body: &str) -> Vec<u8> {
    subjects
        .map(|subject| publish(subject, Some(reply), body.as_bytes()))
        .concat()
}

/// What a server says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Info,
    Ping,
    Pong,
    Ok,
    Error(String),
    Message {
        subject: String,
        reply: Option<String>,
        body: Vec<u8>,
    },
}

pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Said> {
    let mut line = Vec::new();
    let mut limited = from.take(LONGEST_LINE as u64);
    if limited.read_until(b'\n', &mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8_lossy(&line);
    let line = line.trim_end();
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    Ok(match word.to_ascii_uppercase().as_str() {
        "INFO" => Said::Info,
        "PING" => Said::Ping,
        "PONG" => Said::Pong,
        "+OK" => Said::Ok,
        "-ERR" => Said::Error(rest.trim_matches([' ', '\'']).to_owned()),
        "MSG" => {
            let parts: Vec<&str> = rest.split_ascii_whitespace().collect();
            let (subject, reply, length) = match parts[..] {
                [subject, _, length] => (subject, None, length),
                [subject, _, reply, length] => (subject, Some(reply.to_owned()), length),
                _ => return Err(malformed(line)),
            };
            let length: usize = length.parse().map_err(|_| malformed(line))?;
            if length > LONGEST_BODY {
                return Err(malformed(line));
            }
            let mut body = vec![0; length + 2];
            from.read_exact(&mut body).await?;
            body.truncate(length);
            Said::Message {
                subject: subject.to_owned(),
                reply,
                body,
            }
        }
        _ => return Err(malformed(line)),
    })
}

fn malformed(line: &str) -> std::io::Error {
    let line: String = line.chars().take(80).collect();
    std::io::Error::other(format!("`{line}` is nothing that a NATS server says"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_host_with_or_without_a_port_and_a_login() {
        for (text, address) in [
            ("a", "a:4222"),
            ("nats://a:1/", "a:1"),
            ("nats://u:p@a", "a:4222"),
            ("t@[::1]:1", "[::1]:1"),
        ] {
            assert_eq!(Server::parse(text).unwrap().address, address);
        }
        for bad in ["", "http://a", ":1", "a b"] {
            assert!(Server::parse(bad).is_err(), "{bad}");
        }
        let connect = Server::parse("nats://u:p%40@a").unwrap().connect();
        let connect = String::from_utf8(connect).unwrap();
        assert!(connect.contains(r#""pass":"p@""#), "{connect}");
    }

    #[tokio::test]
    async fn what_a_server_says_is_read_piece_by_piece() {
        let mut said = &b"INFO {}\r\nPING\r\n-ERR 'no'\r\nMSG a 1 3\r\nx\r\n\r\nmsg a 1 b 0\r\n\r\nnonsense\r\n"[..];
        let message = |reply: Option<&str>, body: &[u8]| Said::Message {
            subject: "a".into(),
            reply: reply.map(str::to_owned),
            body: body.into(),
        };
        for expected in [
            Said::Info,
            Said::Ping,
            Said::Error("no".into()),
            message(None, b"x\r\n"),
            message(Some("b"), b""),
        ] {
            assert_eq!(read(&mut said).await.unwrap(), expected);
        }
        assert_eq!(
            read(&mut said).await.unwrap_err().to_string(),
            "`nonsense` is nothing that a NATS server says"
        );
        let mut large = &b"MSG a 1 99999999999\r\n"[..];
        assert!(read(&mut large).await.is_err());
    }
}
