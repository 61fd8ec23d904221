//! Which node a call goes to.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Peer;
use crate::{Context, Method};

/// A call that a node is wanted for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Pick<'a> {
    /// The name that the service is registered under.
    pub service: &'a str,
    /// The method that is called.
    pub method: &'a Method,
    /// What the caller says.
    pub ctx: &'a Context,
    /// How many calls of this service the client has made before.
    pub turn: usize,
}

impl<'a> Pick<'a> {
    pub(super) fn new(service: &'a str, method: &'a Method, ctx: &'a Context, turn: usize) -> Self {
        Self {
            service,
            method,
            ctx,
            turn,
        }
    }
}

/// Chooses a node for each call.
pub trait Picker: Send + Sync + 'static {
    /// The index of the chosen one among `peers`, which are never none and come ordered by their ids. An index beyond
    /// the end means the last.
    fn pick(&self, call: &Pick<'_>, peers: &[Peer]) -> usize;
}

/// The less busy of two nodes taken at random: as good as the least busy of all, without all clients running for the same
/// one. The default.
#[derive(Debug, Default)]
pub struct PowerOfTwo(Dice);

impl Picker for PowerOfTwo {
    fn pick(&self, _: &Pick<'_>, peers: &[Peer]) -> usize {
        if peers.len() < 2 {
            return 0;
        }
        let one = self.0.below(peers.len());
        // Any but the first one.
        let other = (one + 1 + self.0.below(peers.len() - 1)) % peers.len();
        if peers[other].outstanding() < peers[one].outstanding() {
            other
        } else {
            one
        }
    }
}

/// One node after the other, for each service on its own.
#[derive(Debug, Default)]
pub struct RoundRobin;

impl Picker for RoundRobin {
    fn pick(&self, call: &Pick<'_>, peers: &[Peer]) -> usize {
        call.turn % peers.len()
    }
}

/// Any node.
#[derive(Debug, Default)]
pub struct Random(Dice);

impl Picker for Random {
    fn pick(&self, _: &Pick<'_>, peers: &[Peer]) -> usize {
        self.0.below(peers.len())
    }
}

/// The same node for the same key as long as it is there; when nodes come and go, only the keys of those move
/// (rendezvous hashing).
pub struct ConsistentHash(Box<KeyOf>);

type KeyOf = dyn Fn(&Pick<'_>) -> u64 + Send + Sync;

impl ConsistentHash {
    /// By the value of the metadata `name` that the call sends; calls without it go to one node.
    pub fn by_metadata(name: &str) -> Self {
        let name = name.to_owned();
        Self::by(move |call| call.ctx.outgoing().get(&name).map(str::to_owned))
    }

    /// By what `key` says of the call.
    pub fn by<K: Hash>(key: impl Fn(&Pick<'_>) -> K + Send + Sync + 'static) -> Self {
        Self(Box::new(move |call| hash(&key(call))))
    }
}

impl Picker for ConsistentHash {
    fn pick(&self, call: &Pick<'_>, peers: &[Peer]) -> usize {
        let key = (self.0)(call);
        let weights = peers.iter().map(|peer| hash(&(key, &peer.node().id)));
        weights
            .enumerate()
            .max_by_key(|(_, weight)| *weight)
            .map_or(0, |(index, _)| index)
    }
}

impl fmt::Debug for ConsistentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsistentHash")
    }
}

/// The same in every process: its keys are fixed.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Numbers without a pattern that matters here; not for secrets.
#[derive(Debug)]
pub(super) struct Dice(AtomicU64);

impl Default for Dice {
    fn default() -> Self {
        Self(AtomicU64::new(uuid::Uuid::new_v4().as_u64_pair().0))
    }
}

impl Dice {
    /// SplitMix64.
    fn next(&self) -> u64 {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&self, end: usize) -> usize {
        // The upper half of a product of 64 bits each is below `end`.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::peer::Link;
    use crate::registry::{Node, Service};
    use crate::{Channel, Kind};
    use std::sync::Arc;

    fn peers(number: usize) -> Vec<Peer> {
        let peer = |index| {
            let node = Node {
                id: format!("node-{index}"),
                ..Node::default()
            };
            let channel = Channel::lazy("127.0.0.1:1").unwrap();
            Peer::new(&Service::default(), &node, Arc::new(Link::new(channel)))
        };
        (0..number).map(peer).collect()
    }

    /// How often each of `peers` is picked in `calls` calls; the metadata `x-key` counts them.
    fn counts(picker: &impl Picker, peers: &[Peer], calls: usize) -> Vec<usize> {
        let mut counts = vec![0; peers.len()];
        let method = Method::new("a.B", "C", Kind::Unary);
        for turn in 0..calls {
            let ctx = Context::new()
                .with_metadata("x-key", &turn.to_string())
                .unwrap();
            counts[picker.pick(&Pick::new("s", &method, &ctx, turn), peers)] += 1;
        }
        counts
    }

    #[test]
    fn round_robin_really_rotates() {
        assert_eq!(counts(&RoundRobin, &peers(3), 300), [100, 100, 100]);
    }

    #[test]
    fn random_and_power_of_two_leave_nobody_out() {
        for counts in [
            counts(&Random::default(), &peers(3), 3000),
            counts(&PowerOfTwo::default(), &peers(3), 3000),
        ] {
            assert!(counts.iter().all(|count| *count > 800), "{counts:?}");
        }
        assert_eq!(counts(&PowerOfTwo::default(), &peers(1), 5), [5]);
    }

    #[test]
    fn power_of_two_spares_the_busiest() {
        let peers = peers(3);
        let _busy = [peers[1].link.begin(), peers[1].link.begin()];
        assert_eq!(peers[1].outstanding(), 2);
        assert_eq!(counts(&PowerOfTwo::default(), &peers, 100)[1], 0);
    }

    #[test]
    fn only_the_keys_of_a_node_that_leaves_move() {
        let picker = ConsistentHash::by_metadata("x-key");
        let all = peers(5);
        let spread = counts(&picker, &all, 1000);
        assert!(spread.iter().all(|count| *count > 120), "{spread:?}");
        let method = Method::new("a.B", "C", Kind::Unary);
        let mut rest = all.clone();
        rest.remove(2);
        for key in 0..200 {
            let ctx = Context::new()
                .with_metadata("x-key", &key.to_string())
                .unwrap();
            let pick = |peers: &[Peer]| {
                let index = picker.pick(&Pick::new("s", &method, &ctx, 0), peers);
                peers[index].node().id.clone()
            };
            let (before, after) = (pick(&all), pick(&rest));
            assert!(before == after || before == "node-2");
        }
    }
}
