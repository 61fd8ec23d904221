//! Which nodes a client may call at all.

use std::fmt;
use std::sync::Arc;

use crate::registry::{Node, Service};

type Filter = dyn Fn(&Service, &Node) -> bool + Send + Sync;

/// Filters that a node must pass, all of them.
#[derive(Clone, Default)]
pub(super) struct Filters(Vec<Arc<Filter>>);

impl Filters {
    pub(super) fn push(
        &mut self,
        filter: impl Fn(&Service, &Node) -> bool + Send + Sync + 'static,
    ) {
        self.0.push(Arc::new(filter));
    }

    pub(super) fn pass(&self, service: &Service, node: &Node) -> bool {
        self.0.iter().all(|filter| filter(service, node))
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} filters", self.0.len())
    }
}
