//! Changing homes: one task takes all moves that wait and commits them together.
//!
//! Thirty-two movers at once cost one sync of the disk instead of thirty-two.

use super::{GroundPool, json, read_pools, unusable};
use crate::diagnostic::Finding;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use tokio::sync::{mpsc, oneshot};

/// Moves that share one commit at most.
const TOGETHER: usize = 1_024;

/// What came of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehomed {
    /// The user lives on the target now.
    Done,
    /// The user does not live where the caller believed; where they do, or `None` if nowhere.
    Elsewhere(Option<String>),
    /// The user is locked in the directory.
    Locked,
    /// A pool takes no part now.
    Down {
        /// Which.
        pool: String,
        /// Why.
        why: String,
    },
}

/// One move that waits for its commit.
#[derive(Debug)]
struct Wanted {
    user: String,
    from: String,
    to: String,
    reply: oneshot::Sender<Result<Rehomed, Finding>>,
}

/// Where moves wait. Its task ends with the last clone.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    file: PathBuf,
    moves: mpsc::UnboundedSender<Wanted>,
}

impl Queue {
    pub(super) async fn start(
        file: &Path,
        options: &SqliteConnectOptions,
    ) -> Result<Self, Finding> {
        let connection = SqliteConnection::connect_with(options)
            .await
            .map_err(|error| unusable(file, "open", &error))?;
        let (moves, wanted) = mpsc::unbounded_channel();
        tokio::spawn(serve(file.to_owned(), connection, wanted));
        Ok(Self { file: file.to_owned(), moves })
    }

    pub(super) async fn rehome(
        &self,
        user: String,
        from: String,
        to: String,
    ) -> Result<Rehomed, Finding> {
        let closed = || unusable(&self.file, "write", &"it is closed");
        let (reply, answer) = oneshot::channel();
        self.moves.send(Wanted { user, from, to, reply }).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

async fn serve(
    file: PathBuf,
    mut connection: SqliteConnection,
    mut moves: mpsc::UnboundedReceiver<Wanted>,
) {
    let mut later: VecDeque<Wanted> = VecDeque::new();
    loop {
        if later.is_empty() {
            let Some(first) = moves.recv().await else { break };
            later.push_back(first);
        }
        while later.len() < TOGETHER
            && let Ok(next) = moves.try_recv()
        {
            later.push_back(next);
        }
        let batch = take_batch(&mut later);
        match commit(&mut connection, &batch).await {
            Ok(answers) => {
                for (wanted, answer) in batch.into_iter().zip(answers) {
                    // Who no longer waits for the answer will read the home back.
                    let _ = wanted.reply.send(Ok(answer));
                }
            }
            Err(error) => {
                let finding = unusable(&file, "write", &error);
                for wanted in batch {
                    let _ = wanted.reply.send(Err(finding.clone()));
                }
            }
        }
    }
    let _ = connection.close().await;
}

/// Takes moves that do not depend on each other: nobody twice.
fn take_batch(later: &mut VecDeque<Wanted>) -> Vec<Wanted> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut batch = Vec::new();
    while let Some(next) = later.pop_front() {
        if !seen.insert(next.user.clone()) {
            later.push_front(next);
            break;
        }
        batch.push(next);
    }
    batch
}

/// Does a batch in one transaction; one answer per move, in order.
async fn commit(
    connection: &mut SqliteConnection,
    batch: &[Wanted],
) -> Result<Vec<Rehomed>, sqlx::Error> {
    let mut all = connection.begin_with("BEGIN IMMEDIATE").await?;
    let pools = read_pools(&mut all).await?;
    let mut routes: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for wanted in batch {
        routes.entry((&wanted.from, &wanted.to)).or_default().push(wanted.user.clone());
    }
    let mut down: HashMap<(&str, &str), Rehomed> = HashMap::new();
    let mut moved: HashSet<String> = HashSet::new();
    for ((from, to), users) in &routes {
        if let Some(answer) = takes_no_part(&pools, from).or_else(|| takes_no_part(&pools, to)) {
            down.insert((from, to), answer);
            continue;
        }
        let done: Vec<String> = sqlx::query_scalar(
            "UPDATE homes SET pool = (SELECT fqdn FROM pools WHERE fqdn = ?2) \
             WHERE pool = ?1 AND locked = 0 \
             AND address IN (SELECT value FROM json_each(?3)) RETURNING address",
        )
        .bind(*from)
        .bind(*to)
        .bind(json(users))
        .fetch_all(&mut *all)
        .await?;
        moved.extend(done);
    }
    let others: Vec<String> = batch
        .iter()
        .filter(|wanted| !moved.contains(&wanted.user))
        .map(|wanted| wanted.user.clone())
        .collect();
    let mut homes: HashMap<String, String> = HashMap::new();
    if !others.is_empty() {
        let rows = sqlx::query(
            "SELECT address, pool FROM homes WHERE address IN (SELECT value FROM json_each(?1))",
        )
        .bind(json(&others))
        .fetch_all(&mut *all)
        .await?;
        for row in rows {
            homes.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    all.commit().await?;
    let answer = |wanted: &Wanted| {
        if moved.contains(&wanted.user) {
            return Rehomed::Done;
        }
        if let Some(answer) = down.get(&(wanted.from.as_str(), wanted.to.as_str())) {
            return answer.clone();
        }
        match homes.get(&wanted.user) {
            // Where they should be and yet not moved: only a lock does that.
            Some(pool) if pool.eq_ignore_ascii_case(&wanted.from) => Rehomed::Locked,
            other => Rehomed::Elsewhere(other.cloned()),
        }
    };
    Ok(batch.iter().map(answer).collect())
}

fn takes_no_part(pools: &[GroundPool], fqdn: &str) -> Option<Rehomed> {
    let found = pools.iter().find(|pool| pool.fqdn.eq_ignore_ascii_case(fqdn));
    let why = match found {
        Some(pool) => pool.down()?,
        None => "the training ground has no such pool".to_owned(),
    };
    Some(Rehomed::Down { pool: fqdn.to_owned(), why })
}
