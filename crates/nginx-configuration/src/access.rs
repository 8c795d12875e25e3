//! A scope → whom nginx lets in there, by its own order: `allow` and `deny`,
//! `auth_basic`, `auth_request`, joined by `satisfy`.
//!
//! `auth_basic` and `auth_basic_user_file` are inherited separately; either of
//! them missing asks nobody, and `nginx -t` says nothing.

use super::directives::Effect;
use super::reason::{Closure, Reason};
use super::scope::{Kind, ScopeId, Scopes};
use super::tree::{NodeId, Place, Tree};
use std::net::IpAddr;
use std::path::PathBuf;

/// Who gets in at one location, and what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open {
        /// The directive that opens it; where nothing was said, the location.
        place: Place,
    },
    /// Whoever has a login of this file.
    AsksLogin {
        /// Where it holds no variables.
        realm: Option<String>,
        /// As written; relative to the main file's folder.
        user_file: PathBuf,
        /// The `auth_basic` in force.
        place: Place,
    },
    /// Nobody.
    Shut {
        /// What shuts it.
        why: Closure,
        /// The directive that does.
        place: Place,
    },
    /// Not known: never to be called shut.
    NotJudged {
        /// What is not known.
        why: Reason,
        /// Where it stands.
        place: Place,
    },
}

impl Access {
    /// The worst first: open, not judged, asks, shut.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Open { .. } => 0,
            Self::NotJudged { .. } => 1,
            Self::AsksLogin { .. } => 2,
            Self::Shut { .. } => 3,
        }
    }

    /// The directive that decides it.
    pub fn place(&self) -> &Place {
        match self {
            Self::Open { place }
            | Self::AsksLogin { place, .. }
            | Self::Shut { place, .. }
            | Self::NotJudged { place, .. } => place,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Any client, from anywhere.
    Anyone,
    /// One with this address.
    Ip(IpAddr),
    /// One that came through a socket in the file system.
    Unix,
}

/// What one module of nginx says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vote {
    /// Nothing.
    None,
    Allows,
    AsksLogin,
    Refuses(u16),
    Depends(Reason),
}

/// Whether a realm is exactly `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Realm {
    Off,
    Asks,
    Depends,
}

/// What is known only to whoever follows the request.
pub(super) trait Asked {
    fn peer(&self) -> Peer;
    /// A login that the configuration itself sends along.
    fn has_login(&self) -> bool;
    fn realm(&self, text: &[u8]) -> Realm;
    fn auth_request(&self, target: &[u8]) -> Vote;
}

pub(super) struct Judge<'a> {
    pub(super) tree: &'a Tree,
    pub(super) scopes: &'a Scopes,
    pub(super) asked: &'a dyn Asked,
}

