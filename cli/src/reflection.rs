//! Asks a server for its services by gRPC server reflection, `grpc.reflection.v1` or the older `v1alpha`.
//!
//! Both have the same messages; they are written out here as far as they are needed.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use prost::{Message, Oneof};
use rmicro::descriptor::FileDescriptorProto;
use rmicro::{Backend, Channel, Code, Context, Error, Kind, Messages, Method, Status, Streaming};

/// What a server tells.
pub(crate) struct Reflected {
    pub(crate) services: Vec<String>,
    /// A serialized `FileDescriptorSet` of all files that they need.
    pub(crate) set: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(oneof = "Question", tags = "3, 4, 7")]
    question: Option<Question>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Question {
    #[prost(string, tag = "3")]
    FileByName(String),
    #[prost(string, tag = "4")]
    FileContainingSymbol(String),
    #[prost(string, tag = "7")]
    ListServices(String),
}

#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(oneof = "Answer", tags = "4, 6, 7")]
    answer: Option<Answer>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Answer {
    #[prost(message, tag = "4")]
    Files(Files),
    #[prost(message, tag = "6")]
    Services(Services),
    #[prost(message, tag = "7")]
    Error(Failure),
}

#[derive(Clone, PartialEq, Message)]
struct Files {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    files: Vec<Bytes>,
}

#[derive(Clone, PartialEq, Message)]
struct Services {
    #[prost(message, repeated, tag = "1")]
    services: Vec<Named>,
}

#[derive(Clone, PartialEq, Message)]
struct Named {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct Failure {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// A `FileDescriptorSet`, with its files as they came: what we do not know of them is kept.
#[derive(Clone, PartialEq, Message)]
struct Set {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    files: Vec<Bytes>,
}

/// Asks the server for all its services and the files that declare them.
///
/// # Errors
/// The server cannot be reached, or has no reflection, or does not know what it names.
pub(crate) async fn ask(channel: &Channel) -> Result<Reflected, Error> {
    let mut asker = Asker {
        channel,
        method: method("v1"),
        files: BTreeMap::new(),
    };
    let listed = match asker.services().await {
        Err(status) if status.code() == Code::Unimplemented => {
            asker.method = method("v1alpha");
            asker.services().await
        }
        listed => listed,
    };
    let endpoint = channel.endpoint();
    let services = listed.map_err(|status| match status.code() {
        Code::Unimplemented => Error::new(format!(
            "the server at `{endpoint}` has no reflection: switch it on there, or give --descriptor-set or --proto"
        )),
        Code::Unavailable => Error::new(format!("{}: is the server running?", status.message())),
        _ => Error::new(format!("the server at `{endpoint}` does not tell its services")).with_source(status),
    })?;
    for service in &services {
        let question = Question::FileContainingSymbol(service.clone());
        asker.collect(question).await.map_err(|status| {
            Error::new(format!(
                "the server at `{endpoint}` does not describe its service `{service}`"
            ))
            .with_source(status)
        })?;
    }
    let set = Set {
        files: asker.files.into_values().collect(),
    };
    Ok(Reflected {
        services,
        set: set.encode_to_vec(),
    })
}

fn method(version: &str) -> Method {
    Method::new(
        &format!("grpc.reflection.{version}.ServerReflection"),
        "ServerReflectionInfo",
        Kind::BidiStreaming,
    )
}

struct Asker<'a> {
    channel: &'a Channel,
    method: Method,
    /// By their names.
    files: BTreeMap<String, Bytes>,
}

impl Asker<'_> {
    async fn services(&self) -> Result<Vec<String>, Status> {
        match self.question(Question::ListServices(String::new())).await? {
            Answer::Services(services) => Ok(services
                .services
                .into_iter()
                .map(|service| service.name)
                .collect()),
            _ => Err(Status::internal(
                "the answer to a question for services is something else",
            )),
        }
    }

    /// Asks for a file and then, name by name, for all that it imports: a server may send one file alone.
    async fn collect(&mut self, question: Question) -> Result<(), Status> {
        let mut wanted = self.keep(question).await?;
        while let Some(name) = wanted.pop_first() {
            if self.files.contains_key(&name) {
                continue;
            }
            match self.keep(Question::FileByName(name.clone())).await {
                Ok(more) => wanted.extend(more),
                // Servers made from stripped descriptors do not know such imports by name; here they are bundled.
                Err(_) if rmicro::bundled::file(&name).is_some() => {}
                Err(status) => return Err(status),
            }
        }
        Ok(())
    }

    /// Keeps the files of an answer; what they import.
    async fn keep(&mut self, question: Question) -> Result<BTreeSet<String>, Status> {
        let Answer::Files(files) = self.question(question).await? else {
            return Err(Status::internal(
                "the answer to a question for a file is something else",
            ));
        };
        let mut imports = BTreeSet::new();
        for bytes in files.files {
            let file = FileDescriptorProto::decode(bytes.clone()).map_err(|error| {
                Status::internal("the server sent a file that is none").with_source(error)
            })?;
            imports.extend(file.dependency.iter().cloned());
            self.files.entry(file.name().to_owned()).or_insert(bytes);
        }
        Ok(imports)
    }

    /// One question, on a stream of its own.
    async fn question(&self, question: Question) -> Result<Answer, Status> {
        let request = Request {
            question: Some(question),
        };
        let request = Bytes::from(request.encode_to_vec());
        let request = Messages::Stream(Streaming::new(Once(Some(request))));
        let answer = match self
            .channel
            .call(Context::new(), &self.method, request)
            .await?
        {
            Messages::Stream(mut answers) => answers.message().await?,
            Messages::One(answer) => Some(answer),
        };
        let answer =
            answer.ok_or_else(|| Status::internal("the server ended without an answer"))?;
        let answer = Response::decode(answer).map_err(|error| {
            Status::internal("the answer is no message of reflection").with_source(error)
        })?;
        match answer.answer {
            Some(Answer::Error(failure)) => Err(Status::new(
                Code::from_number(failure.code),
                failure.message,
            )),
            Some(answer) => Ok(answer),
            None => Err(Status::internal("the answer has nothing in it")),
        }
    }
}

/// A stream of one message.
struct Once(Option<Bytes>);

impl rmicro::Stream for Once {
    type Item = rmicro::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}
