//! Moves and homes: who was moved by what, who is in doubt, and where everybody was last seen.
//!
//! A user is *in doubt* from the intent that was written ahead until a result settles it. Only a
//! result changes a home.

use super::{IllegalTransition, RunState};
use crate::journal::event::{MoveBegun, SideMove, Why};
use crate::journal::record::Record;
use crate::journal::result::{Ended, UserResult};
use crate::journal::step::{Place, Step};
use crate::topology::Movable;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};

/// A move: a step of the script, or one beside its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveRecord {
    /// The record at which it began; its name.
    pub seq: u64,
    /// When it began.
    pub at: Timestamp,
    /// Path of its stage; of a side move, that of the move it belongs to.
    pub stage: String,
    /// In words.
    pub shown: String,
    /// In the spelling that replay compares; of a side move, that of the move it belongs to.
    pub what: String,
    /// Where it stands in the script.
    pub at_place: Place,
    /// Why it stands beside the script's steps, if it does.
    pub side: Option<SideMove>,
    /// FQDN of the target.
    pub to: String,
    /// Members, as rows of the snapshot.
    pub users: RoaringBitmap,
    /// What a budget in percent counts from.
    pub base: u64,
    /// Failures that the budget allows.
    pub allowed: u64,
    /// What the members are.
    pub movable: Movable,
    /// Users in doubt: written ahead, and no result yet (or an unknown one, asked for again).
    pub intended: HashSet<String>,
    /// The newest result of each user, with its record.
    pub results: HashMap<String, (u64, UserResult)>,
    /// Record and time of its end.
    pub ended: Option<(u64, Timestamp)>,
    /// Why it answers the script no more.
    pub superseded: Option<Why>,
    /// True once a rollback took it back, or once nobody is left where it put them and inverses ended.
    pub taken_back: bool,
    /// The server whose fault holds it up, and the fault.
    pub paused: Option<(String, String)>,
    failures: u64,
}

impl MoveRecord {
    /// How many users count as failures: failed, or unknown.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// True for the inverse of another move.
    #[must_use]
    pub fn is_inverse(&self) -> bool {
        matches!(self.side, Some(SideMove::Inverse(_)))
    }
}

/// A user's home changed, or was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeChange {
    /// The record that says so.
    pub seq: u64,
    /// SIP address.
    pub user: String,
    /// FQDN of the pool; `None` for nowhere.
    pub to: Option<String>,
}

/// Where a user was last seen, and the move that brought them there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HomeNow {
    to: String,
    by: u64,
}

/// A user whom a move brought to where they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MovedUser<'a> {
    /// SIP address.
    pub user: &'a str,
    /// Home before that move.
    pub from: Option<&'a str>,
}

impl RunState {
    /// Every change and every sighting of a home, in the order of records.
    #[must_use]
    pub fn home_changes(&self) -> &[HomeChange] {
        &self.home_changes
    }

