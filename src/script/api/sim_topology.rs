//! `sim::topology`: a small topology written in the test itself.
//!
//! Every key is known, or the nearest one is suggested; every property of a user can be set. What is
//! left out has the value that most users of an export have.

use super::errors::{argument, refuse, unknown_name};
use super::options::Options;
use super::table::Api;
use super::topology::TopologyValue;
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::with_article;
use crate::text;
use crate::topology::{
    ApplicationKind, Flag, Generation, Pool, PoolId, Server, Service, Site, TextColumn, Topology,
    UserRow, UsersBuilder, address_key,
};
use rhai::{Array, Dynamic, ImmutableString, Map, NativeCallContext};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Users of one topology; more belong in an inventory.
const MOST: usize = 10_000;
/// Texts of a user: key and column.
const TEXTS: &[(&str, TextColumn)] = &[
    ("upn", TextColumn::Upn),
    ("name", TextColumn::Name),
    ("line", TextColumn::Line),
    ("archiving", TextColumn::Archiving),
    ("department", TextColumn::Department),
    ("title", TextColumn::Title),
    ("city", TextColumn::City),
    ("client", TextColumn::Client),
    ("moving_to", TextColumn::MovingTo),
];
/// Yes or no of a user: key, flag, and whether it is set where nothing is said.
const FLAGS: &[(&str, Flag, bool)] = &[
    ("enabled", Flag::Enabled, true),
    ("enterprise_voice", Flag::EnterpriseVoice, false),
    ("federation", Flag::Federation, false),
    ("remote_access", Flag::RemoteAccess, false),
];

const MANUAL: &str = "In a test: puts a small topology in the place of the organisation's, and yields it.

        `pools`: maps of `fqdn`, `site`, `generation` (`legacy` or `current`), and if wanted `product`, `role`,
        `servers` and `services` (names; `Front End` if left out). `users`: maps of `address`, `pool`, and if
        wanted `name`, `upn`, `title`, `department`, `city`, `client`, `line`, `archiving`, `moving_to`, `groups`,
        `manager`, `delegates`, `enabled` (true if left out), `enterprise_voice`, `federation`, `remote_access`,
        `meetings`, `contacts`, `policies` and `columns` (further columns of an export, by name). With one
        pool, `pool` may be left out. `applications`: maps of `kind`, `id` and `pool`, and if wanted `name`,
        `line` and `agents` (addresses).

        It comes before anything that the test does; what was read from the old topology stays as it was.

        sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"legacy\" }] }).pools  //=> [a.contoso.com]
        sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"legacy\" }], applications: [#{ kind: \"um_contact\", id: \"vm\", pool: \"a.contoso.com\" }] }).applications.len  //=> 1
        sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"legacy\" }], applications: [#{ kind: \"um_contakt\", id: \"vm\", pool: \"a.contoso.com\" }] })  //! did you mean `um_contact`?
        sim::topology(#{ pool: [] })                                              //! did you mean `pools`?
        sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\" }] })                   //! a pool needs a `site`
        sim::topology(#{ pools: [#{ fqdn: \"a.contoso.com\", site: \"Seoul\", generation: \"old\" }] })  //! `legacy` or `current`";

pub(super) fn register(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "sim::topology(facts: #{ pools, users, applications }) -> Topology",
        MANUAL,
        move |ctx: NativeCallContext, facts: Map| {
            let bench = core.bench_of("sim::topology", &ctx)?;
            let organisation = bench.simulator.view().topology().organisation.clone();
            let reading = Reading { core: &core, ctx: &ctx };
            let topology = reading.topology(organisation, facts)?;
            let Some(view) = bench.simulator.build(topology) else {
                let message = "the test has done something already on the topology before";
                let help = "build the topology first, and then move, ask or run on it";
                return Err(refuse(&core, &ctx, codes::TEST_TOPOLOGY, message, help));
            };
            let value = TopologyValue(view);
            core.publish("topology", Dynamic::from(value.clone()));
            Ok(value)
        },
    );
}

/// Reads the maps of one call.
struct Reading<'a> {
    core: &'a Core,
    ctx: &'a NativeCallContext<'a>,
}

