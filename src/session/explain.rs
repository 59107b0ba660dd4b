//! `sidle explain`: simulates the runbook with an eye on one user, and gathers what is known of them.
//!
//! Like a plan it works on a private copy of the journal and writes nothing in the folder. Unlike a
//! plan it answers even if the runbook halts or is wrong: facts and past attempts are told anyway.

use super::opening::Opening;
use super::{PlanOptions, Watch, ending, follow};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{
    Ended, Journal, MoveRecord, Recorded, RunState, SideMove, SittingEnd, Status, Why,
};
use crate::report::explain::{Attempt, Course, Explanation, Home, Kind, Leg, Preflight, Relative};
use crate::run::{Sitting, preflight};
use crate::script::{Met, Mode, Trail};
use crate::text;
use crate::topology::{Flag, Homes, PoolId, TextColumn, Topology, UserId};
use std::path::Path;

/// An explanation, and what is wrong with the runbook.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Everything that is known.
    pub told: Explanation,
    /// Why the simulation did not reach its end.
    pub findings: Findings,
}

/// Explains why a user is in or out. Writes nothing in the folder.
///
/// # Errors
/// If the inventory has no such user, or configuration, inventory or journal cannot be read.
pub async fn explain(folder: &Path, address: &str, watch: Watch) -> Result<Explained, Findings> {
    let opening = Opening::to_explain(folder).await?;
    let Some(user) = opening.topology.users.find(address) else {
        return Err(unknown(&opening.topology, address).into());
    };
    let past = Past::of(&opening, user).await?;
    let open = opening.journal.as_ref().map(|journal| journal.state().run());
    let trail = Trail::of(user);
    let entry = opening.config.runbook.clone();
    let (setting, journal, sources, limits) =
        opening.simulated(PlanOptions::default(), watch).await?;
    let topology = setting.view.topology();
    let from = journal.state().last_seq();
    let sitting = Sitting::start(setting, journal).await?;
    let (over, journal) =
        follow(sitting, sources, &entry, limits, Mode::Run, Some(trail.clone())).await?;
    let from = open.map(|_| from);
    let findings = over.findings.clone();
    let ending = ending(over, &journal);
    let course = Course {
        run: ending.run,
        from,
        after: past.newest.as_ref().filter(|_| open.is_none()).map(stands),
        met: trail.met(),
        legs: legs(journal.state(), &topology, topology.users.address(user), from),
        how: ending.how,
        why: ending.why,
    };
    let told = Facts { topology: &topology, past: &past, journal: &journal }.told(user, course);
    Ok(Explained { told: Explanation { attempts: past.attempts, ..told }, findings })
}

fn unknown(topology: &Topology, address: &str) -> Finding {
    let message = format!("`{}` has no user `{address}`", topology.organisation);
    let help = topology.users.near(address).map_or_else(
        || format!("the inventory has {}", text::count(topology.users.len(), "user")),
        |near| format!("did you mean `{near}`?"),
    );
    Finding::error(codes::UNKNOWN_USER, message).help(help)
}

/// How a run stands that is not gone on with.
fn stands(state: &RunState) -> String {
    let how = match state.status() {
        Status::Open => "is being taken back",
        Status::Completed => "is complete",
        Status::RolledBack => "was rolled back",
    };
    format!("Run {} {how}", state.run())
}

/// What the journal knows.
struct Past {
    /// The newest run.
    newest: Option<RunState>,
    attempts: Vec<Attempt>,
}

impl Past {
    /// Looks through every run.
    async fn of(opening: &Opening, user: UserId) -> Result<Self, Findings> {
        let address = opening.topology.users.address(user);
        let mut past = Self { newest: None, attempts: Vec::new() };
        for run in opening.ledger.runs().await? {
            let open = opening.journal.as_ref().filter(|journal| journal.state().run() == run);
            let state = match open {
                Some(journal) => journal.state().clone(),
                None => opening.ledger.load(run).await?.state().clone(),
            };
            // Rows are those of a run's own snapshot, and only the open run's has been read.
            let row = open.map(|_| user);
            let moves = state.moves().values();
            past.attempts.extend(moves.filter_map(|it| attempt(&state, it, address, row)));
            past.newest = Some(state);
        }
        Ok(past)
    }
}

fn attempt(
    state: &RunState,
    record: &MoveRecord,
    address: &str,
    row: Option<UserId>,
) -> Option<Attempt> {
    let result = record.results.get(address).map(|(_, result)| result);
    let kept_back = || row.filter(|row| record.users.contains(*row)).and(kept_back(state, record));
    let (how, why) = match result {
        Some(result) => (Some(result.how), result.why.clone()),
        None if record.intended.contains(address) => (None, String::new()),
        None => (Some(Ended::NotStarted), kept_back()?),
    };
    Some(Attempt {
        run: state.run(),
        seq: record.seq,
        at: record.at,
        stage: record.stage.clone(),
        kind: match record.side {
            None => Kind::Move,
            Some(SideMove::Retry(_)) => Kind::Retry,
            Some(SideMove::Inverse(_)) => Kind::Back,
        },
        from: result.and_then(|result| result.from.clone()),
        to: record.to.clone(),
        how,
        why,
        tries: result.map_or(0, |result| result.tries),
        superseded: record.superseded,
        taken_back: record.taken_back,
    })
}