    /// Where users of this run's moves were last seen: address and pool, in no order.
    pub fn homes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.homes.iter().map(|(user, home)| (user.as_str(), home.to.as_str()))
    }

    /// Where this user was last seen; `None` if no move of the run concerned them.
    #[must_use]
    pub fn home(&self, user: &str) -> Option<&str> {
        self.homes.get(user).map(|home| home.to.as_str())
    }

    /// The users whom the move begun at record `seq` moved and who were not moved since, by address: those
    /// whom its inverse has to take back.
    #[must_use]
    pub fn moved_by(&self, seq: u64) -> Vec<MovedUser<'_>> {
        let mut moved: Vec<_> = self
            .moves
            .get(&seq)
            .into_iter()
            .flat_map(|record| record.results.values())
            .filter(|(_, result)| self.stays_moved(seq, result))
            .map(|(_, result)| MovedUser { user: &result.user, from: result.from.as_deref() })
            .collect();
        moved.sort_unstable();
        moved
    }

    fn stays_moved(&self, seq: u64, result: &UserResult) -> bool {
        result.how == Ended::Moved && self.homes.get(&result.user).is_some_and(|now| now.by == seq)
    }

    /// Moves of the script in that stage, to that pool and of at least these users that a halt or a
    /// recheck superseded, newest first. A move asked for again takes over their base and their failures;
    /// whom the earlier one moved may be missing from the set by now.
    pub fn earlier_tries<'a>(
        &'a self,
        stage: &'a str,
        to: &'a str,
        users: &'a RoaringBitmap,
    ) -> impl Iterator<Item = &'a MoveRecord> {
        self.moves.values().rev().filter(move |record| {
            record.side.is_none()
                && !record.taken_back
                && record.superseded.is_some_and(|why| why != Why::Rollback)
                && record.stage == stage
                && record.to == to
                && users.is_subset(&record.users)
        })
    }

    pub(super) fn add_move(
        &mut self,
        record: &Record,
        step: &Step,
        side: Option<SideMove>,
        detail: &MoveBegun,
    ) {
        let begun = MoveRecord {
            seq: record.seq,
            at: record.at,
            stage: step.stage.clone(),
            shown: step.shown.clone(),
            what: step.what.clone(),
            at_place: step.at.clone(),
            side,
            to: detail.to.clone(),
            users: detail.users.clone(),
            base: detail.base,
            allowed: detail.allowed,
            movable: detail.movable,
            intended: HashSet::new(),
            results: HashMap::new(),
            ended: None,
            superseded: None,
            taken_back: false,
            paused: None,
            failures: 0,
        };
        self.moves.insert(record.seq, begun);
    }

    pub(super) fn add_side_move(
        &mut self,
        record: &Record,
        why: &SideMove,
        detail: &MoveBegun,
    ) -> Result<(), IllegalTransition> {
        let (of, kind, words) = match why {
            SideMove::Retry(of) => (*of, crate::journal::StepKind::Move, "retry of"),
            SideMove::Inverse(of) => (*of, crate::journal::StepKind::Undo, "take back"),
        };
        let Some(origin) = self.moves.get(&of) else {
            return Err(IllegalTransition {
                seq: record.seq,
                why: format!("belongs to a move at record {of}, where none began"),
            });
        };
        let number = usize::try_from(detail.users.len()).unwrap_or(usize::MAX);
        let users = detail.movable.count(number);
        let step = Step {
            stage: origin.stage.clone(),
            kind,
            what: origin.what.clone(),
            shown: format!("{words} record {of}: move {users} to `{}`", detail.to),
            at: origin.at_place.clone(),
        };
        self.add_move(record, &step, Some(why.clone()), detail);
        Ok(())
    }

    pub(super) fn end_side_move(
        &mut self,
        record: &Record,
        begun: u64,
    ) -> Result<(), IllegalTransition> {
        if self.going(record.seq, begun)?.side.is_none() {
            return Err(IllegalTransition {
                seq: record.seq,
                why: format!("ends the move of record {begun} like one beside the script"),
            });
        }
        self.end_move(record, begun);
        Ok(())
    }

    /// Notes a move's end, if `begun` is a move at all.
    pub(super) fn end_move(&mut self, record: &Record, begun: u64) {
        let Some(ending) = self.moves.get_mut(&begun) else { return };
        ending.ended = Some((record.seq, record.at));
        ending.paused = None;
        let Some(SideMove::Inverse(of)) = ending.side else { return };
        let left = self.moves.get(&of).is_some_and(|origin| {
            origin.results.values().any(|(_, result)| self.stays_moved(of, result))
        });
        if let Some(origin) = self.moves.get_mut(&of) {
            origin.taken_back = !left;
        }
    }

    /// The move begun at `begun`, if it goes on.
    fn going(&mut self, seq: u64, begun: u64) -> Result<&mut MoveRecord, IllegalTransition> {
        let refuse = |why: &str| IllegalTransition {
            seq,
            why: format!("belongs to the move of record {begun}, {why}"),
        };
        match self.moves.get_mut(&begun) {
            None => Err(refuse("where none began")),
            Some(record) if record.ended.is_some() => Err(refuse("which has ended")),
            Some(record) => Ok(record),
        }
    }

    pub(super) fn intend(
        &mut self,
        seq: u64,
        begun: u64,
        users: &[String],
    ) -> Result<(), IllegalTransition> {
        let record = self.going(seq, begun)?;
        if let Some(settled) = users.iter().find(|user| record.is_settled(user)) {
            return Err(IllegalTransition {
                seq,
                why: format!("intends `{settled}`, who has ended in the move of record {begun}"),
            });
        }
        record.intended.extend(users.iter().cloned());
        Ok(())
    }

    pub(super) fn add_results(
        &mut self,
        seq: u64,
        begun: u64,
        results: &[UserResult],
    ) -> Result<(), IllegalTransition> {
        let record = self.going(seq, begun)?;
        record.check_results(seq, results)?;
        let target = record.to.clone();
        for result in results {
            record.intended.remove(&result.user);
            let known = record.results.insert(result.user.clone(), (seq, result.clone()));
            let before = known.is_some_and(|(_, old)| is_failure(old.how));
            record.failures =
                record.failures - u64::from(before) + u64::from(is_failure(result.how));
        }
        for result in results {
            self.see_home(seq, begun, result, &target);
        }
        Ok(())
    }

    fn see_home(&mut self, seq: u64, begun: u64, result: &UserResult, target: &str) {
        let arrived = matches!(result.how, Ended::Moved | Ended::AlreadyThere);
        let Some(to) = result.home.as_deref().or(arrived.then_some(target)) else { return };
        let user = &result.user;
        self.home_changes.push(HomeChange { seq, user: user.clone(), to: Some(to.to_owned()) });
        match self.homes.get_mut(user) {
            // Seen again where another move brought them: that one still has to be taken back.
            Some(now) if now.to == to && result.how != Ended::Moved => {}
            Some(now) => *now = HomeNow { to: to.to_owned(), by: begun },
            None => {
                self.homes.insert(user.clone(), HomeNow { to: to.to_owned(), by: begun });
            }
        }
    }

    pub(super) fn pause(
        &mut self,
        seq: u64,
        begun: u64,
        fault: Option<(&str, &str)>,
    ) -> Result<(), IllegalTransition> {
        let record = self.going(seq, begun)?;
        if fault.is_none() && record.paused.is_none() {
            return Err(IllegalTransition {
                seq,
                why: format!("goes on with the move of record {begun}, which is not paused"),
            });
        }
        record.paused = fault.map(|(server, why)| (server.to_owned(), why.to_owned()));
        Ok(())
    }
}

