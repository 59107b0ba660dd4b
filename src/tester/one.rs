//! One test: its evaluation, and the sitting that serves it once it asks for an effect.
//!
//! Most tests ask functions and need no sitting. One that halts, as a test may assert, ends its
//! sitting; what the test does next begins another one, where everybody lives where they then do.

use super::bench::Workbench;
use super::{TestResult, Tests};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Reply, Request, SittingEnd};
use crate::run::{Over, Sitting};
use crate::script::{self, Bench, Core, Mode, TestName};
use crate::session::channel;
use std::sync::Arc;
use std::time::Instant;

/// Runs one test.
pub(super) async fn run(tests: &Tests, test: &TestName) -> TestResult {
    let began = Instant::now();
    let findings = findings(tests, test).await;
    TestResult { test: test.clone(), findings, took: began.elapsed() }
}

async fn findings(tests: &Tests, test: &TestName) -> Findings {
    let workbench = Workbench::new(&tests.config, &tests.topology);
    let bench = Bench::new(workbench.clone(), &test.file, test.start);
    let (host, mut requests) = channel();
    let core = Core::for_test(host, bench.clone());
    let script = {
        let (core, sources) = (Arc::clone(&core), Arc::clone(&tests.sources));
        let (file, limits) = (test.file.clone(), tests.config.limits);
        tokio::task::spawn_blocking(move || {
            script::evaluate(&core, &sources, &file, limits, Mode::Run)
        })
    };
    let mut served = Served { workbench: &workbench, read: Vec::new(), sitting: None };
    // The evaluation ends with its own sender; the core's would keep the channel open.
    let mut script = std::pin::pin!(script);
    let ended = loop {
        tokio::select! {
            biased;
            Some((request, reply)) = requests.recv() => {
                // The script's thread waits for it; if it is gone, so is its next request.
                let _ = reply.send(served.answer(request).await);
            }
            ended = &mut script => break ended,
        }
    };
    let ended = match ended {
        Ok(ended) => ended,
        Err(broken) => {
            let message = format!("the script's thread broke off: {broken}");
            return Finding::error(codes::SCRIPT_PROTOCOL, message).into();
        }
    };
    let found = bench.verdict(&core, ended);
    // A test that fails anyway may not have come to what it steers.
    if found.0.is_empty() { workbench.not_steered(&core) } else { found }
}

/// Answers the requests of one test.
struct Served<'a> {
    workbench: &'a Workbench,
    /// Scripts read before there was a sitting.
    read: Vec<Request>,
    sitting: Option<Sitting>,
}

impl Served<'_> {
    async fn answer(&mut self, request: Request) -> Reply {
        if let Request::Checked(check) = &request {
            self.workbench.note_met([check.path.clone()]);
        }
        if self.sitting.is_none() {
            match request {
                // Reading and asking for the time are no reason to make a journal.
                Request::Read { .. } => {
                    self.read.push(request);
                    return Reply::Ok;
                }
                Request::Now => return Reply::Time(self.workbench.from),
                _ => {}
            }
        }
        let mut sitting = match self.sitting.take() {
            Some(sitting) => sitting,
            None => match self.begin().await {
                Ok(sitting) => sitting,
                Err(found) => {
                    self.workbench.note_halt(found.0.into_iter().next());
                    return Reply::Stop;
                }
            },
        };
        let reply = sitting.answer(request).await;
        if !sitting.is_over() {
            self.sitting = Some(sitting);
            return reply;
        }
        let script = Over::new(SittingEnd::Stopped, "the test's simulation is over");
        let halted = match sitting.close(script).await {
            Ok((over, _)) => over.findings.0.into_iter().next(),
            Err(finding) => Some(finding),
        };
        self.workbench.note_halt(halted);
        reply
    }

    async fn begin(&self) -> Result<Sitting, Findings> {
        let mut sitting = self.workbench.begin().sitting().await?;
        for read in &self.read {
            sitting.answer(read.clone()).await;
        }
        Ok(sitting)
    }
}
