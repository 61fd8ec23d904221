//! The reflection service, `grpc.reflection.v1` and the older `v1alpha`, from the descriptors of what is registered.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use prost::{Message, Oneof};

use super::FILES;
use crate::pool::FileRef;
use crate::{BidiStreaming, Code, Pool, Result, Routes, ServiceDef, Streaming};

const V1: ServiceDef = FILES.service("grpc.reflection.v1.ServerReflection");
const V1_INFO: BidiStreaming<Request, Response> = V1.bidi_streaming("ServerReflectionInfo");
const V1ALPHA: ServiceDef = FILES.service("grpc.reflection.v1alpha.ServerReflection");
const V1ALPHA_INFO: BidiStreaming<Request, Response> =
    V1ALPHA.bidi_streaming("ServerReflectionInfo");

/// What is told: the services and the pools that describe them.
struct Reflection {
    services: BTreeSet<&'static str>,
    pools: Vec<&'static Arc<Pool>>,
}

/// Registers reflection over all that `routes` serve, unless the program has its own.
pub(crate) fn register(routes: &mut Routes) {
    if routes.has(&V1) || routes.has(&V1ALPHA) {
        return;
    }
    let mut reflection = Reflection {
        services: BTreeSet::from([V1.name(), V1ALPHA.name()]),
        pools: Vec::new(),
    };
    for service in routes.services().iter().chain([&V1]) {
        reflection.services.insert(service.name());
        match service.descriptors().pool() {
            Ok(pool)
                if reflection
                    .pools
                    .iter()
                    .any(|known| Arc::ptr_eq(known, pool)) => {}
            Ok(pool) => reflection.pools.push(pool),
            Err(error) => {
                tracing::warn!(service = service.name(), %error, "reflection cannot tell of a service");
            }
        }
    }
    let reflection = Arc::new(reflection);
    for (service, method) in [(&V1, &V1_INFO), (&V1ALPHA, &V1ALPHA_INFO)] {
        routes
            .service(service, reflection.clone())
            .bidi_streaming(method, |reflection, _, requests| {
                info((*reflection).clone(), requests)
            });
    }
}

async fn info(
    reflection: Arc<Reflection>,
    requests: Streaming<Request>,
) -> Result<Streaming<Response>> {
    // A file that was sent once on a stream is not sent on it again.
    let mut sent = BTreeSet::new();
    Ok(Streaming::new(requests.map(move |request| {
        let request = request?;
        let answer = reflection.answer(&request, &mut sent);
        Ok(Response {
            valid_host: request.host.clone(),
            original_request: Some(request),
            answer: Some(answer),
        })
    })))
}

impl Reflection {
    fn answer(&self, request: &Request, sent: &mut BTreeSet<String>) -> Answer {
        let missing = |what: &str| {
            Answer::Error(ErrorResponse {
                error_code: Code::NotFound as i32,
                error_message: format!("{what} is not known here"),
            })
        };
        let file = |find: &dyn Fn(&'static Pool) -> Option<FileRef<'static>>, what: &str, sent| {
            let mut pools = self.pools.iter();
            match pools.find_map(|pool| Some((*pool, find(pool)?))) {
                Some((pool, file)) => Answer::Files(FileResponse {
                    file_descriptor_proto: with_imports(pool, file, sent),
                }),
                None => missing(what),
            }
        };
        match &request.query {
            Some(Query::FileByFilename(name)) => file(&|pool| pool.file(name), name, sent),
            Some(Query::FileContainingSymbol(symbol)) => {
                let symbol = symbol.trim_start_matches('.');
                file(&|pool| pool.file_by_symbol(symbol), symbol, sent)
            }
            Some(Query::FileContainingExtension(extension)) => {
                let number = u32::try_from(extension.extension_number).unwrap_or(0);
                let what = format!("extension {number} of {}", extension.containing_type);
                let find = |pool: &'static Pool| {
                    pool.file_by_extension(&extension.containing_type, number)
                };
                file(&find, &what, sent)
            }
            Some(Query::AllExtensionNumbersOfType(name)) => {
                let mut messages = self.pools.iter().filter_map(|pool| pool.message(name));
                let Some(message) = messages.next() else {
                    return missing(name);
                };
                let others = messages.flat_map(|message| message.extensions());
                let numbers: BTreeSet<_> = message
                    .extensions()
                    .chain(others)
                    .map(|extension| extension.number())
                    .collect();
                Answer::Extensions(ExtensionNumbers {
                    base_type_name: name.clone(),
                    extension_number: numbers
                        .into_iter()
                        .filter_map(|number| i32::try_from(number).ok())
                        .collect(),
                })
            }
            Some(Query::ListServices(_)) => Answer::Services(ServiceList {
                service: self
                    .services
                    .iter()
                    .map(|name| ServiceName {
                        name: (*name).to_owned(),
                    })
                    .collect(),
            }),
            None => Answer::Error(ErrorResponse {
                error_code: Code::InvalidArgument as i32,
                error_message: "the request asks for nothing".to_owned(),
            }),
        }
    }
}

/// `file` and all that it imports, but for what was `sent` already.
fn with_imports(
    pool: &'static Pool,
    file: FileRef<'static>,
    sent: &mut BTreeSet<String>,
) -> Vec<Vec<u8>> {
    let mut files = vec![file];
    let mut next = 0;
    // The file that was asked for goes out in any case.
    sent.insert(file.name().to_owned());
    while let Some(file) = files.get(next).copied() {
        next += 1;
        for name in file.dependencies() {
            if sent.insert(name.to_owned()) {
                files.extend(pool.file(name));
            }
        }
    }
    files.iter().map(|file| file.bytes().to_vec()).collect()
}

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(string, tag = "1")]
    host: String,
    #[prost(oneof = "Query", tags = "3, 4, 5, 6, 7")]
    query: Option<Query>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Query {
    #[prost(string, tag = "3")]
    FileByFilename(String),
    #[prost(string, tag = "4")]
    FileContainingSymbol(String),
    #[prost(message, tag = "5")]
    FileContainingExtension(Extension),
    #[prost(string, tag = "6")]
    AllExtensionNumbersOfType(String),
    #[prost(string, tag = "7")]
    ListServices(String),
}

#[derive(Clone, PartialEq, Message)]
struct Extension {
    #[prost(string, tag = "1")]
    containing_type: String,
    #[prost(int32, tag = "2")]
    extension_number: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(string, tag = "1")]
    valid_host: String,
    #[prost(message, optional, tag = "2")]
    original_request: Option<Request>,
    #[prost(oneof = "Answer", tags = "4, 5, 6, 7")]
    answer: Option<Answer>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Answer {
    #[prost(message, tag = "4")]
    Files(FileResponse),
    #[prost(message, tag = "5")]
    Extensions(ExtensionNumbers),
    #[prost(message, tag = "6")]
    Services(ServiceList),
    #[prost(message, tag = "7")]
    Error(ErrorResponse),
}

#[derive(Clone, PartialEq, Message)]
struct FileResponse {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file_descriptor_proto: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct ExtensionNumbers {
    #[prost(string, tag = "1")]
    base_type_name: String,
    #[prost(int32, repeated, tag = "2")]
    extension_number: Vec<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceList {
    #[prost(message, repeated, tag = "1")]
    service: Vec<ServiceName>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceName {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct ErrorResponse {
    #[prost(int32, tag = "1")]
    error_code: i32,
    #[prost(string, tag = "2")]
    error_message: String,
}
