//! Messages in JSON inside the frames of gRPC, `application/grpc+json`.

use bytes::Bytes;

use crate::guard::mapped;
use crate::json::{self, ParseOptions, PrintOptions};
use crate::pool::{MessageRef, MethodRef};
use crate::{Messages, Result, Status};

/// Turns the messages of one method from JSON and into it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transcoder {
    input: MessageRef<'static>,
    output: MessageRef<'static>,
}

impl Transcoder {
    pub(super) fn of(method: MethodRef<'static>) -> Self {
        Self {
            input: method.input(),
            output: method.output(),
        }
    }

    /// The request in wire form.
    ///
    /// # Errors
    /// INVALID_ARGUMENT where it is no JSON of its message; in a stream, as an item.
    pub(super) fn request(self, request: Messages) -> Result<Messages> {
        let parse = move |json: Bytes| {
            let wire = json::to_wire(self.input, &json, &ParseOptions::default());
            wire.map(Bytes::from)
                .map_err(|error| Status::invalid_argument(error.to_string()))
        };
        each(request, parse)
    }

    /// The response in JSON.
    ///
    /// # Errors
    /// INTERNAL where the handler's bytes are not those of its message; in a stream, as an item.
    pub(super) fn response(self, response: Messages) -> Result<Messages> {
        let print = move |wire: Bytes| {
            let mut out = Vec::with_capacity(2 * wire.len() + 2);
            json::from_wire(self.output, &wire, &PrintOptions::default(), &mut out).map_err(
                |error| {
                    Status::internal("the answer could not be written as JSON").with_source(error)
                },
            )?;
            Ok(out.into())
        };
        each(response, print)
    }
}

fn each(
    messages: Messages,
    mut turn: impl FnMut(Bytes) -> Result<Bytes> + Send + 'static,
) -> Result<Messages> {
    Ok(match messages {
        Messages::One(message) => Messages::One(turn(message)?),
        Messages::Stream(messages) => Messages::Stream(mapped(messages, turn)),
    })
}
