//! `soak` and `poll`.

use super::world;
use insta::assert_snapshot;

const GOOD: Option<bool> = Some(true);
const BAD: Option<bool> = Some(false);

fn timed(call: &str, flaky: &[Option<bool>]) -> String {
    let runbook = format!("let c = {call}; require c; act(\"go\");");
    world(&runbook).with(|fake| fake.flaky = flaky.to_vec()).story()
}

#[test]
fn a_soak_passes_after_its_whole_length_of_good_ticks() {
    assert_snapshot!(timed("soaks(`3d`, `1d`, 0, || ask_service(`flaky`))", &[GOOD, GOOD, GOOD]), @r"
    soak 3d, every 1d
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick pass
    end pass
    require
    held
    command `go`
    finished
    ");
}

#[test]
fn a_soak_fails_at_the_first_fail() {
    assert_snapshot!(timed("soaks(`3d`, `1d`, 0, || ask_service(`flaky`))", &[GOOD, BAD]), @r"
    soak 3d, every 1d
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    end fail 1 bad tick, the last: does `flaky` run?: stopped
    checked soak fail [1] 1 bad tick, the last: does `flaky` run?: stopped
    require
    halt Failed the check `soak` does not hold: 1 bad tick, the last: does `flaky` run?: stopped
    halted: the check `soak` does not hold (sidle::script::require_failed)
    ");
}

#[test]
fn a_soak_bears_as_many_bad_ticks_as_it_is_allowed() {
    assert_snapshot!(timed("soaks(`3d`, `1d`, 1, || ask_service(`flaky`))", &[BAD, GOOD, GOOD]), @r"
    soak 3d, every 1d
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick pass
    end pass
    require
    held
    command `go`
    finished
    ");
    assert_snapshot!(timed("soaks(`3d`, `1d`, 1, || ask_service(`flaky`))", &[BAD, GOOD, BAD]), @r"
    soak 3d, every 1d
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    end fail 2 bad ticks, the last: does `flaky` run?: stopped
    checked soak fail [1] 2 bad ticks, the last: does `flaky` run?: stopped
    require
    halt Failed the check `soak` does not hold: 2 bad ticks, the last: does `flaky` run?: stopped
    halted: the check `soak` does not hold (sidle::script::require_failed)
    ");
}

#[test]
fn an_unknown_tick_of_a_soak_is_repeated_and_never_counts_as_good() {
    assert_snapshot!(timed("soaks(`2d`, `1d`, 0, || ask_service(`flaky`))", &[GOOD, None, None, GOOD]), @r"
    soak 2d, every 1d
    probe::service of `flaky`
    tick pass
    probe::service of `flaky`
    tick unknown does `flaky` run?: connection refused
    probe::service of `flaky`
    tick unknown does `flaky` run?: connection refused
    probe::service of `flaky`
    tick pass
    end pass
    require
    held
    command `go`
    finished
    ");
}

#[test]
fn a_poll_asks_until_it_passes() {
    assert_snapshot!(timed("polls(`1h`, `10m`, 0, || ask_service(`flaky`))", &[None, BAD, GOOD]), @r"
    poll for at most 1h, every 10m
    probe::service of `flaky`
    tick unknown does `flaky` run?: connection refused
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    probe::service of `flaky`
    tick pass
    end pass
    require
    held
    command `go`
    finished
    ");
}

#[test]
fn a_poll_is_unknown_when_its_patience_ends() {
    assert_snapshot!(timed("polls(`20m`, `10m`, 0, || ask_service(`flaky`))", &[BAD; 3]), @r"
    poll for at most 20m, every 10m
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    probe::service of `flaky`
    tick fail does `flaky` run?: stopped
    end unknown it did not pass within 20m; the last answer: does `flaky` run?: stopped
    checked poll unknown [1] it did not pass within 20m; the last answer: does `flaky` run?: stopped
    require
    halt Unknown the check `poll` is unknown, and unknown never passes: it did not pass within 20m; the last answer: does `flaky` run?: stopped
    halted: the check `poll` is unknown, and unknown never passes (sidle::script::require_unknown)
    ");
}

#[test]
fn criteria_may_probe_and_nothing_else() {
    assert_snapshot!(timed("soaks(`3d`, `1d`, 0, || act(`move`))", &[]), @r"
    soak 3d, every 1d
    failed: the criteria of `soak` may not reach the effect `command` (sidle::script::only_probes)
    ");
    assert_snapshot!(timed("soaks(`1d`, `1d`, 0, || { require false; true })", &[]), @r"
    soak 1d, every 1d
    tick fail `false` does not hold
    end fail 1 bad tick, the last: `false` does not hold
    checked soak fail [0] 1 bad tick, the last: `false` does not hold
    require
    halt Failed the check `soak` does not hold: 1 bad tick, the last: `false` does not hold
    halted: the check `soak` does not hold (sidle::script::require_failed)
    ");
    assert_snapshot!(timed("soaks(`1d`, `1d`, 0, || unknown_name())", &[]), @r"
    soak 1d, every 1d
    failed: there is no function `unknown_name` (sidle::script::unknown_function)
    ");
}
