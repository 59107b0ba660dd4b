//! `[inventory.sites]`: where pools really stand.
//!
//! A merged topology has every pool of the old product in one site of its own. Here the organisation says
//! where those pools are, so that `Site.pools` and the waves of a site mean the place. It changes nothing
//! but the site of a pool.

use super::Files;
use super::faults::Faults;
use crate::config::document::{Keys, parse, read_text};
use crate::diagnostic::{Code, Finding, Source, codes};
use crate::text;
use crate::topology::Topology;
use std::ops::Range;

/// The file that says it.
const CONFIG: &str = "sidle.toml";

/// Moves pools to their sites; a pool or a site that is not there is an error.
pub(super) fn place(
    sites: &[(String, String)],
    topology: &mut Topology,
    root: &dyn Files,
    faults: &mut Faults,
) {
    for (pool, site) in sites {
        let (pool_id, site_id) = (topology.pool(pool), topology.site(site));
        if pool_id.is_none() {
            let known = topology.pools.iter().map(|pool| pool.fqdn.as_str());
            let near = topology.near_pool(pool);
            let words = Words { code: codes::UNKNOWN_POOL, what: "pool", name: pool, near };
            faults.add(words.code, || words.finding(&known.collect::<Vec<_>>(), root, pool, true));
        }
        if site_id.is_none() {
            let known = topology.sites.iter().map(|site| site.name.as_str());
            let near = topology.near_site(site);
            let words = Words { code: codes::UNKNOWN_SITE, what: "site", name: site, near };
            faults.add(words.code, || words.finding(&known.collect::<Vec<_>>(), root, pool, false));
        }
        if let (Some(pool), Some(site)) = (pool_id, site_id)
            && let Some(pool) = topology.pools.get_mut(usize::from(pool))
        {
            pool.site = site;
        }
    }
}

/// What is wrong with one line.
struct Words<'a> {
    code: Code,
    what: &'static str,
    name: &'a str,
    near: Option<&'a str>,
}

impl Words<'_> {
    fn finding(&self, known: &[&str], root: &dyn Files, key: &str, at_key: bool) -> Finding {
        let (what, name) = (self.what, self.name);
        let message =
            format!("`[inventory.sites]` names a {what} `{name}`, which the topology lacks");
        let help = self.near.map_or_else(
            || format!("there is {}", text::list(known, 8)),
            |near| format!("did you mean `{near}`?"),
        );
        let finding = Finding::error(self.code, message).help(help);
        match find(root, key, at_key) {
            Some((source, span)) => finding.at(&source, span, "named here"),
            None => finding.because(format!("it is the line of `{key}` in `{CONFIG}`")),
        }
    }
}

/// The key of that pool in sidle.toml, or its value; a run's copies may not hold the file.
fn find(root: &dyn Files, key: &str, at_key: bool) -> Option<(Source, Range<usize>)> {
    let source = Source::new(CONFIG, read_text(CONFIG, root.open(CONFIG).ok()?).ok()?);
    let table = parse(&source, codes::CONFIG_SYNTAX).ok()?;
    let mut ignored = crate::config::document::Faults::of(&source, codes::CONFIG_VALUE);
    let sites = Keys::top(&table, CONFIG).table("inventory", "inventory", &mut ignored)?.table(
        "sites",
        "inventory.sites",
        &mut ignored,
    )?;
    let span = if at_key {
        sites.names().into_iter().find(|(name, _)| *name == key)?.1
    } else {
        sites.text(key, &mut ignored)?.1
    };
    Some((source, span))
}
