//! The client that loads the servers: HTTP/1.1 and no more of it than the answers here need, so that little of the
//! machine goes into asking.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use super::load::Load;
use crate::Result;

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer: its status, and where in the buffer its body was.
struct Answer {
    status: u16,
    body: usize,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 64 * 1024],
            filled: 0,
        })
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<()> {
        match self.exchange(request, &mut None).await? {
            Answer { status: 200, .. } => Ok(()),
            Answer { status, .. } => Err(format!("a request was answered with {status}").into()),
        }
    }

    /// Sends a request; the status and the body of its answer.
    pub(crate) async fn read(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        let mut body = Some(Vec::new());
        let answer = self.exchange(request, &mut body).await?;
        Ok((answer.status, body.unwrap_or_default()))
    }

    async fn exchange(&mut self, request: &[u8], keep: &mut Option<Vec<u8>>) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let end = loop {
            let from = self.filled.saturating_sub(3);
            self.fill().await?;
            if let Some(at) = find(&self.buffer[from..self.filled], b"\r\n\r\n") {
                break from + at;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end])?;
        let status = head.get(9..12).ok_or("an answer has no status")?.parse()?;
        let answer = Answer {
            status,
            body: end + 4,
        };
        match header(head, "content-length") {
            Some(length) => self.sized(answer.body, length.parse()?, keep).await?,
            None => self.chunked(answer.body, keep).await?,
        }
        Ok(answer)
    }

    /// Reads a body of known length.
    async fn sized(
        &mut self,
        start: usize,
        length: usize,
        keep: &mut Option<Vec<u8>>,
    ) -> Result<()> {
        let end = start + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while self.filled < end {
            self.fill().await?;
        }
        if let Some(keep) = keep {
            keep.extend_from_slice(&self.buffer[start..end]);
        }
        Ok(())
    }

    /// Reads a body in chunks.
    async fn chunked(&mut self, start: usize, keep: &mut Option<Vec<u8>>) -> Result<()> {
        let mut at = start;
        loop {
            let line = loop {
                match find(&self.buffer[at..self.filled], b"\r\n") {
                    Some(length) => break length,
                    None => at = self.more(at).await?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[at..at + line])?;
            let size =
                usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
            at += line + 2;
            while self.filled < at + size + 2 {
                at = self.more(at).await?;
            }
            if let Some(keep) = keep {
                keep.extend_from_slice(&self.buffer[at..at + size]);
            }
            at += size + 2;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// Reads on after what has been read up to `at` was thrown away; where `at` is now.
    async fn more(&mut self, at: usize) -> Result<usize> {
        self.buffer.copy_within(at..self.filled, 0);
        self.filled -= at;
        self.fill().await?;
        Ok(0)
    }

    async fn fill(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err("a server closed its connection".into()),
            count => {
                self.filled += count;
                Ok(())
            }
        }
    }
}

/// Asks over `connections` at once for that time; how long each request took.
pub(crate) async fn run(
    address: &str,
    load: &Load,
    connections: usize,
    time: Duration,
) -> Result<Vec<Duration>> {
    let requests = Rc::new(load.requests.clone());
    let until = Instant::now() + time;
    let local = LocalSet::new();
    let mut tasks = Vec::new();
    for start in 0..connections {
        let (mut connection, requests) = (Connection::open(address).await?, requests.clone());
        tasks.push(local.spawn_local(async move {
            let mut took = Vec::new();
            let turns = requests
                .iter()
                .cycle()
                .skip(start * requests.len() / connections);
            for request in turns {
                let asked = Instant::now();
                if asked >= until {
                    break;
                }
                connection
                    .ask(request)
                    .await
                    .map_err(|error| error.to_string())?;
                took.push(asked.elapsed());
            }
            Ok::<_, String>(took)
        }));
    }
    local
        .run_until(async move {
            let mut all = Vec::new();
            for task in tasks {
                all.extend(task.await??);
            }
            Ok(all)
        })
        .await
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
