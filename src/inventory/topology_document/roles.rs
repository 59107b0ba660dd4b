//! What the names and numbers of a document mean: `RoleName` and `ServiceVersion`.
//!
//! Role names are those of public documents. A version stands for a product only where a vendor's page
//! or a public document says so; there is no guess for any other.

/// The site into which a merge puts every pool and server of the old product.
pub(super) const LEGACY_SITE: &str = "BackCompatSite";

/// The product of a pool that does not say which.
pub(super) const UNKNOWN: &str = "unknown product";
/// The product of a pool of [`LEGACY_SITE`] that does not say which.
pub(super) const UNKNOWN_LEGACY: &str = "unknown legacy product";

/// Roles that make no pool: nobody lives there, and a machine has them for pools elsewhere.
const OF_MACHINES: &[(&str, &str)] = &[
    ("UserStore", "database"),
    ("ApplicationStore", "database"),
    ("ArchivingStore", "database"),
    ("MonitoringStore", "database"),
    ("CentralMgmtStore", "database"),
    ("PersistentChatStore", "database"),
    ("PersistentChatComplianceStore", "database"),
    ("FileStore", "file store"),
    ("WacService", "office web apps"),
    ("PstnGateway", "gateway"),
];

/// The role of a pool by the first of these services that it has.
const OF_POOLS: &[(&str, &str)] = &[
    ("EdgeServer", "edge"),
    ("UserServices", "front end"),
    ("MediationServer", "mediation"),
    ("ConfServices", "conferencing"),
    ("ExternalServer", "trusted application"),
    ("ApplicationServer", "application"),
    ("ArchivingServer", "archiving"),
    ("MonitoringServer", "monitoring"),
];

/// True if a service of that role makes its cluster a pool.
pub(super) fn makes_pool(role: &str) -> bool {
    OF_MACHINES.iter().all(|(name, _)| !name.eq_ignore_ascii_case(role))
}

/// What a pool is asked for its role.
pub(super) struct Traits<'d> {
    /// Role names of its services, those that make pools.
    pub(super) roles: Vec<&'d str>,
    /// What its registrar says of itself.
    pub(super) director: Option<bool>,
    /// Stands in a branch.
    pub(super) branch: bool,
    /// Stands in [`LEGACY_SITE`].
    pub(super) legacy: bool,
}

impl Traits<'_> {
    /// `front end`, `director`, `edge`, ...; the role name itself of one that has no word here.
    pub(super) fn role(&self) -> String {
        let has = |name: &str| self.roles.iter().any(|role| role.eq_ignore_ascii_case(name));
        let registrar = has("Registrar") && !has("UserServices") && !has("EdgeServer");
        if registrar {
            // A registrar that keeps no users' data is a director, but for the old product's pools,
            // of which a merge may write no more, and for the appliance of a branch.
            return match self.director {
                Some(true) => "director",
                _ if self.branch => "branch appliance",
                _ if self.legacy => "front end",
                _ => "director",
            }
            .to_owned();
        }
        let known = OF_POOLS.iter().find(|(name, _)| has(name)).map(|(_, role)| *role);
        known.or(self.roles.first().copied()).unwrap_or_default().to_owned()
    }
}

/// What a machine without a pool is for.
pub(super) fn of_machine<'d>(roles: impl Iterator<Item = &'d str>, database: bool) -> &'static str {
    let word = |role: &str| {
        let known = OF_MACHINES.iter().find(|(name, _)| name.eq_ignore_ascii_case(role));
        known.map(|(_, word)| *word)
    };
    let words: Vec<&str> = roles.filter_map(word).collect();
    if database || words.contains(&"database") {
        return "database";
    }
    words.first().copied().unwrap_or("server")
}

/// The product of a version; in [`LEGACY_SITE`] only those of before Lync Server.
pub(super) fn product(version: Option<u32>, legacy: bool) -> Option<&'static str> {
    match (version?, legacy) {
        (3, _) => Some("OCS 2007"),
        (4, _) => Some("OCS 2007 R2"),
        (_, true) => None,
        (5, _) => Some("Lync Server 2010"),
        (6, _) => Some("Lync Server 2013"),
        (7, _) => Some("Skype for Business Server 2015"),
        (8, _) => Some("Skype for Business Server 2019"),
        _ => None,
    }
}
