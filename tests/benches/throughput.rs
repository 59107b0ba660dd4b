//! Throughput, each beside a named reference of the same run; printed, never asserted.
//!
//! `cargo bench` prints: what the disk can sync, journaled moves beside a bare loop that commits the same
//! records, a plan of 100,000 users, and a resume over 100,000 recorded moves.

use roaring::RoaringBitmap;
use sidle::clock::SystemClock;
use sidle::diagnostic::Finding;
use sidle::driver::{Driver, Fault};
use sidle::journal::{
    Budget, Effect, Event, Ledger, MoveCall, Place, Record, Reply, Request, SittingMode, Who,
};
use sidle::run::{AllowedCommands, NoDesk, Setting, Silent, Sitting, Stop, World, WorldKind};
use sidle::session::{self, PlanOptions, RunOptions, Watch};
use sidle::topology::{View, set};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USERS: usize = 100_000;
const LEGACY: &str = "ocspool01.contoso.com";
const CURRENT: &str = "lyncpool01.contoso.com";

const TOPOLOGY: &str = r#"
[[site]]
name = "Seoul"
kind = "central"
[[pool]]
fqdn = "ocspool01.contoso.com"
site = "Seoul"
product = "OCS 2007 R2"
generation = "legacy"
role = "front end"
servers = ["ocsfe01.contoso.com"]
[[pool]]
fqdn = "lyncpool01.contoso.com"
site = "Seoul"
product = "Lync Server 2013"
generation = "current"
role = "front end"
servers = ["lyncfe01.contoso.com"]
"#;

const RUNBOOK: &str = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let lync = topology.pool("lyncpool01.contoso.com");
stage "Production" { require legacy.users.move_to(lync, #{ parallel: 64 }); }
stage "After" { approve("go on?"); }
"#;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    organisation(folder.path())?;
    let runtime = tokio::runtime::Runtime::new()?;
    println!("{} users, {} cores\n", sidle::text::grouped(USERS), cores());
    let disk = syncs_per_second(folder.path())?;
    println!("disk            {disk:>10.0} fdatasync/s (4 KiB appended each)");
    runtime.block_on(moves(folder.path()))?;
    runtime.block_on(plan_and_resume(folder.path()))?;
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// An organisation's folder with that many users on the legacy pool.
fn organisation(folder: &Path) -> Result<()> {
    let mut csv =
        String::from("SipAddress,Enabled,DisplayName,UserPrincipalName,HomeServer,RegistrarPool\n");
    for number in 0..USERS {
        writeln!(
            csv,
            "sip:user{number:06}@contoso.com,True,User {number:06},user{number:06}@contoso.com,\
             \"CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,CN=Services,\
             CN=Configuration,DC=contoso,DC=com\",",
        )?;
    }
    std::fs::create_dir(folder.join("inventory"))?;
    std::fs::write(folder.join("inventory/users.csv"), csv)?;
    std::fs::write(folder.join("inventory/topology.toml"), TOPOLOGY)?;
    std::fs::write(folder.join("runbook.rhai"), RUNBOOK)?;
    std::fs::write(folder.join("sidle.toml"), "name = \"Contoso\"\n")?;
    Ok(())
}

/// How often this disk makes 4 KiB durable in a second.
fn syncs_per_second(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("sync"))?;
    let started = Instant::now();
    let mut syncs = 0.0;
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        syncs += 1.0;
    }
    Ok(syncs / started.elapsed().as_secs_f64())
}

/// A system whose moves cost nothing.
struct Costless(Mutex<RoaringBitmap>);

impl Costless {
    fn row(user: &str) -> u32 {
        user.get(4..10).and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX)
    }

    fn moved(&self) -> std::sync::MutexGuard<'_, RoaringBitmap> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Driver for Costless {
    fn name(&self) -> &'static str {
        "costless"
    }

    async fn homes(&self, users: &[String]) -> std::result::Result<Vec<Option<String>>, Fault> {
        let moved = self.moved();
        let home = |user: &String| if moved.contains(Self::row(user)) { CURRENT } else { LEGACY };
        Ok(users.iter().map(|user| Some(home(user).to_owned())).collect())
    }

    async fn rehome(&self, user: &str, _from: &str, _to: &str) -> std::result::Result<(), Fault> {
        self.moved().insert(Self::row(user));
        Ok(())
    }

    async fn ready(&self, _pool: &str) -> std::result::Result<(), Fault> {
        Ok(())
    }

    async fn remaining(&self, _pool: &str) -> std::result::Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    async fn retire(&self, _pool: &str) -> std::result::Result<(), Fault> {
        Ok(())
    }
}

fn who() -> Who {
    Who { user: "bench".to_owned(), host: "bench".to_owned(), pid: std::process::id() }
}

fn started() -> Event {
    Event::RunStarted {
        format: sidle::journal::FORMAT,
        sidle: "bench".to_owned(),
        organisation: "Contoso".to_owned(),
        rehearsal: false,
        seed: 7,
        files: Vec::new(),
        users: USERS as u64,
        who: who(),
    }
}