/// Why a move that has ended kept users back.
fn kept_back(state: &RunState, record: &MoveRecord) -> Option<String> {
    record.ended?;
    let history = state.history();
    let (step, _) = history.iter().find(|(step, _)| step.seq == record.seq)?;
    match &step.ended.as_ref()?.2 {
        Recorded::Moved { why, .. } => Some(why.clone()),
        _ => None,
    }
}

/// Where a simulated run moves somebody; `from` is the last record that is more than simulated.
fn legs(state: &RunState, topology: &Topology, address: &str, from: Option<u64>) -> Vec<Leg> {
    let moves = state.moves().values().filter(|record| {
        !record.is_inverse()
            && !record.taken_back
            && record.superseded != Some(Why::Rollback)
            && record.results.get(address).is_some_and(|(_, result)| result.how == Ended::Moved)
    });
    moves
        .map(|record| Leg {
            stage: record.stage.clone(),
            to: record.to.clone(),
            generation: topology.pool(&record.to).map_or("", |id| generation(topology, id)),
            record: from.filter(|last| record.seq <= *last).map(|_| record.seq),
        })
        .collect()
}

/// The side that a pool is on; empty if the topology does not have it.
fn generation(topology: &Topology, id: PoolId) -> &'static str {
    topology.pools.get(usize::from(id)).map_or("", |pool| pool.generation.word())
}

/// Where the facts stand.
struct Facts<'a> {
    topology: &'a Topology,
    past: &'a Past,
    /// The simulated run.
    journal: &'a Journal,
}

impl Facts<'_> {
    fn told(&self, user: UserId, course: Course) -> Explanation {
        let users = &self.topology.users;
        let (home, seen) = self.home(user);
        Explanation {
            address: users.address(user).to_owned(),
            name: users.text(user, TextColumn::Name).trim().to_owned(),
            home: home.map(|home| self.pool(home)),
            seen_by: seen,
            enabled: users.flag(user, Flag::Enabled),
            origin: users.origin(user),
            preflight: self.preflight(user, home, &course),
            people: self.people(user, course.from),
            course,
            attempts: Vec::new(),
        }
    }

    /// Where somebody lives now, and the run that saw them there.
    fn home(&self, user: UserId) -> (Option<PoolId>, Option<u64>) {
        let seen = self.past.newest.as_ref().and_then(|state| {
            let home = state.home(self.topology.users.address(user))?;
            Some((self.topology.pool(home), Some(state.run())))
        });
        seen.unwrap_or_else(|| (self.topology.users.home(user), None))
    }

    fn pool(&self, id: PoolId) -> Home {
        let pool = self.topology.pools.get(usize::from(id));
        let site = pool.and_then(|pool| self.topology.sites.get(pool.site));
        Home {
            pool: self.topology.pool_name(id).to_owned(),
            generation: generation(self.topology, id),
            site: site.map(|site| site.name.clone()).unwrap_or_default(),
        }
    }

    /// What preflight says of the user's next move, or else of the runbook's first.
    fn preflight(&self, user: UserId, now: Option<PoolId>, course: &Course) -> Option<Preflight> {
        // What skipped the user before is no matter if a later move has them.
        let next = course.legs.iter().find(|leg| leg.record.is_none()).or(course.legs.last());
        let met = || {
            course.met.iter().find_map(|met| match met {
                Met::Moved { to, back: false, .. } => Some(to.as_str()),
                _ => None,
            })
        };
        let own = next.map(|leg| leg.to.as_str()).or_else(met);
        let first = || self.journal.state().moves().values().find(|record| !record.is_inverse());
        let to = self.topology.pool(own.or_else(|| Some(first()?.to.as_str()))?)?;
        let mut homes = Homes::of_snapshot(self.topology);
        homes.set(user, now);
        Some(Preflight {
            to: self.topology.pool_name(to).to_owned(),
            fit: preflight::fit(self.topology, &homes, user, to),
        })
    }

    fn people(&self, user: UserId, from: Option<u64>) -> Vec<Relative> {
        let users = &self.topology.users;
        let manager = users.manager(user).map(|id| ("manager", id));
        let delegates = users.delegates(user).into_iter().map(|id| ("delegate", id));
        let acts_for = users.acts_for(user).iter().map(|id| ("acts for", *id));
        let line = users.shares_line(user).iter().map(|id| ("same line as", *id));
        let all = manager.into_iter().chain(delegates).chain(acts_for).chain(line);
        all.filter(|(_, id)| *id != user)
            .map(|(relation, id)| {
                let address = users.address(id);
                Relative {
                    relation,
                    address: address.to_owned(),
                    name: users.text(id, TextColumn::Name).trim().to_owned(),
                    home: self.home(id).0.map(|home| self.pool(home)),
                    legs: legs(self.journal.state(), self.topology, address, from),
                }
            })
            .collect()
    }
}

impl Explained {
    /// True if the runbook is wrong, so the answer may lack something.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.told.course.how == SittingEnd::Error
    }
}
