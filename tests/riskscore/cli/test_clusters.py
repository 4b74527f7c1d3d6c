"""--dask: a cluster that does not answer is said before anything is done, by every command that computes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from riskscore.crew import cluster
from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command
from tests.riskscore.cli.test_app import COMMANDS
from tests.riskscore.steps.small_world import DAY

PAGE = Path(__file__).parents[3] / "docs" / "scale.md"
NOBODY = "tcp://127.0.0.1:1"
COMPUTING = {
    "demo": (),
    "features": ("--day", DAY),
    "learn": ("--day", DAY),
    "run": ("--day", DAY),
    "score": ("--day", DAY),
    "train": ("container_risk", "--day", DAY),
}


def test_the_commands_that_compute_have_the_option_and_the_page_lists_them() -> None:
    having = {name for name, node in COMMANDS.items() if "dask" in {option.name for option in node.params}}
    assert having == {*COMPUTING}
    (listed,) = re.findall(r"`--dask ADDRESS` \(on ([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert {*re.findall(r"`(\w+)`", listed)} == having


@pytest.mark.parametrize("name", COMPUTING)
def test_an_address_nobody_answers_ends_a_command_before_it_does_anything(
    command: Command, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWER_S", 1)
    settings = Settings(home=tmp_path / "home", today=DAY)
    ran = command(name, *COMPUTING[name], "--dask", NOBODY, settings=settings)
    assert ran.code == 2
    assert ran.err.startswith(f"riskscore: Dask cluster {NOBODY}: nobody answers")
    assert "leave it out to work on this machine" in ran.err
    assert "Traceback" not in ran.err
    assert not settings.home.exists()


def test_the_setting_says_the_same(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_S", 1)
    ran = command("features", "--day", DAY, home=tmp_path, dask=NOBODY, today=DAY)
    assert (ran.code, ran.err.partition(": nobody")[0]) == (2, f"riskscore: Dask cluster {NOBODY}")


@pytest.mark.parametrize("name", COMPUTING)
def test_an_empty_address_means_this_machine_whatever_the_setting_says(
    command: Command, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command goes on to where it misses something else."""
    monkeypatch.setattr(cluster, "ANSWER_S", 1)
    words = {**COMPUTING, "demo": ("--live", 100)}[name]
    ran = command(name, *words, "--dask", "", home=tmp_path, dask=NOBODY, today=DAY - timedelta(days=1))
    assert ran.code == 2
    assert "riskscore: " in ran.err
    assert "Dask cluster" not in ran.err


def test_an_address_of_another_form_is_shown_beside_the_option(command: Command, tmp_path: Path) -> None:
    ran = command("features", "--day", DAY, "--dask", "10.0.0.7", home=tmp_path)
    assert ran.code == 2
    assert "'10.0.0.7' is no cluster" in ran.err
