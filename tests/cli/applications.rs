//! Applications in the plan, in the status and in JSON.

use crate::organisation::{POOLS, with_applications};
use crate::project::TestProject;

fn contoso() -> TestProject {
    let runbook = "stage \"Users\" { require legacy.users.move_to(lync); }\n\
                   stage \"Applications\" { require legacy.applications.move_to(lync); }\n";
    with_applications(3, &format!("{POOLS}{runbook}"))
}

#[test]
fn a_plan_shows_applications_by_kind_with_their_way_back() {
    insta::assert_snapshot!(contoso().run(&["plan"]), @r"
    Plan of Contoso

    Users
      ✓ move 3 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 3 moved  [reversible with loss]
    Applications
      ✓ move 5 applications to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 5 moved  [reversible with loss]
          2 response groups  [reversible with loss]: response groups go back to the settings that were left in place on the legacy pool
          2 dial-in numbers  [reversible]
          1 conference directory  [reversible with loss]: a conference directory is moved back by a second move; once data migration has started, nothing cancels the first

    Planned: 3 users and 5 applications in 2 moves and 2 stages; 2 reversible with loss.
    A rollback would lose:
      - meetings scheduled with upgraded clients since the move stop working (3 users: `user00000@contoso.com`, `user00001@contoso.com` and `user00002@contoso.com`)
      - upgraded clients must be downgraded (3 users: `user00000@contoso.com`, `user00001@contoso.com` and `user00002@contoso.com`)
      - response groups go back to the settings that were left in place on the legacy pool (2 response groups: `response_group:helpdesk` and `response_group:sales`)
      - a conference directory is moved back by a second move; once data migration has started, nothing cancels the first (1 conference directory: `conference_directory:1`)
    --- stderr ---
    next: sidle run
    [exit 0]
    ");
}

#[test]
fn a_status_counts_users_and_applications_per_pool() {
    let project = contoso();
    project.run(&["run", "--until", "Users"]);
    insta::assert_snapshot!(project.run(&["status"]), @r"
    Run 1 of Contoso: open (record 10, [time])
      started [time] by tester on [host]
      the last `sidle run` ([time]) stopped after stage `Users`, as `--until` asked

    Users
      ✓ move 3 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 3 moved  [reversible with loss]

    3 users on `lyncpool01.contoso.com`
    5 applications where the snapshot has them
    --- stderr ---
    next: sidle run
    [exit 0]
    ");
    project.run(&["run"]);
    let (_, answer) = project.json(&["status"]);
    let homes = &answer["run"]["application_homes"];
    assert_eq!(homes["lyncpool01.contoso.com"], 5, "{answer:#}");
    assert_eq!(answer["run"]["homes"]["lyncpool01.contoso.com"], 3);
}
