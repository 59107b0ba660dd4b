//! `sidle retry`: another try for those whom a move has left behind.
//!
//! The script is not evaluated, and the earlier reports stay as they are: a replay must see them as
//! they were.

use super::sitting::{Over, Sitting};
use crate::diagnostic::Finding;
use crate::journal::{Begun, Ended, Event, MoveBegun, Place, SideMove, SittingEnd};
use roaring::RoaringBitmap;
use std::collections::HashSet;

impl Sitting {
    /// `sidle retry`: another try for those who ended failed, unknown or not started in moves that the
    /// script has passed. The earlier reports stay as they are.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn retry(&mut self, stage: Option<&str>) -> Result<(), Finding> {
        self.cursor = self.steps().len();
        self.advance_homes();
        let topology = self.set.view.topology();
        let mut jobs: Vec<(u64, MoveBegun)> = Vec::new();
        for live in self.journal.state().live() {
            let inside = stage.is_none_or(|stage| {
                live.step.stage == stage || live.step.stage.starts_with(&format!("{stage} / "))
            });
            let Some(Begun::Move(_)) = &live.begun else { continue };
            let Some((ended, ..)) = &live.ended else { continue };
            if !inside || self.was_undone(live.seq) {
                continue;
            }
            // Whoever was moved or seen elsewhere since is where a later step wants them.
            let changes = self.journal.state().home_changes();
            let later = changes.partition_point(|change| change.seq <= *ended);
            let since: HashSet<&str> = changes
                .get(later..)
                .unwrap_or_default()
                .iter()
                .map(|change| change.user.as_str())
                .collect();
            let report = self.move_outcome(live.seq)?;
            let target = topology.pool(&report.to);
            let homes = self.set.view.homes();
            let users: RoaringBitmap = report
                .results
                .iter()
                .filter(|(_, r)| {
                    matches!(r.how, Ended::Failed | Ended::Unknown | Ended::NotStarted)
                })
                .filter(|(_, result)| !since.contains(result.user.as_str()))
                .map(|(user, _)| *user)
                .filter(|user| homes.pool_of(*user) != target)
                .collect();
            if !users.is_empty() {
                let base = users.len();
                let (to, movable) = (report.to, report.movable);
                jobs.push((live.seq, MoveBegun { users, to, base, allowed: base, movable }));
            }
        }
        if jobs.is_empty() {
            self.end(Over::new(SittingEnd::Completed, "nobody is left to be tried again"));
        }
        for (of, detail) in jobs {
            let why = SideMove::Retry(of);
            let begun = self.record(Event::SideMoveBegun { why, detail }).await?;
            if let Some(held_up) = self.side_move(begun).await? {
                self.move_held_up(held_up, Place::default()).await?;
                return Ok(());
            }
        }
        Ok(())
    }

    /// True if the script took the move back itself.
    fn was_undone(&self, begun: u64) -> bool {
        let live = self.journal.state().live();
        live.iter().any(|it| it.begun == Some(Begun::Undo { of: begun }))
    }
}
