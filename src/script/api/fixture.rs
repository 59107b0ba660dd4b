//! A small organisation, and a host that answers every effect well, for the tests of the primitives.

use super::fixture_run::Canned;
use crate::config::Limits;
use crate::journal::{
    Effect, Ended, Evidence, MoveOutcome, Outcome, Reply, Request, UserResult, Verdict,
};
use crate::script::bench::Bench;
use crate::script::core::Core;
use crate::script::host::Host;
use crate::script::modules::Resolver;
use crate::script::sources::{Read, Sources};
use crate::script::{engine, errors};
use crate::topology::{
    ApplicationKind, Flag, Generation, Movable, Pool, Route, RouteFrom, RouteKind, Server, Service,
    Site, TextColumn, Topology, UserRow, Users, UsersBuilder,
};
use jiff::Timestamp;
use rhai::Dynamic;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What stands before every example.
const PREAMBLE: &str = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let lync = topology.pool("lyncpool01.contoso.com");
let ann = topology.user("ann@contoso.com");
let bob = topology.user("bob@contoso.com");
let cy = topology.user("cy@contoso.com");
let dan = topology.user("dan@contoso.com");
let eve = topology.user("eve@contoso.com");
let helpdesk = topology.application("Helpdesk");
let report = legacy.users.move_to(lync);
let soaked = soak("30d", "1d", || true);
"#;

/// Answers every effect well; a move moves all but `dan`, who is locked.
#[derive(Default)]
pub(super) struct Well {
    /// What was asked, in words.
    pub(super) asked: Mutex<Vec<Effect>>,
}

pub(super) fn noon() -> Timestamp {
    Timestamp::constant(1_367_668_800, 0)
}

impl Host for Well {
    fn request(&self, request: Request) -> Reply {
        match request {
            Request::Effect { effect, .. } => {
                let outcome = outcome(&effect);
                self.asked.lock().unwrap().push(effect);
                Reply::Outcome(outcome)
            }
            Request::Now => Reply::Time(noon()),
            _ => Reply::Ok,
        }
    }
}

fn outcome(effect: &Effect) -> Outcome {
    match effect {
        Effect::Move(call) => {
            let begun = if call.movable.is_users() { 7 } else { 9 };
            Outcome::Moved(Arc::new(moved(begun, call.users.iter(), &call.to)))
        }
        Effect::Undo { of: 9 } => {
            Outcome::Moved(Arc::new(moved(11, [6, 7, 8].into_iter(), "back")))
        }
        Effect::Undo { .. } => Outcome::Moved(Arc::new(moved(8, [0, 1, 2, 4].into_iter(), "back"))),
        Effect::Probe(call) => {
            let answers = call.targets.iter().map(|target| Evidence {
                source: call.kind.clone(),
                target: target.first().cloned().unwrap_or_default(),
                asked: format!("{} {}", call.kind, target.join(" ")),
                value: Some(true),
                answer: "well".into(),
                at: noon(),
                latency_ms: 12,
                fresh_for_s: 900,
                assumed: false,
                who: None,
            });
            Outcome::Evidence(answers.collect())
        }
        Effect::Command { name, args } => {
            let words: Vec<&str> = std::iter::once(name).chain(args).map(String::as_str).collect();
            Outcome::Command { code: 0, output: words.join(" ") }
        }
        Effect::Attest(call) => Outcome::Evidence(vec![Evidence {
            source: "attestation".into(),
            target: call.owner.clone(),
            asked: call.title.clone(),
            value: Some(true),
            answer: "tried it".into(),
            at: noon(),
            latency_ms: 0,
            fresh_for_s: call.fresh_for.as_secs(),
            assumed: false,
            who: Some("kim".into()),
        }]),
        Effect::Ask { .. } => Outcome::Answer(true),
        Effect::Soak(_) | Effect::Poll(_) => {
            Outcome::Timed { verdict: Verdict::Pass, why: String::new(), evidence: Vec::new() }
        }
        Effect::Refresh => Outcome::Changes(vec!["1 user joined: new@contoso.com".into()]),
        Effect::Drift => Outcome::Changes(Vec::new()),
        _ => Outcome::Done,
    }
}

