//! `sidle repl` at a real terminal: a pseudo-terminal, and the screen that a person would see.

use crate::project::TestProject;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long something may take to appear before the test fails; it is no assertion of speed.
const PATIENCE: Duration = Duration::from_mins(1);

struct Terminal {
    screen: vt100::Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn open(project: &TestProject) -> Self {
        let size = PtySize { rows: 40, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sidle"));
        command.args(["repl"]);
        command.cwd(project.folder());
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("XDG_STATE_HOME", project.folder().parent().unwrap().join("state"));
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let sides = (NonZero::new(40).unwrap(), NonZero::new(100).unwrap());
        let screen = vt100::Parser::new(sides.0, sides.1, 0);
        Self { screen, output, keys, child, _master: pair.master }
    }

    /// Presses Ctrl-C until the screen shows the text: the first may come before the input has begun.
    fn interrupts(&mut self, text: &str) {
        let start = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            assert!(start.elapsed() < PATIENCE, "{}", self.screen.screen().contents());
            self.press("\x03");
            let pressed = Instant::now();
            while pressed.elapsed() < Duration::from_secs(5)
                && !self.screen.screen().contents().contains(text)
            {
                self.read();
            }
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the screen shows what is asked for.
    fn until(&mut self, what: &str, shows: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !shows(&self.screen.screen().contents()) {
            let shown = self.screen.screen().contents();
            assert!(start.elapsed() < PATIENCE, "{what} does not appear:\n{shown}");
            self.read();
        }
    }

    /// Draws what the program has written, and answers what it asks the terminal.
    fn read(&mut self) {
        let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) else { return };
        self.screen.process(&bytes);
        // The editor asks where the cursor stands.
        if bytes.windows(4).any(|part| part == b"\x1b[6n") {
            let (row, column) = self.screen.screen().cursor_position();
            self.press(&format!("\x1b[{};{}R", row + 1, column + 1));
        }
    }

    fn sees(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    /// Waits for a prompt that nothing follows.
    fn is_asked(&mut self) {
        self.until("a prompt", |screen| screen.trim_end().ends_with("sidle>"));
    }
}

#[test]
fn a_person_types_lines_completes_errs_recalls_interrupts_and_leaves() {
    let project = TestProject::first_steps();
    // So that only a person ends the loop below.
    let toml = std::fs::read_to_string(project.folder().join("sidle.toml")).unwrap();
    let limits = "\n[limits]\noperations = 1000000000\ntime = \"1h\"\n";
    let project = project.file("sidle.toml", &format!("{toml}{limits}"));
    let mut terminal = Terminal::open(&project);
    terminal.sees("200 users, 2 pools and 1 site");
    terminal.is_asked();

    // An input that is only begun goes on below.
    terminal.press("fn double(n) {\r");
    terminal.sees("...");
    terminal.press("n * 2 }\r");
    terminal.is_asked();
    terminal.press("double(21)\r");
    terminal.sees("\n42");
    terminal.is_asked();

    // Tab completes a pool's name inside its quotes.
    terminal.press("topology.pool(\"ocs\t");
    terminal.sees("topology.pool(\"ocspool01.contoso.com\"");
    terminal.press(").generation\r");
    terminal.sees("\n\"legacy\"");
    terminal.is_asked();

    // An error is shown with its near name, and the session goes on.
    terminal.press("topology.userz\r");
    terminal.sees("did you mean `users`?");
    terminal.is_asked();

    // The line before is recalled.
    terminal.press("6 * 111\r");
    terminal.sees("\n666");
    terminal.is_asked();
    terminal.press("\x1b[A");
    terminal.sees("666\nsidle> 6 * 111");
    terminal.press(" + 1\r");
    terminal.sees("\n667");
    terminal.is_asked();

    terminal.press(":help\r");
    terminal.sees(":reload");
    terminal.is_asked();

    // Ctrl-C gives up what is typed, and ends what runs; the session goes on.
    terminal.press("let forgotten = [");
    terminal.sees("forgotten");
    terminal.press("\x03");
    terminal.is_asked();
    terminal.press("let n = 1; while true { n = 1 - n; }\r");
    terminal.interrupts("stopped by Ctrl-C");
    terminal.is_asked();
    terminal.press("7 * 111\r");
    terminal.sees("\n777");
    terminal.is_asked();

    // Leaves with Ctrl-D.
    terminal.press("\x04");
    let status = terminal.child.wait().unwrap();
    assert!(status.success(), "{status:?}");
    assert!(!project.folder().join(".sidle").exists());
}
