//! The testee: requests on standard input and responses on standard output, each with its length in four bytes in front.

use std::io::{self, ErrorKind, Read, Write};

use conformance::{Request, Response, answer, pool};
use prost::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pool = pool()?;
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut length = [0; 4];
    loop {
        match input.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let mut request = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut request)?;
        let response = Response {
            result: Some(answer(&pool, &Request::decode(&*request)?)),
        };
        output.write_all(&u32::try_from(response.encoded_len())?.to_le_bytes())?;
        output.write_all(&response.encode_to_vec())?;
        output.flush()?;
    }
}