fn moved(begun: u64, users: impl Iterator<Item = u32>, to: &str) -> MoveOutcome {
    let names = users_of();
    let result = |id: u32| {
        let locked = names.address(id) == "dan@contoso.com";
        UserResult {
            user: names.address(id).to_owned(),
            how: if locked { Ended::Failed } else { Ended::Moved },
            why: if locked { "locked".into() } else { String::new() },
            from: Some("ocspool01.contoso.com".into()),
            home: None,
            tries: 1,
        }
    };
    let results: Vec<_> = users.map(|id| (id, result(id))).collect();
    let applications = results.iter().all(|(id, _)| names.application(*id).is_some());
    MoveOutcome {
        begun,
        to: to.to_owned(),
        base: results.len() as u64,
        allowed: 0,
        took: Duration::from_mins(2),
        results,
        movable: if applications { Movable::Applications } else { Movable::Users },
    }
}

fn person(name: &str, title: &str, city: &str, department: &str, meetings: u32) -> UserRow {
    let first = name.split(' ').next().unwrap().to_lowercase();
    UserRow {
        address: format!("{first}@contoso.com"),
        home: Some(0),
        texts: vec![
            (TextColumn::Name, name.into()),
            (TextColumn::Upn, format!("{first}@corp.contoso.com")),
            (TextColumn::Title, title.into()),
            (TextColumn::City, city.into()),
            (TextColumn::Department, department.into()),
            (TextColumn::Client, "OC 2007 R2".into()),
        ],
        flags: vec![Flag::Enabled],
        meetings,
        ..UserRow::default()
    }
}

/// The rows of the users, managers and delegates by their addresses.
pub(super) fn people() -> Vec<UserRow> {
    let mut ann = person("Ann Ahn", "Engineer", "Seoul", "IT", 2);
    ann.groups = vec!["lync-pilot".into()];
    ann.contacts = Some(40);
    ann.extras = vec![("Cost Center".into(), "4711".into())];
    let mut bob = person("Bob Bae", "Engineer", "Busan", "IT", 0);
    bob.manager = Some("ann@contoso.com".into());
    bob.delegates = vec!["dan@contoso.com".into()];
    bob.texts.push((TextColumn::MovingTo, "lyncpool01.contoso.com".into()));
    let mut cy = person("Cy Cho", "Agent", "Seoul", "Sales", 1);
    cy.flags.push(Flag::EnterpriseVoice);
    cy.texts.push((TextColumn::Line, "tel:+8225550103".into()));
    cy.extras = vec![("VoicePolicy".into(), "Tag:Gold".into())];
    let dan = person("Dan Do", "Agent", "Busan", "Sales", 1);
    let fay = person("Fay Fan", "CEO", "Seoul", "Board", 9);
    let mut eve = person("Eve Eum", "Agent", "Busan", "Sales", 1);
    eve.home = Some(1);
    let mut rows = vec![ann, bob, cy, dan, fay, eve];
    for (index, row) in rows.iter_mut().enumerate() {
        row.line = index + 2;
    }
    rows
}

fn users_of() -> Users {
    let (mut builder, rows) = (UsersBuilder::default(), people());
    builder.file("inventory/users.csv");
    for row in &rows {
        builder.push(row).unwrap();
    }
    for (id, row) in (0_u32..).zip(&rows) {
        let find = |address: &String| builder.so_far().find(address).unwrap();
        let manager = row.manager.as_ref().map(find);
        let delegates: Vec<u32> = row.delegates.iter().map(find).collect();
        if let Some(manager) = manager {
            builder.manager(id, manager);
        }
        for delegate in delegates {
            builder.delegate(id, delegate);
        }
    }
    applications(&mut builder);
    builder.build()
}

fn applications(builder: &mut UsersBuilder) {
    use ApplicationKind::{ConferenceDirectory, DialInNumber, ResponseGroup};
    builder.file("inventory/applications.csv");
    let columns: Arc<[String]> = Arc::new(["Language".to_owned()]);
    for (line, (kind, id, name, phone, home)) in (2..).zip([
        (ResponseGroup, "Helpdesk", "IT Helpdesk", "tel:+8225550190", 0),
        (ResponseGroup, "Sales", "", "", 0),
        (DialInNumber, "sip:seoul@contoso.com", "Seoul", "tel:+8225550199", 0),
        (ConferenceDirectory, "2", "", "", 1),
    ]) {
        let row = builder.begin_application(kind, id, line).unwrap();
        builder.text(row, TextColumn::Name, name);
        builder.text(row, TextColumn::Line, phone);
        builder.home(row, Some(home));
        builder.application_cells(row, &columns, vec!["ko-KR".to_owned()]);
    }
    builder.agent(6, 0);
}

