//! Routes: through which Edge the traffic of a site or a pool leaves the organisation.
//!
//! During coexistence they lead over the legacy Edge until they are switched, all at once. They are
//! facts of the snapshot; nothing here changes them.

/// A way that traffic takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// What is sent that way.
    pub kind: RouteKind,
    /// Whose traffic it is.
    pub from: RouteFrom,
    /// The pool that it goes through: an index into [`super::Topology::pools`].
    pub to: usize,
}

/// What is sent on a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteKind {
    /// Messages to and from partner organisations.
    Federation,
    /// Audio and video of users outside.
    Media,
}

/// Where a route begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteFrom {
    /// A whole site: an index into [`super::Topology::sites`].
    Site(usize),
    /// One pool: an index into [`super::Topology::pools`].
    Pool(usize),
}

impl RouteKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Federation, Self::Media];

    /// `federation` or `media`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Federation => "federation",
            Self::Media => "media",
        }
    }
}