/// One move of everybody with an effect that costs nothing, beside a bare loop over the same records.
async fn moves(folder: &Path) -> Result<()> {
    let config = sidle::config::read(folder).map_err(shown)?;
    let files = sidle::inventory::Folder(folder);
    let (topology, _) = sidle::inventory::read(&config, &files).map_err(shown)?;
    let users = topology.users.all();
    let call = MoveCall {
        users_sha: set::identity(&topology.users, &users),
        users,
        to: CURRENT.to_owned(),
        parallel: 64,
        max_failures: Budget::Count(0),
        retries: 3,
        within: None,
    };
    let view = View::new(topology);
    let place = tempfile::tempdir_in(folder)?;
    let ledger = Arc::new(Ledger::open(place.path(), &who()).await.map_err(one)?);
    let journal = ledger.begin(jiff::Timestamp::now(), started()).await.map_err(one)?;
    let simulated = World::simulation(&view, jiff::Timestamp::now(), &Arc::default());
    let world = World {
        driver: Arc::new(Costless(Mutex::default())),
        commands: Arc::new(AllowedCommands::of(&config)),
        clock: Arc::new(SystemClock),
        kind: WorldKind::Live,
        ..simulated
    };
    let setting = Setting {
        ledger: ledger.clone(),
        world,
        view,
        observer: Arc::new(Silent),
        desk: Arc::new(NoDesk),
        stop: Stop::default(),
        who: who(),
        mode: SittingMode::Forward,
        until: None,
        yes: false,
        steering: Arc::default(),
        server_patience: Duration::from_secs(1),
    };
    let mut sitting = Sitting::start(setting, journal).await.map_err(one)?;
    let request =
        Request::Effect { stage: String::new(), effect: Effect::Move(call), at: Place::default() };
    let begun = Instant::now();
    let reply = sitting.answer(request).await;
    let ours = begun.elapsed();
    if !matches!(reply, Reply::Outcome(_)) {
        return Err("the move did not end".into());
    }
    let records = ledger.records(sitting.journal().state().run()).await.map_err(one)?;
    let bare = bare_loop(folder, records).await?;
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand fits")]
    let rate = |time: Duration| USERS as f64 / time.as_secs_f64();
    println!("journaled moves {:>10.0} moves/s (mover, effect costs nothing)", rate(ours));
    println!(
        "  reference     {:>10.0} moves/s (bare loop, same records, same batches)",
        rate(bare)
    );
    println!("  ratio         {:>10.2} (aim 0.8)", bare.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// Commits the same records in the same batches, and does nothing else: each intent is awaited, as it
/// must be before anybody is asked; results are not.
async fn bare_loop(folder: &Path, records: Vec<Record>) -> Result<Duration> {
    let place = tempfile::tempdir_in(folder)?;
    let ledger = Ledger::open(place.path(), &who()).await.map_err(one)?;
    let mut journal = ledger.begin(jiff::Timestamp::now(), started()).await.map_err(one)?;
    let begun = Instant::now();
    let mut open = Vec::new();
    for record in records.into_iter().skip(1) {
        let wait = !matches!(record.event, Event::Results { .. });
        let ack = journal.submit(record.at, vec![record.event]).map_err(one)?;
        if wait {
            ack.await.map_err(one)?;
        } else {
            open.push(ack);
        }
    }
    for ack in open {
        ack.await.map_err(one)?;
    }
    Ok(begun.elapsed())
}

/// A plan of everybody, and a resume over everybody's recorded move.
async fn plan_and_resume(folder: &Path) -> Result<()> {
    let watch =
        || Watch { observer: Arc::new(Silent), desk: Arc::new(NoDesk), stop: Stop::default() };
    let read = Instant::now();
    let config = sidle::config::read(folder).map_err(shown)?;
    sidle::inventory::read(&config, &sidle::inventory::Folder(folder)).map_err(shown)?;
    let read = read.elapsed();
    let begun = Instant::now();
    session::plan(folder, PlanOptions::default(), watch()).await.map_err(shown)?;
    report("plan", begun.elapsed(), read, "aim under 5 s");
    session::run(folder, RunOptions::default(), watch()).await.map_err(shown)?;
    let begun = Instant::now();
    let ending = session::run(folder, RunOptions::default(), watch()).await.map_err(shown)?;
    if ending.question.is_none() {
        return Err(format!("the run does not wait for the approval: {}", ending.why).into());
    }
    report("resume", begun.elapsed(), read, "aim under 3 s");
    Ok(())
}

fn report(what: &str, took: Duration, read: Duration, aim: &str) {
    println!("{what:<15} {:>10.2} s ({aim})", took.as_secs_f64());
    println!("  reference     {:>10.2} s (reading the same inventory alone)", read.as_secs_f64());
    println!("  ratio         {:>10.2}", took.as_secs_f64() / read.as_secs_f64());
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn one(finding: Finding) -> String {
    finding.to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn shown(findings: sidle::diagnostic::Findings) -> String {
    findings.0.first().map(ToString::to_string).unwrap_or_default()
}
