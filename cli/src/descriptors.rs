//! Where the methods come from: descriptor sets, `.proto` files, or the server itself.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use protoc_gen_rmicro::Config;
use rmicro::{Channel, Error, Pool};

use crate::args::Source;
use crate::reflection;

/// Services that describe other services, and are not for HTTP.
const REFLECTION: [&str; 2] = [
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// The methods, and the server that takes their calls.
pub(crate) struct Described {
    pub(crate) pool: Arc<Pool>,
    /// The full names of the services to serve.
    pub(crate) services: Vec<String>,
    pub(crate) upstream: Option<Channel>,
}

/// Reads or asks for descriptors.
///
/// # Errors
/// What is wrong with files or the server.
pub(crate) async fn describe(source: &Source) -> Result<Described, Error> {
    let upstream = source.upstream.as_deref().map(Channel::lazy).transpose()?;
    let mut builder = Pool::builder();
    let mut told = Vec::new();
    for path in &source.descriptor_set {
        let shown = path.display();
        let bytes = fs::read(path).map_err(|error| {
            Error::new(format!("cannot read the descriptor set `{shown}`")).with_source(error)
        })?;
        builder = builder.file_descriptor_set(&bytes);
    }
    if !source.proto.is_empty() {
        builder = builder.file_descriptor_set(&compile(source)?);
    }
    if let (true, Some(channel)) = (source.reflect, &upstream) {
        let reflected = reflection::ask(channel).await?;
        told = reflected.services;
        builder = builder.file_descriptor_set(&reflected.set);
    }
    let pool = builder
        .build()
        .map_err(|error| Error::new("the descriptors cannot be used").with_source(error))?;
    let mut services: Vec<String> = pool
        .services()
        .map(|service| service.full_name().to_owned())
        .collect();
    services.retain(|name| !REFLECTION.contains(&name.as_str()));
    if source.reflect && source.descriptor_set.is_empty() && source.proto.is_empty() {
        // Files that a service needs may describe others, which this server has not.
        services.retain(|name| told.contains(name));
    }
    if services.is_empty() {
        return Err(Error::new(
            "the descriptors have no service: give the files that declare one",
        ));
    }
    Ok(Described {
        pool: Arc::new(pool),
        services,
        upstream,
    })
}

fn compile(source: &Source) -> Result<Vec<u8>, Error> {
    let here = [PathBuf::from(".")];
    let includes = if source.proto_path.is_empty() {
        &here[..]
    } else {
        &source.proto_path
    };
    Config::new()
        .descriptors(&source.proto, includes)
        .map_err(|error| Error::new(format!("the .proto files cannot be compiled\n{error}")))
}
