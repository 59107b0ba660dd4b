//! `sidle embedded`: breaks and mends the training ground on purpose.

use super::{Answer, Exit, folder::Dir};
use crate::diagnostic::{Finding, codes};
use crate::session::{self, EmbeddedAction};

const EXAMPLES: &str = "\
Examples:
  sidle embedded stop-service lyncpool01.contoso.com \"Front End\"
  sidle embedded start-service contoso lyncpool01.contoso.com \"Front End\"
  sidle embedded lock-user ann@contoso.com       every move of ann is refused
  sidle embedded lock-user response_group:Helpdesk
  sidle embedded unlock-user contoso ann@contoso.com

A folder may stand before the names; without it, the current one is meant.";

/// Break and mend the embedded world, to see what a run makes of it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Stop a service of a pool.
    #[command(override_usage = "sidle embedded stop-service [DIR] POOL SERVICE")]
    StopService(Service),
    /// Start it again.
    #[command(override_usage = "sidle embedded start-service [DIR] POOL SERVICE")]
    StartService(Service),
    /// Let every move of a user or an application be refused.
    #[command(override_usage = "sidle embedded lock-user [DIR] ADDRESS")]
    LockUser(User),
    /// Let it be moved again.
    #[command(override_usage = "sidle embedded unlock-user [DIR] ADDRESS")]
    UnlockUser(User),
}

#[derive(Debug, clap::Args)]
struct Service {
    /// The pool and the service; a folder may stand before them.
    #[arg(value_name = "NAME", num_args = 2..=3, required = true)]
    target: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct User {
    /// The user's SIP address, or an application's key; a folder may stand before it.
    #[arg(value_name = "ADDRESS", num_args = 1..=2, required = true)]
    target: Vec<String>,
}

/// Answers the command.
pub async fn answer(args: &Args) -> Answer {
    let Some((dir, action)) = read(&args.action) else {
        return Answer::error(Finding::error(codes::CLI_USAGE, "the names are not complete"));
    };
    match session::embedded(dir.path(), action).await {
        Ok(said) => Answer::text(Exit::Completed, said.as_str()).with("message", said),
        Err(findings) => Answer::error(findings),
    }
}

/// Returns the folder and what to do there; the folder is the first name if there is one too many.
fn read(action: &Action) -> Option<(Dir, EmbeddedAction)> {
    let (names, wanted) = match action {
        Action::StopService(service) | Action::StartService(service) => (&service.target, 2),
        Action::LockUser(user) | Action::UnlockUser(user) => (&user.target, 1),
    };
    let (dir, names) = match names.split_first() {
        Some((dir, rest)) if rest.len() == wanted => (dir.as_str(), rest),
        _ => (".", names.as_slice()),
    };
    let first = names.first()?.clone();
    let second = || names.get(1).cloned();
    let action = match action {
        Action::StopService(_) => EmbeddedAction::StopService { pool: first, service: second()? },
        Action::StartService(_) => EmbeddedAction::StartService { pool: first, service: second()? },
        Action::LockUser(_) => EmbeddedAction::LockUser { address: first },
        Action::UnlockUser(_) => EmbeddedAction::UnlockUser { address: first },
    };
    Some((Dir::new(dir), action))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(names: &[&str]) -> Option<(String, EmbeddedAction)> {
        let target = names.iter().map(ToString::to_string).collect();
        read(&Action::StopService(Service { target }))
            .map(|(dir, action)| (dir.path().display().to_string(), action))
    }

    #[test]
    fn a_folder_may_stand_before_the_names() {
        let action = EmbeddedAction::StopService { pool: "p".into(), service: "s".into() };
        assert_eq!(stop(&["p", "s"]), Some((".".into(), action.clone())));
        assert_eq!(stop(&["contoso", "p", "s"]), Some(("contoso".into(), action)));
    }
}
