"""The ledger at a terminal: runs in a readable table, and a past score rebuilt."""

import pytest

from riskscore import steps
from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command
from tests.riskscore.steps.small_world import DAY, SmallWorld


def test_runs_are_shown_newest_first(command: Command, lived: Settings) -> None:
    ran = command("runs", "--day", DAY, settings=lived)
    assert (ran.code, ran.err) == (0, "")
    for step in ("land", "take_in", "build_features", "score_containers", "fill_queues", "export_day"):
        assert f" {step} " in ran.out
    assert ran.out.index("export_day") < ran.out.index("fill_queues") < ran.out.index(" land ")


def test_runs_are_chosen_by_step_and_state(command: Command, small_world: SmallWorld, tmp_path) -> None:
    settings = small_world.copy("export_day", tmp_path)
    only = command("runs", "--step", "fill_queues", "--state", "done", settings=settings).out
    assert "fill_queues" in only
    assert "land" not in only
    assert "none" in command("runs", "--state", "failed", settings=settings).out


@pytest.mark.parametrize(("option", "value"), [("--step", "fly"), ("--state", "lost"), ("--day", "yesterday")])
def test_a_choice_there_is_none_of_is_bad_input(command: Command, lived: Settings, option: str, value: str) -> None:
    ran = command("runs", option, value, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert value in ran.err


def test_a_step_that_failed_says_what_to_run(command: Command, small_world: SmallWorld, tmp_path) -> None:
    settings = small_world.copy("learned", tmp_path)
    assert command("score", "--day", DAY, settings=settings).code == 2
    shown = " ".join(command("runs", "--state", "failed", settings=settings).out.split())
    assert "score_containers" in shown
    assert "NotReadyError" in shown
    assert f"mend the cause, then: riskscore score --day {DAY}" in shown.replace("│", "")


def test_why_rebuilds_a_score_and_names_nobody(command: Command, lived: Settings, small_world: SmallWorld) -> None:
    kept = steps.open_workspace(lived).lake.read("container_score", since=DAY, until=DAY)
    container = kept.sort_values("rank")["container_number"].iloc[0]
    ran = command("why", container, DAY, settings=lived)
    assert ran.code == 0
    assert "reason 1: " in ran.out
    assert f"equal to the bit; of the whole day, {len(kept)} of {len(kept)} scores are equal to the bit" in ran.out
    assert "rebuilt from: the versions of the tables that the run of that day read (consignment " in ran.out
    assert not any(name in ran.out + ran.err for name in small_world.party_names)
    named = command("why", container, DAY, "--names", "--all", settings=lived)
    assert "shipper: " in named.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("QQQU1234560", DAY), "has no score of that day"),
        (("QQQU1234560", "2026-13-01"), "is no day"),
        (("QQQU1234560", "2019-01-01"), "needs table container_score"),
        (("QQQU1234560",), "Missing argument"),
    ],
)
def test_why_with_bad_input(command: Command, lived: Settings, words: tuple[object, ...], told: str) -> None:
    ran = command("why", *words, settings=lived)
    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.replace("│", " ").split())
