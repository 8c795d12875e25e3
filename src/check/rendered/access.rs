//! What one way in asks for, and how two on one way add up.

/// What a client without a login meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// A login is asked for; which.
    Guarded(String),
    /// Nothing is asked for.
    Open,
    /// That is not known, and why.
    Unjudged(String),
    /// Its path leaves out the paths that take samples.
    LeftOut,
}

impl Access {
    pub(super) fn guarded(by: impl Into<String>) -> Access {
        Access::Guarded(by.into())
    }

    pub(super) fn unjudged(why: impl Into<String>) -> Access {
        Access::Unjudged(why.into())
    }

    /// What is met on a way that passes both: one login is enough, and what is
    /// not known is not open.
    pub(super) fn then(self, next: &Access) -> Access {
        match (&self, next) {
            (Access::LeftOut, _)
            | (Access::Guarded(_), Access::Guarded(_) | Access::Open | Access::Unjudged(_)) => self,
            (_, Access::LeftOut | Access::Guarded(_))
            | (Access::Open, Access::Open | Access::Unjudged(_)) => next.clone(),
            (Access::Unjudged(_), Access::Open | Access::Unjudged(_)) => self,
        }
    }

    /// The first of several that decides: a login, else what is not known.
    pub(super) fn any_of(all: impl IntoIterator<Item = Access>) -> Access {
        all.into_iter().fold(Access::Open, |one, other| one.then(&other))
    }

    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Access::Guarded(_) => "guarded",
            Access::Open => "open",
            Access::Unjudged(_) => "not judged",
            Access::LeftOut => "left out",
        }
    }

    pub(super) fn reason(&self) -> &str {
        match self {
            Access::Guarded(reason) | Access::Unjudged(reason) => reason,
            Access::Open => "nothing on this way asks for a login",
            Access::LeftOut => "the path leaves out those that take samples",
        }
    }
}