/// Two sites, two pools, six users, four applications.
pub(in crate::script) fn contoso() -> Topology {
    let pool = |fqdn: &str, site, product: &str, generation| Pool {
        fqdn: fqdn.into(),
        site,
        product: product.into(),
        generation,
        role: "front end".into(),
        cluster: (generation == Generation::Current).then(|| "1:1".into()),
        central_management: generation == Generation::Current,
    };
    let names = ["ocspool01.contoso.com", "lyncpool01.contoso.com"];
    let service = |name: &str, pool: usize, ports: &[u16], needs: &[&str]| Service {
        name: name.into(),
        fqdn: names[pool].into(),
        pool: Some(pool),
        ports: ports.to_vec(),
        depends_on: needs.iter().map(|need| (*need).to_owned()).collect(),
    };
    let server =
        |fqdn: &str, pool| Server { fqdn: fqdn.into(), pool: Some(pool), role: "front end".into() };
    Topology {
        organisation: "contoso".into(),
        sites: vec![
            Site { name: "Seoul".into(), kind: "central".into() },
            Site { name: "Busan".into(), kind: "branch".into() },
        ],
        pools: vec![
            pool("ocspool01.contoso.com", 0, "OCS 2007 R2", Generation::Legacy),
            pool("lyncpool01.contoso.com", 1, "Lync Server 2013", Generation::Current),
        ],
        servers: vec![server("ocs01.contoso.com", 0), server("lync01.contoso.com", 1)],
        services: vec![
            service("Front End", 0, &[5061], &[]),
            service("Front End", 1, &[5061, 443], &[]),
            service("Mediation", 1, &[5070], &["lyncpool01.contoso.com/Front End"]),
        ],
        // Before the switch the new side still goes out through the old one.
        routes: vec![
            Route { kind: RouteKind::Federation, from: RouteFrom::Site(1), to: 0 },
            Route { kind: RouteKind::Media, from: RouteFrom::Pool(1), to: 0 },
        ],
        users: users_of(),
    }
}

/// What a piece of script yields, as `debug` prints it, or the message and help of its error.
pub(super) fn eval(code: &str) -> Result<String, String> {
    eval_on(contoso(), &Arc::new(Well::default()), code)
}

/// The same on another organisation, or with a host that one looks at afterwards.
pub(super) fn eval_on(
    topology: Topology,
    host: &Arc<Well>,
    script: &str,
) -> Result<String, String> {
    eval_within(topology, host, Limits::default(), script)
}

/// The same within limits.
pub(super) fn eval_within(
    topology: Topology,
    host: &Arc<Well>,
    limits: Limits,
    script: &str,
) -> Result<String, String> {
    // Every example stands in a test, so that those of the tests' own primitives can run.
    let bench = Bench::new(Arc::new(Canned::new(topology)), "tests/example.rhai", 0);
    let core = Core::for_test(Arc::clone(host) as Arc<dyn Host>, bench);
    core.budget.start(limits);
    let sources: Arc<dyn Sources> = Arc::new(OneScript(format!("{PREAMBLE}{script}").into()));
    let resolver = Resolver::new(&core, &sources);
    let engine = engine::build(&core, resolver.clone());
    let (path, ast) =
        resolver.load(&engine, "tests/example").map_err(|found| format!("{found:?}"))?;
    let mut scope = engine::globals();
    let value = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &ast).map_err(|fault| {
        let finding = errors::explain(&core, &engine, &path, &fault);
        let why = finding.causes.join(" | ");
        format!("{} | {} | {why}", finding.message, finding.help.unwrap_or_default())
    })?;
    scope.push_dynamic("value", value);
    Ok(engine.eval_with_scope::<String>(&mut scope, "value.to_debug()").unwrap())
}

/// A folder with one script.
struct OneScript(Arc<str>);

impl Sources for OneScript {
    fn read(&self, _path: &str) -> Read {
        Read::Text(self.0.clone())
    }
}