impl Judge<'_> {
    pub(super) fn access(&self, id: ScopeId) -> Access {
        let (tree, scopes) = (self.tree, self.scopes);
        let own = scopes.all[id].node;
        let satisfy = scopes.nearest(id, |scope| scope.satisfy);
        let any = satisfy.is_some_and(|node| tree.word(node, 1) == b"any");
        let votes = self.votes(id, any);
        let (vote, node) = if any { one_is_enough(votes) } else { all_must_agree(votes) };
        let place = tree.place(node.unwrap_or(own));
        let access = match vote {
            Vote::None | Vote::Allows => Access::Open { place },
            Vote::AsksLogin => self.asks(id),
            Vote::Refuses(403) => Access::Shut { why: Closure::Denied, place },
            Vote::Refuses(_) => Access::Shut { why: Closure::Refused, place },
            Vote::Depends(why) => Access::NotJudged { why, place },
        };
        match (self.not_understood(id), &access) {
            (Some((why, node)), _) => Access::NotJudged { why, place: tree.place(node) },
            (None, Access::Open { .. }) => self.certificate(id).unwrap_or(access),
            (None, _) => access,
        }
    }

    /// Who comes after the one that decides is not asked: a variable in a realm
    /// has no value then, and may get another later.
    fn votes(&self, id: ScopeId, any: bool) -> [Voted; 3] {
        let decides = |(vote, _): Voted| match vote {
            Vote::Allows => any,
            Vote::Refuses(_) | Vote::AsksLogin => !any,
            Vote::None | Vote::Depends(_) => false,
        };
        let nobody = (Vote::None, None);
        let address = self.by_address(id, any);
        if decides(address) {
            return [address, nobody, nobody];
        }
        let login = self.by_login(id);
        if decides(login) { [address, login, nobody] } else { [address, login, self.by_request(id)] }
    }

    fn asks(&self, id: ScopeId) -> Access {
        let realm = self.scopes.nearest(id, |scope| scope.auth_basic).expect("a login is asked for by it");
        let file = self.scopes.nearest(id, |scope| scope.user_file).expect("none is asked for without");
        let text = String::from_utf8_lossy(self.tree.word(realm, 1)).into_owned();
        Access::AsksLogin {
            realm: (!text.contains('$')).then_some(text),
            user_file: PathBuf::from(String::from_utf8_lossy(self.tree.word(file, 1)).into_owned()),
            place: self.tree.place(realm),
        }
    }

    /// The first rule that fits; one own rule replaces the inherited list.
    fn by_address(&self, id: ScopeId, any: bool) -> Voted {
        let rules = self.scopes.nearest_list(id, |scope| &scope.rules);
        let tells_apart = rules.iter().any(|rule| self.tree.word(*rule, 1) != b"all");
        match self.scopes.nearest(id, |scope| scope.rare().realip) {
            Some(node) if tells_apart => (Vote::Depends(Reason::ByAddress), Some(node)),
            _ => vote_by_rules(self.tree, rules, self.asked.peer(), any),
        }
    }

    fn by_login(&self, id: ScopeId) -> (Vote, Option<NodeId>) {
        let Some(realm) = self.scopes.nearest(id, |scope| scope.auth_basic) else {
            return (Vote::None, None);
        };
        if self.scopes.nearest(id, |scope| scope.user_file).is_none() {
            return (Vote::None, Some(realm));
        }
        let vote = match self.asked.realm(self.tree.word(realm, 1)) {
            Realm::Off => Vote::None,
            Realm::Asks if self.asked.has_login() => Vote::Allows,
            Realm::Asks => Vote::AsksLogin,
            Realm::Depends => Vote::Depends(Reason::Variable),
        };
        (vote, Some(realm))
    }

    fn by_request(&self, id: ScopeId) -> (Vote, Option<NodeId>) {
        match self.scopes.nearest(id, |scope| scope.auth_request) {
            Some(node) if self.tree.word(node, 1) != b"off" => {
                (self.asked.auth_request(self.tree.word(node, 1)), Some(node))
            }
            found => (Vote::None, found),
        }
    }

    /// Directives that may let in, or ask, in ways that are not read here.
    fn not_understood(&self, id: ScopeId) -> Option<(Reason, NodeId)> {
        let odd = |kind: fn(Effect) -> bool| {
            let mut all = self.scopes.outwards(id).flat_map(|scope| scope.rare().odd.iter());
            all.find(|(effect, _)| kind(*effect)).map(|(_, node)| *node)
        };
        let code = odd(|effect| effect == Effect::RunsCode).map(|node| (Reason::Code, node));
        let unknown = || odd(|effect| effect == Effect::Unknown).map(|node| (Reason::UnknownDirective, node));
        let other = || odd(|effect| effect == Effect::AsksOtherwise).map(|node| (Reason::OtherLogin, node));
        code.or_else(unknown).or_else(other)
    }

    /// It is asked before all else, on connections with TLS alone.
    fn certificate(&self, id: ScopeId) -> Option<Access> {
        let node = self.scopes.nearest(id, |scope| scope.rare().verify_client)?;
        if self.tree.word(node, 1) != b"on" {
            return None;
        }
        let server = self.scopes.outwards(id).find(|scope| scope.kind == Kind::Server)?;
        let is_tls =
            |listen: &NodeId| self.tree.arguments(*listen).any(|word| word == b"ssl" || word == b"quic");
        (!server.rare().listens.is_empty() && server.rare().listens.iter().all(is_tls))
            .then(|| Access::NotJudged { why: Reason::ClientCertificate, place: self.tree.place(node) })
    }
}

type Voted = (Vote, Option<NodeId>);

fn all_must_agree(votes: [Voted; 3]) -> Voted {
    let mut depends = None;
    for (vote, node) in votes {
        match vote {
            Vote::Refuses(_) | Vote::AsksLogin => return (vote, node),
            Vote::Depends(_) => depends = depends.or(Some((vote, node))),
            Vote::None | Vote::Allows => {}
        }
    }
    depends.unwrap_or((Vote::None, votes[1].1))
}

