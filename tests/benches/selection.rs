//! What a policy costs: a selection over everybody, beside a loop in Rust that decides the same.

use crate::organisation::{Folder, USERS};
use crate::{Result, fastest, shown};
use sidle::config::Limits;
use sidle::journal::{Reply, Request};
use sidle::script::{self, Core, Ended, Host, Mode, Read, Sources};
use sidle::topology::{Flag, ListColumn, TextColumn, Topology, View};
use std::sync::Arc;
use std::time::Duration;

const TRIES: usize = 5;

/// The pilot policy of the first steps.
const SELECTION: &str = r#"
const EXECUTIVES = ["CEO", "CFO", "CIO"];
fn choose(user) {
    if user.title in global::EXECUTIVES { return exclude("executives move last"); }
    if user.enterprise_voice            { return exclude("voice users wait for the gateway"); }
    if "lync-pilot" in user.groups      { return include("volunteered"); }
    exclude("not a volunteer")
}
let chosen = topology.users.select(|user| choose(user));
note(`${chosen.len}`);
"#;

const FILTER: &str = r"
let chosen = topology.users.filter(|user| user.enterprise_voice);
note(`${chosen.len}`);
";

/// `select` with a policy of three questions, and a `filter` with one.
pub fn select(folder: &Folder) -> Result<()> {
    let config = folder.config(true)?;
    let files = sidle::inventory::Folder(folder.path());
    let (topology, _) = sidle::inventory::read(&config, &files).map_err(shown)?;
    let bare = fastest(TRIES, || Ok(chosen(&topology)))?;
    let view = View::new(topology);
    print("selection", evaluated(&view, SELECTION)?, bare, "the same policy as a loop in Rust");
    let facts = view.topology();
    let bare = fastest(TRIES, || Ok(voice(&facts)))?;
    print("filter", evaluated(&view, FILTER)?, bare, "the same question as a loop in Rust");
    Ok(())
}

fn print(what: &str, ours: Duration, bare: Duration, reference: &str) {
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand fits")]
    let rate = |time: Duration| USERS as f64 / time.as_secs_f64();
    println!("{what:<15} {:>10.0} users/s, {:.3} s", rate(ours), ours.as_secs_f64());
    println!("  reference     {:>10.0} users/s ({reference})", rate(bare));
    println!("  ratio         {:>10.4}", bare.as_secs_f64() / ours.as_secs_f64());
}

fn evaluated(view: &View, text: &'static str) -> Result<Duration> {
    fastest(TRIES, || {
        let core = Core::new(Arc::new(Agreeable), view.clone());
        let sources: Arc<dyn Sources> = Arc::new(One(text));
        let limits = Limits::default();
        match script::evaluate(&core, &sources, "runbook.rhai", limits, Mode::Run) {
            Ended::Finished => Ok(()),
            other => Err(format!("the script did not finish: {other:?}").into()),
        }
    })
}

fn chosen(topology: &Topology) -> usize {
    let users = &topology.users;
    let is_in = |user: &u32| {
        let title = users.text(*user, TextColumn::Title);
        !["CEO", "CFO", "CIO"].contains(&title)
            && !users.flag(*user, Flag::EnterpriseVoice)
            && users.list(*user, ListColumn::Groups).contains(&"lync-pilot")
    };
    users.all().iter().filter(is_in).count()
}

fn voice(topology: &Topology) -> usize {
    let users = &topology.users;
    users.all().iter().filter(|user| users.flag(*user, Flag::EnterpriseVoice)).count()
}

/// A run that agrees to everything.
struct Agreeable;

impl Host for Agreeable {
    fn request(&self, request: Request) -> Reply {
        match request {
            Request::Effect { .. } => Reply::Outcome(sidle::journal::Outcome::Done),
            _ => Reply::Ok,
        }
    }
}

/// A folder with one script.
struct One(&'static str);

impl Sources for One {
    fn read(&self, path: &str) -> Read {
        if path == "runbook.rhai" { Read::Text(self.0.into()) } else { Read::Missing }
    }
}
