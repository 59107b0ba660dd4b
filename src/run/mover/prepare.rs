//! Before the first user is asked: who is done, who is in doubt, who goes first.

use super::charge::{self, Charges};
use super::course::Course;
use super::job::{Doubt, Job};
use super::pause::Outage;
use super::writer::Writer;
use super::{MoveContext, MoveOptions};
use crate::diagnostic::{Finding, codes};
use crate::journal::{Ended, MoveRecord, UserResult};
use crate::run::preflight;
use crate::topology::{Topology, Users};
use roaring::RoaringBitmap;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

impl<'a> Course<'a> {
    /// Sorts the members of the move begun at record `begun` by what is known of them.
    pub(super) fn prepare(
        cx: &'a mut MoveContext<'_>,
        begun: u64,
        options: &MoveOptions,
    ) -> Result<Self, Finding> {
        let topology = cx.view.topology();
        let state = cx.journal.state();
        let record = state.moves().get(&begun).ok_or_else(|| unknown(begun, "not begun"))?;
        let to = record.to.clone();
        let outside = || unknown(begun, "a target outside the topology");
        let target = topology.pool(&to).ok_or_else(outside)?;
        let parallel = options.parallel.max(1);
        let charges = Charges::open(state, record, &topology.users, parallel);
        let (left, failed) = without_result(record, &topology.users);
        let sorted = preflight::sort(&topology, &cx.view.homes(), &left, target);
        let doubts = Doubts { here: in_doubt(record), before: charge::in_doubt(state, record) };
        // Where nobody can go any more, nobody is asked for, and who is in doubt has not got there.
        let closed = options.closed.as_ref().filter(|_| !options.settle_only);
        let (open, shut) = match closed {
            Some(_) => (Vec::new(), sorted.eligible),
            None => (sorted.eligible, Vec::new()),
        };
        let queues = queues(&topology, open, &doubts, &charges);
        let total = usize::try_from(record.users.len()).unwrap_or(usize::MAX);
        let seed = state.started().map_or(0, |started| started.seed);
        let mut course = Self {
            driver: Arc::clone(&cx.world.driver),
            stop: cx.stop.clone(),
            outage: Outage::new(options.server_patience),
            writer: Writer::new(begun, cx.journal, &*cx.world.clock, cx.view, cx.observer),
            charges,
            to,
            retries: options.retries,
            parallel,
            seed,
            settle_only: options.settle_only,
            total,
            left,
            failed,
            waiting: queues.waiting,
            ahead: None,
            ready: VecDeque::new(),
            again: VecDeque::new(),
            settling: queues.unread.len(),
            unread: queues.unread,
            asking: 0,
            shown: None,
        };
        if !course.settle_only {
            for (user, result) in sorted.settled {
                course.end(user, result)?;
            }
        }
        if let Some(why) = closed {
            for (user, from) in shut {
                let address = topology.users.address(user).to_owned();
                let home = topology.pools.get(usize::from(from)).map(|pool| pool.fqdn.clone());
                let how = Ended::Failed;
                let (why, from) = (why.clone(), home.clone());
                course.end(user, UserResult { user: address, how, why, from, home, tries: 0 })?;
            }
        }
        Ok(course)
    }
}

/// Who may have been moved without a result that says so.
struct Doubts<'a> {
    /// In this move: they are read back before anybody is started.
    here: HashSet<&'a str>,
    /// In those it took over from: found at the target, it was the run that moved them.
    before: HashSet<&'a str>,
}

struct Queues {
    unread: Vec<Job>,
    waiting: VecDeque<Job>,
}

fn queues(
    topology: &Topology,
    eligible: Vec<(u32, u16)>,
    doubts: &Doubts<'_>,
    charges: &Charges,
) -> Queues {
    let names: Vec<Arc<str>> =
        topology.pools.iter().map(|pool| Arc::from(pool.fqdn.as_str())).collect();
    let (mut unread, mut first, mut later) = (Vec::new(), VecDeque::new(), VecDeque::new());
    for (user, from) in eligible {
        let address = topology.users.address(user).to_owned();
        let from = names.get(usize::from(from)).cloned().unwrap_or_default();
        let mut job = Job::new(user, address, from);
        job.maybe_moved = doubts.before.contains(job.address.as_str());
        if doubts.here.contains(job.address.as_str()) {
            job.doubt = Doubt::Crash;
            job.maybe_moved = true;
            unread.push(job);
        } else if charges.counts(user) {
            // To try them again can only lower the count.
            first.push_back(job);
        } else {
            later.push_back(job);
        }
    }
    first.append(&mut later);
    Queues { unread, waiting: first }
}

/// The members without a final result, and how many of the others failed.
fn without_result(record: &MoveRecord, users: &Users) -> (RoaringBitmap, usize) {
    let (mut left, mut failed) = (record.users.clone(), 0);
    for (_, result) in record.results.values() {
        if matches!(result.how, Ended::Unknown | Ended::NotStarted) {
            continue;
        }
        if let Some(user) = users.find(&result.user) {
            left.remove(user);
            failed += usize::from(result.how == Ended::Failed);
        }
    }
    (left, failed)
}

/// Those who were intended and have no result, and those whom nobody could read back.
fn in_doubt(record: &MoveRecord) -> HashSet<&str> {
    let unknown = record.results.values().filter(|(_, result)| result.how == Ended::Unknown);
    let intended = record.intended.iter().map(String::as_str);
    unknown.map(|(_, result)| result.user.as_str()).chain(intended).collect()
}

fn unknown(begun: u64, what: &str) -> Finding {
    Finding::error(codes::MOVE_UNKNOWN, format!("the move of record {begun} has {what}"))
        .help("this is a fault of sidle; keep the folder `.sidle` as it is and report it")
}
