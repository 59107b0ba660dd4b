//! Child processes: started without a shell, given a time, ended with all they started.
//!
//! Standard input is empty. Standard output and error are read together, and the last [`KEPT`] bytes of
//! them are kept.
//!
//! Invariant: when [`run`] has returned, or its future was dropped, no process of the child's group
//! runs any more (on Unix; elsewhere the child itself).

use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

/// Bytes of output that are kept.
pub const KEPT: usize = 64 * 1024;

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The program, and its arguments one by one.
    pub argv: &'a [String],
    /// Where it runs.
    pub folder: &'a Path,
    /// How long it may take.
    pub timeout: Duration,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit code (128 and the signal's number if a signal ended it).
    Exited(i32),
    /// It took longer than it was given, and was killed.
    TimedOut,
}

/// A process that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// How it ended.
    pub ending: Ending,
    /// The end of its output.
    pub output: String,
}

/// Runs a program to its end, or to the end of its time.
///
/// # Errors
/// If it could not be started: then nothing has happened.
pub async fn run(call: Call<'_>) -> std::io::Result<Ran> {
    let Some((program, args)) = call.argv.split_first() else {
        return Err(std::io::Error::other("no program is named"));
    };
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(call.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    let group = Group::of(&child);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let tail = Tail::default();
    let ended = {
        let read = async { tokio::join!(tail.read(stdout), tail.read(stderr)) }.fuse();
        tokio::pin!(read);
        let ended = {
            // Reading goes on beside the waiting: a full pipe would hold the child up for ever.
            let wait = async {
                tokio::select! {
                    status = child.wait() => status,
                    _ = &mut read => child.wait().await,
                }
            };
            tokio::time::timeout(call.timeout, wait).await
        };
        // What the child leaves running has no part in this any more, and would hold the pipes open.
        group.kill();
        if ended.is_err() {
            let _ = child.start_kill();
            let _ = child.wait().await;
        }
        if !read.is_terminated() {
            let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
        }
        ended
    };
    let ending = match ended {
        Ok(status) => Ending::Exited(code(status?)),
        Err(_) => Ending::TimedOut,
    };
    Ok(Ran { ending, output: tail.into_text() })
}

#[cfg(unix)]
fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

/// The process group that a child leads; killed when dropped.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    fn of(_child: &Child) -> Self {
        Self {}
    }

    fn kill(&self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            // Fails if nobody of the group is left, which is what is wanted.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The end of what was written.
#[derive(Default)]
struct Tail {
    bytes: Mutex<Vec<u8>>,
}

impl Tail {
    async fn read(&self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else { return };
        let mut chunk = vec![0_u8; 8192];
        while let Ok(length @ 1..) = from.read(&mut chunk).await {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            bytes.extend_from_slice(chunk.get(..length).unwrap_or_default());
            if bytes.len() > 2 * KEPT {
                let cut = bytes.len() - KEPT;
                bytes.drain(..cut);
            }
        }
    }

    fn into_text(self) -> String {
        let bytes = self.bytes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let cut = bytes.len().saturating_sub(KEPT);
        String::from_utf8_lossy(bytes.get(cut..).unwrap_or_default()).into_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Instant;

    const LONG: Duration = Duration::from_mins(1);

    async fn go(argv: &[&str], timeout: Duration) -> std::io::Result<Ran> {
        let argv: Vec<String> = argv.iter().map(|&arg| arg.to_owned()).collect();
        run(Call { argv: &argv, folder: Path::new("/"), timeout }).await
    }

    async fn sh(script: &str, timeout: Duration) -> Ran {
        let output = format!("cannot start sh for {script}");
        let lost = Ran { ending: Ending::TimedOut, output };
        go(&["sh", "-c", script], timeout).await.unwrap_or(lost)
    }

    #[tokio::test]
    async fn output_of_both_streams_and_the_exit_code_come_back() {
        let ran = sh("echo out; echo err >&2; exit 3", LONG).await;
        assert_eq!(ran.ending, Ending::Exited(3));
        assert!(ran.output.contains("out\n") && ran.output.contains("err\n"), "{ran:?}");
    }

    #[tokio::test]
    async fn a_death_by_signal_has_the_code_that_a_shell_gives_it() {
        assert_eq!(sh("kill -9 $$", LONG).await.ending, Ending::Exited(137));
    }

    #[tokio::test]
    async fn standard_input_is_empty() {
        assert_eq!(sh("cat; echo end", LONG).await.output, "end\n");
    }

    #[tokio::test]
    async fn arguments_reach_the_program_without_a_shell() {
        let ran = go(&["printf", "%s", "$HOME; `id`"], LONG).await.unwrap();
        assert_eq!(ran.output, "$HOME; `id`");
    }

    #[tokio::test]
    async fn a_program_that_does_not_exist_is_an_error_and_not_an_exit_code() {
        assert!(go(&["/nonexistent/program"], LONG).await.is_err());
        assert!(go(&[], LONG).await.is_err());
    }

    #[tokio::test]
    async fn only_the_end_of_much_output_is_kept() {
        let ran = sh("yes 0123456 | head -c 1000000; echo; echo last", LONG).await;
        assert_eq!(ran.output.len(), KEPT);
        assert!(ran.output.ends_with("last\n"));
    }

    #[tokio::test]
    async fn a_process_out_of_time_dies_with_all_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let trace = folder.path().join("trace");
        let script = format!("(sleep 2; touch {}) & echo started; sleep 600", trace.display());
        let began = Instant::now();
        let ran = sh(&script, Duration::from_millis(500)).await;
        assert_eq!(ran, Ran { ending: Ending::TimedOut, output: "started\n".into() });
        assert!(began.elapsed() < LONG, "the sleeper was waited for");
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert!(!trace.exists(), "the grandchild lived on");
    }

    #[tokio::test]
    async fn a_process_left_behind_by_its_parent_does_not_hold_the_run_up() {
        let ran = sh("sleep 600 & echo done", LONG).await;
        assert_eq!(ran, Ran { ending: Ending::Exited(0), output: "done\n".into() });
    }
}
