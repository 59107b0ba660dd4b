//! Tests of the training ground on real files.

use super::*;

const OCS: &str = "ocspool01.contoso.com";
const LYNC: &str = "lyncpool01.contoso.com";

impl Initial {
    /// Two pools with a front end each; `ann` and `bob` live on the legacy one.
    pub(crate) fn example() -> Self {
        Self::with_users(&["ann@contoso.com", "bob@contoso.com"])
    }

    /// The same two pools; these users live on the legacy one.
    pub(crate) fn with_users(users: &[&str]) -> Self {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        Self {
            pools: vec![OCS.into(), LYNC.into()],
            servers: vec![pair("ocsfe01.contoso.com", OCS), pair("lyncfe01.contoso.com", LYNC)],
            services: vec![
                pair(OCS, "Front End"),
                pair(LYNC, "Front End"),
                pair(LYNC, "Mediation"),
            ],
            homes: users.iter().map(|user| pair(user, OCS)).collect(),
        }
    }
}

impl Ground {
    /// A training ground with these contents.
    pub(crate) async fn filled(folder: &Path, initial: &Initial) -> Result<Self, Finding> {
        let file = Self::file(folder);
        fill::build(&file, initial).await?;
        Self::open_file(file).await
    }
}

async fn example() -> (tempfile::TempDir, Ground) {
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::filled(folder.path(), &Initial::example()).await.unwrap();
    (folder, ground)
}

#[tokio::test]
async fn a_training_ground_is_filled_once_and_then_left_alone() {
    let (folder, ground) = example().await;
    ground.rehome("ann@contoso.com", OCS, LYNC).await.unwrap();
    drop(ground);
    fill::build(&Ground::file(folder.path()), &Initial::example()).await.unwrap();
    let again = Ground::open_existing(folder.path()).await.unwrap();
    let homes = again.homes(&["SIP:Ann@Contoso.com".to_owned()]).await.unwrap();
    assert_eq!(homes, vec![Some(LYNC.to_owned())]);
    let names: Vec<_> = std::fs::read_dir(folder.path().join(".sidle"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".unfinished"))
        .collect();
    assert!(names.is_empty(), "left behind: {names:?}");
}

#[tokio::test]
async fn a_folder_without_a_training_ground_says_what_fills_it() {
    let folder = tempfile::tempdir().unwrap();
    let finding = Ground::open_existing(folder.path()).await.unwrap_err();
    assert!(finding.message.ends_with("has no training ground yet"), "{finding}");
    assert!(finding.help.unwrap().contains("sidle run"));
}

#[tokio::test]
async fn the_layout_of_a_newer_sidle_is_refused() {
    let (folder, ground) = example().await;
    sqlx::raw_sql("PRAGMA user_version = 7").execute(&ground.pool).await.unwrap();
    let finding = Ground::open_existing(folder.path()).await.unwrap_err();
    assert!(finding.message.ends_with("has layout 7, this sidle knows 1"), "{finding}");
}

#[tokio::test]
async fn a_service_is_found_by_its_server_and_a_slip_is_answered_with_the_near_name() {
    let (_folder, ground) = example().await;
    let stopped = ground.stop_service("LYNCFE01.contoso.com", "front end").await.unwrap();
    assert_eq!(stopped, (LYNC.to_owned(), "Front End".to_owned()));
    assert_eq!(ground.service_running(LYNC, "Front End").await.unwrap(), Some(false));

    let wrong = ground.stop_service("lyncpol01.contoso.com", "Front End").await.unwrap_err();
    assert_eq!(wrong.help.as_deref(), Some("did you mean `lyncpool01.contoso.com`?"));
    let wrong = ground.stop_service(LYNC, "Mediaton").await.unwrap_err();
    assert_eq!(wrong.help.as_deref(), Some("did you mean `Mediation`?"));
    let wrong = ground.stop_service(OCS, "Archiving").await.unwrap_err();
    assert_eq!(wrong.help.as_deref(), Some("it has `Front End`"));
    let wrong = ground.lock_user("anne@contoso.com").await.unwrap_err();
    assert_eq!(wrong.help.as_deref(), Some("did you mean `ann@contoso.com`?"));
}

#[tokio::test]
async fn a_change_by_another_process_is_seen_at_once() {
    let (folder, ground) = example().await;
    let other = Ground::open_existing(folder.path()).await.unwrap();
    other.rehome("ann@contoso.com", OCS, LYNC).await.unwrap();
    let lost = ground.rehome("ann@contoso.com", OCS, LYNC).await.unwrap();
    assert_eq!(lost, Rehomed::Elsewhere(Some(LYNC.to_owned())));
}

#[tokio::test]
async fn moves_asked_for_together_each_get_their_own_answer() {
    let users: Vec<String> = (0..300).map(|n| format!("user{n}@contoso.com")).collect();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::filled(folder.path(), &Initial::with_users(&names)).await.unwrap();
    ground.lock_user("user7@contoso.com").await.unwrap();
    // Everybody is asked for twice: the second time they have left already.
    let both = users.iter().chain(&users);
    let answers =
        futures_util::future::join_all(both.map(|user| ground.rehome(user, OCS, LYNC))).await;
    for (index, answer) in answers.into_iter().enumerate() {
        let expected = match index {
            7 | 307 => Rehomed::Locked,
            first if first < 300 => Rehomed::Done,
            _ => Rehomed::Elsewhere(Some(LYNC.to_owned())),
        };
        assert_eq!(answer.unwrap(), expected, "user {index}");
    }
}

#[tokio::test]
async fn a_pool_is_retired_only_when_nobody_lives_there() {
    let (_folder, ground) = example().await;
    let remain = ground.retire(OCS).await.unwrap();
    assert_eq!(remain, ["ann@contoso.com", "bob@contoso.com"]);
    assert!(ground.retire(LYNC).await.unwrap().is_empty());
    let moved = ground.rehome("ann@contoso.com", OCS, LYNC).await.unwrap();
    assert!(matches!(moved, Rehomed::Down { .. }), "{moved:?}");
}

fn pool_with(services: &[(&str, bool)]) -> GroundPool {
    GroundPool {
        fqdn: OCS.into(),
        retired: false,
        services: services.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect(),
    }
}

#[test]
fn without_a_service_that_homes_users_any_running_service_is_enough() {
    assert_eq!(pool_with(&[]).down(), None);
    assert_eq!(pool_with(&[("Archiving", false), ("WebServices", true)]).down(), None);
    assert!(pool_with(&[("WebServices", false)]).down().is_some());
}

#[test]
fn a_pool_is_down_when_its_front_end_or_its_registrar_is_stopped() {
    for (name, other) in [("Front End", "Mediation"), ("Registrar", "UserServices")] {
        assert_eq!(pool_with(&[(name, true), (other, false)]).down(), None);
        let why = pool_with(&[(other, true), (name, false)]).down();
        assert_eq!(why, Some(format!("the service `{name}` is stopped")));
    }
    assert!(pool_with(&[("Front End", true), ("registrar", false)]).down().is_some());
}

#[test]
fn the_services_of_a_machine_without_a_pool_are_there_and_nobody_lives_on_it() {
    let topology = crate::topology::Topology {
        services: vec![crate::topology::Service {
            name: "UserStore".into(),
            fqdn: "sql01.contoso.com".into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let initial = Initial::of(&topology);
    assert_eq!(initial.pools, ["sql01.contoso.com"]);
    assert_eq!(initial.services, [("sql01.contoso.com".to_owned(), "UserStore".to_owned())]);
    assert!(initial.homes.is_empty());
}