fn one_is_enough(votes: [Voted; 3]) -> Voted {
    let first = |wanted: fn(Vote) -> bool| votes.into_iter().find(|(vote, _)| wanted(*vote));
    first(|vote| vote == Vote::Allows)
        .or_else(|| first(|vote| matches!(vote, Vote::Depends(_))))
        .or_else(|| first(|vote| vote == Vote::AsksLogin))
        .or_else(|| first(|vote| matches!(vote, Vote::Refuses(_))))
        .unwrap_or((Vote::None, votes[1].1))
}

/// The rules of one level, for http and for stream. For [`Peer::Anyone`] a rule
/// about some addresses is passed over: who may come from elsewhere decides.
pub(super) fn vote_by_rules(tree: &Tree, rules: &[NodeId], peer: Peer, any: bool) -> Voted {
    let (mut some_allowed, mut most_denied) = (false, false);
    for rule in rules {
        let (allows, who) = (tree.name(*rule) == b"allow", tree.word(*rule, 1));
        let vote = match (fits(who, peer), allows) {
            (Some(false), _) => continue,
            (None, true) => {
                some_allowed = true;
                continue;
            }
            (None, false) => {
                most_denied |= who.ends_with(b"/0");
                continue;
            }
            (Some(true), true) if most_denied => Vote::Depends(Reason::ByAddress),
            (Some(true), true) => Vote::Allows,
            (Some(true), false) if some_allowed => Vote::Depends(Reason::ByAddress),
            (Some(true), false) => Vote::Refuses(403),
        };
        return (vote, Some(*rule));
    }
    let depends = most_denied || (some_allowed && any);
    (if depends { Vote::Depends(Reason::ByAddress) } else { Vote::None }, rules.first().copied())
}

/// `None`: some and not others, or not understood.
fn fits(who: &[u8], peer: Peer) -> Option<bool> {
    let who = std::str::from_utf8(who).ok()?;
    match (who, peer) {
        ("all", _) | ("unix:", Peer::Unix) => Some(true),
        ("unix:", Peer::Ip(_)) | (_, Peer::Unix) => Some(false),
        (_, Peer::Anyone) => None,
        (_, Peer::Ip(address)) => in_network(who, address.to_canonical()),
    }
}

fn in_network(text: &str, address: IpAddr) -> Option<bool> {
    let (network, bits) = text.split_once('/').map_or((text, None), |(network, bits)| (network, Some(bits)));
    let network: IpAddr = network.parse().ok()?;
    let (all, network, address) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (32, network.to_bits().into(), address.to_bits().into())
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (128, network.to_bits(), address.to_bits()),
        _ => return Some(false),
    };
    let bits = bits.map_or(Some(all), |bits| bits.parse().ok()).filter(|bits| *bits <= all)?;
    let rest: u32 = all - bits;
    Some(rest >= all || (network ^ address) >> rest == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fit_networks() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.1.2.3", Some(true)),
            ("10.0.0.0/8", "11.1.2.3", Some(false)),
            ("10.0.0.1", "10.0.0.1", Some(true)),
            ("0.0.0.0/0", "1.2.3.4", Some(true)),
            ("::/0", "1.2.3.4", Some(false)),
            ("::/0", "::1", Some(true)),
            ("fd00::/8", "fd00::1", Some(true)),
            ("10.0.0.0/33", "10.0.0.0", None),
            ("name", "10.0.0.0", None),
        ] {
            assert_eq!(
                in_network(network, address.parse().expect("an address")),
                expected,
                "{network} {address}"
            );
        }
    }

    #[test]
    fn satisfy_joins_the_votes_as_nginx_does() {
        use Vote::{Allows, AsksLogin, Depends, None, Refuses};
        let depends = Depends(Reason::ByAddress);
        for (votes, all, any) in [
            ([None, None, None], None, None),
            ([Allows, AsksLogin, None], AsksLogin, Allows),
            ([None, AsksLogin, None], AsksLogin, AsksLogin),
            ([Refuses(403), AsksLogin, None], Refuses(403), AsksLogin),
            ([Refuses(403), None, None], Refuses(403), Refuses(403)),
            ([None, AsksLogin, Allows], AsksLogin, Allows),
            ([None, None, Allows], None, Allows),
            ([depends, AsksLogin, None], AsksLogin, depends),
            ([depends, None, None], depends, depends),
            ([None, None, Refuses(401)], Refuses(401), Refuses(401)),
        ] {
            let votes = votes.map(|vote| (vote, Option::None));
            assert_eq!((all_must_agree(votes).0, one_is_enough(votes).0), (all, any), "{votes:?}");
        }
    }
}