impl MoveRecord {
    fn is_settled(&self, user: &str) -> bool {
        self.results
            .get(user)
            .is_some_and(|(_, known)| !matches!(known.how, Ended::Unknown | Ended::NotStarted))
    }

    fn check_results(&self, seq: u64, results: &[UserResult]) -> Result<(), IllegalTransition> {
        let refuse = |user: &str, why: &str| {
            let why =
                format!("gives a result for `{user}`, who {why} the move of record {}", self.seq);
            Err(IllegalTransition { seq, why })
        };
        let mut seen = HashSet::with_capacity(results.len());
        let mut more = 0;
        for result in results {
            let user = result.user.as_str();
            let asked = matches!(result.how, Ended::Moved | Ended::Unknown) || result.tries > 0;
            let known = self.results.contains_key(user);
            if self.is_settled(user) || !seen.insert(user) {
                return refuse(user, "has ended before in");
            }
            // A user who ended unknown was intended, and may be settled by reading back.
            if asked && !known && !self.intended.contains(user) {
                return refuse(user, "was not intended in");
            }
            more += u64::from(!known);
        }
        if self.results.len() as u64 + more > self.users.len() {
            return Err(IllegalTransition {
                seq,
                why: format!(
                    "gives results for more users than the move of record {} has",
                    self.seq
                ),
            });
        }
        Ok(())
    }
}

fn is_failure(how: Ended) -> bool {
    matches!(how, Ended::Failed | Ended::Unknown)
}
