//! All records below a prefix, as they were at one moment.

use std::collections::BTreeMap;

use super::connection::Connection;
use super::etcdserverpb::{Kv, RangeRequest, RangeResponse};
use super::keys::end_of;
use crate::registry::Service;
use crate::registry::reader::Reader;
use crate::{Code, Result, Status};

/// How many keys are read at once, to begin with. Responses are limited to 4 MiB.
const PAGE: i64 = 256;

/// Records by key, and the revision that they were read at.
pub(super) struct Listing {
    pub(super) records: BTreeMap<String, Service>,
    pub(super) revision: i64,
}

pub(super) async fn list(
    connection: &Connection,
    reader: &Reader,
    prefix: &str,
) -> Result<Listing> {
    loop {
        match list_once(connection, reader, prefix).await {
            // The revision of the first page was compacted away before the last one was read.
            Err(status) if status.message().contains("compacted") => {}
            result => return result,
        }
    }
}

async fn list_once(connection: &Connection, reader: &Reader, prefix: &str) -> Result<Listing> {
    let end = end_of(prefix.as_bytes());
    let mut start = prefix.as_bytes().to_vec();
    let mut listing = Listing {
        records: BTreeMap::new(),
        revision: 0,
    };
    let mut limit = PAGE;
    loop {
        let request = RangeRequest {
            key: start.clone(),
            range_end: end.clone(),
            limit,
            revision: listing.revision,
        };
        let page: RangeResponse = match connection.unary(&Kv::RANGE, request).await {
            Err(status) if is_too_large(&status) && limit > 1 => {
                limit /= 2;
                continue;
            }
            page => page?,
        };
        if listing.revision == 0 {
            listing.revision = page.header.map_or(0, |header| header.revision);
        }
        match page.kvs.last() {
            Some(last) if page.more => {
                start.clone_from(&last.key);
                start.push(0);
            }
            _ => start.clear(),
        }
        for pair in page.kvs {
            let key = String::from_utf8_lossy(&pair.key).into_owned();
            if let Some(service) = reader.read(&key, &pair.value) {
                listing.records.insert(key, service);
            }
        }
        if start.is_empty() {
            return Ok(listing);
        }
    }
}

fn is_too_large(status: &Status) -> bool {
    // The first is what the peer answers, the second what this side does.
    status.code() == Code::ResourceExhausted || status.message().contains("too large")
}