impl Reading<'_> {
    fn topology(&self, organisation: String, facts: Map) -> Result<Topology, Fault> {
        let mut options = Options::new(self.core, self.ctx, "sim::topology", facts);
        let pools = self.maps("pools", &options.take("pools"))?;
        let users = self.maps("users", &options.take("users"))?;
        let applications = self.maps("applications", &options.take("applications"))?;
        options.finish()?;
        let mut topology = Topology { organisation, ..Topology::default() };
        if pools.is_empty() {
            return Err(
                self.wrong("a topology needs at least one pool", "give `pools: [#{ ... }]`")
            );
        }
        for pool in pools {
            self.pool(pool, &mut topology)?;
        }
        if users.len() > MOST {
            let message = format!("a topology of a test holds at most {MOST} users");
            return Err(self.wrong(&message, "a larger one belongs in the inventory"));
        }
        let rows = users.into_iter().enumerate();
        let rows: Vec<UserRow> =
            rows.map(|(at, user)| self.user(user, at + 1, &topology)).collect::<Result<_, _>>()?;
        self.relations(&rows)?;
        let mut builder = UsersBuilder::of_rows("sim::topology", &rows);
        for (at, application) in applications.into_iter().enumerate() {
            self.application(application, at + 1, &topology, &mut builder)?;
        }
        topology.users = builder.build();
        Ok(topology)
    }

    fn application(
        &self,
        map: Map,
        line: usize,
        topology: &Topology,
        builder: &mut UsersBuilder,
    ) -> Result<(), Fault> {
        let mut options = Options::new(self.core, self.ctx, "sim::topology applications", map);
        let word = self.needed(&mut options, "an application", "kind")?;
        let id = self.needed(&mut options, "an application", "id")?;
        let pool = self.needed(&mut options, "an application", "pool")?;
        let name = options.text("name", "write it in quotes")?;
        let phone = options.text("line", "write it in quotes")?;
        let agents = self.texts("agents", &options.take("agents"))?;
        options.finish()?;
        let Some(kind) = ApplicationKind::named(&word) else {
            let words = ApplicationKind::ALL.map(ApplicationKind::word);
            let help = text::did_you_mean(
                &word,
                words,
                &format!("it is one of {}", text::list(&words, 7)),
            );
            return Err(self.wrong(&format!("`{word}` is no kind of application"), &help));
        };
        let home = self.home(&pool, topology)?;
        let Ok(row) = builder.begin_application(kind, &id, line) else {
            let message = format!("two applications are called `{}`", kind.key(&id));
            return Err(self.wrong(&message, "name each once"));
        };
        builder.home(row, Some(home));
        builder.text(row, TextColumn::Name, name.as_deref().unwrap_or_default());
        builder.text(row, TextColumn::Line, phone.as_deref().unwrap_or_default());
        for agent in agents {
            let Some(user) = builder.so_far().find_user(&agent) else {
                let message = format!("`{agent}` is an agent, and no user");
                return Err(self.wrong(&message, "name one of `users` by the address"));
            };
            builder.agent(row, user);
        }
        Ok(())
    }

    fn pool(&self, map: Map, topology: &mut Topology) -> Result<(), Fault> {
        let mut options = Options::new(self.core, self.ctx, "sim::topology pools", map);
        let fqdn = self.needed(&mut options, "a pool", "fqdn")?;
        let site = self.needed(&mut options, "a pool", "site")?;
        let word = self.needed(&mut options, "a pool", "generation")?;
        let generation = match word.as_str() {
            "legacy" => Generation::Legacy,
            "current" => Generation::Current,
            other => {
                let message = format!("`{other}` is no generation of a pool");
                return Err(self.wrong(&message, "it is `legacy` or `current`"));
            }
        };
        let product = match generation {
            Generation::Legacy => "OCS 2007 R2",
            Generation::Current => "Lync Server 2013",
        };
        let product = options.text("product", "write its name")?.unwrap_or(product.to_owned());
        let role = options.text("role", "write its name")?.unwrap_or("front end".to_owned());
        let servers = self.texts("servers", &options.take("servers"))?;
        let services = options.take("services");
        let services = if services.is_unit() {
            vec!["Front End".to_owned()]
        } else {
            self.texts("services", &services)?
        };
        options.finish()?;
        if topology.pool(&fqdn).is_some() {
            return Err(self.wrong(&format!("two pools are called `{fqdn}`"), "name each once"));
        }
        let pool = topology.pools.len();
        let site = topology.site(&site).unwrap_or_else(|| {
            topology.sites.push(Site { name: site, kind: "central".to_owned() });
            topology.sites.len() - 1
        });
        let (server_role, name) = (role.clone(), fqdn.clone());
        topology.pools.push(Pool { fqdn, site, product, generation, role, ..Pool::default() });
        topology.servers.extend(servers.into_iter().map(|fqdn| Server {
            fqdn,
            pool: Some(pool),
            role: server_role.clone(),
        }));
        topology.services.extend(services.into_iter().map(|service| Service {
            name: service,
            fqdn: name.clone(),
            pool: Some(pool),
            ports: vec![5061],
            depends_on: Vec::new(),
        }));
        Ok(())
    }

    fn user(&self, map: Map, line: usize, topology: &Topology) -> Result<UserRow, Fault> {
        let nowhere = map.get("pool").is_some_and(Dynamic::is_unit);
        let mut options = Options::new(self.core, self.ctx, "sim::topology users", map);
        let address = self.needed(&mut options, "a user", "address")?;
        let pool = options.text("pool", "write the name of one of `pools`")?;
        let home = match pool {
            Some(pool) => Some(self.home(&pool, topology)?),
            None if nowhere => None,
            None if topology.pools.len() == 1 => Some(0),
            None => return Err(self.needs("a user", "pool")),
        };
        let mut row = UserRow { address, line, home, ..UserRow::default() };
        for (key, column) in TEXTS {
            if let Some(text) = options.text(key, "write it in quotes")? {
                row.texts.push((*column, text));
            }
        }
        for (key, flag, default) in FLAGS {
            let value = options.take(key);
            let set = if value.is_unit() {
                *default
            } else {
                value.as_bool().map_err(|_| self.of_type(key, "`true` or `false`", &value))?
            };
            if set {
                row.flags.push(*flag);
            }
        }
        row.groups = self.texts("groups", &options.take("groups"))?;
        row.delegates = self.texts("delegates", &options.take("delegates"))?;
        row.manager = options.text("manager", "write the manager's address")?;
        row.meetings = number(options.number("meetings", 0, i64::from(u32::MAX), 0)?);
        let contacts = options.number("contacts", -1, i64::from(u32::MAX), -1)?;
        row.contacts = (contacts >= 0).then(|| number(contacts));
        let policies = self.named("policies", &options.take("policies"))?;
        if let Some((kind, _)) = policies.iter().find(|(kind, _)| !is_policy(kind)) {
            let message = format!("`{kind}` is no kind of policy");
            return Err(self.wrong(&message, "write it as exports do: `VoicePolicy`, `DialPlan`"));
        }
        row.extras = policies;
        row.extras.extend(self.named("columns", &options.take("columns"))?);
        options.finish()?;
        Ok(row)
    }

    fn home(&self, fqdn: &str, topology: &Topology) -> Result<PoolId, Fault> {
        topology.pool(fqdn).ok_or_else(|| {
            let message = format!("a user lives on `{fqdn}`, which is none of `pools`");
            let known: Vec<&str> = topology.pools.iter().map(|pool| pool.fqdn.as_str()).collect();
            unknown_name(self.core, self.ctx, codes::UNKNOWN_POOL, message, fqdn, known)
        })
    }

    /// Refuses an address that stands twice, and relations to nobody.
    fn relations(&self, rows: &[UserRow]) -> Result<(), Fault> {
        let mut known = BTreeSet::new();
        for row in rows {
            if !known.insert(address_key(&row.address)) {
                let message = format!("two users have the address `{}`", row.address);
                return Err(self.wrong(&message, "an address is one user's"));
            }
        }
        let named = rows.iter().flat_map(|row| row.manager.iter().chain(&row.delegates));
        for name in named {
            if !known.contains(&address_key(name)) {
                let message = format!("`{name}` is a manager or delegate, and no user");
                let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
                let code = codes::UNKNOWN_USER;
                return Err(unknown_name(self.core, self.ctx, code, message, name, known));
            }
        }
        Ok(())
    }

    fn needed(
        &self,
        options: &mut Options<'_>,
        what: &str,
        key: &'static str,
    ) -> Result<String, Fault> {
        let text = options.text(key, "write it in quotes")?;
        text.filter(|text| !text.trim().is_empty()).ok_or_else(|| self.needs(what, key))
    }

    fn needs(&self, what: &str, key: &str) -> Fault {
        self.wrong(&format!("{what} needs a `{key}`"), &format!("write `{key}: \"...\"`"))
    }

    fn maps(&self, key: &str, value: &Dynamic) -> Result<Vec<Map>, Fault> {
        let items = self.array(key, value)?.into_iter().map(|item| {
            let item = item.flatten();
            item.clone()
                .try_cast::<Map>()
                .ok_or_else(|| self.of_type(key, "maps `#{ ... }`", &item))
        });
        items.collect()
    }

    fn texts(&self, key: &str, value: &Dynamic) -> Result<Vec<String>, Fault> {
        let items = self.array(key, value)?.into_iter().map(|item| {
            let item = item.flatten();
            let text = item.read_lock::<ImmutableString>().map(|text| text.to_string());
            text.ok_or_else(|| self.of_type(key, "strings", &item))
        });
        items.collect()
    }

    fn named(&self, key: &str, value: &Dynamic) -> Result<Vec<(String, String)>, Fault> {
        if value.is_unit() {
            return Ok(Vec::new());
        }
        let Some(map) = value.clone().try_cast::<Map>() else {
            return Err(self.of_type(key, "a map `#{ ... }`", value));
        };
        let pairs = map.into_iter().map(|(name, item)| {
            let text = item.read_lock::<ImmutableString>().map(|text| text.to_string());
            Ok((name.to_string(), text.ok_or_else(|| self.of_type(key, "strings", &item))?))
        });
        pairs.collect()
    }

    fn array(&self, key: &str, value: &Dynamic) -> Result<Array, Fault> {
        if value.is_unit() {
            return Ok(Array::new());
        }
        value.clone().try_cast::<Array>().ok_or_else(|| self.of_type(key, "an array", value))
    }

    fn of_type(&self, key: &str, wanted: &str, got: &Dynamic) -> Fault {
        let message = format!("`{key}` wants {wanted}, not {}", with_article(got));
        self.wrong(&message, "`sidle doc sim::topology` shows a whole topology")
    }

    fn wrong(&self, message: &str, help: &str) -> Fault {
        argument(self.core, self.ctx, message, help)
    }
}

/// A number that was read as one of 32 bits.
fn number(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn is_policy(kind: &str) -> bool {
    let lower = kind.to_lowercase();
    lower.ends_with("policy") || lower == "dialplan"
}
