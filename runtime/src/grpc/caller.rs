//! Who calls: one of go-micro's clients, or any other.

use http::HeaderMap;

use crate::{MicroError, Status};

/// What every go-micro client sends, and nobody else.
const X_CONTENT_TYPE: &str = "x-content-type";

/// Who calls.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// A go-micro client, which reads errors in its own form.
    Micro {
        /// Who fails where a status does not say: the name that the client knows the service by.
        id: Box<str>,
    },
    /// Any other.
    Standard,
}

impl Caller {
    /// The caller of `path` by its headers.
    pub(super) fn of(path: &str, headers: &HeaderMap) -> Self {
        if !headers.contains_key(X_CONTENT_TYPE) {
            return Caller::Standard;
        }
        let service = path.trim_start_matches('/').split('/').next();
        let service = service.unwrap_or_default();
        let id = service.rsplit_once('.').map_or(service, |(name, _)| name);
        Caller::Micro { id: id.into() }
    }

    /// Whether it is a go-micro client.
    pub(super) fn is_micro(&self) -> bool {
        matches!(self, Caller::Micro { .. })
    }

    /// `status` as this caller reads it.
    pub(super) fn status(&self, status: Status) -> Status {
        match self {
            Caller::Micro { id } => MicroError::status_for_micro(status, id),
            Caller::Standard => MicroError::status_for_others(status),
        }
    }

    /// Takes away what the client's machinery says to the server's, which no handler needs to see.
    pub(super) fn strip(&self, headers: &mut HeaderMap) {
        if self.is_micro() {
            headers.remove(X_CONTENT_TYPE);
            headers.remove("timeout");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_name_that_the_client_knows_the_service_by() {
        let mut headers = HeaderMap::new();
        headers.insert(
            X_CONTENT_TYPE,
            http::HeaderValue::from_static("application/grpc+proto"),
        );
        for (path, expected) in [
            (
                "/go.micro.server.worker.Greeter/Hello",
                "go.micro.server.worker",
            ),
            ("/Greeter/Hello", "Greeter"),
            ("", ""),
        ] {
            let Caller::Micro { id } = Caller::of(path, &headers) else {
                panic!("{path} came from go-micro")
            };
            assert_eq!(&*id, expected);
        }
        assert!(!Caller::of("/a.B/C", &HeaderMap::new()).is_micro());
    }
}
