//! What the journal bears: how often the disk syncs, journaled moves beside a bare loop that commits
//! the same records, a plan of everybody, a resume over everybody's recorded move.

use crate::organisation::{CURRENT, Folder, LEGACY, USERS};
use crate::{Result, one, report, shown};
use roaring::RoaringBitmap;
use sidle::clock::SystemClock;
use sidle::driver::{Driver, Fault};
use sidle::journal::{
    Budget, Effect, Event, Ledger, MoveCall, Place, Record, Reply, Request, SittingMode, Who,
};
use sidle::run::{AllowedCommands, NoDesk, Setting, Silent, Sitting, Stop, World, WorldKind};
use sidle::session::{self, PlanOptions, RunOptions, Watch};
use sidle::topology::{Movable, View, set};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often this disk makes a page durable: what every journaled number depends on.
pub fn disk(folder: &Folder) -> Result<()> {
    let disk = syncs_per_second(folder.path())?;
    println!("disk            {disk:>10.0} fdatasync/s (4 KiB appended each)");
    Ok(())
}

/// Journaled moves.
pub fn journaled(folder: &Folder) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(moves(folder.path()))
}

/// A plan, an explanation, and a resume.
pub fn planned(folder: &Folder) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(plan_and_resume(folder.path()))
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
        applications: 0,
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
        movable: Movable::Users,
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
    let begun = Instant::now();
    session::explain(folder, &crate::organisation::address(USERS / 2), watch())
        .await
        .map_err(shown)?;
    report("explain", begun.elapsed(), read, "one of them; no slower than a plan");
    session::run(folder, RunOptions::default(), watch()).await.map_err(shown)?;
    let begun = Instant::now();
    let ending = session::run(folder, RunOptions::default(), watch()).await.map_err(shown)?;
    if ending.question.is_none() {
        return Err(format!("the run does not wait for the approval: {}", ending.why).into());
    }
    report("resume", begun.elapsed(), read, "aim under 3 s");
    Ok(())
}
