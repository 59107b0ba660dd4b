//! The world that a run acts on: one code path, different worlds.
//!
//! Live asks real systems by the machine's clock. A rehearsal does the same by a clock that jumps over
//! every wait. A simulation asks nobody: its driver moves users in memory, its probes are assumed good.

use super::simulation::{SimCommands, SimDriver, SimProber};
use super::steering::Steering;
use crate::clock::{Clock, VirtualClock};
use crate::config::{CommandConfig, Config};
use crate::diagnostic::{Finding, codes};
use crate::driver::Driver;
use crate::probe::Prober;
use crate::text::{did_you_mean, duration, list};
use crate::topology::View;
use crate::wire::process::{self, Call, Ending};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Which world it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorldKind {
    /// Real systems, real time, real people.
    Live,
    /// Real systems; waits pass at once, questions are answered by "rehearsal".
    Rehearsal,
    /// Nothing real: a plan.
    Simulation,
}

/// What a run acts on. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// Moves users.
    pub driver: Arc<dyn Driver>,
    /// Asks about the state of systems.
    pub prober: Arc<dyn Prober>,
    /// Runs commands.
    pub commands: Arc<dyn Commands>,
    /// Tells the time of the run.
    pub clock: Arc<dyn Clock>,
    /// Which world it is.
    pub kind: WorldKind,
}

impl World {
    /// A world in memory that starts from the homes of `view`, at `from` on a clock that jumps, and goes
    /// well but for what `steering` says.
    #[must_use]
    pub fn simulation(view: &View, from: Timestamp, steering: &Arc<Steering>) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::standing(from));
        Self {
            driver: Arc::new(SimDriver::new(view.clone(), Arc::clone(steering))),
            prober: Arc::new(SimProber::new(
                Arc::clone(&clock),
                view.clone(),
                Arc::clone(steering),
            )),
            commands: Arc::new(SimCommands),
            clock,
            kind: WorldKind::Simulation,
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandEnd {
    /// Its exit code; 124 if it ran out of time, 127 if it could not be started, as shells have it.
    pub code: i32,
    /// The end of its output.
    pub output: String,
}

/// Runs the commands that sidle.toml lists.
#[async_trait::async_trait]
pub trait Commands: Send + Sync {
    /// Whether a command may be repeated after a crash.
    ///
    /// # Errors
    /// If sidle.toml lists no such command.
    fn safe(&self, name: &str) -> Result<bool, Finding>;

    /// Runs a command with these arguments after its own.
    ///
    /// # Errors
    /// If sidle.toml lists no such command; nothing has been run then.
    async fn run(&self, name: &str, args: &[String]) -> Result<CommandEnd, Finding>;
}

/// Runs commands as child processes, in the organisation's folder.
#[derive(Debug, Clone)]
pub struct AllowedCommands {
    folder: PathBuf,
    allowed: BTreeMap<String, CommandConfig>,
}

impl AllowedCommands {
    /// The commands of a configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { folder: config.folder.clone(), allowed: config.commands.clone() }
    }

    fn find(&self, name: &str) -> Result<&CommandConfig, Finding> {
        self.allowed.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.allowed.keys().map(String::as_str).collect();
            let known = match names.as_slice() {
                [] => format!("list it in sidle.toml under `[commands.{name}]`"),
                names => format!("sidle.toml lists {}", list(names, 10)),
            };
            let message = format!("sidle.toml lists no command `{name}`");
            let help = did_you_mean(name, names.iter().copied(), &known);
            Finding::error(codes::COMMAND_UNKNOWN, message).help(help)
        })
    }
}

#[async_trait::async_trait]
impl Commands for AllowedCommands {
    fn safe(&self, name: &str) -> Result<bool, Finding> {
        self.find(name).map(|command| command.safe)
    }

    async fn run(&self, name: &str, args: &[String]) -> Result<CommandEnd, Finding> {
        let command = self.find(name)?;
        let line: Vec<String> = command.run.iter().chain(args).cloned().collect();
        let call = Call { argv: &line, folder: &self.folder, timeout: command.timeout };
        Ok(match process::run(call).await {
            Ok(ran) => match ran.ending {
                Ending::Exited(code) => CommandEnd { code, output: ran.output },
                Ending::TimedOut => {
                    let after = duration(command.timeout);
                    CommandEnd {
                        code: 124,
                        output: format!("{}[killed after {after}]\n", ran.output),
                    }
                }
            },
            Err(error) => {
                CommandEnd { code: 127, output: format!("cannot start `{name}`: {error}\n") }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn commands(folder: PathBuf) -> AllowedCommands {
        let command = |run: &[&str]| CommandConfig {
            run: run.iter().map(|&arg| arg.to_owned()).collect(),
            safe: run.contains(&"pwd"),
            timeout: Duration::from_millis(300),
        };
        let allowed = [
            ("where", command(&["pwd"])),
            ("sleep", command(&["sleep"])),
            ("gone", command(&["/nonexistent/program"])),
        ];
        let allowed = allowed.into_iter().map(|(name, one)| (name.to_owned(), one)).collect();
        AllowedCommands { folder, allowed }
    }

    #[tokio::test]
    async fn a_command_runs_in_the_folder_and_one_out_of_time_or_missing_has_a_shells_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        let commands = commands(path.clone());
        let ended = commands.run("where", &[]).await.unwrap();
        assert_eq!(ended, CommandEnd { code: 0, output: format!("{}\n", path.display()) });
        let ended = commands.run("sleep", &["60".to_owned()]).await.unwrap();
        assert_eq!(ended, CommandEnd { code: 124, output: "[killed after 300ms]\n".into() });
        assert_eq!(commands.run("gone", &[]).await.unwrap().code, 127);
    }

    #[tokio::test]
    async fn a_command_that_is_not_listed_does_not_run() {
        let commands = commands(PathBuf::from("/"));
        let finding = commands.run("slep", &[]).await.unwrap_err();
        assert_eq!(finding.help.as_deref(), Some("did you mean `sleep`?"));
        assert!(commands.safe("where").unwrap() && !commands.safe("sleep").unwrap());
    }
}
