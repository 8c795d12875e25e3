//! What one way in asks for, and how two on one way add up.

/// What a client without a login meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WayAccess {
    /// A login is asked for; which.
    Guarded(String),
    /// Nothing is asked for.
    Open,
    /// That is not known, and why.
    Unjudged(String),
    /// Its path leaves out the paths that take samples.
    LeftOut,
}

impl WayAccess {
    pub(super) fn guarded(by: impl Into<String>) -> WayAccess {
        WayAccess::Guarded(by.into())
    }

    pub(super) fn unjudged(why: impl Into<String>) -> WayAccess {
        WayAccess::Unjudged(why.into())
    }

    /// What is met on a way that passes both: one login is enough, and what is
    /// not known is not open.
    pub(super) fn then(self, next: &WayAccess) -> WayAccess {
        match (&self, next) {
            (WayAccess::LeftOut, _)
            | (WayAccess::Guarded(_), WayAccess::Guarded(_) | WayAccess::Open | WayAccess::Unjudged(_))
            | (WayAccess::Unjudged(_), WayAccess::Open | WayAccess::Unjudged(_)) => self,
            (_, WayAccess::LeftOut | WayAccess::Guarded(_))
            | (WayAccess::Open, WayAccess::Open | WayAccess::Unjudged(_)) => next.clone(),
        }
    }

    /// The first of several that decides: a login, else what is not known.
    pub(super) fn any_of(all: impl IntoIterator<Item = WayAccess>) -> WayAccess {
        all.into_iter().fold(WayAccess::Open, |one, other| one.then(&other))
    }

    pub(super) fn as_str(&self) -> &'static str {
        match self {
            WayAccess::Guarded(_) => "guarded",
            WayAccess::Open => "open",
            WayAccess::Unjudged(_) => "not judged",
            WayAccess::LeftOut => "left out",
        }
    }

    pub(super) fn reason(&self) -> &str {
        match self {
            WayAccess::Guarded(reason) | WayAccess::Unjudged(reason) => reason,
            WayAccess::Open => "nothing on this way asks for a login",
            WayAccess::LeftOut => "the path leaves out those that take samples",
        }
    }
}
